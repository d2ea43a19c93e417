"""Two people hold one draw at once: exactly one draw happens, the other is told. With a control without the lock."""

import time

import pytest
from django.db import IntegrityError

from assessments.actions import draws
from assessments.models import Draw, Inspection, Opinion
from assessments.policies import draws as policies
from portal.core.deeds import first_break
from portal.core.errors import Refused
from portal.core.models import Deed
from tests.assessments.test_draws import announced, now, world
from tests.whole.test_races import together
from units.models import Post, Role, Tenure

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]
WINDOW = 0.4


@pytest.fixture
def slow(monkeypatch):
    """Everyone hesitates between being allowed and drawing."""
    ask = policies.can_hold

    def hesitate(*args):
        verdict = ask(*args)
        time.sleep(WINDOW)
        return verdict

    monkeypatch.setattr(policies, "can_hold", hesitate)


@pytest.fixture
def unguarded(monkeypatch):
    """The guard taken away: the draw is read without a lock."""

    def read(draw):
        return Draw.objects.select_related("assessment__campaign__bureau").get(pk=draw.pk)

    monkeypatch.setattr(draws, "locked", read)


def two_hold():
    story = world("department", "town_school")
    draw = announced(story)
    colleague = story.people["administrator"]
    post = Post.objects.get(unit=story.units["bureau"], role=Role.STYLE_OFFICE)
    Tenure.objects.create(post=post, user=colleague, from_on="2020-01-01")
    at = now(2)
    return together(
        lambda: draws.hold(draw, seed="1", by=story.office, at=at),
        lambda: draws.hold(draw, seed="2", by=colleague, at=at),
    )


def test_of_two_who_hold_a_draw_at_once_one_draws_and_the_other_is_told(slow):
    outcomes = two_hold()
    (told,) = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    (held,) = [outcome for outcome in outcomes if isinstance(outcome, Draw)]
    assert held.number in str(told) and Draw.objects.get().seed == held.seed
    assert Deed.objects.filter(verb="draw.drawn").count() == 1 == Deed.objects.filter(verb="draw.not_allowed").count()
    assert Inspection.objects.count() == 2 and Opinion.objects.count() == 4
    assert first_break() is None


def test_control_without_the_lock_both_draw_and_only_the_table_s_own_constraint_stops_the_second(slow, unguarded):
    outcomes = two_hold()
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, Draw)] == [IntegrityError]
    assert not Deed.objects.filter(verb="draw.not_allowed").exists(), "nobody is told why"
