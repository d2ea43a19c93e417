"""Playing how promises are kept, day by day: the clock runs as it would have run, units report as they would have.

Every act goes through the action that a page would call. The clock's own work is idempotent, and a report is sent
once, so a second run plays only the days that have come since.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from django.utils.module_loading import import_string

from commitments import timetables
from commitments.actions import dispatch
from commitments.models import Month, Sheet
from commitments.reporting import is_done
from objectives.models import Campaign
from portal.core.models import Job
from portal.core.workdays import ONE_DAY, Workdays
from portal.demo import judging, learning, progress, scenes
from portal.demo.script import BUREAUS, SHANGHAI
from portal.demo.trying import tried
from portal.schedule import JOBS
from units.models import Role
from units.policies import holders

NAME = "play the demonstration"
OVER = time(18)
"""From then on nothing more happens on a day."""
CLOCK = [import_string(job.sweep) for job in JOBS if job.sweep.startswith("commitments.sweeps.")]


def play(year: int, *, until: datetime, workdays: Workdays) -> int:
    """Play every day since the last one played; returns how many acts were played."""
    ticking = days_of_the_clock(year, workdays)
    sent, last = 0, Job.objects.filter(name=NAME).values_list("ok_at", flat=True).first()
    for day in _days(year, last, until):
        if day in ticking:
            tick(day, time(9), until)
        if workdays.is_workday(day):
            sent += sum(tried(report, sheet, day, until) for sheet in due(year, day, workdays))
            sent += _scenes(year, day, until, workdays)
    Job.objects.update_or_create(
        name=NAME, defaults={"started_at": until, "ended_at": until, "ok_at": until, "did": sent}
    )
    return sent


def _scenes(year: int, day: date, until: datetime, workdays: Workdays) -> int:
    """What else happens that day. A day that is not over is left for later, so that nothing stands in the future."""
    if datetime.combine(day, OVER, SHANGHAI) > until:
        return 0
    campaigns = Campaign.objects.filter(year=year, bureau__code__in=BUREAUS).select_related("bureau")
    acts = (scenes.play_day, learning.play_day, judging.play_day)
    return sum(act(scenes.Scene(campaign, year, day, workdays)) for campaign in campaigns for act in acts)


def _days(year: int, last: datetime | None, until: datetime) -> Iterator[date]:
    """From the day last played, unless it was over by then."""
    day, last = date(year, 6, 1), last and last.astimezone(SHANGHAI)
    if last and last.year >= year:
        day = last.date() + (ONE_DAY if last.time() >= OVER else timedelta(0))
    while day <= until.astimezone(SHANGHAI).date():
        yield day
        day += ONE_DAY


def days_of_the_clock(year: int, workdays: Workdays) -> set[date]:
    """The days on which the timetable has something due; on all others the clock finds nothing to do."""
    found: set[date] = set()
    for campaign in Campaign.objects.filter(year=year, bureau__code__in=BUREAUS):
        timetable, keeping = timetables.of(campaign), timetables.keeping_of(campaign)
        for month in timetables.periods_of(campaign, keeping, "month"):
            days = timetables.days_of(month, timetable, workdays)
            found |= {days.opens_on, days.due_on + ONE_DAY, days.freezes_on + ONE_DAY, *days.remind_on}
        for half in timetables.periods_of(campaign, keeping, "half"):
            opens, closes = timetables.review_days(half, keeping, timetable, workdays)
            found |= {opens, closes + ONE_DAY}
    return found


def tick(day: date, clock: time, until: datetime) -> None:
    """The clock's jobs of that moment."""
    at = datetime.combine(day, clock, SHANGHAI)
    if at <= until:
        for sweep in CLOCK:
            sweep(on=day, at=at)


def due(year: int, day: date, workdays: Workdays) -> list[Sheet]:
    """The sheets that their units send on that day."""
    months = Month.objects.filter(
        campaign__year=year, campaign__bureau__code__in=BUREAUS, opens_on__lte=day, due_on__gte=day - timedelta(days=14)
    )
    found = Sheet.objects.filter(month__in=months, sent_at=None).select_related("month", "unit__bureau", "unit__kind")
    return [sheet for sheet in found if _day_of(sheet, workdays) == day]


def _day_of(sheet: Sheet, workdays: Workdays) -> date | None:
    place = (sheet.unit.code, sheet.month.period.first_month)
    if place in progress.MISSING:
        return None
    if late := progress.LATE_DAYS.get(place):
        return workdays.add(sheet.month.due_on, late)
    return workdays.add(sheet.month.due_on, -3 if sheet.unit.code in progress.EARLY else -1)


def report(sheet: Sheet, day: date, until: datetime, row_of: Callable[..., dict] | None = None) -> bool:
    """The staff fills the sheet in the morning; the head sends it in the afternoon."""
    morning, afternoon = (datetime.combine(day, clock, SHANGHAI) for clock in (time(10, 12), time(15, 40)))
    staff, head = (next(iter(holders(role, sheet.unit, on=day)), None) for role in (Role.STAFF, Role.HEAD))
    if afternoon > until or head is None:
        return False
    entries = sheet.entries.select_related("line__commitment")
    rows = {entry.pk: _done((row_of or _row)(entry, sheet, day), entry, day) for entry in entries}
    sheet = dispatch.save_entries(sheet, rows, version=sheet.version, by=staff or head, at=morning)
    if staff:
        sheet = dispatch.hand_to_head(sheet, version=sheet.version, by=staff, at=morning)
    dispatch.send(sheet, version=sheet.version, by=head, at=afternoon)
    return True


def _row(entry, sheet: Sheet, day: date) -> dict:
    line, unit = entry.line, sheet.unit.code
    if line.in_words:
        return _in_words(entry, day)
    now = progress.value_on(unit, line.number, line.baseline, line.target, line.starts_on, line.due_on, day)
    if entry.before == now:
        return {"choice": "no_change"}
    measure = line.commitment.target["unit_zh"]
    row = {"choice": "update", "value": now, "word": progress.word_of(unit, line.number, entry.before, now, measure)}
    course = progress.COURSE.get((unit, line.number))
    if course and day.month < course.better_from:
        row |= {"choice": "stuck", "problem": course.problem, "request": course.request}
    entry.value = now
    return row


def _done(row: dict, entry, day: date) -> dict:
    """Whoever reports a figure that keeps the promise says since when."""
    if "value" not in row or not is_done(entry.line, entry):
        return row
    return row | {"done_on": min(day, entry.line.due_on), "choice": "update"}


def _in_words(entry, day: date) -> dict:
    how = progress.SAID.get(entry.line.number)
    if how is None:
        return {"choice": "nothing"}
    said, done_month, word = how
    if entry.said_before == "done":
        return {"choice": "no_change"}
    if day.month >= done_month:
        return {"choice": "update", "said": "done", "word": word, "done_on": day}
    if entry.said_before == said:
        return {"choice": "no_change"}
    return {"choice": "update", "said": said, "word": "已经启动，按计划推进。"}
