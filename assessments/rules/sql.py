"""A rule as one statement, in the words of each database."""

import json
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from assessments.models import Criterion
from assessments.rules import RULES, with_defaults
from assessments.rules.form import Rule

WRITE = """
INSERT INTO assessments_mark (case_id, criterion_id, source, points, facts)
SELECT f.id, %(criterion)s, 'machine', f.points, f.facts
FROM ({selected}) f {there}
WHERE m.id IS NULL OR m.points {differs} f.points OR m.facts {differs} f.facts
ON CONFLICT (case_id, criterion_id, source) DO UPDATE SET points = excluded.points, facts = excluded.facts"""
READ = "WITH c AS ({subjects}) SELECT c.id, {points} AS points, {object}({told}) AS facts FROM c{joined}"
LOOKED_UP = " CROSS JOIN LATERAL (SELECT {columns} FROM {source} WHERE {match}) a"
GROUPED = """ JOIN (SELECT c.id, {columns} FROM c LEFT JOIN {source} ON {match} GROUP BY c.id) a ON a.id = c.id"""
BESIDE = {
    "postgresql": " CROSS JOIN LATERAL (SELECT {columns}) b",
    "sqlite": " JOIN (SELECT c.id, {columns} FROM c) b ON b.id = c.id",
}
THERE = "SELECT m.* FROM assessments_mark m WHERE m.case_id = f.id AND m.criterion_id + 0 = %(criterion)s"
"""The mark that is there. It is looked up by its case: nothing is known of a table that is just being filled, and by
its criterion a range would read the marks of all ranges before it, once for each case.
"""
POSTGRESQL = {
    "there": f"LEFT JOIN LATERAL ({THERE} AND m.source = 'machine' OFFSET 0) m ON true",
    "greatest": "greatest",
    "differs": "IS DISTINCT FROM",
    "object": "jsonb_build_object",
    "commit_until": "%(commit_until)s::date",
    "published_on": "(c.published_at AT TIME ZONE 'Asia/Shanghai')::date",
    "days_late": "greatest(0, (c.published_at AT TIME ZONE 'Asia/Shanghai')::date - %(commit_until)s::date)",
    "review_scores": """(SELECT u->>'code' AS code, (u->>'score')::numeric AS score FROM commitments_review r
        CROSS JOIN LATERAL jsonb_array_elements(r.result->'units') u WHERE r.campaign_id = %(campaign)s
        AND r.published_at IS NOT NULL AND NOT r.is_baseline AND u->>'score' IS NOT NULL)""",
}
SQLITE = {
    "there": """LEFT JOIN assessments_mark m
        ON m.case_id = f.id AND m.criterion_id + 0 = %(criterion)s AND m.source = 'machine'""",
    "greatest": "max",
    "differs": "IS NOT",
    "object": "json_object",
    "commit_until": "%(commit_until)s",
    "published_on": "date(c.published_at, '+8 hours')",
    "days_late": """max(0, CAST(julianday(date(c.published_at, '+8 hours')) - julianday(%(commit_until)s)
        AS INTEGER))""",
    "review_scores": """(SELECT json_extract(u.value, '$.code') AS code,
        CAST(json_extract(u.value, '$.score') AS REAL) AS score
        FROM commitments_review r, json_each(r.result, '$.units') u WHERE r.campaign_id = %(campaign)s
        AND r.published_at IS NOT NULL AND NOT r.is_baseline AND json_extract(u.value, '$.score') IS NOT NULL)""",
}


def reading(criterion: Criterion, subjects: str, facts: dict) -> tuple[str, dict]:
    """A statement that gives id, points and facts of each row of `subjects`, with its parameters."""
    bound = facts | _of(criterion)
    return _ready(_selected(RULES[criterion.rule], subjects, criterion), bound)


def writing(criterion: Criterion, subjects: str, facts: dict) -> tuple[str, dict]:
    """A statement that stores what is new or different among them."""
    bound = facts | _of(criterion) | {"criterion": criterion.pk}
    return _ready(_put(WRITE, selected=_selected(RULES[criterion.rule], subjects, criterion)), bound)


def read(row: tuple) -> tuple[UUID, Decimal | None, dict]:
    """A row of `reading` as Python's values, the same from both databases."""
    pk, points, facts = row
    pk = pk if isinstance(pk, UUID) else UUID(str(pk))
    points = None if points is None else Decimal(str(points))
    return pk, points, json.loads(facts) if isinstance(facts, str) else facts


def _of(criterion: Criterion) -> dict:
    figures = {name: Decimal(value) for name, value in with_defaults(RULES[criterion.rule], criterion.params).items()}
    kinds = {f"kind{place}": kind for place, kind in enumerate(criterion.kinds)}
    return {"worth": Decimal(criterion.points)} | figures | kinds


def _selected(rule: Rule, subjects: str, criterion: Criterion) -> str:
    """PostgreSQL looks up each case by an index; SQLite joins and groups."""
    named = ", ".join(f"%(kind{place})s" for place in range(len(criterion.kinds)))
    joined = ""
    if rule.counted:
        looked_up = connection.vendor == "postgresql" and not rule.together
        joined += _put(LOOKED_UP if looked_up else GROUPED, columns=_columns(rule.counted), source=rule.source,
                       match=rule.match)  # fmt: skip
    if rule.beside:
        joined += _put(BESIDE[connection.vendor], columns=_columns(rule.beside))
    told = ", ".join(f"'{name}', {'b' if name in rule.beside else 'a'}.\"{name}\"" for name in rule.facts)
    subjects = _put(subjects, kinds=f" AND kind_key IN ({named})" if named else "")
    return _put(READ, subjects=subjects, points=rule.points, told=told, joined=joined)


def _columns(named: dict[str, str]) -> str:
    return ", ".join(f'{sql} AS "{name}"' for name, sql in named.items())


def _put(text: str, **words: str) -> str:
    """The text with its `{names}` filled in; names that are not given stay for later."""
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text


def _ready(sql: str, bound: dict) -> tuple[str, dict]:
    """The statement for this database, with exactly the parameters it names."""
    sqlite = connection.vendor == "sqlite"
    sql = _put(sql, quarters_over=_quarters(bound["quarters"], "" if sqlite else "::date"))
    sql = _put(sql, **(SQLITE if sqlite else POSTGRESQL))
    named = {name: value for name, value in bound.items() if f"%({name})s" in sql}
    return sql, {name: _plain(value) for name, value in named.items()} if sqlite else named


def _quarters(many: int, cast: str) -> str:
    rows = [
        f"SELECT %(quarter{place})s AS code, %(latest{place})s{cast} AS latest, %(stays{place})s{cast} AS stays"
        for place in range(many)
    ]
    nothing = f"SELECT '' AS code, NULL{cast} AS latest, NULL{cast} AS stays WHERE 1 = 0"
    return f"({' UNION ALL '.join(rows) or nothing})"


def _plain(value):
    """What SQLite compares and counts with: it has neither days nor decimals of its own."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value
