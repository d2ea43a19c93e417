"""Pairs of unit and benchmark: matched, ended; their gap analysis written, filed, and from then on kept whole."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from objectives import benchmark_policies as policies
from objectives import benchmark_queries as queries
from objectives import gaps as wording
from objectives import matching, quarters
from objectives.actions.writing import Overtaken
from objectives.missing import require_no_number
from objectives.models import Benchmark, Campaign, Gap, Pairing
from objectives.states import GapKind
from portal.core.clock import local_day, require_honest
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.models import User
from portal.core.verdicts import require
from units.models import Role, Unit
from units.policies import standing

FIELDS = ("ours", "theirs", "our_value", "their_value", "measure", "gap", "cause", "adopt")
MOST_ROWS = 40


@transaction.atomic
def match(unit: Unit, benchmark: Benchmark, *, campaign: Campaign, why: str = "", by, at: datetime) -> Pairing:
    """Match a unit with a benchmark for a campaign; a pair that had ended stands again, from today.

    Where the benchmark does not meet the comparability rule, `why` says why it is chosen all the same.
    """
    require_honest(at)
    who = standing(by, on=local_day(at))
    benchmark = Benchmark.objects.select_for_update(of=("self",)).get(pk=benchmark.pk)
    require(policies.can_match(who, unit, benchmark))
    if campaign.bureau_id != unit.bureau_id or not campaign.starts_on <= who.on <= campaign.ends_on:
        raise Refused(_("This campaign does not run now."))
    post = _post(who, unit)
    there = Pairing.objects.select_for_update().filter(campaign=campaign, unit=unit, benchmark=benchmark).first()
    if there and there.until_on is None:
        return there
    why = _why_chosen(benchmark, why)
    if there:
        return _stand_again(there, why, post=post.title_zh, on=who.on, by=by, at=at)
    matching.begin(campaign, [(unit.pk, benchmark.pk)], by=by, at=at, post=post.title_zh, why=why)
    return Pairing.objects.select_related("campaign", "unit", "benchmark").get(
        campaign=campaign, unit=unit, benchmark=benchmark
    )


@transaction.atomic
def end(pairing: Pairing, *, why: str, by, at: datetime) -> Pairing:
    """From today nothing more is owed by this pair; what it owed and did stays."""
    require_honest(at)
    pairing, who = _locked(pairing), standing(by, on=local_day(at))
    require(policies.can_end(who, pairing))
    if not why.strip():
        raise Refused(_("Say why the unit is no longer matched with it."))
    pairing.until_on, pairing.ended_why = max(who.on, pairing.since_on), why.strip()[:200]
    pairing.save(update_fields=["until_on", "ended_why"])
    record("pairing.ended", about=pairing, by=by, at=at, bureau=pairing.campaign.bureau.code,
           post=_post(who, pairing.unit).title_zh, words=pairing.ended_why)  # fmt: skip
    return pairing


@transaction.atomic
def save_gaps(pairing: Pairing, rows: list[dict], *, version: int, by, at: datetime) -> Pairing:
    """Store the whole analysis: one row a dimension, then the indicators. Rows without a word are left out.

    A row holds `kind`, `dimension` or `indicator`, the names of `FIELDS` and `objective`. Raises `Overtaken` when
    `version` is not the pair's. Saving what is stored already changes nothing, on whichever version. An analysis
    that was filed stays filed, and so must stay whole.
    """
    require_honest(at)
    pairing, who = _locked(pairing), standing(by, on=local_day(at))
    require(policies.can_write_gaps(who, pairing))
    made = _rows(pairing, rows)
    if [_plain(row) for row in pairing.gaps.all()] == [_plain(row) for row in made]:
        return pairing
    if pairing.version != version:
        raise Overtaken(pairing, *_last_saved(pairing))
    if pairing.gaps_filed_at:
        _require_whole(pairing, made)
    pairing.gaps.all().delete()
    Gap.objects.bulk_create(made)
    pairing.version += 1
    pairing.save(update_fields=["version"])
    record("gaps.saved", about=pairing, by=by, at=at, bureau=pairing.campaign.bureau.code,
           post=_post(who, pairing.unit).title_zh, rows=len(made), version=pairing.version)  # fmt: skip
    return pairing


@transaction.atomic
def file_gaps(pairing: Pairing, *, version: int, by, at: datetime) -> Pairing:
    """File the analysis once it is whole. Visits of this pair that were written up count from now on."""
    require_honest(at)
    pairing, who = _locked(pairing), standing(by, on=local_day(at))
    require(policies.can_write_gaps(who, pairing))
    if pairing.version != version:
        raise Overtaken(pairing, *_last_saved(pairing))
    if pairing.gaps_filed_at:
        return pairing
    _require_whole(pairing, list(pairing.gaps.all()))
    pairing.gaps_filed_at, pairing.gaps_filed_by = at, by
    pairing.save(update_fields=["gaps_filed_at", "gaps_filed_by"])
    counted = matching.count_visits(pairing=pairing, by=by, at=at)
    record("gaps.filed", about=pairing, by=by, at=at, bureau=pairing.campaign.bureau.code,
           post=_post(who, pairing.unit).title_zh, rows=pairing.gaps.count(), visits=len(counted))  # fmt: skip
    return pairing


def _why_chosen(benchmark: Benchmark, why: str) -> str:
    """The reason, where one is needed. Raises `Refused` without it."""
    if not policies.needs_reason(benchmark):
        return ""
    if not why.strip():
        raise Refused(_("This benchmark does not meet the comparability rule. Say why it is chosen all the same."))
    require_no_number(why)
    return why.strip()[:300]


def _stand_again(pairing: Pairing, why: str, *, post: str, on: date, by, at: datetime) -> Pairing:
    """Nothing is owed for the time between: that was said when the pair ended. A short break within one quarter is no
    new beginning, or what was missed before could be wiped out by ending a pair and matching it again.
    """
    ended = pairing.until_on
    if quarters.code_of(ended) != quarters.code_of(on) or on - ended >= quarters.A_MONTH:
        pairing.since_on = on
    pairing.until_on, pairing.ended_why, pairing.why_chosen = None, "", why
    pairing.save(update_fields=["since_on", "until_on", "ended_why", "why_chosen"])
    record("pairing.begun", about=pairing, by=by, at=at, bureau=pairing.campaign.bureau.code, post=post, words=why,
           again=True, since=pairing.since_on.isoformat())  # fmt: skip
    return pairing


def _locked(pairing: Pairing) -> Pairing:
    rows = Pairing.objects.select_for_update(of=("self",))
    return rows.select_related("campaign__bureau", "unit__kind", "benchmark").get(pk=pairing.pk)


def _post(who, unit: Unit):
    return policies.unit_post(who, unit) or who.bureau_post(Role.STYLE_OFFICE, unit.bureau_id)


def _rows(pairing: Pairing, rows: list[dict]) -> list[Gap]:
    """Unsaved rows in their places. Raises `Refused` for rows that the plan, the paper or privacy do not allow."""
    known = {each["key"] for each in queries.dimensions(pairing.campaign)}
    objectives = {row.pk: row for row in queries.objectives_of(pairing)}
    made = []
    for row in rows:
        if wording.is_empty(row):
            continue
        kind = GapKind(row["kind"])
        if kind == GapKind.DIMENSION and row.get("dimension") not in known:
            raise Refused(_("The plan knows no such dimension."))
        if kind == GapKind.INDICATOR and not row.get("indicator"):
            raise Refused(_("Name the indicator of each row."))
        require_no_number(*(row.get(name) for name in (*wording.TEXTS, "indicator")))
        objective = row.get("objective")
        gap = Gap(
            pairing=pairing, position=len(made) + 1, kind=kind,
            dimension=row["dimension"] if kind == GapKind.DIMENSION else "",
            indicator=row["indicator"][:120] if kind == GapKind.INDICATOR else "",
            objective=objectives.get(getattr(objective, "pk", objective)),
            **{name: row.get(name, None if name.endswith("_value") else "") for name in FIELDS},
        )  # fmt: skip
        made.append(gap)
    if len(made) > MOST_ROWS:
        raise Refused(_("An analysis holds at most %(n)s rows.") % {"n": MOST_ROWS})
    return made


def _plain(row: Gap) -> tuple:
    return (row.kind, row.dimension, row.indicator, row.objective_id, *(getattr(row, name) for name in FIELDS))


def _require_whole(pairing: Pairing, rows: list[Gap]) -> None:
    has_paper = bool(queries.objectives_of(pairing))
    lacks = wording.lacks(rows, queries.dimensions(pairing.campaign), has_paper=has_paper)
    if lacks:
        raise Refused(_("The analysis is not whole yet. %(lacks)s") % {"lacks": " ".join(lacks)})


def _last_saved(pairing: Pairing) -> tuple:
    deed = queries.last_saved(pairing)
    user = User.objects.filter(pk=int(deed.by)).first() if deed and deed.by.isdecimal() else None
    return (user, deed.at if deed else None)
