"""Photographs of an inspection: sent to an open sheet, taken back, handed out inert to those who may see them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from assessments.actions import photos as acts
from assessments.forms.inspections import PhotoForm
from assessments.models import Opinion, Photo
from assessments.policies import inspections as policies
from assessments.queries import inspections as queries
from commitments.views.attaching import hold_in_memory, is_too_large
from portal.core import inert, uploads
from portal.core.errors import Refused
from units.frame import reader

CONFLICT, TOO_LARGE, UNCLEAR = 409, 413, 422


@require_safe
@login_required
def photo(request, pk):
    """The file, always as a download, never as a page."""
    kept = get_object_or_404(policies.visible_photos(reader(request)), pk=pk)
    return inert.handed_out(kept.sha256, kept.kind, name=str(kept.pk))


@csrf_exempt  # only this outer door, which turns away what is too large before anything of it is read
@require_POST
@login_required
def add(request, pk):
    """Add a photograph to one's own open sheet; sent twice under one id it is kept once."""
    if is_too_large(request):
        return _told(request, _sheet(request, pk), uploads.too_large(), TOO_LARGE)
    hold_in_memory(request)
    return _add(request, pk)


@csrf_protect
def _add(request, pk):
    opinion = _sheet(request, pk)
    form = PhotoForm(request.POST, request.FILES, looked_at=queries.looked_at(opinion.inspection.case))
    if not form.is_valid():
        words = " ".join(word for words in form.errors.values() for word in words)
        return _told(request, opinion, words, UNCLEAR)
    try:
        kept = acts.add(opinion, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as told:
        return _told(request, opinion, str(told), CONFLICT)
    if _fetched(request):
        return JsonResponse({"state": "saved", "photo": str(kept.pk), "title": kept.title})
    messages.success(request, _("Added: %(title)s") % {"title": kept.title or _("photograph")})
    return redirect("inspection_sheet", opinion.pk)


@require_POST
@login_required
def remove(request, pk):
    """Take a photograph back before the sheet is sent."""
    rows = Photo.objects.filter(opinion__in=policies.visible_sheets(reader(request)), removed_at=None)
    kept = get_object_or_404(rows.select_related("opinion"), pk=pk)
    try:
        acts.remove(kept, by=request.user, at=timezone.now())
        messages.success(request, _("Taken back: %(title)s") % {"title": kept.title or _("photograph")})
    except Refused as told:
        messages.error(request, str(told))
    return redirect("inspection_sheet", kept.opinion_id)


def _sheet(request, pk) -> Opinion:
    opinion = queries.sheet(reader(request), pk)
    if opinion is None:
        raise Http404
    return opinion


def _told(request, opinion: Opinion, words: str, status: int) -> HttpResponse:
    if _fetched(request):
        return JsonResponse({"state": "refused", "words": words}, status=status)
    facts = {"opinion": opinion, "words": words}
    return render(request, "work/inspections/photo_refused.html", facts, status=status)


def _fetched(request) -> bool:
    return request.headers.get("X-Sheet") == "fetch"
