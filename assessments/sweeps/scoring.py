"""The clock of the machine's scoring: when somebody asked, and once a day while the ledger still moves."""

from datetime import date, datetime

from assessments import machine
from assessments.models import Assessment
from assessments.policies.standards import RESCORED
from portal.core import jobs
from portal.core.clock import local_day


def score_waiting(*, on: date, at: datetime) -> int:
    """Score every open assessment that was asked for, or was not scored yet today; returns how many were scored."""
    rows = Assessment.objects.filter(phase__in=RESCORED).order_by("pk")
    waiting = [row for row in rows if machine.is_asked(row) or row.scored_at is None or local_day(row.scored_at) < on]
    return jobs.each(waiting, lambda assessment: score(assessment, at=at))


def score(assessment: Assessment, *, at: datetime) -> int:
    """Score it now; returns how many marks were new or changed."""
    return machine.score(assessment, at=at)
