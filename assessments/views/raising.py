"""Raising in the browser: last results, and the click that begins the new paper from them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessments import raise_pages
from assessments.actions import raising
from assessments.queries import raising as queries
from objectives import policies as papers
from objectives.models import Campaign, Paper
from portal.core.errors import Refused
from units.frame import reader
from units.models import Unit


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def raise_paper(request, campaign, unit):
    """What the unit's last promises came to; with a POST the new paper begins from them."""
    who = reader(request)
    mine = [post.unit_id for post in who.posts_as(*papers.UNIT_ROLES)]
    unit = get_object_or_404(Unit.objects.select_related("kind").filter(pk__in=mine), pk=unit)
    campaign = get_object_or_404(
        Campaign.objects.select_related("bureau"), bureau=unit.bureau_id, code=campaign,
        kind_rules__kind=unit.kind_id,
    )  # fmt: skip
    publication = queries.before(unit, campaign, on=who.on)
    if publication is None:
        raise Http404
    if request.method == "POST":
        return _begin(request, campaign, unit)
    paper = Paper.objects.filter(campaign=campaign, unit=unit).first()
    return render(request, "work/raising/results.html", raise_pages.facts(who, campaign, unit, publication, paper))


def _begin(request, campaign: Campaign, unit: Unit):
    try:
        paper = raising.begin_raised(campaign, unit, by=request.user, at=timezone.now())
    except Refused as told:
        messages.error(request, str(told))
        return redirect("raise_paper", campaign.code, unit.pk)
    count = len(queries.taken_up(paper))
    words = ngettext(
        "Begun from last year’s results: %(n)s promise is continued. Set the new figure.",
        "Begun from last year’s results: %(n)s promises are continued. Set the new figures.",
        count,
    )
    messages.success(request, words % {"n": count})
    return redirect("paper_edit", paper.pk)
