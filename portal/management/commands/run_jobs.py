"""`manage.py run_jobs [--on DATE]`."""

from datetime import date, datetime, time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal import schedule
from portal.core.clock import is_demo, local_day
from portal.core.jobs import JobFailed

EVENING = time(18)


class Command(BaseCommand):
    help = "Run every job of the timetable once, in its order. A second run finds nothing due. Non-zero if one failed."

    def add_arguments(self, parser):
        parser.add_argument("--on", metavar="DATE", help="the day whose work is done (2026-05-31); default: today")

    def handle(self, *args, on=None, **options):
        now = timezone.now()
        day = _day(on, today=local_day(now))
        moment(day, now=now)  # a day that cannot be is refused before anything is done
        done, failed = 0, []
        for job in schedule.JOBS:
            try:
                did = job.run(on=day, at=moment(day, now=timezone.now()))
            except JobFailed as told:
                failed.append(job)
                self.stderr.write(_("%(job)s: failed. %(problem)s") % {"job": job.label, "problem": told.problem})
            else:
                done += did
                self.stdout.write(_("%(job)s: %(outcome)s") % {"job": job.label, "outcome": _did(did)})
        if failed:
            words = ngettext("%(n)d job failed; the others ran.", "%(n)d jobs failed; the others ran.", len(failed))
            raise CommandError(words % {"n": len(failed)}, returncode=1)
        if not done:
            self.stdout.write(_("Nothing was due."))


def moment(day: date, *, now: datetime) -> datetime:
    """The moment at which a day's work is done: now, for acts are never back-dated; in a demonstration that evening.

    Raises `CommandError` for a day that has not come yet, unless the database is a demonstration.
    """
    today = local_day(now)
    if day == today:
        return now
    if is_demo():
        return timezone.make_aware(datetime.combine(day, EVENING))
    if day > today:
        words = _("%(day)s has not come yet. Only a demonstration runs ahead of its time.")
        raise CommandError(words % {"day": day})
    return now


def _day(text: str | None, *, today: date) -> date:
    if text is None:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError:
        words = _("“%(text)s” is no date. Write year, month and day like this: %(today)s.")
        raise CommandError(words % {"text": text, "today": today}) from None


def _did(count: int) -> str:
    if not count:
        return _("nothing was due.")
    return ngettext("%(n)d thing done.", "%(n)d things done.", count) % {"n": count}
