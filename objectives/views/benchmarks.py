"""The registry of benchmarks, one benchmark with its history, and who is matched with it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from objectives import benchmark_policies as policies
from objectives import benchmark_queries as queries
from objectives import match_pages, registry_words
from objectives import queries as paper_queries
from objectives.actions import pairings, registry
from objectives.forms.contacts import WhyChosenForm, WhyForm
from objectives.forms.gaps import RegistryForm
from objectives.models import Benchmark, Pairing
from portal.core.errors import Refused
from portal.core.wording import said
from units.frame import reader

CONFLICT, UNCLEAR = 409, 422


def campaign_of(request):
    """The campaigns of the reader's bureaus, and the one asked for; 404 for one that is not among them."""
    rows = queries.campaigns(reader(request))
    code = request.GET.get("campaign", "") or request.POST.get("campaign", "")
    found = queries.chosen(rows, code, on=timezone.localdate())
    if code and found is None:
        raise Http404
    return found, rows


@require_safe
@login_required
def benchmarks(request):
    who = reader(request)
    campaign, campaigns = campaign_of(request)
    facts = {"campaign": campaign, "campaigns": campaigns, "words": request.GET.get("q", "").strip()[:40]}
    if campaign:
        rows, following = queries.registry(campaign, words=facts["words"], after=_after(request))
        units = [unit for unit in policies.own_units(who) if unit.bureau_id == campaign.bureau_id]
        own = queries.open_pairs(campaign, [unit.pk for unit in units])
        facts |= {
            "tiers": _by_tier(rows), "following": following, "units": units, "total": len(rows),
            "own": [(pair, *registry_words.filed(pair)) for pair in own],
            "catch_up": campaign.content.get("catch_up") or [],
            "may_enter_all": policies.can_enter(who, campaign.bureau_id, None),
        }  # fmt: skip
    return render(request, "work/benchmarks/list.html", facts)


def _by_tier(rows: list[Benchmark]) -> list[tuple]:
    """(label, rows) of each tier that has any; each row with its `judged` colour and sentence."""
    labels = dict(Benchmark._meta.get_field("tier").choices)
    for row in rows:
        row.judged = registry_words.judged(row)
        row.more = max(row.units - len(row.matched), 0)
    found = [(labels[tier], [row for row in rows if row.tier == tier]) for tier in queries.TIERS]
    return [(label, these) for label, these in found if these]


