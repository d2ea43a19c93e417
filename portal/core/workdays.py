"""Working days of mainland China as data: weekends, public holidays, and weekend days that are worked.

Pure: a `Workdays` is built from rows once and then only counts. Source of the days: the State Council's
notices on holiday arrangements for each year.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Workdays:
    """`special` maps a day to whether it is worked; all other days follow the week."""

    special: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        return self.special.get(day, day.weekday() < SATURDAY)

    def on_or_after(self, day: date) -> date:
        """The day itself if worked, else the next that is (Civil Code art. 203: a term ends on a workday)."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def on_or_before(self, day: date) -> date:
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def add(self, day: date, count: int) -> date:
        """The count-th working day after `day` (before it when negative)."""
        step = ONE_DAY if count >= 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def nth_of_month(self, year: int, month: int, n: int) -> date:
        """The n-th working day of a month, counted from 1."""
        return self.add(date(year, month, 1) - ONE_DAY, n)

    def last_of_month(self, year: int, month: int) -> date:
        first_of_next = date(year + month // 12, month % 12 + 1, 1)
        return self.on_or_before(first_of_next - ONE_DAY)

    def between(self, first: date, last: date) -> int:
        """How many working days lie from `first` to `last`, both included."""
        return sum(self.is_workday(first + ONE_DAY * i) for i in range((last - first).days + 1))

    def knows(self, year: int) -> bool:
        """Whether the holidays of that year are loaded; if not, weeks count as ordinary ones."""
        return any(day.year == year for day in self.special)


def loaded() -> Workdays:
    """The calendar as the style office keeps it now."""
    from portal.core.models import SpecialDay  # noqa: PLC0415 -- the rest of this module is pure

    return Workdays(dict(SpecialDay.objects.values_list("on", "is_workday")))
