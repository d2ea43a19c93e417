"""What waits for a person in the matter of people: requests for a new signing key."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from portal.core.desk import Item
from portal.core.models import Letter
from units.models import Role
from units.policies import Standing


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """One row for each open request that lies before this person: one query."""
    if not who.posts_as(Role.STYLE_OFFICE, Role.TOWN_OFFICE):
        return
    for letter in Letter.objects.unread().filter(to=who.user, key__startswith="passphrase-"):
        yield Item(what=letter.subject, why=letter.body, act=_("Confirm or not"), to=letter.path, order=3)
