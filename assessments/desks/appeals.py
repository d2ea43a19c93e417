"""What appeals put on desks and into the menu and the record."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.queries import appeals as queries
from portal.core import desk, lenses, menu
from portal.core.desk import Item
from portal.core.wording import said
from units.models import Role
from units.policies import Standing

WORDS = {
    "name": (
        lambda: _("Name two people for the appeal of %(unit)s"),
        lambda: _("They had no part before, and check alone."),
        lambda: _("Name them"),
    ),
    "replace": (
        lambda: _("Name another for the appeal of %(unit)s"),
        lambda: _("One of the two left before handing in."),
        lambda: _("Name another"),
    ),
    "recheck": (
        lambda: _("Check again: the appeal of %(unit)s"),
        lambda: _("You check alone; the other one’s points stay hidden until both are in."),
        lambda: _("Check again"),
    ),
    "draft": (
        lambda: _("Draft the decision on the appeal of %(unit)s"),
        lambda: _("Both have checked again."),
        lambda: _("Draft it"),
    ),
    "sign": (
        lambda: _("Decide the appeal of %(unit)s"),
        lambda: _("Your signature decides it. You can also return it with a reason."),
        lambda: _("Read and sign"),
    ),
}


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """One row an appeal, for whoever has the next act."""
    for appeal, purpose in queries.waiting(who):
        what, why, act = WORDS[purpose]
        name = {"unit": said(appeal.case.unit, "name")}
        yield Item(what() % name, why(), act(), reverse("appeal", args=[appeal.pk]), order=2)


def register() -> None:
    """Called once, when the app is ready."""
    desk.register(items)
    lenses.register("assessments.appeal", queries.as_things)
    menu.register(gettext_lazy("Appeals"), "appeals", order=49, is_for=lambda who: who.posts_as(Role.STYLE_OFFICE))
