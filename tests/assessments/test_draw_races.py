"""Two people hold one draw at once: exactly one draw happens, the other is told. With a control without the lock.
And one announces while another passes a unit over: the frozen list never holds a unit that was just given a place.
"""

import time

import pytest
from django.db import IntegrityError

from assessments.actions import draws
from assessments.actions import inspections as acts
from assessments.models import Draw, Inspection, Opinion
from assessments.policies import draws as policies
from assessments.policies import inspections as inspecting
from assessments.queries import draws as queries
from portal.core.deeds import first_break
from portal.core.errors import Refused
from portal.core.models import Deed
from tests.assessments.test_draw_lines import three_more_schools
from tests.assessments.test_draws import announced, now, public_number, world
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


def test_of_one_who_announces_and_one_who_passes_over_both_find_the_same_units_left(monkeypatch):
    ask = inspecting.can_pass_over

    def hesitate(*args):
        verdict = ask(*args)
        time.sleep(WINDOW)
        return verdict

    monkeypatch.setattr(inspecting, "can_pass_over", hesitate)
    story = three_more_schools()
    draw = draws.prepare(story.assessment, public_number(method="census"), by=story.office, at=now())
    school = Inspection.objects.get(kind_key="town_school")

    def announce():
        time.sleep(WINDOW / 4)
        return draws.announce(draw, by=story.office, at=now())

    outcomes = together(lambda: acts.unable(school, why="汛期", by=story.office, at=now()), announce)
    assert [type(outcome) for outcome in outcomes] == [Inspection, Draw], outcomes
    assert outcomes[0].case.unit.code not in queries.file_of(outcomes[1], "objects.txt")
    assert draws.hold(outcomes[1], seed="1", by=story.office, at=now(2)).result_hash
