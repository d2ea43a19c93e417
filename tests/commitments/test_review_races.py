"""Ballots at the same moment: an invitation counts once, and no ballot falls between counting and closing.

Real PostgreSQL, a connection a person. Everyone hesitates between being allowed and writing, so that a control
fails every time and not by luck.
"""

import time

import pytest
from django.db import connection
from django.utils import timezone

from commitments.actions import review as actions
from commitments.models import Invitation, Review
from commitments.policies import review as policies
from commitments.queries import review as queries
from commitments.sweeps import reviews
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests.commitments import ballots
from tests.whole.test_races import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]
WINDOW = 0.4


@pytest.fixture
def slow(monkeypatch):
    """Everyone hesitates between being allowed and acting."""
    ask = policies.can_vote

    def hesitate(*args, **more):
        verdict = ask(*args, **more)
        time.sleep(WINDOW)
        return verdict

    monkeypatch.setattr(policies, "can_vote", hesitate)


def unlocked(monkeypatch, of):
    """The guard taken away: only `of` is locked, or nothing."""

    def read(invitation):
        rows = Invitation.objects.select_for_update(of=of) if of else Invitation.objects
        return rows.select_related("review__campaign", "user").get(pk=invitation.pk)

    monkeypatch.setattr(actions, "_locked", read)


def slip(story, review) -> Invitation:
    (made,) = actions.make_slips(review, 1, by=story.people["style_office"], at=timezone.now())
    return queries.by_token(made.token)


def one_slip_is_sent_twice():
    story = ballots.world()
    review = ballots.opened(story)
    invitation, unit = slip(story, review), story.units["department"].pk
    answers = ({unit: "satisfied"}, {unit: "not"})
    outcomes = together(*(lambda each=each: actions.cast(invitation, each, at=timezone.now()) for each in answers))
    counted = ballots.counted(review)
    return outcomes, sum(counted.get(("department", "public", answer), 0) for answer in ("satisfied", "not"))


def test_of_two_ballots_with_one_slip_one_counts_and_the_other_is_refused(slow):
    outcomes, counted = one_slip_is_sent_twice()
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert counted == 1


def test_control_without_the_lock_both_ballots_count(slow, monkeypatch):
    unlocked(monkeypatch, ())
    outcomes, counted = one_slip_is_sent_twice()
    assert outcomes == [None, None]
    assert counted == 2


def a_ballot_is_sent_while_the_review_closes():
    """The ballot has been allowed and not yet written when the clock counts."""
    story = ballots.world()
    review = ballots.lowered(ballots.opened(story), public=1)
    invitation, unit = slip(story, review), story.units["department"].pk

    def close():
        time.sleep(WINDOW / 2)
        reviews.close_due(on=review.closes_on + ballots.ONE_DAY, at=timezone.now())

    together(lambda: actions.cast(invitation, {unit: "satisfied"}, at=timezone.now()), close)
    review.refresh_from_db()
    told = {row["code"]: row["groups"]["public"] for row in review.result["units"]}["department"]
    return told.get("counts", {}).get("satisfied", 0), ballots.counted(review)["department", "public", "satisfied"]


def test_a_ballot_that_was_counted_is_in_the_result(slow):
    assert a_ballot_is_sent_while_the_review_closes() == (1, 1)


def test_control_without_the_review_s_lock_a_counted_ballot_misses_the_result(slow, monkeypatch):
    unlocked(monkeypatch, ("self",))
    assert a_ballot_is_sent_while_the_review_closes() == (0, 1)


def test_many_ballots_at_once_all_count():
    story = ballots.world()
    review = ballots.opened(story)
    unit, other = story.units["department"].pk, story.units["town_school"].pk
    slips = [slip(story, review) for _number in range(8)]
    outcomes = together(
        *(lambda each=each: actions.cast(each, {unit: "not", other: "satisfied"}, at=timezone.now()) for each in slips)
    )
    assert outcomes == [None] * 8
    assert ballots.counted(review) == {
        ("department", "public", "not"): 8,
        ("town-school", "public", "satisfied"): 8,
        ("municipal-school", "public", "unknown"): 8,
    }


def test_the_database_s_versions_of_rows_do_not_tell_which_answers_came_last():
    """Every cell of the group carries the transaction of the last ballot, as its invitation does."""
    story = ballots.world()
    review = ballots.opened(story)
    invitation = slip(story, review)
    actions.cast(invitation, {story.units["department"].pk: "not"}, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM commitments_tally WHERE \"group\" = 'public'")
        versions = cursor.fetchall()
        cursor.execute("SELECT xmin::text FROM commitments_invitation WHERE id = %s", [invitation.pk])
        assert versions == cursor.fetchall()


def test_two_clocks_open_and_close_a_review_once():
    story, today, at = ballots.world(), timezone.localdate(), timezone.now()
    opened = together(*[lambda: reviews.open_due(on=today, at=at)] * 2)
    assert sorted(opened) == [0, 1]
    review = Review.objects.get(campaign=story.campaign)
    assert Deed.objects.filter(verb="review.opened").count() == 1
    assert Letter.objects.filter(path=f"/work/review/{review.pk}/vote/").count() == 5
    ballots.over(review)
    assert sorted(together(*[lambda: reviews.close_due(on=today, at=at)] * 2)) == [0, 1]
    assert Deed.objects.filter(verb="review.closed").count() == 1


def test_a_slip_voided_while_it_is_used_is_either_void_or_counted(slow):
    story = ballots.world()
    review = ballots.opened(story)
    office, unit = story.people["style_office"], story.units["department"].pk
    invitation = slip(story, review)
    together(
        lambda: actions.cast(invitation, {unit: "not"}, at=timezone.now()),
        lambda: actions.void_slips(review, first=invitation.pk, by=office, at=timezone.now()),
    )
    invitation.refresh_from_db()
    assert invitation.used != invitation.void
    assert bool(ballots.counted(review)) == invitation.used
