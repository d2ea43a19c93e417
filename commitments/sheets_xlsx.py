"""The ledger as a workbook: the columns of a supervision ledger (督查台账), what each shows, which may be filled in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from commitments import clears, milestones, states
from commitments.models import Entry, Line
from portal.core import lights, spreadsheets
from portal.core.spreadsheets import Column
from portal.core.wording import said

LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its key, heading, width. `is_open`: a unit may fill it in; `is_fixed`: it must stay as it is."""

    key: str
    label: object
    width: int = 14
    is_open: bool = False
    is_fixed: bool = False


FIELDS = (
    Field("code", gettext_lazy("Code"), 24, is_fixed=True),
    Field("number", gettext_lazy("No."), 7),
    Field("unit", gettext_lazy("Unit"), 22),
    Field("text", gettext_lazy("Objective"), 40, is_fixed=True),
    Field("measures", gettext_lazy("Measures"), 40),
    Field("leader", gettext_lazy("Leader"), 18),
    Field("undertaker", gettext_lazy("Handled by"), 18, is_open=True),
    Field("department", gettext_lazy("Department"), 18, is_open=True),
    Field("due_on", gettext_lazy("Due day"), 12, is_fixed=True),
    Field("milestones", gettext_lazy("Milestones"), 30, is_open=True),
    Field("plan", gettext_lazy("Plan, %"), 9),
    Field("actual", gettext_lazy("Actual, %"), 9),
    Field("light", gettext_lazy("Light"), 14),
    Field("month", gettext_lazy("Month"), 10, is_fixed=True),
    Field("value", gettext_lazy("Figure now"), 12, is_open=True),
    Field("word", gettext_lazy("Done this month"), 36, is_open=True),
    Field("problem", gettext_lazy("Stuck on"), 30, is_open=True),
    Field("request", gettext_lazy("Help asked for"), 30, is_open=True),
    Field("evidence", gettext_lazy("Evidence"), 24),
    Field("done_on", gettext_lazy("Done on"), 12),
    Field("verified", gettext_lazy("Checked by"), 22),
    Field("closed", gettext_lazy("Closed on"), 12),
    Field("note", gettext_lazy("Note"), 24, is_open=True),
)
BY_KEY = {field.key: field for field in FIELDS}
REPORTED = ("value", "word", "problem", "request")
"""Columns that belong to the month's report."""


def write(lines: Iterable[Line], entries: dict[int, Entry], evidence: dict[int, list[str]]) -> bytes:
    """The workbook in the reader's language. `entries` are this month's, by line, where the reader may fill them in."""
    columns = [Column(str(field.label), field.width, field.is_open) for field in FIELDS]
    rows = (
        [_figure(line, entries.get(line.pk)) if field.key == "value" else shown(line, entries.get(line.pk), field.key,
         evidence.get(line.pk, [])) for field in FIELDS] for line in lines
    )  # fmt: skip
    return spreadsheets.write(_("Ledger"), columns, rows)


def _figure(line: Line, entry: Entry | None):
    """A figure goes out as a number, so that it can be calculated with."""
    held = entry.value if entry else line.actual
    return shown(line, entry, "value", []) if line.in_words or held is None else held


def shown(line: Line, entry: Entry | None, key: str, evidence: list[str]) -> str:
    """The text of a cell, in the active language; what comes back the same was not changed."""
    return spreadsheets.clean(_TEXTS[key](line, entry, evidence)).strip()


def _share(value) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _day(value) -> str:
    return value.isoformat() if value else ""


def _value(line: Line, entry: Entry | None, _evidence) -> str:
    source = entry or line
    if line.in_words:
        return str(dict(states.SAID).get(source.said, ""))
    held = entry.value if entry else line.actual
    return _share(held)


_TEXTS = {
    "code": lambda line, entry, proofs: line.code,
    "number": lambda line, entry, proofs: line.number,
    "unit": lambda line, entry, proofs: said(line.unit, "name"),
    "text": lambda line, entry, proofs: said(line, "text"),
    "measures": lambda line, entry, proofs: clears.measures(line),
    "leader": lambda line, entry, proofs: said(line.leader, "title") or line.leader_printed,
    "undertaker": lambda line, entry, proofs: said(line.undertaker, "title"),
    "department": lambda line, entry, proofs: line.department,
    "due_on": lambda line, entry, proofs: _day(line.due_on),
    "milestones": lambda line, entry, proofs: milestones.as_text(line.milestones, between="；"),
    "plan": lambda line, entry, proofs: _share(line.plan_share),
    "actual": lambda line, entry, proofs: _share(line.actual_share),
    "light": lambda line, entry, proofs: str(lights.word(line.status)) if line.status in lights.STATUSES else "",
    "month": lambda line, entry, proofs: entry.sheet.month.code if entry else line.month,
    "value": _value,
    "word": lambda line, entry, proofs: (entry or line).word,
    "problem": lambda line, entry, proofs: (entry or line).problem,
    "request": lambda line, entry, proofs: (entry or line).request,
    "evidence": lambda line, entry, proofs: "；".join(proofs),
    "done_on": lambda line, entry, proofs: _day(line.done_on),
    "verified": lambda line, entry, proofs: said(line.verified_post, "title"),
    "closed": lambda line, entry, proofs: line.closed_at.date().isoformat() if line.closed_at else "",
    "note": lambda line, entry, proofs: line.note,
}


def heading(texts: list[str]) -> tuple[str, dict[str, int]] | None:
    """In which language a heading is written, and the place of each column; None when it is none of ours."""
    for language in LANGUAGES:
        with override(language):
            labels = {str(field.label): field.key for field in FIELDS}
        if labels.get(texts[0] if texts else "") == "code":
            return language, {labels[text]: place for place, text in enumerate(texts) if text in labels}
    return None
