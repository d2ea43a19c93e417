"""The dispatch meeting of a month, and what a unit tells of a decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments import phrases
from commitments.actions import meetings as acts
from commitments.forms.meetings import DecisionForm, MeetingForm
from commitments.models import Month
from commitments.policies import meetings as policies
from commitments.queries import meetings as queries
from commitments.queries import monthly
from commitments.views import watching
from commitments.views.printed import hand_out
from portal.core import asked
from portal.core.errors import Refused
from units.frame import reader

REFUSED, UNCLEAR = 409, 422
FEW = 10
DONE = {
    "hold": lambda: _("Kept."),
    "decide": lambda: _("The decision stands in the minutes."),
    "drop": lambda: _("Taken out."),
    "settle": lambda: _("Settled."),
    "close": lambda: _("Closed, numbered and stamped. The units that decisions name were told."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def meeting(request, code):
    """Read the minutes; the style office writes: POST `act` hold, decide, drop, settle or close."""
    month = watching.month(request, code, policies.READERS)
    found = queries.of_month(month)
    if request.method != "POST":
        return _page(request, month)
    act, forms = request.POST.get("act", ""), {}
    try:
        if act == "hold":
            forms["form"] = MeetingForm(request.POST, meeting=found)
        elif act == "decide":
            forms["decision_form"] = DecisionForm(request.POST, units=queries.units_to_decide_for(month))
        if any(not form.is_valid() for form in forms.values()):
            return _page(request, month, **forms, status=UNCLEAR)
        _act(request, act, month, found, forms)
    except Refused as told:
        return _page(request, month, **forms, told=str(told), status=REFUSED)
    messages.success(request, DONE[act]())
    return redirect(f"{reverse('meeting', args=[code])}?campaign={month.campaign.code}")


def _act(request, act: str, month: Month, found, forms: dict) -> None:
    by_at = {"by": request.user, "at": timezone.now()}
    if act == "hold":
        acts.hold(month, version=forms["form"].cleaned_data["version"], **forms["form"].facts, **by_at)
    elif found is None:
        raise Refused(_("Write the meeting down first."))
    elif act == "decide":
        acts.decide(found, **forms["decision_form"].cleaned_data, **by_at)
    elif act == "close":
        acts.close(found, **by_at)
    elif act in ("drop", "settle"):
        number = asked.number(request.POST.get("decision"))
        rows = policies.visible(reader(request)).select_related("meeting__month__campaign")
        decision = get_object_or_404(rows, pk=number or 0)
        (acts.drop if act == "drop" else acts.settle)(decision, **by_at)
    else:
        raise Refused(_("This is nothing that can be done to minutes."))


def _page(request, month: Month, *, form=None, decision_form=None, told="", status=200):
    who, found = reader(request), queries.of_month(month)
    can_write = policies.can_write(who, month, found)
    facts = {
        "month": month,
        "month_name": phrases.month(month.period.first),
        "meeting": found,
        "can_write": bool(can_write),
        "is_office": bool(policies.office_post(who, month)),
        "decisions": queries.decisions(found),
        "carried": queries.carried(month),
        "told": told,
        "today": timezone.localdate(),
        "stuck": monthly.stuck(who, month)[0][:FEW],
        "requests": monthly.requests(who, month)[0][:FEW],
        "late": monthly.missing(who, month, most=FEW),
        "form": form or MeetingForm(meeting=found),
        "decision_form": decision_form or DecisionForm(units=queries.units_to_decide_for(month)),
    }
    return render(request, "work/dispatch/meeting.html", facts, status=status)


@require_safe
@login_required
def minutes(request, code):
    """The closed minutes as a PDF."""
    found = queries.of_month(watching.month(request, code, policies.READERS))
    if found is None or found.document is None:
        raise Http404
    return hand_out(request, found.document, name=f"{found.document.code}.pdf", back="meeting", code=code)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def decision(request, pk):
    """One decision: the unit it names tells what became of it."""
    who = reader(request)
    rows = policies.visible(who).select_related("unit", "line", "meeting__month__campaign")
    found = get_object_or_404(rows, pk=pk)
    outcome = request.POST.get("outcome", found.outcome)[:200]
    facts = {"decision": found, "verdict": policies.can_report(who, found), "outcome": outcome, "told": "",
             "is_own": bool(policies.unit_post(who, found)), "today": timezone.localdate()}  # fmt: skip
    if request.method == "POST":
        try:
            acts.report_outcome(found, outcome, by=request.user, at=timezone.now())
        except Refused as told:
            return render(request, "work/dispatch/decision.html", facts | {"told": str(told)}, status=REFUSED)
        messages.success(request, _("Told to the style office."))
        return redirect("decision", pk)
    return render(request, "work/dispatch/decision.html", facts)
