"""Letters about appeals: to the style office, to the two who check again, to the leader, and to the unit."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Adjustment, Appeal, Case
from assessments.notices import results
from assessments.states import AdjustmentKind, Outcome
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.wording import day
from units.models import Role, Tenure


def filed(appeal: Appeal, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("An appeal was filed: %(unit)s") % _unit(appeal)
        body = _("Name two people who check it again and had no part before.")
    _post(appeal, "filed", _users(results.office(appeal.case.unit.bureau_id, at)), subject, body, at)


def named(appeal: Appeal, people: list, *, at: datetime) -> None:
    """Those of the two who were named now."""
    with translation.override(LETTERS_SPEAK):
        subject = _("Please check again: the appeal of %(unit)s") % _unit(appeal)
        body = _("You and one other check it, each alone. Say what you found and the reason for everything named.")
    _post(appeal, f"named-{appeal.version}", people, subject, body, at)


def rechecked(appeal: Appeal, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Checked again: the appeal of %(unit)s") % _unit(appeal)
        body = _("Both have handed in. Draft the decision for a leader’s signature.")
    _post(appeal, "rechecked", _users(results.office(appeal.case.unit.bureau_id, at)), subject, body, at)


def to_sign(appeal: Appeal, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("To sign: the decision on the appeal of %(unit)s") % _unit(appeal)
        body = _("%(number)s waits for your signature. You can also return it with a reason.") % {
            "number": appeal.document.number
        }
    holders = Tenure.objects.on(local_day(at)).filter(post=appeal.signer, user__is_active=True)
    _post(appeal, f"sign-{appeal.document_id}", _users(holders), subject, body, at)


def returned(appeal: Appeal, reason: str, number: str, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Returned: the decision on the appeal of %(unit)s") % _unit(appeal)
        body = _("The leader returned it: %(reason)s") % {"reason": reason}
    _post(appeal, f"returned-{number}", _users(results.office(appeal.case.unit.bureau_id, at)), subject, body, at)


def decided(appeal: Appeal, moved: list[Case], fallen: list[Adjustment], *, at: datetime) -> None:
    """The unit itself, with what was taken back; and the other units whose figures moved with it."""
    with translation.override(LETTERS_SPEAK):
        subject = _("Your appeal was decided on %(day)s") % {"day": day(appeal.decided_at)}
        body = _("%(number)s: %(outcome)s. The written decision is on the page.") % {
            "number": appeal.document.number,
            "outcome": Outcome(appeal.outcome).label,
        }
        body += "".join(
            _("Taken back by the decision: %(what)s, %(reason)s.")
            % {"what": AdjustmentKind(each.kind).label, "reason": each.reason}
            for each in fallen
        )
    rows = Tenure.objects.on(local_day(at)).filter(
        user__is_active=True, post__role__in=[Role.HEAD, Role.STAFF], post__unit=appeal.case.unit_id
    )
    _post(appeal, "decided", _users(rows), subject, body, at)
    others = [case for case in moved if case.pk != appeal.case_id]
    if others:
        results.moved(others, appeal.document.number, at=at)


def _unit(appeal: Appeal) -> dict:
    return {"unit": appeal.case.unit.name_zh}


def _users(tenures) -> list:
    return [tenure.user for tenure in tenures.select_related("user")]


def _post(appeal: Appeal, stage: str, people: Iterable, subject: str, body: str, at: datetime) -> None:
    path = f"/work/appeals/{appeal.pk}/"
    for user in people:
        key = f"appeal-{appeal.pk}-{stage}-{user.pk}"
        letters.post(key, to=user, subject=subject[:200], body=body, path=path, at=at)
