"""Fields that read what people type or paste: full-width digits, percent signs, Chinese dates, lines of text.

A field marked as needed says what the finished paper needs; a draft may still leave it empty.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from portal.core.wording import in_chinese

UNKNOWN = "unknown"
UNKNOWN_WORDS = frozenset({"not known", "unknown", "不详", "不明", "未知", "不清楚"})
DASHES = str.maketrans({"−": "-", "–": "-", "—": "-"})
FIGURE = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?|(\d{4})(\d{2})(\d{2})")
YEARLESS = re.compile(r"\d{1,2}\s*[-/.月]\s*\d{1,2}\s*[日号]?")
TOO_LONG = {"max_length": _("%(show_value)d characters are too many: write at most %(limit_value)d.")}
WHOLE_DIGITS, DECIMALS = 11, 3
EARLIEST, LATEST = 1990, 2100
MOST_PEOPLE = 100_000_000


def plain(text: str) -> str:
    """The text with full-width letters, digits and signs made ordinary ones."""
    return unicodedata.normalize("NFKC", str(text)).translate(DASHES).strip()


def is_percent(text) -> bool:
    return plain(text or "").endswith("%")


class Needed:
    """The finished paper needs this field; a draft may leave it empty."""

    def validate(self, value):
        if value not in self.empty_values:
            super().validate(value)


class NeededText(Needed, forms.CharField):
    pass


class NeededAnswer(Needed, forms.ChoiceField):
    pass


class NeededChoice(Needed, forms.ModelChoiceField):
    pass


class FigureField(Needed, forms.Field):
    """A figure: 90, 12.5, 1,200, ９０％. Gives a Decimal, or None."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {
        "figure": _("“%(typed)s” is not a figure. Write digits, e.g. 90 or 12.5."),
        "size": _("“%(typed)s” has too many digits: at most 11 before the point and 3 after it."),
    }

    def to_python(self, value):
        text = plain(value or "")
        if not text:
            return None
        figure = re.sub(r"\s*%$", "", text)
        if not FIGURE.fullmatch(figure):
            raise ValidationError(self.error_messages["figure"], "figure", {"typed": str(value).strip()[:40]})
        whole, _point, decimals = figure.lstrip("+-").replace(",", "").partition(".")
        if len(whole.lstrip("0")) > WHOLE_DIGITS or len(decimals.rstrip("0")) > DECIMALS:
            raise ValidationError(self.error_messages["size"], "size", {"typed": str(value).strip()[:40]})
        return Decimal(figure.replace(",", ""))

    def prepare_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class CountField(FigureField):
    """A whole number of people or opinions. Gives an int, or None."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    default_error_messages = {
        "figure": _("“%(typed)s” is not a number. Write digits, e.g. 102."),
        "whole": _("“%(typed)s” is not a whole number. Write digits, e.g. 102."),
    }

    def to_python(self, value):
        number = super().to_python(value)
        if number is None:
            return None
        if is_percent(value) or number != int(number) or not 0 <= number <= MOST_PEOPLE:
            raise ValidationError(self.error_messages["whole"], "whole", {"typed": str(value).strip()[:40]})
        return int(number)


class BenchmarkFigureField(FigureField):
    """A figure of another unit, or the words “not known”: then `UNKNOWN`."""

    default_error_messages = {
        "figure": _("“%(typed)s” is not a figure. Write digits, e.g. 48, or “not known”."),
    }

    def to_python(self, value):
        text = plain(value or "").lower().rstrip(".。")
        return UNKNOWN if text in UNKNOWN_WORDS or text == gettext("not known") else super().to_python(value)

    def prepare_value(self, value):
        return gettext("not known") if value == UNKNOWN else super().prepare_value(value)


class DayField(Needed, forms.Field):
    """A day: 2017-05-22, 2017/5/22, 2017年5月22日, 20170522. Gives a date, or None."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "maxlength": "30"})
    default_error_messages = {
        "day": _("“%(typed)s” is not a date. Write year, month and day, e.g. 2017-12-31."),
        "year": _("“%(typed)s” has no year. Write year, month and day, e.g. 2017-12-31."),
        "month": _("There is no month %(month)s. Write a month from 1 to 12, e.g. 2017-12-31."),
        "none": _("There is no %(day)s %(month)s. Write %(instead)s."),
    }

    def to_python(self, value):
        if not value or isinstance(value, date):
            return value or None
        text = plain(value)
        if not text:
            return None
        found = DAY.fullmatch(text)
        if not found:
            code = "year" if YEARLESS.fullmatch(text) else "day"
            raise ValidationError(self.error_messages[code], code, {"typed": text[:40]})
        return self._day(*(int(part) for part in found.groups() if part), text)

    def _day(self, year, month, day, text):
        if not EARLIEST <= year <= LATEST:
            raise ValidationError(self.error_messages["day"], "day", {"typed": text[:40]})
        if not 1 <= month <= len(MONTHS):
            raise ValidationError(self.error_messages["month"], "month", {"month": month})
        last = monthrange(year, month)[1]
        if not 1 <= day <= last:
            facts = {
                "day": day,
                "month": f"{month}月" if in_chinese() else MONTHS[month],
                "instead": date(year, month, min(max(day, 1), last)).isoformat(),
            }
            raise ValidationError(self.error_messages["none"], "none", facts)
        return date(year, month, day)

    def prepare_value(self, value):
        return value.isoformat() if isinstance(value, date) else value


class LinesField(Needed, forms.CharField):
    """Sentences, one a line. Gives a list; with `keeps_places` empty lines between others stay, as ""."""

    widget = forms.Textarea(attrs={"rows": 3})

    def __init__(self, *, longest: int, most: int = 0, keeps_places: bool = False, **kwargs):
        super().__init__(strip=False, **kwargs)
        self.longest, self.most, self.keeps_places = longest, most, keeps_places

    def to_python(self, value):
        lines = [line.strip() for line in super().to_python(value).splitlines()]
        while lines and not lines[-1]:
            lines.pop()
        return lines if self.keeps_places else [line for line in lines if line]

    def run_validators(self, value):
        super().run_validators("\n".join(value))
        if self.most and len(value) > self.most:
            words = ngettext(
                "At most %(most)s line; there are %(n)s.", "At most %(most)s lines; there are %(n)s.", self.most
            )
            raise ValidationError(words % {"most": self.most, "n": len(value)}, "most")
        for number, line in enumerate(value, start=1):
            if len(line) > self.longest:
                words = gettext("Line %(n)s has %(has)s characters: write at most %(longest)s.")
                raise ValidationError(words % {"n": number, "has": len(line), "longest": self.longest}, "long")
