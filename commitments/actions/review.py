"""What people do in a half-year review: cast a ballot, make and void paper slips, publish the result.

A ballot leaves no row, no time, no deed, no letter and no line in a log: it turns one invitation to used and adds to
counts. Every cell of its group is written anew in the same statement, changed or not, so that not even the
database's own versions of rows tell which answers came last. What remains possible is subtraction: whoever copies
the whole database before and after a single ballot sees both counts.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments import reviewing
from commitments.models import Invitation, Review, Subject, Tally
from commitments.numbers import next_number
from commitments.policies import review as policies
from commitments.queries.review import hash_of
from objectives.fingerprints import canonical, fingerprint
from portal.core import clock, pagecache
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Unit
from units.policies import standing

MOST_SLIPS = 2000
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Slip:
    """A paper slip as it is printed: the number to void it by, and the token that nobody keeps."""

    number: int
    token: str


@transaction.atomic
def cast(invitation: Invitation, answers: Mapping[str | UUID, str], *, at: datetime) -> None:
    """Count the answers of one invitation, all of them or none. A unit left out counts as “don’t know”.

    Safe against two at once: the invitation is locked, and the review with it, so that no ballot falls between
    counting and closing. Raises `Refused` with the same care for everyone; returns nothing that differs by answer.
    """
    clock.require_honest(at)
    invitation, on = _locked(invitation), clock.local_day(at)
    require(policies.can_vote(invitation, on=on))
    units = _units(invitation, on=on)
    chosen = _checked(answers, units, own=policies.own_units(invitation, on=on))
    mine = Tally.objects.filter(review=invitation.review_id, group=invitation.group)
    if invitation.only_unit_id:
        mine = mine.filter(unit=invitation.only_unit_id)
    cells = {(unit, answer): pk for pk, unit, answer in mine.values_list("pk", "unit", "answer")}
    ticked = [cells[unit, chosen.get(unit, reviewing.UNKNOWN)] for unit in units]
    mine.update(count=F("count") + Case(When(pk__in=ticked, then=Value(1)), default=Value(0)))
    invitation.used = True
    invitation.save(update_fields=["used"])


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self", "review"), no_key=True)
    return rows.select_related("review__campaign", "user").get(pk=invitation.pk)


def _units(invitation: Invitation, *, on: date) -> set[UUID]:
    """The units that this invitation may judge."""
    units = set(Subject.objects.filter(review=invitation.review_id).values_list("unit", flat=True))
    if invitation.only_unit_id:
        units &= {invitation.only_unit_id}
    return units - policies.own_units(invitation, on=on)


def _checked(answers: Mapping[str | UUID, str], units: set[UUID], *, own: frozenset) -> dict[UUID, str]:
    chosen = {}
    for key, answer in answers.items():
        unit = _uuid(key)
        if unit in own:
            raise Refused(_("Nobody judges their own unit. Leave it out; nothing has been counted."))
        if unit not in units:
            raise Refused(_("This ballot names a unit that it cannot judge. Nothing has been counted."))
        if answer not in reviewing.ANSWERS:
            raise Refused(_("This ballot holds an answer that does not exist. Nothing has been counted."))
        chosen[unit] = answer
    if not chosen:
        raise Refused(_("Choose an answer for at least one unit. Nothing has been counted yet."))
    return chosen


def _uuid(key: str | UUID) -> UUID | None:
    try:
        return key if isinstance(key, UUID) else UUID(key)
    except ValueError:
        return None


@transaction.atomic
def make_slips(review: Review, count: int, *, unit: Unit | None = None, by, at: datetime) -> list[Slip]:
    """Paper slips for public representatives, for all units or for one. The tokens are returned this once."""
    review, who, on = _locked_review(review), standing(by, on=clock.local_day(at)), clock.local_day(at)
    require(policies.can_make_slips(who, review, on=on))
    if not 1 <= count <= MOST_SLIPS:
        words = ngettext("Make between 1 and %(most)d slip at a time.", "Make between 1 and %(most)d slips at a time.",
                         MOST_SLIPS)  # fmt: skip
        raise Refused(words % {"most": MOST_SLIPS})
    if unit is not None and not Subject.objects.filter(review=review, unit=unit).exists():
        raise Refused(_("This unit is not under review."))
    tokens = [secrets.token_urlsafe(16) for _number in range(count)]
    rows = Invitation.objects.bulk_create(
        [
            Invitation(review=review, group=reviewing.PUBLIC, only_unit=unit, token_hash=hash_of(token))
            for token in tokens
        ],
        batch_size=BATCH,
    )
    record(
        "review.slips_made", about=review, by=by, at=at, bureau=review.campaign.bureau.code,
        post=policies.office_post(who, review).title_zh, half=review.half, count=count,
        unit=unit.code if unit else "", first=rows[0].pk, last=rows[-1].pk,
    )  # fmt: skip
    return [Slip(row.pk, token) for row, token in zip(rows, tokens, strict=True)]


@transaction.atomic
def void_slips(review: Review, *, first: int, last: int | None = None, by, at: datetime) -> int:
    """Void lost or misprinted slips by their printed numbers, `first` to `last`; returns how many.

    Used slips stay as they are: their ballots are counted and cannot be found again.
    """
    last, who = first if last is None else last, standing(by, on=clock.local_day(at))
    review = Review.objects.select_related("campaign__bureau").get(pk=review.pk)
    require(policies.can_make_slips(who, review, on=clock.local_day(at)))
    rows = Invitation.objects.filter(review=review, group=reviewing.PUBLIC, user=None, pk__range=(first, last))
    found = list(rows.select_for_update().order_by("pk").values_list("pk", "used", "void"))
    if not found:
        raise Refused(_("No slip of this review has this number."))
    if all(used for _pk, used, _void in found):
        raise Refused(_("This slip has been used: its ballot is counted and cannot be taken back."))
    still = [pk for pk, used, void in found if not used and not void]
    if not still:
        raise Refused(_("This slip is void already."))
    Invitation.objects.filter(pk__in=still).update(void=True)
    record(
        "review.slips_voided", about=review, by=by, at=at, bureau=review.campaign.bureau.code,
        post=policies.office_post(who, review).title_zh, half=review.half, count=len(still), first=first, last=last,
    )  # fmt: skip
    return len(still)


@transaction.atomic
def publish(review: Review, *, by, at: datetime) -> Review:
    """Make the frozen result public under a number of its own. What was counted does not change any more."""
    who = standing(by, on=clock.local_day(at))
    review = _locked_review(review)
    require(policies.can_publish(who, review))
    counted = fingerprint(canonical(review.result))
    number = next_number(review.campaign, "review", year=clock.local_day(at).year)
    review.result = {**review.result, "number": number}
    review.published_at, review.published_by = at, by
    review.save(update_fields=["result", "published_at", "published_by"])
    record(
        "review.published", about=review, by=by, at=at, bureau=review.campaign.bureau.code,
        post=policies.office_post(who, review).title_zh, half=review.half, number=number, fingerprint=counted,
    )  # fmt: skip
    transaction.on_commit(pagecache.forget)
    return review


def _locked_review(review: Review) -> Review:
    rows = Review.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("campaign__bureau").get(pk=review.pk)
