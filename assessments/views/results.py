"""Results at work: the style office's table and its acts, one case with everything behind it, a unit's own page."""

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments import appealing, result_pages, results_xlsx
from assessments.actions import adjustments
from assessments.actions import results as acts
from assessments.forms.results import AdjustForm, FilterForm, SignerForm, WhyForm
from assessments.models import Adjustment, Assessment, Case
from assessments.policies import appeals as appeal_policies
from assessments.policies import results as policies
from assessments.queries import results as queries
from assessments.queries import totals
from commitments import files
from commitments.views.printed import hand_out
from portal.core import spreadsheets, workdays
from portal.core.clock import local_day
from portal.core.errors import Refused
from portal.core.wording import said
from units.frame import reader
from units.models import Role

CONFLICT, UNCLEAR = 409, 422
DONE = {
    "settle": lambda: _("The results are put together. Look through them before the units are told."),
    "notify": lambda: _("Every unit was told. The notices are printed and stamped within minutes."),
    "draft": lambda: _("The result has its number and waits for the leader’s signature."),
    "report": lambda: _("The report has its number and waits for the leader’s signature."),
    "adjust": lambda: _("Entered. It counts when the results are put together next."),
    "take_back": lambda: _("Taken back. It counts when the results are put together next."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def results(request):
    """The table of results by kind of unit, and the next act of the assessment."""
    if not reader(request).posts_as(Role.STYLE_OFFICE):
        raise Http404
    assessment, rows = _assessment(request)
    if request.method == "POST":
        if assessment is None:
            raise Http404
        return _act(request, assessment)
    return _table(request, assessment, rows)


def _assessment(request) -> tuple[Assessment | None, list[Assessment]]:
    """The one asked for by its campaign's code, or the newest; and all this person runs."""
    rows = queries.run_by(reader(request))
    code = request.POST.get("campaign") or request.GET.get("campaign", "")
    found = next((row for row in rows if row.campaign.code == code), None) if code else (rows[0] if rows else None)
    if code and found is None:
        raise Http404
    return (queries.in_full(found.pk) if found else None), rows


def _table(request, assessment, rows, *, told="", signer_form=None, status=200):
    if assessment is None:
        return render(request, "work/results/list.html", {"assessment": None})
    who = reader(request)
    form = FilterForm(request.GET, kinds=result_pages.kinds_of(assessment))
    page, following = queries.page(
        assessment, kind=form.kind_key, grade=form.grade_key, after=request.GET.get("after", "")[:80]
    )
    marks = totals.counted(page)
    summary = result_pages.summary(assessment)
    signers = policies.signers(assessment.campaign.bureau_id)
    facts = {
        "assessment": assessment, "assessments": rows, "campaign": assessment.campaign, "told": told, "form": form,
        "rows": [result_pages.row(case, marks.get(case.pk, {}), assessment) for case in page], "heads":
        result_pages.heads(), "following": following, "kinds": summary,
        "kind": next((kind for kind in summary if kind["key"] == form.kind_key), None),
        "can": {
            "settle": policies.can_settle(who, assessment), "notify": policies.can_notify(who, assessment),
            "draft": policies.can_draft(who, assessment), "report": policies.can_draft_municipal(who, assessment),
        },
        "signer_form": signer_form or SignerForm(signers=signers),
        "open_appeals": policies.open_appeals(assessment).count() if assessment.notified_at else 0,
        "today": who.on,
    }  # fmt: skip
    return render(request, "work/results/list.html", facts, status=status)


def _act(request, assessment: Assessment):
    act, whence = request.POST.get("act", ""), {"by": request.user, "at": timezone.now()}
    form = SignerForm(request.POST, signers=policies.signers(assessment.campaign.bureau_id))
    rows = queries.run_by(reader(request))
    if act in ("draft", "report") and not form.is_valid():
        return _table(request, assessment, rows, signer_form=form, status=UNCLEAR)
    try:
        match act:
            case "settle":
                acts.settle(assessment, **whence)
            case "notify":
                acts.notify(assessment, **whence)
            case "draft":
                acts.draft(assessment, signer=form.cleaned_data["signer"], **whence)
            case "report":
                acts.draft_municipal(assessment, signer=form.cleaned_data["signer"], **whence)
            case _:
                return redirect("results")
    except Refused as told:
        fresh = queries.in_full(assessment.pk)
        return _table(request, fresh, rows, told=str(told), status=CONFLICT)
    messages.success(request, DONE[act]())
    return redirect("results")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def case(request, pk):
    """One case with every score line behind it; the style office enters bonus, deduction and veto here."""
    found, who = queries.one(reader(request), pk), reader(request)
    if found is None or not policies.office_post(who, found.assessment):
        raise Http404
    if request.method == "POST":
        return _act_on_case(request, found)
    return _case_page(request, found)


def _case_page(request, found: Case, *, told="", adjust=None, back=None, status=200):
    who = reader(request)
    facts = case_facts(found, who) | {
        "told": told, "back": back or WhyForm(auto_id="back_%s"),
        "adjust": adjust or AdjustForm(standard=found.assessment.standard, initial={"happened_on": who.on}),
        "can_adjust": policies.can_adjust(who, found.assessment),
        "taking": [(each, policies.can_take_back(who, each)) for each in found.adjusted if not each.taken_back_at],
    }  # fmt: skip
    return render(request, "work/results/case.html", facts, status=status)


def case_facts(found: Case, who) -> dict:
    """What every page of one case shows: for the style office, for the unit, for whoever checks again."""
    marks = totals.counted([found]).get(found.pk, {})
    assessment = found.assessment
    return {
        "case": found, "assessment": assessment, "campaign": assessment.campaign, "name": said(found.unit, "name"),
        "figures": result_pages.figures(found), "grade": result_pages.grade(found.grade),
        "notes": result_pages.notes(found, marks, assessment), "scores": result_pages.scores(found),
        "adjusted": found.adjusted, "appeal": getattr(found, "appeal", None), "today": who.on,
        "signals": result_pages.signals(found),
    }  # fmt: skip


def _act_on_case(request, found: Case):
    act, whence = request.POST.get("act", ""), {"by": request.user, "at": timezone.now()}
    adjust = AdjustForm(request.POST, standard=found.assessment.standard) if act == "adjust" else None
    back = WhyForm(request.POST, auto_id="back_%s") if act == "take_back" else None
    form = adjust or back
    if form is None:
        return redirect("result_case", found.pk)
    if not form.is_valid():
        return _case_page(request, found, adjust=adjust, back=back, status=UNCLEAR)
    try:
        if adjust:
            data = adjust.cleaned_data
            adjustments.make(found, **{**data, "points": data["points"] or Decimal(0)}, **whence)
        else:
            row = Adjustment.objects.filter(case=found, pk=_number(request.POST.get("adjustment"))).first()
            if row is None:
                raise Http404
            adjustments.take_back(row, why=back.cleaned_data["reason"], **whence)
    except Refused as told:
        return _case_page(request, found, told=str(told), adjust=adjust, back=back, status=CONFLICT)
    messages.success(request, DONE[act]())
    return redirect("result_case", found.pk)


def _number(text) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


@require_safe
@login_required
def mine(request):
    """The results of one's own unit, once it was told: every score explained, and how to appeal."""
    who = reader(request)
    if not who.posts_as(*policies.OWN):
        raise Http404
    cases = queries.own(who)
    wanted = request.GET.get("case", "")
    found = next((each for each in cases if str(each.pk) == wanted), cases[0] if cases else None)
    if found is None:
        return render(request, "work/results/mine.html", {"case": None})
    if request.method == "GET" and not found.read_at:
        acts.read(found, by=request.user, at=timezone.now())
    standard = found.assessment.standard
    window = appealing.window(local_day(found.notified_at), standard.appeal_days, workdays.loaded())
    facts = case_facts(found, who) | {
        "others": [each for each in cases if each.pk != found.pk], "counting": result_pages.counting(window),
        "can_appeal": appeal_policies.can_file(who, found),
        "until_on": found.assessment.appeal_until_on, "is_printed": bool(found.notice and files.newest(found.notice)),
    }  # fmt: skip
    return render(request, "work/results/mine.html", facts)


@require_safe
@login_required
def notice_pdf(request, pk):
    """The notice, for the unit it was sent to and for the style office."""
    found = queries.one(reader(request), pk)
    if found is None or found.notice is None:
        raise Http404
    return hand_out(request, found.notice, back="my_result")


@require_safe
@login_required
def report_xlsx(request, code):
    """Every unit's figures in one sheet, marked internal: for the report to the municipal leading group."""
    found = next((row for row in queries.run_by(reader(request)) if row.campaign.code == code), None)
    assessment = queries.in_full(found.pk) if found else None
    if assessment is None or not assessment.published_at:
        raise Http404
    response = HttpResponse(results_xlsx.write(assessment), content_type=spreadsheets.XLSX)
    response["Content-Disposition"] = f'attachment; filename="results-{code}-internal.xlsx"'
    response["Cache-Control"] = "no-store"
    return response
