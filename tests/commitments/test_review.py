"""A half-year review from its opening to its result: who votes, what is refused, and that no ballot leaves a trace."""

import copy
import logging
import re
from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from commitments import timetables
from commitments.actions import review as actions
from commitments.models import Invitation, Review, Subject, Tally
from commitments.queries import review as queries
from commitments.sweeps import reviews
from portal.core import workdays
from portal.core.deeds import first_break
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import stories
from tests.commitments import ballots
from tests.worlds import shared
from units.models import Role, Tenure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


world = shared(ballots.world)


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


@pytest.fixture
def review(story):
    return ballots.opened(story)


def now():
    return timezone.now()


def unit(story, key):
    return story.units[key].pk


def slip(story, review, *, only=None):
    """One paper slip, as its holder has it."""
    made = actions.make_slips(review, 1, unit=only, by=story.people["style_office"], at=now())
    return queries.by_token(made[0].token)


def vote(invitation, answers):
    actions.cast(invitation, answers, at=now())


# --- opening -------------------------------------------------------------------------------------


def test_the_clock_opens_a_half_once_and_asks_leaders_and_heads(story):
    today = timezone.localdate()
    assert reviews.open_due(on=today, at=now()) == 1
    assert reviews.open_due(on=today, at=now()) == 0
    review = Review.objects.get()
    assert review.half == ballots.past_half().code
    assert review.weights == {"leaders": 30, "peers": 20, "public": 50}
    assert set(Subject.objects.values_list("unit", flat=True)) == {unit(story, key) for key in ballots.UNITS}
    asked = {(row.user.username, row.group, row.own_unit_id) for row in Invitation.objects.select_related("user")}
    assert asked == {
        ("north-line_leader", "leaders", None),
        ("north-linked_leader", "leaders", None),
        *((f"north-{key}_head", "peers", unit(story, key)) for key in ballots.UNITS),
    }
    assert Letter.objects.filter(path=f"/work/review/{review.pk}/vote/").count() == 5
    assert Deed.objects.filter(verb="review.opened").count() == 1
    assert set(Tally.objects.values_list("count", flat=True)) == {0}


def test_no_letter_holds_a_token(review):
    for letter in Letter.objects.all():
        assert not re.search(r"/b/|[A-Za-z0-9_-]{22}(?![A-Za-z0-9-])", letter.body), letter.body
        assert letter.path == f"/work/review/{review.pk}/vote/"


def test_a_missed_review_opens_late_with_its_full_length(story, review):
    today, calendar = timezone.localdate(), workdays.loaded()
    assert review.caught_up
    assert review.opens_on == today
    assert calendar.between(today, review.closes_on) == timetables.of(story.campaign).review_open_days


def test_a_review_opens_on_its_own_day_and_not_before(story):
    calendar = workdays.loaded()
    ((_half, first, last),) = [
        row for row in queries.days_of_halves(story.campaign, calendar) if row[0] == ballots.past_half()
    ]
    assert reviews.open_due(on=first - ballots.ONE_DAY, at=now()) == 0
    assert reviews.open_due(on=first, at=now()) == 1
    review = Review.objects.get()
    assert (review.opens_on, review.closes_on, review.caught_up) == (first, last, False)


def test_a_unit_that_had_no_whole_month_to_keep_its_promise_in_is_not_reviewed(story):
    half = ballots.past_half()
    in_time = half.last.replace(day=1)
    town, school, department = story.campaign.publications.order_by("order")
    for publication, day in ((town, in_time), (school, in_time + ballots.ONE_DAY), (department, half.last)):
        publication.published_at = timezone.make_aware(datetime.combine(day, time(23, 59)))
        publication.save()
    review = ballots.opened(story)
    assert list(Subject.objects.values_list("unit", flat=True)) == [town.unit_id]
    assert review.is_baseline


def test_a_half_in_which_nothing_was_promised_has_no_review(story):
    for publication in story.campaign.publications.all():
        publication.published_at = timezone.now()
        publication.save()
    assert reviews.open_due(on=timezone.localdate(), at=now()) == 0
    assert not Review.objects.exists()


def test_one_month_of_keeping_is_a_baseline_and_not_ranked(story):
    half = ballots.past_half()
    ballots.keep(story, half.last.replace(day=1))
    review = ballots.lowered(ballots.opened(story), public=1)
    assert review.is_baseline
    vote(slip(story, review), {unit(story, "department"): "satisfied"})
    result = ballots.closed(ballots.over(review)).result
    assert {row["code"]: (row["score"], row["rank"]) for row in result["units"]}["department"] == ("100.00", None)


