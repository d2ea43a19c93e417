"""Reading benchmarks, pairs and contacts: a constant number of questions for any number of rows."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Prefetch, Q, QuerySet

from objectives import benchmark_policies as policies
from objectives import quarters
from objectives.models import Benchmark, Campaign, Contact, Gap, Objective, Pairing, Target, Visit
from objectives.states import VisitState
from portal.core.asked import key
from portal.core.lenses import Shown
from portal.core.models import Deed
from portal.core.wording import said
from units.models import Unit
from units.policies import Standing

A_PAGE = 60
TIERS = ("city", "province", "nation")


def campaigns(who: Standing) -> list[Campaign]:
    """The campaigns of one's bureaus, the newest first."""
    rows = Campaign.objects.filter(bureau__in=policies.bureaus(who)).select_related("bureau")
    return list(rows.order_by("-starts_on", "-pk"))


def chosen(rows: list[Campaign], code: str, *, on: date) -> Campaign | None:
    """The one asked for, or None; without a wish the newest that has begun, else the newest."""
    if code:
        return next((row for row in rows if row.code == code), None)
    return next((row for row in rows if row.starts_on <= on), rows[0] if rows else None)


def settings_of(campaign: Campaign) -> dict:
    """The plan's rules of benchmarking; an empty mapping where it has none."""
    return campaign.content.get("benchmarking") or {}


def dimensions(campaign: Campaign) -> list[dict]:
    return list(settings_of(campaign).get("dimension") or ())


def contacts_a_quarter(campaign: Campaign) -> int:
    return settings_of(campaign).get("contacts_per_quarter") or 1


# --- the registry --------------------------------------------------------------------------------


def registry(campaign: Campaign, *, words: str = "", after: tuple[str, int] | None = None) -> tuple[list, str]:
    """A page of the bureau's benchmarks with `matched` (units now matched in the campaign), and where the next begins.

    By tier and name; benchmarks taken off the registry are left out.
    """
    pairs = Pairing.objects.filter(campaign=campaign, until_on=None).select_related("unit").order_by("unit__path")
    rows = Benchmark.objects.filter(bureau=campaign.bureau_id, retired_at=None).select_related("unit")
    for word in words.split()[:6]:
        rows = rows.filter(Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(host__icontains=word.casefold()))
    if after:
        name, pk = after
        rows = rows.filter(Q(name_zh__gt=name) | Q(name_zh=name, pk__gt=pk))
    rows = rows.annotate(units=Count("pairings", filter=Q(pairings__campaign=campaign, pairings__until_on=None)))
    page = list(rows.order_by("name_zh", "pk")[: A_PAGE + 1])
    following = f"{page[A_PAGE - 1].pk}_{page[A_PAGE - 1].name_zh}" if len(page) > A_PAGE else ""
    _name_some(page[:A_PAGE], pairs)
    return page[:A_PAGE], following


def _name_some(rows: list[Benchmark], pairs: QuerySet[Pairing]) -> None:
    """The first units matched with each of the rows, as `matched`."""
    by_row = {row.pk: [] for row in rows}
    for pair in pairs.filter(benchmark__in=by_row)[: 10 * A_PAGE]:
        by_row[pair.benchmark_id].append(pair)
    for row in rows:
        row.matched = by_row[row.pk]


def benchmark_in_full(who: Standing, pk) -> Benchmark | None:
    rows = Benchmark.objects.filter(bureau__in=policies.bureaus(who)).select_related("unit", "bureau")
    return rows.filter(pk=pk).first()


def pairs_of(benchmark: Benchmark, campaign: Campaign) -> list[Pairing]:
    """The first hundred units matched with a benchmark in a campaign, those that ended too."""
    rows = benchmark.pairings.filter(campaign=campaign).select_related("unit", "benchmark", "campaign")
    return list(rows.order_by("unit__path")[:100])


def matched_units(benchmark: Benchmark, campaign: Campaign) -> set:
    """Keys of all units now matched with a benchmark in a campaign."""
    return set(benchmark.pairings.filter(campaign=campaign, until_on=None).values_list("unit", flat=True))


