"""Results at work: the style office's table and its acts, one case with everything behind it, a unit's own page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments import adjustment_pages, appealing, result_pages, results_xlsx
from assessments.actions import results as acts
from assessments.forms.results import FilterForm, SignerForm
from assessments.models import Assessment, Case
from assessments.policies import appeals as appeal_policies
from assessments.policies import results as policies
from assessments.policies import standards as standard_policies
from assessments.queries import freshness, grounds, totals
from assessments.queries import results as queries
from assessments.states import Phase
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
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def results(request):
    """The table of results by kind of unit; for the style office also the next act of the assessment."""
    who = reader(request)
    rows = queries.read_by(who)
    if not rows and not policies.reads(who):
        raise Http404
    assessment = _assessment(request, rows)
    if request.method == "POST":
        if assessment is None or not policies.office_post(who, assessment):
            raise Http404
        return _act(request, assessment, rows)
    return _table(request, assessment, rows)


def _assessment(request, rows: list[Assessment]) -> Assessment | None:
    """The one asked for by its campaign's code, or the newest."""
    code = request.POST.get("campaign") or request.GET.get("campaign", "")
    found = next((row for row in rows if row.campaign.code == code), None) if code else (rows[0] if rows else None)
    if code and found is None:
        raise Http404
    return queries.in_full(found.pk) if found else None


def _table(request, assessment, rows, *, told="", signer_form=None, status=200):
    who = reader(request)
    if assessment is None:
        runs = bool(who.posts_as(Role.STYLE_OFFICE))
        return render(request, "work/results/list.html", {"assessment": None, "is_office": runs})
    whole = policies.reads_whole(who, assessment)
    among = None if whole else policies.overseen(who)
    form = FilterForm(request.GET, kinds=result_pages.kinds_of(assessment, among))
    page, following = queries.page(
        assessment, kind=form.kind_key, grade=form.grade_key, words=form.words, among=among,
        after=request.GET.get("after", "")[:80], most=queries.A_PAGE,
    )  # fmt: skip
    marks = totals.counted(page)
    summary = result_pages.summary(assessment) if whole else []
    signers = policies.signers(assessment.campaign.bureau_id)
    facts = {
        "is_office": bool(policies.office_post(who, assessment)), "has_signals": result_pages.has_signals(assessment),
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
        "today": who.on, "is_old": assessment.phase == Phase.SCORED and freshness.is_old(assessment),
    }  # fmt: skip
    return render(request, "work/results/list.html", facts, status=status)


def _act(request, assessment: Assessment, rows: list[Assessment]):
    act, whence = request.POST.get("act", ""), {"by": request.user, "at": timezone.now()}
    form = SignerForm(request.POST, signers=policies.signers(assessment.campaign.bureau_id))
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


@require_safe
@login_required
def case(request, pk):
    """One case with every score line behind it; from here the style office goes on to bonus, deduction and veto."""
    found, who = queries.one(reader(request), pk, overseen=True), reader(request)
    if found is None:
        raise Http404
    facts = case_facts(found, who) | {"can_adjust": policies.can_adjust(who, found.assessment)}
    return render(request, "work/results/case.html", facts)


def case_facts(found: Case, who) -> dict:
    """What every page of one case shows: for the style office, for the unit, for whoever checks again."""
    marks, seen = totals.counted([found]).get(found.pk, {}), grounds.of([found]).get(found.pk)
    assessment, scores = found.assessment, result_pages.scores(found, seen)
    return {
        "case": found, "assessment": assessment, "campaign": assessment.campaign, "name": said(found.unit, "name"),
        "figures": result_pages.figures(found), "grade": result_pages.grade(found.grade),
        "notes": result_pages.notes(found, marks, assessment), "scores": scores,
        "found_besides": result_pages.found_besides(scores, seen),
        "adjusted": adjustment_pages.rows(found.adjusted, who), "appeal": getattr(found, "appeal", None),
        "today": who.on,
        "signals": result_pages.signals(found), "is_office": bool(policies.office_post(who, assessment)),
        "behind_is_hidden": not (standard_policies.oversees(who, found) or policies.own_post(who, found)),
    }  # fmt: skip


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
        "has_below": policies.overseen(who).exclude(unit=found.unit_id).exists(),
        "others": [each for each in cases if each.pk != found.pk], "counting": result_pages.counting(window),
        "can_appeal": appeal_policies.can_file(who, found),
        "until_on": found.assessment.appeal_until_on, "is_printed": bool(found.notice and files.newest(found.notice)),
    }  # fmt: skip
    return render(request, "work/results/mine.html", facts)


@require_safe
@login_required
def notice_pdf(request, pk):
    """The notice, for the unit it was sent to and for whoever oversees it."""
    found = queries.one(reader(request), pk)
    if found is None or found.notice is None:
        raise Http404
    if policies.own_post(reader(request), found):
        return hand_out(request, found.notice, back="my_result")
    return hand_out(request, found.notice, back="result_case", pk=found.pk)


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
