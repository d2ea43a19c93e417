"""Opening and freezing months, set-wise: the same few statements for ten units and for a hundred thousand."""

import logging
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from commitments import states, timetables
from commitments.models import Entry, Line, Month, Publication, Sheet
from commitments.periods import MonthDates, Period
from objectives.models import Campaign
from portal.core import pagecache
from portal.core.deeds import record
from portal.core.workdays import Workdays, loaded
from units.models import Role

RANGE = 10_000
"""Units of one transaction: memory stays flat, and a killed worker loses no more than one range."""
log = logging.getLogger(__name__)

FILL_SHEETS = """
INSERT INTO commitments_sheet (id, month_id, publication_id, unit_id, receiver_id, "order", lines, state, version,
    receipt, return_reason, days_late, after_freeze, cell)
SELECT {uuid}, %(month)s, p.id, p.unit_id, {receiver}, p."order",
    (SELECT count(*) FROM commitments_line l WHERE l.publication_id = p.id AND {live}),
    'open', 1, '', '', 0, {false}, ''
FROM commitments_publication p JOIN units_unit u ON u.id = p.unit_id
WHERE p.bureau_code = %(bureau)s AND p.year = %(year)s AND p."order" > %(after)s AND p."order" <= %(until)s
    AND p.campaign_id = %(campaign)s AND p.published_at < %(published_before)s
    AND (u.closed_on IS NULL OR u.closed_on > %(first)s)
ON CONFLICT DO NOTHING"""
FILL_ENTRIES = """
INSERT INTO commitments_entry (sheet_id, line_id, choice, "before", said_before, said, word, problem, request, why,
    status, public)
SELECT s.id, l.id, '', l.actual, l.said, '', '', '', '', '', '', ''"""
OF_NEW_SHEETS = """
FROM made s CROSS JOIN LATERAL (
    SELECT * FROM commitments_line l WHERE l.publication_id = s.publication_id AND {live} OFFSET 0) l"""
"""“OFFSET 0” asks for each sheet's lines by their index; joined freely, every range would read all lines there are."""
FILL_BOTH = f"WITH made AS (%s\nRETURNING id, publication_id), told AS ({FILL_ENTRIES}{OF_NEW_SHEETS})\n"
FILL_BOTH += "SELECT count(*) FROM made"
"""PostgreSQL's way: one statement, and no entry need be looked for, since its sheet is new."""
OF_THE_RANGE = """
FROM commitments_sheet s JOIN commitments_line l ON l.publication_id = s.publication_id AND {live}
WHERE s.month_id = %(month)s AND s."order" > %(after)s AND s."order" <= %(until)s
ON CONFLICT DO NOTHING"""
LIVE = "l.closed_at IS NULL AND l.withdrawn_at IS NULL AND NOT l.done_before"


def open_due(*, on: date, at: datetime) -> int:
    """Open every month of every campaign that is due on that day and not open yet, in order; returns how many.

    A month whose day has passed is opened all the same and marked as caught up. Twice changes nothing.
    """
    workdays, opened = loaded(), 0
    for campaign in _campaigns():
        keeping, timetable = timetables.keeping_of(campaign), timetables.of(campaign)
        done = set(campaign.months.exclude(filled_at=None).values_list("code", flat=True))
        for period in timetables.periods_of(campaign, keeping, "month"):
            days = timetables.days_of(period, timetable, workdays)
            if days.opens_on > on:
                break
            if period.code not in done:
                opened += _open(campaign, period, days, on=on, at=at, workdays=workdays)
    return opened


def _campaigns():
    return Campaign.objects.filter(publications__isnull=False).distinct().select_related("bureau").order_by("pk")


