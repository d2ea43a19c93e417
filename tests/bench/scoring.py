"""Scoring a hundred thousand units on PostgreSQL, against one raw INSERT … SELECT of the same aggregates a criterion.

What is compared is the processor time of the database's own process, with all keys, indexes and checks of the real
tables. The raw statements give points alone: no reasons, no ranges, no second run.
"""

import statistics
import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tests.bench import surroundings, table
from tests.bench.months import _forget_peak, _peak, database_cpu

MANY, FEW, LINES, MONTHS = 100_000, 10_000, 10, 6
ON = datetime(2026, 11, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
RAW = {
    "completion": """SELECT k.id, %(criterion)s, 'machine', CASE WHEN count(*) FILTER (WHERE {counted}) > 0 THEN
        60.0 * sum(CASE WHEN l.verified_at IS NULL THEN 0 WHEN l.target IS NULL THEN (l.said = 'done')::int
            WHEN l.comparison = 'le' THEN least(1, l.target / nullif(l.actual, 0))
            ELSE least(1, l.actual / nullif(l.target, 0)) END) FILTER (WHERE {counted})
        / count(*) FILTER (WHERE {counted}) END, '{{}}'
        FROM assessments_case k JOIN commitments_line l ON l.publication_id = k.publication_id
        WHERE k.assessment_id = %(assessment)s GROUP BY k.id""",
    "reporting": """SELECT k.id, %(criterion)s, 'machine', greatest(0, 10 - count(*) FILTER (WHERE s.cell = 'late')
            - 2 * count(*) FILTER (WHERE s.cell = 'not_reported')), '{{}}'
        FROM assessments_case k JOIN commitments_sheet s ON s.publication_id = k.publication_id AND s.cell <> ''
        WHERE k.assessment_id = %(assessment)s GROUP BY k.id""",
    "visit": """SELECT k.id, %(criterion)s, 'machine', CASE WHEN count(v.id) > 0 THEN 4 ELSE 0 END, '{{}}'
        FROM assessments_case k LEFT JOIN objectives_visit v ON v.unit_id = k.unit_id AND v.state = 'done'
        WHERE k.assessment_id = %(assessment)s GROUP BY k.id""",
    "contacts": """SELECT k.id, %(criterion)s, 'machine', least(4, count(DISTINCT t.quarter)), '{{}}'
        FROM assessments_case k LEFT JOIN objectives_pairing g ON g.unit_id = k.unit_id
            LEFT JOIN objectives_contact t ON t.pairing_id = g.id
        WHERE k.assessment_id = %(assessment)s GROUP BY k.id""",
    "gaps": """SELECT k.id, %(criterion)s, 'machine', CASE WHEN count(g.gaps_filed_at) > 0 THEN 2 ELSE 0 END, '{{}}'
        FROM assessments_case k LEFT JOIN objectives_pairing g ON g.unit_id = k.unit_id
        WHERE k.assessment_id = %(assessment)s GROUP BY k.id""",
    "openness": """SELECT k.id, %(criterion)s, 'machine',
            greatest(0, 5 - greatest(0, p.published_at::date - %(until)s::date + 6) / 7), '{{}}'
        FROM assessments_case k JOIN commitments_publication p ON p.id = k.publication_id
        WHERE k.assessment_id = %(assessment)s""",
    "rectification": """SELECT k.id, %(criterion)s, 'machine', greatest(0, 5 - count(r.overdue_at)), '{{}}'
        FROM assessments_case k LEFT JOIN commitments_rectification r ON r.unit_id = k.unit_id
        WHERE k.assessment_id = %(assessment)s GROUP BY k.id""",
    "review": """SELECT k.id, %(criterion)s, 'machine', NULL, '{{}}' FROM assessments_case k
        WHERE k.assessment_id = %(assessment)s""",
}
INSERT = "INSERT INTO assessments_mark (case_id, criterion_id, source, points, facts) "
COUNTED = "l.withdrawn_at IS NULL AND NOT l.done_before"
SHEETS = """INSERT INTO commitments_sheet (id, month_id, publication_id, unit_id, "order", lines, state, version,
    receipt, return_reason, days_late, after_freeze, cell)
    SELECT gen_random_uuid(), %(month)s, p.id, p.unit_id, p."order", %(lines)s, 'open', 1, '', '', 0, false,
        CASE WHEN random() < 0.1 THEN 'late' WHEN random() < 0.05 THEN 'not_reported' ELSE 'on_time' END
    FROM commitments_publication p WHERE p.campaign_id = %(campaign)s"""
KEPT = """UPDATE commitments_line SET actual = target * (0.4 + random()),
    verified_at = CASE WHEN position %% 5 > 0 THEN now() END,
    verified_by_id = CASE WHEN position %% 5 > 0 THEN %(user)s END,
    verified_post_id = CASE WHEN position %% 5 > 0 THEN %(post)s END
    WHERE campaign_id = %(campaign)s"""


def rows() -> list[table.Row]:
    with surroundings.throw_away(postgres=True):
        surroundings.start_django()
        few = _world(FEW)
        peaks = [_measured(few)["peak"]]  # and warms what both sides read
        many = _more(few)
        found = [_measured(many) for _round in range(3)][1:]  # the first reads cold pages on one side alone
        totals = [_totalled(many) for _round in range(2)]
    return list(_compared(found, totals, peaks))


def _compared(found: list[dict], totals: list[float], peaks: list[float]):
    middle = {name: statistics.median(each[name] for each in found) for name in found[0]}
    note = f"{middle['wall']:.0f} s, {middle['scoring'] / MANY * 1e6:.0f} µs a unit, eight criteria with their reasons"
    against = table.median_ratio([each["scoring"] for each in found], [each["raw"] for each in found])
    yield table.at_most(
        f"scoring {MANY:,} units × {LINES} promises, against raw INSERT … SELECT", against, 2.0, "×", note
    )
    again = table.median_ratio([each["again"] for each in found], [each["raw"] for each in found])
    yield table.at_most("… scored again, nothing changed", again, 1.5, "×", f"{middle['again']:.1f} s")
    grown = max(each["peak"] for each in found) / max(peaks)
    yield table.at_most(f"… peak memory, against {FEW:,} units", grown, 1.2, "×", f"{middle['peak']:.0f} MiB")
    yield table.at_most(
        "totals, grades, caps and places of all of them", statistics.median(totals), 60, "s",
        "processor time of the database; two statements",
    )  # fmt: skip


def _world(units: int):
    """Units with a year behind them: ten promises, six frozen months; an assessment with the default standard."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up in rows()
    from django.utils import timezone  # noqa: PLC0415 -- as above

    from assessments import default_standard  # noqa: PLC0415 -- as above
    from assessments.models import Assessment, Criterion, Standard  # noqa: PLC0415 -- as above
    from commitments.models import Month  # noqa: PLC0415 -- as above
    from objectives.models import Stage  # noqa: PLC0415 -- as above
    from tests import ledgers, multitude  # noqa: PLC0415 -- as above

    story = ledgers.kept("municipal_school", objectives=LINES)
    campaign = story.campaign
    campaign.starts_on, campaign.ends_on = date(2026, 2, 1), date(2026, 12, 31)
    campaign.save()
    Stage.objects.create(campaign=campaign, position=8, key="commit", name_zh="承诺", name_en="Commit",
                         from_on=date(2026, 3, 1), to_on=date(2026, 3, 31))  # fmt: skip
    standard = Standard.objects.create(campaign=campaign, version=1, made_at=timezone.now(),
                                       **default_standard.settings())  # fmt: skip
    Criterion.objects.bulk_create(Criterion(standard=standard, **row) for row in default_standard.criteria())
    day = date(2026, 11, 1)
    story.assessment = Assessment.objects.create(campaign=campaign, standard=standard, self_due_on=day,
                                                 inspect_from_on=day, inspect_to_on=day)  # fmt: skip
    story.months = [
        Month.objects.create(campaign=campaign, code=f"2026-{month:02d}", opens_on=day, due_on=day, freezes_on=day,
                             head_from=day, opened_at=ON, filled_at=ON, frozen_at=ON).pk
        for month in range(4, 4 + MONTHS)
    ]  # fmt: skip
    multitude.copy(story, "municipal_school", units - 1, promises=False)
    _filled(connection, story)
    return story


def _more(story):
    from django.db import connection  # noqa: PLC0415 -- Django is set up in rows()

    from tests import multitude  # noqa: PLC0415 -- as above

    multitude.copy(story, "municipal_school", MANY - FEW, after=FEW - 1, promises=False)
    _filled(connection, story)
    return story


def _filled(connection, story) -> None:
    """Sheets, kept promises, cases: what the year left behind."""
    from assessments.actions import assessing  # noqa: PLC0415 -- Django is set up in rows()

    head = story.people["municipal_school_head"]
    facts = {"campaign": story.campaign.pk, "lines": LINES, "user": head.pk, "post": head.tenures.get().post_id}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE commitments_sheet CASCADE")
        for month in story.months:
            cursor.execute(SHEETS, facts | {"month": month})
        cursor.execute(KEPT, facts)
        cursor.execute("SET session_replication_role = DEFAULT")
        assessing._make_cases(story.assessment, on=date(2026, 11, 20))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _measured(story) -> dict[str, float]:
    """Score, score again, and write the same points by one plain statement a criterion."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up in rows()

    from assessments import machine  # noqa: PLC0415 -- as above

    keys = dict(story.assessment.standard.criteria.values_list("key", "pk"))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE assessments_mark")
        _forget_peak()
        began = time.perf_counter()
        scoring = database_cpu(cursor, lambda: machine.score(story.assessment, at=ON))
        wall, peak = time.perf_counter() - began, _peak()
        cursor.execute("ANALYZE assessments_mark")
        again = database_cpu(cursor, lambda: machine.score(story.assessment, at=ON))
        cursor.execute("TRUNCATE assessments_mark")
        facts = {"assessment": story.assessment.pk, "until": date(2026, 3, 31)}
        raw = database_cpu(cursor, lambda: [
            cursor.execute(INSERT + sql.format(counted=COUNTED), facts | {"criterion": keys[key]})
            for key, sql in RAW.items()
        ])  # fmt: skip
    return {"scoring": scoring, "again": again, "raw": raw, "wall": wall, "peak": peak}


def _totalled(story) -> float:
    from django.db import connection  # noqa: PLC0415 -- Django is set up in rows()

    from assessments import totalling  # noqa: PLC0415 -- as above

    with connection.cursor() as cursor:
        return database_cpu(cursor, lambda: totalling.put_together(story.assessment))


if __name__ == "__main__":
    table.deliver(rows())
