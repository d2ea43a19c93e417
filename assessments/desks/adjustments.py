"""What vetoes put on the desks of those who lead the bureau."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.queries import adjustments as queries
from portal.core import desk
from portal.core.desk import Item
from portal.core.wording import said
from units.policies import Standing


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """A veto that waits for a leader’s confirmation."""
    for each in queries.waiting(who):
        yield Item(
            what=_("Confirm the veto on %(unit)s") % {"unit": said(each.case.unit, "name")},
            why=_("%(post)s entered it. It does not count before a leader confirms it.")
            % {"post": said(each.made_post, "title")},
            act=_("Read, then confirm"), to=reverse("adjustment", args=[each.pk]), order=2,
        )  # fmt: skip


def register() -> None:
    """Called once, when the app is ready."""
    desk.register(items)
