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
NOW_AND_THEN = timedelta(minutes=5)
SELDOM = timedelta(minutes=15)


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


KEEPING = "commitments.sweeps"
JUDGING = "assessments.sweeps"
JOBS = (
    Job("open months", _("Open months"), NOW_AND_THEN, f"{KEEPING}.dispatch.open_due"),
    Job("set lights", _("Set the lights that the day decides"), NOW_AND_THEN, f"{KEEPING}.lights.refresh"),
    Job("freeze months", _("Freeze months"), NOW_AND_THEN, f"{KEEPING}.dispatch.freeze_due"),
    Job("show months", _("Show frozen months to the public"), NOW_AND_THEN, f"{KEEPING}.lights.refresh"),
    Job("draft bulletins", _("Draft bulletins"), SELDOM, f"{KEEPING}.bulletins.draft_due"),
    Job("open reviews", _("Open reviews"), SELDOM, f"{KEEPING}.reviews.open_due"),
    Job("close reviews", _("Close reviews"), SELDOM, f"{KEEPING}.reviews.close_due"),
    Job("escalate orders", _("Escalate overdue orders"), SELDOM, f"{KEEPING}.rectifications.overdue_due"),
    Job("remind of orders", _("Remind of orders that fall due"), SELDOM, f"{KEEPING}.rectifications.remind"),
    Job("score assessments", _("Score assessments"), OFTEN, f"{JUDGING}.scoring.score_waiting"),
    Job("remind of self-assessments", _("Remind of self-assessments"), SELDOM, f"{JUDGING}.selfchecks.remind_due"),
    Job("close inspections", _("Close the round of inspections"), SELDOM, "assessments.sweeps.inspections.close_due"),
    Job("remind of reports", _("Remind of reports"), NOW_AND_THEN, f"{KEEPING}.reminders.remind_due"),
    Job("remind of contacts", _("Remind of contacts with benchmarks"), SELDOM, "objectives.sweeps.contacts.remind_due"),
    Job("print papers", _("Print papers"), OFTEN, "objectives.tasks.print_waiting"),
    Job("stamp notices", _("Stamp notices of results"), OFTEN, "assessments.sweeps.results.stamp_waiting"),
    Job("print documents", _("Print official documents"), OFTEN, f"{KEEPING}.printing.print_waiting"),
    Job("make archives", _("Make closing archives"), OFTEN, "assessments.sweeps.archives.make_waiting"),
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
