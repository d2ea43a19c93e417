"""What raising the bar puts on desks, and on the public page of a unit."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.queries import raising as queries
from assessments.queries import years
from commitments import onward
from objectives.policies import UNIT_ROLES
from portal.core import desk, language
from portal.core.desk import Item
from portal.core.wording import said
from units.policies import Standing


def register() -> None:
    """Called once, when the app is ready."""
    desk.register(items)
    onward.register(onward.UNIT, link)


def link(bureau: str, unit: str) -> list[dict]:
    """From a unit's public page to its years, where there is more than one or a published result."""
    if years.worth_showing(bureau, unit) is None:
        return []
    return [
        {
            "label": _("Year by year"),
            "url": reverse("unit_years", args=[language.current(), bureau, unit]),
            "note": _("Results, and whether the next promise lies above the last."),
        }
    ]


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """The unit is told that its new paper can begin from last year's results."""
    if not who.posts_as(*UNIT_ROLES):
        return
    for campaign, unit, publication in queries.to_raise(who, on=on):
        yield Item(
            what=_("Raise the bar: %(unit)s, %(year)s") % {"unit": said(unit, "name"), "year": campaign.year},
            why=_("The results of %(year)s are there to begin from.") % {"year": publication.year},
            act=_("See the results"),
            to=reverse("raise_paper", args=[campaign.code, unit.pk]),
            due_on=campaign.deadline("sign_off"),
            order=1,
        )