def _open(campaign: Campaign, period: Period, days: MonthDates, *, on: date, at: datetime, workdays: Workdays) -> int:
    month, _is_new = Month.objects.get_or_create(
        campaign=campaign, code=period.code,
        defaults={
            "opens_on": days.opens_on, "due_on": days.due_on, "freezes_on": days.freezes_on,
            "remind_on": [day.isoformat() for day in days.remind_on], "head_from": days.head_from,
            "opened_at": at, "caught_up": on > days.due_on,
        },
    )  # fmt: skip
    fill(month)
    with transaction.atomic():
        month = Month.objects.select_for_update().get(pk=month.pk)
        if month.filled_at:
            return 0
        month.filled_at = at
        month.save(update_fields=["filled_at"])
        record("month.opened", about=month, by="clock", at=at, bureau=campaign.bureau.code, month=month.code,
               caught_up=month.caught_up)  # fmt: skip
    return 1


def fill(month: Month) -> int:
    """Give every unit its sheet and entries of the month, range by range; returns how many sheets were new."""
    first, campaign, written, after = month.period.first, month.campaign, 0, ""
    start = timezone.make_aware(datetime.combine(first + timedelta(days=1), time.min))
    towns = [rule.kind_id for rule in campaign.kind_rules.all()
             if any(step.role == Role.TOWN_OFFICE for step in rule.steps)]  # fmt: skip
    while until := _end_of_range(campaign, after):
        facts = {"month": month.pk, "campaign": campaign.pk, "bureau": campaign.bureau.code, "year": campaign.year,
                 "after": after, "until": until, "published_before": start, "first": first}  # fmt: skip
        with transaction.atomic(), connection.cursor() as cursor:
            written += _fill_range(cursor, facts, towns)
        after = until
    return written


def _fill_range(cursor, facts: dict, towns: list[int]) -> int:
    """Sheets and their entries are of one transaction: where no sheet is new, no entry is missing."""
    if connection.vendor != "sqlite":
        cursor.execute("SET LOCAL jit = off")  # compiling a statement that runs once costs more than running it
        cursor.execute(*_statement(FILL_BOTH % FILL_SHEETS, facts, towns))
        return cursor.fetchone()[0]
    cursor.execute(*_statement(FILL_SHEETS, facts, towns))
    if new := max(cursor.rowcount, 0):
        cursor.execute(*_statement(FILL_ENTRIES + OF_THE_RANGE, facts, towns))
    return new


def _end_of_range(campaign: Campaign, after: str) -> str | None:
    """The place in the tree where the next range ends; None when nothing is left. Bureau and year name the index."""
    rows = Publication.objects.of_bureau(campaign.bureau.code).filter(year=campaign.year, campaign=campaign)
    rows = rows.filter(order__gt=after).order_by("order")
    orders = rows.values_list("order", flat=True)
    last = orders[RANGE - 1 : RANGE].first()
    return last if last is not None else rows.order_by("-order").values_list("order", flat=True).first()


def _statement(sql: str, facts: dict, towns: list[int]) -> tuple[str, dict]:
    """The statement for this database, with exactly the facts it names."""
    sqlite = connection.vendor == "sqlite"
    kinds = {f"kind{place}": kind for place, kind in enumerate(towns)}
    named = ", ".join(f"%({name})s" for name in kinds)
    sql = sql.format(
        uuid="lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()",
        receiver=f"CASE WHEN u.kind_id IN ({named}) THEN u.parent_id END" if kinds else "NULL",
        live=LIVE,
        false="0" if sqlite else "false",
    )
    facts = {name: _as_stored(value) if sqlite else value for name, value in facts.items()}
    return sql, {name: value for name, value in (facts | kinds).items() if f"%({name})s" in sql}


def _as_stored(value):
    """A moment as SQLite keeps it and compares it: the text of its time in UTC, without an offset."""
    return str(value.astimezone(UTC).replace(tzinfo=None)) if isinstance(value, datetime) else value


def freeze_due(*, on: date, at: datetime) -> int:
    """Freeze every month whose day has passed, in order; returns how many. A frozen month never changes again."""
    months = Month.objects.filter(frozen_at=None, filled_at__isnull=False, freezes_on__lt=on)
    return sum(_freeze(month, at=at) for month in months.select_related("campaign__bureau").order_by("code", "pk"))


