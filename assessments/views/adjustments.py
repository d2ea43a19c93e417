"""Bonus, deduction and veto: entered with a document, a veto confirmed or refused by a leader, one taken back."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from assessments import adjustment_pages
from assessments.actions import adjustments as acts
from assessments.forms.adjustments import AdjustForm
from assessments.forms.results import WhyForm
from assessments.models import Adjustment, Case
from assessments.policies import adjustments as policies
from assessments.policies.results import office_post
from assessments.queries import adjustments as queries
from assessments.queries import results as result_queries
from commitments.views.attaching import hold_in_memory, is_too_large
from portal.core import inert, uploads
from portal.core.errors import Refused
from portal.core.wording import said
from units.frame import reader

CONFLICT, TOO_LARGE, UNCLEAR = 409, 413, 422
DONE = {
    "confirm": lambda: _("Confirmed. It counts when the results are put together next."),
    "take_back": lambda: _("Taken back. It counts when the results are put together next."),
}


@csrf_exempt  # only this outer door, which turns away what is too large before anything of it is read
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def enter(request, pk):
    """The style office enters a bonus, a deduction or a veto of one unit."""
    if request.method == "POST":
        if is_too_large(request):
            return _form_page(request, _case(request, pk), told=uploads.too_large(), status=TOO_LARGE)
        hold_in_memory(request)
    return _enter(request, pk)


@csrf_protect
def _enter(request, pk):
    found = _case(request, pk)
    if request.method != "POST":
        return _form_page(request, found)
    form = AdjustForm(request.POST, request.FILES, standard=found.assessment.standard)
    if not form.is_valid():
        return _form_page(request, found, form=form, status=UNCLEAR)
    data = form.cleaned_data
    try:
        acts.make(found, **data | {"points": data["points"] or Decimal(0)}, by=request.user, at=timezone.now())
    except Refused as told:
        return _form_page(request, found, form=form, told=str(told), status=CONFLICT)
    messages.success(request, _("Entered. It counts when the results are put together next."))
    return redirect("result_case", found.pk)


def _case(request, pk) -> Case:
    found, who = result_queries.one(reader(request), pk), reader(request)
    if found is None or not office_post(who, found.assessment):
        raise Http404
    return found


def _form_page(request, found: Case, *, form=None, told="", status=200):
    who = reader(request)
    form = form or AdjustForm(standard=found.assessment.standard, initial={"happened_on": who.on})
    facts = {"case": found, "name": said(found.unit, "name"), "form": form, "told": told}
    facts |= {"can_adjust": policies.can_adjust(who, found.assessment), "csrf_token": get_token(request)}
    return render(request, "work/results/adjust.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def adjustment(request, pk):
    """One of them: a leader confirms a veto or takes it back, the style office takes back what does not hold."""
    found = _found(request, pk)
    if request.method == "POST":
        return _act(request, found)
    return _page(request, found)


def _found(request, pk) -> Adjustment:
    found = queries.one(reader(request), pk)
    if found is None:
        raise Http404
    return found


def _page(request, found: Adjustment, *, form=None, told="", status=200):
    who = reader(request)
    facts = {
        "row": adjustment_pages.row(found, opens=False, has_proof=bool(found.proof)), "case": found.case,
        "name": said(found.case.unit, "name"), "form": form or WhyForm(label=_("Why it is taken back"),
        hint=_("The unit reads it.")), "told": told, "can_confirm": policies.can_confirm(who, found),
        "can_take_back": policies.can_take_back(who, found), "is_office": office_post(who, found.case.assessment),
    }  # fmt: skip
    return render(request, "work/results/adjustment.html", facts, status=status)


def _act(request, found: Adjustment):
    act, whence = request.POST.get("act", ""), {"by": request.user, "at": timezone.now()}
    if act not in DONE:
        return redirect("adjustment", found.pk)
    form = WhyForm(request.POST, label=_("Why it is taken back"), hint=_("The unit reads it."))
    if act == "take_back" and not form.is_valid():
        return _page(request, found, form=form, status=UNCLEAR)
    try:
        if act == "confirm":
            acts.confirm(found, **whence)
        else:
            acts.take_back(found, why=form.cleaned_data["reason"], **whence)
    except Refused as told:
        bound = form if act == "take_back" else None
        return _page(request, _found(request, found.pk), form=bound, told=str(told), status=CONFLICT)
    messages.success(request, DONE[act]())
    return redirect("adjustment", found.pk)


@require_safe
@login_required
def proof(request, pk):
    """The document behind it, always as a download."""
    found = queries.proof(reader(request), pk)
    if found is None:
        raise Http404
    return inert.handed_out(found.proof, found.proof_kind, name=f"proof-{found.pk}")
