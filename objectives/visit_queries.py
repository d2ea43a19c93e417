"""Reading visits: the calendar of a month, one visit, what speaks against one. A constant number of questions."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from objectives import benchmark_policies as policies
from objectives import benchmark_queries, visiting
from objectives.models import Benchmark, Blackout, Campaign, Companion, Pairing, Visit
from objectives.states import VisitKind, VisitState
from objectives.visiting import Trip
from portal.core.lenses import Shown
from portal.core.wording import said
from units.models import Bureau, Unit
from units.policies import Standing

MOST = 300
"""Visits of a month that the calendar draws; a bureau with more says so."""


def with_units(rows: QuerySet[Visit]) -> QuerySet[Visit]:
    joined = Prefetch("companions", Companion.objects.select_related("unit").order_by("unit__path"))
    return rows.select_related("unit__kind", "benchmark", "campaign__bureau").prefetch_related(
        joined, "campaign__kind_rules"
    )


def visible(who: Standing) -> QuerySet[Visit]:
    """The visits this person may know of."""
    return Visit.objects.filter(policies.visible_visits(who))


def one(who: Standing, pk) -> Visit | None:
    rows = with_units(visible(who)).select_related("decided_post", "planned_by", "decided_by")
    return rows.filter(pk=pk).first()


def of_month(who: Standing, first: date, last: date) -> list[Visit]:
    """Visits that share a day with the span, cancelled ones left out; at most `MOST` and one."""
    rows = visible(who).filter(from_on__lte=last, to_on__gte=first).exclude(state=VisitState.CANCELLED)
    return list(with_units(rows).order_by("from_on", "host", "pk")[: MOST + 1])


def crowded(bureaus: set[int], first: date, last: date, most: int) -> dict[str, int]:
    """Hosts that more than `most` standing visits go to in the span, with their number."""
    rows = Visit.objects.standing().filter(unit__bureau__in=bureaus, from_on__lte=last, to_on__gte=first)
    rows = rows.exclude(kind=VisitKind.ONLINE).order_by().values("host").annotate(n=Count("pk")).filter(n__gt=most)
    return dict(rows.values_list("host", "n"))


def blackouts(bureaus: Iterable[int], first: date, last: date) -> list[Blackout]:
    rows = Blackout.objects.filter(bureau__in=bureaus, from_on__lte=last, to_on__gte=first)
    return list(rows.order_by("from_on"))


def coming_blackouts(bureau: Bureau, *, on: date) -> list[Blackout]:
    return list(Blackout.objects.filter(bureau=bureau, to_on__gte=on).order_by("from_on")[:50])


def own(who: Standing) -> list[Visit]:
    """What one's units still have to do with their visits: plans, visits sent back, visits to write up."""
    units = [unit.pk for unit in policies.own_units(who)]
    if not units:
        return []
    open_ = [VisitState.PLANNED, VisitState.RETURNED, VisitState.ASKED, VisitState.APPROVED]
    return list(with_units(Visit.objects.filter(unit__in=units, state__in=open_)).order_by("from_on")[:50])


def to_decide(who: Standing) -> list[Visit]:
    """Visits that wait for this person's approval, the earliest first."""
    reads = policies.readable(who)
    rows = with_units(Visit.objects.filter(reads, state=VisitState.ASKED))
    return [visit for visit in rows.order_by("from_on")[:100] if policies.can_decide(who, visit)]


# --- warnings ------------------------------------------------------------------------------------


def trip_of(visit: Visit) -> Trip:
    """The visit as the warnings look at it; its companions are read with it."""
    joined = [] if visit._state.adding else [each.unit_id for each in visit.companions.all()]
    units = frozenset([visit.unit_id, *joined])
    return Trip(visit.pk, visit.host, visit.kind, visit.from_on, visit.to_on, units)


def standing_at(bureau_id: int, host: str, from_on: date, to_on: date) -> dict:
    """Standing visits of the bureau to one host near these days, by key, with their units."""
    first = min(from_on - visiting.TOO_SOON, from_on.replace(day=1))
    last = max(to_on + visiting.TOO_SOON, to_on)
    rows = Visit.objects.standing().filter(host=host, unit__bureau=bureau_id, from_on__lte=last, to_on__gte=first)
    return {visit.pk: visit for visit in with_units(rows)}


def most_a_month(campaign: Campaign) -> int:
    """How many visits of the bureau one host takes a month before the calendar warns."""
    return benchmark_queries.settings_of(campaign).get("host_visits_a_month") or visiting.HOST_VISITS_A_MONTH


def warnings(visit: Visit) -> tuple[list[visiting.Warned], dict]:
    """What speaks against a visit (stored or not), and the visits that the warnings speak of, by key."""
    near = standing_at(visit.unit.bureau_id, visit.host, visit.from_on, visit.to_on)
    others = [trip_of(each) for each in near.values()]
    return visiting.warnings(trip_of(visit), others, most=most_a_month(visit.campaign)), near


def blackout_of(bureau_id: int, from_on: date, to_on: date) -> Blackout | None:
    return visiting.blacked_out(from_on, to_on, blackouts([bureau_id], from_on, to_on))


# --- what counts ---------------------------------------------------------------------------------


def pairs_of(visit: Visit) -> list[Pairing]:
    """The pairs for which a visit counts: those of the units that take part with its host."""
    units = [visit.unit_id, *(each.unit_id for each in visit.companions.all())]
    same = Q(benchmark=visit.benchmark_id) | Q(benchmark__host=visit.host)
    rows = Pairing.objects.filter(same, campaign=visit.campaign_id, unit__in=units, until_on=None)
    return list(rows.select_related("unit", "benchmark").order_by("unit__path"))


def matches(unit: Unit, benchmark: Benchmark, campaign: Campaign) -> bool:
    return Pairing.objects.filter(campaign=campaign, unit=unit, benchmark=benchmark, until_on=None).exists()


def visits_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Visits in the record: only those this person may know of."""
    rows = visible(who).filter(pk__in=ids).select_related("unit", "benchmark")
    return {
        str(row.pk): Shown(f"{said(row.unit, 'name')} → {said(row.benchmark, 'name')} {row.from_on}",
                           f"/work/visits/{row.pk}/")
        for row in rows
    }  # fmt: skip


def blackouts_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    rows = policies.visible_blackouts(who).filter(pk__in=ids)
    return {str(row.pk): Shown(f"{row.from_on} – {row.to_on} {said(row, 'why')}") for row in rows}
