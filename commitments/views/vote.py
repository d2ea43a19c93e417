"""Casting a ballot: by paper slip without any login, or logged in for leaders and heads.

The page of a slip reads no session and sets no cookie; nothing here writes a line, a letter or a time. Tokens have
128 bits, so no limit of tries is needed: what is unknown, void or another person's answers as one page, the same for
every address.
"""

import re

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from commitments import halves
from commitments.actions import review as actions
from commitments.forms.review import answers_of, field_of
from commitments.models import Invitation
from commitments.policies import review as policies
from commitments.queries import review as queries
from commitments.states import ANSWERS
from commitments.views import frames
from commitments.views.public import NotPublic, public
from portal.core import language
from portal.core.errors import Refused
from portal.core.wording import day, said

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@public
@never_cache
def short(request, token):
    """/b/TOKEN, as printed on slips: to the ballot, in the reader's language. Tells nothing of the token."""
    if not TOKEN.fullmatch(token):
        raise NotPublic
    response = HttpResponseRedirect(reverse("ballot", args=[language.short_of(request), token]))
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return _unseen(response)


@csrf_exempt  # whoever holds the token may vote, and nobody else can: there is no cookie that could be abused
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@sensitive_variables()
def ballot(request, lang, token):
    """The ballot of a paper slip: choose, send, counted."""
    invitation = queries.by_token(token) if TOKEN.fullmatch(token) else None
    if invitation is None:
        return _unseen(frames.missing(request))
    told = ""
    if request.method == "POST":
        try:
            actions.cast(invitation, answers_of(request.POST), at=timezone.now())
        except Refused as refusal:
            told = str(refusal)
            invitation = queries.by_token(token) or invitation
        else:
            return HttpResponseRedirect(reverse("ballot_counted", args=[lang]))
    facts = _facts(invitation, request.POST, told)
    bureau = invitation.review.campaign.bureau
    names = {"code": bureau.code, "name_zh": bureau.name_zh, "name_en": bureau.name_en}
    return _unseen(frames.page(request, "ballot", bureau=names, status=409 if told else 200, **facts))


@public
def counted(request, lang):
    """What everyone reads after sending a ballot; it knows nothing of any."""
    return frames.page(request, "ballot_counted")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@sensitive_post_parameters()
@sensitive_variables()
def vote(request, pk):
    """The same ballot for leaders and heads, from their desk."""
    invitation = queries.of_person(pk, request.user)
    if invitation is None:
        raise Http404
    told = ""
    if request.method == "POST":
        try:
            actions.cast(invitation, answers_of(request.POST), at=timezone.now())
        except Refused as refusal:
            told = str(refusal)
            invitation = queries.of_person(pk, request.user) or invitation
        else:
            return redirect("review_vote", pk)
    facts = _facts(invitation, request.POST, told)
    return _unlogged(render(request, "work/reviews/vote.html", facts, status=409 if told else 200))


def _facts(invitation: Invitation, posted, told: str) -> dict:
    """The page of one invitation: the units to judge while it can be used, else the reason why not."""
    review, today = invitation.review, timezone.localdate()
    verdict = policies.can_vote(invitation, on=today)
    own = policies.own_units(invitation, on=today)
    facts = {
        "half": halves.name(review.half),
        "closes": day(review.closes_on),
        "used": invitation.used,
        "reason": verdict.reason,
        "told": told if told != verdict.reason else "",
        "own": bool(own),
        "kinds": [],
        "answers": ANSWERS,
    }
    if verdict:
        facts["kinds"] = _kinds(queries.to_judge(invitation, own), answers_of(posted))
    return facts


def _kinds(publications: list, chosen: dict[str, str]) -> list[dict]:
    kinds: dict[str, dict] = {}
    for row in publications:
        kind = kinds.setdefault(row.kind_key, {"name": said(row, "kind_name"), "units": []})
        kind["units"].append(
            {
                "field": field_of(row.unit_id),
                "name": said(row, "unit_name"),
                "is_sample": row.is_sample,
                "url": reverse("unit", args=[language.current(), row.bureau_code, row.unit_code]),
                "chosen": chosen.get(str(row.unit_id), ""),
            }
        )
    return list(kinds.values())


def _unseen(response):
    """A page whose address is a secret: it is told to no other page, no search engine and no log."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return _unlogged(response)


def _unlogged(response):
    """A refused ballot writes no line with a time."""
    response._has_been_logged = True  # Django's own mark for answers of 400 and more that need no line
    return response
