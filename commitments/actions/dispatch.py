"""Reporting a month: fill, hand to the head, send, return. Every act under the lock of the sheet."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from commitments import lights, numbers, report_policies, reporting, states, timetables
from commitments.models import Entry, Line, Sheet
from commitments.notices import reports as notices
from objectives.missing import personal_number
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.policies import standing

FIELDS = ("choice", "value", "said", "word", "problem", "request", "why", "done_on")
DERIVED = ("plan_share", "actual_share", "status")
TYPED = ("word", "problem", "request", "why")
MOVED = (
    "same_months", "actual", "said", "status", "plan_share", "actual_share", "rank", "as_of", "month", "word",
    "problem", "request", "done_on",
)  # fmt: skip


class Overtaken(Refused):
    """A colleague changed the sheet meanwhile; nothing was stored."""


class Incomplete(Refused):
    """The sheet cannot be sent yet; `missing` says what each entry lacks."""

    def __init__(self, missing: list[reporting.Missing]):
        super().__init__(_("The report is not complete yet: %(n)s things are missing.") % {"n": len(missing)})
        self.missing = missing


@transaction.atomic
def save_entries(sheet: Sheet, rows: dict[int, dict], *, version: int, by, at: datetime) -> Sheet:
    """Keep what was filled in, by entry id; no deed, since nothing leaves the unit. Half-filled rows are welcome.

    Raises `Refused` for entries of another sheet, `Overtaken` when `version` is no longer the sheet's.
    """
    sheet = _take(sheet, by, at, report_policies.can_fill)
    _require_version(sheet, version)
    entries = {entry.pk: entry for entry in sheet.entries.select_related("line")}
    if set(rows) - set(entries):
        raise Refused(_("This report holds no such promise. Please load the page again; nothing was stored."))
    for pk, row in rows.items():
        reporting.require_storable(entries[pk], row.get("value"))
        for name in FIELDS:
            if name in row:
                setattr(entries[pk], name, row[name])
    Entry.objects.bulk_update([entries[pk] for pk in rows], FIELDS)
    return _advance(sheet)


@transaction.atomic
def no_change_for_rest(sheet: Sheet, *, version: int, by, at: datetime) -> Sheet:
    """One click: everything nobody has touched is “no change”."""
    sheet = _take(sheet, by, at, report_policies.can_fill)
    _require_version(sheet, version)
    sheet.entries.filter(choice="").update(choice="no_change")
    return _advance(sheet)


@transaction.atomic
def hand_to_head(sheet: Sheet, *, version: int, by, at: datetime) -> Sheet:
    """The staff's last click: complete, and now before the head."""
    sheet = _take(sheet, by, at, report_policies.can_fill)
    _require_version(sheet, version)
    _require_complete(sheet, at)
    sheet.state, sheet.ready_at, sheet.ready_by = "ready", at, by
    sheet.save(update_fields=["state", "ready_at", "ready_by"])
    notices.ready(sheet, by=by, at=at)
    return _advance(sheet)


@transaction.atomic
def send(sheet: Sheet, *, version: int, by, at: datetime) -> Sheet:
    """The head sends the month: statuses are derived, the ledger moves on, a receipt is given.

    After the freeze the report is kept beside the frozen month, marked late with its true time.
    """
    sheet = _take(sheet, by, at, report_policies.can_send)
    _require_version(sheet, version)
    if at < sheet.month.opened_at:
        raise Refused(_("The clock stands before the day on which this month was opened. Nothing was sent."))
    entries, on = _require_complete(sheet, at), local_day(at)
    post = report_policies.unit_post(standing(by, on=on), sheet)
    timetable = timetables.of(sheet.month.campaign)
    thresholds = lights.Thresholds(timetable.behind_at, timetable.well_behind_at)
    for entry in entries:
        reporting.derive(entry, on=on, thresholds=thresholds)
        Entry.objects.filter(pk=entry.pk).update(**{name: getattr(entry, name) for name in (*FIELDS, *DERIVED)})
    _move_ledger(sheet, entries, at)
    _carry_on(sheet, entries)
    sheet.state, sheet.sent_at, sheet.sent_by, sheet.sent_post = "sent", at, by, post
    sheet.first_sent_at = sheet.first_sent_at or at
    sheet.days_late = max((local_day(sheet.first_sent_at) - sheet.month.due_on).days, 0)
    sheet.after_freeze = bool(sheet.cell)
    sheet.receipt = sheet.receipt or numbers.receipt(sheet.month.campaign, sheet.month.code)
    sheet.save()
    record(
        "report.sent", about=sheet, by=by, at=at, bureau=sheet.month.campaign.bureau.code, post=post.title_zh,
        month=sheet.month.code, receipt=sheet.receipt, days_late=sheet.days_late, after_freeze=sheet.after_freeze,
        figures=[[entry.line.code, entry.choice, _plain(entry.value), entry.status] for entry in entries],
    )  # fmt: skip
    return _advance(sheet)


