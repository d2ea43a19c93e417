"""What may stand under a key of a campaign file, and how a reader is told what is wrong there. Pure.

A shape reads one value as TOML gives it and returns it cleaned, or adds a `Problem` and returns None.
Nothing here raises: a whole file is read to its end, and every problem is told at once.
"""

import difflib
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext as _

SLUG = re.compile(r"[A-Za-z0-9_-]+")
MANY = 20_000
"""More entries than this under one key are a mistake, not a bureau."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and what was expected."""

    key: str
    wrong: str
    expected: str = ""

    def __str__(self):
        return f"{self.key}: {self.wrong}" + (f" {self.expected}" if self.expected else "")


class Problems:
    """Collects what is wrong in the order of the file.

    After `begin_checks`, a place that could not be read is not judged a second time.
    """

    def __init__(self):
        self.found: list[Problem] = []
        self.unreadable: frozenset[str] = frozenset()

    def __bool__(self):
        return bool(self.found)

    def begin_checks(self) -> None:
        self.unreadable = frozenset(problem.key for problem in self.found)

    def add(self, key: str, wrong: str, expected: str = "") -> None:
        if key not in self.unreadable:
            self.found.append(Problem(key, wrong, expected))


def told(value) -> str:
    """The type of a TOML value in the reader's words."""
    names = (
        (bool, _("true or false")), (int, _("a whole number")), (Decimal, _("a decimal number")), (str, _("text")),
        (datetime, _("a moment")), (date, _("a day")), (time, _("a time")), (dict, _("a table")), (list, _("a list")),
    )  # fmt: skip
    return next((name for kind, name in names if isinstance(value, kind)), type(value).__name__)


def near(word: str, words) -> str:
    """A hint when a word was probably meant as one of `words`, else nothing."""
    close = difflib.get_close_matches(word, list(words), n=1, cutoff=0.7)
    return _("Did you mean “%(word)s”?") % {"word": close[0]} if close else ""


@dataclass(frozen=True)
class Shape(ABC):
    """A key may be left out when `optional`; it then has the value `default`."""

    optional: bool = field(default=False, kw_only=True)
    default: object = field(default=None, kw_only=True)

    @property
    @abstractmethod
    def expected(self) -> str: ...

    @abstractmethod
    def read(self, value, key: str, problems: Problems): ...

    def refuse(self, value, key: str, problems: Problems) -> None:
        problems.add(key, _("This is %(type)s.") % {"type": told(value)}, self.expected)


@dataclass(frozen=True)
class Text(Shape):
    """Text of one line, not blank, of at most so many characters."""

    most: int = 200

    @property
    def expected(self):
        return _("Expected text of at most %(most)d characters, in quotes.") % {"most": self.most}

    def read(self, value, key, problems):
        if not isinstance(value, str):
            return self.refuse(value, key, problems)
        value = value.strip()
        if not value:
            return problems.add(key, _("This is empty."), self.expected)
        if len(value) > self.most:
            return problems.add(key, _("This has %(n)d characters.") % {"n": len(value)}, self.expected)
        if any(unicodedata.category(char) in ("Cc", "Cs") for char in value):
            return problems.add(key, _("This holds an invisible control character."), self.expected)
        return value


@dataclass(frozen=True)
class Key(Shape):
    """A short name that stands in addresses and numbers: letters without accents, digits, hyphens."""

    most: int = 40

    @property
    def expected(self):
        return _("Expected up to %(most)d of the characters a-z, 0-9, - and _.") % {"most": self.most}

    def read(self, value, key, problems):
        if not isinstance(value, str):
            return self.refuse(value, key, problems)
        if not SLUG.fullmatch(value) or len(value) > self.most:
            return problems.add(key, _("“%(value)s” is no short name.") % {"value": value[:60]}, self.expected)
        return value


@dataclass(frozen=True)
class Choice(Shape):
    """One of a few fixed words."""

    words: tuple[str, ...] = ()

    @property
    def expected(self):
        return _("Expected one of: %(words)s.") % {"words": ", ".join(self.words)}

    def read(self, value, key, problems):
        if not isinstance(value, str):
            return self.refuse(value, key, problems)
        if value not in self.words:
            hint = " ".join(filter(None, (self.expected, near(value, self.words))))
            return problems.add(key, _("“%(value)s” is not known here.") % {"value": value[:60]}, hint)
        return value


