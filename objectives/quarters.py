"""Quarters of a campaign, and which of them a pair of unit and benchmark owes a contact. Pure.

Source: at least one contact a quarter (每季度至少联系1次). That a contact is due on the quarter's last working day,
and that a pair owes none in a quarter of which it stood for less than a month, is the portal's choice.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from portal.core.workdays import Workdays

ONE_DAY = timedelta(days=1)
A_MONTH = timedelta(days=30)
REMIND_BEFORE = 10
"""Working days before the due day on which people are reminded."""


def code_of(day: date) -> str:
    """The quarter in which a day lies: 2026-Q3."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def span(code: str) -> tuple[date, date]:
    """First and last day of a quarter."""
    year, quarter = int(code[:4]), int(code[-1])
    after = date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
    return date(year, quarter * 3 - 2, 1), after - ONE_DAY


def between(first: date, last: date) -> Iterator[str]:
    """Every quarter that shares a day with `first` to `last`, in order."""
    day = first
    while day <= last:
        code = code_of(day)
        yield code
        day = span(code)[1] + ONE_DAY


def due_on(code: str, calendar: Workdays, *, ends_on: date | None = None) -> date:
    """The last working day of the quarter; of the campaign where that ends earlier."""
    last = span(code)[1]
    return calendar.on_or_before(min(last, ends_on) if ends_on else last)


def owed_since(code: str, *, ends_on: date | None = None) -> date | None:
    """The last day on which a pair may begin and still owe a contact in that quarter; None where no pair owes one."""
    first, last = span(code)
    latest = min(last, ends_on or last) - A_MONTH + ONE_DAY
    return latest if latest >= first else None


def before(code: str) -> str:
    """The quarter before it."""
    return code_of(span(code)[0] - ONE_DAY)


def is_owed(code: str, *, since_on: date, until_on: date | None, ends_on: date | None = None) -> bool:
    """Whether a pair that stands since `since_on` owes a contact in that quarter; none once it ended (`until_on`)."""
    first, last = span(code)
    begins, ends = max(first, since_on), min(last, ends_on or last)
    has_ended = until_on is not None and until_on <= ends
    return not has_ended and ends - begins + ONE_DAY >= A_MONTH
