"""The worker's door to the timetable: one task that runs any job by its name."""

import logging

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from portal.core.clock import local_day
from portal.core.jobs import JobFailed
from portal.schedule import BY_NAME, JOBS

log = logging.getLogger(__name__)


@shared_task(name="portal.run_job")
def run_job(name: str) -> int | None:
    """Run one job of the timetable now; returns how many things it did, None when it failed (which is remembered).

    A name that the timetable no longer holds is an old message: nothing is done.
    """
    job = BY_NAME.get(name)
    if job is None:
        log.warning("No job of the timetable is called “%s”", name)
        return None
    at = timezone.now()
    try:
        return job.run(on=local_day(at), at=at)
    except JobFailed:
        return None


@worker_ready.connect
def catch_up(**_: object) -> None:
    """A worker that starts asks every job at once: nobody waits for the next tick after a pause."""
    for job in JOBS:
        run_job.apply_async(args=[job.name], retry=False, expires=job.every.total_seconds())
