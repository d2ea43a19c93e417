"""Pairs of units and benchmarks that follow from papers, and visits that count as contacts. Set-wise, safe twice."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from objectives import quarters
from objectives.models import Campaign, Companion, Contact, Objective, Pairing, Paper, Visit
from objectives.states import ContactWay, State, VisitKind, VisitState
from portal.core.clock import local_day
from portal.core.deeds import record

FILED = (State.COMPLETE, State.PUBLISHED)
ONE_BY_ONE = 20
"""So many new pairs stand in the record singly; more are told as one deed about the campaign with their number."""


def ensure_pairings(campaign: Campaign, *, by, at: datetime, paper: Paper | None = None) -> int:
    """Match every unit with the benchmarks its filed or published paper names (or this one paper); how many are new.

    A pair that ended stays ended. Runs inside the caller's transaction.
    """
    rows = Objective.objects.filter(
        paper__campaign=campaign, paper__state__in=FILED, benchmark__isnull=False, benchmark__retired_at=None
    )
    if paper is not None:
        rows = rows.filter(paper=paper)
    known = Pairing.objects.filter(campaign=campaign, unit=OuterRef("paper__unit"), benchmark=OuterRef("benchmark"))
    wanted = rows.filter(~Exists(known)).order_by().values_list("paper__unit", "benchmark").distinct()
    return begin(campaign, sorted(wanted, key=str), by=by, at=at)


def begin(campaign: Campaign, pairs: list[tuple], *, by, at: datetime, post: str = "", why: str = "") -> int:
    """Store pairs of unit and benchmark ids that are missing, and put them on record; `why` they were chosen."""
    if not pairs:
        return 0
    on = local_day(at)
    facts = {"campaign": campaign, "since_on": on, "why_chosen": why}
    rows = [Pairing(unit_id=unit, benchmark_id=benchmark, **facts) for unit, benchmark in pairs]
    Pairing.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    new = set(Pairing.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    made = [row for row in rows if row.pk in new]
    facts = {"by": by, "at": at, "bureau": campaign.bureau.code, "post": post}
    if len(made) > ONE_BY_ONE:
        record("pairing.begun", about=campaign, pairs=len(made), **facts)
        return len(made)
    for row in made:
        record("pairing.begun", about=row, unit=str(row.unit_id), benchmark=row.benchmark_id, words=why, **facts)
    return len(made)


def count_visits(*, by, at: datetime, visit: Visit | None = None, pairing: Pairing | None = None) -> list[Contact]:
    """Make contacts of visits that were written up, of this visit or this pair, where the gap analysis is filed.

    A visit counts for every unit that took part and is matched with the host, once a pair. Nothing twice.
    Call it after the visit or the analysis is stored: who writes up and who files wait for each other here, and the
    later sees what the earlier stored.
    """
    hold_count((visit or pairing).campaign_id)
    visits = Visit.objects.filter(state=VisitState.DONE)
    pairs = Pairing.objects.exclude(gaps_filed_at=None)
    if visit is not None:
        visits = visits.filter(pk=visit.pk)
        pairs = pairs.filter(_same_place(visit), campaign=visit.campaign_id)
    if pairing is not None:
        same = Q(benchmark=pairing.benchmark_id) | Q(host=pairing.benchmark.host)
        visits = visits.filter(same, campaign=pairing.campaign_id)
        pairs = pairs.filter(pk=pairing.pk)
    joined = _joined(visits)
    counted = set(Contact.objects.filter(visit__in=visits).values_list("pairing", "visit"))
    found = [
        _contact(pair, each, by, at)
        for each in visits
        for pair in pairs.select_related("benchmark", "campaign__bureau")
        if pair.unit_id in joined[each.pk] and (pair.pk, each.pk) not in counted and _stood(pair, each.held_on)
    ]
    return Contact.objects.bulk_create(found)


def hold_count(campaign_id: int) -> None:
    """One count a campaign at a time."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)


def _same_place(visit: Visit) -> Q:
    return Q(benchmark=visit.benchmark_id) | Q(benchmark__host=visit.host)


def _joined(visits) -> dict:
    """The units that took part, by visit."""
    units = {pk: {unit} for pk, unit in visits.values_list("pk", "unit")}
    for visit, unit in Companion.objects.filter(visit__in=visits).values_list("visit", "unit"):
        units[visit].add(unit)
    return units


def _stood(pair: Pairing, on: date) -> bool:
    return pair.until_on is None or on < pair.until_on


def _contact(pair: Pairing, visit: Visit, by, at: datetime) -> Contact:
    way = ContactWay.ONLINE if visit.kind == VisitKind.ONLINE else ContactWay.VISIT
    return Contact(
        pairing=pair, quarter=quarters.code_of(visit.held_on), on=visit.held_on, way=way, about=visit.purpose[:200],
        visit=visit, noted_at=at, noted_by=by,
    )  # fmt: skip
