"""A visit is planned on a phone: the calendar warns of a crowd as the days are typed; one says why, or joins."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from objectives.actions import blackouts, feeds
from objectives.models import Visit
from tests.browser.pages import PHONE
from tests.browser.test_access_for_all import faults_of
from tests.objectives.learning import approved, asked, at, filed, learning, matched

ANSWERED = re.compile(r"Failed to load resource: .* 409")
"""The browser reports the answer that warns; it is told on the page."""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story(transactional_db):
    """Another school goes to the same host in the month in which one plans; no host takes more than one visit."""
    story = learning(a_month=1)
    story.day = (story.today.replace(day=1) + timedelta(days=70)).replace(day=12)
    story.theirs = asked(story, "second_school", story.day)
    story.pair = matched(story)
    return story


def test_a_school_plans_a_visit_on_a_phone_is_warned_of_the_crowd_and_says_why_all_the_same(visit, story, csp):
    staff = visit(story.people["municipal_school_staff"], **PHONE)
    staff.open(reverse("visits"))
    staff.tap(staff.link("Plan a visit"))
    staff.page.select_option("#id_benchmark", value=str(story.benchmark.pk))
    staff.page.fill("#id_from_on", (story.day + timedelta(days=90)).isoformat())
    staff.page.fill("#id_to_on", (story.day + timedelta(days=90)).isoformat())
    staff.sees("Nothing speaks against these days.")
    staff.page.fill("#id_from_on", story.day.isoformat())
    staff.page.fill("#id_to_on", story.day.isoformat())
    staff.page.locator("#id_to_on").press("Tab")
    warnings = staff.page.locator("#warnings")
    expect(warnings.locator("li")).to_have_count(2)
    expect(warnings.get_by_role("button", name=staff.words("Join this trip"))).to_be_visible()
    staff.page.fill("#id_purpose", "学习课堂教学改革")
    staff.tap(staff.button("Ask for approval"))
    staff.sees("Your plan is kept.")
    staff.page.fill("#id_despite", "对方只在这一周开放课堂")
    staff.tap(staff.button("Ask for approval"))
    staff.is_told("Asked. Who approves was told.")
    assert Visit.objects.get(unit=story.units["municipal_school"]).despite == "对方只在这一周开放课堂"
    office = visit(story.people["style_office"])
    office.open(reverse("visit", args=[Visit.objects.get(unit=story.units["municipal_school"]).pk]))
    expect(office.page.locator("blockquote")).to_have_text("对方只在这一周开放课堂")
    office.tap(office.button("Approve the visit"))
    office.is_told("Approved. The unit was told.")
    csp[:] = [fault for fault in csp if not ANSWERED.search(fault)]


def test_instead_of_crowding_a_host_a_school_joins_the_trip_with_one_tap(visit, story):
    staff = visit(story.people["municipal_school_staff"], **PHONE)
    staff.open(f"{reverse('visit_new')}?benchmark={story.benchmark.pk}")
    staff.page.fill("#id_from_on", story.day.isoformat())
    staff.page.fill("#id_to_on", story.day.isoformat())
    staff.page.locator("#id_to_on").press("Tab")
    staff.tap(staff.button("Join this trip"))
    staff.is_told("You come along. The unit that makes the visit was told.")
    assert story.theirs.companions.get().unit == story.units["municipal_school"]


def test_the_pages_of_benchmarking_can_be_used_by_all(visit, story):
    filed(story, matched(story, "second_school"))
    mine = approved(story, "municipal_school", story.day + timedelta(days=2), despite="专题不同")
    day = story.day + timedelta(days=7)
    blackouts.set_days(story.bureau, from_on=day, to_on=day, why_zh="期中考试", by=story.people["style_office"],
                       at=at(story.today))  # fmt: skip
    staff, office = story.people["municipal_school_staff"], story.people["style_office"]
    feeds.make(by=staff, at=at(story.today))
    shared = [reverse("benchmarks"), reverse("contacts"), f"{reverse('visits')}?month={story.day:%Y-%m}"]
    shared += [reverse("registry_entry", args=[story.benchmark.pk]), reverse("visit", args=[mine.pk])]
    own = [reverse("gaps", args=[story.pair.pk]), reverse("contact_note", args=[story.pair.pk]), reverse("visit_new"),
           reverse("registry_new"), reverse("visit", args=[story.theirs.pk])]  # fmt: skip
    assert faults_of(visit(staff), shared + own) == []
    assert faults_of(visit(office), [*shared, reverse("blackouts")]) == []