def _after(request):
    pk, _mark, name = request.GET.get("after", "").partition("_")
    return (name, int(pk)) if pk.isdecimal() and len(pk) < 12 and name else None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def registry_new(request):
    """Units enter their own benchmark, the style office the bureau's."""
    who = reader(request)
    campaign, _campaigns = campaign_of(request)
    if campaign is None:
        raise Http404
    unit = next((unit for unit in policies.own_units(who) if unit.bureau_id == campaign.bureau_id), None)
    if request.GET.get("for") == "bureau" and policies.can_enter(who, campaign.bureau_id, None):
        unit = None
    if not policies.can_enter(who, campaign.bureau_id, unit):
        raise Http404
    form = RegistryForm(request.POST or None, bureau=campaign.bureau, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            row = registry.enter(campaign.bureau, form.part(), unit=unit, by=request.user, at=timezone.now())
        except Refused as told:
            form.add_error(None, str(told))
        else:
            messages.success(request, _("Entered. Now match your unit with it.") if unit else _("Entered."))
            return redirect("registry_entry", row.pk)
    facts = {"form": form, "unit": unit, "campaign": campaign}
    return render(request, "work/benchmarks/form.html", facts, status=UNCLEAR if form.is_bound else None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def registry_edit(request, pk):
    who, row = reader(request), _benchmark(request, pk)
    verdict = policies.can_change(who, row)
    if not verdict:
        messages.error(request, verdict.reason)
        return redirect("registry_entry", pk)
    form = RegistryForm(request.POST or None, bureau=row.bureau, unit=row.unit, benchmark=row)
    if request.method == "POST" and form.is_valid():
        try:
            registry.change(row, form.part(), by=request.user, at=timezone.now())
        except Refused as told:
            form.add_error(None, str(told))
        else:
            messages.success(request, _("Kept. What stood there before is in its history."))
            return redirect("registry_entry", pk)
    facts = {"form": form, "unit": row.unit, "benchmark": row}
    return render(request, "work/benchmarks/form.html", facts, status=UNCLEAR if form.is_bound else None)


@require_safe
@login_required
def registry_entry(request, pk):
    return _entry(request, _benchmark(request, pk))


def _entry(request, row: Benchmark, *, form: WhyForm | None = None, typed=None, status: int = 200):
    """`form`: the reason to take it off, as typed; `typed`: (unit, form) of a match that was not made."""
    who = reader(request)
    campaign, _campaigns = campaign_of(request)
    pairs = queries.pairs_of(row, campaign) if campaign else []
    matched = queries.matched_units(row, campaign) if campaign else set()
    facts = {
        "benchmark": row, "campaign": campaign, "answers": registry_words.answers(row),
        "judged": registry_words.judged(row), "may_change": policies.can_change(who, row),
        "pairs": [(pair, policies.reads(who, pair.unit), *registry_words.filed(pair)) for pair in pairs],
        "refused": typed and typed[1], **match_pages.facts(who, row, request.GET, matched=matched, typed=typed),
        "may_retire": policies.can_retire(who, row), "same": queries.same_host(row), "form": form or WhyForm(),
        **_history(row, pairs),
    }  # fmt: skip
    return render(request, "work/benchmarks/entry.html", facts, status=status)


def _history(row: Benchmark, pairs: list[Pairing]) -> dict:
    found = queries.deeds_of([row, *pairs])
    names = paper_queries.names_of(deed.by for deed in found)
    shown = {("objectives.pairing", str(pair.pk)): said(pair.unit, "name") for pair in pairs}
    entries = list(row.history.select_related("history_user").order_by("-history_date", "-history_id")[:30])
    return {"deeds": registry_words.deeds(found, names, shown), "changes": registry_words.changes(entries)}


@require_POST
@login_required
def registry_retire(request, pk):
    row, form = _benchmark(request, pk), WhyForm(request.POST)
    if not form.is_valid():
        return _entry(request, row, form=form, status=UNCLEAR)
    try:
        registry.retire(row, why=form.cleaned_data["why"], by=request.user, at=timezone.now())
        messages.success(request, _("Taken off the registry. Pairs that stand go on."))
    except Refused as told:
        form.add_error(None, str(told))
        return _entry(request, row, form=form, status=CONFLICT)
    return redirect("registry_entry", pk)


@require_POST
@login_required
def registry_match(request, pk):
    """Match one's own unit with a benchmark; the style office any unit of the bureau."""
    who, row = reader(request), _benchmark(request, pk)
    campaign, _campaigns = campaign_of(request)
    unit = match_pages.unit_asked(who, row, request.POST.get("unit", ""))
    if unit is None or campaign is None:
        raise Http404
    form = WhyChosenForm(request.POST, auto_id=f"match_{unit.pk}_%s")
    if not form.is_valid():
        return _entry(request, row, typed=(unit, form), status=UNCLEAR)
    try:
        pair = pairings.match(unit, row, campaign=campaign, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as told:
        form.add_error("why" if policies.needs_reason(row) else None, str(told))
        return _entry(request, row, typed=(unit, form), status=CONFLICT)
    if policies.unit_post(who, unit):
        messages.success(request, _("Matched. Compare yourselves next: the gap analysis is yours to write."))
    else:
        messages.success(request, _("Matched. The unit writes its gap analysis next."))
    return redirect("gaps", pair.pk)


@require_POST
@login_required
def pairing_end(request, pk):
    pair = queries.pairing(reader(request), pk)
    if pair is None:
        raise Http404
    try:
        pairings.end(pair, why=request.POST.get("why", ""), by=request.user, at=timezone.now())
        messages.success(request, _("Ended. From today nothing more is owed."))
    except Refused as told:
        messages.error(request, str(told))
        return redirect("gaps", pk)
    return redirect("registry_entry", pair.benchmark_id)


def _benchmark(request, pk) -> Benchmark:
    rows = Benchmark.objects.filter(bureau__in=policies.bureaus(reader(request)))
    return get_object_or_404(rows.select_related("unit", "bureau"), pk=pk)
