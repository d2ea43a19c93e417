"""Pages of one visit: planned with warnings as the days are typed, decided, joined, written up."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from objectives import benchmark_policies as policies
from objectives import benchmark_queries, visit_words
from objectives import visit_checks as checks
from objectives import visit_queries as queries
from objectives.actions import visits as acts
from objectives.actions.writing import Overtaken
from objectives.forms.visits import JoinForm, SendBackForm, VisitForm, WriteUpForm
from objectives.models import Visit
from objectives.views.benchmarks import campaign_of
from portal.core import asked
from portal.core.errors import Refused
from portal.core.wording import said
from units.frame import reader
from units.models import Unit

CONFLICT, UNCLEAR = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def visit_new(request):
    """Plan a visit for one's own unit."""
    campaign, unit = _campaign_and_unit(request)
    choices = benchmark_queries.choosable(unit)
    if request.method == "POST":
        return _stored(request, campaign, unit, None)
    form = VisitForm(choices=choices, initial={"benchmark": request.GET.get("benchmark", "")})
    return _form_page(request, campaign, unit, form)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def visit_edit(request, pk):
    """Change a plan, or a visit that was sent back."""
    visit = _visit(request, pk)
    verdict = policies.can_change_visit(reader(request), visit)
    if not verdict:
        messages.error(request, verdict.reason)
        return redirect("visit", pk)
    if request.method == "POST":
        return _stored(request, visit.campaign, visit.unit, visit)
    form = VisitForm(choices=_choices(visit), visit=visit)
    return _form_page(request, visit.campaign, visit.unit, form, visit=visit)


def _stored(request, campaign, unit: Unit, visit: Visit | None):
    """Keep the plan; with `act` ask, put it up for approval as well. What is refused stays on the page as typed."""
    form = VisitForm(request.POST, choices=_choices(visit) if visit else benchmark_queries.choosable(unit), visit=visit)
    if not form.is_valid():
        return _form_page(request, campaign, unit, form, visit=visit, status=UNCLEAR)
    data, at = form.cleaned_data, timezone.now()
    facts = {"by": request.user, "at": at}
    try:
        if visit is None:
            visit = acts.plan(unit, data["benchmark"], form.part(), campaign=campaign, **facts)
        else:
            version = data["version"] or 0
            visit = acts.change(visit, form.part(), version=version, benchmark=data["benchmark"], **facts)
        if request.POST.get("act") == "ask":
            seen = request.POST.getlist("seen")
            visit = acts.ask(visit, despite=data["despite"], seen=seen, **facts)
            messages.success(request, _("Asked. Who approves was told."))
        else:
            messages.success(request, _("Kept as a plan. Nobody was asked yet."))
    except Overtaken as late:
        form.add_error(None, str(late))
        fresh = _visit(request, visit.pk)
        return _form_page(request, campaign, unit, form, visit=fresh, theirs=fresh, status=CONFLICT)
    except checks.Warned as told:
        return _form_page(request, campaign, unit, form, visit=_visit(request, visit.pk), told=told, status=CONFLICT)
    except Refused as told:
        form.add_error(None, str(told))
        fresh = _visit(request, visit.pk) if visit else None
        return _form_page(request, campaign, unit, form, visit=fresh, status=CONFLICT)
    return redirect("visit", visit.pk)


def _form_page(request, campaign, unit, form, *, visit=None, told=None, theirs=None, status=200):
    """The page of the plan. Its warnings are those of the days in the form, found anew on every change."""
    facts = {
        "form": form, "campaign": campaign, "unit": unit, "visit": visit, "told": str(told or ""), "theirs": theirs,
        "version": visit.version if visit else 0, **_warnings(request, form, campaign, unit, visit),
    }  # fmt: skip
    return render(request, "work/visits/form.html", facts, status=status)


@require_POST
@login_required
def visit_warnings(request):
    """What the calendar says of the days that are being typed; part of the page of the plan."""
    campaign, unit = _campaign_and_unit(request)
    pk = asked.key(request.POST.get("visit"))
    visit = queries.one(reader(request), pk) if pk else None
    form = VisitForm(request.POST, choices=benchmark_queries.choosable(unit))
    form.is_valid()
    return render(request, "work/visits/_warnings.html", _warnings(request, form, campaign, unit, visit))


def _warnings(request, form, campaign, unit: Unit, visit: Visit | None) -> dict:
    """Days without visits, and what the calendar warns of; nothing while the days cannot be read yet."""
    values = form.cleaned_data if form.is_bound and hasattr(form, "cleaned_data") else form.initial
    benchmark, first = values.get("benchmark"), values.get("from_on")
    last = values.get("to_on") or first
    if not benchmark or not first or not last or last < first:
        return {"warnings": [], "blackout": None, "despite": form["despite"], "checked": False}
    if not hasattr(benchmark, "pk"):
        benchmark = form.fields["benchmark"].queryset.filter(pk=benchmark).first()
    if benchmark is None:
        return {"warnings": [], "blackout": None, "despite": form["despite"], "checked": False}
    host = benchmark.host or checks.host_of(benchmark.name_zh)
    wanted = Visit(campaign=campaign, unit=unit, benchmark=benchmark, host=host, from_on=first, to_on=last,
                   kind=values.get("kind") or "go_out")  # fmt: skip
    if visit is not None:
        wanted.pk = visit.pk
    found, near = queries.warnings(wanted)
    return {
        "warnings": visit_words.warned(found, near, said(benchmark, "name")), "checked": True,
        "blackout": queries.blackout_of(unit.bureau_id, first, last), "despite": form["despite"],
        "online": wanted.kind == "online",
    }  # fmt: skip


