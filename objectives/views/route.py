"""Pages of a paper under way: list, paper, act, return, document."""

import io

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from objectives import actions, pages, policies, queries, telling
from objectives.forms.route import ActForm, ReturnForm
from objectives.models import Document, Paper, Step
from objectives.routes import PERSONAL, Act
from portal.core import asked, signers, vault
from portal.core.errors import Refused
from portal.core.signing.keys import WrongPassphrase
from portal.core.verdicts import require
from units.frame import reader
from units.models import Role

DONE = {
    Act.SUBMIT: lambda: _("Submitted."),
    Act.SIGN: lambda: _("Signed."),
    Act.AUDIT: lambda: _("Audited and signed."),
    Act.APPROVE: lambda: _("Approved and signed."),
}


@require_safe
@login_required
def papers(request):
    who = reader(request)
    to_begin = queries.to_begin(who, on=timezone.localdate())
    return render(request, "work/papers.html", {"groups": pages.rows(who), "to_begin": to_begin})


@require_safe
@login_required
def paper(request, pk):
    facts = pages.paper_facts(reader(request), _paper(request, pk), on=timezone.localdate())
    return render(request, "work/paper.html", facts)


@sensitive_variables()
@sensitive_post_parameters("passphrase", "new_passphrase", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request, pk):
    found = _paper(request, pk)
    if request.method == "POST":
        posted = _posted_step(request, found)
        return _act(request, found, posted) if posted else redirect("paper", pk)
    step = queries.open_step(found)
    if not policies.can_act(reader(request), step, found):
        return redirect("paper", pk)
    return _page(request, found, step)


@sensitive_variables()
def _act(request, found: Paper, step: Step):
    """Do the posted step; what refuses it is told on the page that the person should see then."""
    form = None
    try:
        actions.refuse_twice(step, request.user)
        facts = pages.act_facts(reader(request), found, step)
        form = _act_form(step, facts, request.POST)
        if form.is_valid():
            _do(step, form, by=request.user)
            messages.success(request, _done(step, facts["follows"]))
            return redirect("paper", found.pk)
    except actions.AlreadyDone as told:
        messages.info(request, str(told))
        return redirect("paper", found.pk)
    except WrongPassphrase as told:
        form.add_error(form.secret_field, str(told))
    except Refused as told:
        if not _still_waits(request, found, step):
            messages.error(request, str(told))
            return redirect("paper", found.pk)
        if form.enrols and signers.key_of(request.user):
            messages.error(request, str(told))
            return redirect("paper_act", found.pk)
        form.add_error(form.secret_field if form.enrols else None, str(told))
    return _page(request, found, step, form=form)


@sensitive_variables()
def _do(step: Step, form: ActForm, *, by) -> None:
    at, data = timezone.now(), form.cleaned_data
    common = {"fingerprint": data["fingerprint"], "by": by, "at": at}
    if step.act not in PERSONAL:
        actions.act_without_signature(step, **common)
    elif form.enrols:
        secrets = {"passphrase": data["new_passphrase"], "again": data["again"], "strokes": data["strokes"]}
        actions.enrol_and_sign(step, **common, **secrets, checklist=data.get("checklist", ()))
    else:
        ticked = data.get("checklist", ())
        actions.sign(step, **common, passphrase=data["passphrase"], strokes=form.drawn, checklist=ticked)


@require_POST
@login_required
def send_back(request, pk):
    found = _paper(request, pk)
    step = _posted_step(request, found)
    if step is None:
        return redirect("paper", pk)
    form = ReturnForm(request.POST, articles=telling.articles(queries.contents(found)[step.round]))
    try:
        actions.refuse_twice(step, request.user)
        require(policies.can_return(reader(request), queries.open_step(found), found))
        if not form.is_valid():
            return _page(request, found, step, return_form=form)
        reason, remarks = form.cleaned_data["reason"], form.remarks
        actions.send_back(step, reason=reason, remarks=remarks, by=request.user, at=timezone.now())
        messages.success(request, _("Returned. The unit was told, with your words."))
    except actions.AlreadyDone as told:
        messages.info(request, str(told))
    except Refused as told:
        messages.error(request, str(told))
    return redirect("paper", pk)


@require_safe
@login_required
def document(request, pk):
    """The newest PDF of a round, as far as it is signed; 404 until the worker has printed it."""
    found = _paper(request, pk)
    number = asked.number(request.GET.get("round", str(found.round)))
    rows = Document.objects.filter(revision__paper=found, revision__round=number or 0)
    newest = rows.select_related("revision").order_by("-position").first()
    if newest is None:
        raise Http404
    name = f"{newest.revision.number}.pdf"
    return FileResponse(io.BytesIO(vault.get(newest.sha256)), filename=name, content_type="application/pdf")


def _paper(request, pk) -> Paper:
    rows = policies.visible(reader(request)).select_related("campaign__bureau", "unit__kind", "unit__bureau")
    return get_object_or_404(rows, pk=pk)


def _posted_step(request, found: Paper) -> Step | None:
    """The step that the form was made for, open or not: so that a second click meets what the first one did."""
    number = asked.number(request.POST.get("step"))
    rows = Step.objects.select_related("done_by", "unit").filter(paper=found)
    step = rows.filter(pk=number).first() if number else None
    if step is not None:
        step.paper = found
    return step


def _page(request, found: Paper, step: Step, *, form=None, return_form=None):
    facts = pages.act_facts(reader(request), found, step)
    initial = {"step": step.pk, "fingerprint": facts["revision"].fingerprint}
    facts["form"] = form or _act_form(step, facts, None, initial=initial)
    facts["return_form"] = return_form or ReturnForm(articles=facts["articles"], initial=initial)
    return render(request, "work/act.html", facts)


def _act_form(step: Step, facts: dict, data, **kwargs) -> ActForm:
    return ActForm(data, step=step, enrols=facts["enrols"], count=len(facts["articles"]), **kwargs)


def _still_waits(request, found: Paper, step: Step) -> bool:
    """Whether the posted step is still the open one, for this person."""
    waiting = queries.open_step(Paper.objects.get(pk=found.pk))
    return (
        waiting is not None
        and waiting.pk == step.pk
        and bool(policies.can_act(reader(request), waiting, waiting.paper))
    )


def _done(step: Step, following: str) -> str:
    words = {"done": DONE[Act(step.act)]()}
    if following:
        return _("%(done)s The paper now goes to: %(role)s.") % (words | {"role": Role(following).label})
    return _("%(done)s Every step of the paper is done.") % words
