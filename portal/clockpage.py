"""What the portal does by itself and how that fares: every job, the letters that wait or failed, the record's head.

Read from the database alone. Whether the broker answers is not asked here: a broker that hangs would take this page
with it, and what counts is whether the jobs ran.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, Min, OuterRef
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from portal import schedule
from portal.core import asked, deeds, special_days
from portal.core.clock import local_day
from portal.core.models import Job, Letter
from portal.core.wording import moment
from units import managing
from units.frame import reader
from units.models import Tenure

FAILED_LETTERS = 50


@dataclass(frozen=True, slots=True)
class Health:
    """One job of the timetable and how it fares; `row` is None as long as it has never run."""

    label: str
    every: str
    row: Job | None
    is_overdue: bool

    @property
    def failed(self) -> bool:
        return bool(self.row and self.row.failures)

    @property
    def is_running(self) -> bool:
        """A run began of which no end is known: under way, or its process died."""
        return bool(self.row and (self.row.ended_at is None or self.row.started_at > self.row.ended_at))


@require_safe
@login_required
def clock(request):
    bureaus = managing.managed_bureaus(reader(request))
    if not bureaus:
        raise Http404
    jobs = health(at=request.now)
    failed, following = failed_letters(bureaus, before=asked.number(request.GET.get("before")))
    waiting = Letter.objects.waiting().aggregate(count=Count("pk"), since=Min("posted_at"))
    facts = {
        "sentence": sentence(jobs, waiting["count"]),
        "jobs": sorted(jobs, key=lambda job: not (job.is_overdue or job.failed)),
        "waiting": waiting,
        "failed_letters": failed,
        "following": following,
        "head": deeds.head()[0],
        "to_fill": special_days.year_to_fill(on=local_day(request.now)),
        "now": request.now,
    }
    return render(request, "work/clock.html", facts)


def health(*, at: datetime) -> list[Health]:
    """Every job of the timetable in its order: one query."""
    rows = {row.name: row for row in Job.objects.all()}
    found = [(job, rows.get(job.name)) for job in schedule.JOBS]
    return [Health(job.label, _every(job.every), row, row is None or row.is_overdue(at=at)) for job, row in found]


def failed_letters(bureaus: set[int], *, before: int | None = None) -> tuple[list[Letter], int | None]:
    """Letters that no mail server took, to people who hold or held a post in these bureaus; the newest first."""
    ours = Tenure.objects.filter(user=OuterRef("to"), post__unit__bureau__in=bureaus)
    rows = Letter.objects.failed().filter(Exists(ours)).select_related("to").order_by("-pk")
    page = list((rows.filter(pk__lt=before) if before else rows)[: FAILED_LETTERS + 1])
    return page[:FAILED_LETTERS], page[FAILED_LETTERS - 1].pk if len(page) > FAILED_LETTERS else None


def sentence(jobs: list[Health], waiting: int) -> str:
    """Everything ran. 3 letters are waiting. / Two jobs have not run since …"""
    overdue = [job for job in jobs if job.is_overdue]
    failed = [job for job in jobs if job.failed and not job.is_overdue]
    parts = []
    if overdue:
        parts.append(_overdue(overdue, len(jobs)))
    if failed:
        words = ngettext("%(n)d job failed when it last ran.", "%(n)d jobs failed when they last ran.", len(failed))
        parts.append(words % {"n": len(failed)})
    if not parts:
        parts.append(_("Everything ran."))
    if waiting:
        words = ngettext("%(n)d letter is waiting.", "%(n)d letters are waiting.", waiting) % {"n": waiting}
    else:
        words = _("No letter is waiting.")
    for part in reversed(parts):
        words = pgettext("two sentences", "%(one)s %(then)s") % {"one": part, "then": words}
    return words


def _overdue(jobs: list[Health], all_jobs: int) -> str:
    ended = [job.row.ended_at for job in jobs if job.row and job.row.ended_at]
    if not ended and len(jobs) == all_jobs:
        return _("No job has run yet: the worker or its clock is not running.")
    if not ended:
        words = ngettext("%(n)d job has never run.", "%(n)d jobs have never run.", len(jobs))
        return words % {"n": len(jobs)}
    words = ngettext("%(n)d job has not run since %(moment)s.", "%(n)d jobs have not run since %(moment)s.", len(jobs))
    return words % {"n": len(jobs), "moment": moment(min(ended))}


def _every(interval: timedelta) -> str:
    minutes, seconds = divmod(int(interval.total_seconds()), 60)
    if seconds or not minutes:
        count = minutes * 60 + seconds
        return ngettext("every second", "every %(n)d seconds", count) % {"n": count}
    if minutes % 60:
        return ngettext("every minute", "every %(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours % 24:
        return ngettext("every hour", "every %(n)d hours", hours) % {"n": hours}
    return ngettext("every day", "every %(n)d days", hours // 24) % {"n": hours // 24}
