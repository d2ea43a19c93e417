"""The clock's reminders of reports that have not come. Safe twice, late and in parallel."""

import logging
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from commitments import reminding, timetables
from commitments.models import Month, Sheet
from portal.core.clock import local_day
from portal.core.deeds import record

STALE = timedelta(days=5)
log = logging.getLogger(__name__)


def remind_due(*, on: date, at: datetime) -> int:
    """Serve the newest reminder day of every open month; returns how many people were told.

    Not before the timetable's hour of the day itself. A day that was missed by more than five days is skipped:
    a letter that speaks of last week helps nobody. One letter a person and day, whatever is missing.
    """
    due = [(month, day) for month in _open_months() if (day := _day_to_serve(month, on=on, at=at))]
    if not due:
        return 0
    sheets = Sheet.objects.missing().filter(month__in=[month.pk for month, _day in due], lines__gt=0)
    told = reminding.remind(sheets, key=f"remind-{on}", on=on, at=at)
    for month, day in due:
        _served(month, day, told.people, at=at)
    return told.people


def _open_months():
    rows = Month.objects.filter(frozen_at=None, filled_at__isnull=False).order_by("campaign", "code")
    return rows.select_related("campaign__bureau")


def _day_to_serve(month: Month, *, on: date, at: datetime) -> date | None:
    """The newest reminder day that has come and was not served; None when there is none, or it is too early."""
    days = [date.fromisoformat(text) for text in month.remind_on]
    day = max((day for day in days if day <= on), default=None)
    if day is None or (month.reminded_on and month.reminded_on >= day):
        return None
    if on - day > STALE:
        log.warning("The reminders of %s for month %s were missed and are skipped.", day, month.code)
        _mark(month, day)
        return None
    hour = timetables.of(month.campaign).remind_hour
    if day == on == local_day(at) and timezone.localtime(at).hour < hour:
        return None
    return day


def _served(month: Month, day: date, people: int, *, at: datetime) -> None:
    with transaction.atomic():
        if _mark(month, day):
            record("report.reminded", about=month, by="clock", at=at, bureau=month.campaign.bureau.code,
                   month=month.code, day=day.isoformat(), people=people)  # fmt: skip


def _mark(month: Month, day: date) -> bool:
    rows = Month.objects.filter(Q(reminded_on=None) | Q(reminded_on__lt=day), pk=month.pk)
    return bool(rows.update(reminded_on=day))
