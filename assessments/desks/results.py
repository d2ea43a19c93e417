"""What results put on desks and into the menu and the record."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments import onward
from assessments.models import Assessment
from assessments.policies import results as policies
from assessments.queries import documents
from assessments.queries import results as queries
from assessments.states import Phase
from commitments import onward as links
from portal.core import desk, lenses, menu
from portal.core.desk import Item
from units.models import Role
from units.policies import Standing


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """A document to sign; for the style office the next act of each assessment; for a unit a result not read yet."""
    for document in documents.to_sign(who):
        yield Item(
            what=_("Sign: %(title)s") % {"title": document.title},
            why=_("%(number)s. You can also return it with a reason.") % {"number": document.number},
            act=_("Read and sign"), to=reverse("result_document", args=[document.pk]), order=2,
        )  # fmt: skip
    if who.posts_as(Role.STYLE_OFFICE):
        rows = policies.run_by(who).filter(published_at=None).select_related("campaign__bureau", "result_document")
        yield from filter(None, (_next(who, row) for row in rows.order_by("pk")))
    if who.posts_as(*policies.OWN):
        yield from (_to_read(case, on) for case in queries.own(who) if not case.read_at)


def _next(who: Standing, row: Assessment) -> Item | None:
    """The one act that the results wait for, if this is its day."""
    to, name = reverse("results") + f"?campaign={row.campaign.code}", {"year": row.campaign.year}
    if row.phase != Phase.SCORED and policies.can_settle(who, row):
        what, why = _("Put the results of %(year)s together"), _("Scored, judged, the round is closed.")
    elif row.phase == Phase.SCORED:
        what, why = _("Tell the units their results of %(year)s"), _("Put together, not told yet: look at them first.")
    elif policies.can_draft(who, row):
        what = _("Put the result of %(year)s before the leader")
        why = _("The days of appeal are over and every appeal is decided.")
    else:
        return None
    return Item(what % name, why, _("To the results"), to, order=3)


def _to_read(case, on: date) -> Item:
    """While an appeal is possible its last day is the due day; afterwards nothing is late any more."""
    until_on = case.assessment.appeal_until_on
    if on <= until_on:
        why = _("Every score is explained. An appeal is possible until this day.")
    else:
        why, until_on = _("Every score is explained. The days of appeal are over."), None
    what = _("Read your result of %(year)s") % {"year": case.assessment.campaign.year}
    to = f"{reverse('my_result')}?case={case.pk}"
    return Item(what, why, _("Read the result"), to, due_on=until_on, order=1)


def register() -> None:
    """Called once, when the app is ready."""
    desk.register(items)
    links.register(links.BUREAU, onward.of_bureau)
    links.register(links.UNIT, onward.of_unit)
    lenses.register("assessments.case", queries.as_things)
    menu.register(gettext_lazy("Results"), "results", order=48, is_for=policies.reads)
    menu.register(gettext_lazy("Our result"), "my_result", order=48, is_for=lambda who: who.posts_as(*policies.OWN))
