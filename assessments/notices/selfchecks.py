"""Letters about self-assessments: to the head who signs, to the style office when one came, to units that owe one."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Assessment, SelfAssessment
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.models import Letter
from portal.core.wording import day
from units.models import Role, Tenure
from units.policies import holders

PATH = "/work/self-assessment/"
CHUNK = 2_000
"""People of one statement: memory stays flat whatever the number of units."""


def sent(check: SelfAssessment, *, at: datetime) -> None:
    """The style office hears that a special report was signed and handed in."""
    case = check.case
    with translation.override(LETTERS_SPEAK):
        subject = _("Handed in: the self-assessment of %(unit)s") % {"unit": case.unit.name_zh}
        body = _("The special report %(number)s is signed.") % {"number": check.document.number}
        if check.days_late:
            body += _("It came late by %(n)s days.") % {"n": check.days_late}
    for user in holders(Role.STYLE_OFFICE, case.unit, on=local_day(at)):
        letters.post(f"self-sent-{check.pk}-{user.pk}", to=user, subject=subject, body=body,
                     path=f"{PATH}{case.pk}/", at=at)  # fmt: skip


def owed(assessment: Assessment, cases, *, key: str, on: date, at: datetime) -> int:
    """One letter to each head and staff of the units of these cases (a QuerySet); returns how many people were
    written to. The same key again changes nothing.
    """
    late = on > assessment.self_due_on
    with translation.override(LETTERS_SPEAK):
        facts = {"day": day(assessment.self_due_on), "year": assessment.campaign.year}
        subject = _("Overdue: the self-assessment of %(year)s") if late else _("Due soon: the self-assessment")
        body = (
            _("It was due on %(day)s. A late one is marked as late; it is still taken in.")
            if late
            else _("Please write it, and let the head sign the special report, by %(day)s.")
        ) % facts
        subject = subject % facts
    told = 0
    for people in _people(cases, on=on):
        rows = [Letter(key=f"{key}-{user}", to_id=user, subject=subject, body=body, path=PATH, posted_at=at)
                for user in people]  # fmt: skip
        letters.post_many(rows)
        told += len(rows)
    return told


def _people(cases, *, on: date) -> Iterable[list[int]]:
    """Ids of the people of these units, some at a time, each once."""
    rows = Tenure.objects.on(on).filter(
        user__is_active=True, post__role__in=[Role.HEAD, Role.STAFF], post__unit__in=cases.order_by().values("unit")
    )
    after = 0
    while found := list(rows.filter(user__gt=after).order_by("user").values_list("user", flat=True).distinct()[:CHUNK]):
        yield found
        after = found[-1]