def _freeze(month: Month, *, at: datetime) -> int:
    after = ""
    while until := _end_of_range(month.campaign, after):
        with transaction.atomic():
            _freeze_range(month, after, until)
        after = until
    with transaction.atomic():
        month = Month.objects.select_for_update(of=("self",)).select_related("campaign__bureau").get(pk=month.pk)
        if month.frozen_at:
            return 0
        month.frozen_at, month.summary = at, summary_of(month)
        month.save(update_fields=["frozen_at", "summary"])
        record("month.frozen", about=month, by="clock", at=at, bureau=month.campaign.bureau.code, month=month.code,
               cells=month.summary["sheets"])  # fmt: skip
        transaction.on_commit(pagecache.forget)
    return 1


def _freeze_range(month: Month, after: str, until: str) -> None:
    """Cells of the sheets, then what the public reads of every entry. Sheets that have a cell are left alone."""
    sheets = Sheet.objects.filter(month=month, order__gt=after, order__lte=until, cell="")
    # A sheet that is being sent holds its row's lock: its cell waits for it, and then tells the truth.
    ids = list(sheets.select_for_update().values_list("pk", flat=True))
    entries = Entry.objects.filter(sheet__month=month, sheet__order__gt=after, sheet__order__lte=until, public="")
    told = entries.exclude(choice="nothing").filter(sheet__sent_at__isnull=False).values("sheet")
    rows = Sheet.objects.filter(pk__in=ids) if connection.vendor == "sqlite" and len(ids) < 900 else sheets
    rows.filter(lines=0).update(cell="nothing_to_report")
    rows.filter(cell="", sent_at=None).update(cell="not_reported")
    rows.filter(cell="").exclude(pk__in=told).update(cell="nothing_to_report")
    rows.filter(cell="", days_late=0).update(cell="on_time")
    rows.filter(cell="").update(cell="late")
    _freeze_entries(month, entries)


def _freeze_entries(month: Month, entries) -> None:
    """What was closed, or kept by an earlier report, is not overdue because its unit keeps silent about it."""
    missing = entries.filter(sheet__sent_at=None)
    said_before = Entry.objects.filter(
        line=OuterRef("line"), status=states.KEPT, sheet__sent_at__isnull=False, sheet__month__code__lt=month.code
    )
    # A closed promise is asked for no more: it has no status even in a report that was sent.
    _set_public(entries.filter(status="", line__closed_at__isnull=False), states.KEPT)
    _set_public(missing.filter(Exists(said_before), line__status=states.KEPT), states.KEPT)
    overdue = Line.objects.filter(campaign=month.campaign_id, due_on__lt=month.due_on).values("pk")
    _set_public(missing.filter(line__in=overdue), states.OVERDUE)
    _set_public(missing, states.NOT_REPORTED)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE commitments_entry SET public = status WHERE public = '' AND status <> ''
               AND sheet_id IN (SELECT id FROM commitments_sheet WHERE month_id = %s AND cell <> '')""",
            [month.pk],
        )


def _set_public(entries, status: str) -> None:
    Entry.objects.filter(pk__in=entries.values("pk")).update(public=status)


def summary_of(month: Month) -> dict:
    """Counts of a month's sheets by cell and of its entries by frozen status.

    `direct` are the sheets that come to the style office itself, without the town schools'.
    """
    cells = Sheet.objects.filter(month=month).order_by().values_list("cell").annotate(n=Count("pk"))
    direct = cells.filter(receiver=None)
    lines = Entry.objects.filter(sheet__month=month).order_by().values_list("public").annotate(n=Count("pk"))
    stuck = Entry.objects.filter(sheet__month=month, choice="stuck").aggregate(n=Count("pk", filter=~Q(public="")))
    return {"sheets": dict(cells), "direct": dict(direct), "lines": dict(lines), "stuck": stuck["n"]}
