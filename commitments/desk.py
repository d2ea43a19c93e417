"""What waits for a person in the matter of publication: papers to file, papers to make public."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
    names = ", ".join(said(row.paper.unit, "name") for row in rows[:3])
    return Item(
        what=ngettext("paper to check and file", "papers to check and file", len(rows)),
        why=_("%(names)s and others.") % {"names": names} if len(rows) > 3 else names,
        act=_("Check") if len(rows) == 1 else _("See the queue"),
        to=reverse("paper_act", args=[rows[0].paper.pk]) if len(rows) == 1 else reverse("publish_queue"),
        due_on=min((row.due_on for row in rows if row.due_on), default=None),
        count=len(rows),
    )
