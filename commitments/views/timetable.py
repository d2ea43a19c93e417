"""The timetable of a campaign: its settings, and every day of the year that follows from them."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commitments import halves as halves_named
from commitments import progress, timetables
from commitments.actions.timetable import set_timetable
from commitments.bulletin_words import quarter_name
from commitments.forms.timetable import TimetableForm
from commitments.models import Month, Timetable
from commitments.periods import between
from objectives.models import Campaign
from portal.core import workdays
from portal.core.errors import Refused
from units.frame import reader
from units.models import Role


@require_http_methods(["GET", "POST"])
@login_required
def timetable(request):
    """The newest campaign of the style office's bureau; `act=preview` shows the days without keeping anything."""
    campaign = _campaign(reader(request))
    kept = timetables.of(campaign)
    open_months = {month.code: month for month in Month.objects.filter(campaign=campaign)}
    keeping = timetables.keeping_of(campaign)
    months = list(between(keeping.starts_on, keeping.ends_on, "month"))
    choices = [(each.code, progress.month_name(each.code)) for each in months if each.code not in open_months]
    form, status, previewed = TimetableForm(request.POST or None, instance=kept, months=choices), 200, False
    shown = Timetable.objects.get(pk=kept.pk)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            for name, value in form.changes().items():
                setattr(shown, name, value)
            status, previewed = 200, True
            if request.POST.get("act") == "keep":
                try:
                    set_timetable(
                        campaign, form.changes(), version=form.cleaned_data["version"], by=request.user, at=request.now
                    )
                except Refused as told:
                    messages.error(request, str(told))
                    status = 409
                else:
                    messages.success(request, _("Kept. The days below hold from the next month that opens."))
                    return redirect("timetable")
    facts = {
        "campaign": campaign, "form": form, "previewed": previewed, "today": timezone.localdate(request.now),
        **_year(shown, months, keeping, open_months),
    }  # fmt: skip
    return render(request, "work/timetable.html", facts, status=status)


def _campaign(who) -> Campaign:
    offices = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    campaign = Campaign.objects.filter(bureau__in=offices).select_related("bureau").order_by("-year").first()
    if campaign is None:
        raise Http404
    return campaign


def _year(shown: Timetable, months: list, keeping, open_months: dict) -> dict:
    """Every day the settings give, and warnings about what is not known of the calendar."""
    calendar = workdays.loaded()
    rows = []
    for month in months:
        days = open_months.get(month.code) or timetables.days_of(month, shown, calendar)
        reminders = [date.fromisoformat(day) if isinstance(day, str) else day for day in days.remind_on]
        rows.append({
            "month": month, "name": progress.month_name(month.code), "days": days, "reminders": reminders,
            "is_open": month.code in open_months, "is_exception": month.code in shown.exceptions,
        })  # fmt: skip
    quarters, halves = [], []
    for quarter in between(keeping.starts_on, keeping.ends_on, "quarter"):
        last = max(row["days"].freezes_on for row in rows if quarter.first <= row["month"].first <= quarter.last)
        due = timetables.bulletin_due(last, shown, calendar)
        quarters.append({"name": quarter_name(quarter.code), "after": last, "due_on": due})
    for half in between(keeping.starts_on, keeping.ends_on, "half"):
        opens, closes = timetables.review_days(half, keeping, shown, calendar)
        halves.append({"name": halves_named.name(half.code), "opens_on": opens, "closes_on": closes})
    years = sorted({row["days"].freezes_on.year for row in rows} | {each["closes_on"].year for each in halves})
    unknown = [year for year in years if not calendar.knows(year)]
    return {"rows": rows, "quarters": quarters, "halves": halves, "unknown": unknown}
