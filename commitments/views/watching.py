"""Which campaign and month an overseer's page speaks of. What the reader has no part in does not exist for them."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from commitments.models import Month
from commitments.queries import campaigns as watched
from objectives.models import Campaign
from units.frame import reader


def campaign(request, roles) -> tuple[Campaign | None, list[Campaign]]:
    """The campaign asked for by `campaign`, else the newest, beside all there are; 404 without such a post."""
    who = reader(request)
    if not who.posts_as(*roles):
        raise Http404
    rows = watched.campaigns(who, roles)
    found = watched.chosen(rows, request.GET.get("campaign", "") or request.POST.get("campaign", ""))
    if found is None and rows:
        raise Http404
    return found, rows


def month(request, code: str, roles=watched.OVERSEERS) -> Month:
    """A month of that campaign by its code; 404 when there is none."""
    found, _rows = campaign(request, roles)
    if found is None:
        raise Http404
    return get_object_or_404(Month.objects.select_related("campaign__bureau"), campaign=found, code=code)
