"""Evidence in the browser: a page to add a file under one entry, and the file itself, handed out inert."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commitments import report_policies, report_reading
from commitments.actions import evidence as acts
from commitments.forms.evidence import EvidenceForm
from commitments.models import Entry
from commitments.policies import evidence as policy
from commitments.views.attaching import hold_in_memory, is_too_large
from portal.core import inert, uploads
from portal.core.errors import Refused
from units.frame import reader

CONFLICT, TOO_LARGE, UNCLEAR = 409, 413, 422


@require_safe
@login_required
def evidence(request, pk):
    """The file, for whom its promise's reports are: always as a download, never as a page."""
    kept = get_object_or_404(policy.visible(reader(request)).select_related("line"), pk=pk)
    return inert.handed_out(kept.sha256, kept.kind, name=f"{kept.line.number}-{kept.pk}")


@csrf_exempt  # only this outer door, which turns away what is too large before anything of it is read
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def add(request, pk, entry):
    """Add a file under one entry of a sheet."""
    if request.method == "POST":
        if is_too_large(request):
            told = uploads.too_large()
            return _page(request, _entry(request, pk, entry), EvidenceForm(), told=told, status=TOO_LARGE)
        hold_in_memory(request)
    return _add(request, pk, entry)


@csrf_protect
def _add(request, pk, entry):
    found = _entry(request, pk, entry)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _page(request, found, form)
    if not form.is_valid():
        return _page(request, found, form, status=UNCLEAR)
    data = form.cleaned_data
    try:
        acts.add(entry=found, by=request.user, at=timezone.now(), **data)
    except Refused as told:
        form.add_error("upload", str(told))
        return _page(request, found, form, status=CONFLICT)
    messages.success(request, _("Added: %(title)s") % {"title": data["title"]})
    return redirect("report_evidence", found.sheet_id, found.pk)


@require_POST
@login_required
def remove(request, pk):
    """Take a file back before it is handed in."""
    kept = get_object_or_404(policy.visible(reader(request)).select_related("entry"), pk=pk)
    try:
        acts.remove(kept, by=request.user, at=timezone.now())
        messages.success(request, _("Taken back: %(title)s") % {"title": kept.title})
    except Refused as told:
        messages.error(request, str(told))
    if kept.entry_id:
        return redirect("report_evidence", kept.entry.sheet_id, kept.entry_id)
    return redirect("desk")


def _entry(request, pk, entry) -> Entry:
    sheets = report_policies.visible_sheets(reader(request)).filter(pk=pk)
    rows = Entry.objects.filter(sheet__in=sheets).select_related("line__campaign", "sheet__month", "sheet__unit")
    return get_object_or_404(rows, pk=entry)


def _page(request, entry: Entry, form: EvidenceForm, told="", status=None):
    facts = report_reading.evidence_facts(reader(request), entry) | {"form": form, "told": told}
    facts |= {"csrf_token": get_token(request), "back": reverse("report_sheet", args=[entry.sheet_id])}
    return render(request, "work/report/evidence.html", facts, status=status)
