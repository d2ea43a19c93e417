"""Totals, grades and places of all cases of an assessment at once: `assessments.scoring` in two statements.

Counted in whole ten-thousandths of a point, so that no database rounds before the end: both give what the pure
functions give, to the last cent. A test holds them against each other.
"""

from decimal import Decimal

from django.db import connection

from assessments import scoring
from assessments.models import Assessment

SUMS = """
UPDATE assessments_case SET
    machine = CASE WHEN t.machine_of > 0 THEN (200 * t.machine + t.machine_of) / (2 * t.machine_of) / 100.0 END,
    inspected = CASE WHEN t.inspected_of > 0 THEN
        (200 * t.inspected + t.inspected_of) / (2 * t.inspected_of) / 100.0 END,
    review = CASE WHEN t.review_of > 0 THEN (200 * t.review + t.review_of) / (2 * t.review_of) / 100.0 END,
    self_total = CASE WHEN t.self_of > 0 THEN (200 * t.self + t.self_of) / (2 * t.self_of) / 100.0 END,
    bonus = t.added / 100.0,
    total = CASE WHEN t.worth > 0 THEN
        {least}(%(most)s, {greatest}(0, (200 * t.points + t.worth) / (2 * t.worth) + t.added)) / 100.0 END
FROM (
    SELECT k.id, {whole_sums},
        {least}(CAST(coalesce(a.bonus, 0) AS bigint), %(bonus_most)s)
            - CAST(coalesce(a.deduction, 0) AS bigint) AS added
    FROM assessments_case k LEFT JOIN ({counted}) c ON c.case_id = k.id LEFT JOIN ({said}) s ON s.case_id = k.id
        LEFT JOIN ({adjusted}) a ON a.case_id = k.id
    WHERE k.assessment_id = %(assessment)s
) t WHERE t.id = assessments_case.id"""
WHOLE_SUMS = ", ".join(
    f"CAST(coalesce({table}.{column}, 0) AS bigint) AS {name}"
    for table, column, name in (
        ("c", "points", "points"), ("c", "worth", "worth"), ("c", "machine", "machine"),
        ("c", "machine_of", "machine_of"), ("c", "inspected", "inspected"), ("c", "inspected_of", "inspected_of"),
        ("c", "review", "review"), ("c", "review_of", "review_of"), ("s", "points", "self"), ("s", "worth", "self_of"),
    )
)  # fmt: skip
"""Sums of whole numbers are no whole numbers on PostgreSQL, and would be divided as what they are."""
COUNTED = """
    SELECT q.case_id,
        sum(q.points) AS points, sum(CASE WHEN q.points IS NOT NULL THEN q.worth END) AS worth,
        sum(q.machine) AS machine, sum(CASE WHEN q.machine IS NOT NULL THEN q.worth END) AS machine_of,
        sum(q.inspected) AS inspected, sum(CASE WHEN q.inspected IS NOT NULL THEN q.worth END) AS inspected_of,
        sum(CASE WHEN q.rule = 'review' THEN q.machine END) AS review,
        sum(CASE WHEN q.rule = 'review' AND q.machine IS NOT NULL THEN q.worth END) AS review_of
    FROM (
        SELECT m.case_id, x.rule, {worth} AS worth,
            max(CASE WHEN m.source = 'machine' THEN {points} END) AS machine,
            max(CASE WHEN m.source = 'inspected' THEN {points} END) AS inspected,
            CASE WHEN max(CASE WHEN m.source = 'rechecked' THEN 1 END) = 1
                    THEN max(CASE WHEN m.source = 'rechecked' THEN {points} END)
                WHEN max(CASE WHEN m.source = 'inspected' THEN 1 END) = 1
                    THEN max(CASE WHEN m.source = 'inspected' THEN {points} END)
                ELSE max(CASE WHEN m.source = 'machine' THEN {points} END) END AS points
        FROM assessments_mark m JOIN assessments_criterion x ON x.id = m.criterion_id
            JOIN assessments_case k ON k.id = m.case_id
        WHERE k.assessment_id = %(assessment)s AND NOT x.is_veto
        GROUP BY m.case_id, x.id, x.rule, x.points
    ) q GROUP BY q.case_id"""
"""Of each criterion the last of machine, inspected, rechecked counts, even if it says “does not apply”."""
SAID = """
    SELECT z.case_id, sum({points}) AS points, sum({worth}) AS worth
    FROM assessments_selfmark m JOIN assessments_selfassessment z ON z.id = m.self_assessment_id
        JOIN assessments_criterion x ON x.id = m.criterion_id JOIN assessments_case k ON k.id = z.case_id
    WHERE k.assessment_id = %(assessment)s AND z.sent_at IS NOT NULL AND m.points IS NOT NULL AND NOT x.is_veto
    GROUP BY z.case_id"""
