"""The clock of keeping: months, quarters and half-years of a campaign, and the days that belong to each. Pure.

Source: one dispatch a month, one bulletin a quarter, one review a half-year (1月1调度、1季1通报、半年1评议);
which days these fall on is not in the plans and so is a setting.
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from portal.core.workdays import Workdays

LENGTHS = {"month": 1, "quarter": 3, "half": 6}
CODE = re.compile(r"(\d{4})-(?:(\d{2})|Q([1-4])|H([12]))")


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A calendar month, quarter or half-year, named 2026-06, 2026-Q2 or 2026-H1."""

    year: int
    first_month: int
    kind: str

    @property
    def code(self) -> str:
        number = (self.first_month - 1) // LENGTHS[self.kind] + 1
        return {
            "month": f"{self.year}-{number:02d}",
            "quarter": f"{self.year}-Q{number}",
            "half": f"{self.year}-H{number}",
        }[self.kind]

    @property
    def first(self) -> date:
        return date(self.year, self.first_month, 1)

    @property
    def last(self) -> date:
        month = self.first_month + LENGTHS[self.kind] - 1
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def next(self) -> "Period":
        month = self.first_month + LENGTHS[self.kind]
        return Period(self.year + (month > 12), (month - 1) % 12 + 1, self.kind)

    @classmethod
    def of(cls, day: date, kind: str) -> "Period":
        """The period of that kind in which a day lies."""
        length = LENGTHS[kind]
        return cls(day.year, (day.month - 1) // length * length + 1, kind)

    @classmethod
    def parse(cls, code: str) -> "Period":
        """The period that a code names; raises ValueError for anything else."""
        match = CODE.fullmatch(code)
        if not match or (match[2] and not 1 <= int(match[2]) <= 12):
            raise ValueError(f"“{code}” names no period; expected e.g. 2026-06, 2026-Q2 or 2026-H1")
        year, month, quarter, half = match.groups()
        if month:
            return cls(int(year), int(month), "month")
        if quarter:
            return cls(int(year), int(quarter) * 3 - 2, "quarter")
        return cls(int(year), int(half) * 6 - 5, "half")


def between(first: date, last: date, kind: str) -> Iterator[Period]:
    """Every period of a kind that shares a day with `first` to `last`, in order."""
    period = Period.of(first, kind)
    while period.first <= last:
        yield period
        period = period.next


@dataclass(frozen=True, slots=True)
class DispatchRule:
    """Which day a month's reports are due, and the working days around it. Settings of a campaign.

    `due` is "day" (a day of the month itself, rolled forward to a working day; a month without that day takes
    its last), "workday" (the n-th working day of the following month) or "last" (the month's last working day).
    """

    due: str = "day"
    number: int = 25
    opens_before: int = 5
    remind_before: tuple[int, ...] = (2,)
    remind_after: tuple[int, ...] = (1, 3)
    freezes_after: int = 5


@dataclass(frozen=True, slots=True)
class MonthDates:
    """The days of one month's dispatch, each a working day: opens ≤ due < freezes."""

    opens_on: date
    due_on: date
    remind_on: tuple[date, ...]
    head_from: date
    freezes_on: date


def dates_of(month: Period, rule: DispatchRule, workdays: Workdays, due_on: date | None = None) -> MonthDates:
    """The dispatch days of a month. The head of a late unit is told from the second reminder after the due day.

    `due_on` is an exception for this month; like every due day it moves forward to a working day.
    """
    due = workdays.on_or_after(due_on) if due_on else _due_on(month, rule, workdays)
    after = [workdays.add(due, days) for days in rule.remind_after]
    return MonthDates(
        opens_on=workdays.add(due, -rule.opens_before),
        due_on=due,
        remind_on=(*(workdays.add(due, -days) for days in rule.remind_before), *after),
        head_from=after[1] if len(after) > 1 else workdays.add(due, rule.freezes_after),
        freezes_on=workdays.add(due, rule.freezes_after),
    )


def _due_on(month: Period, rule: DispatchRule, workdays: Workdays) -> date:
    if rule.due == "workday":
        following = month.next
        return workdays.nth_of_month(following.year, following.first_month, rule.number)
    if rule.due == "last":
        return workdays.last_of_month(month.year, month.first_month)
    return workdays.on_or_after(month.first.replace(day=min(rule.number, month.last.day)))


def may_be_due(month: Period, day: date) -> bool:
    """Whether a month's reports may be due on that day: within the month itself or the one that follows."""
    return month.first <= day <= month.next.last


def planned_share(start: date, due: date, on: date) -> float:
    """How much of a promise the plan asks for on a day: pro rata between start and due (序时进度), 0 to 1."""
    if on >= due:
        return 1.0
    if on <= start:
        return 0.0
    return (on - start).days / (due - start).days
