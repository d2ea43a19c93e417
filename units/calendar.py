"""What people do to the workday calendar: the days that are worked or free against the week.

All bureaus of the portal share it. Every change is a deed in the bureau of the person who made it.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.core import special_days
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.models import SpecialDay
from portal.core.verdicts import require
from portal.core.wording import day as said_day
from portal.core.workdays import SATURDAY
from units import managing
from units.models import Post
from units.policies import standing

FIRST_YEAR, LAST_YEAR = 2000, 2100


@transaction.atomic
def add_day(on: date, *, is_workday: bool, name_zh: str, name_en: str = "", by, at: datetime) -> SpecialDay:
    """Keep a day that is free though the week works, or worked though the week rests."""
    post = _post(by, at)
    _require_year(on.year)
    try:
        with transaction.atomic():
            day = SpecialDay.objects.create(on=on, is_workday=is_workday, name_zh=name_zh, name_en=name_en)
    except IntegrityError:
        words = _("%(day)s is in the calendar already: change it there.")
        raise Refused(words % {"day": said_day(on)}) from None
    _record(day, post, by=by, at=at, did="added", is_workday=is_workday)
    return day


@transaction.atomic
def change_day(on: date, *, is_workday: bool, name_zh: str, name_en: str = "", by, at: datetime) -> SpecialDay:
    """Correct a day; the same facts again change nothing and leave no deed."""
    post, day = _post(by, at), _locked(on)
    was = day.is_workday
    if (was, day.name_zh, day.name_en) == (is_workday, name_zh, name_en):
        return day
    day.is_workday, day.name_zh, day.name_en = is_workday, name_zh, name_en
    day.save(update_fields=["is_workday", "name_zh", "name_en"])
    _record(day, post, by=by, at=at, did="changed", is_workday=is_workday, was_workday=was)
    return day


@transaction.atomic
def remove_day(on: date, *, by, at: datetime) -> None:
    """Let a day follow the week again."""
    post, day = _post(by, at), _locked(on)
    _record(day, post, by=by, at=at, did="removed", was_workday=day.is_workday)
    day.delete()


@transaction.atomic
def take_shipped(year: int, *, by, at: datetime) -> int:
    """Bring in the days that ship with the portal for a year of which none is kept; returns how many."""
    post = _post(by, at)
    try:
        with transaction.atomic():
            count = special_days.load_missing(year=year)
    except IntegrityError:
        count = 0
    if not count:
        raise Refused(_("There is nothing to bring in for %(year)s.") % {"year": year})
    first = SpecialDay.objects.filter(on__gte=date(year, 1, 1)).first()
    facts = {"year": year, "days": count}
    record("calendar.filled", about=first, by=by, at=at, bureau=post.unit.bureau.code, post=post.title_zh, **facts)
    return count


def changes_nothing(on: date, *, is_workday: bool) -> bool:
    """Whether the day would be worked or free by the week alone."""
    return is_workday == (on.weekday() < SATURDAY)


def _post(by, at: datetime) -> Post:
    """The post in which this person keeps the calendar."""
    who = standing(by, on=local_day(at))
    require(managing.can_keep_calendar(who))
    return who.posts_as(*managing.MANAGERS)[0]


def _require_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        words = _("The calendar holds the years %(first)s to %(last)s; %(year)s is not among them.")
        raise Refused(words % {"first": FIRST_YEAR, "last": LAST_YEAR, "year": year})


def _locked(on: date) -> SpecialDay:
    day = SpecialDay.objects.select_for_update().filter(on=on).first()
    if day is None:
        raise Refused(_("%(day)s is no longer in the calendar: somebody took it out.") % {"day": said_day(on)})
    return day


def _record(day: SpecialDay, post: Post, *, by, at: datetime, **facts) -> None:
    """The name is what somebody typed, so it stands with the words of the deed."""
    facts |= {"on": str(day.on), "bureau": post.unit.bureau.code, "post": post.title_zh}
    record("calendar.changed", about=day, by=by, at=at, words=day.name_zh, **facts)
