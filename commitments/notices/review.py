"""Letters about half-year reviews: to those who are asked to vote, and to the style office when it is counted.

No letter holds a token: leaders and heads vote from their desk, logged in. No letter follows a ballot.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from commitments import halves
from commitments.models import Review
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.wording import day
from units.models import Role, Tenure


def invited(review: Review, people: Iterable, *, at: datetime) -> None:
    """Ask each person to vote."""
    with translation.override(LETTERS_SPEAK):
        facts = {"half": halves.name(review.half), "day": day(review.closes_on)}
        subject = _("Please vote in the half-year review: %(half)s") % facts
        body = _(
            "Ballots are taken until %(day)s. You vote here, logged in. Only totals are kept: "
            "how you vote is written down nowhere."
        ) % {"day": facts["day"]}
    for user in people:
        path = f"/work/review/{review.pk}/vote/"
        letters.post(f"review-{review.pk}-{user.pk}", to=user, subject=subject, body=body, path=path, at=at)


def closed(review: Review, *, at: datetime) -> None:
    """Tell the style office that the ballots are counted and the result waits to be published."""
    with translation.override(LETTERS_SPEAK):
        facts = {"half": halves.name(review.half)}
        subject = _("Counted: the half-year review of %(half)s") % facts
        body = _("The ballots are counted and the result is fixed. Please read it and publish it.")
    offices = Tenure.objects.on(local_day(at)).filter(
        user__is_active=True, post__role=Role.STYLE_OFFICE, post__unit__bureau=review.campaign.bureau_id
    )
    for tenure in offices.select_related("user"):
        key, path = f"review-closed-{review.pk}-{tenure.user_id}", f"/work/reviews/{review.pk}/"
        letters.post(key, to=tenure.user, subject=subject, body=body, path=path, at=at)
