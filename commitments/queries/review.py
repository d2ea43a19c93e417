"""Half-year reviews as pages and the clock read them: turnout, subjects, and the count at closing."""

from datetime import date, datetime, time
from hashlib import sha256

from django.db.models import Count, Q
from django.utils import timezone

from commitments import reviewing, timetables
from commitments.models import Invitation, Publication, Review, Subject, Tally
from commitments.periods import Period
from objectives.models import Campaign
from portal.core.workdays import Workdays
from units.models import Role
from units.policies import Standing


def hash_of(token: str) -> str:
    """All that the portal keeps of a token."""
    return sha256(token.encode()).hexdigest()


def by_token(token: str) -> Invitation | None:
    """The paper slip with this token, void ones aside. People with an account have no token."""
    rows = Invitation.objects.filter(token_hash=hash_of(token), user=None, void=False)
    return rows.select_related("review__campaign__bureau", "only_unit", "user").first()


def of_person(review_id, user) -> Invitation | None:
    """A leader's or head's invitation to a review."""
    rows = Invitation.objects.filter(review=review_id, user=user, void=False)
    return rows.select_related("review__campaign__bureau", "only_unit", "user").first()


def to_judge(invitation: Invitation, own: frozenset) -> list[Publication]:
    """The published units that an invitation may judge, by kind and place, without their snapshots."""
    rows = Publication.objects.filter(campaign=invitation.review.campaign_id, unit__in=subject_units(invitation.review))
    if invitation.only_unit_id:
        rows = rows.filter(unit=invitation.only_unit_id)
    return list(rows.exclude(unit__in=own).defer("snapshot").order_by("kind_key", "order"))


def subject_units(review: Review):
    return Subject.objects.filter(review=review).order_by().values("unit")


def reviewed(campaign: Campaign, half: Period, *, on: date):
    """Publications that a half is reviewed by: public for at least its last month, of units that still exist.

    A unit that promised later had nothing to keep in that half.
    """
    after = timezone.make_aware(datetime.combine(half.last.replace(day=2), time.min))
    rows = Publication.objects.filter(campaign=campaign, published_at__lt=after)
    return rows.filter(Q(unit__closed_on=None) | Q(unit__closed_on__gt=on)).defer("snapshot")


def days_of_halves(campaign: Campaign, workdays: Workdays) -> list[tuple[Period, date, date]]:
    """Every half of a campaign's keep stage with the first and last day of its ballots."""
    keeping, timetable = timetables.keeping_of(campaign), timetables.of(campaign)
    halves = timetables.periods_of(campaign, keeping, "half")
    return [(half, *timetables.review_days(half, keeping, timetable, workdays)) for half in halves]


def next_of(campaign: Campaign, workdays: Workdays, *, on: date) -> tuple[Period, date, date] | None:
    """The next review that the clock will open."""
    return next((row for row in days_of_halves(campaign, workdays) if row[1] > on), None)


def turnout(reviews) -> dict:
    """For each review its groups, each with weight, minimum, invited and used: counts alone, never who."""
    found: dict = {}
    rows = Invitation.objects.filter(review__in=reviews, void=False).order_by().values_list("review", "group")
    for review, group, invited, used in rows.annotate(invited=Count("pk"), cast=Count("pk", filter=Q(used=True))):
        found.setdefault(review, {})[group] = (invited, used)
    return {review.pk: _groups(review, found.get(review.pk, {})) for review in reviews}


def _groups(review: Review, counts: dict) -> list[dict]:
    return [
        {
            "key": group,
            "weight": review.weights.get(group, 0),
            "minimum": review.minimums.get(group, 0),
            "invited": counts.get(group, (0, 0))[0],
            "used": counts.get(group, (0, 0))[1],
        }
        for group in reviewing.GROUPS
    ]


def run_by(who: Standing):
    """Reviews of the bureaus in whose style office a person sits, newest first."""
    bureaus = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    return Review.objects.filter(campaign__bureau__in=bureaus).select_related("campaign__bureau")


def waiting_for(user, *, on: date) -> list[Invitation]:
    """Open reviews in which a person has not voted yet."""
    rows = Invitation.objects.filter(user=user, used=False, void=False, review__closed_at=None)
    rows = rows.filter(review__opens_on__lte=on, review__closes_on__gte=on)
    return list(rows.select_related("review").order_by("review__closes_on"))


def published_of(bureau: str) -> list[Review]:
    """Published reviews of a bureau, newest first."""
    rows = Review.objects.filter(campaign__bureau__code=bureau, published_at__isnull=False)
    return list(rows.defer("result").order_by("-half", "-published_at"))


def published(bureau: str, half: str) -> Review | None:
    rows = Review.objects.filter(campaign__bureau__code=bureau, half=half, published_at__isnull=False)
    return rows.order_by("-published_at").first()


def count(review: Review) -> dict:
    """The result as it is frozen at closing: scores, ranks within a kind, turnout.

    Answers are told as counts, and only of groups that reached their minimum for the unit; of others only that
    they were too few.
    """
    tallies: dict = {}
    for unit, group, answer, number in Tally.objects.filter(review=review).values_list(
        "unit", "group", "answer", "count"
    ):
        tallies.setdefault(unit, {}).setdefault(group, {})[answer] = number
    publications = list(
        Publication.objects.filter(campaign=review.campaign_id, unit__in=subject_units(review))
        .defer("snapshot")
        .order_by("kind_key", "order")
    )
    scores = {
        row.unit_id: reviewing.score(tallies.get(row.unit_id, {}), review.weights, review.minimums)
        for row in publications
    }
    places = {} if review.is_baseline else _places(publications, scores)
    campaign, bureau = review.campaign, review.campaign.bureau
    return {
        "bureau": {"code": bureau.code, "name_zh": bureau.name_zh, "name_en": bureau.name_en},
        "campaign": {"title_zh": campaign.title_zh, "title_en": campaign.title_en, "year": campaign.year},
        "groups": turnout([review])[review.pk],
        "units": [
            _unit(row, scores[row.unit_id], places.get(row.unit_id), tallies.get(row.unit_id, {}))
            for row in publications
        ],
    }


def _places(publications: list[Publication], scores: dict) -> dict:
    """Places within each kind of unit; the only one of its kind with a score has none."""
    places: dict = {}
    for kind in {row.kind_key for row in publications}:
        units = [row.unit_id for row in publications if row.kind_key == kind]
        found = reviewing.ranks({unit: scores[unit].score for unit in units})
        places |= found if len(found) > 1 else {}
    return places


def _unit(row: Publication, found: reviewing.UnitScore, place: int | None, tallies: dict) -> dict:
    return {
        "code": row.unit_code,
        "name_zh": row.unit_name_zh,
        "name_en": row.unit_name_en,
        "is_sample": row.is_sample,
        "kind": row.kind_key,
        "kind_zh": row.kind_name_zh,
        "kind_en": row.kind_name_en,
        "score": None if found.score is None else str(found.score),
        "rank": place,
        "redistributed": found.redistributed,
        "groups": {
            group: {
                "enough": True,
                "score": str(each.score),
                "share": str(each.share),
                "counts": {answer: tallies[group].get(answer, 0) for answer in reviewing.ANSWERS},
            }
            if each.enough
            else {"enough": False}
            for group, each in found.groups.items()
        },
    }
