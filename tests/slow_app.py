"""The portal's Celery app, hurried or slowed down: `--app tests.slow_app` of the workers and beats that tests kill.

Two jobs of the timetable are on it: opening months and handing over letters. The environment says how they go:
FAULT_TICK seconds between two ticks; FAULT_DAY a file with the day that the clock tells; FAULT_PAUSE seconds between
two ranges of one unit each; FAULT_MAIL a file that letters are handed to, a line each, after FAULT_MAIL_PAUSE seconds.
FAULT_WITHOUT names the guard that is taken away for a control: requeue, claim, resume.
"""

import os
import time
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from portal import schedule
from portal.celery import app

__all__ = ["app"]
OPEN = "commitments.sweeps.dispatch.open_due"
TICK = timedelta(seconds=float(os.environ.get("FAULT_TICK", "60")))
PAUSE = float(os.environ.get("FAULT_PAUSE", "0"))
WITHOUT = os.environ.get("FAULT_WITHOUT", "")
MORNING = 10


class SlowMail(BaseEmailBackend):
    """A mail server that takes its time and writes down which letter it took."""

    def send_messages(self, messages) -> int:
        for message in messages:
            _note("took", message)
            time.sleep(float(os.environ.get("FAULT_MAIL_PAUSE", "0")))
            _note("sent", message)
        return len(messages)


def _note(word: str, message) -> None:
    with Path(os.environ["FAULT_MAIL"]).open("a") as book:
        book.write(f"{word} {message.extra_headers['Message-ID']}\n")


def run_on_the_told_day(job: schedule.Job, *, on: date, at: datetime) -> int:
    """In place of `Job.run`."""
    _change_the_sweeps()
    if told := os.environ.get("FAULT_DAY"):
        on = date.fromisoformat(Path(told).read_text().strip())
        at = timezone.make_aware(datetime(on.year, on.month, on.day, MORNING))
    return _run(job, on=on, at=at)


def _change_the_sweeps() -> None:
    """Once in each process; models exist only when a job runs."""
    from commitments.models import Month  # noqa: PLC0415 -- as said
    from commitments.sweeps import dispatch  # noqa: PLC0415 -- as said
    from portal.core import letters  # noqa: PLC0415 -- as said

    if PAUSE and dispatch.RANGE > 1:
        dispatch.RANGE, end_of_range, fill = 1, dispatch._end_of_range, dispatch.fill

        def slow(campaign: object, after: str) -> str | None:
            time.sleep(PAUSE)
            return end_of_range(campaign, after)

        def done_before_it_is(month: Month) -> int:
            Month.objects.filter(pk=month.pk).update(filled_at=timezone.now())
            return fill(month)

        dispatch._end_of_range = slow
        dispatch.fill = done_before_it_is if WITHOUT == "resume" else fill
    if WITHOUT == "claim":
        letters._deliver = _deliver_without_claim


def _deliver_without_claim(pk: int, _claim: object, at: datetime) -> bool:
    from portal.core import letters  # noqa: PLC0415 -- models exist only when a job runs

    letters._message(letters.Letter.objects.get(pk=pk)).send()
    letters.Letter.objects.filter(pk=pk).update(handed_at=at)
    return True


@app.task(name="tests.hand_over_only")
def hand_over_only(number: int) -> None:
    """What a portal would do that trusts its broker: the letter stands nowhere but in the message."""
    from django.core.mail import EmailMessage  # noqa: PLC0415 -- settings are complete only when a task runs

    EmailMessage("x", "x", to=["x@example.test"], headers={"Message-ID": f"<only-{number}>"}).send()


_run = schedule.Job.run


def _take_over() -> None:
    """Only in a process that a test of faults started: to import this module changes nothing."""
    schedule.Job.run = run_on_the_told_day
    schedule.JOBS = (
        schedule.Job("open months", "open months", TICK, OPEN),
        schedule.Job("deliver letters", "deliver letters", TICK, "portal.core.tasks.hand_over_letters"),
    )
    schedule.BY_NAME = {job.name: job for job in schedule.JOBS}
    if "FAULT_MAIL" in os.environ:
        settings.EMAIL_BACKEND = "tests.slow_app.SlowMail"
    if WITHOUT == "requeue":
        app.conf.task_reject_on_worker_lost = False


if "FAULT_APP" in os.environ:
    _take_over()
