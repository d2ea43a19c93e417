"""The reader of campaign files. The ground knows the format; each app registers the sections it owns.

`register` is called in an app's `AppConfig.ready()`, so the ground never imports upward. `read` and `parse`
validate the whole file, then raise `BadCampaignFile` with every problem at once or return a `CampaignFile`.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext as _

from portal.core import redate
from portal.core.shapes import Problem, Problems, Shape, Table, near
from portal.core.workdays import Workdays

MOST_BYTES = 8 * 1024 * 1024
IDLE = (None, "", False, [], {})
PLACE = re.compile(r"(?P<what>.*) \((?P<where>at .*)\)")


@dataclass(frozen=True, slots=True)
class Part:
    """What one app reads of a campaign file, and what it finds contradictory in the whole."""

    sections: dict[str, Shape]
    check: Callable[[dict, Problems], None]


_parts: dict[str, Part] = {}


def register(owner: str, sections: dict[str, Shape], check: Callable[[dict, Problems], None]) -> None:
    """Let an app read sections. `check` gets all sections, cleaned, with None where something was wrong."""
    taken = {name for other, part in _parts.items() if other != owner for name in part.sections}
    if taken & sections.keys():
        raise ValueError(f"{owner}: these sections already have an owner: {sorted(taken & sections.keys())}")
    _parts[owner] = Part(sections, check)


class BadCampaignFile(Exception):
    """The file cannot be loaded. `problems` says everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class CampaignFile:
    """A valid campaign: cleaned sections by name. `redated_from` is the year the plan was written for."""

    sections: dict
    redated_from: int | None = None

    def __getitem__(self, name: str):
        return self.sections[name]

    @cached_property
    def fingerprints(self) -> dict[str, str]:
        """SHA-256 of each section's content. Comments, spacing and keys left out or empty do not count, so that
        a later version of the portal, which knows more optional keys, reads the same file as the same.
        """
        return {name: _hash(_kept(value)) for name, value in sorted(self.sections.items()) if _kept(value)}

    @cached_property
    def fingerprint(self) -> str:
        return _hash(self.fingerprints)

    def redated(self, year: int, workdays: Workdays) -> "CampaignFile":
        """The same campaign in another year (see `portal.core.redate`)."""
        old = self["campaign"]["year"]
        return self if year == old else CampaignFile(redate.sections(self.sections, old, year, workdays), old)


def read(path: Path) -> CampaignFile:
    """Read and validate a file; whatever is wrong with it comes as `BadCampaignFile`."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as problem:
        raise _bad(str(path), _("The file cannot be read (%(why)s).") % {"why": problem.strerror or problem}) from None
    return parse(raw)


def parse(raw: bytes) -> CampaignFile:
    """Validate the content of a campaign file."""
    data = _toml(raw)
    problems = Problems()
    shapes = {name: shape for part in _parts.values() for name, shape in part.sections.items()}
    sections = Table(shapes).read(data, "", problems)
    problems.begin_checks()
    for part in _parts.values():
        part.check(sections, problems)
    if problems:
        raise BadCampaignFile(dict.fromkeys(problems.found))
    return CampaignFile(sections)


def _toml(raw: bytes) -> dict:
    if len(raw) > MOST_BYTES:
        most = _("Expected at most %(most)d MB.") % {"most": MOST_BYTES // 1024**2}
        raise _bad(_("the file"), _("The file is too large."), most)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        where = _("line %(line)d") % {"line": line}
        raise _bad(where, _("This is not UTF-8 text."), _("Save the file as UTF-8.")) from None
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except RecursionError:
        raise _bad(_("the file"), _("Lists or tables are nested too deeply.")) from None
    except (ValueError, ArithmeticError) as problem:
        raise _syntax(str(problem)) from None


def _syntax(message: str) -> BadCampaignFile:
    """A TOML error with its line and column in front, as `tomllib` gives them."""
    found = PLACE.fullmatch(message)
    what, where = (found["what"], found["where"].removeprefix("at ")) if found else (message, _("the file"))
    if "date" in what.lower():
        return _bad(where, _("There is no such day or time."), _("Expected a day that exists, such as 2017-05-22."))
    return _bad(where, _("This is not valid TOML: %(what)s.") % {"what": what[:200]})


def _bad(key: str, wrong: str, expected: str = "") -> BadCampaignFile:
    return BadCampaignFile([Problem(key, wrong, expected)])


def find(sections, pointer: str):
    """What stands at a dotted pointer such as `stage.keep.to_on`; LookupError where nothing does.

    A row of a list is named by its `key`, `code` or `kind`, as in `kind_rule.department.route`.
    """
    value = sections
    for step in pointer.split("."):
        if isinstance(value, (list, tuple)):
            value = next((row for row in value if step in _names(row)), None)
        else:
            value = value.get(step) if isinstance(value, dict) else None
        if value is None or value == "" or value == ():
            raise LookupError(step)
    return value


def _names(row) -> tuple:
    return tuple(row.get(name) for name in ("key", "code", "kind")) if isinstance(row, dict) else ()


def names_or_hint(word: str, words: Iterable[str]) -> str:
    """What was expected instead of an unknown name: the near one, or the list when it is short."""
    words = sorted(set(words))
    return near(word, words) or (_("Known here: %(words)s.") % {"words": ", ".join(words[:12])} if words else "")


def _kept(value):
    """A value without what is empty, unknown or false."""
    if isinstance(value, dict):
        return {name: kept for name, entry in value.items() if (kept := _kept(entry)) not in IDLE}
    return [_kept(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def _hash(value) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return sha256(text.encode()).hexdigest()


def _plain(value) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def jsonable(value):
    """A section as it can stand in a JSON column: days as text, figures without idle zeros."""
    return json.loads(json.dumps(value, ensure_ascii=False, default=_plain))
