"""A paper that the plan itself prints: written as it stands there, unsigned, with empty what the plan leaves empty."""

from datetime import datetime

from objectives.models import Benchmark, Campaign, Measure, Objective, Paper, Target
from objectives.states import State
from units.loading import LoadedBureau

COPIED = (
    "text_zh", "text_en", "comparison", "baseline", "value", "unit_zh", "unit_en", "benchmark_value",
    "benchmark_unknown", "standard_zh", "standard_en", "is_striven_for", "due_on", "state",
)  # fmt: skip


def is_untouched(paper: Paper) -> bool:
    """Whether nobody has yet worked on this paper since the plan was loaded."""
    as_loaded = (True, State.DRAFT, 0, 1, None)
    now = (paper.is_printed_plan, paper.state, paper.round, paper.version, paper.saved_by_id)
    return now == as_loaded and all(objective.version == 1 for objective in paper.objectives.all())


def write_printed_plan(campaign: Campaign, said: dict, loaded: LoadedBureau, *, at: datetime) -> Paper:
    """Write the paper, in place of an earlier file's. The caller has made sure that nobody works on it."""
    unit = loaded.units[said["unit"]]
    for paper in campaign.papers.filter(is_printed_plan=True):
        paper.objectives.all().delete()
        if paper.unit_id != unit.pk:
            paper.delete()
    paper, _is_new = Paper.objects.get_or_create(
        campaign=campaign, unit=unit, defaults={"is_printed_plan": True, "begun_at": at, "saved_at": at}
    )
    benchmarks = {row.key: row for row in Benchmark.objects.filter(bureau=campaign.bureau)}
    for place, row in enumerate(said["objective"], start=1):
        _write_objective(paper, place, row, loaded, benchmarks)
    return paper


def _write_objective(paper, place, row, loaded, benchmarks):
    objective = Objective.objects.create(
        paper=paper, position=place, kind=row["kind"], text_zh=row["text_zh"], text_en=row["text_en"],
        sections=list(row["sections"]), due_on=row["due_on"],
        due_phrase_zh=row["due_phrase_zh"], due_phrase_en=row["due_phrase_en"],
        leader_printed_zh=row["leader_printed_zh"], leader_printed_en=row["leader_printed_en"],
        benchmark=benchmarks.get(row["benchmark"]),
    )  # fmt: skip
    objective.responsible.set(loaded.units[code] for code in row["responsible"])
    count = 0
    for position, said in enumerate(row["measure"], start=1):
        measure = Measure.objects.create(
            objective=objective, position=position, text_zh=said["text_zh"], text_en=said["text_en"]
        )
        for target in said["target"]:
            count += 1
            fields = {name: target[name] for name in COPIED}
            Target.objects.create(objective=objective, measure=measure, position=count, **fields)
