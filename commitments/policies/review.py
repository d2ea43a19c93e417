"""Who may vote in a half-year review, on what, and who runs it."""

from datetime import date

from django.utils.translation import gettext as _

from commitments.models import Invitation, Review
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day
from units.models import Post, Role
from units.policies import Standing, standing

HIDDEN = Verdict("404", hidden=True)


def office_post(who: Standing, review: Review) -> Post | None:
    """The style-office post in which a person runs this review."""
    return who.bureau_post(Role.STYLE_OFFICE, review.campaign.bureau_id)


def is_open(review: Review, *, on: date) -> Verdict:
    """Ballots are taken from the first to the last day of the review, and never once it has been counted."""
    if on < review.opens_on:
        return Verdict(_("This review opens on %(day)s.") % {"day": day(review.opens_on)})
    if review.closed_at or on > review.closes_on:
        words = _("This review closed on %(day)s. No more ballots are taken.")
        return Verdict(words % {"day": day(review.closes_on)})
    return YES


def can_vote(invitation: Invitation, *, on: date) -> Verdict:
    """One ballot an invitation, while the review is open. A void one is as if it had never been."""
    if invitation.void:
        return Verdict(_("This ballot slip is void. Please ask whoever gave it to you for another one."))
    if invitation.used:
        return Verdict(_("This ballot has been cast already. One person has one ballot."))
    return is_open(invitation.review, on=on)


def own_units(invitation: Invitation, *, on: date) -> frozenset:
    """Units that the holder of an invitation may not judge: their own when invited, and any they serve in now."""
    own = {invitation.own_unit_id} - {None}
    if invitation.user is not None:
        own |= {post.unit_id for post in standing(invitation.user, on=on).posts}
    return frozenset(own)


def can_make_slips(who: Standing, review: Review, *, on: date) -> Verdict:
    if not office_post(who, review):
        return HIDDEN
    return is_open(review, on=on)


def can_publish(who: Standing, review: Review) -> Verdict:
    """The style office, once the ballots are counted, and once."""
    if not office_post(who, review):
        return HIDDEN
    if review.published_at:
        return Verdict(_("The result was published on %(day)s.") % {"day": day(review.published_at)})
    if not review.closed_at:
        words = _("Ballots are taken until %(day)s. The result is counted after that.")
        return Verdict(words % {"day": day(review.closes_on)})
    return YES
