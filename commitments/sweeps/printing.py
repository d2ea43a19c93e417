"""Official documents are printed before anybody has to wait for them."""

from datetime import date, datetime

from commitments import files
from commitments.models import OfficialDocument
from portal.core import jobs

MOST = 50


def print_waiting(*, on: date, at: datetime) -> int:
    """Print every frozen document that has no file yet; returns how many were printed now.

    One that cannot be printed keeps no other waiting; the job fails once all were tried.
    """
    waiting = list(OfficialDocument.objects.filter(files=None).order_by("frozen_at")[:MOST])
    return jobs.each(waiting, lambda document: files.printed(document, at=at))
