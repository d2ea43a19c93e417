"""Bonus, deduction and veto: entered by the style office with day and reason, and taken back, never deleted."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import scoring
from assessments.models import Adjustment, Case, Criterion
from assessments.policies import results as policies
from assessments.states import AdjustmentKind
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import amount, day
from units.policies import standing

MOST_POINTS = Decimal(20)


@transaction.atomic
def make(
    case: Case, *, kind: str, points: Decimal, happened_on: date, reason: str, criterion: Criterion | None = None, by,
    at: datetime,
) -> Adjustment:  # fmt: skip
    """Enter one. A veto names its criterion and is worth no points; an event counts in the cycle in which it happened
    (domain edge 76). All bonuses of a unit together stay within the standard's `bonus_most`.
    """
    case, who = Case.objects.locked(case.pk), standing(by, on=local_day(at))
    require(policies.can_adjust(who, case.assessment))
    points = Decimal(0) if kind == AdjustmentKind.VETO else Decimal(points or 0)
    _require_sound(case, kind, points, criterion, reason)
    _require_day(case, happened_on, on=who.on)
    post = policies.office_post(who, case.assessment)
    found = Adjustment.objects.create(
        case=case, kind=kind, criterion=criterion, points=points, happened_on=happened_on,
        reason=reason.strip()[:300], made_at=at, made_by=by, made_post=post,
    )  # fmt: skip
    _record("adjustment.made", found, post, by, at, words=found.reason, points=str(points), kind=kind,
            happened_on=happened_on.isoformat(), criterion=criterion.key if criterion else "")  # fmt: skip
    return found


@transaction.atomic
def take_back(adjustment: Adjustment, *, why: str, by, at: datetime) -> Adjustment:
    """It counts no more; who made it and why it was taken back stay to be read."""
    rows = Adjustment.objects.select_for_update(of=("self",))
    found = rows.select_related("case__assessment__campaign__bureau", "case__unit").get(pk=adjustment.pk)
    who = standing(by, on=local_day(at))
    require(policies.can_take_back(who, found))
    if not why.strip():
        raise Refused(_("Say why it is taken back: the unit reads it."))
    found.taken_back_at, found.taken_back_why = at, why.strip()[:300]
    found.save(update_fields=["taken_back_at", "taken_back_why"])
    _record("adjustment.taken_back", found, policies.office_post(who, found.case.assessment), by, at, words=why)
    return found


def _require_sound(case: Case, kind: str, points: Decimal, criterion: Criterion | None, reason: str) -> None:
    if kind not in AdjustmentKind.values:
        raise Refused(_("Choose whether it is a bonus, a deduction or a veto."))
    if not reason.strip():
        raise Refused(_("Say what happened: the unit reads it, and it must survive an appeal."))
    if criterion is not None and criterion.standard_id != case.assessment.standard_id:
        raise Refused(_("This criterion is not one of the standard in force."))
    if kind == AdjustmentKind.VETO:
        if criterion is None or not criterion.is_veto:
            raise Refused(_("Name the veto criterion of the standard that it falls under."))
        return
    if not 0 < points <= MOST_POINTS:
        raise Refused(_("Give more than 0 and at most %(most)s points.") % {"most": amount(MOST_POINTS)})
    if kind == AdjustmentKind.BONUS:
        _require_room(case, points)


def _require_room(case: Case, points: Decimal) -> None:
    most = case.assessment.standard.bonus_most
    rows = Adjustment.objects.filter(case=case, kind=AdjustmentKind.BONUS, taken_back_at=None)
    given = sum(rows.values_list("points", flat=True), Decimal(0))
    if given + points > most:
        words = _("All bonuses together are worth at most %(most)s points; %(given)s are given already.")
        raise Refused(words % {"most": amount(most), "given": amount(given)})


def _require_day(case: Case, happened_on: date, *, on: date) -> None:
    campaign = case.assessment.campaign
    if happened_on > on:
        raise Refused(_("This day has not come yet."))
    if not scoring.counts_in(happened_on, starts_on=campaign.starts_on, ends_on=campaign.ends_on):
        words = _("It happened on %(day)s, outside of this cycle (%(first)s to %(last)s): it counts in its own.")
        told = {"day": day(happened_on), "first": day(campaign.starts_on), "last": day(campaign.ends_on)}
        raise Refused(words % told)


def _record(verb: str, found: Adjustment, post, by, at: datetime, **facts) -> None:
    bureau = found.case.assessment.campaign.bureau.code
    record(verb, about=found.case, by=by, at=at, bureau=bureau, post=post.title_zh, adjustment=found.pk, **facts)
