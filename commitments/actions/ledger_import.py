"""A filled-in ledger brought back: every fault with its row and column, all or nothing, and nothing for nothing."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from commitments import milestones, reporting, sheets_xlsx, states
from commitments.actions import dispatch
from commitments.actions import ledger as acts
from commitments.models import Entry, Line
from commitments.queries import ledger as queries
from objectives.missing import personal_number
from portal.core import spreadsheets
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.wording import said
from units.models import Post, Role
from units.policies import standing

MOST_FAULTS = 100
LIMITS = {"department": 80, "note": 200, "word": 200, "problem": 200, "request": 200}
ASSIGNED = ("undertaker", "department", "milestones", "note")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one cell, and what is expected there."""

    row: int
    column: str
    wrong: str
    expected: str


class Faulty(Refused):
    """The workbook holds mistakes; nothing was stored. `faults` names each with row and column."""

    def __init__(self, faults: list[Fault]):
        super().__init__(_("The workbook holds %(n)s mistakes. Nothing was stored.") % {"n": len(faults)})
        self.faults = faults[:MOST_FAULTS]


@dataclass(slots=True)
class Change:
    """What one row asks for: of the line, and of its entry in the open report."""

    line: Line
    facts: dict = field(default_factory=dict)
    entry: Entry | None = None
    reported: dict = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """One pass over a workbook: the lines that may be filled in, what was found, what is wrong."""

    language: str
    places: dict[str, int]
    lines: dict[str, Line]
    entries: dict[int, Entry]
    posts: dict
    faults: list[Fault] = field(default_factory=list)

    def fault(self, row: int, key: str, wrong: str, expected: str) -> None:
        self.faults.append(Fault(row, str(sheets_xlsx.BY_KEY[key].label), wrong, expected))


def import_ledger(data: bytes, *, by, at: datetime) -> int:
    """Bring in a workbook that the ledger gave out; returns how many promises changed.

    Who does what, departments, milestones, notes, and this month's figure and words into the open report of the
    importer's own unit. Raises `Unreadable` for a file that is no workbook, `Faulty` with every mistake in it.
    """
    table = spreadsheets.read(data)
    who = standing(by, on=local_day(at))
    units = {post.unit_id for post in who.posts_as(Role.HEAD, Role.STAFF)}
    if not units:
        raise Refused(_("Only the unit itself fills in its ledger."))
    found = sheets_xlsx.heading(table.rows[0][1] if table.rows else [])
    if found is None:
        raise Refused(_("The first row is not the ledger’s heading. Export the ledger and fill in that file."))
    with transaction.atomic():
        lines = queries.of_units(units)
        entries = queries.open_entries(units)
        posts: dict = {}
        for post in Post.objects.filter(unit__in=units):
            posts.setdefault(post.unit_id, []).append(post)
        reading = Reading(*found, {line.code: line for line in lines}, entries, posts)
        changes = _read(table, reading)
        if reading.faults:
            raise Faulty(reading.faults)
        return _apply(changes, by=by, at=at)


def _read(table: spreadsheets.Table, reading: Reading) -> list[Change]:
    """Every row that asks for a change. Texts are compared in the language of the file."""
    headings = {place: key for key, place in reading.places.items()}
    for row, place in table.formulas:
        if place in headings:
            reading.fault(row, headings[place], _("A formula"), _("the value itself"))
    changes, seen = [], set()
    for number, texts in table.rows[1:]:
        code = texts[reading.places["code"]]
        line = reading.lines.get(code)
        if line is None:
            reading.fault(number, "code", code or _("empty"), _("the code of a promise of your unit"))
        elif code in seen:
            reading.fault(number, "code", code, _("each promise once"))
        else:
            change = _change(number, texts, line, reading)
            changes += [change] if change.facts or change.reported else []
        seen.add(code)
    return changes


