"""A month of visits as weeks of days: what lies on each day, in the words of a page. Runs no queries."""

from calendar import Calendar, monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

from objectives.models import Blackout, Visit

ONE_DAY = timedelta(days=1)


@dataclass
class Day:
    """One day of the grid. `visits` begin or go on here; `blackout` is the key work it belongs to."""

    on: date
    is_out: bool
    is_today: bool
    visits: list[Visit] = field(default_factory=list)
    blackout: Blackout | None = None

    @property
    def is_empty(self) -> bool:
        return not self.visits and self.blackout is None


def month_of(text: str, today: date) -> date:
    """The first day of the month that somebody typed into the address; of this month when it is none."""
    year, _dash, month = text.partition("-")
    is_month = year.isdecimal() and month.isdecimal() and len(text) == len("2026-01")
    if is_month and 1 <= int(month) <= 12 and 2000 <= int(year) < 2100:
        return date(int(year), int(month), 1)
    return today.replace(day=1)


def last_of(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def days(first: date, visits: list[Visit], blackouts: list[Blackout], *, today: date) -> list[Day]:
    """Every day of the weeks that the month touches, Monday first."""
    grid = [Day(on, on.month != first.month, on == today) for on in Calendar().itermonthdates(first.year, first.month)]
    by_day = {day.on: day for day in grid}
    for visit in visits:
        on = max(visit.from_on, grid[0].on)
        while on <= min(visit.to_on, grid[-1].on):
            by_day[on].visits.append(visit)
            on += ONE_DAY
    for blackout in blackouts:
        on = max(blackout.from_on, grid[0].on)
        while on <= min(blackout.to_on, grid[-1].on):
            by_day[on].blackout = blackout
            on += ONE_DAY
    return grid
