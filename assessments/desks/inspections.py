"""What inspections on the spot put on desks and into the menu and the record."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import sheet_pages
from assessments.policies import inspections as policies
from assessments.queries import inspections as queries
from assessments.states import InspectionState
from portal.core import desk, lenses, menu
from portal.core.desk import Item
from portal.core.wording import said
from units.models import Role
from units.policies import LEADERS, Standing

RUNNERS = (Role.STYLE_OFFICE, Role.AUDITOR)


def register() -> None:
    """Called once, when the app is ready."""
    desk.register(items)
    menu.register(gettext_lazy("Inspections"), "inspections", order=47, is_for=has_something)
    lenses.register("assessments.inspection", queries.inspections_as_things)
    lenses.register("assessments.opinion", queries.sheets_as_things)
    lenses.register("assessments.photo", queries.photos_as_things)


def has_something(who: Standing) -> bool:
    """Who runs or oversees inspections; leaders and the head of the bureau once one in their reach is settled; and
    inspectors, as long as the round is open.
    """
    if who.posts_as(*RUNNERS):
        return True
    leads = any(post.role in LEADERS or post.role == Role.HEAD and post.unit.parent_id is None for post in who.posts)
    return leads and policies.visible(who).exists() or policies.visible_sheets(who).exists()


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """A row for each sheet that is still to be sent; for the style office what only it can move on."""
    for opinion in queries.sheets_of(who):
        if opinion.sent_at is None:
            yield _sheet(opinion)
    waiting = queries.to_see_to(who)
    stuck = [row for row in waiting if row.state == InspectionState.DIFFERS]
    for row in stuck:
        what = _("Third opinion on %(unit)s") % {"unit": said(row.case.unit, "name")}
        why = _("The two differ and nobody was left on the list.")
        yield Item(what, why, _("See to it"), reverse("inspection", args=[row.pk]), row.case.assessment.inspect_to_on)
    dayless = [row for row in waiting if row.state != InspectionState.DIFFERS]
    if dayless:
        last = min(row.case.assessment.inspect_to_on for row in dayless)
        why = _("Drawn, and no day is set yet.")
        to = reverse("inspection", args=[dayless[0].pk]) if len(dayless) == 1 else reverse("inspections")
        yield Item(_("Plan the days of inspections"), why, _("Plan"), to, last, count=len(dayless))


def _sheet(opinion) -> Item:
    row, inspection = sheet_pages.listed(opinion), opinion.inspection
    due_on = inspection.planned_on or inspection.case.assessment.inspect_to_on
    return Item(
        _("Inspect %(unit)s") % {"unit": row["title"]}, f"{row['why']} · {row['state']}", _("Open the sheet"),
        reverse("inspection_sheet", args=[opinion.pk]), due_on,
    )  # fmt: skip
