"""The one calendar of all visits, days without visits, and everyone's own address of it for a calendar program."""

from hashlib import sha256

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from objectives import benchmark_policies as policies
from objectives import feed, month_grid, visit_words
from objectives import visit_queries as queries
from objectives.actions import blackouts as days
from objectives.actions import feeds
from objectives.forms.contacts import BlackoutForm
from objectives.models import Blackout, CalendarFeed
from objectives.views.benchmarks import campaign_of
from portal.core import language
from portal.core.errors import Refused
from portal.core.wording import in_chinese, weekday_day
from units.frame import reader
from units.models import Bureau, Role

MONTHS_SHOWN = 12


@require_safe
@login_required
def visits(request):
    return _page(request)


def _page(request, *, address: str = ""):
    who, today = reader(request), timezone.localdate()
    campaign, campaigns = campaign_of(request)
    first = month_grid.month_of(request.GET.get("month", ""), today)
    last = month_grid.last_of(first)
    bureaus = policies.bureaus(who)
    shown = queries.of_month(who, first, last)
    most = queries.most_a_month(campaign) if campaign else queries.visiting.HOST_VISITS_A_MONTH
    crowded = queries.crowded(bureaus, first, last, most)
    for visit in shown:
        visit.title, visit.light = visit_words.title(visit), visit_words.state(visit)
        visit.crowd = crowded.get(visit.host, 0)
    grid = month_grid.days(first, shown[: queries.MOST], queries.blackouts(bureaus, first, last), today=today)
    facts = {
        "campaign": campaign, "campaigns": campaigns, "first": first, "month": visit_words.month_name(first),
        "before": month_grid.month_of("", first - month_grid.ONE_DAY), "after": last + month_grid.ONE_DAY,
        "days": grid, "count": len(shown[: queries.MOST]), "is_cut": len(shown) > queries.MOST,
        "weekdays": [weekday_day(day.on).split()[-1 if in_chinese() else 0] for day in grid[:7]],
        "own": [(visit, visit_words.title(visit), *visit_words.state(visit)) for visit in queries.own(who)],
        "to_decide": [(visit, visit_words.title(visit)) for visit in queries.to_decide(who)],
        "may_plan": policies.own_units(who), "crowded": crowded, "most": most, "today": today,
        "may_block": who.posts_as(Role.STYLE_OFFICE),
        "feed": CalendarFeed.objects.filter(user=request.user).first(), "address": address,
    }  # fmt: skip
    return render(request, "work/visits/calendar.html", facts)


# --- days without visits -------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def blackouts(request):
    """The style office sets and lifts days without visits; everyone sees them in the calendar."""
    who = reader(request)
    bureau = _office_bureau(who)
    form, status = BlackoutForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                days.set_days(bureau, **form.cleaned_data, by=request.user, at=timezone.now())
            except Refused as told:
                form.add_error(None, str(told))
                status = 409
            else:
                messages.success(request, _("Set. Visits on these days are refused, and units that planned some told."))
                return redirect("blackouts")
    rows = queries.coming_blackouts(bureau, on=timezone.localdate())
    facts = {"bureau": bureau, "rows": rows, "form": form}
    return render(request, "work/visits/blackouts.html", facts, status=status)


@require_POST
@login_required
def blackout_lift(request, pk):
    bureau = _office_bureau(reader(request))
    row = get_object_or_404(Blackout, bureau=bureau, pk=pk)
    try:
        days.lift(row, by=request.user, at=timezone.now())
        messages.success(request, _("Lifted. Visits may fall on these days again."))
    except Refused as told:
        messages.error(request, str(told))
    return redirect("blackouts")


def _office_bureau(who) -> Bureau:
    posts = who.posts_as(Role.STYLE_OFFICE)
    if not posts:
        raise Http404
    return posts[0].unit.bureau


# --- the address for a calendar program ----------------------------------------------------------


@require_POST
@login_required
def feed_make(request):
    """Make the address anew and show it once, or take it back."""
    if request.POST.get("act") == "stop":
        feeds.stop(by=request.user)
        messages.success(request, _("Taken back: the old address leads nowhere."))
        return redirect("visits")
    try:
        token = feeds.make(by=request.user, at=timezone.now())
    except Refused as told:
        messages.error(request, str(told))
        return redirect("visits")
    return _page(request, address=settings.SITE_URL + reverse("calendar_feed", args=[token]))


@require_safe
def calendar_feed(request, token):
    """The calendar behind a secret address. Touches neither session nor user of the request; unknown ones are 404."""
    found = feed.of_token(feeds.hash_of(token))
    if found is None:
        raise Http404
    lang = language.SHORT.get(request.GET.get("lang", ""), "zh-hans")
    with translation.override(lang):
        body = feed.text(found, site_url=settings.SITE_URL, on=timezone.localdate())
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="visits.ics"'
    answer.headers["ETag"] = etag
    kept = get_conditional_response(request, etag=etag, response=answer)
    kept.headers["Cache-Control"] = "private, max-age=900"
    kept.headers["X-Robots-Tag"] = "noindex"
    kept.headers["Referrer-Policy"] = "no-referrer"
    return kept
