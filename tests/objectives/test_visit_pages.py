"""Pages of visits: one calendar for the bureau, a plan that is warned as it is typed, acts that say why not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from objectives.actions import blackouts
from objectives.models import Blackout, Visit
from portal.core.models import Deed
from tests import stories
from tests.objectives.learning import approved, asked, client_of, filed, learning, matched, planned, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def typed(story, day, **facts):
    return {
        "benchmark": story.benchmark.pk, "kind": "go_out", "from_on": day.isoformat(), "to_on": day.isoformat(),
        "purpose": "学习课堂教学", "people": "4", "participants": "教研组长", "plan": "听课", "despite": "",
        "version": "0", "act": "ask",
    } | facts  # fmt: skip


def month(day):
    return f"{reverse('visits')}?month={day:%Y-%m}"


def coming(story):
    """A day of the month after next: nothing else lies there."""
    return (story.today.replace(day=1) + timedelta(days=70)).replace(day=12)


def test_a_plan_is_warned_as_it_is_typed_and_asked_for_with_a_reason():
    story = learning(a_month=1)
    day = coming(story)
    theirs = asked(story, "second_school", day)
    staff = client_of(story.people["municipal_school_staff"])
    assert "Choose whom and when" in text_of(staff.get(reverse("visit_new")))
    part = text_of(staff.post(reverse("visit_warnings"), typed(story, day)))
    assert "goes to Model school in the same month" in part and "too many for one host" in part
    assert f'formaction="{reverse("visit", args=[theirs.pk])}"' in part and "<html" not in part
    assert "Nothing speaks against" in text_of(
        staff.post(reverse("visit_warnings"), typed(story, day + timedelta(days=61)))
    )
    assert not Visit.objects.filter(unit=story.units["municipal_school"]).exists()
    told = staff.post(reverse("visit_new"), typed(story, day))
    mine = Visit.objects.get(unit=story.units["municipal_school"])
    assert told.status_code == 409 and "Your plan is kept." in text_of(told) and mine.state == "planned"
    page = reverse("visit_edit", args=[mine.pk])
    reason = {"despite": "专题不同", "version": mine.version, "seen": ["join", "crowding"]}
    assert staff.post(page, typed(story, day, **reason)).status_code == 302
    mine.refresh_from_db()
    assert (mine.state, mine.despite) == ("asked", "专题不同")
    assert staff.get(page).status_code == 302, "what was asked for is not changed"
    joined = staff.post(reverse("visit", args=[theirs.pk]), typed(story, day, act="join"))
    assert joined.status_code == 302 and theirs.companions.get().unit == story.units["municipal_school"]
    assert staff.post(reverse("visit_new"), typed(story, day, from_on="2月31日")).status_code == 422


def test_an_exam_week_is_told_while_typing_and_refused_on_asking_with_what_was_typed():
    story = learning()
    day, office = coming(story), client_of(story.people["style_office"])
    data = {"from_on": day.isoformat(), "to_on": (day + timedelta(days=3)).isoformat(), "why_zh": "期末考试",
            "why_en": ""}  # fmt: skip
    assert office.post(reverse("blackouts"), data).status_code == 302
    assert office.post(reverse("blackouts"), data).status_code == 409, "set already"
    assert office.post(reverse("blackouts"), data | {"to_on": ""}).status_code == 422
    staff = client_of(story.people["municipal_school_staff"])
    assert "期末考试" in text_of(staff.post(reverse("visit_warnings"), typed(story, day)))
    told = staff.post(reverse("visit_new"), typed(story, day))
    assert told.status_code == 409 and "学习课堂教学" in text_of(told) and "期末考试" in text_of(told)
    assert not Visit.objects.exists()
    assert Deed.objects.get(verb="visit.not_allowed").facts["from_on"] == day.isoformat()
    assert "No visits: 期末考试" in text_of(staff.get(month(day)))
    lift = reverse("blackout_lift", args=[Blackout.objects.get().pk])
    assert staff.post(lift).status_code == 404
    assert client_of(stories.culture().people["style_office"]).post(lift).status_code == 404
    assert office.post(lift).status_code == 302 and not Blackout.objects.exists()


def test_the_office_decides_and_the_unit_writes_up_on_the_page():
    story = learning()
    filed(story, matched(story))
    visit = asked(story, "municipal_school", story.today)
    page, office = reverse("visit", args=[visit.pk]), client_of(story.people["style_office"])
    staff = client_of(story.people["municipal_school_staff"])
    assert "This visit waits for: Style office." in text_of(staff.get(page))
    assert staff.post(page, {"act": "approve"}).status_code == 409
    assert office.post(page, {"act": "send_back", "reason": ""}).status_code == 422
    assert "Waiting for you" in text_of(office.get(month(story.today)))
    assert office.post(page, {"act": "approve"}).status_code == 302
    assert office.post(page, {"act": "send_back", "reason": "晚了"}).status_code == 409
    write = {"act": "write_up", "held_on": story.today.isoformat(), "came": "3", "findings": ""}
    assert staff.post(page, write).status_code == 422
    assert staff.post(page, write | {"findings": "分层教学"}).status_code == 302
    assert "counts as a contact of the quarter" in text_of(staff.get(page))
    assert office.post(page, {"act": "cancel", "reason": "不去了"}).status_code == 409
    assert office.post(page, {"act": "sing"}).status_code == 404


def test_units_see_where_others_go_but_not_their_plans_and_other_bureaus_see_nothing():
    story, foreign = learning(), stories.culture()
    day = coming(story)
    visit = approved(story, "municipal_school", day)
    draft = planned(story, "municipal_school", day + timedelta(days=2))
    other = client_of(story.people["second_school_staff"])
    shown = text_of(other.get(reverse("visit", args=[visit.pk])))
    assert "学习课堂教学改革" in shown and "听课、座谈" not in shown and "教研组长" not in shown
    assert "听课、座谈" in text_of(client_of(story.people["linked_leader"]).get(reverse("visit", args=[visit.pk])))
    assert "Model school" in text_of(other.get(month(day)))
    assert other.get(reverse("visit", args=[draft.pk])).status_code == 404
    for who in ("style_office", "bureau_staff"):
        stranger = client_of(foreign.people[who])
        for name in ("visit", "visit_edit"):
            assert stranger.get(reverse(name, args=[visit.pk])).status_code == 404
        assert "Model school" not in text_of(stranger.get(month(day)))
    assert other.post(reverse("visit", args=[visit.pk]), {"act": "cancel", "reason": "不去"}).status_code == 409
    assert Visit.objects.get(pk=visit.pk).state == "approved"


def test_the_calendar_asks_the_same_questions_for_one_visit_and_for_three():
    story = learning(a_month=1)
    day, staff = coming(story), client_of(story.people["municipal_school_staff"])
    office = client_of(story.people["style_office"])

    def questions(client):
        with CaptureQueriesContext(connection) as asked_of:
            assert client.get(month(day)).status_code == 200
        return len(asked_of)

    asked(story, "municipal_school", day)
    questions(staff)  # what a process asks once
    one = questions(staff), questions(office)
    for unit in ("second_school", "department"):
        asked(story, unit, day + timedelta(days=1), despite="专题不同")
    assert (questions(staff), questions(office)) == one
    page = text_of(office.get(month(day)))
    assert "Crowded: 3 visits" in page
    blackouts.set_days(story.bureau, from_on=day, to_on=day, why_zh="考试", by=story.people["style_office"],
                       at=timezone.now())  # fmt: skip
    assert office.get(f"{reverse('visits')}?month=2026-13").status_code == 200