def same_host(benchmark: Benchmark) -> list[Benchmark]:
    """Other entries of the registry for the same place."""
    rows = Benchmark.objects.filter(bureau=benchmark.bureau_id, host=benchmark.host, retired_at=None)
    return list(rows.exclude(pk=benchmark.pk).select_related("unit")[:20]) if benchmark.host else []


def deeds_of(things: Iterable, *, most: int = 60) -> list[Deed]:
    """The record of a few things of one kind or another, newest first."""
    wanted = Q(pk__in=[])
    for thing in things:
        wanted |= Q(about=thing._meta.label_lower, about_id=str(thing.pk))
    return list(Deed.objects.filter(wanted).select_related("words").order_by("-number")[:most])


# --- pairs and their gaps ------------------------------------------------------------------------


def pairing(who: Standing, pk) -> Pairing | None:
    """A pair whose gap analysis this person may read, with its `gaps`."""
    rows = Pairing.objects.filter(policies.readable(who)).select_related(
        "campaign__bureau", "unit__kind", "benchmark__unit", "gaps_filed_by"
    )
    gaps = Prefetch("gaps", Gap.objects.select_related("objective"))
    return rows.prefetch_related(gaps).filter(pk=pk).first()


def objectives_of(pairing: Pairing) -> list[Objective]:
    rows = Objective.objects.filter(paper__campaign=pairing.campaign_id, paper__unit=pairing.unit_id)
    return list(rows.order_by("position"))


def offered(pairing: Pairing) -> list[Target]:
    """Targets of the unit's paper that know the benchmark's figure: the first rows of an analysis by indicator."""
    rows = Target.objects.filter(
        objective__paper__campaign=pairing.campaign_id, objective__paper__unit=pairing.unit_id,
        benchmark_value__isnull=False,
    )  # fmt: skip
    rows = rows.filter(Q(objective__benchmark=pairing.benchmark_id) | Q(objective__benchmark=None))
    return list(rows.select_related("objective").order_by("objective__position", "position")[:20])


def open_pairs(campaign: Campaign, units: Iterable) -> list[Pairing]:
    """The pairs of these units that stand."""
    rows = Pairing.objects.filter(campaign=campaign, unit__in=list(units), until_on=None)
    return list(rows.select_related("unit", "benchmark").order_by("unit__path", "benchmark__name_zh"))


def choosable(unit: Unit) -> QuerySet[Benchmark]:
    """Benchmarks that a unit may match itself with or visit: the bureau's and its own."""
    rows = Benchmark.objects.filter(Q(unit=None) | Q(unit=unit), bureau=unit.bureau_id, retired_at=None)
    return rows.order_by("tier", "name_zh")


def last_saved(pairing: Pairing) -> Deed | None:
    """When and by whom the analysis was saved last."""
    return Deed.objects.about(pairing).filter(verb="gaps.saved").order_by("-number").first()


def uncounted(pairing: Pairing) -> int:
    """Visits of this pair that were written up and do not count yet."""
    same = Q(benchmark=pairing.benchmark_id) | Q(host=pairing.benchmark.host)
    visits = Visit.objects.filter(same, campaign=pairing.campaign_id, state=VisitState.DONE)
    visits = visits.filter(Q(unit=pairing.unit_id) | Q(companions__unit=pairing.unit_id)).distinct()
    known = Contact.objects.filter(visit=OuterRef("pk"), pairing=pairing)
    return visits.filter(~Exists(known)).count()


# --- contacts ------------------------------------------------------------------------------------


def owing(campaign: Campaign, code: str) -> QuerySet[Pairing]:
    """Pairs that owe a contact in that quarter (as `quarters.is_owed` has it) and have too few."""
    latest = quarters.owed_since(code, ends_on=campaign.ends_on)
    if latest is None:
        return Pairing.objects.none()
    ends = min(quarters.span(code)[1], campaign.ends_on)
    rows = Pairing.objects.filter(Q(until_on=None) | Q(until_on__gt=ends), campaign=campaign, since_on__lte=latest)
    rows = rows.annotate(made=Count("contacts", filter=Q(contacts__quarter=code)))
    return rows.filter(made__lt=contacts_a_quarter(campaign))


