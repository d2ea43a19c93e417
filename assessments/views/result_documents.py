"""The two documents that a leader signs: the result, which the signature publishes, and the internal report."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from assessments.actions import results as acts
from assessments.forms.results import WhyForm
from assessments.models import Assessment
from assessments.policies import results as policies
from assessments.queries import documents as queries
from commitments import files
from commitments.actions import documents
from commitments.models import DocumentKind, OfficialDocument
from commitments.views import signing
from commitments.views.printed import hand_out
from portal.core.errors import Refused
from portal.core.verdicts import Verdict
from units.frame import reader
from units.models import Post

CONFLICT, UNCLEAR = 409, 422


@require_safe
@login_required
def document(request, pk):
    """The frozen text; whoever signs it does so beside it."""
    return _page(request, *_found(request, pk))


@sensitive_variables()
@sensitive_post_parameters(*signing.SECRETS)
@require_POST
@login_required
def sign(request, pk):
    """The leader's signature; that of the result publishes it in the same moment."""
    found, assessment, signer = _found(request, pk)
    if not (verdict := _can_sign(request, found, assessment, signer)):
        messages.error(request, verdict.reason)
        return redirect("result_document", pk)
    is_result = found.kind == DocumentKind.RESULT
    then = (acts.published if is_result else acts.municipal_signed)(by=request.user, at=timezone.now())
    try:
        form = signing.sign(request, found, post=signer, then=then, must_be_printed=True)
    except documents.AlreadySigned as told:
        messages.info(request, str(told))
        return redirect("result_document", pk)
    if form is not None:
        return _page(request, found, assessment, signer, form=form, status=CONFLICT)
    done = _("Signed and published. Everyone can read the results now.")
    messages.success(request, done if is_result else _("Signed. The report can be sent now; it is not public."))
    return redirect("result_document", pk)


@require_POST
@login_required
def send_back(request, pk):
    found, assessment, signer = _found(request, pk)
    form = _back_form(request.POST)
    if not form.is_valid():
        return _page(request, found, assessment, signer, back=form, status=UNCLEAR)
    try:
        acts.send_back(found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
    except Refused as told:
        messages.error(request, str(told))
        return redirect("result_document", pk)
    messages.success(request, _("Returned with your words."))
    return redirect("desk")


@require_safe
@login_required
def pdf(request, pk):
    found, _assessment, _signer = _found(request, pk)
    return hand_out(request, found, back="result_document", pk=pk)


def _found(request, pk) -> tuple[OfficialDocument, Assessment, Post | None]:
    """The document with its assessment and signer, for the style office and whoever signs; for others nothing."""
    found, who = queries.of_results(pk), reader(request)
    if found is None:
        raise Http404
    document, assessment = found
    signer = acts.signer_of(document)
    holds = signer is not None and signer.pk in {post.pk for post in who.posts}
    if not policies.office_post(who, assessment) and not holds:
        raise Http404
    return document, assessment, signer


def _can_sign(request, found: OfficialDocument, assessment: Assessment, signer) -> Verdict:
    ask = policies.can_publish if found.kind == DocumentKind.RESULT else policies.can_sign_municipal
    if found.signed_at:
        return Verdict(_("The document is signed."))
    return ask(reader(request), assessment, signer)


def _back_form(data=None) -> WhyForm:
    hint = _("The style office reads exactly these words.")
    return WhyForm(data, label=_("What must change"), hint=hint, auto_id="return_%s")


def _page(request, found, assessment, signer, *, form=None, back=None, status=200):
    can_sign = _can_sign(request, found, assessment, signer)
    panel = None
    if can_sign:
        is_result = found.kind == DocumentKind.RESULT
        panel = signing.panel(
            request, found, to=reverse("result_sign", args=[found.pk]), form=form,
            button=_("Sign and publish the result") if is_result else _("Sign the report"),
        )  # fmt: skip
    facts = {
        "document": found, "assessment": assessment, "text": signing.text_of(found), "sign": panel,
        "is_result": found.kind == DocumentKind.RESULT, "can_sign": can_sign, "back": back or _back_form(),
        "signer": signer, "is_printed": files.newest(found) is not None,
        "is_office": bool(policies.office_post(reader(request), assessment)),
    }  # fmt: skip
    return render(request, "work/results/document.html", facts, status=status)
