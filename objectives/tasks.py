"""The worker's door: papers are printed before anybody has to wait for them."""

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from objectives import queries
from objectives.actions import acting
from objectives.models import Paper, Revision

MOST = 50
log = logging.getLogger(__name__)


@shared_task(name="objectives.print_waiting")
def print_waiting() -> int:
    """Print every frozen text under way that has no document yet; returns how many were printed now."""
    waiting = list(queries.unprinted().values_list("pk", flat=True)[:MOST])
    return sum(_print(pk) for pk in waiting)


def _print(pk) -> bool:
    """One document under its paper's lock; whoever comes second finds it printed."""
    try:
        with transaction.atomic():
            revision = Revision.objects.get(pk=pk)
            Paper.objects.locked(revision.paper_id)
            if revision.documents.exists():
                return False
            acting.newest_document(revision, timezone.now())
            return True
    except Exception:  # one text that cannot be printed must not keep the others waiting
        log.exception("The document %s could not be printed", pk)
        return False