ADJUSTED = """
    SELECT j.case_id, sum(CASE WHEN j.kind = 'bonus' THEN {cents} ELSE 0 END) AS bonus,
        sum(CASE WHEN j.kind = 'deduction' THEN {cents} ELSE 0 END) AS deduction
    FROM assessments_adjustment j JOIN assessments_case k ON k.id = j.case_id
    WHERE k.assessment_id = %(assessment)s AND j.taken_back_at IS NULL GROUP BY j.case_id"""
WHOLE = {
    "points": "CAST(round(m.points * 10000) AS bigint)",
    "worth": "CAST(round(x.points * 100) AS bigint)",
    "cents": "CAST(round(j.points * 100) AS bigint)",
}
GRADES = """
UPDATE assessments_case SET
    grade_by_total = t.by_total,
    grade = CASE WHEN t.total IS NULL THEN '' WHEN t.vetoed = 1 THEN %(lowest)s
        WHEN t.at_best = 1 AND t.above > t.room THEN %(below)s ELSE t.by_total END,
    why_grade = CASE WHEN t.total IS NULL THEN ''
        WHEN t.vetoed = 1 THEN CASE WHEN t.by_total <> %(lowest)s THEN 'veto' ELSE '' END
        WHEN t.at_best = 1 AND t.above > t.room THEN 'cap' ELSE '' END,
    rank = CASE WHEN t.total IS NOT NULL AND t.vetoed = 0 THEN t.place END
FROM (
    SELECT g.*,
        {greatest}(%(least)s, count(*) OVER (PARTITION BY g.kind_key) * %(share)s / 10000) AS room,
        count(*) OVER (PARTITION BY g.kind_key, g.at_best ORDER BY g.total DESC) AS above,
        rank() OVER (PARTITION BY g.kind_key, g.vetoed, g.total IS NULL ORDER BY g.total DESC) AS place
    FROM (
        SELECT f.*, CASE WHEN f.by_total = %(best)s AND f.vetoed = 0 THEN 1 ELSE 0 END AS at_best
        FROM (
            SELECT k.id, k.kind_key, k.total,
                CASE WHEN k.total IS NULL THEN '' {thresholds} ELSE %(lowest)s END AS by_total,
                CASE WHEN EXISTS (SELECT 1 FROM assessments_adjustment j WHERE j.case_id = k.id AND j.kind = 'veto'
                    AND j.confirmed_at IS NOT NULL AND j.taken_back_at IS NULL) THEN 1 ELSE 0 END AS vetoed
            FROM assessments_case k WHERE k.assessment_id = %(assessment)s
        ) f
    ) g
) t WHERE t.id = assessments_case.id"""


def put_together(assessment: Assessment) -> None:
    """Compute machine, inspected, self_total, review, bonus, total, grades and rank of every case, in the caller's
    transaction. The same marks and adjustments give the same again.
    """
    standard = assessment.standard
    grades, most = standard.grades, Decimal(standard.bonus_most)
    facts = {
        "assessment": assessment.pk, "bonus_most": _cents(most), "most": _cents(scoring.FULL + most),
        "best": grades[0]["key"], "below": grades[min(1, len(grades) - 1)]["key"], "lowest": grades[-1]["key"],
        "share": _cents(standard.top_share), "least": standard.top_least,
    }  # fmt: skip
    for place, row in enumerate(grades):
        facts |= {f"key{place}": row["key"], f"at_least{place}": Decimal(str(row["at_least"]))}
    thresholds = "".join(f" WHEN k.total >= %(at_least{n})s THEN %(key{n})s" for n in range(len(grades)))
    parts = {"whole_sums": WHOLE_SUMS, "counted": COUNTED, "said": SAID, "adjusted": ADJUSTED}
    with connection.cursor() as cursor:
        for statement in (_put(SUMS, parts), _put(GRADES, {"thresholds": thresholds})):
            cursor.execute(*_ready(statement, facts))


def _cents(value) -> int:
    return int(Decimal(value) * 100)


def _ready(statement: str, facts: dict) -> tuple[str, dict]:
    """The statement in this database's words, with exactly the parameters it names."""
    sqlite = connection.vendor == "sqlite"
    words = WHOLE | {"least": "min" if sqlite else "least", "greatest": "max" if sqlite else "greatest"}
    statement = _put(statement, words)
    found = {name: value for name, value in facts.items() if f"%({name})s" in statement}
    return statement, {name: float(value) if sqlite and isinstance(value, Decimal) else value
                       for name, value in found.items()}  # fmt: skip


def _put(text: str, words: dict[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text
