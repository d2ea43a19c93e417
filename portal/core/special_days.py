"""The calendar that ships with the portal: `special_days.toml`, brought into the database where a year is unknown.

What the style office keeps in the database wins: a year of which it holds any day is never touched.
"""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from portal.core.models import SpecialDay
from portal.core.workdays import ONE_DAY, Workdays

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


def load_missing() -> int:
    """Write the shipped days of unknown years into the database; returns how many."""
    rows = [SpecialDay(on=day, is_workday=works, name_zh=zh, name_en=en) for day, (works, zh, en) in _missing().items()]
    return len(SpecialDay.objects.bulk_create(rows))


def known() -> Workdays:
    """The calendar as it is in the database, or will be once the unknown years are loaded."""
    kept = dict(SpecialDay.objects.values_list("on", "is_workday"))
    return Workdays({day: works for day, (works, _zh, _en) in _missing().items()} | kept)
