"""Writing a paper: every save names the version it was made on, so that no colleague is overwritten silently."""

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from objectives import policies
from objectives.models import Benchmark, Campaign, Measure, Objective, Paper, Target
from objectives.states import ObjectiveKind
from portal.core.clock import local_day, require_honest
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Unit
from units.policies import Standing, standing

MOST_OBJECTIVES = 30
ASIDE = 1000
CONSULTATION = (
    "consulted_from", "consulted_to", "consulted_how", "consulted_people", "opinions_heard", "opinions_adopted",
    "adopted_points",
)  # fmt: skip
OBJECTIVE = ("kind", "text_zh", "text_en", "sections", "due_on", "leader", "benchmark")
TARGET = (
    "text_zh", "text_en", "comparison", "baseline", "value", "unit_zh", "unit_en", "benchmark_value",
    "benchmark_unknown", "due_on",
)  # fmt: skip


class Overtaken(Refused):
    """Somebody saved the same part in between. `current` is that part as it stands now."""

    def __init__(self, current, saved_by, saved_at):
        when = saved_at.astimezone().strftime("%H:%M") if saved_at else ""
        super().__init__(
            _("%(who)s saved this part at %(when)s, after you opened it. Nothing of yours was stored; both texts are shown.")
            % {"who": saved_by or _("A colleague"), "when": when}
        )
        self.current = current


@transaction.atomic
def begin(campaign: Campaign, unit: Unit, *, by, at: datetime) -> Paper:
    """Open the unit's paper for a campaign, with its benchmarking objective in first place."""
    require(policies.can_begin(standing(by, on=local_day(at)), unit))
    if not campaign.kind_rules.filter(kind=unit.kind_id).exists():
        raise Refused(_("The campaign asks no paper of this kind of unit."))
    paper, is_new = Paper.objects.get_or_create(
        campaign=campaign, unit=unit, defaults={"begun_at": at, "begun_by": by, "saved_at": at, "saved_by": by}
    )
    if is_new:
        kind = ObjectiveKind.BENCHMARK if campaign.rules.get("first_is_benchmarking") else ObjectiveKind.DUTY
        Objective.objects.create(paper=paper, position=1, kind=kind)
        record("paper.begun", about=paper, by=by, at=at, bureau=campaign.bureau.code)
    return paper


@transaction.atomic
def save_consultation(paper: Paper, data: dict, *, version: int, by, at: datetime) -> Paper:
    """Store the consultation note. Raises `Overtaken` when `version` is not the paper's."""
    paper = _open(paper, by, at)
    if paper.version != version:
        raise Overtaken(paper, paper.saved_by, paper.saved_at)
    for name in CONSULTATION:
        setattr(paper, name, data[name])
    paper.version += 1
    _touch(paper, by, at, "version", *CONSULTATION)
    return paper


@transaction.atomic
def save_objective(objective: Objective, data: dict, *, version: int, by, at: datetime) -> Objective:
    """Store one objective with its measures and targets.

    `data` holds the names of `OBJECTIVE`, `measures` (list of sentences) and `targets` (list of dicts with the
    names of `TARGET`). Raises `Overtaken` when `version` is not the objective's.
    """
    paper = _open(objective.paper, by, at)
    objective = Objective.objects.select_for_update().filter(pk=objective.pk, paper=paper).first()
    if objective is None:
        raise Refused(_("This objective was removed in the meantime."))
    if objective.version != version:
        raise Overtaken(objective, paper.saved_by, paper.saved_at)
    for name in OBJECTIVE:
        setattr(objective, name, data[name])
    objective.version += 1
    objective.save()
    _replace_measures(objective, data["measures"])
    _replace_targets(objective, data["targets"])
    _touch(paper, by, at)
    return objective


