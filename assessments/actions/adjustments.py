"""Bonus, deduction and veto: entered by the style office with day, reason and document, and taken back, never deleted.
A veto counts once a leader who did not enter it has confirmed it.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import scoring
from assessments.actions.standing_results import locked_case
from assessments.models import Adjustment, Assessment, Case, Criterion
from assessments.notices import adjustments as notices
from assessments.policies import adjustments as policies
from assessments.policies.results import office_post
from assessments.states import AdjustmentKind
from objectives.missing import require_no_number
from portal.core import uploads, vault
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import amount, day
from units.policies import standing

MOST_POINTS = Decimal(20)


def make(
    case: Case, *, kind: str, points: Decimal, happened_on: date, reason: str, upload=None, proof_title: str = "",
    criterion: Criterion | None = None, by, at: datetime,
) -> Adjustment:  # fmt: skip
    """Enter one, with the document it rests on (`upload` has `read()`). A veto names its criterion and is worth no
    points; an event counts in the cycle in which it happened (domain edge 76). All bonuses of a unit together stay
    within the standard's `bonus_most`. Outside of every transaction: making the document anew takes a second.
    """
    require(policies.can_adjust(standing(by, on=local_day(at)), case.assessment))
    title = " ".join(proof_title.split())[:120]
    if upload is None or not title:
        raise Refused(_("Attach the document it rests on, and say what it is."))
    require_no_number(title, reason)
    clean = uploads.cleaned(upload.read())
    words = {"kind": kind, "points": points, "happened_on": happened_on, "reason": reason, "criterion": criterion}
    return _make(case, clean, title, **words, by=by, at=at)


@transaction.atomic
def _make(
    case: Case, clean: uploads.Clean, title: str, *, kind: str, points: Decimal, happened_on: date, reason: str,
    criterion: Criterion | None, by, at: datetime,
) -> Adjustment:  # fmt: skip
    case, who = locked_case(case), standing(by, on=local_day(at))
    require(policies.can_adjust(who, case.assessment))
    points = Decimal(0) if kind == AdjustmentKind.VETO else Decimal(points or 0)
    _require_sound(case, kind, points, criterion, reason)
    _require_day(case, happened_on, on=who.on)
    post = office_post(who, case.assessment)
    found = Adjustment.objects.create(
        case=case, kind=kind, criterion=criterion, points=points, happened_on=happened_on,
        reason=reason.strip()[:300], made_at=at, made_by=by, made_post=post, proof=vault.put(clean.data),
        proof_kind=clean.kind, proof_title=title,
    )  # fmt: skip
    if kind == AdjustmentKind.VETO:
        notices.to_confirm(found, at=at)
    _record("adjustment.made", found, post, by, at, words=found.reason, points=str(points), kind=kind,
            happened_on=happened_on.isoformat(), criterion=criterion.key if criterion else "",
            proof=found.proof)  # fmt: skip
    return found


@transaction.atomic
def confirm(adjustment: Adjustment, *, by, at: datetime) -> Adjustment:
    """A second person, who leads, stands for a veto: from now on it counts when results are put together."""
    found, who = _locked(adjustment), standing(by, on=local_day(at))
    require(policies.can_confirm(who, found))
    post = policies.leading_post(who, found.case.assessment)
    found.confirmed_at, found.confirmed_by, found.confirmed_post = at, by, post
    found.save(update_fields=["confirmed_at", "confirmed_by", "confirmed_post"])
    notices.confirmed(found, at=at)
    _record("adjustment.confirmed", found, post, by, at, kind=found.kind, proof=found.proof)
    return found


@transaction.atomic
def take_back(adjustment: Adjustment, *, why: str, by, at: datetime) -> Adjustment:
    """It counts no more; who made it and why it was taken back stay to be read. A leader refuses a veto by it."""
    found, who = _locked(adjustment), standing(by, on=local_day(at))
    require(policies.can_take_back(who, found))
    why = why.strip()[:300]
    if not why:
        raise Refused(_("Say why it is taken back: the unit reads it."))
    found.taken_back_at, found.taken_back_why = at, why
    found.save(update_fields=["taken_back_at", "taken_back_why"])
    post = office_post(who, found.case.assessment)
    if post is None:
        post = policies.leading_post(who, found.case.assessment)
        notices.refused(found, at=at)
    _record("adjustment.taken_back", found, post, by, at, words=why)
    return found


def _locked(adjustment: Adjustment) -> Adjustment:
    """The adjustment under its lock, the assessment's before it."""
    Assessment.objects.select_for_update().get(pk=adjustment.case.assessment_id)
    rows = Adjustment.objects.select_for_update(of=("self",))
    return rows.select_related("case__assessment__campaign__bureau", "case__unit").get(pk=adjustment.pk)


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
