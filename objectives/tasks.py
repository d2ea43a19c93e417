"""The worker's door: papers are printed before anybody has to wait for them."""

from datetime import date, datetime

from django.db import transaction

from objectives import queries
from objectives.actions import acting
from objectives.models import Paper, Revision
from portal.core import jobs

MOST = 50


def print_waiting(*, on: date, at: datetime) -> int:
    """Print every frozen text under way that has no document yet; returns how many were printed now.

    One text that cannot be printed keeps no other waiting; the job fails once all were tried.
    """
    waiting = list(queries.unprinted().values_list("pk", flat=True)[:MOST])
    return jobs.each(waiting, lambda pk: _print(pk, at))


@transaction.atomic
def _print(pk, at: datetime) -> bool:
    """One document under its paper's lock; whoever comes second finds it printed."""
    revision = Revision.objects.get(pk=pk)
    Paper.objects.locked(revision.paper_id)
    if revision.documents.exists():
        return False
    acting.newest_document(revision, at)
    return True
