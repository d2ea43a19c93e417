"""What closing archives put on desks and into the menu and the record."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.policies import archives as policies
from assessments.queries import archives as queries
from portal.core import desk, lenses, menu
from portal.core.desk import Item
from portal.core.lenses import Shown
from portal.core.wording import said
from units.models import Role
from units.policies import Standing


def register() -> None:
    """Called once, when the app is ready."""
    desk.register(items)
    menu.register(gettext_lazy("Archives"), "archives", order=60, is_for=lambda who: who.posts_as(*policies.READERS))
    lenses.register("assessments.archive", shown)


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """The style office is told of a published result that nobody has archived yet."""
    bureaus = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    for campaign in queries.to_archive(bureaus) if bureaus else ():
        yield Item(
            what=_("Make the closing archive of %(year)s") % {"year": campaign.year},
            why=_("The result is published; the archive keeps documents, data and record outside of this portal."),
            act=_("Ask for it"),
            to=reverse("archives"),
            order=8,
        )


def shown(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """How the record names archives: by campaign and year, for their readers."""
    rows = policies.visible(who).filter(pk__in=ids).select_related("campaign")
    return {
        str(row.pk): Shown(f"{said(row.campaign, 'title')} {row.campaign.year}", reverse("archives")) for row in rows
    }
