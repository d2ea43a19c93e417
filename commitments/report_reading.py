"""A month's report as it is read: by the unit after sending, by those who receive it, and as the public will see it."""

from datetime import date

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from commitments import lights, progress, report_policies, report_words, reporting, timetables
from commitments.models import Entry, Evidence, Sheet
from commitments.policies import evidence as evidence_policy
from commitments.queries import evidence as proofs
from commitments.report_pages import closed_lines, entries_of, figures, head_facts
from commitments.states import LATE
from portal.core.wording import said
from units.policies import Standing

TOLD = ("word", "problem", "request", "why")


def read_facts(who: Standing, sheet: Sheet, *, on: date) -> dict:
    """A sheet that this person reads and does not write. Queries do not grow with its rows."""
    entries = entries_of(sheet)
    evidence = proofs.of_entries(entries)
    again = proofs.reused([row for rows in evidence.values() for row in rows], who)
    files = {pk: files_of(rows, again) for pk, rows in evidence.items()}
    return {
        "rows": [row_of(entry) | {"files": files.get(entry.pk, [])} for entry in entries],
        "closed": closed_lines(sheet, entries),
        "sent": report_words.sent(sheet) if sheet.state == "sent" else "",
        "sent_kind": "wait" if sheet.days_late else "done",
        "is_ours": bool(report_policies.unit_post(who, sheet)),
        **head_facts(sheet, on=on),
    }


def row_of(entry: Entry, *, told: tuple[str, ...] = TOLD) -> dict:
    """One promise as reported: its figure and what was said."""
    line = entry.line
    target = line.commitment.target if line.commitment else {}
    labels = [(capfirst(Entry._meta.get_field(name).verbose_name), getattr(entry, name)) for name in told]
    return {
        "entry": entry,
        "text": said(line, "text"),
        "now": entry.get_said_display() if line.in_words else figures(entry.value, line.target, target),
        "said": [(label, words) for label, words in labels if words],
    }


def files_of(rows: list[Evidence], again: dict) -> list[dict]:
    """Files with the other places in which the same file was used."""
    return [{"file": row, "also": [also_used(other) for other in again.get(row.pk, [])]} for row in rows]


def also_used(other: Evidence) -> str:
    """Also used for promise 1.2 of the school in May 2026."""
    facts = {"number": other.line.number, "unit": said(other.line.unit, "name")}
    if other.entry_id:
        facts["month"] = progress.month_name(other.entry.sheet.month.code)
        return _("Also used for promise %(number)s of %(unit)s in %(month)s") % facts
    return _("Also used for promise %(number)s of %(unit)s") % facts


def preview_facts(sheet: Sheet, *, on: date) -> dict:
    """What the public would read of the sheet if it were frozen as it stands today."""
    timetable = timetables.of(sheet.month.campaign)
    thresholds = lights.Thresholds(timetable.behind_at, timetable.well_behind_at)
    rows = []
    for entry in entries_of(sheet):
        if entry.choice:
            reporting.derive(entry, on=on, thresholds=thresholds)
        told = ("word", "problem", "why") if entry.status in LATE else ("word",)
        rows.append(row_of(entry, told=told) | {"status": entry.status})
    return {"rows": rows, **head_facts(sheet, on=on)}


def evidence_facts(who: Standing, entry: Entry) -> dict:
    """The page of the files under one entry."""
    rows = proofs.of_entries([entry])[entry.pk]
    return {
        "entry": entry,
        "text": said(entry.line, "text"),
        "month": report_words.title(entry.sheet),
        "files": files_of(rows, proofs.reused(rows, who)),
        "may": evidence_policy.can_change(who, line=entry.line, sheet=entry.sheet),
        "action": reverse("report_evidence", args=[entry.sheet_id, entry.pk]),
    }
