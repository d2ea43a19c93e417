"""Evidence under a rectification: one file at a time, turned away while it is too large to be read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from commitments import rectification_words
from commitments.actions import evidence as acts
from commitments.forms.evidence import EvidenceForm
from commitments.policies import rectifications as policies
from commitments.queries import rectifications as queries
from commitments.views.attaching import hold_in_memory, is_too_large
from portal.core import uploads
from portal.core.errors import Refused
from units.frame import reader

CONFLICT, TOO_LARGE, UNCLEAR = 409, 413, 422


@csrf_exempt  # only this outer door, which turns away what is too large before anything of it is read
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def evidence(request, pk):
    """Head and staff of the unit add what shows that it was put right, before they report."""
    if request.method == "POST":
        if is_too_large(request):
            told = uploads.too_large()
            return _page(request, _found(request, pk), EvidenceForm(), told=told, status=TOO_LARGE)
        hold_in_memory(request)
    return _add(request, pk)


@csrf_protect
def _add(request, pk):
    order = _found(request, pk)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _page(request, order, form)
    if not form.is_valid():
        return _page(request, order, form, status=UNCLEAR)
    try:
        acts.add(rectification=order, by=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as told:
        form.add_error("upload", str(told))
        return _page(request, order, form, status=CONFLICT)
    messages.success(request, _("Added: %(title)s") % {"title": form.cleaned_data["title"]})
    return redirect("rectification_evidence", pk)


def _found(request, pk):
    found = queries.one(reader(request), pk)
    if found is None or not policies.unit_post(reader(request), found) or not found.line_id:
        raise Http404
    return found


def _page(request, order, form, told="", status=None):
    facts = {"order": order, "title": rectification_words.title(order), "form": form, "told": told}
    facts["csrf_token"] = get_token(request)
    return render(request, "work/rectifications/evidence.html", facts, status=status)
