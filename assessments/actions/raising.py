"""Raising the bar (提标): the next paper begins from what was reached, not from an empty page."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assessments.policies import raising as policies
from assessments.queries import raising as queries
from assessments.queries.raising import Result
from commitments.models import Publication
from objectives import actions as papers
from objectives.models import Campaign, KindRule, Measure, Objective, Paper, Target
from objectives.states import MEASURED, ObjectiveKind
from portal.core.clock import local_day, require_honest
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Unit
from units.policies import standing


@transaction.atomic
def begin_raised(campaign: Campaign, unit: Unit, *, by, at: datetime) -> Paper:
    """Begin the unit's paper from its last results: the same objectives, each result as the new baseline, the new
    figures still to be set. What was withdrawn is left out. Raises `Refused` when the paper already holds text.
    """
    require_honest(at)
    on = local_day(at)
    publication = queries.before(unit, campaign, on=on)
    paper = Paper.objects.select_for_update().filter(campaign=campaign, unit=unit).first()
    untouched = paper is not None and queries.is_untouched(paper)
    verdict = policies.can_raise(
        standing(by, on=on), unit, paper, has_results=publication is not None, untouched=untouched
    )
    require(verdict)
    paper = papers.begin(campaign, unit, by=by, at=at)
    if not queries.is_untouched(paper):
        raise Refused(_("The paper was begun in the meantime. Go on writing in it."))
    paper.objectives.all().delete()
    results = queries.results_of(publication)
    continued = _write(paper, publication, [result for result in results if not result.is_withdrawn])
    paper.saved_at, paper.saved_by = at, by
    paper.save(update_fields=["saved_at", "saved_by"])
    record(
        "paper.raised", about=paper, by=by, at=at, bureau=campaign.bureau.code, before=publication.code,
        continued=continued, withdrawn=sum(result.is_withdrawn for result in results),
    )  # fmt: skip
    return paper


def _write(paper: Paper, publication: Publication, results: Iterable[Result]) -> int:
    """The objectives in their order, each with its targets; returns how many promises are continued."""
    by_number: dict[int, list[Result]] = {}
    for result in results:
        by_number.setdefault(result.commitment.objective_number, []).append(result)
    old = list(
        publication.revision.paper.objectives.select_related("benchmark").prefetch_related("measures", "responsible")
    )
    first_is_benchmark = bool(paper.campaign.rules.get("first_is_benchmarking"))
    known = _sections(paper)
    kept = [(row, by_number.get(number, [])) for number, row in enumerate(old, start=1)]
    kept = [pair for place, pair in enumerate(kept) if pair[1] or (place == 0 and first_is_benchmark)]
    place = 1
    if first_is_benchmark and (not kept or kept[0][0].kind != ObjectiveKind.BENCHMARK):
        Objective.objects.create(paper=paper, position=1, kind=ObjectiveKind.BENCHMARK)
        place = 2
    for position, (row, mine) in enumerate(kept, start=place):
        _continue(paper, position, row, mine, known)
    return sum(len(mine) for _row, mine in kept)


def _continue(paper: Paper, position: int, old: Objective, results: list[Result], known: set[str]) -> None:
    words = results[0].commitment if len(results) == 1 else old
    benchmark = old.benchmark if old.benchmark_id and old.benchmark.retired_at is None else None
    row = Objective.objects.create(
        paper=paper,
        position=position,
        kind=old.kind,
        text_zh=words.text_zh,
        text_en=words.text_en,
        sections=[key for key in old.sections if key in known],
        leader_id=old.leader_id,
        leader_printed_zh=old.leader_printed_zh,
        leader_printed_en=old.leader_printed_en,
        benchmark=benchmark,
    )
    row.responsible.set(old.responsible.all())
    Measure.objects.bulk_create(
        Measure(objective=row, position=measure.position, text_zh=measure.text_zh, text_en=measure.text_en)
        for measure in old.measures.all()
    )
    for place, result in enumerate(results, start=1):
        Target.objects.create(objective=row, position=place, **_target(result))


def _target(result: Result) -> dict:
    """The same thing counted, from the result on. In words only: the words, and no figure."""
    target = result.commitment.target
    facts = {
        "text_zh": target["text_zh"],
        "text_en": target["text_en"],
        "comparison": target["comparison"],
        "unit_zh": target["unit_zh"],
        "unit_en": target["unit_en"],
        "standard_zh": target["standard_zh"],
        "standard_en": target["standard_en"],
        "is_striven_for": target["strive"],
        "continues": result.code,
    }
    if target["comparison"] in MEASURED:
        facts |= {
            "baseline": result.reached,
            "promised_before": result.promised,
            "result_before": result.reached,
        }
    return facts


def _sections(paper: Paper) -> set[str]:
    """Keys of the heads that the new campaign asks for."""
    rule = KindRule.objects.filter(campaign=paper.campaign_id, kind=paper.unit.kind_id).first()
    return {item["key"] for section in (rule.sections if rule else []) for item in section["items"]}
