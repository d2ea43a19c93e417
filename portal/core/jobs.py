"""Running one job of the timetable and remembering how it went.

A job asks "what is due?", does that, and returns how many things it did. So it may run late, twice or in parallel,
and a run that never took place costs nothing. What a job did stands in its own rows; here stands only its health.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import ngettext

from portal.core.models import Job

LONGEST_PROBLEM = Job._meta.get_field("problem").max_length
log = logging.getLogger(__name__)


class JobFailed(Exception):
    """A job failed. It is logged and, where the database answers, remembered: the caller need only count it."""

    def __init__(self, name: str, problem: str):
        self.name, self.problem = name, problem
        super().__init__(f"{name}: {problem}")


class Unfinished(Exception):
    """A job did what it could: `did` things are done, others could not be and are still due."""

    def __init__(self, did: int, problems: list[Exception]):
        self.did = did
        words = ngettext("%(n)d thing could not be done", "%(n)d things could not be done", len(problems))
        super().__init__(f"{words % {'n': len(problems)}}: {told(problems[0])}")


def run(name: str, work: Callable[[], int], *, at: datetime, every: timedelta = timedelta(0)) -> int:
    """Do the job's work and remember its start and its end, each in a transaction of its own; returns what it did.

    Call it outside of every transaction. Raises `JobFailed` when the work raises, whatever it raises. A run whose
    process dies stays remembered as started and not ended.
    """
    began = monotonic()
    try:
        _begin(name, at, every)
        did = work()
    except Exception as problem:
        log.exception("The job “%s” failed", name)
        _remember_failure(name, problem, at=_later(at, began))
        raise JobFailed(name, told(problem)) from problem
    _remember_success(name, did, at=_later(at, began))
    return did


def each(things: Iterable, act: Callable[..., object]) -> int:
    """Do `act(thing)` with one thing after the other; returns for how many it said that it did something.

    One that fails is logged and keeps no other waiting; at the end `Unfinished` tells how many failed, and why.
    """
    did, problems = 0, []
    for thing in things:
        try:
            did += bool(act(thing))
        except SoftTimeLimitExceeded:
            raise
        except Exception as problem:
            log.exception("%s could not be done", thing)
            problems.append(problem)
    if problems:
        raise Unfinished(did, problems)
    return did


def told(problem: BaseException) -> str:
    """A problem in one short line."""
    return f"{type(problem).__name__}: {' '.join(str(problem).split())}".removeprefix("Unfinished: ")


def _later(at: datetime, began: float) -> datetime:
    """`at` and the time gone by: whoever set the clock of this run set it for its end too."""
    return at + timedelta(seconds=monotonic() - began)


@transaction.atomic(durable=True)
def _begin(name: str, at: datetime, every: timedelta) -> None:
    due_every = int(every.total_seconds())
    Job.objects.get_or_create(name=name, defaults={"started_at": at})
    Job.objects.filter(name=name).update(started_at=at, due_every=due_every, runs=F("runs") + 1)


def _remember_success(name: str, did: int, *, at: datetime) -> None:
    Job.objects.filter(name=name).update(ended_at=at, ok_at=at, did=did, failures=0, problem="")


def _remember_failure(name: str, problem: Exception, *, at: datetime) -> None:
    """On a fresh connection if the work broke the old one. That this fails as well hides nothing: it is logged."""
    facts = {"did": getattr(problem, "did", 0), "problem": told(problem)[:LONGEST_PROBLEM]}
    try:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
        Job.objects.filter(name=name).update(ended_at=at, failures=F("failures") + 1, **facts)
    except Exception:
        log.exception("The failure of the job “%s” could not be remembered", name)
