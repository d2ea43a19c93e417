"""Closing archives: asked for, watched while they are made, downloaded."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from assessments import archiving
from assessments.actions import archives as actions
from assessments.policies import archives as policies
from assessments.queries import archives as queries
from objectives.models import Campaign
from portal.core.errors import Refused
from units.frame import reader

REFUSED = 409
MOST = 40
STEPS = {
    "waiting": gettext_lazy("waits for the worker"),
    "documents": gettext_lazy("the signed documents"),
    "data": gettext_lazy("the data"),
    "record": gettext_lazy("the record"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def archives(request):
    """Every campaign of the bureau with its archives; the style office asks for one: POST `campaign`."""
    who = reader(request)
    bureaus = policies.bureaus(who)
    if not bureaus:
        raise Http404
    if request.method == "POST":
        campaign = get_object_or_404(Campaign, bureau__in=bureaus, code=request.POST.get("campaign", ""))
        try:
            actions.ask(campaign, by=request.user, at=request.now)
        except Refused as told:
            return _page(request, bureaus, told=str(told), status=REFUSED)
        messages.success(request, _("Asked for. It is made within minutes; you are told when it is there."))
        return redirect("archives")
    return _page(request, bureaus)


def _page(request, bureaus: set[int], *, told="", status=200):
    who = reader(request)
    rows = [_row(who, campaign) for campaign in queries.listed(bureaus, most=MOST)]
    facts = {"rows": rows, "told": told, "is_making": any(row["making"] for row in rows)}
    return render(request, "work/archives/list.html", facts, status=status)


def _row(who, campaign: Campaign) -> dict:
    making = next((row for row in campaign.all_archives if not row.made_at and not row.problem), None)
    verdict = policies.can_ask(who, campaign, published_at=campaign.result_at, under_way=making is not None, on=who.on)
    newest = campaign.all_archives[0] if campaign.all_archives else None
    return {
        "campaign": campaign,
        "made": [row for row in campaign.all_archives if row.made_at],
        "failed": newest if newest and newest.problem else None,
        "making": making and _progress(making.progress),
        "verdict": verdict,
        "is_office": bool(policies.office_post(who, campaign)),
    }


def _progress(said: dict) -> dict:
    done, of = said.get("done", 0), said.get("of", 1)
    return {"done": done, "of": of, "share": done * 100 // of, "step": STEPS.get(said.get("step"), STEPS["waiting"])}


@require_safe
@login_required
def download(request, pk):
    """The file itself, for the style office and the auditor of its bureau."""
    rows = policies.visible(reader(request)).select_related("campaign")
    found = get_object_or_404(rows, pk=pk, made_at__isnull=False)
    try:
        file = archiving.place_of(found.sha256).open("rb")
    except OSError as missing:
        raise Http404 from missing
    name = f"{found.campaign.code}-{found.sha256[:8]}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