def missing(who: Standing, campaign: Campaign, *, on: date) -> dict[str, int]:
    """By quarter, the one that runs first and then the one before: how many pairs this person looks after miss it."""
    last = quarters.code_of(min(on, campaign.ends_on))
    codes = [code for code in (last, quarters.before(last)) if quarters.span(code)[1] >= campaign.starts_on]
    begun = [code for code in codes if quarters.span(code)[0] <= on]
    return {code: owing(campaign, code).filter(policies.readable(who)).count() for code in begun}


def ledger(
    who: Standing, campaign: Campaign, *, after: str = "", missing_in: str = "", most: int = A_PAGE
) -> tuple[list[Pairing], str]:
    """A page of the pairs this person looks after, each with its `noted` contacts, and where the next page begins.

    With `missing_in` only those that miss that quarter.
    """
    rows = owing(campaign, missing_in) if missing_in else Pairing.objects.filter(campaign=campaign)
    rows = rows.filter(policies.readable(who)).select_related("unit", "benchmark").order_by("unit__path", "pk")
    path, _mark, last_seen = after.partition("_")
    if pk := key(last_seen):
        rows = rows.filter(Q(unit__path__gt=path) | Q(unit__path=path, pk__gt=pk))
    contacts = Prefetch("contacts", Contact.objects.order_by("on"), to_attr="noted")
    page = list(rows.prefetch_related(contacts)[: most + 1])
    last = page[most - 1] if len(page) > most else None
    return page[:most], f"{last.unit.path}_{last.pk}" if last else ""


def contacts_between(campaign: Campaign, first: date, last: date) -> list[dict]:
    """Contacts of a quarter by pair, for the annex of a bulletin: unit, benchmark, how often, when last. Pairs that
    owed one and had none stand there too. Town schools stand under their town office, never by name.
    """
    within, towns = Q(contacts__on__range=(first, last)), policies.town_kinds(campaign)
    rows = Pairing.objects.filter(campaign=campaign).select_related("unit__parent", "benchmark")
    rows = rows.annotate(times=Count("contacts", filter=within), last_on=Max("contacts__on", filter=within))
    silent = set(owing(campaign, quarters.code_of(last)).values_list("pk", flat=True))
    return [
        {
            "unit": f"{row.unit.parent.name_zh}所属学校" if row.unit.kind_id in towns and row.unit.parent else
            row.unit.name_zh, "benchmark": row.benchmark.name_zh, "times": row.times,
            "last_on": row.last_on.isoformat() if row.last_on else "",
            "last_on_zh": f"{row.last_on.month}月{row.last_on.day}日" if row.last_on else "",
        }
        for row in rows.order_by("unit__path", "benchmark__name_zh")
        if row.times or row.pk in silent
    ]  # fmt: skip


# --- in the record -------------------------------------------------------------------------------


def benchmarks_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    rows = Benchmark.objects.filter(bureau__in=policies.bureaus(who), pk__in=ids)
    return {str(row.pk): Shown(said(row, "name"), f"/work/benchmarks/{row.pk}/") for row in rows}


def pairings_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Everybody of the bureau may know of a pair; its page opens for those who read the analysis."""
    rows = Pairing.objects.filter(unit__bureau__in=policies.bureaus(who), pk__in=ids)
    rows = rows.select_related("unit", "benchmark")
    return {str(row.pk): Shown(f"{said(row.unit, 'name')} – {said(row.benchmark, 'name')}") for row in rows}


def contacts_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    rows = Contact.objects.filter(policies.readable(who, "pairing__unit"), pk__in=ids)
    rows = rows.select_related("pairing__unit", "pairing__benchmark")
    return {
        str(row.pk): Shown(f"{said(row.pairing.unit, 'name')} – {said(row.pairing.benchmark, 'name')} {row.on}")
        for row in rows
    }
