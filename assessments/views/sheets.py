"""An inspector's own sheet on a phone. Every form works without a script; with one nothing typed is lost offline.

The page of an open sheet says so in a header (`X-Sheet: open`): only such a page may be kept on the phone.
"""

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments import sheet_pages
from assessments.actions import inspections as acts
from assessments.forms.inspections import SheetForm, StandBackForm
from assessments.models import Opinion
from assessments.queries import inspections as queries
from portal.core import letters
from portal.core.errors import Refused
from portal.core.wording import moment
from units.frame import reader

CONFLICT, UNCLEAR = 409, 422
WORKER = Path(settings.BASE_DIR) / "static" / "js" / "inspect-worker.js"


@require_safe
@login_required
def worker(request):
    """The script that keeps an open sheet usable without a network: for addresses under this one, and no others."""
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sheet(request, pk):
    """One's own sheet: declare or stand back first, then write, then send; afterwards to read."""
    opinion = queries.sheet(reader(request), pk)
    if opinion is None:
        raise Http404
    if request.method == "POST":
        return _post(request, opinion)
    letters.mark_read(request.user, path=request.path)
    if opinion.sent_at:
        return render(request, "work/inspections/sent.html", sheet_pages.facts(opinion))
    if opinion.clear_at is None:
        return _declare_page(request, opinion)
    return _page(request, opinion, _form(opinion))


def _post(request, opinion: Opinion) -> HttpResponse:
    act = request.POST.get("act", "save")
    if act in ("declare", "back"):
        return _declare(request, opinion, act)
    form = _form(opinion, request.POST)
    if not form.is_valid():
        return _unclear(request, opinion, form)
    common = {"by": request.user, "at": timezone.now()}
    try:
        stored = acts.save(opinion, form.content, version=form.cleaned_data["version"], **common)
        if act == "send":
            stored = acts.send(stored, version=stored.version, **common)
    except acts.Overtaken as told:
        return _overtaken(request, opinion, form, str(told))
    except acts.Incomplete as told:
        return _incomplete(request, opinion, told)
    except Refused as told:
        return _refused(request, opinion, form, str(told))
    return _stored(request, stored, act)


def _stored(request, stored: Opinion, act: str) -> HttpResponse:
    words = sheet_pages.saved(stored)
    if act == "send":
        words = _("Sent on %(moment)s. The sheet does not change any more.") % {"moment": moment(stored.sent_at)}
        messages.success(request, words)
    if _fetched(request):
        state = "sent" if act == "send" else "saved"
        return JsonResponse({"state": state, "version": stored.version, "words": words, "to": _address(stored)})
    if act != "send":
        messages.success(request, words)
    return redirect(_address(stored))


def _unclear(request, opinion: Opinion, form: SheetForm) -> HttpResponse:
    if _fetched(request):
        return JsonResponse({"state": "unclear", "errors": _errors(form)}, status=UNCLEAR)
    return _page(request, opinion, form, status=UNCLEAR)


def _incomplete(request, opinion: Opinion, told: acts.Incomplete) -> HttpResponse:
    """What was typed is stored; the sheet is not sent. Each lack stands at its field."""
    fresh = queries.sheet(reader(request), opinion.pk)
    form = _form(fresh, _with_version(request, fresh))
    form.tell(told.lacks)
    if _fetched(request):
        body = {"state": "incomplete", "errors": _errors(form), "version": fresh.version, "words": str(told)}
        return JsonResponse(body, status=UNCLEAR)
    return _page(request, fresh, form, told=str(told), status=UNCLEAR)


def _overtaken(request, opinion: Opinion, form: SheetForm, told: str) -> HttpResponse:
    """Both texts. Saving once more from here writes this one over the other, knowingly."""
    fresh = queries.sheet(reader(request), opinion.pk)
    if fresh is None:
        raise Http404
    pairs = sheet_pages.differences(form, _form(fresh))
    facts = {"pairs": pairs, "version": fresh.version, "there": _address(fresh), "told": told}
    if _fetched(request):
        html = render(request, "work/inspections/_clash.html", facts).content.decode()
        body = {"state": "conflict", "version": fresh.version, "html": html, "theirs": sheet_pages.plain(_form(fresh))}
        return JsonResponse(body, status=CONFLICT)
    again = _form(fresh, _with_version(request, fresh))
    return _page(request, fresh, again, status=CONFLICT, **facts)


def _refused(request, opinion: Opinion, form: SheetForm, told: str) -> HttpResponse:
    """Nothing was stored; what was typed is shown, not lost."""
    fresh = queries.sheet(reader(request), opinion.pk)
    if fresh is None:
        raise Http404
    if _fetched(request):
        return JsonResponse({"state": "refused", "words": told}, status=CONFLICT)
    if fresh.sent_at:
        messages.error(request, told)
        return redirect(_address(fresh))
    if fresh.clear_at is None:
        return _declare_page(request, fresh, told=told, status=CONFLICT)
    return _page(request, fresh, form, told=told, status=CONFLICT)


def _declare(request, opinion: Opinion, act: str) -> HttpResponse:
    common = {"by": request.user, "at": timezone.now()}
    form = StandBackForm(request.POST if act == "back" else None)
    if act == "back" and not form.is_valid():
        return _declare_page(request, opinion, form=form, status=UNCLEAR)
    try:
        if act == "declare":
            acts.declare_clear(opinion, **common)
            messages.success(request, _("Declared: you have no interest in this unit. The sheet is open."))
            return redirect(_address(opinion))
        acts.stand_back(opinion, **form.cleaned_data, **common)
    except Refused as told:
        return _declare_page(request, opinion, form=form, told=str(told), status=CONFLICT)
    messages.success(request, _("You stood back. The next in the draw's line takes over."))
    return redirect("inspections")


def _declare_page(request, opinion: Opinion, *, form=None, told="", status=None) -> HttpResponse:
    facts = sheet_pages.heading(opinion) | {"form": form or StandBackForm(), "told": told}
    return render(request, "work/inspections/declare.html", facts, status=status)


def _page(request, opinion: Opinion, form: SheetForm, *, told="", status=None, **more) -> HttpResponse:
    facts = sheet_pages.facts(opinion, form) | {"told": told, "pairs": None} | more
    response = render(request, "work/inspections/sheet.html", facts, status=status)
    if request.method != "POST":
        response.headers["X-Sheet"] = "open"
    return response


def _form(opinion: Opinion, data=None) -> SheetForm:
    case = opinion.inspection.case
    return SheetForm(
        data, looked_at=queries.looked_at(case), judged=queries.judged(case), content=queries.content(opinion),
        version=opinion.version,
    )  # fmt: skip


def _with_version(request, opinion: Opinion):
    data = request.POST.copy()
    data["version"] = str(opinion.version)
    return data


def _errors(form: SheetForm) -> dict[str, str]:
    """What is wrong, by the id of its field; under "" what belongs to the whole sheet."""
    return {form[name].auto_id if name in form.fields else "": " ".join(words) for name, words in form.errors.items()}


def _fetched(request) -> bool:
    return request.headers.get("X-Sheet") == "fetch"


def _address(opinion: Opinion) -> str:
    return reverse("inspection_sheet", args=[opinion.pk])
