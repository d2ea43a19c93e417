"""Pages of bulletins: the list, the office's editor, the leader's sign page, what became of one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commitments import bulletin_words, files
from commitments.actions import bulletins as acts
from commitments.actions import documents
from commitments.forms.bulletins import BulletinForm, ReasonForm
from commitments.models import Bulletin
from commitments.policies import bulletins as policies
from commitments.queries import bulletins as queries
from commitments.views import signing
from commitments.views.printed import hand_out
from commitments.views.showing_bulletins import counts, draft_annexes, stands
from portal.core import language
from portal.core.errors import Refused
from units.frame import reader


@require_safe
@login_required
def bulletins(request):
    rows = [{"bulletin": row, "name": _name(row), "stands": stands(row)} for row in queries.listed(reader(request))]
    return render(request, "work/bulletins/list.html", {"rows": rows, "today": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bulletin(request, pk):
    """The editor while it is a draft, the sign page for the leader it waits for, else how it stands."""
    found = _found(request, pk)
    if request.method == "POST":
        return _edit(request, found)
    if policies.can_edit(reader(request), found):
        return _editor(request, found, BulletinForm(bulletin=found))
    if policies.can_sign(reader(request), found):
        return _sign_page(request, found)
    return _shown(request, found)


def _edit(request, found: Bulletin):
    """Save, then count anew or send: what was typed is stored before anything else happens."""
    form = BulletinForm(request.POST, bulletin=found)
    if not form.is_valid():
        return _editor(request, found, form, status=400)
    try:
        return _done(request, found, form)
    except acts.Overtaken as told:
        form.add_error(None, str(told))
        form.rest_on(told.bulletin.version)
        theirs = _differing(form, told.bulletin)
        return _editor(request, told.bulletin, form, status=409, theirs=theirs)
    except Refused as told:
        fresh = _found(request, found.pk)
        if not policies.can_edit(reader(request), fresh):
            messages.error(request, str(told))
            return redirect("bulletin", found.pk)
        form.add_error(None, str(told))
        form.rest_on(fresh.version)
        return _editor(request, fresh, form, status=409)


def _done(request, found: Bulletin, form: BulletinForm):
    data, facts = form.cleaned_data, {"by": request.user, "at": timezone.now()}
    saved = acts.save(found, form.text, version=data["version"], **facts)
    if data["act"] == "recount":
        acts.recompute(saved, version=saved.version, **facts)
        messages.success(request, _("Counted anew. Please compare the text with the figures."))
    elif data["act"] == "send":
        sent = acts.send(saved, version=saved.version, signer=data["signer"], **facts)
        told = _("Sent as %(number)s: its text is frozen, and the leader was told.")
        messages.success(request, told % {"number": sent.document.number})
    else:
        messages.success(request, _("Saved."))
    return redirect("bulletin", found.pk)


def _differing(form: BulletinForm, theirs: Bulletin) -> list[dict]:
    mine = form.text
    return [
        {"label": form[key].label, "theirs": "\n".join(theirs.text.get(key, ())), "mine": "\n".join(mine[key])}
        for key in bulletin_words.SECTIONS
        if theirs.text.get(key, []) != mine[key]
    ]


def _editor(request, found: Bulletin, form: BulletinForm, *, status=200, theirs=()):
    suggested = bulletin_words.draft(found.figures)
    sections = [
        {"field": bound, "suggested": suggested[bound.name]
         if suggested[bound.name] != found.text.get(bound.name) else []}
        for bound in form.sections
    ]  # fmt: skip
    facts = {
        "bulletin": found, "name": _name(found), "form": form, "sections": sections, "theirs": theirs,
        "counts": counts(found.figures), "annexes": draft_annexes(acts.content_of(found)), "months": found.months,
    }  # fmt: skip
    return render(request, "work/bulletins/edit.html", facts, status=status)


@sensitive_variables()
@sensitive_post_parameters(*signing.SECRETS)
@require_POST
@login_required
def sign(request, pk):
    """The leader's signature. A long document is signed once the worker has printed it."""
    found = _found(request, pk)
    if not policies.can_sign(reader(request), found):
        messages.info(request, policies.can_sign(reader(request), found).reason)
        return redirect("bulletin", pk)
    then = acts.signed(by=request.user, at=timezone.now())
    try:
        form = signing.sign(request, found.document, post=found.signer, then=then, must_be_printed=True)
    except documents.AlreadySigned as told:
        messages.info(request, str(told))
        return redirect("bulletin", pk)
    if form is not None:
        return _sign_page(request, found, form=form, status=409)
    messages.success(request, _("Signed. The style office publishes it now."))
    return redirect("bulletins")


