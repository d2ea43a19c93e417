"""The clock of the machine's scoring: when somebody asked, and once a day while the ledger still moves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import connection

from assessments import machine
from assessments.models import Assessment
from assessments.policies.standards import RESCORED
from portal.core import jobs
from portal.core.clock import local_day

SCORING = 7_421_018
"""Names this kind of lock among PostgreSQL's advisory locks."""


def score_waiting(*, on: date, at: datetime) -> int:
    """Score every open assessment that was asked for, or was not scored yet today; returns how many were scored."""
    return jobs.each(list(_waiting(on)), lambda assessment: _score_if_due(assessment.pk, on=on, at=at))


def score(assessment: Assessment, *, at: datetime) -> int:
    """Score it now; returns how many marks were new or changed."""
    return machine.score(assessment, at=at)


def _waiting(on: date) -> Iterator[Assessment]:
    for row in Assessment.objects.filter(phase__in=RESCORED).order_by("pk"):
        if machine.is_asked(row) or row.scored_at is None or local_day(row.scored_at) < on:
            yield row


def _score_if_due(pk: int, *, on: date, at: datetime) -> int:
    """Nothing where another worker is at it, or has done it since this one looked."""
    with _alone(pk) as mine:
        due = next((row for row in _waiting(on) if row.pk == pk), None) if mine else None
        return score(due, at=at) if due else 0


@contextmanager
def _alone(pk: int) -> Iterator[bool]:
    """Whether nobody else scores this assessment now. A long run holds no row, so that progress shows and acts go on;
    the lock is the connection's own and ends with it. On the embedded database one worker scores.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SCORING, pk])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [SCORING, pk])
