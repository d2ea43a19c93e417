"""What waits for a person in half-year reviews: a vote, too few ballots, a result to publish."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commitments import halves
from commitments.models import Review
from commitments.queries import review as queries
from commitments.states import GROUPS
from portal.core.desk import Item
from units.models import Role
from units.policies import Standing


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """Voting for those who are asked; for the style office what holds up a result."""
    for invitation in queries.waiting_for(who.user, on=on):
        yield Item(
            what=_("Vote in the half-year review: %(half)s") % {"half": halves.name(invitation.review.half)},
            why=_("Only totals are kept: how you vote is written down nowhere."),
            act=_("Vote"),
            to=reverse("review_vote", args=[invitation.review_id]),
            due_on=invitation.review.closes_on,
            order=3,
        )
    if not who.posts_as(Role.STYLE_OFFICE):
        return
    reviews = list(queries.run_by(who).filter(published_at=None).defer("result"))
    yield from (_to_publish(review) for review in reviews if review.closed_at)
    running = [review for review in reviews if not review.closed_at and review.closes_on >= on]
    turnout = queries.turnout(running) if running else {}
    for review in running:
        few = [group["key"] for group in turnout[review.pk] if group["used"] < group["minimum"]]
        if few:
            yield _too_few(review, few)


def _to_publish(review: Review) -> Item:
    return Item(
        what=_("Publish the result of the half-year review: %(half)s") % {"half": halves.name(review.half)},
        why=_("The ballots are counted and the result is fixed."),
        act=_("Look and publish"),
        to=reverse("review", args=[review.pk]),
        order=2,
    )


def _too_few(review: Review, few: list[str]) -> Item:
    names = pgettext("between names", ", ").join(str(name) for key, name in GROUPS if key in few)
    return Item(
        what=_("Too few ballots so far: %(groups)s") % {"groups": names},
        why=_("A group below its minimum does not count; its weight goes to the others."),
        act=_("See the turnout"),
        to=reverse("review", args=[review.pk]),
        due_on=review.closes_on,
        order=4,
    )
