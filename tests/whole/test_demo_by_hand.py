"""The demonstration after people have changed it by hand: theirs stands, the rest is played, and the log says why."""

import copy
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from commitments.models import Sheet
from portal.core.errors import Refused
from portal.core.workdays import ONE_DAY, Workdays
from portal.demo import keeping, learning, scenes
from portal.demo.trying import tried
from tests import months, stories
from tests.worlds import shared
from units import actions
from units.models import Post, Role, Tenure

pytestmark = pytest.mark.django_db

world = shared(lambda: months.kept("municipal_school", "department", months=1))


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


def scene_of(story, day=None):
    day = day or timezone.localdate()
    return scenes.Scene(story.campaign, day.year, day, Workdays({}))


def end_posts(role):
    for tenure in Tenure.objects.filter(post__role=role, until_on=None):
        actions.end_tenure(tenure, by="command", at=timezone.now(), why="调离")


def test_a_scene_without_its_people_says_who_is_missing(story):
    scene, post = scene_of(story), Post.objects.get(role=Role.STYLE_OFFICE)
    assert scene.office() == story.people["style_office"]
    end_posts(Role.STYLE_OFFICE)
    assert scene.anyone(Role.STYLE_OFFICE, story.units["bureau"]) is None
    for asking in (scene.office, lambda: scene.holder(post), lambda: scene.sign(None, post, then=None, at=scene.at(9))):
        with pytest.raises(Refused, match="Nobody"):
            asking()


def test_what_cannot_be_played_is_left_out_and_the_rest_goes_on(story, monkeypatch, caplog):
    end_posts(Role.STYLE_OFFICE)

    def half(scene):
        stories.culture("left-over")
        scene.office()

    monkeypatch.setattr(learning, "_blackouts", half)
    monkeypatch.setattr(learning, "_contacts", lambda scene: 2)
    story.campaign.bureau.code = "anqiu-edu"
    assert learning.play_day(scene_of(story)) == 2
    assert "half of" in caplog.text
    assert "Nobody acts as style_office" in caplog.text
    assert "left-over" not in type(story.bureau).objects.values_list("code", flat=True)


def test_no_day_of_the_year_falls_over_where_nobody_is_left(story):
    for role in (Role.STYLE_OFFICE, Role.HEAD, Role.LINE_LEADER):
        end_posts(role)
    year = timezone.localdate().year
    for month, day in ((6, 2), (9, 8), (10, 14)):
        scenes.play_day(scene_of(story, date(year, month, day)))


def test_a_report_that_contradicts_what_people_sent_is_left_out(story, caplog):
    months.open_months(story, timezone.localdate())
    first, second = Sheet.objects.filter(sent_at=None).order_by("month__code", "unit__code")[:2]
    day, until = timezone.localdate(), timezone.now() + ONE_DAY
    row = {"choice": "update", "value": Decimal("-1")}
    assert tried(keeping.report, first, day, until, lambda *_facts: row) == 0
    assert "Left out of the demonstration: report" in caplog.text
    first.refresh_from_db()
    assert first.sent_at is None
    assert tried(keeping.report, second, day, until, lambda *_facts: {"choice": "no_change"}) == 1
