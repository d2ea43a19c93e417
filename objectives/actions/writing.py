"""Writing a paper: every save names the version it was made on, so that no colleague is overwritten silently."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from objectives import policies
from objectives.hosts import host_of
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
    "benchmark_unknown", "due_on", "why_not_raised",
)  # fmt: skip
BENCHMARK = ("name_zh", "name_en", "tier", "similar_line", "similar_base", "learnable", "catchable", "note")


class Overtaken(Refused):
    """Somebody saved the same part in between. `current` is that part as it stands now."""

    def __init__(self, current, saved_by, saved_at):
        self.current, self.saved_by, self.saved_at = current, saved_by, saved_at
        when = timezone.localtime(saved_at).strftime("%H:%M") if saved_at else ""
        super().__init__(
            _("%(who)s saved this part at %(when)s, after you opened it. Your text was not stored; both are shown.")
            % {"who": saved_by or _("A colleague"), "when": when}
        )


@transaction.atomic
def begin(campaign: Campaign, unit: Unit, *, by, at: datetime) -> Paper:
    """Open the unit's paper for a campaign, with its benchmarking objective in first place."""
    require_honest(at)
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
    """Store the consultation note. Raises `Overtaken` when `version` is not the paper's.

    Saving what is stored already changes nothing, on whichever version: a repeated request is harmless.
    """
    paper = _open(paper, by, at)
    values = {name: data[name] for name in CONSULTATION}
    if not _differs(paper, values):
        return paper
    if paper.version != version:
        raise Overtaken(paper, *_last_saved(paper))
    _assign(paper, values)
    paper.version += 1
    paper.saved_at, paper.saved_by = at, by
    _save(paper, by, at, update_fields=["version", "saved_at", "saved_by", *CONSULTATION])
    return paper


@transaction.atomic
def save_objective(objective: Objective, data: dict, *, version: int, by, at: datetime) -> Objective:
    """Store one objective with its measures and targets.

    `data` holds the names of `OBJECTIVE`, `measures` (list of sentences), optionally `measures_en` in the same
    order, and `targets` (list of dicts with the names of `TARGET`; with the `pk` of a stored target they rewrite
    that one, else the one in the same place). Raises `Overtaken` when `version` is not the objective's.
    Saving what is stored already changes nothing, on whichever version: a repeated request is harmless.
    """
    paper = _open(objective.paper, by, at)
    objective = Objective.objects.select_for_update().filter(pk=objective.pk, paper=paper).first()
    if objective is None:
        raise Refused(_("This objective was removed in the meantime."))
    values = {name: data[name] for name in OBJECTIVE}
    measures, targets = _measure_rows(objective, data), _target_rows(objective, data["targets"])
    if not (_differs(objective, values) or _differ(measures) or _differ(targets)):
        return objective
    if objective.version != version:
        raise Overtaken(objective, *_last_saved(objective))
    _assign(objective, values)
    objective.version += 1
    _save(objective, by, at)
    _replace(objective.measures, measures)
    _replace(objective.targets, targets)
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
def remove_objective(objective: Objective, *, by, at: datetime, version: int | None = None) -> None:
    """Take an objective out; the others close ranks. Raises `Overtaken` when it is not at `version` any more."""
    paper = _open(objective.paper, by, at)
    current = paper.objectives.select_for_update().filter(pk=objective.pk).first()
    if current is None:
        return
    if version not in (None, current.version):
        raise Overtaken(current, *_last_saved(current))
    current.delete()
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
    require_honest(at)
    require(policies.can_begin(standing(by, on=local_day(at)), unit))
    if benchmark is None:
        stem = slugify(data.get("name_en") or "")[:24] or "benchmark"
        key = f"{unit.code[:20]}-{stem}-{secrets.token_hex(4)}"
        benchmark = Benchmark(bureau_id=unit.bureau_id, unit=unit, key=key)
    elif benchmark.unit_id != unit.pk:
        raise Refused(_("This benchmark unit was entered by another unit."))
    _assign(benchmark, {name: data[name] for name in BENCHMARK if name in data})
    benchmark.host = host_of(benchmark.name_zh)
    _save(benchmark, by, at)
    return benchmark