def test_a_bureau_s_leaders_and_head_do_not_judge_the_bureau_s_own_paper(story):
    story = ballots.world(units=("bureau",), code="west")
    review = ballots.opened(story)
    assert not Invitation.objects.filter(review=review).exists()


def test_a_person_with_two_posts_is_asked_once(story):
    head = story.people["department_head"]
    post = Tenure.objects.get(user=story.people["linked_leader"]).post
    Tenure.objects.create(post=post, user=head, from_on="2020-01-01")
    ballots.opened(story)
    row = Invitation.objects.get(user=head)
    assert row.group == "leaders"
    with pytest.raises(Refused, match="own unit"):
        vote(row, {unit(story, "department"): "satisfied"})


# --- casting -------------------------------------------------------------------------------------


def test_a_ballot_is_counted_and_what_it_leaves_out_counts_as_dont_know(story, review):
    vote(ballots.invitation(review, story.people["line_leader"]), {str(unit(story, "department")): "basically"})
    assert ballots.counted(review) == {
        ("department", "leaders", "basically"): 1,
        ("municipal-school", "leaders", "unknown"): 1,
        ("town-school", "leaders", "unknown"): 1,
    }


def test_a_slip_of_one_unit_counts_for_that_unit_alone(story, review):
    invitation = slip(story, review, only=story.units["town_school"])
    with pytest.raises(Refused, match="cannot judge"):
        vote(invitation, {unit(story, "department"): "satisfied"})
    vote(invitation, {unit(story, "town_school"): "not"})
    assert ballots.counted(review) == {("town-school", "public", "not"): 1}


def refused_ballots(story, review):
    head, mine, other = story.people["department_head"], unit(story, "department"), unit(story, "town_school")
    foreign = stories.culture()
    return [
        ({mine: "satisfied", other: "satisfied"}, "own unit"),
        ({other: "splendid"}, "does not exist"),
        ({other: ""}, "does not exist"),
        ({"nonsense": "satisfied"}, "cannot judge"),
        ({foreign.units["bureau"].pk: "satisfied", other: "not"}, "cannot judge"),
        ({unit(story, "town_office"): "satisfied"}, "cannot judge"),
        ({}, "at least one unit"),
    ], ballots.invitation(review, head)


def test_a_ballot_counts_as_a_whole_or_not_at_all(story, review):
    cases, invitation = refused_ballots(story, review)
    for answers, reason in cases:
        with pytest.raises(Refused, match=reason):
            vote(invitation, answers)
        assert ballots.counted(review) == {}
        assert not Invitation.objects.get(pk=invitation.pk).used


def test_the_second_ballot_of_an_invitation_is_refused(story, review):
    invitation = slip(story, review)
    vote(invitation, {unit(story, "department"): "satisfied"})
    with pytest.raises(Refused, match="already"):
        vote(invitation, {unit(story, "department"): "not"})
    assert ballots.counted(review)["department", "public", "satisfied"] == 1
    assert ("department", "public", "not") not in ballots.counted(review)


def test_ballots_are_refused_before_opening_after_closing_and_once_counted(story, review):
    invitation, answers = slip(story, review), {unit(story, "department"): "satisfied"}
    today = timezone.localdate()
    Review.objects.update(opens_on=today + timedelta(days=1), closes_on=today + timedelta(days=9))
    with pytest.raises(Refused, match="opens on"):
        vote(invitation, answers)
    ballots.over(review)
    with pytest.raises(Refused, match="closed on"):
        vote(invitation, answers)
    ballots.closed(review)
    Review.objects.update(closes_on=today)
    with pytest.raises(Refused, match="closed on"):
        vote(invitation, answers)
    assert ballots.counted(review) == {}


def test_a_ballot_cannot_be_cast_at_another_moment_than_now(story, review):
    with pytest.raises(Refused, match="set back or forward"):
        actions.cast(slip(story, review), {unit(story, "department"): "not"}, at=now() + timedelta(days=1))


def test_a_void_slip_is_as_if_it_had_never_been(story, review):
    made = actions.make_slips(review, 3, by=story.people["style_office"], at=now())
    kept = queries.by_token(made[1].token)
    voided = actions.void_slips(
        review, first=made[0].number, last=made[1].number, by=story.people["style_office"], at=now()
    )
    assert voided == 2
    assert [queries.by_token(each.token) is None for each in made] == [True, True, False]
    with pytest.raises(Refused, match="void"):
        vote(kept, {unit(story, "department"): "satisfied"})
    assert queries.turnout([review])[review.pk][2]["invited"] == 1