def _change(number: int, texts: list[str], line: Line, reading: Reading) -> Change:
    change = Change(line, entry=reading.entries.get(line.pk))
    with override(reading.language):
        told = {key: sheets_xlsx.shown(line, change.entry, key, []) for key in reading.places if key != "evidence"}
    for key, place in reading.places.items():
        field_of, text = sheets_xlsx.BY_KEY[key], texts[place]
        if key == "evidence" or text == told[key] or not (field_of.is_open or field_of.is_fixed):
            continue
        if field_of.is_fixed:
            reading.fault(number, key, text or _("empty"), told[key] or _("empty"))
        elif key in sheets_xlsx.REPORTED and change.entry is None:
            reading.fault(number, key, text, _("nothing new: no report of this unit is open"))
        else:
            _take(number, key, text, change, reading)
    return change


def _take(number: int, key: str, text: str, change: Change, reading: Reading) -> None:
    """One changed cell, understood or told as a fault."""
    try:
        value = _understood(key, text, change.line, reading)
    except ValueError as problem:
        reading.fault(number, key, text[:80], str(problem))
        return
    if key in ASSIGNED:
        change.facts[key] = value
    elif key == "value":
        change.reported["said" if change.line.in_words else "value"] = value
    else:
        change.reported[key] = value


def _understood(key: str, text: str, line: Line, reading: Reading):
    if key in LIMITS:
        if len(text) > LIMITS[key]:
            raise ValueError(_("at most %(n)s characters") % {"n": LIMITS[key]})
        if key in sheets_xlsx.REPORTED and personal_number(text):
            raise ValueError(_("no telephone or identity number: what is reported becomes public"))
        return text
    if key == "milestones":
        return milestones.parse(text)
    if key == "undertaker":
        return _post(text, reading.posts.get(line.unit_id, []))
    return _said(text) if line.in_words else _number(text, line)


def _post(title: str, posts: list[Post]) -> Post | None:
    if not title:
        return None
    fitting = [post for post in posts if title in (post.title_zh, post.title_en)]
    if len(fitting) != 1:
        names = "；".join(said(post, "title") for post in posts)
        raise ValueError(_("one post of the unit: %(names)s") % {"names": names})
    return fitting[0]


def _said(text: str) -> str:
    if not text:
        return ""
    for language in sheets_xlsx.LANGUAGES:
        with override(language):
            words = {str(word): key for key, word in states.SAID}
        if text in words:
            return words[text]
    raise ValueError("；".join(str(word) for _key, word in states.SAID))


def _number(text: str, line: Line) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise ValueError(_("a number")) from None
    if value.is_finite() and abs(value) >= reporting.LARGEST:
        raise ValueError(_("a number with at most eleven digits before the point"))
    if not value.is_finite() or value != round(value, 3):
        raise ValueError(_("a number with at most three decimals"))
    if wrong := reporting.impossible_value(line, value):
        raise ValueError(wrong)
    return value


def _apply(changes: list[Change], *, by, at: datetime) -> int:
    """Through the same acts as the pages, so that every rule and every deed holds here too."""
    for change in changes:
        if change.facts:
            acts.assign(change.line, version=change.line.version, by=by, at=at, **change.facts)
    sheets: dict = {}
    for change in changes:
        if change.reported:
            row = change.reported | {"choice": _choice(change)}
            sheets.setdefault(change.entry.sheet, {})[change.entry.pk] = row
    for sheet, rows in sheets.items():
        dispatch.save_entries(sheet, rows, version=sheet.version, by=by, at=at)
    if changes:
        unit, codes = changes[0].line.unit, [change.line.code for change in changes]
        record("ledger.imported", about=unit, by=by, at=at, bureau=unit.bureau.code, lines=codes)
    return len(changes)


def _choice(change: Change) -> str:
    """A figure or words are an update; only a problem means stuck; what somebody chose before stays chosen."""
    entry, row = change.entry, change.reported
    if entry.choice in ("update", "stuck"):
        return entry.choice
    if row.get("problem") and not any(row.get(key) for key in ("value", "said", "word")):
        return "stuck"
    return "update"
