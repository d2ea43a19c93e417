"""What waits for a person in the matter of people and days: a new signing key, a calendar without its holidays."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core import special_days
from portal.core.desk import Item
from portal.core.models import Letter
from units.models import Role
from units.policies import Standing


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """A row for each open request that lies before this person, and one for the calendar: two queries."""
    if who.posts_as(Role.STYLE_OFFICE):
        yield from _calendar(on)
    if not who.posts_as(Role.STYLE_OFFICE, Role.TOWN_OFFICE):
        return
    for letter in Letter.objects.unread().filter(to=who.user, key__startswith="passphrase-"):
        yield Item(what=letter.subject, why=letter.body, act=_("Confirm or not"), to=letter.path, order=3)


def _calendar(on: date) -> Iterator[Item]:
    year = special_days.year_to_fill(on=on)
    if year is not None:
        yield Item(
            what=_("Bring the holidays of %(year)s into the workday calendar") % {"year": year},
            why=_("Until they are there, its weeks count as ordinary ones."),
            act=_("Open the calendar"),
            to=f"{reverse('calendar')}?year={year}",
            due_on=date(year - 1, 12, 31),
            order=5,
        )