def _open(paper: Paper, by, at: datetime) -> Paper:
    """Lock the paper and ask whether this person may write in it now."""
    require_honest(at)
    who: Standing = standing(by, on=local_day(at))
    paper = Paper.objects.locked(paper.pk)
    require(policies.can_edit(who, paper))
    return paper


def _touch(paper: Paper, by, at: datetime) -> None:
    """Note who wrote last. Not worth a row of history: the part itself has one."""
    paper.saved_at, paper.saved_by = at, by
    paper.skip_history_when_saving = True
    paper.save(update_fields=["saved_at", "saved_by"])
    del paper.skip_history_when_saving


def _save(row, by, at: datetime, **kwargs) -> None:
    """Save, and let the row's history say who wrote it and when."""
    row._history_user, row._history_date = by, at
    row.save(**kwargs)


def _last_saved(row) -> tuple:
    """Who brought the row to its present version, and when."""
    entry = row.history.filter(version=row.version).select_related("history_user").order_by("history_date").first()
    return (entry.history_user, entry.history_date) if entry else (None, None)


def _assign(row, values: dict) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _differs(row, values: dict) -> bool:
    return row._state.adding or any(getattr(row, name) != value for name, value in values.items())


def _differ(rows: list[tuple]) -> bool:
    """Whether storing the rows would change anything: (row, values) pairs, values None for a row to take out."""
    return any(values is None or _differs(row, values) for row, values in rows)


def _number(rows: list[Objective]) -> None:
    """Give the rows places 1, 2, 3 …; by way of free places, since two rows never share one."""
    moved = [(place, row) for place, row in enumerate(rows, start=1) if row.position != place]
    for shift in (ASIDE, 0):
        for place, row in moved:
            row.position = place + shift
            row.save(update_fields=["position"])


def _measure_rows(objective: Objective, data: dict) -> list[tuple]:
    """Sentences by place. Without given renderings, a row whose sentence changed loses its English one."""
    texts, given = data["measures"], data.get("measures_en")
    old = list(objective.measures.all())
    rows: list[tuple] = [(extra, None) for extra in old[len(texts) :]]
    for place, text in enumerate(texts, start=1):
        row = old[place - 1] if place <= len(old) else Measure(objective=objective)
        if given is not None:
            rendering = given[place - 1] if place <= len(given) else ""
        else:
            rendering = row.text_en if row.text_zh == text else ""
        rows.append((row, {"position": place, "text_zh": text, "text_en": rendering}))
    return rows


def _target_rows(objective: Objective, lines: list[dict]) -> list[tuple]:
    """Lines by the target they were read from, else by place; ids of other objectives count as none."""
    old = list(objective.targets.all())
    stored = {row.pk: row for row in old}
    free = [row if row.pk not in {line.get("pk") for line in lines} else None for row in old]
    rows: list[tuple] = []
    for place, line in enumerate(lines, start=1):
        at_place = free[place - 1] if place <= len(free) else None
        row = (
            stored.pop(line.get("pk"), None)
            or (at_place and stored.pop(at_place.pk, None))
            or Target(objective=objective)
        )
        rows.append((row, {"position": place} | {name: line[name] for name in TARGET if name in line}))
    return [(row, None) for row in stored.values()] + rows


def _replace(relation, rows: list[tuple]) -> None:
    """Store (row, values) pairs; kept rows change places by way of free ones."""
    for row, values in rows:
        if values is None:
            row.delete()
        elif not row._state.adding and row.position != values["position"]:
            relation.filter(pk=row.pk).update(position=values["position"] + ASIDE)
    for row, values in rows:
        if values is not None and _differs(row, values):
            _assign(row, values)
            row.save()
