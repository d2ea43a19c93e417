"""A year drawn as twelve plain tables: which days are worked. Pure."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from portal.core.workdays import SATURDAY, Workdays

WEEKS = Calendar(firstweekday=0)


@dataclass(frozen=True, slots=True)
class Day:
    """`kind`: work and rest follow the week; free is a weekday at rest, extra a weekend day that is worked."""

    on: date
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Month:
    """Weeks from Monday; None stands for days of the months beside it."""

    first: date
    weeks: list[list[Day | None]]
    workdays: int


def months(workdays: Workdays, *, year: int, names: Mapping[date, str]) -> list[Month]:
    """The twelve months; `names` of special days stand with them."""
    return [_month(workdays, date(year, number, 1), names) for number in range(1, 13)]


def _month(workdays: Workdays, first: date, names: Mapping[date, str]) -> Month:
    weeks = [
        [Day(on, _kind(workdays, on), names.get(on, "")) if on.month == first.month else None for on in week]
        for week in WEEKS.monthdatescalendar(first.year, first.month)
    ]
    count = sum(day.kind in ("work", "extra") for week in weeks for day in week if day)
    return Month(first, weeks, count)


def _kind(workdays: Workdays, on: date) -> str:
    is_weekend = on.weekday() >= SATURDAY
    if workdays.is_workday(on):
        return "extra" if is_weekend else "work"
    if is_weekend and on not in workdays.special:
        return "rest"
    return "free"
