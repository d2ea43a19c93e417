"""Pages of rectifications: the list, a new order, one order with the acts of whoever reads it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commitments import rectification_pages, rectification_words, rectifying
from commitments.actions import documents, extensions, rectifications
from commitments.models import Extension, Rectification
from commitments.policies import rectifications as policies
from commitments.queries import rectifications as queries
from commitments.views import signing
from commitments.views.printed import hand_out
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import said
from units.frame import reader
from units.models import Role

CONFLICT, UNCLEAR = 409, 422
DONE = {
    "send": lambda: _("Put before the leader. The text is frozen now."),
    "receive": lambda: _("Receipt confirmed."),
    "plan": lambda: _("The plan is filed."),
    "report": lambda: _("Reported. Somebody else checks it now."),
    "pass": lambda: _("Closed. What is closed stays closed."),
    "reject": lambda: _("Handed back to the unit, with your words."),
    "return": lambda: _("Returned to the style office, with your words."),
    "recall": lambda: _("Taken back: it is a draft again, and its number is spent."),
    "later": lambda: _("Asked. The leader who signed the order decides."),
    "grant": lambda: _("Granted. The unit was told the new day."),
    "refuse": lambda: _("Refused. The day stays, and the unit was told."),
}


@require_safe
@login_required
def rectifications_list(request):
    who, closed = reader(request), request.GET.get("show") == "closed"
    after = queries.place_from(request.GET.get("after", ""), closed=closed)
    page, last = queries.listed(who, closed=closed, after=after)
    rows = [
        {"order": order, "title": rectification_words.title(order), "stands": rectification_words.stands(order),
         "unit": said(order.unit, "name"), "late": rectifying.is_overdue(order.state, order.due_on, on=who.on)}
        for order in page
    ]  # fmt: skip
    following = queries.place_of(last, closed=closed) if last else ""
    facts = {"rows": rows, "closed": closed, "following": following, "today": who.on}
    facts["drafts"] = bool(who.posts_as(Role.STYLE_OFFICE))
    return render(request, "work/rectifications/list.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rectification(request, pk):
    """One order; what a person may do with it stands on the same page."""
    found = _found(request, pk)
    if request.method == "POST":
        return _act(request, found)
    return _page(request, found)


@sensitive_variables()
@sensitive_post_parameters(*signing.SECRETS)
@require_POST
@login_required
def sign(request, pk):
    """The leader's signature: it issues the order in the same moment."""
    found = _found(request, pk)
    try:
        require(policies.can_sign(reader(request), found))
        form = signing.sign(
            request, found.document, post=found.signer,
            then=lambda document: rectifications.issue(document, by=request.user, at=timezone.now()),
        )  # fmt: skip
    except documents.AlreadySigned as told:
        messages.info(request, str(told))
    except Refused as told:
        messages.error(request, str(told))
    else:
        if form is not None:
            return _page(request, found, sign_form=form, status=CONFLICT)
        messages.success(request, _("Signed and issued. The unit was told."))
    return redirect("rectification", pk)


@require_safe
@login_required
def order_pdf(request, pk):
    """The order as a document, for its parties."""
    found = _found(request, pk)
    if not found.document_id:
        raise Http404
    return hand_out(request, found.document, name=f"order-{found.document.code}.pdf", back="rectification", pk=pk)


def _found(request, pk) -> Rectification:
    found = queries.one(reader(request), pk)
    if found is None:
        raise Http404
    return found


def _page(request, found: Rectification, *, forms=None, sign_form=None, told="", typed=("", None), status=200):
    who = reader(request)
    facts = rectification_pages.facts(who, found, forms or rectification_pages.forms_of(found)) | {"told": told}
    facts["kept"] = rectification_pages.kept(*typed, facts["can"])
    facts["sign"] = None
    if facts["can"]["sign"]:
        to = reverse("rectification_sign", args=[found.pk])
        facts["sign"] = signing.panel(request, found.document, to=to, form=sign_form, button=_("Sign and issue"))
    facts["text"] = signing.text_of(found.document) if found.document_id else ""
    return render(request, "work/rectifications/order.html", facts, status=status)


def _act(request, found: Rectification):
    act = request.POST.get("act", "")
    if act not in DONE:
        return redirect("rectification", found.pk)
    forms = rectification_pages.forms_of(found, request.POST, act)
    form = forms.get("grant" if act == "refuse" else act)
    if form is not None and not form.is_valid():
        return _page(request, found, forms=forms, status=UNCLEAR)
    try:
        _do(act, found, form.cleaned_data if form else {}, by=request.user, at=timezone.now())
    except Refused as told:
        fresh = _found(request, found.pk)
        return _page(request, fresh, forms=forms, told=str(told), typed=(act, form), status=CONFLICT)
    messages.success(request, DONE[act]())
    return redirect("rectification", found.pk)


def _do(act: str, order: Rectification, data: dict, **whence) -> None:
    match act:
        case "send":
            rectifications.send_to_sign(order, **whence)
        case "receive":
            rectifications.receive(order, **whence)
        case "plan":
            rectifications.plan(order, text=data["text"], **whence)
        case "report":
            rectifications.report(order, text=data["text"], **whence)
        case "pass" | "reject":
            rectifications.check(order, passed=act == "pass", words=data["text"], **whence)
        case "return":
            rectifications.return_unsigned(order, reason=data["text"], **whence)
        case "recall":
            rectifications.recall(order, **whence)
        case "later":
            extensions.ask(order, **data, **whence)
        case "grant" | "refuse":
            _decide(act, order, data, **whence)


def _decide(act: str, order: Rectification, data: dict, **whence) -> None:
    asked: Extension | None = next((row for row in order.asked_for if row.decided_at is None), None)
    if asked is None:
        raise Refused(_("No later day is asked for now."))
    if act == "refuse":
        extensions.refuse(asked, decision=data["decision"], **whence)
    elif data["granted_on"] is None:
        raise Refused(_("Name the new day: a later day is always a definite one."))
    else:
        extensions.grant(asked, **data, **whence)