def test_a_used_slip_cannot_be_voided_by_anyone(story, review):
    office = story.people["style_office"]
    (made,) = actions.make_slips(review, 1, by=office, at=now())
    vote(queries.by_token(made.token), {unit(story, "department"): "satisfied"})
    with pytest.raises(Refused, match="cannot be taken back"):
        actions.void_slips(review, first=made.number, by=office, at=now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.filter(pk=made.number).update(void=True)


def test_only_the_style_office_of_the_bureau_runs_a_review(story, review):
    foreign = stories.culture().people["style_office"]
    for by in (foreign, story.people["line_leader"], story.people["administrator"], story.people["department_head"]):
        for act in (
            lambda by=by: actions.make_slips(review, 1, by=by, at=now()),
            lambda by=by: actions.void_slips(review, first=1, by=by, at=now()),
            lambda by=by: actions.publish(review, by=by, at=now()),
        ):
            with pytest.raises(Refused):
                act()
    assert not Invitation.objects.filter(group="public").exists()


@pytest.mark.parametrize("count", [0, -1, actions.MOST_SLIPS + 1])
def test_slips_are_made_in_bounded_numbers(story, review, count):
    with pytest.raises(Refused, match="between 1 and"):
        actions.make_slips(review, count, by=story.people["style_office"], at=now())


def test_of_a_token_only_its_hash_is_kept(story, review):
    (made,) = actions.make_slips(review, 1, by=story.people["style_office"], at=now())
    assert made.token not in str(ballots.dump())
    assert len(made.token) == 22


def test_slips_of_a_unit_that_is_not_under_review_are_not_made(story, review):
    with pytest.raises(Refused, match="not under review"):
        actions.make_slips(review, 1, unit=story.units["town_office"], by=story.people["style_office"], at=now())


# --- no trace ------------------------------------------------------------------------------------


def three_ballots(story, review):
    answers = {unit(story, "department"): "not"}
    people = [slip(story, review), slip(story, review), ballots.invitation(review, story.people["line_leader"])]
    return [(person, answers) for person in people]


def test_a_ballot_changes_counts_and_one_flag_and_nothing_else_in_the_whole_database(story, review, caplog):
    cast = three_ballots(story, review)
    before = ballots.dump()
    with caplog.at_level(logging.DEBUG):
        for invitation, answers in cast:
            vote(invitation, answers)
    after = ballots.dump()
    assert ballots.traces(before, after) == []
    changed = [key for key, row in after["commitments_invitation"].items()
               if row != before["commitments_invitation"][key]]  # fmt: skip
    assert sorted(changed, key=int) == sorted((str(person.pk) for person, _answers in cast), key=int)
    assert sum(ballots.counted(review).values()) == 9
    assert [line for line in caplog.records if line.name != "django.db.backends"] == []


def test_control_a_ballot_that_writes_a_row_with_a_time_is_noticed(story, review):
    cast = three_ballots(story, review)
    before = ballots.dump()
    for invitation, answers in cast:
        vote(invitation, answers)
        Letter.objects.create(key=f"v{invitation.pk}", to=story.people["line_leader"], subject="s", body="b",
                              posted_at=now())  # fmt: skip
    assert ballots.traces(before, ballots.dump()) == ["+core_letter"]


def test_every_cell_of_a_group_is_written_by_every_ballot(story, review):
    """Otherwise the database's own row versions would tell which answers came with the last ballot."""
    from django.db import connection  # noqa: PLC0415 -- only this test looks below the models
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- only this test looks below the models

    with CaptureQueriesContext(
        connection,
    ) as asked:
        vote(slip(story, review), {unit(story, "department"): "not"})
    (written,) = [each["sql"] for each in asked if each["sql"].startswith('UPDATE "commitments_tally"')]
    where = written.split("WHERE")[-1]
    assert "group" in where
    assert " IN " not in where


# --- closing and publishing ----------------------------------------------------------------------


def played(story, review):
    """Two leaders and a few slips: leaders and the public reach their minimum, peers do not."""
    ballots.lowered(review, leaders=2, peers=5, public=2)
    school, department = unit(story, "municipal_school"), unit(story, "department")
    vote(ballots.invitation(review, story.people["line_leader"]), {school: "satisfied", department: "satisfied"})
    vote(ballots.invitation(review, story.people["linked_leader"]), {school: "satisfied", department: "basically"})
    vote(ballots.invitation(review, story.people["town_school_head"]), {school: "not"})
    vote(slip(story, review), {school: "satisfied", department: "not"})
    vote(slip(story, review), {school: "basically"})
    return ballots.over(review)


def test_closing_freezes_scores_and_turnout_and_tells_the_style_office_once(story, review):
    played(story, review)
    assert reviews.close_due(on=timezone.localdate(), at=now()) == 1
    assert reviews.close_due(on=timezone.localdate(), at=now()) == 0
    review.refresh_from_db()
    rows = {row["code"]: row for row in review.result["units"]}
    assert rows["municipal-school"]["score"] == "90.63"  # (30 × 100 + 50 × 85) ÷ 80 = 90.625, half up
    assert rows["municipal-school"]["rank"] is None
    assert rows["municipal-school"]["redistributed"]
    assert rows["municipal-school"]["groups"]["public"]["counts"] == {
        "satisfied": 1, "basically": 1, "not": 0, "unknown": 0,
    }  # fmt: skip
    assert rows["department"]["score"] == "85.00"
    assert rows["town-school"]["score"] is None
    assert review.result["groups"][0] == {"key": "leaders", "weight": 30, "minimum": 2, "invited": 2, "used": 2}
    assert Letter.objects.filter(key__startswith="review-closed").count() == 1


def test_units_are_ranked_within_their_kind_and_never_alone(story):
    second = stories.add_unit(story, "second_school", parent=story.units["bureau"])
    ballots.publish(story, "second_school", at=ballots.past_half().first)
    review = ballots.lowered(ballots.opened(story), public=1)
    answers = {unit(story, "municipal_school"): "basically", second.pk: "satisfied", unit(story, "department"): "not"}
    vote(slip(story, review), answers)
    rows = {row["code"]: row for row in ballots.closed(ballots.over(review)).result["units"]}
    places = {code: (row["score"], row["rank"]) for code, row in rows.items()}
    assert places == {
        "municipal-school": ("70.00", 2),
        "second-school": ("100.00", 1),
        "department": ("30.00", None),
        "town-school": (None, None),
    }


def test_of_a_group_below_its_minimum_nothing_but_that_is_told(story, review):
    played(story, review)
    for row in ballots.closed(review).result["units"]:
        assert row["groups"]["peers"] == {"enough": False}


def test_a_review_on_its_last_day_is_not_closed(story, review):
    assert reviews.close_due(on=review.closes_on, at=now()) == 0
    assert reviews.close_due(on=review.closes_on + ballots.ONE_DAY, at=now()) == 1


def test_the_result_is_published_once_under_a_number_and_stands_in_the_record(story, review):
    office = story.people["style_office"]
    with pytest.raises(Refused, match="Ballots are taken until"):
        actions.publish(review, by=office, at=now())
    ballots.closed(played(story, review))
    units = Review.objects.get().result["units"]
    actions.publish(review, by=office, at=now())
    with pytest.raises(Refused, match="was published on"):
        actions.publish(review, by=office, at=now())
    review.refresh_from_db()
    assert review.result["units"] == units
    assert review.result["number"] == f"north办评〔{timezone.localdate().year}〕1号"
    assert Deed.objects.filter(verb="review.published").count() == 1
    assert first_break() is None


def test_bureaus_do_not_mix(story, review):
    other = ballots.world(code="east")
    ballots.opened(other)
    with pytest.raises(Refused, match="cannot judge"):
        vote(slip(story, review), {unit(other, "department"): "satisfied"})
    assert queries.of_person(review.pk, other.people["line_leader"]) is None
    assert not Invitation.objects.filter(review=review, user__in=[p.pk for p in other.people.values()]).exists()


def test_a_head_who_has_moved_judges_neither_the_old_nor_the_new_unit(story, review):
    head = story.people["department_head"]
    post = Tenure.objects.get(user=story.people["municipal_school_head"], post__role=Role.HEAD).post
    Tenure.objects.create(post=post, user=head, from_on=timezone.localdate())
    invitation = ballots.invitation(review, head)
    for key in ("department", "municipal_school"):
        with pytest.raises(Refused, match="own unit"):
            vote(invitation, {unit(story, key): "not"})
    vote(invitation, {unit(story, "town_school"): "satisfied"})
