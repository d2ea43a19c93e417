"""Appeals: how long one may be filed, and what a second look may come to. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portal.core.workdays import Workdays

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days on which an appeal is in time: up to and on `until_on`. `counted` are its working days, `free` the runs
    of days between them that do not count, each as (first, last).
    """

    told_on: date
    until_on: date
    counted: tuple[date, ...]
    free: tuple[tuple[date, date], ...]


def window(told_on: date, days: int, workdays: Workdays) -> Window:
    """So many working days from the notice; the day of the notice itself does not count (Civil Code art. 201)."""
    counted = tuple(workdays.add(told_on, number) for number in range(1, days + 1))
    until_on = counted[-1] if counted else told_on
    between = ((told_on + ONE_DAY * step) for step in range(1, (until_on - told_on).days))
    return Window(told_on, until_on, counted, _runs(day for day in between if day not in counted))


def _runs(days) -> tuple[tuple[date, date], ...]:
    found: list[tuple[date, date]] = []
    for day in days:
        if found and found[-1][1] + ONE_DAY == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


def is_in_time(until_on: date | None, *, on: date) -> bool:
    return until_on is not None and on <= until_on


def comes_to(standing: Decimal, first: Decimal, second: Decimal, *, for_fraud: bool) -> Decimal:
    """The mean of the two, unrounded; never below what stands, unless the decision is for fraud (domain edge 69)."""
    mean = (first + second) / 2
    return mean if for_fraud else max(mean, standing)


def falls(first: bool | None, second: bool | None) -> bool:
    """Whether a deduction or veto falls: only where both found so. Where they differ it stands."""
    return bool(first) and bool(second)