@transaction.atomic
def return_sheet(sheet: Sheet, *, reason: str, by, at: datetime) -> Sheet:
    """Send a report back with a reason. Being on time is still judged by its first sending."""
    if not reason.strip():
        raise Refused(_("Say what must change: the unit reads exactly these words."))
    sheet = _take(sheet, by, at, report_policies.can_return)
    post = report_policies.receiving_post(standing(by, on=local_day(at)), sheet)
    sheet.state, sheet.sent_at, sheet.returned_at, sheet.return_reason = "returned", None, at, reason.strip()[:300]
    sheet.save(update_fields=["state", "sent_at", "returned_at", "return_reason"])
    record(
        "report.returned", about=sheet, by=by, at=at, bureau=sheet.month.campaign.bureau.code, post=post.title_zh,
        month=sheet.month.code, words=reason,
    )  # fmt: skip
    return _advance(sheet)


def _take(sheet: Sheet, by, at: datetime, may) -> Sheet:
    """Lock the sheet, then ask."""
    sheet = Sheet.objects.locked(sheet.pk)
    require(may(standing(by, on=local_day(at)), sheet))
    return sheet


def _require_version(sheet: Sheet, version: int) -> None:
    if sheet.version != version:
        raise Overtaken(_("A colleague changed this report while you had it open. Yours was not stored; see both."))


def _advance(sheet: Sheet) -> Sheet:
    sheet.version += 1
    sheet.save(update_fields=["version"])
    return sheet


def _require_complete(sheet: Sheet, at: datetime) -> list[Entry]:
    # A promise withdrawn or closed since the month was opened is asked for no more.
    rows = sheet.entries.filter(line__withdrawn_at=None, line__closed_at=None)
    entries = list(rows.select_related("line__commitment"))
    missing = reporting.missing_to_send(entries, on=local_day(at))
    if missing:
        raise Incomplete(missing)
    for entry in entries:
        for name in TYPED:
            if found := personal_number(getattr(entry, name)):
                raise Refused(
                    _("%(number)s: the report holds what looks like a telephone or identity number (%(found)s). "
                      "Take it out; what is reported becomes public.")
                    % {"number": entry.line.number, "found": found}
                )  # fmt: skip
    return entries


def _move_ledger(sheet: Sheet, entries: list[Entry], at: datetime) -> None:
    """The ledger shows the newest month; an older one that comes late does not push a newer one back."""
    day = local_day(at)
    for entry in entries:
        line = entry.line
        if line.month > sheet.month.code:
            continue
        line.same_months = line.same_months + 1 if entry.choice == "no_change" else 0
        line.actual, line.said, line.status = entry.value, entry.said, entry.status
        line.plan_share, line.actual_share = entry.plan_share, entry.actual_share
        line.rank, line.as_of, line.month = states.RANK[entry.status], day, sheet.month.code
        line.word, line.problem, line.request = entry.word, entry.problem, entry.request
        line.done_on = entry.done_on or (line.done_on if entry.status == states.KEPT else None)
        # Row by row: a bulk update of so many columns costs more to phrase than ten plain ones cost to run.
        Line.objects.filter(pk=line.pk).update(
            version=line.version + 1, **{name: getattr(line, name) for name in MOVED}
        )


def _carry_on(sheet: Sheet, entries: list[Entry]) -> None:
    """What “no change” means in the months after it that are still to be sent, up to the next one that was sent.

    They took the ledger's figures when they opened, which was before this report came.
    """
    later = Sheet.objects.filter(publication=sheet.publication_id, month__code__gt=sheet.month.code)
    follow = []
    for pk, sent_at in later.order_by("month__code").values_list("pk", "sent_at"):
        if sent_at:
            break
        follow.append(pk)
    if not follow:
        return
    for entry in entries:
        Entry.objects.filter(sheet__in=follow, line=entry.line_id).update(before=entry.value, said_before=entry.said)


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
