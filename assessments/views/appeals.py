"""Appeals on their way: two people are named and check again, a decision is drafted and signed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import appeal_pages
from assessments.actions import appeals as acts
from assessments.forms import appeals as forms
from assessments.forms.results import WhyForm
from assessments.models import Appeal
from assessments.policies import appeals as policies
from assessments.queries import appeals as queries
from commitments.actions import documents
from commitments.views import signing
from commitments.views.printed import hand_out
from portal.core.errors import Refused
from units.frame import reader

CONFLICT, UNCLEAR = 409, 422
DONE = {
    "name": lambda: _("Named. Both were told; each checks alone."),
    "recheck": lambda: _("Handed in."),
    "draft": lambda: _("The decision has its number and waits for the leader’s signature."),
    "return": lambda: _("Returned with your words."),
}


@require_safe
@login_required
def appeals(request):
    """Every appeal that this person may know of."""
    who = reader(request)
    rows = [appeal_pages.row(appeal, who) for appeal in queries.listed(who)]
    return render(request, "work/appeals/list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def appeal(request, pk):
    """One appeal; what a person may do with it stands on the same page."""
    found = _found(request, pk)
    if request.method == "POST":
        return _act(request, found)
    return _page(request, found)


def _found(request, pk) -> Appeal:
    found = queries.one(reader(request), pk)
    if found is None:
        raise Http404
    return found


def _forms(found: Appeal, who, data=None, act: str = "") -> dict:
    """The forms of the acts that this person may do, the posted one bound."""
    made = {}
    if policies.can_name(who, found):
        tenures = policies.may_be_asked(found.case, on=who.on)
        stays = [place for place in ("first", "second") if policies.handed_in(found, place)]
        first = {"first": found.first_id, "second": found.second_id}
        made["name"] = forms.NameForm(data if act == "name" else None, tenures=tenures, stays=stays, initial=first)
    if policies.can_recheck(who, found):
        made["recheck"] = forms.RecheckForm(data if act == "recheck" else None, points=found.points.all())
    if policies.can_draft(who, found):
        first = {"outcome": found.outcome or "changed", "decision": found.decision, "signer": found.signer_id}
        signers = policies.may_sign(found.case)
        made["draft"] = forms.DecisionForm(data if act == "draft" else None, signers=signers, initial=first)
    if policies.can_sign(who, found):
        hint = _("The style office reads exactly these words.")
        made["return"] = WhyForm(
            data if act == "return" else None, label=_("What must change"), hint=hint, auto_id="return_%s"
        )
    return made


def _page(request, found: Appeal, *, made=None, told="", sign_form=None, status=200):
    who = reader(request)
    made = _forms(found, who) if made is None else made
    facts = appeal_pages.facts(found, who) | {"forms": made, "told": told, "sign": None}
    if "return" in made:
        to = reverse("appeal_sign", args=[found.pk])
        facts["sign"] = signing.panel(request, found.document, to=to, form=sign_form, button=_("Sign the decision"))
    shows = found.document_id and (found.decided_at or not facts["is_unit"]) and not facts["checks"]
    facts["text"] = signing.text_of(found.document) if shows else ""
    return render(request, "work/appeals/appeal.html", facts, status=status)


def _act(request, found: Appeal):
    who, act = reader(request), request.POST.get("act", "")
    if act not in DONE:
        return redirect("appeal", found.pk)
    made = _forms(found, who, request.POST, act)
    form = made.get(act)
    if form is not None and not form.is_valid():
        return _page(request, found, made=made, status=UNCLEAR)
    try:
        _do(act, found, form, who, by=request.user, at=timezone.now())
    except Refused as told:
        return _page(request, _found(request, found.pk), made=made if form else None, told=str(told), status=CONFLICT)
    messages.success(request, DONE[act]())
    return redirect("desk") if act == "return" else redirect("appeal", found.pk)


def _do(act: str, found: Appeal, form, who, **whence) -> None:
    if form is None:
        ask = {"name": policies.can_name, "recheck": policies.can_recheck, "draft": policies.can_draft}
        raise Refused(ask.get(act, policies.can_sign)(who, found).reason)
    data = form.cleaned_data
    match act:
        case "name":
            acts.name(found, **{"first": found.first, "second": found.second} | data, **whence)
        case "recheck":
            acts.recheck(found, form.marks, falls=form.falls, **whence)
        case "draft":
            acts.draft_decision(found, **data, **whence)
        case "return":
            acts.send_back(found, reason=data["reason"], **whence)


@sensitive_variables()
@sensitive_post_parameters(*signing.SECRETS)
@require_POST
@login_required
def sign(request, pk):
    """The leader's signature: it decides the appeal in the same moment."""
    found = _found(request, pk)
    if not (verdict := policies.can_sign(reader(request), found)):
        messages.error(request, verdict.reason)
        return redirect("appeal", pk)
    then = acts.decided(by=request.user, at=timezone.now())
    try:
        form = signing.sign(request, found.document, post=found.signer, then=then)
    except documents.AlreadySigned as told:
        messages.info(request, str(told))
        return redirect("appeal", pk)
    if form is not None:
        return _page(request, found, sign_form=form, status=CONFLICT)
    messages.success(request, _("Signed and decided. The unit was told."))
    return redirect("appeal", pk)


@require_safe
@login_required
def decision_pdf(request, pk):
    """The decision: for those who draft and sign it, and for the unit once it is signed."""
    found = _found(request, pk)
    facts = appeal_pages.facts(found, reader(request))
    if found.document is None or facts["checks"] or (facts["is_unit"] and not found.decided_at):
        raise Http404
    return hand_out(request, found.document, back="appeal", pk=pk)