# --- one visit -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def visit(request, pk):
    found = _visit(request, pk)
    if request.method == "POST":
        return _act(request, found)
    return _page(request, found)


def _page(request, found: Visit, *, status: int = 200, told: str = "", **forms):
    who = reader(request)
    units = [unit for unit in policies.own_units(who) if unit.bureau_id == found.unit.bureau_id]
    joined = {companion.unit_id for companion in found.companions.all()}
    may_join = next(((unit, verdict) for unit in units if unit.pk not in joined
                     and (verdict := policies.can_join(who, found, unit))), None)  # fmt: skip
    facts = {
        "visit": found, "title": visit_words.title(found), "days": visit_words.days(found),
        "light": visit_words.state(found), "reads": policies.reads_visit(who, found), "told": told,
        "may_change": policies.can_change_visit(who, found), "may_decide": policies.can_decide(who, found),
        "may_cancel": policies.can_cancel(who, found), "may_write": policies.can_write_up(who, found),
        "may_join": may_join, "may_leave": [unit for unit in units if unit.pk in joined and found.state != "done"],
        "warned": [visit_words.KEYS[key] for key in found.warnings if key in visit_words.KEYS],
        "blackout": queries.blackout_of(found.unit.bureau_id, found.from_on, found.to_on),
        "pairs": queries.pairs_of(found) if found.state in policies.STANDING else [],
        "today": timezone.localdate(), "join": forms.get("join") or JoinForm(),
        "back": forms.get("back") or SendBackForm(auto_id="back_%s"),
        "cancel": forms.get("cancel") or SendBackForm(auto_id="cancel_%s"),
        "write": forms.get("write") or WriteUpForm(initial={"held_on": found.from_on, "came": found.people}),
    }  # fmt: skip
    return render(request, "work/visits/show.html", facts, status=status)


def _act(request, found: Visit):
    """One act on a visit, by its name; its refusal is told on the page, with what was typed."""
    act = {"approve": _approve, "send_back": _send_back, "cancel": _cancel, "join": _join, "leave": _leave,
           "write_up": _write_up}.get(request.POST.get("act", ""))  # fmt: skip
    if act is None:
        raise Http404
    return act(request, found)


def _approve(request, found):
    return _done(request, found, acts.approve, _("Approved. The unit was told."))


def _send_back(request, found):
    form = SendBackForm(request.POST, auto_id="back_%s")
    return _done(request, found, acts.send_back, _("Sent back, with your words."), back=form)


def _cancel(request, found):
    form = SendBackForm(request.POST, auto_id="cancel_%s")
    return _done(request, found, acts.cancel, _("Cancelled. Who joined was told."), cancel=form)


def _write_up(request, found):
    words = _("Written up. It counts as a contact once the gap analysis is filed.")
    return _done(request, found, acts.write_up, words, write=WriteUpForm(request.POST))


def _join(request, found):
    form, unit = JoinForm(request.POST), _own_unit(request, found)
    if not form.is_valid():
        form = JoinForm({"people": 1})
        form.is_valid()
    words = _("You come along. The unit that makes the visit was told.")
    return _done(request, found, lambda visit, **facts: acts.join(visit, unit, **facts), words, join=form)


def _leave(request, found):
    unit = _own_unit(request, found)
    words = _("You no longer come along.")
    return _done(request, found, lambda visit, **facts: acts.leave(visit, unit, **facts), words)


def _done(request, found: Visit, act, words: str, **form):
    for each in form.values():
        if not each.is_valid():
            return _page(request, found, status=UNCLEAR, **form)
    data = next((each.cleaned_data for each in form.values()), {})
    try:
        act(found, **data, by=request.user, at=timezone.now())
    except Refused as told:
        return _page(request, _visit(request, found.pk), status=CONFLICT, told=str(told), **form)
    messages.success(request, words)
    return redirect("visit", found.pk)


# --- what every page needs -----------------------------------------------------------------------


def _visit(request, pk) -> Visit:
    found = queries.one(reader(request), pk)
    if found is None:
        raise Http404
    return found


def _choices(visit: Visit):
    return benchmark_queries.choosable(visit.unit) | type(visit.benchmark).objects.filter(pk=visit.benchmark_id)


def _campaign_and_unit(request):
    """The campaign asked for and the reader's own unit in its bureau; 404 for people without one."""
    campaign, _campaigns = campaign_of(request)
    units = [] if campaign is None else policies.own_units(reader(request))
    wanted = request.GET.get("unit", "") or request.POST.get("unit", "")
    units = [unit for unit in units if unit.bureau_id == campaign.bureau_id and wanted in ("", str(unit.pk))]
    if not units:
        raise Http404
    return campaign, units[0]


def _own_unit(request, found: Visit) -> Unit:
    wanted = request.POST.get("unit", "")
    units = [unit for unit in policies.own_units(reader(request)) if unit.bureau_id == found.unit.bureau_id]
    unit = next((unit for unit in units if wanted in ("", str(unit.pk)) and unit.pk != found.unit_id), None)
    if unit is None:
        raise Http404
    return unit
