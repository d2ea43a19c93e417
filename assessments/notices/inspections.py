"""Letters about inspections: to the inspectors, and to the style office where something is left to do.

Of an inspection a unit hears only that it was passed over, and why: what an inspector finds is told with the result,
to all at the same time.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from assessments.models import Assessment, Handover, Inspection, Opinion
from assessments.notices.draws import public_path
from objectives.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.wording import day
from units.models import Role, Tenure, Unit
from units.policies import LEADERS, holders


def assigned(opinion: Opinion, *, at: datetime) -> None:
    """An inspector takes over a unit, or is asked for the third opinion."""
    unit = {"unit": opinion.inspection.case.unit.name_zh}
    with translation.override(LETTERS_SPEAK):
        if opinion.place > opinion.inspection.draw.each:
            subject = _("Please inspect %(unit)s: a third opinion") % unit
            body = _("The two who were drawn differ by more than the standard allows. You do not see their sheets.")
        else:
            subject = _("Please inspect %(unit)s") % unit
            body = _("You are next in the draw's line for this unit. First declare whether you have an interest in it.")
    _to_inspector(f"sheet-{opinion.pk}-{opinion.inspector_id}", opinion, subject, body, at)


def planned(inspection: Inspection, opinions: Iterable[Opinion], *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        facts = {"unit": inspection.case.unit.name_zh, "day": day(inspection.planned_on)}
        subject = _("Inspection of %(unit)s on %(day)s") % facts
        body = _("Open the score sheet once before you go: from then on it also works without a network.")
    for opinion in opinions:
        _to_inspector(f"sheet-day-{opinion.pk}-{inspection.version}", opinion, subject, body, at)


def handed_over(handover: Handover, *, at: datetime) -> None:
    """Whoever could not come learns that somebody else goes; a closed account gets no letter."""
    if not handover.before.user.is_active:
        return
    with translation.override(LETTERS_SPEAK):
        unit = {"unit": handover.opinion.inspection.case.unit.name_zh}
        subject = _("You no longer inspect %(unit)s") % unit
        body = _("The style office noted that you cannot come. The next in the draw's line took the sheet over.")
    key = f"sheet-gone-{handover.opinion_id}-{handover.before_id}"
    letters.post(key, to=handover.before.user, subject=subject, body=body, path="/work/inspections/", at=at)


def passed_over(inspection: Inspection, after: Inspection | None, *, at: datetime) -> None:
    """The head of the unit, and the leader in charge or else the head of the bureau, read the noted reason."""
    unit, on = inspection.case.unit, local_day(at)
    with translation.override(LETTERS_SPEAK):
        facts = {"unit": unit.name_zh, "number": inspection.draw.number, "why": inspection.why_unable}
        if after:
            then = _("%(unit)s takes its place, as the next in line.") % {"unit": after.case.unit.name_zh}
        else:
            then = _("No other unit of its kind is left to take its place.")
        to_head = (
            _("Your unit is passed over: %(number)s") % facts,
            _("Noted as the reason: “%(why)s”. It is public. If it is not so, tell the leader in charge of your unit.")
            % facts,
        )
        to_leader = (
            _("%(unit)s is passed over: %(number)s") % facts,
            " ".join([_("Noted as the reason: “%(why)s”. It is public. Please look whether it is so.") % facts, then]),
        )
    leaders = [user for role in LEADERS for user in holders(role, unit, on=on)]
    told = {user.pk: (user, to_leader) for user in leaders or _heads_of_bureau(unit, on=on)}
    told |= {user.pk: (user, to_head) for user in holders(Role.HEAD, unit, on=on)}
    for pk, (user, (subject, body)) in told.items():
        key, path = f"passed-over-{inspection.pk}-{pk}", public_path(inspection.draw)
        letters.post(key, to=user, subject=subject, body=body, path=path, at=at)


def _heads_of_bureau(unit: Unit, *, on: date) -> list:
    root = Unit.objects.filter(bureau=unit.bureau_id, parent=None).exclude(pk=unit.pk).first()
    return holders(Role.HEAD, root, on=on) if root else []


def reopened(inspection: Inspection, opinions: Iterable[Opinion], *, why: str, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Opened again: inspection of %(unit)s") % {"unit": inspection.case.unit.name_zh}
        body = _("A leader opened it again: %(why)s Please read your sheet and send it once more.") % {"why": why}
    for opinion in opinions:
        _to_inspector(f"sheet-again-{opinion.pk}-{inspection.version}", opinion, subject, body, at)


def differs(inspection: Inspection, *, third: bool, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        facts = {"unit": inspection.case.unit.name_zh, "points": f"{inspection.differed_by:f}"}
        subject = _("%(unit)s: the two inspectors differ by %(points)s points") % facts
        if third:
            body = _("The next in the draw's line was asked for a third opinion. The median of the three will stand.")
        else:
            body = _("Nobody is left on the list for a third opinion. Enlist another inspector, then ask for it.")
    _to_office(f"inspection-differs-{inspection.pk}-{inspection.version}", inspection.case.assessment, subject, body,
               f"/work/inspections/{inspection.pk}/", at)  # fmt: skip


def closed(assessment: Assessment, counts: dict, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("The round of inspections is closed")
        body = _("Settled: %(settled)s. Not settled: %(open)s. Could not receive: %(unable)s. "
                 "The inspectors' access has ended.") % counts  # fmt: skip
    _to_office(f"inspections-closed-{assessment.pk}", assessment, subject, body, "/work/inspections/", at)


def _to_inspector(key: str, opinion: Opinion, subject: str, body: str, at: datetime) -> None:
    path = f"/work/inspections/sheets/{opinion.pk}/"
    letters.post(key, to=opinion.inspector.user, subject=subject, body=body, path=path, at=at)


def _to_office(key: str, assessment: Assessment, subject: str, body: str, path: str, at: datetime) -> None:
    held = Tenure.objects.on(local_day(at)).filter(
        post__role=Role.STYLE_OFFICE, post__unit__bureau=assessment.campaign.bureau_id, user__is_active=True
    )
    for tenure in held.select_related("user"):
        letters.post(f"{key}-{tenure.user_id}", to=tenure.user, subject=subject, body=body, path=path, at=at)
