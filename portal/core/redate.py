"""A campaign in another year. Pure: cleaned sections in, cleaned sections out.

The rule:

- Every day moves to the same month and day of the new year; days in the year after the plan's (the
  assessment) move to the year after the new one. 29 February becomes 28 February where it is missing.
- Stages keep the ten-day periods their plan speaks of: mid-May stays 11-20 May, and a stage that ends on the
  last day of a month still does. They do not roll.
- Deadlines roll forward to the next working day of the new year's calendar (Civil Code art. 203).
- The year inside the campaign's code and inside the texts of campaign, paper and stages follows.
- What quotes the plan stays: every `phrase`, `source` and the table of the plan's numbers. So do bureau,
  units, posts and benchmarks.
"""

import re
from calendar import monthrange
from datetime import date, datetime

from portal.core.workdays import Workdays

UNTOUCHED = frozenset({"bureau", "unit_kind", "unit", "charge", "benchmark", "number"})
QUOTES = re.compile(r"phrase|source|year_basis")
TEXTS = re.compile(r"code|.*_(zh|en)")


def day(value: date, by: int) -> date:
    """The same month and day `by` years later; 29 February gives way to the 28th."""
    year = value.year + by
    return value.replace(year=year, day=min(value.day, monthrange(year, value.month)[1]))


def period_end(value: date, by: int) -> date:
    """Like `day`, but the last day of a month stays the last day of that month."""
    moved = day(value, by)
    last = value.day == monthrange(value.year, value.month)[1]
    return moved.replace(day=monthrange(moved.year, moved.month)[1]) if last else moved


def text(value: str, by: int, years: range) -> str:
    """Years of the plan written in a text, moved; other numbers stay."""
    return re.sub(
        r"(?<!\d)\d{4}(?!\d)", lambda found: str(int(found[0]) + by) if int(found[0]) in years else found[0], value
    )


def sections(old: dict, from_year: int, to_year: int, workdays: Workdays) -> dict:
    """All sections of a campaign file, moved from one year to another by the rule above."""
    by, years = to_year - from_year, range(from_year, from_year + 2)
    new = {name: value if name in UNTOUCHED else _moved(value, by, years) for name, value in old.items()}
    new["campaign"] = {**new["campaign"], "year": to_year}
    for before, stage in zip(old.get("stage") or (), new.get("stage") or (), strict=True):
        stage["to_on"] = period_end(before["to_on"], by)
    for deadline in new.get("deadline") or ():
        deadline["on"] = workdays.on_or_after(deadline["on"])
    return new


def _moved(value, by: int, years: range, name: str = ""):
    if isinstance(value, dict):
        return {key: entry if QUOTES.search(key) else _moved(entry, by, years, key) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_moved(entry, by, years, name) for entry in value]
    if isinstance(value, date) and not isinstance(value, datetime):
        return day(value, by)
    return text(value, by, years) if isinstance(value, str) and TEXTS.fullmatch(name) else value
