"""Last cycle's results of a unit, and which of them its new paper takes up."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q

from assessments.models import Assessment
from commitments.models import Commitment, Publication
from objectives import queries as papers
from objectives.models import Campaign, Paper, Target
from objectives.states import MEASURED, TargetState
from units.models import Unit
from units.policies import Standing


@dataclass(frozen=True, slots=True)
class Result:
    """What one promise of the last cycle came to. `reached` None: kept in words, or never reported in figures."""

    commitment: Commitment
    promised: Decimal | None
    reached: Decimal | None

    @property
    def code(self) -> str:
        return self.commitment.code

    @property
    def is_withdrawn(self) -> bool:
        return self.commitment.withdrawn_on is not None


def before(unit: Unit, campaign: Campaign, *, on: date) -> Publication | None:
    """The unit's newest publication of an earlier year whose result is published, or whose campaign is over."""
    rows = _with_results(on=on).filter(unit=unit, year__lt=campaign.year)
    return rows.select_related("revision__paper", "campaign").order_by("-year").first()


def _with_results(*, on: date):
    judged = Assessment.objects.filter(campaign=OuterRef("campaign"), published_at__isnull=False)
    return Publication.objects.filter(Q(campaign__ends_on__lt=on) | Exists(judged))


def results_of(publication: Publication) -> list[Result]:
    """Every promise of it in its order, withdrawn ones included."""
    rows = Commitment.objects.filter(publication=publication).select_related("line").order_by("position")
    return [_result(row) for row in rows]


def _result(commitment: Commitment) -> Result:
    target = commitment.target
    if target["comparison"] not in MEASURED or target["value"] is None:
        return Result(commitment, None, None)
    promised = Decimal(target["value"])
    if target["state"] == TargetState.COMPLETED_BEFORE_START:
        return Result(commitment, promised, promised)
    line = getattr(commitment, "line", None)
    reached = line.actual if line is not None and line.actual is not None else commitment.value_now
    return Result(commitment, promised, reached)


def taken_up(paper: Paper | None) -> set[str]:
    """Codes of the promises that the paper's targets continue."""
    if paper is None:
        return set()
    return set(Target.objects.filter(objective__paper=paper).exclude(continues="").values_list("continues", flat=True))


def is_untouched(paper: Paper) -> bool:
    """Whether nobody has written anything into the paper yet."""
    rows = paper.objectives.prefetch_related("targets", "measures")
    return paper.round == 0 and not any(
        row.text_zh.strip() or row.targets.all() or row.measures.all() for row in rows
    )  # fmt: skip


def to_raise(who: Standing, *, on: date) -> list[tuple[Campaign, Unit, Publication]]:
    """Papers of my units still to be begun that could begin from results: one question more for any number."""
    pairs = papers.to_begin(who, on=on)
    if not pairs:
        return []
    rows = _with_results(on=on).filter(unit__in={unit.pk for _campaign, unit in pairs}).defer("snapshot")
    newest: dict = {}
    for row in rows.order_by("-year"):
        newest.setdefault(row.unit_id, []).append(row)
    found = []
    for campaign, unit in pairs:
        earlier = next((row for row in newest.get(unit.pk, ()) if row.year < campaign.year), None)
        if earlier is not None:
            found.append((campaign, unit, earlier))
    return found
