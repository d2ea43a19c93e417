"""What waits for a person in the matter of publication: papers to file, papers to make public."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commitments import waiting
from objectives.policies import UNIT_ROLES
from portal.core.desk import Item
from portal.core.wording import said
from units.policies import Standing


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """One row for all that waits for filing; one for each paper ready to be public."""
    rows = waiting.to_file(who)
    if rows:
        yield _to_file(rows)
    for paper in waiting.to_publish(who):
        mine = any(who.post(role, paper.unit) for role in UNIT_ROLES)
        yield Item(
            what=_("Publish the objectives of %(unit)s") % {"unit": said(paper.unit, "name")},
            why=_("Signed by all. Nothing is public before this click."),
            act=_("Look and publish"),
            to=reverse("paper", args=[paper.pk]) if mine else reverse("publish_queue"),
            due_on=paper.campaign.deadline("sign_off" if mine else "file_with_style_office"),
            order=1,
        )


def _to_file(rows: list[waiting.ToFile]) -> Item:
    due_on = min((row.due_on for row in rows if row.due_on), default=None)
    first = rows[0].paper
    if len(rows) == 1:
        what = _("Check and file the objectives of %(unit)s") % {"unit": said(first.unit, "name")}
        return Item(what, rows[0].summary, _("Check and file"), reverse("paper_act", args=[first.pk]), due_on)
    names = pgettext("between names", ", ").join(said(row.paper.unit, "name") for row in rows[:3])
    return Item(
        what=_("papers to check and file"),
        why=_("%(names)s and others.") % {"names": names} if len(rows) > 3 else names,
        act=_("See the queue"),
        to=reverse("publish_queue"),
        due_on=due_on,
        count=len(rows),
    )
