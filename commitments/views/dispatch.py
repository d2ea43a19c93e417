"""The reporting matrix and a month's lists; chasing, returning, and a town office's counts."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commitments import phrases, report_policies
from commitments.actions import aggregates as sending
from commitments.actions import chasing, dispatch
from commitments.models import Month, Sheet
from commitments.policies import meetings as minutes
from commitments.queries import aggregates, matrix, monthly
from commitments.queries.campaigns import OVERSEERS
from commitments.views import watching
from portal.core import wording
from portal.core.errors import Refused
from units.frame import reader
from units.models import Role

REFUSED, UNCLEAR = 409, 422
OFFICES = (Role.STYLE_OFFICE, Role.TOWN_OFFICE)
LISTS = {
    "late": (gettext_lazy("Late"), gettext_lazy("No unit is late.")),
    "stuck": (gettext_lazy("Stuck"), gettext_lazy("No unit says that it is stuck.")),
    "requests": (gettext_lazy("Requests for help"), gettext_lazy("No unit asks for help.")),
    "odd": (gettext_lazy("Reports that look wrong"), gettext_lazy("No report looks wrong.")),
}
"""Lists of a month: heading, and what an empty one says."""


@require_safe
@login_required
def board(request):
    """Who has reported, unit by month; the newest month in a sentence."""
    who, today = reader(request), timezone.localdate()
    campaign, campaigns = watching.campaign(request, OVERSEERS)
    if not campaign:
        return render(request, "work/dispatch/matrix.html", {"campaign": None})
    columns = matrix.columns(campaign)
    units, following = matrix.rows(who, campaign, columns, on=today, after=request.GET.get("after", "")[:60])
    facts = {"campaign": campaign, "campaigns": campaigns, "columns": columns, "rows": units, "following": following}
    if month := matrix.newest_due(columns, on=today):
        missing, late = matrix.counted(who, month)
        to_chase = matrix.waited_for(who, month)
        facts |= _month_facts(who, month) | {
            "to_chase": to_chase,
            "to_chase_words": matrix.number(to_chase),
            "sentence": matrix.sentence(month, missing, late, on=today),
            "last_told": [sheet for sheet in monthly.late(who, month, on=today)[0] if sheet.told_on][:5],
        }
    return render(request, "work/dispatch/matrix.html", facts)


def _month_facts(who, month: Month) -> dict:
    """What is told of one month beside its matrix: the counts of town offices, and what may be done."""
    sent, silent = matrix.aggregates(month.campaign, month) if who.posts_as(*matrix.WHOLE_BUREAU) else ([], [])
    today = timezone.localdate()
    return {
        "month": month,
        "month_name": phrases.month(month.period.first),
        "tabs": [(key, label) for key, (label, _nothing) in LISTS.items()],
        "now": timezone.now(),
        "today": today,
        "can_chase": bool(who.posts_as(*OFFICES)),
        "sent_aggregates": sent,
        "silent_offices": silent,
        "reads_minutes": bool(who.posts_as(*minutes.READERS)),
        "to_send": [
            (each, unit, phrases.month(each.period.first))
            for each, unit in aggregates.due(who, on=today)
            if each.campaign_id == month.campaign_id
        ],
    }


@require_safe
@login_required
def month_list(request, code, which):
    """One list of a month: late units, what is stuck, requests for help, or reports that look wrong."""
    who, today, after = reader(request), timezone.localdate(), request.GET.get("after", "")[:80]
    month = watching.month(request, code)
    if which not in LISTS:
        raise Http404
    if which == "late":
        rows, following = monthly.late(who, month, on=today, after=after)
    elif which == "odd":
        rows, following = monthly.odd(who, month), ""
    else:
        rows, following = {"stuck": monthly.stuck, "requests": monthly.requests}[which](who, month, after=after)
    if which == "late":
        rows = [(sheet, matrix.state_of(sheet, month, today), matrix.word_of(sheet, month, today)) for sheet in rows]
    title, nothing = LISTS[which]
    facts = _month_facts(who, month) | {
        "which": which,
        "rows": rows,
        "following": following,
        "title": title,
        "nothing": nothing,
    }
    return render(request, "work/dispatch/list.html", facts)


@require_POST
@login_required
def chase(request, code):
    """Chase every unit that reports to this office and has not, or the one sheet named."""
    month = watching.month(request, code)
    if not reader(request).posts_as(*OFFICES):
        raise Http404
    sheets = [_own_sheet(request, month)] if "sheet" in request.POST else None
    try:
        told = chasing.chase(month, sheets, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        _say(request, told)
    return redirect(f"{reverse('dispatch_list', args=[month.code, 'late'])}?campaign={month.campaign.code}")


def _own_sheet(request, month: Month) -> Sheet:
    try:
        key = UUID(request.POST["sheet"])
    except ValueError:
        raise Http404 from None
    return get_object_or_404(report_policies.visible_sheets(reader(request)), month=month, pk=key)


def _say(request, told) -> None:
    """Who was written to, and who was spared with the day."""
    if told.people:
        words = ngettext("%(n)s person was written to.", "%(n)s people were written to.", told.people)
        messages.success(request, words % {"n": told.people})
    if told.spared:
        named = [_("%(name)s on %(day)s") % {"name": name, "day": wording.day(on)} for name, on in told.examples]
        words = ngettext(
            "%(n)s person was told before and is spared today: %(names)s.",
            "%(n)s people were told before and are spared today: %(names)s.",
            told.spared,
        )
        messages.info(request, words % {"n": told.spared, "names": pgettext("between names", ", ").join(named)})
    if not told.people and not told.spared:
        messages.error(request, _("Nobody holds a post in these units: there is nobody to write to."))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def send_back(request, pk):
    """Return a report with a reason: a page of its own, so that the reason is written with the report in mind."""
    who = reader(request)
    rows = report_policies.visible_sheets(who).select_related("month__campaign__bureau", "unit")
    sheet = get_object_or_404(rows, pk=pk)
    if not report_policies.receiving_post(who, sheet):
        raise Http404
    facts = {"sheet": sheet, "month_name": phrases.month(sheet.month.period.first), "reason": "", "told": ""}
    facts["verdict"] = report_policies.can_return(who, sheet)
    if request.method == "POST":
        facts["reason"] = request.POST.get("reason", "")[:300]
        try:
            dispatch.return_sheet(sheet, reason=facts["reason"], by=request.user, at=timezone.now())
        except Refused as refused:
            facts["told"] = str(refused)
            return render(request, "work/dispatch/return.html", facts, status=REFUSED)
        messages.success(request, _("Returned. The unit reads your words on its report."))
        return redirect("report_sheet", pk)
    return render(request, "work/dispatch/return.html", facts)


@require_POST
@login_required
def send_aggregate(request, code):
    """A town office's counts of a month, in one click."""
    month = watching.month(request, code)
    office = next((u for u in aggregates.offices(reader(request)) if str(u.pk) == request.POST.get("unit")), None)
    if office is None:
        raise Http404
    try:
        made = sending.send_aggregate(month, office, request.POST.get("word", "")[:300], by=request.user,
                                      at=timezone.now())  # fmt: skip
        messages.success(request, _("Sent to the style office. Receipt %(receipt)s.") % {"receipt": made.receipt})
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('dispatch')}?campaign={month.campaign.code}")
