"""Inspections on the spot, as the style office and leaders act on them; inspectors' own acts come from `sheets`.

Each act is under the lock of its inspection. Who takes over, and which unit takes a place, is the draw's matter:
the next in line by the same published seed.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.actions import handovers, settling
from assessments.actions.sheets import Incomplete, Overtaken, declare_clear, locked, save, send, stand_back, take
from assessments.models import Assessment, Finding, Handover, Inspection, Opinion
from assessments.notices import draws as draw_notices
from assessments.notices import inspections as notices
from assessments.policies import inspections as policies
from assessments.queries import draws, rounds, succession
from assessments.states import HandoverReason, InspectionState
from commitments.actions import rectifications
from commitments.models import Rectification
from objectives.missing import require_no_number
from objectives.models import Blackout
from portal.core import pagecache
from portal.core.clock import local_day
from portal.core.deeds import attempt, record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import day, said
from units.models import Post, Role
from units.policies import Standing, standing

__all__ = [
    "Incomplete", "Overtaken", "ask_third", "cannot_come", "close_round", "declare_clear", "plan_day", "reopen", "save",
    "send", "stand_back", "start_order", "unable",
]  # fmt: skip
DEMAND = "请针对上述问题查找原因，制定并落实整改措施，按期完成整改，并书面报告整改情况。"


def plan_day(inspection: Inspection, *, on: date, by, at: datetime) -> Inspection:
    """Set the day of an inspection and tell its inspectors. Never the unit: an inspection is not announced.

    A day outside the round, past, or of key work (exam weeks) is refused, on record.
    """
    who = standing(by, on=local_day(at))
    require(policies.can_plan(who, inspection))
    with attempt("inspection.not_allowed", about=inspection, by=by, at=at, **_facts(inspection, who)):
        inspection = locked(inspection.pk)
        require(policies.can_plan(who, inspection))
        _require_day(inspection, on, today=who.on)
        if inspection.planned_on == on:
            return inspection
        inspection.planned_on = on
        _save(inspection, "planned_on")
        record(
            "inspection.planned", about=inspection, by=by, at=at, planned_on=on.isoformat(), **_facts(inspection, who)
        )
        opinions = inspection.opinions.filter(sent_at=None).select_related("inspector__user", "inspection__case__unit")
        notices.planned(inspection, opinions, at=at)
    return inspection


@transaction.atomic
def ask_third(inspection: Inspection, *, by, at: datetime) -> Inspection:
    """Ask for the third opinion that nobody was left to give when the sheets came in."""
    who, inspection = standing(by, on=local_day(at)), locked(inspection.pk)
    require(policies.can_ask_third(who, inspection))
    third = settling.ask_third(inspection, at=at)
    if third is None:
        raise Refused(_("Nobody is left on the list for a third opinion. Enlist another inspector first."))
    record("inspection.differs", about=inspection, by=by, at=at, third=third.number, **_facts(inspection, who))
    return inspection


@transaction.atomic
def unable(inspection: Inspection, *, why: str, by, at: datetime) -> Inspection | None:
    """A drawn unit cannot receive: the next of its kind in the draw's line takes its place. Returns the new
    inspection, or None when the kind is used up. Refused as soon as a sheet has come in.

    The reason is public. The heads of both units and the leader in charge read it, so that others look at it too.
    """
    # Before the inspection, as when a draw is announced: both decide which units are still to be drawn.
    Assessment.objects.select_for_update(of=("self",)).get(cases__inspections=inspection.pk)
    who, inspection, why = standing(by, on=local_day(at)), locked(inspection.pk), " ".join(why.split())
    require(policies.can_pass_over(who, inspection))
    if not why:
        raise Refused(_("Write why the unit cannot receive. The reason is published."))
    require_no_number(why)
    inspection.state, inspection.why_unable, inspection.closed_at = InspectionState.UNABLE, why[:300], at
    _save(inspection, "state", "why_unable", "closed_at")
    rounds.revoke(inspection)
    after, opinions = _take_place(inspection, at=at)
    record(
        "inspection.unable", about=inspection, by=by, at=at, words=why, instead=after.case.unit.code if after else "",
        **_facts(inspection, who),
    )  # fmt: skip
    for opinion in opinions:
        notices.assigned(opinion, at=at)
    if after:
        draw_notices.drawn(inspection.draw, [after], [], at=at)
    notices.passed_over(inspection, after, at=at)
    transaction.on_commit(pagecache.forget)
    return after


@transaction.atomic
def cannot_come(opinion: Opinion, *, reason: str, words: str = "", by, at: datetime) -> Handover:
    """An inspector cannot come, or no longer serves here: the sheet goes to the next in the draw's line.

    The public reads both numbers, the day and the reason's name; `words` stay inside. A draft goes; what was sent
    before and opened again stays with the sheet. Raises `Refused` when nobody is left on the list.
    """
    opinion, who, words = take(opinion), standing(by, on=local_day(at)), " ".join(words.split())
    require(policies.can_hand_over(who, opinion))
    if reason not in (HandoverReason.ABSENT, HandoverReason.LEFT):
        raise Refused(_("Choose why the inspector cannot come."))
    require_no_number(words)
    handover = _pass_on(opinion, reason=reason, words=words, by=by, at=at)
    record("inspection.handed_over", about=opinion, by=by, at=at, words=words, **handovers.facts_of(handover),
           **_facts(opinion.inspection, who))  # fmt: skip
    notices.assigned(opinion, at=at)
    notices.handed_over(handover, at=at)
    transaction.on_commit(pagecache.forget)
    return handover


@transaction.atomic
def start_order(finding: Finding, *, signer: Post, due_on: date | None = None, by, at: datetime) -> Rectification:
    """Draft a rectification order from a finding, once. The draft can be changed before it goes to the leader."""
    inspection = locked(finding.opinion.inspection_id)
    finding = Finding.objects.select_related("criterion").get(pk=finding.pk)
    finding.opinion.inspection = inspection
    who = standing(by, on=local_day(at))
    require(policies.can_order(who, finding))
    standard = inspection.case.assessment.standard
    line = finding.criterion.name_zh if finding.criterion_id else ""
    basis = f"《{standard.title_zh}》{line}（实地查看）"
    order = rectifications.draft(
        inspection.case.unit, campaign=inspection.case.assessment.campaign, signer=signer, due_on=due_on,
        texts={"finding": finding.text, "demand": DEMAND, "basis": basis[:200], "public_zh": "", "public_en": ""},
        source="inspection", by=by, at=at,
    )  # fmt: skip
    finding.rectification = order
    finding.save(update_fields=["rectification"])
    record("inspection.ordered", about=inspection, by=by, at=at, order=str(order.pk), **_facts(inspection, who))
    return order


@transaction.atomic
def reopen(inspection: Inspection, *, why: str, by, at: datetime) -> Inspection:
    """A leader opens a settled inspection again: every sheet is sent anew. The reason is told.

    The sheet of an inspector who no longer serves here passes on, with all that stands on it.
    """
    who, inspection, why = standing(by, on=local_day(at)), locked(inspection.pk), " ".join(why.split())
    require(policies.can_reopen(who, inspection))
    if not why:
        raise Refused(_("Write why it is opened again. The inspectors read your words."))
    before = settling.standing_marks(inspection)
    opinions = list(inspection.opinions.select_related("inspector__user"))
    for opinion in opinions:
        opinion.inspection, opinion.sent_at = inspection, None
    Opinion.objects.bulk_update(opinions, ["sent_at"])
    inspection.state, inspection.settled_at, inspection.reopened_why = InspectionState.ASSIGNED, None, why[:300]
    inspection.differed_by = None
    _save(inspection, "state", "settled_at", "reopened_why", "differed_by")
    rounds.grant(inspection, *(opinion.inspector for opinion in opinions))
    passed = _departed_pass_on(opinions, by=by, at=at)
    post = policies.leading_post(who, inspection.case.unit)
    record("inspection.reopened", about=inspection, by=by, at=at, bureau=inspection.case.unit.bureau.code,
           post=post.title_zh, unit=inspection.case.unit.code, words=why, before=before)  # fmt: skip
    for handover in passed:
        record("inspection.handed_over", about=handover.opinion, by=by, at=at, bureau=inspection.case.unit.bureau.code,
               post=post.title_zh, unit=inspection.case.unit.code, **handovers.facts_of(handover))  # fmt: skip
        notices.assigned(handover.opinion, at=at)
    new = {handover.opinion_id for handover in passed}
    notices.reopened(inspection, [row for row in opinions if row.pk not in new], why=why, at=at)
    transaction.on_commit(pagecache.forget)
    return inspection


@transaction.atomic
def close_round(assessment: Assessment, *, by, at: datetime) -> Assessment:
    """End the round before its last day, once all is settled: from now on inspectors see nothing of it."""
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("campaign__bureau")
    assessment = rows.get(pk=assessment.pk)
    who = standing(by, on=local_day(at))
    require(policies.can_close(who, assessment))
    counts = rounds.end(assessment, at=at)
    post = who.bureau_post(Role.STYLE_OFFICE, assessment.campaign.bureau_id)
    record("inspections.closed", about=assessment, by=by, at=at, bureau=assessment.campaign.bureau.code,
           post=post.title_zh, **counts)  # fmt: skip
    return assessment


def _take_place(inspection: Inspection, *, at: datetime) -> tuple[Inspection | None, list[Opinion]]:
    """The next unit in line, with as many inspectors as the draw gives each unit."""
    found, opinions = succession.next_case(inspection), []
    if found is None:
        return None, opinions
    turn, case = found
    after = Inspection.objects.create(
        draw=inspection.draw, case=case, kind_key=inspection.kind_key, turn=turn, instead_of=inspection
    )
    for place in range(1, inspection.draw.each + 1):
        inspector = succession.next_inspector(after, on=local_day(at))
        if inspector is None:
            raise Refused(_("%(unit)s comes next, but too few inspectors may go there. Enlist another inspector first.")
                           % {"unit": said(case.unit, "name")})  # fmt: skip
        opinions.append(Opinion.objects.create(inspection=after, inspector=inspector, place=place))
        rounds.grant(after, inspector)
    return after, opinions


def _pass_on(opinion: Opinion, **facts) -> Handover:
    keeps = bool(opinion.inspection.reopened_why)
    handover = handovers.pass_on(opinion, keeps=keeps, **facts)
    if handover is None:
        raise Refused(_("Nobody is left on the list who may take %(number)s’s sheet over. Enlist another inspector "
                        "first.") % {"number": opinion.inspector.number})  # fmt: skip
    return handover


def _departed_pass_on(opinions: list[Opinion], *, by, at: datetime) -> list[Handover]:
    """The sheets of those who no longer serve in the bureau, each given to the next in line."""
    bureau = opinions[0].inspection.case.unit.bureau_id
    serving = set(draws.serving(bureau, on=local_day(at)).values_list("pk", flat=True))
    departed = [row for row in opinions if row.inspector_id not in serving]
    return [_pass_on(row, reason=HandoverReason.LEFT, by=by, at=at) for row in departed]


def _require_day(inspection: Inspection, on: date, *, today: date) -> None:
    assessment = inspection.case.assessment
    if on < today:
        raise Refused(_("This day has passed."))
    if not assessment.inspect_from_on <= on <= assessment.inspect_to_on:
        raise Refused(_("Inspections take place from %(first)s to %(last)s.")
                       % {"first": day(assessment.inspect_from_on), "last": day(assessment.inspect_to_on)})  # fmt: skip
    away = Blackout.objects.filter(bureau=inspection.case.unit.bureau_id, from_on__lte=on, to_on__gte=on).first()
    if away:
        raise Refused(_("Nobody visits on this day: %(why)s, %(first)s to %(last)s.") % {
            "why": said(away, "why"), "first": day(away.from_on), "last": day(away.to_on)})  # fmt: skip


def _facts(inspection: Inspection, who: Standing) -> dict:
    post = policies.office_post(who, inspection)
    return {"bureau": inspection.case.unit.bureau.code, "post": post.title_zh if post else "",
            "unit": inspection.case.unit.code}  # fmt: skip


def _save(inspection: Inspection, *names: str) -> None:
    inspection.version += 1
    inspection.save(update_fields=[*names, "version"])