@dataclass(frozen=True)
class Day(Shape):
    """A calendar day as TOML writes it: without quotes and without a time."""

    @property
    def expected(self):
        return _("Expected a day without quotes, such as 2017-05-22.")

    def read(self, value, key, problems):
        if isinstance(value, datetime) or not isinstance(value, date):
            return self.refuse(value, key, problems)
        return value


@dataclass(frozen=True)
class Flag(Shape):
    @property
    def expected(self):
        return _("Expected true or false, without quotes.")

    def read(self, value, key, problems):
        return value if isinstance(value, bool) else self.refuse(value, key, problems)


@dataclass(frozen=True)
class Whole(Shape):
    """A whole number between two bounds, both included."""

    least: int = 0
    most: int = 1_000_000

    @property
    def expected(self):
        return _("Expected a whole number from %(least)d to %(most)d.") % {"least": self.least, "most": self.most}

    def read(self, value, key, problems):
        if isinstance(value, bool) or not isinstance(value, int):
            return self.refuse(value, key, problems)
        if not self.least <= value <= self.most:
            return problems.add(key, _("This number is out of bounds."), self.expected)
        return value


@dataclass(frozen=True)
class Figure(Shape):
    """A figure of a target: at most eleven digits before the point and three behind it."""

    @property
    def expected(self):
        return _("Expected a number with at most 11 digits before and 3 behind the point.")

    def read(self, value, key, problems):
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            return self.refuse(value, key, problems)
        figure = Decimal(value)
        if not figure.is_finite() or abs(figure) >= 10**11 or figure != round(figure, 3):
            return problems.add(key, _("This number is out of bounds."), self.expected)
        return figure


@dataclass(frozen=True)
class Scalar(Shape):
    """A number, a day or a word, for comparison with another place of the file."""

    @property
    def expected(self):
        return _("Expected a number, a day or text.")

    def read(self, value, key, problems):
        return self.refuse(value, key, problems) if isinstance(value, (dict, list)) else value


@dataclass(frozen=True)
class Listing(Shape):
    """A list whose entries have one shape; `[[name]]` tables in TOML when they are tables."""

    of: Shape = Text()
    least: int = 0

    @property
    def expected(self):
        return _("Expected a list (tables are written [[name]]).")

    def read(self, value, key, problems):
        if not isinstance(value, list):
            return self.refuse(value, key, problems)
        if not self.least <= len(value) <= MANY:
            wrong = _("This list has %(n)d entries.") % {"n": len(value)}
            return problems.add(key, wrong, _("Expected at least %(least)d.") % {"least": self.least})
        return [self.of.read(entry, f"{key}[{place}]", problems) for place, entry in enumerate(value, start=1)]


@dataclass(frozen=True)
class Named(Shape):
    """A table whose keys are the file's own and whose values have one shape."""

    of: Shape = Whole()

    @property
    def expected(self):
        return _("Expected a table { name = value }.")

    def read(self, value, key, problems):
        if not isinstance(value, dict):
            return self.refuse(value, key, problems)
        return {name: self.of.read(entry, f"{key}.{name}", problems) for name, entry in value.items()}


@dataclass(frozen=True)
class Table(Shape):
    """A table with known keys. Reading gives every key, with its default where the file leaves it out."""

    keys: Mapping[str, Shape] = field(default_factory=dict)

    @property
    def expected(self):
        return _("Expected a table with the keys: %(keys)s.") % {"keys": ", ".join(self.keys)}

    def read(self, value, key, problems):
        if not isinstance(value, dict):
            return self.refuse(value, key, problems)
        dot = f"{key}." if key else ""
        for name in [name for name in value if name not in self.keys]:
            hint = near(name, self.keys.keys() - value.keys()) or self.expected
            problems.add(f"{dot}{name}", _("This key is not known."), hint)
        return {name: self._entry(value, name, dot, problems) for name in self.keys}

    def _entry(self, value, name, dot, problems):
        shape = self.keys[name]
        if name in value:
            return shape.read(value[name], f"{dot}{name}", problems)
        if not shape.optional:
            problems.add(f"{dot}{name}", _("This is missing."), shape.expected)
        return shape.default


def entries(rows, key: str):
    """The tables of a list that were read, each with its place in the file: `key[1]`, `key[2]` …"""
    return [(f"{key}[{place}]", row) for place, row in enumerate(rows or (), start=1) if isinstance(row, dict)]


def both(name: str, zh: int, en: int, *, optional: bool = False) -> dict[str, Shape]:
    """The two keys of a bilingual text."""
    lengths = {"zh": zh, "en": en}
    return {f"{name}_{lang}": Text(most, optional=optional, default="") for lang, most in lengths.items()}
