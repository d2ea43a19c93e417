"""The ground's front door for the worker."""

from datetime import date, datetime

from celery import shared_task
from django.utils import timezone

from portal.core import letters


@shared_task(name="core.deliver_letters")
def deliver_letters() -> int:
    """Hand every waiting letter to the mail server."""
    return letters.deliver_waiting(at=timezone.now())


def hand_over_letters(*, on: date, at: datetime) -> int:
    """The same, as a job of the timetable."""
    return letters.deliver_waiting(at=at)
