"""Inspections as pages: one's own, the style office's list, one inspection with the acts of whoever reads it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import inspection_pages, sheet_pages
from assessments.actions import inspections as acts
from assessments.models import Assessment, Finding, Inspection
from assessments.policies import inspections as policies
from assessments.queries import inspections as queries
from assessments.states import InspectionState
from portal.core.errors import Refused
from portal.core.wording import said
from units.frame import reader
from units.models import Role

CONFLICT, UNCLEAR = 409, 422
DONE = {
    "plan": lambda: _("The day is set. The inspectors were told."),
    "third": lambda: _("The next in the draw's line was asked for a third opinion."),
    "unable": lambda: _("On record: the unit could not receive. The next of its kind in line takes its place."),
    "hand": lambda: _("The sheet passed on to the next in line. Both inspectors were told."),
    "reopen": lambda: _("Opened again. The inspectors were told your words."),
}


@require_safe
@login_required
def inspections(request):
    """One's own sheets first; below, for those who run or oversee inspections, all they may see."""
    who, state = reader(request), request.GET.get("state", "")
    state = state if state in InspectionState.values else ""
    page, last = queries.listed(who, state=state, after=queries.place_from(request.GET.get("after", "")))
    current = queries.round_of(who)
    facts = {
        "sheets": [sheet_pages.listed(row) for row in queries.sheets_of(who)], "today": who.on,
        "rows": [inspection_pages.row(row) for row in page], "state": state, "states": InspectionState.choices,
        "runs": bool(who.posts_as(*policies.OFFICES)) or bool(page),
        "following": queries.place_of(last) if last else "", "current": current,
        "can_close": policies.can_close(who, current) if current and who.posts_as(Role.STYLE_OFFICE) else None,
    }  # fmt: skip
    return render(request, "work/inspections/list.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inspection(request, pk):
    """One inspection; what a person may do with it stands on the same page."""
    found = _found(request, pk)
    if request.method == "POST":
        return _act(request, found)
    return _page(request, found)


@require_POST
@login_required
def close(request, pk):
    """End the round before its last day."""
    bureaus = [post.unit.bureau_id for post in reader(request).posts_as(Role.STYLE_OFFICE)]
    assessment = get_object_or_404(Assessment.objects.filter(campaign__bureau__in=bureaus), pk=pk)
    try:
        acts.close_round(assessment, by=request.user, at=timezone.now())
        messages.success(request, _("The round is closed. The inspectors' access has ended."))
    except Refused as told:
        messages.error(request, str(told))
    return redirect("inspections")


@require_POST
@login_required
def order(request, pk):
    """Start a rectification from a finding: a draft, which the style office may still change."""
    seen = policies.visible(reader(request)).filter(state=InspectionState.SETTLED)
    rows = Finding.objects.filter(opinion__inspection__in=seen).select_related("opinion__inspection__case__unit")
    finding = get_object_or_404(rows, pk=pk)
    found = _found(request, finding.opinion.inspection_id)
    form = inspection_pages.order_form(reader(request), found, request.POST)
    if form is None or not form.is_valid():
        return _page(request, found, told=_("Choose who signs the order."), status=UNCLEAR)
    try:
        made = acts.start_order(finding, signer=form.cleaned_data["signer"], by=request.user, at=timezone.now())
    except Refused as told:
        return _page(request, _found(request, found.pk), told=str(told), status=CONFLICT)
    messages.success(request, _("The order is drafted. Read it, and put it before the leader."))
    return redirect("rectification_edit", made.pk)


def _act(request, found: Inspection):
    act = request.POST.get("act", "")
    if act not in DONE:
        return redirect("inspection", found.pk)
    forms = inspection_pages.forms_of(found, request.POST, act)
    form = forms.get(act)
    if form is not None and not form.is_valid():
        return _page(request, found, forms=forms, status=UNCLEAR)
    try:
        after = _do(act, found, form.cleaned_data if form else {}, by=request.user, at=timezone.now())
    except Refused as told:
        return _page(request, _found(request, found.pk), forms=forms, told=str(told), status=CONFLICT)
    words = DONE[act]()
    if act == "unable" and after is None:
        words = _("On record: the unit could not receive. No other of its kind is left in the draw's line.")
    elif act == "unable":
        words = f"{words} {said(after.case.unit, 'name')}"
    messages.success(request, words)
    # Opened again, it is out of its leader's sight until it is settled anew.
    return redirect("inspections") if act == "reopen" else redirect("inspection", found.pk)


def _do(act: str, found: Inspection, data: dict, **common):
    if act == "plan":
        return acts.plan_day(found, on=data["planned_on"], **common)
    if act == "third":
        return acts.ask_third(found, **common)
    if act == "hand":
        sheet = get_object_or_404(found.opinions, pk=data["sheet"])
        return acts.cannot_come(sheet, reason=data["reason"], words=data["words"], **common)
    return (acts.unable if act == "unable" else acts.reopen)(found, why=data["why"], **common)


def _found(request, pk) -> Inspection:
    found = queries.one(reader(request), pk)
    if found is None:
        raise Http404
    return found


def _page(request, found: Inspection, *, forms=None, told="", status=None):
    facts = inspection_pages.facts(reader(request), found, forms or inspection_pages.forms_of(found)) | {"told": told}
    return render(request, "work/inspections/inspection.html", facts, status=status)
