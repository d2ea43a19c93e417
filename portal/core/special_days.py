"""The calendar that ships with the portal: `special_days.toml`, brought into the database where a year is unknown.

What the style office keeps in the database wins: a year of which it holds any day is never touched.
"""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from portal.core.models import SpecialDay
from portal.core.workdays import ONE_DAY, Workdays

FILL_FROM_MONTH = 11
"""By November the State Council has usually told the next year's holidays."""
SHIPPED = Path(__file__).with_name("special_days.toml")


@cache
def shipped() -> dict[date, tuple[bool, str, str]]:
    """Day → (is worked, Chinese name, English name), as the yearly notices give them."""
    days = {}
    for holiday in tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["holiday"]:
        zh, en = holiday["name_zh"], holiday["name_en"]
        count = (holiday["to_on"] - holiday["from_on"]).days + 1
        days |= {holiday["from_on"] + ONE_DAY * place: (False, zh, en) for place in range(count)}
        days |= dict.fromkeys(holiday.get("worked", ()), (True, f"{zh}调休上班", f"Worked for {en}"))
    return days


def _missing() -> dict[date, tuple[bool, str, str]]:
    """Shipped days of the years of which the database knows no day."""
    known = {day.year for day in SpecialDay.objects.values_list("on", flat=True)}
    return {day: told for day, told in shipped().items() if day.year not in known}


def load_missing(*, year: int | None = None) -> int:
    """Write the shipped days of unknown years, or of one such year, into the database; returns how many."""
    days = {day: told for day, told in _missing().items() if year in (None, day.year)}
    rows = [SpecialDay(on=day, is_workday=works, name_zh=zh, name_en=en) for day, (works, zh, en) in days.items()]
    return len(SpecialDay.objects.bulk_create(rows))


def year_to_fill(*, on: date) -> int | None:
    """The year whose days must be brought in now: this one, and from November on the next one; None when all is well.

    Until then its weeks count as ordinary ones, and every deadline that counts working days may be wrong.
    """
    years = [on.year, on.year + 1] if on.month >= FILL_FROM_MONTH else [on.year]
    known = SpecialDay.objects.filter(on__gte=date(on.year, 1, 1), on__lt=date(on.year + 2, 1, 1))
    there = set(known.values_list("on__year", flat=True).distinct().order_by())
    return next((year for year in years if year not in there), None)


def known() -> Workdays:
    """The calendar as it is in the database, or will be once the unknown years are loaded."""
    kept = dict(SpecialDay.objects.values_list("on", "is_workday"))
    return Workdays({day: works for day, (works, _zh, _en) in _missing().items()} | kept)
