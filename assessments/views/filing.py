"""An appeal is filed, and proof attached to it: pages of the unit, each of which takes a file."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from assessments import result_pages
from assessments.actions import appeal_files
from assessments.actions import appeals as acts
from assessments.forms import appeals as forms
from assessments.models import Appeal, Case
from assessments.policies import appeals as policies
from assessments.policies import results as result_policies
from assessments.queries import appeals as queries
from assessments.queries import results as result_queries
from commitments.views.attaching import hold_in_memory, is_too_large
from portal.core import inert, uploads
from portal.core.errors import Refused
from portal.core.wording import said
from units.frame import reader

CONFLICT, TOO_LARGE, UNCLEAR = 409, 413, 422


@csrf_exempt  # only this outer door, which turns away what is too large before anything of it is read
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request, pk):
    """The head’s appeal against a result: grounds, what is wrong with which score or deduction, a first file."""
    if request.method == "POST":
        if is_too_large(request):
            case = _case(request, pk)
            return _new_page(request, case, _file_form(case), told=uploads.too_large(), status=TOO_LARGE)
        hold_in_memory(request)
    return _new(request, pk)


@csrf_protect
def _new(request, pk):
    case = _case(request, pk)
    if hasattr(case, "appeal"):
        return redirect("appeal", case.appeal.pk)
    form = _file_form(case, request.POST, request.FILES) if request.method == "POST" else _file_form(case)
    if request.method != "POST":
        return _new_page(request, case, form)
    if not form.is_valid():
        return _new_page(request, case, form, status=UNCLEAR)
    data = form.cleaned_data
    files = [appeal_files.Attached(data["upload"], data["title"])] if data["upload"] else []
    said_of = {"points": form.points, "adjustments": form.adjustments}
    try:
        appeal = acts.file(
            case, grounds=data["grounds"], **said_of, files=files, by=request.user, at=timezone.now()
        )  # fmt: skip
    except Refused as told:
        return _new_page(request, case, form, told=str(told), status=CONFLICT)
    messages.success(request, _("The appeal is filed. Two people who had no part before check it again."))
    return redirect("appeal", appeal.pk)


def _case(request, pk) -> Case:
    who = reader(request)
    case = result_queries.one(who, pk)
    if case is None or not result_policies.own_post(who, case):
        raise Http404
    return case


def _file_form(case: Case, *data) -> forms.FileForm:
    return forms.FileForm(*data, lines=result_pages.scores(case), taken=policies.appealable(case))


def _new_page(request, case: Case, form: forms.FileForm, *, told="", status=200):
    who = reader(request)
    facts = {"case": case, "form": form, "told": told, "can_file": policies.can_file(who, case), "today": who.on,
             "until_on": case.assessment.appeal_until_on, "csrf_token": get_token(request)}  # fmt: skip
    return render(request, "work/appeals/new.html", facts, status=status)


@csrf_exempt  # only this outer door, which turns away what is too large before anything of it is read
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def attach(request, pk):
    """One more file, until both who check again have handed in."""
    if request.method == "POST":
        if is_too_large(request):
            found, form = _appeal(request, pk), forms.AttachForm()
            return _attach_page(request, found, form, told=uploads.too_large(), status=TOO_LARGE)
        hold_in_memory(request)
    return _attach(request, pk)


@csrf_protect
def _attach(request, pk):
    found = _appeal(request, pk)
    form = forms.AttachForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _attach_page(request, found, form)
    if not form.is_valid():
        return _attach_page(request, found, form, status=UNCLEAR)
    try:
        appeal_files.add(found, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as told:
        return _attach_page(request, found, form, told=str(told), status=CONFLICT)
    messages.success(request, _("Attached."))
    return redirect("appeal_attach", found.pk)


def _appeal(request, pk) -> Appeal:
    """An appeal of one's own unit."""
    who = reader(request)
    found = queries.one(who, pk)
    if found is None or not result_policies.own_post(who, found.case):
        raise Http404
    return found


def _attach_page(request, found: Appeal, form: forms.AttachForm, *, told="", status=200):
    facts = {"appeal": found, "name": said(found.case.unit, "name"), "form": form, "told": told,
             "can_attach": policies.can_attach(reader(request), found), "files": found.files.all(),
             "csrf_token": get_token(request)}  # fmt: skip
    return render(request, "work/appeals/attach.html", facts, status=status)


@require_safe
@login_required
def file(request, pk):
    """One file of an appeal, always as a download."""
    found = queries.file(reader(request), pk)
    if found is None:
        raise Http404
    return inert.handed_out(found.sha256, found.kind, name=str(found.pk))
