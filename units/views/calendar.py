"""The workday calendar of the portal: a year as plain tables, and the days that do not follow the week."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.core import special_days, wording
from portal.core.clock import local_day
from portal.core.errors import Refused
from portal.core.workdays import Workdays
from units import calendar as verbs
from units import managing, months, queries
from units.forms import DayForm
from units.frame import reader

REFUSED, UNCLEAR = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar(request):
    """`year` and `day` say what is shown; a POST adds, changes or takes out a day, or brings in a whole year."""
    if not managing.can_keep_calendar(reader(request)):
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    day = _day(asked.get("day"))
    year = day.year if day else _year(asked.get("year"), local_day(request.now).year)
    if request.method == "POST":
        return _act(request, year, day)
    return _page(request, year, day)


def _act(request, year: int, day: date | None):
    act, by_at = request.POST.get("act"), {"by": request.user, "at": request.now}
    form = None
    try:
        if act == "fill":
            count = verbs.take_shipped(year, **by_at)
            words = ngettext("%(n)d day was brought in.", "%(n)d days were brought in.", count) % {"n": count}
        elif act == "remove" and day:
            verbs.remove_day(day, **by_at)
            words = _("%(day)s follows the week again.") % {"day": wording.day(day)}
        else:
            form = _form(day, request.POST)
            if not form.is_valid():
                return _page(request, year, day, form, status=UNCLEAR)
            kept = (verbs.change_day if day else verbs.add_day)(**form.cleaned_data, **by_at)
            year, words = kept.on.year, _told(kept)
    except Refused as told:
        if form is None:
            messages.error(request, str(told))
            return _page(request, year, None, status=REFUSED)
        form.add_error(None, str(told))
        return _page(request, year, day, form, status=REFUSED)
    messages.success(request, words)
    return redirect(f"{reverse('calendar')}?year={year}")


def _told(kept) -> str:
    """What was kept, and when that changes nothing."""
    facts = {"day": wording.day(kept.on), "weekday": _weekday(kept.on)}
    if kept.is_workday:
        if verbs.changes_nothing(kept.on, is_workday=True):
            return _("Kept. %(day)s is a %(weekday)s and worked anyway, so this changes nothing.") % facts
        return _("Kept: %(day)s is worked.") % facts
    if verbs.changes_nothing(kept.on, is_workday=False):
        return _("Kept. %(day)s is a %(weekday)s and free anyway, so this changes nothing.") % facts
    return _("Kept: %(day)s is free.") % facts


def _page(request, year: int, day: date | None, form: DayForm | None = None, *, status: int = 200):
    today, rows = local_day(request.now), queries.special_days(year)
    row = next((row for row in rows if row.on == day), None)
    kept = Workdays({row.on: row.is_workday for row in rows})
    names = {row.on: wording.said(row, "name") for row in rows}
    year_months = months.months(kept, year=year, names=names)
    facts = {
        "year": year,
        "is_known": kept.knows(year),
        "ships": sum(on.year == year for on in special_days.shipped()),
        "to_fill": special_days.year_to_fill(on=today),
        "months": [(_month_name(month.first), month) for month in year_months],
        "workdays": sum(month.workdays for month in year_months),
        "weekdays": [(_weekday(day.on), _weekday(day.on, short=True)) for day in _whole_week(year_months)],
        "rows": rows,
        "day": row.on if row else None,
        "form": form or _form(day, None, row),
        "before": year - 1 if year > verbs.FIRST_YEAR else None,
        "after": year + 1 if year < verbs.LAST_YEAR else None,
        "changes": queries.calendar_changes(),
        "first_year": verbs.FIRST_YEAR,
        "last_year": verbs.LAST_YEAR,
    }
    return render(request, "work/calendar.html", facts, status=status)


def _form(day: date | None, typed, row=None) -> DayForm:
    """Of a day that is there, the date itself stays; of a new one everything is asked."""
    initial = {"on": day}
    if row:
        initial |= {"is_workday": "yes" if row.is_workday else "no", "name_zh": row.name_zh, "name_en": row.name_en}
    form = DayForm(typed, initial=initial)
    form.fields["on"].disabled = day is not None and (typed is not None or row is not None)
    return form


def _whole_week(year_months: list[months.Month]) -> list[months.Day]:
    return next(week for week in year_months[0].weeks if all(week))


def _weekday(on: date, *, short: bool = False) -> str:
    if wording.in_chinese():
        name = wording.WEEKDAYS[on.weekday()]
        return name if short else f"星期{name}"
    return dateformat.format(on, "D" if short else "l")


def _month_name(first: date) -> str:
    return f"{first.month}月" if wording.in_chinese() else dateformat.format(first, "F")


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if verbs.FIRST_YEAR <= day.year <= verbs.LAST_YEAR else None


def _year(text: str | None, this_year: int) -> int:
    year = int(text) if text and text.isdecimal() and len(text) == len("2000") else this_year
    return year if verbs.FIRST_YEAR <= year <= verbs.LAST_YEAR else this_year
