"""Half-year reviews: the style office runs them, the public reads their results."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from commitments import halves, slips
from commitments.actions import review as actions
from commitments.forms.review import SlipsForm, VoidForm
from commitments.models import Review
from commitments.policies import review as policies
from commitments.queries import review as queries
from commitments.states import ANSWERS, GROUPS
from commitments.views import frames
from commitments.views.public import NotPublic, public
from objectives.models import Campaign
from portal.core import language, workdays
from portal.core.errors import Refused
from portal.core.wording import day, said
from units.frame import reader
from units.models import Role

MOST_LISTED = 40
HALF = re.compile(r"\d{4}-H[12]")


@require_safe
@login_required
def reviews(request):
    """Every review of the bureau, newest first, and when the next one opens."""
    who, today = reader(request), timezone.localdate()
    if not who.posts_as(Role.STYLE_OFFICE):
        raise Http404
    found = list(queries.run_by(who).defer("result").order_by("-closes_on", "-half")[:MOST_LISTED])
    turnout = queries.turnout(found)
    rows = [{**_told(review, today), "groups": _named(turnout[review.pk])} for review in found]
    return render(request, "work/reviews/list.html", {"rows": rows, "next": _next(who, today)})


@require_safe
@login_required
def review(request, pk):
    return _page(request, _found(request, pk))


@require_POST
@login_required
def make_slips(request, pk):
    """Make slips and hand them over as a PDF, this once: the portal keeps no token to print them again."""
    found = _found(request, pk)
    form = SlipsForm(request.POST, review=found)
    if not form.is_valid():
        return _page(request, found, slips_form=form, status=422)
    unit, now = form.cleaned_data["unit"], timezone.now()
    try:
        made = actions.make_slips(found, form.cleaned_data["count"], unit=unit, by=request.user, at=now)
    except Refused as told:
        messages.error(request, str(told))
        return _page(request, found, slips_form=form, status=409)
    response = HttpResponse(slips.printed(found, made, unit=unit, at=now), content_type="application/pdf")
    name = f"{found.half}-{made[0].number}-{made[-1].number}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@login_required
def void(request, pk):
    found = _found(request, pk)
    form = VoidForm(request.POST)
    if not form.is_valid():
        return _page(request, found, void_form=form, status=422)
    try:
        count = actions.void_slips(found, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as told:
        messages.error(request, str(told))
        return _page(request, found, void_form=form, status=409)
    messages.success(
        request, ngettext("%(count)d slip is void.", "%(count)d slips are void.", count) % {"count": count}
    )
    return redirect("review", pk)


@require_POST
@login_required
def publish(request, pk):
    found = _found(request, pk)
    try:
        actions.publish(found, by=request.user, at=timezone.now())
    except Refused as told:
        messages.error(request, str(told))
        return _page(request, found, status=409)
    messages.success(request, _("The result is public."))
    return redirect("review", pk)


@public
def result(request, lang, bureau, half):
    """The published result: turnout, weights, scores within each kind of unit, and how to read them."""
    found = queries.published(bureau, half) if HALF.fullmatch(half) else None
    if found is None:
        raise NotPublic
    return frames.page(
        request, "review", bureau=found.result["bureau"], here="promises", updated_at=found.published_at,
        half=halves.name(found.half), number=found.result.get("number", ""), review=found,
        published_on=day(found.published_at), **shown(found, lang),
    )  # fmt: skip


def shown(found: Review, lang: str) -> dict:
    """A frozen result as its tables show it."""
    kinds: dict[str, dict] = {}
    for row in found.result["units"]:
        kind = kinds.setdefault(row["kind"], {"key": row["kind"], "name": said(row, "kind"), "units": []})
        url = reverse("unit", args=[lang, found.result["bureau"]["code"], row["code"]])
        groups = [{"key": key, "name": name, **row["groups"].get(key, {"enough": False})} for key, name in GROUPS]
        kind["units"].append({**row, "name": said(row, "name"), "url": url, "groups": groups})
    for kind in kinds.values():
        kind["units"].sort(key=lambda row: (row["rank"] or len(kind["units"]) + 1, row["score"] is None))
    return {
        "kinds": list(kinds.values()),
        "groups": _named(found.result["groups"]),
        "answers": ANSWERS,
        "any_redistributed": any(row["redistributed"] for row in found.result["units"]),
    }


def _found(request, pk) -> Review:
    """A review of the reader's own style office; for everyone else it does not exist."""
    return get_object_or_404(queries.run_by(reader(request)), pk=pk)


def _page(request, found: Review, *, slips_form=None, void_form=None, status=200):
    who, today = reader(request), timezone.localdate()
    facts = {
        **_told(found, today),
        "groups": _named(queries.turnout([found])[found.pk]),
        "slips_form": slips_form or SlipsForm(review=found, initial={"count": 40}),
        "void_form": void_form or VoidForm(),
        "can_make": policies.can_make_slips(who, found, on=today),
        "can_publish": policies.can_publish(who, found),
        "result": shown(found, language.current()) if found.closed_at else None,
        "public_url": _public_url(found),
    }
    return render(request, "work/reviews/review.html", facts, status=status)


def _told(found: Review, today) -> dict:
    """A review with its half, its state as a light, and the days that remain."""
    if found.published_at:
        light = ("green", _("Published"))
    elif found.closed_at:
        light = ("yellow", _("Counted, to be published"))
    elif policies.is_open(found, on=today):
        light = ("grey", _("Ballots are taken"))
    else:
        light = ("grey", _("Closed, being counted"))
    return {"review": found, "half": halves.name(found.half), "tone": light[0], "state": light[1], "today": today}


def _named(groups: list[dict]) -> list[dict]:
    names = dict(GROUPS)
    return [{**group, "name": names[group["key"]], "few": group["used"] < group["minimum"]} for group in groups]


def _public_url(found: Review) -> str:
    if not found.published_at:
        return ""
    return reverse("review_result", args=[language.current(), found.campaign.bureau.code, found.half])


def _next(who, today) -> dict | None:
    """The next review that the clock will open for this style office."""
    bureaus = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    campaign = Campaign.objects.filter(bureau__in=bureaus, ends_on__gte=today).order_by("ends_on").first()
    row = queries.next_of(campaign, workdays.loaded(), on=today) if campaign else None
    return {"half": halves.name(row[0].code), "opens_on": row[1], "closes_on": row[2]} if row else None