def _sign_page(request, found: Bulletin, *, form=None, back=None, status=200):
    panel = signing.panel(request, found.document, to=reverse("bulletin_sign", args=[found.pk]), form=form,
                          button=_("Sign the bulletin"))  # fmt: skip
    facts = {"bulletin": found, "name": _name(found), "sign": panel, "back": back or _back_form()}
    return render(request, "work/bulletins/sign.html", facts, status=status)


def _back_form(data=None) -> ReasonForm:
    hint = _("The style office reads exactly these words.")
    return ReasonForm(data, label=_("What must change"), hint=hint, auto_id="return_%s")


@require_POST
@login_required
def send_back(request, pk):
    found = _found(request, pk)
    form = _back_form(request.POST)
    if policies.can_sign(reader(request), found) and not form.is_valid():
        return _sign_page(request, found, back=form, status=400)
    reason = form.cleaned_data["reason"] if form.is_valid() else request.POST.get("reason", "")
    return _act(request, pk, _("Returned with your words."), acts.send_back, found, reason=reason, to="bulletins")


@require_POST
@login_required
def recall(request, pk):
    done = _("Taken back: it is a draft again, and its number is spent.")
    return _act(request, pk, done, acts.recall, _found(request, pk))


@require_POST
@login_required
def publish(request, pk):
    return _act(request, pk, _("Published. Everyone can read it now."), acts.publish, _found(request, pk))


@require_POST
@login_required
def correct(request, pk):
    found, reason = _found(request, pk), request.POST.get("reason", "")
    try:
        edition = acts.correct(found, reason=reason, by=request.user, at=timezone.now())
    except Refused as told:
        return _shown(request, found, error=str(told), reason=reason)
    messages.success(request, _("A correction is begun: a new edition with its own number. The original stays."))
    return redirect("bulletin", edition.pk)


@require_safe
@login_required
def pdf(request, pk):
    """The document's newest PDF; 404 until it is printed."""
    found = _found(request, pk)
    if found.document is None or files.newest(found.document) is None:
        raise Http404
    return hand_out(request, found.document, back="bulletin", pk=pk)


def _shown(request, found: Bulletin, *, error: str = "", reason: str = ""):
    who, form = reader(request), None
    if policies.can_correct(who, found):
        label, hint = _("What was wrong"), _("Printed in the correction: everyone reads it.")
        form = ReasonForm(label=label, hint=hint, initial={"reason": reason})
    lang, bureau = language.current(), found.campaign.bureau.code
    facts = {
        "bulletin": found, "name": _name(found), "stands": stands(found), "error": error, "correct_form": form,
        "text": signing.text_of(found.document) if found.document else "",
        "is_printed": bool(found.document and files.newest(found.document)),
        "publish": policies.can_publish(who, found), "recall": policies.can_recall(who, found),
        "public_url": reverse("public_bulletin", args=[lang, bureau, found.quarter])
        if found.state == "published" else "",
    }  # fmt: skip
    return render(request, "work/bulletins/show.html", facts, status=409 if error else 200)


def _act(request, pk, done: str, act, found: Bulletin, *, to: str = "", **facts):
    """Do one act and tell how it went, here or (when it leaves this person's sight) on the list."""
    try:
        act(found, by=request.user, at=timezone.now(), **facts)
    except Refused as told:
        messages.error(request, str(told))
        return redirect("bulletin", pk)
    messages.success(request, done)
    return redirect(to) if to else redirect("bulletin", pk)


def _found(request, pk) -> Bulletin:
    found = queries.one(reader(request), pk)
    if found is None:
        raise Http404
    return found


def _name(found: Bulletin) -> str:
    return bulletin_words.quarter_name(found.quarter)
