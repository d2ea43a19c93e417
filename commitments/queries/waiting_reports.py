"""What of open months waits for an office: reports that have not come, and what units are stuck on. Bounded counts."""

from datetime import date

from django.db.models import Exists, OuterRef, Q

from commitments.models import Entry, Meeting, Month, Sheet
from units.models import Role
from units.policies import Standing

MOST = 200
"""Nobody's desk counts further."""


def of_offices(who: Standing, role: Role, *, on: date) -> list[tuple[Month, int]]:
    """Months past their due day and not frozen, with how many reports this office still waits for (up to a bound)."""
    posts = who.posts_as(role)
    if not posts:
        return []
    found = []
    for month in _months(posts).filter(due_on__lt=on, frozen_at=None):
        count = _received(month, posts, role).values("pk")[: MOST + 1].count()
        found += [(month, count)] if count else []
    return found


def _received(month: Month, posts, role: Role):
    rows = Sheet.objects.missing().filter(month=month, lines__gt=0).order_by()
    if role == Role.TOWN_OFFICE:
        return rows.filter(receiver__in=[post.unit_id for post in posts])
    return rows.filter(receiver=None)


def troubled(who: Standing, *, on: date) -> list[tuple[Month, int, int]]:
    """The newest month past its due day, unless its meeting is closed, with how much is stuck and asked (to a bound).

    An older meeting that nobody held is not held any more: what was stuck then is stuck now, or is not.
    """
    posts = who.posts_as(Role.STYLE_OFFICE)
    closed = Exists(Meeting.objects.filter(month=OuterRef("pk"), closed_at__isnull=False))
    found = []
    newest = _months(posts).filter(due_on__lt=on).annotate(is_closed=closed).order_by("-code")[:1]
    for month in [month for month in newest if not month.is_closed]:
        rows = Entry.objects.filter(sheet__month=month, sheet__receiver=None, sheet__sent_at__isnull=False).order_by()
        stuck = rows.filter(choice="stuck").values("pk")[: MOST + 1].count()
        asked = rows.filter(~Q(request="")).values("pk")[: MOST + 1].count()
        found += [(month, stuck, asked)] if stuck or asked else []
    return found


def _months(posts):
    rows = Month.objects.filter(campaign__bureau__in={post.unit.bureau_id for post in posts}, filled_at__isnull=False)
    return rows.select_related("campaign").order_by("code")
