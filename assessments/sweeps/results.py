"""Notices are printed and stamped by the clock, so that nobody waits for a thousand of them."""

from datetime import date, datetime

from commitments.actions import documents
from commitments.models import DocumentKind, OfficialDocument
from portal.core import jobs
from portal.core.errors import Refused

MOST = 50


def stamp_waiting(*, on: date, at: datetime) -> int:
    """Stamp every notice of a result that bears no mark yet; returns how many were stamped now."""
    rows = OfficialDocument.objects.filter(kind=DocumentKind.NOTICE, needs_signature=False)
    waiting = list(rows.exclude(files__signed=1).order_by("frozen_at", "number")[:MOST])
    return jobs.each(waiting, lambda document: _stamp(document, at))


def _stamp(document: OfficialDocument, at: datetime) -> bool:
    """Whether this one was stamped here; whoever came first has done it."""
    try:
        documents.stamp(document, at=at)
    except Refused:
        return False
    return True
