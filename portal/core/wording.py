"""Dates, times, figures and bilingual fields in the words of the active language."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone
from django.utils.translation import get_language, gettext, ngettext

CHINA = ZoneInfo("Asia/Shanghai")
WEEKDAYS = "一二三四五六日"


def in_chinese() -> bool:
    return not (get_language() or "zh").startswith("en")


def _local(value):
    return timezone.localtime(value, CHINA) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _date(value) -> date:
    value = _local(value)
    return value.date() if isinstance(value, datetime) else value


def day(value) -> str:
    """31 December 2017, 2017年12月31日."""
    if not value:
        return ""
    value = _date(value)
    return f"{value.year}年{value.month}月{value.day}日" if in_chinese() else dateformat.format(value, "j F Y")


def weekday_day(value) -> str:
    """Fri 20 Oct, 10月20日 周五."""
    if not value:
        return ""
    value = _date(value)
    if in_chinese():
        return f"{value.month}月{value.day}日 周{WEEKDAYS[value.weekday()]}"
    return dateformat.format(value, "D j M")


def moment(value) -> str:
    """18 October 2017, 08:30; 2017年10月18日8:30. Aware moments are told in China's time."""
    if not value:
        return ""
    value = _local(value)
    return f"{day(value)}{value.hour}:{value:%M}" if in_chinese() else f"{day(value)}, {value:%H:%M}"


def distance(value, on) -> str:
    """How far a day is from `on`: in 2 days, tomorrow, today, overdue by 3 days."""
    if not value or not on:
        return ""
    days = (_date(value) - _date(on)).days
    if days < 0:
        return ngettext("overdue by %(days)d day", "overdue by %(days)d days", -days) % {"days": -days}
    if days < 2:
        return gettext("tomorrow") if days else gettext("today")
    return ngettext("in %(days)d day", "in %(days)d days", days) % {"days": days}


def amount(value, unit: str = "") -> str:
    """1,200 without idle zeros; with a unit: 90%, 45 performances, 45场."""
    if value is None or value == "":
        return ""
    try:
        number = f"{Decimal(str(value)):,f}"
    except ArithmeticError:
        return str(value)
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    if not unit:
        return number
    return number + unit if unit == "%" or in_chinese() else f"{number} {unit}"


def said(thing, name: str) -> str:
    """The field of a bilingual object or mapping in the reader's language; the other where that is empty."""
    if not thing:
        return ""

    def get(key):
        return (thing.get(key) if hasattr(thing, "get") else getattr(thing, key, "")) or ""

    zh, en = get(f"{name}_zh"), get(f"{name}_en")
    return (zh or en or get(name)) if in_chinese() else (en or zh or get(name))


def fingerprint(value) -> str:
    """A hash in groups of four."""
    value = str(value or "").replace(" ", "")
    return " ".join(value[i : i + 4] for i in range(0, len(value), 4))
