"""The hub of an assessment: its phases with the next act of each; its days; what the machine computed for a unit."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments import assessing_days, hub_pages
from assessments.actions import assessing
from assessments.forms.standards import DaysForm
from assessments.models import Case
from assessments.policies import standards as policies
from assessments.queries import standards as queries
from objectives.models import Campaign
from portal.core import workdays
from portal.core.errors import Refused
from portal.core.letters import mark_read
from portal.core.wording import said
from units.frame import reader

ACTS = {
    "open": (assessing.open_assessment, lambda: _("The assessment is open: every unit has its case and was told.")),
    "score": (assessing.ask_for_scoring, lambda: _("Asked for. The machine scores within a minute.")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hub(request):
    """Where the assessment stands. The style office opens it and asks for scoring here."""
    who = reader(request)
    if who.is_nobody:
        raise Http404
    campaign = chosen(request, who)
    if request.method == "POST":
        return _act(request, who, campaign)
    mark_read(request.user, path=request.path)
    return _page(request, who, campaign)


def _act(request, who, campaign: Campaign | None):
    act, told = ACTS.get(request.POST.get("act"), (None, None))
    assessment = campaign and queries.assessment_of(campaign)
    if act is None or not assessment or not policies.office_post(who, campaign):
        raise Http404
    try:
        act(assessment, by=request.user, at=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
        return _page(request, who, chosen(request, who), status=409)
    messages.success(request, told())
    return redirect(f"{reverse('assessment')}?campaign={campaign.code}")


def chosen(request, who) -> Campaign | None:
    """The campaign asked for by its code; 404 for one that is not theirs.

    Without a code the one that is being assessed; else for the style office the newest, which it prepares, and for
    everybody else the newest that was assessed.
    """
    rows = queries.campaigns_of(who)
    code = request.POST.get("campaign") or request.GET.get("campaign", "")
    if code:
        found = next((row for row in rows if row.code == code), None)
        if found is None:
            raise Http404
        return found
    judged = [row for row in rows if queries.assessment_of(row)]
    under_way = [row for row in judged if not queries.assessment_of(row).published_at]
    if rows and policies.office_post(who, rows[0]):
        judged = []
    return next(iter(under_way or judged or rows), None)


def _page(request, who, campaign: Campaign | None, *, status=200):
    assessment = queries.assessment_of(campaign) if campaign else None
    is_office = bool(campaign and policies.office_post(who, campaign))
    newest = queries.newest_frozen(campaign) if campaign else None
    own = [case for case in queries.own_cases(who) if campaign and case.assessment.campaign_id == campaign.pk]
    facts = {
        "campaign": campaign, "campaigns": queries.campaigns_of(who), "assessment": assessment, "newest": newest,
        "is_office": is_office, "steps": hub_pages.steps(assessment), "today": who.on,
        "rows": hub_pages.of_office(who, campaign, assessment, newest) if is_office else [],
        "own": [(said(case.unit, "name"), hub_pages.of_unit(case, on=who.on)) for case in own],
    }  # fmt: skip
    return render(request, "work/assessment/hub.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def days(request):
    """The days of the assessment and the standard it is scored by; suggested from the campaign's stage at first."""
    who = reader(request)
    campaign = chosen(request, who)
    if campaign is None or not policies.office_post(who, campaign):
        raise Http404
    assessment, status = queries.assessment_of(campaign), 200
    form = DaysForm(
        request.POST or None, campaign=campaign, assessment=assessment, initial=_initial(campaign, assessment)
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                assessing.prepare(campaign, **form.cleaned_data, by=request.user, at=request.now)
            except Refused as told:
                messages.error(request, str(told))
                status = 409
            else:
                messages.success(request, _("The days of the assessment are set."))
                return redirect(f"{reverse('assessment')}?campaign={campaign.code}")
    stage = campaign.stages.filter(key=assessing_days.ASSESS).first()
    facts = {"campaign": campaign, "assessment": assessment, "form": form, "stage": stage}
    return render(request, "work/assessment/days.html", facts, status=status)


def _initial(campaign: Campaign, assessment) -> dict:
    if assessment:
        return {name: getattr(assessment, name) for name in assessing.DAYS} | {"standard": assessment.standard_id}
    stage = campaign.stages.filter(key=assessing_days.ASSESS).first()
    newest = queries.newest_frozen(campaign)
    known = {"standard": newest.pk if newest else None}
    return known | assessing_days.suggested(stage.from_on, stage.to_on, workdays.loaded()) if stage else known


@require_safe
@login_required
def case(request, pk):
    """What the machine computed for a unit: every score with its reason. Other marks only once the unit was told."""
    found, is_office = _case(request, pk)
    shows_all = is_office or found.notified_at is not None
    marks = queries.marks_of(found)
    facts = {
        "case": found, "assessment": found.assessment, "campaign": found.assessment.campaign, "marks": marks,
        "name": said(found.unit, "name"), "shows_all": shows_all,
    }  # fmt: skip
    return render(request, "work/assessment/case.html", facts)


@require_safe
@login_required
def behind(request, pk, key):
    """The lines behind one score."""
    found, _is_office = _case(request, pk)
    mark = next((row for row in queries.marks_of(found) if row["criterion"].key == key), None)
    if mark is None:
        raise Http404
    rows = queries.lines_behind(found, mark["criterion"], on=reader(request).on)
    facts = {
        "case": found, "assessment": found.assessment, "campaign": found.assessment.campaign, "mark": mark,
        "rows": rows, "name": said(found.unit, "name"),
    }  # fmt: skip
    return render(request, "work/assessment/behind.html", facts)


def _case(request, pk) -> tuple[Case, bool]:
    who = reader(request)
    rows = policies.visible_cases(who).select_related(
        "assessment__campaign__bureau", "assessment__standard", "unit", "publication"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found, policies.oversees(who, found)