@transaction.atomic
def add_objective(paper: Paper, *, by, at: datetime) -> Objective:
    """Add an empty objective at the end."""
    paper = _open(paper, by, at)
    last = paper.objectives.order_by("-position").values_list("position", flat=True).first() or 0
    if last >= MOST_OBJECTIVES:
        raise Refused(_("A paper holds at most %(n)s objectives.") % {"n": MOST_OBJECTIVES})
    objective = Objective.objects.create(paper=paper, position=last + 1)
    _touch(paper, by, at)
    return objective


@transaction.atomic
def remove_objective(objective: Objective, *, by, at: datetime) -> None:
    """Take an objective out; the others close ranks."""
    paper = _open(objective.paper, by, at)
    paper.objectives.filter(pk=objective.pk).delete()
    _number(list(paper.objectives.all()))
    _touch(paper, by, at)


@transaction.atomic
def move_objective(objective: Objective, *, up: bool, by, at: datetime) -> Objective:
    """Change places with the neighbour above or below; at the end of the list nothing happens."""
    paper = _open(objective.paper, by, at)
    rows = list(paper.objectives.select_for_update())
    here = next((i for i, row in enumerate(rows) if row.pk == objective.pk), None)
    there = here + (-1 if up else 1) if here is not None else -1
    if here is not None and 0 <= there < len(rows):
        rows[here], rows[there] = rows[there], rows[here]
        _number(rows)
        _touch(paper, by, at)
    objective.refresh_from_db()
    return objective


@transaction.atomic
def save_benchmark(unit: Unit, data: dict, *, by, at: datetime, benchmark: Benchmark | None = None) -> Benchmark:
    """Store a benchmark unit of one's own unit in its small form."""
    require(policies.can_begin(standing(by, on=local_day(at)), unit))
    require_honest(at)
    if benchmark is None:
        count = Benchmark.objects.filter(bureau=unit.bureau_id).count() + 1
        stem = slugify(data.get("name_en") or "")[:30] or "benchmark"
        benchmark = Benchmark(bureau_id=unit.bureau_id, unit=unit, key=f"{unit.code[:20]}-{stem}-{count}"[:60])
    elif benchmark.unit_id != unit.pk:
        raise Refused(_("This benchmark unit was entered by another unit."))
    for name, value in data.items():
        setattr(benchmark, name, value)
    benchmark.save()
    return benchmark


def _open(paper: Paper, by, at: datetime) -> Paper:
    """Lock the paper and ask whether this person may write in it now."""
    require_honest(at)
    who: Standing = standing(by, on=local_day(at))
    paper = Paper.objects.locked(paper.pk)
    require(policies.can_edit(who, paper))
    return paper


def _touch(paper: Paper, by, at: datetime, *fields: str) -> None:
    paper.saved_at, paper.saved_by = at, by
    paper.save(update_fields=["saved_at", "saved_by", *fields])


def _number(rows: list[Objective]) -> None:
    """Give the rows places 1, 2, 3 …; by way of free places, since two rows never share one."""
    moved = [(place, row) for place, row in enumerate(rows, start=1) if row.position != place]
    for shift in (ASIDE, 0):
        for place, row in moved:
            row.position = place + shift
            row.save(update_fields=["position"])


def _replace_measures(objective: Objective, texts: list[str]) -> None:
    """Rewrite the sentences by place; a row whose sentence changed loses its English rendering."""
    old = list(objective.measures.all())
    for extra in old[len(texts):]:
        extra.delete()
    for place, text in enumerate(texts, start=1):
        row = old[place - 1] if place <= len(old) else Measure(objective=objective)
        if row.text_zh != text:
            row.text_zh, row.text_en = text, ""
        row.position = place
        row.save()


def _replace_targets(objective: Objective, lines: list[dict]) -> None:
    old = list(objective.targets.all())
    for extra in old[len(lines):]:
        extra.delete()
    for place, line in enumerate(lines, start=1):
        row = old[place - 1] if place <= len(old) else Target(objective=objective)
        row.position = place
        for name in TARGET:
            if name in line:
                setattr(row, name, line[name])
        row.save()
