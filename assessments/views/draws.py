"""Draws in the workspace: the style office prepares, announces, holds; two officers put in and reveal secrets."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from assessments.actions import draws as actions
from assessments.forms.draws import (
    AnnounceForm,
    CommitmentForm,
    DiscardForm,
    DrawForm,
    HoldForm,
    SecretForm,
    VoidForm,
)
from assessments.models import Assessment, Draw
from assessments.policies import draws as policies
from assessments.queries import draws as queries
from assessments.states import DrawState
from assessments.views import public_draws as told
from portal.core import language
from portal.core.errors import Refused
from units.frame import reader

CONFLICT, UNCLEAR = 409, 422
CUSTOM_LEAST = 5
DONE = {
    "announce": lambda: _("Announced. The lists are frozen; the public page is there."),
    "commit": lambda: _("Your commitment is in. Keep the secret itself safe, and to yourself."),
    "reveal": lambda: _("Your secret is in and matches. It is shown once both are in."),
    "hold": lambda: _("Drawn. The inspectors were told, and everyone can replay it."),
    "void": lambda: _("Void. The public page says why."),
    "discard": lambda: _("Discarded. It had no number."),
}
PAGE = 100


@require_safe
@login_required
def draws(request):
    """Every draw of the reader's bureaus, and the assessments in which one can be prepared."""
    who = reader(request)
    if not who.posts_as(*policies.READERS):
        raise Http404
    rows = queries.in_full(policies.visible(who)).order_by(F("announced_at").desc(nulls_first=True), "-pk")[:PAGE]
    open_ones = [row for row in queries.run_by(who)[:PAGE] if policies.can_prepare(who, row)]
    entries = [{"draw": row, **told.state_of(row)} for row in rows]
    return render(request, "work/draws/list.html", {"entries": entries, "assessments": open_ones})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draw_new(request, assessment):
    who = reader(request)
    found = get_object_or_404(queries.run_by(who), pk=assessment)
    form = DrawForm(request.POST or None, assessment=found)
    status = 200
    if request.method == "POST":
        status = UNCLEAR
        if form.is_valid():
            try:
                made = actions.prepare(found, _data(form), by=request.user, at=timezone.now())
                messages.success(request, _("Prepared. Nothing is public yet."))
                return redirect("draw", made.pk)
            except Refused as reason:
                form.add_error(None, str(reason))
                status = CONFLICT
    return _form_page(request, form, found, None, status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draw_edit(request, pk):
    """Change what was prepared. Trying it after the announcement is refused, and stands in the record."""
    who = reader(request)
    found = _found(request, pk)
    if not policies.run_post(who, found):
        raise Http404
    form = DrawForm(request.POST or None, assessment=found.assessment, draw=found)
    status = 200
    if request.method == "POST":
        status = UNCLEAR
        if form.is_valid():
            try:
                version = form.cleaned_data["version"]
                actions.change(found, _data(form), version=version, by=request.user, at=timezone.now())
                messages.success(request, _("Saved."))
                return redirect("draw", pk)
            except Refused as reason:
                form.add_error(None, str(reason))
                status = CONFLICT
    elif not policies.can_change(who, found):
        return redirect("draw", pk)
    return _form_page(request, form, found.assessment, found, status)


def _data(form: DrawForm) -> dict:
    return {name: value for name, value in form.cleaned_data.items() if name != "version"}


def _form_page(request, form: DrawForm, assessment: Assessment, draw: Draw | None, status: int):
    facts = {"form": form, "assessment": assessment, "draw": draw}
    return render(request, "work/draws/prepare.html", facts, status=status)


@sensitive_post_parameters("secret", "seed")
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def draw(request, pk):
    """One draw, with the acts of whoever reads it."""
    found = _found(request, pk)
    if request.method != "POST":
        return _page(request, found)
    act = request.POST.get("act", "")
    forms = _forms(found, act, request.POST)
    form = forms.get(act)
    if form is None:
        raise Http404
    if not form.is_valid():
        return _page(request, found, forms=forms, status=UNCLEAR)
    try:
        getattr(actions, act)(found, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as reason:
        return _page(request, _found(request, pk), forms=forms, refused=str(reason), status=CONFLICT)
    messages.success(request, DONE[act]())
    return redirect("draws") if act == "discard" else redirect("draw", pk)


def _found(request, pk) -> Draw:
    return get_object_or_404(queries.in_full(policies.visible(reader(request))), pk=pk)


def _forms(found: Draw, act: str = "", posted=None) -> dict:
    def sent(name):
        return posted if name == act else None

    return {
        "announce": AnnounceForm(sent("announce"), initial={"witnesses": found.witnesses}),
        "commit": CommitmentForm(sent("commit")),
        "reveal": SecretForm(sent("reveal")),
        "hold": HoldForm(sent("hold"), draw=found),
        "void": VoidForm(sent("void")),
        "discard": DiscardForm(sent("discard")),
    }


def _page(request, found: Draw, *, forms=None, refused="", status=200):
    who = reader(request)
    is_public = found.state != DrawState.PREPARED
    place = policies.place_of(who, found)
    facts = {
        "draw": found, **told.state_of(found), "rule": told.rule_in_words(found), "secrets": told.secrets(found),
        "excluded": told.excluded(found), "kinds": told.kinds(found) if is_public else [],
        "files": told.files(found) if is_public else [], "forms": forms or _forms(found), "refused": refused,
        "place": place, "is_run_here": bool(policies.run_post(who, found)), "today": who.on,
        "own_is_in": bool(place and (found.first_commitment, found.second_commitment)[place - 1]),
        "little": found.method == "sample" and found.share < CUSTOM_LEAST,
        "can": {
            "change": policies.can_change(who, found), "announce": policies.can_announce(who, found),
            "commit": policies.can_commit(who, found), "reveal": policies.can_reveal(who, found),
            "hold": policies.can_hold(who, found), "void": policies.can_void(who, found),
            "discard": policies.can_discard(who, found),
        },
        "turns": told.shown(found, queries.drawn_units(found, most=told.SHOWN)[: told.SHOWN], language.current()),
        "public_url": told.page_url(found, language.current()) if is_public else "",
        "reads_all": bool(who.posts_as(*policies.READERS)),
    }  # fmt: skip
    return render(request, "work/draws/draw.html", facts, status=status)
