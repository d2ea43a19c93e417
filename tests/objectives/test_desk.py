"""Everyone's desk: what waits, until when, the one act; and what waits for others."""

from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from objectives.models import Deadline
from portal import home
from portal.core.desk import Item, grouped
from tests import stories

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return stories.education()


def desk(user):
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = "en"
    answer = client.get(reverse("desk"))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_everyone_finds_a_sensible_desk(story):
    story.paper("municipal_school", "half")
    story.paper("department", "returned")
    for user in story.people.values():
        assert "<h1>Today</h1>" in desk(user)


@pytest.mark.parametrize(
    ("kind", "state", "person", "what", "act"),
    [
        ("municipal_school", "draft", "municipal_school_staff", "Finish the paper of", "Open and submit"),
        ("municipal_school", "returned", "municipal_school_staff", "Returned: the objectives of", "Change it"),
        ("municipal_school", "in_route", "municipal_school_head", "Sign the objectives of", "Read and sign"),
        ("municipal_school", "half", "linked_leader", "Audit and sign the objectives of", "Audit and sign"),
        ("municipal_school", "to_file", "style_office", "Check and file the objectives of", "Check and file"),
        ("department", "in_route", "department_head", "Submit the objectives of", "Read and submit"),
        ("department", "half", "line_leader", "Audit and sign the objectives of", "Audit and sign"),
        ("town_school", "half", "town_office_approver", "Approve the objectives of", "Read and approve"),
        ("town_school", "complete", "town_school_head", "Publish the objectives of", "Look and publish"),
    ],
)
def test_what_waits_stands_on_the_desk_of_who_does_it(story, kind, state, person, what, act):
    story.paper(kind, state)
    shown = desk(story.people[person])
    assert what in shown
    assert f">{act}<" in shown


def test_a_reason_stands_on_the_desk_word_for_word(story):
    story.paper("municipal_school", "returned")
    assert "主要负责人: 请写明数字。" in desk(story.people["municipal_school_staff"]) or "请写明数字。" in desk(
        story.people["municipal_school_staff"]
    )


def test_due_dates_are_the_campaign_s(story):
    Deadline.objects.filter(key="sign_off").update(on=timezone.localdate() - timedelta(days=3))
    story.paper("municipal_school", "in_route")
    shown = desk(story.people["municipal_school_head"])
    assert "One thing waits for you: one is overdue." in shown
    assert "overdue by 3 days" in shown


def test_a_unit_without_a_paper_is_told_to_begin(story):
    assert "Begin the paper of" in desk(story.people["department_staff"])


def test_the_margin_says_who_a_paper_is_stuck_with(story):
    story.paper("municipal_school", "half")
    for person in ("municipal_school_staff", "style_office", "auditor"):
        assert "Waiting for the linked leader since" in desk(story.people[person])
    assert "No paper you follow waits for somebody else." in desk(story.people["linked_leader"])


def test_an_empty_desk_says_so_in_words(story):
    shown = desk(story.people["administrator"])
    assert "Nothing waits for you." in shown
    stranger = get_user_model().objects.create_user("stranger", name="路人")
    assert "You hold no post today." in desk(stranger)


@pytest.mark.parametrize("person", ["style_office", "auditor", "municipal_school_staff"])
def test_the_desk_asks_the_same_number_of_questions_for_one_row_and_for_three(story, person):
    story.paper("municipal_school", "to_file")
    with CaptureQueriesContext(connection) as one:
        desk(story.people[person])
    story.paper("department", "to_file")
    story.paper("town_office", "half")
    with CaptureQueriesContext(connection) as three:
        desk(story.people[person])
    assert len(three) == len(one)


def test_many_papers_become_one_row_with_their_count(story, monkeypatch):
    monkeypatch.setattr("objectives.desk.ONE_BY_ONE", 0)
    story.paper("municipal_school", "half")
    shown = desk(story.people["linked_leader"])
    assert "papers to audit and sign" in shown


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], "Wednesday 18 October 2017. Nothing waits for you."),
        ([9], "Wednesday 18 October 2017. One thing waits for you."),
        ([-2, 0, 0], "Wednesday 18 October 2017. Three things wait for you: one is overdue, two are due today."),
        ([1] * 13, "Wednesday 18 October 2017. 13 things wait for you."),
    ],
)
def test_the_first_sentence_counts_in_words(days, words):
    today = date(2017, 10, 18)
    items = [Item("what", "why", "act", "/", today + timedelta(days=each)) for each in days]
    with translation.override("en"):
        assert home.sentence(grouped(items, on=today), today) == words
