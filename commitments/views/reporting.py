"""The month's report in the browser. Every form works without a script; with one the page saves itself."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments import report_pages, report_policies, report_reading, report_words
from commitments.actions import dispatch
from commitments.forms.reporting import SheetForms, in_words, mark_of
from commitments.models import Sheet
from commitments.queries import reports
from portal.core.errors import Refused
from units.frame import reader
from units.models import Role

CONFLICT, UNCLEAR = 409, 422
TRIES = 3
"""How often a save is tried again when colleagues save other promises at the same moment."""


@require_safe
@login_required
def overview(request):
    """To the oldest month that waits; all months when nothing waits, or when they are asked for."""
    who = reader(request)
    units = [post.unit_id for post in who.posts_as(Role.HEAD, Role.STAFF)]
    if not units:
        raise Http404
    sheets = reports.of_units(units)
    waiting = [sheet for sheet in sheets if sheet.state != "sent" and sheet.lines]
    if waiting and "all" not in request.GET:
        return redirect("report_sheet", waiting[-1].pk)
    rows = [
        {"sheet": sheet, "month": report_words.title(sheet), "state": report_words.state(sheet)} for sheet in sheets
    ]
    return render(request, "work/report/overview.html", {"rows": rows, "many": len(set(units)) > 1})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sheet(request, pk):
    found = _sheet(request, pk)
    if request.method == "POST":
        return _post(request, found)
    if not report_policies.can_fill(reader(request), found):
        return _read(request, found)
    return _page(request, found)


@require_safe
@login_required
def preview(request, pk):
    """What the public would read if the month were frozen now."""
    found = _sheet(request, pk)
    facts = report_reading.preview_facts(found, on=timezone.localdate())
    return render(request, "work/report/preview.html", facts)


def _post(request, found: Sheet) -> HttpResponse:
    act, at = request.POST.get("act", "save"), timezone.now()
    verdict = report_policies.can_fill(reader(request), found)
    if not verdict:
        return _refused(request, found, verdict.reason, act)
    try:
        stored, forms, rows, clashes = _store(request, found, at)
    except Refused as told:
        return _refused(request, found, str(told), act)
    if clashes:
        return _clashed(request, stored, forms, clashes)
    if act == "save" or forms.unclear:
        return _saved(request, stored, forms, rows, at=at)
    if act != "rest" and not forms.is_seen:
        return _again(request, stored, _("Meanwhile this report was changed. Read it as it stands now, then send it."))
    return _act(request, stored, act, at=at)


def _store(request, found: Sheet, at: datetime):
    """Keep every entry that can be read and that nobody else wrote; tried again when a colleague saves meanwhile."""
    for last in range(TRIES, 0, -1):
        forms = SheetForms(report_pages.entries_of(found), request.POST)
        rows, clashes = forms.written()
        if not rows:
            return found, forms, rows, clashes
        try:
            stored = dispatch.save_entries(found, rows, version=found.version, by=request.user, at=at)
        except dispatch.Overtaken:
            if last == 1:
                raise
            found = _sheet(request, found.pk)
        else:
            for form in forms:
                for name, value in rows.get(form.entry.pk, {}).items():
                    setattr(form.entry, name, value)
            return stored, forms, rows, clashes
    raise AssertionError("the last try returns or raises")


def _act(request, stored: Sheet, act: str, *, at: datetime) -> HttpResponse:
    """The one click after the save: mark the rest, hand to the head, or send."""
    common = {"version": stored.version, "by": request.user, "at": at}
    try:
        if act == "rest":
            dispatch.no_change_for_rest(stored, **common)
            messages.success(request, _("The rest is marked “no change”. Nothing was sent yet."))
        elif act == "send":
            stored = dispatch.send(stored, **common)
            messages.success(request, _("Sent. Receipt %(receipt)s.") % {"receipt": stored.receipt})
        elif act == "hand":
            _hand(request, stored, common)
    except dispatch.Incomplete:
        return _page(request, _sheet(request, stored.pk), tells=report_pages.ALL, status=UNCLEAR)
    except dispatch.Overtaken as told:
        return _again(request, stored, str(told))
    except Refused as told:
        return _refused(request, stored, str(told), act)
    return redirect(_address(stored))


def _hand(request, stored: Sheet, common: dict) -> None:
    if stored.state == "ready":
        messages.info(request, _("The report already lies with the head."))
        return
    dispatch.hand_to_head(stored, **common)
    messages.success(request, _("The report lies with the head now, who reads and sends it."))


def _saved(request, stored: Sheet, forms: SheetForms, rows: dict, *, at: datetime) -> HttpResponse:
    on, unclear = timezone.localdate(at), forms.unclear
    if not request.htmx:
        if unclear:
            return _page(request, stored, forms=forms, status=UNCLEAR)
        messages.success(request, report_words.saved(at))
        return redirect(_address(stored))
    facts = report_pages.fill_facts(reader(request), stored, on=on, forms=forms, tells=report_pages.PRESSING)
    marks = {form.prefix: mark_of(form.entry) for form in forms if form.entry.pk in rows}
    facts |= {"saved": report_words.saved(at), "unclear": len(unclear), "marks": marks}
    return render(request, "work/report/saved.html", facts, status=UNCLEAR if unclear else None)


def _clashed(request, stored: Sheet, forms: SheetForms, clashes: list) -> HttpResponse:
    """Somebody else wrote the same promise: both texts, and the choice between them. All other rows are stored."""
    facts = report_pages.head_facts(stored, on=timezone.localdate())
    facts |= {
        "clashes": clashes,
        "marks": {clash.form.prefix: mark_of(clash.form.entry) for clash in clashes},
        "there": _address(stored),
    }
    template = "work/report/_conflict.html" if request.htmx else "work/report/conflict.html"
    return render(request, template, facts, status=CONFLICT)


def _again(request, stored: Sheet, told: str) -> HttpResponse:
    """The sheet as it stands now, with the reason why it was not sent."""
    messages.error(request, told)
    return _page(request, _sheet(request, stored.pk), status=CONFLICT)


def _refused(request, found: Sheet, reason: str, act: str) -> HttpResponse:
    """Nothing can be written now. A second click of what is done is told so; typed words are shown, not lost."""
    found = _sheet(request, found.pk)
    if found.state == "sent" and act == "send":
        messages.info(request, _("The report was sent already. Receipt %(receipt)s.") % {"receipt": found.receipt})
        return redirect(_address(found))
    written = []
    for form in SheetForms(report_pages.entries_of(found), request.POST):
        texts = [(bound.label, in_words(bound.name, bound.value())) for bound in form if bound.name != "was"]
        if form.is_bound and form.has_changed():
            written.append((form.entry.line.number, [(label, text) for label, text in texts if text]))
    facts = report_pages.head_facts(found, on=timezone.localdate()) | {"reason": reason, "written": written}
    template = "work/report/_refused.html" if request.htmx else "work/report/refused.html"
    return render(request, template, facts, status=CONFLICT)


def _page(request, found: Sheet, *, forms=None, tells=report_pages.TOUCHED, status=None) -> HttpResponse:
    facts = report_pages.fill_facts(reader(request), found, on=timezone.localdate(), forms=forms, tells=tells)
    return render(request, "work/report/sheet.html", facts, status=status)


def _read(request, found: Sheet) -> HttpResponse:
    who = reader(request)
    facts = report_reading.read_facts(who, found, on=timezone.localdate())
    facts["can_return"] = report_policies.can_return(who, found) if report_policies.receiving_post(who, found) else None
    return render(request, "work/report/read.html", facts)


def _sheet(request, pk) -> Sheet:
    rows = report_policies.visible_sheets(reader(request)).select_related(
        "month__campaign__bureau", "month__campaign__timetable", "unit__kind", "receiver", "sent_post"
    )
    return get_object_or_404(rows, pk=pk)


def _address(found: Sheet) -> str:
    return reverse("report_sheet", args=[found.pk]) + "#saved"
