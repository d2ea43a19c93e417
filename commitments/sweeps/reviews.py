"""The clock of half-year reviews: open what is due, count what is over. Safe twice, late and in parallel."""

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction

from commitments import reviewing, timetables
from commitments.models import Invitation, Publication, Review, Subject, Tally, Timetable
from commitments.notices import review as notices
from commitments.periods import Period
from commitments.queries import review as queries
from objectives.fingerprints import canonical, fingerprint
from objectives.models import Campaign
from portal.core import workdays
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.workdays import Workdays
from units.models import Role, Tenure

ONE_DAY = timedelta(days=1)
BATCH = 1000


def open_due(*, on: date, at: datetime) -> int:
    """Open every half's review whose first day has come; returns how many.

    A missed one opens late with its full length, marked as caught up. Leaders and heads are asked by a letter and
    vote logged in: no letter holds a token, and of paper slips only the SHA-256 of the token is ever stored.
    """
    calendar, opened = workdays.loaded(), 0
    known = set(Review.objects.values_list("campaign", "half"))
    campaigns = Campaign.objects.filter(publications__isnull=False, starts_on__lte=on).distinct().order_by("starts_on")
    for campaign in campaigns.select_related("bureau"):
        for half, opens_on, _closes_on in queries.days_of_halves(campaign, calendar):
            if opens_on <= on and (campaign.pk, half.code) not in known:
                opened += _open(campaign, half, opens_on, calendar, on=on, at=at)
    return opened


def close_due(*, on: date, at: datetime) -> int:
    """Count every review whose last day is over, freeze the result, tell the style office; returns how many."""
    due = Review.objects.filter(closed_at=None, closes_on__lt=on).order_by("closes_on", "half")
    return sum(_close(pk, at) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _open(campaign: Campaign, half: Period, intended: date, calendar: Workdays, *, on: date, at: datetime) -> bool:
    timetable = Timetable.objects.select_for_update(no_key=True).get(campaign=campaign)
    if Review.objects.filter(campaign=campaign, half=half.code).exists():
        return False
    publications = list(queries.reviewed(campaign, half, on=on))
    if not publications:
        return False
    kept = _kept(campaign, half, publications)
    review = Review.objects.create(
        campaign=campaign,
        half=half.code,
        opens_on=on,
        closes_on=calendar.add(on - ONE_DAY, timetable.review_open_days),
        weights=timetable.weights,
        minimums=timetable.minimums,
        is_baseline=reviewing.is_baseline(*kept),
        caught_up=intended < on,
        opened_at=at,
    )
    _fill(review, publications)
    invited = _invite(review, {row.unit_id for row in publications}, on=on)
    record(
        "review.opened", about=review, by="clock", at=at, bureau=campaign.bureau.code, half=review.half,
        closes_on=review.closes_on.isoformat(), units=len(publications), invited=len(invited),
        caught_up=review.caught_up,
    )  # fmt: skip
    notices.invited(review, invited, at=at)
    return True


def _kept(campaign: Campaign, half: Period, publications: list[Publication]) -> tuple[date, date]:
    """First and last day of the half on which there was something to keep."""
    keeping = timetables.keeping_of(campaign)
    promised = timetables.first_full_month(local_day(min(row.published_at for row in publications)))
    return max(half.first, keeping.starts_on, promised), min(half.last, keeping.ends_on)


def _fill(review: Review, publications: list[Publication]) -> None:
    """Subjects, and every cell of the count at nought: later the order of rows tells nothing of any ballot."""
    Subject.objects.bulk_create(
        [Subject(review=review, unit_id=row.unit_id, order=row.order) for row in publications], batch_size=BATCH
    )
    Tally.objects.bulk_create(
        [
            Tally(review=review, unit_id=row.unit_id, group=group, answer=answer)
            for row in publications
            for group in reviewing.GROUPS
            for answer in reviewing.ANSWERS
        ],
        batch_size=BATCH,
    )


def _invite(review: Review, units: set, *, on: date) -> list:
    """Leaders of the bureau and heads of the units, each once, if there is a unit that is not their own."""
    tenures = Tenure.objects.on(on).filter(user__is_active=True).select_related("user", "post").order_by("pk")
    leaders = tenures.filter(
        post__role__in=(Role.LINE_LEADER, Role.LINKED_LEADER), post__unit__bureau=review.campaign.bureau_id
    )
    heads = tenures.filter(post__role=Role.HEAD, post__unit__in=units)
    asked: dict = {}
    for group, found in ((reviewing.LEADERS, leaders), (reviewing.PEERS, heads)):
        for tenure in found:
            asked.setdefault(tenure.user_id, (group, tenure))
    serves: dict = {}
    for user, unit in Tenure.objects.on(on).filter(user__in=asked).values_list("user", "post__unit"):
        serves.setdefault(user, set()).add(unit)
    rows = [
        Invitation(
            review=review,
            group=group,
            user=tenure.user,
            own_unit_id=tenure.post.unit_id if tenure.post.unit_id in units else None,
            token_hash=queries.hash_of(secrets.token_urlsafe(16)),
        )
        for user, (group, tenure) in asked.items()
        if units - serves[user]
    ]
    Invitation.objects.bulk_create(rows, batch_size=BATCH)
    return [row.user for row in rows]


@transaction.atomic
def _close(pk, at: datetime) -> bool:
    review = Review.objects.select_for_update(of=("self",)).select_related("campaign__bureau").get(pk=pk)
    if review.closed_at:
        return False
    review.result, review.closed_at = queries.count(review), at
    review.save(update_fields=["result", "closed_at"])
    record(
        "review.closed", about=review, by="clock", at=at, bureau=review.campaign.bureau.code, half=review.half,
        fingerprint=fingerprint(canonical(review.result)),
    )  # fmt: skip
    notices.closed(review, at=at)
    return True
