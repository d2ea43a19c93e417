"""The whole timetable, in the order of a day. To add a job is to add a line.

Each job asks "what is due?", so it may run late, twice or in parallel, and a missed tick costs nothing. That is why
every job comes round often: the day on which something falls due stands in the data, never here. Letters go last,
after everything that writes some.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

OFTEN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Job:
    """`sweep` is the path of a function `(*, on: date, at: datetime) -> int` that returns how many things it did."""

    name: str
    label: str
    every: timedelta
    sweep: str

    def run(self, *, on: date, at: datetime) -> int:
        """Run it once for a day and remember how it went; raises `jobs.JobFailed`."""
        from portal.core import jobs  # noqa: PLC0415 -- beat reads the timetable before there are models

        return jobs.run(self.name, lambda: import_string(self.sweep)(on=on, at=at), at=at, every=self.every)


JOBS = (
    Job("print papers", _("Print papers"), OFTEN, "objectives.tasks.print_waiting"),
    Job("deliver letters", _("Deliver letters"), timedelta(seconds=20), "portal.core.tasks.hand_over_letters"),
)
BY_NAME = {job.name: job for job in JOBS}


def beat() -> dict[str, dict]:
    """The timetable as Celery's beat reads it. A tick that nobody took before the next one is due is dropped."""
    return {
        job.name: {
            "task": "portal.run_job",
            "args": [job.name],
            "schedule": job.every,
            "options": {"expires": job.every.total_seconds()},
        }
        for job in JOBS
    }
