"""The lines of a case in words, for those who look at the originals: promised, reached, reported, proved, changed."""

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Case
from commitments import change_words, progress, report_reading
from commitments.models import Line
from commitments.report_pages import figures
from objectives import phrases
from portal.core import language
from portal.core.wording import day, said

TOLD = ("word", "problem", "why")
"""What a report says to others than its receiver."""
OPEN = 1
"""Reports that stand open on the page; the earlier ones are folded."""


def public_page(case: Case) -> str:
    """Where the public reads the promises of the unit."""
    found = case.publication
    return reverse("unit", args=[language.current(), found.bureau_code, found.unit_code])


def lines_facts(case: Case, lines: list[Line]) -> dict:
    return {
        "case": case, "unit": case.unit, "title": said(case.unit, "name"), "public_page": public_page(case),
        "lines": [_line(row) for row in lines],
    }  # fmt: skip


def _line(row: Line) -> dict:
    files: dict = {}
    for each in row.files:
        files.setdefault(each.entry_id, []).append(each)
    reports = [
        report_reading.row_of(_known(entry, row), told=TOLD) | {
            "month": progress.month_name(entry.sheet.month.code), "files": files.get(entry.pk, []),
        }
        for entry in row.reports
    ]  # fmt: skip
    return {
        "line": row, "text": said(row, "text"), "pairs": _pairs(row), "reports": reports[:OPEN],
        "earlier": reports[OPEN:], "files": files.get(None, []), "changes": _changes(row),
    }  # fmt: skip


def _known(entry, row: Line):
    entry.line = row
    return entry


def _pairs(row: Line) -> list[tuple]:
    target = row.commitment.target if row.commitment else {}
    promised = phrases.from_to(target, language.current()) if target else _("told in words, without a figure")
    now = row.get_said_display() if row.in_words else figures(row.actual, row.target, target)
    found = [
        (_("Promised"), promised, _("by %(day)s") % {"day": day(row.due_on)}),
        (_("Reached"), now or _("nothing reported"), _("as of %(day)s") % {"day": day(row.as_of)} if row.as_of else ""),
    ]
    if row.done_before:
        return [*found, (_("Checked"), _("done before the plan began"), "")]
    if row.done_on:
        found.append((_("Done, says the unit"), row.done_on, ""))
    checked = said(row.verified_post, "title") if row.verified_post else ""
    return [*found, (_("Checked"), day(row.verified_at) if row.verified_at else _("not checked"), checked)]


def _changes(row: Line) -> list[dict]:
    rows = row.commitment.amended if row.commitment else []
    for each in rows:
        each.commitment = row.commitment
    return [
        {"title": change_words.title(each), "stands": change_words.stands(each, None), "rows": change_words.rows(each),
         "reason": change_words.reason(each)}
        for each in rows
    ]  # fmt: skip
