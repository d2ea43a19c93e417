"""Opening a month for a hundred thousand units on PostgreSQL, against one raw INSERT … SELECT of the same rows.

Opening writes no history: sheets and entries have none, their past is the record of deeds. What is compared is the
processor time of the database's own process, with all keys, indexes and checks of the real tables.
"""

import statistics
import time
from datetime import timedelta
from pathlib import Path

from tests.bench import surroundings, table

FEW, MANY, LINES = 10_000, 100_000, 10
ROUNDS_OF_FEW, ROUNDS_OF_MANY = 3, 1
"""Processor time of one process hardly differs from round to round, and a round of many takes a minute."""
TABLES = ("commitments_sheet", "commitments_entry")
RAW = (
    """INSERT INTO commitments_sheet (id, month_id, publication_id, unit_id, "order", lines, state, version, receipt,
       return_reason, days_late, after_freeze, cell)
       SELECT gen_random_uuid(), %(month)s, p.id, p.unit_id, p."order", %(lines)s, 'open', 1, '', '', 0, false, ''
       FROM commitments_publication p WHERE p.campaign_id = %(campaign)s""",
    """INSERT INTO commitments_entry (sheet_id, line_id, choice, "before", said_before, said, word, problem, request,
       why, status, public)
       SELECT s.id, l.id, '', l.actual, l.said, '', '', '', '', '', '', ''
       FROM commitments_sheet s JOIN commitments_line l ON l.publication_id = s.publication_id
       WHERE s.month_id = %(month)s""",
)
"""What somebody would type who needs neither ranges nor a second run: nobody is left out, no line is closed."""


def rows() -> list[table.Row]:
    with surroundings.throw_away(postgres=True):
        surroundings.start_django()
        from tests import ledgers, multitude  # noqa: PLC0415 -- models exist only from here on

        story = ledgers.kept("municipal_school", objectives=LINES)
        multitude.copy(story, "municipal_school", FEW - 1, promises=False)
        month = _month(story)
        few = [_measured(month) for _round in range(ROUNDS_OF_FEW)]
        multitude.copy(story, "municipal_school", MANY - FEW, after=FEW - 1, promises=False)
        many = [_measured(month) for _round in range(ROUNDS_OF_MANY)]
    return list(_compared(few, many))


def _compared(few: list[dict], many: list[dict]):
    middle = {name: statistics.median(each[name] for each in many) for name in many[0]}
    small = statistics.median(each["opening"] for each in few)
    note = f"{middle['wall']:.0f} s, {middle['opening'] / MANY * 1e6:.0f} µs a unit; no history is written"
    against = table.median_ratio([each["opening"] for each in many], [each["raw"] for each in many])
    again = table.median_ratio([each["again"] for each in many], [each["raw"] for each in many])
    yield table.at_most(
        f"opening a month, {MANY:,} units × {LINES}, against raw INSERT … SELECT", against, 1.3, "×", note
    )
    yield table.at_most("… filled again, nothing to do", again, 0.25, "×", f"{middle['again']:.1f} s")
    raw = middle["raw"] / statistics.median(each["raw"] for each in few)
    yield table.at_most(
        f"… a unit among {MANY:,}, against among {FEW:,}", middle["opening"] / small / raw, 1.2, "×",
        f"raw SQL itself takes {raw / (MANY / FEW):.2f}× as long a unit in tables so large",
    )  # fmt: skip
    grown = max(each["peak"] for each in many) / max(each["peak"] for each in few)
    yield table.at_most(f"… peak memory, against {FEW:,} units", grown, 1.2, "×", f"{middle['peak']:.0f} MiB")


def _month(story):
    """The first month, open but with nobody in it yet."""
    from unittest import mock  # noqa: PLC0415 -- only for this moment

    from commitments.sweeps import dispatch  # noqa: PLC0415 -- Django is set up in rows()
    from tests import months  # noqa: PLC0415 -- as above

    with mock.patch.object(dispatch, "fill"):
        return months.open_months(story, story.first + timedelta(days=22))[0]


def _measured(month) -> dict[str, float]:
    """Fill the month, fill it again, and write the same rows by one plain statement a table."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up in rows()

    from commitments.sweeps import dispatch  # noqa: PLC0415 -- as above

    with connection.cursor() as cursor:
        _empty(cursor)
        _forget_peak()
        began = time.perf_counter()
        opening = database_cpu(cursor, lambda: dispatch.fill(month))
        wall, peak = time.perf_counter() - began, _peak()
        again = database_cpu(cursor, lambda: dispatch.fill(month))
        _empty(cursor)
        facts = {"month": month.pk, "campaign": month.campaign_id, "lines": LINES}
        raw = database_cpu(cursor, lambda: [cursor.execute(sql, facts) for sql in RAW])
    return {"opening": opening, "again": again, "raw": raw, "wall": wall, "peak": peak}


def _empty(cursor) -> None:
    cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    cursor.execute("CHECKPOINT")


def database_cpu(cursor, act) -> float:
    """Seconds of processor time of the process that serves this connection."""
    cursor.execute("SELECT pg_backend_pid()")
    schedule = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    before = int(schedule.read_text().split()[0])
    act()
    return (int(schedule.read_text().split()[0]) - before) / 1e9


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    """The most memory that this process has held since, in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    table.deliver(rows())
