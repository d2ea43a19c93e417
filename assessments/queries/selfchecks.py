"""Reading self-assessments for pages: each function a constant number of questions."""

from django.db.models import Q, QuerySet

from assessments import rules, scoring, selfchecking
from assessments.models import Assessment, Case, Criterion, Mark, SelfAssessment, SelfMark
from assessments.policies import selfchecks as policies
from assessments.states import Phase, Source
from objectives.models import KindRule
from portal.core.lenses import Shown
from portal.core.wording import said
from units.models import Role
from units.policies import Standing

PAGE = 50
WITH = (
    "assessment__campaign__bureau", "assessment__standard", "unit__kind", "publication", "self_assessment__document",
    "self_assessment__saved_by",
)  # fmt: skip


def one(who: Standing, pk) -> Case | None:
    """A case this person may open, with everything its page needs."""
    return policies.readable(who).select_related(*WITH).filter(pk=pk).first()


def check_of(case: Case) -> SelfAssessment | None:
    """The case's self-assessment, knowing its case; None while nobody began it."""
    check = getattr(case, "self_assessment", None)
    if check is not None:
        check.case = case
    return check


def mine(who: Standing) -> list[Case]:
    """The cases of one's own units, the newest first."""
    rows = policies.own_cases(who).select_related(*WITH).exclude(assessment__phase=Phase.PREPARED)
    return list(rows.order_by("-assessment__campaign__year", "order")[:PAGE])


def waiting(who: Standing) -> list[Case]:
    """Those of one's own that are still to be handed in."""
    rows = policies.own_cases(who).select_related(*WITH).filter(assessment__phase__in=policies.TAKEN)
    return list(rows.exclude(self_assessment__sent_at__isnull=False).order_by("order")[:PAGE])


def criteria_of(case: Case) -> list[Criterion]:
    """The criteria under which this unit gives itself points."""
    rows = Criterion.objects.filter(standard=case.assessment.standard_id).order_by("position")
    return [row for row in rows if selfchecking.applies_to(row, case.kind_key)]


def rows_of(check: SelfAssessment) -> list[selfchecking.Row]:
    """Every criterion with the unit's own mark, what the ledger gives and why."""
    marks = SelfMark.objects.filter(self_assessment=check).select_related("criterion").order_by("criterion__position")
    ledger = ledger_of(check.case)
    return [_row(mark, ledger.get(mark.criterion_id)) for mark in marks]


def ledger_of(case: Case) -> dict[int, Mark]:
    """What the machine gave, by criterion."""
    return {mark.criterion_id: mark for mark in Mark.objects.filter(case=case, source=Source.MACHINE)}


def _row(mark: SelfMark, ledger: Mark | None) -> selfchecking.Row:
    criterion = mark.criterion
    why = ""
    if ledger is not None:
        why = rules.explained(
            criterion.rule, ledger.facts, points=ledger.points, worth=criterion.points, params=criterion.params
        )
    return selfchecking.Row(mark, ledger.points if ledger else None, ledger is not None, why)


def suggested(criterion: Criterion, ledger: Mark | None):
    """The points to begin with: the ledger's, rounded as they are told; None while nothing is computed."""
    if ledger is None or ledger.points is None:
        return None
    return min(scoring.rounded(ledger.points), criterion.points)


def seals(case: Case) -> bool:
    """Whether units of this kind press a seal: the route of their papers says so."""
    rule = KindRule.objects.filter(campaign=case.assessment.campaign_id, kind=case.unit.kind_id).first()
    return bool(rule) and any(step.role == Role.HEAD and step.seal for step in rule.steps)


def overseen(who: Standing) -> list[Assessment]:
    """The assessments whose units this person oversees, the newest first."""
    rows = Assessment.objects.exclude(phase=Phase.PREPARED).filter(
        campaign__bureau__in={post.unit.bureau_id for post in who.posts}
    )
    return list(rows.select_related("campaign").order_by("-campaign__year", "-pk")[:8])


def listed(
    who: Standing, assessment: Assessment, *, after: str = "", open_only: bool = False, words: str = ""
) -> tuple[list, str]:
    """A page of its cases and the place of the next: unit, whether begun, when handed in, how late. `words` stand in
    the unit's name.
    """
    rows: QuerySet[Case] = policies.overseen(who).filter(assessment=assessment, order__gt=after)
    rows = rows.select_related("unit__kind", "self_assessment").order_by("order")
    if open_only:
        rows = rows.exclude(self_assessment__sent_at__isnull=False)
    if words:
        rows = rows.filter(Q(unit__name_zh__icontains=words) | Q(unit__name_en__icontains=words))
    found = list(rows.defer("signals", "before")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].order if len(found) > PAGE else ""


def as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Self-assessments in the record, for those who may read them."""
    rows = SelfAssessment.objects.filter(pk__in=ids, case__in=policies.readable(who)).select_related("case__unit")
    return {str(row.pk): Shown(said(row.case.unit, "name"), f"/work/self-assessment/{row.case_id}/") for row in rows}
