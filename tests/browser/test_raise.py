"""The bar is raised in a browser: last year's result, a target that does not lie above it, and the reason for it."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from assessments.actions import raising
from assessments.models import Assessment
from commitments.models import Commitment, Line
from objectives.models import Paper, Target
from tests.assessments.test_raising import following
from tests.browser.pages import PHONE
from tests.browser.test_access_for_all import faults_of
from tests.judged import judged

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KIND = "municipal_school"


@pytest.fixture
def story(transactional_db):
    story = judged(KIND)
    now = story.assessment.opened_at
    Assessment.objects.update(
        phase="published", notified_at=now, published_at=now, published_by=story.people["style_office"]
    )
    Line.objects.update(actual=Decimal(36), status="kept")
    Commitment.objects.update(value_now=Decimal(36), status="kept")
    story.following = following(story)
    return story


def test_a_school_begins_from_its_results_and_says_why_one_is_not_raised(visit, story):
    staff = visit(story.people[f"{KIND}_staff"], **PHONE)
    staff.from_desk("See the results")
    staff.tap(staff.button("Begin from these results"))
    expect(staff.page.locator(".last-year").first).to_be_visible()
    why = staff.page.locator("#id_targets-0-why_not_raised")
    expect(why).to_be_hidden()
    staff.page.fill("#id_targets-0-value", "40")
    expect(why).to_be_hidden()
    staff.page.fill("#id_targets-0-value", "36")
    expect(why).to_be_visible()
    lack = staff.page.locator('#beside a[href="#id_targets-0-why_not_raised"]')
    expect(lack).to_be_visible()
    why.fill("教室已全部覆盖，今年提高使用率。")
    expect(lack).to_have_count(0)
    paper = Paper.objects.get(campaign=story.following)
    target = Target.objects.get(objective__paper=paper, objective__position=1)
    assert (target.value, target.result_before) == (36, 36) and target.why_not_raised.startswith("教室")
    assert staff.page.evaluate("document.documentElement.scrollWidth") == PHONE["size"]["width"]
    staff.open(reverse("raise_paper", args=[story.following.code, story.units[KIND].pk]))
    staff.sees("Every result is continued in the new paper.")


def test_raising_and_the_years_can_be_used_by_all(visit, story):
    page = reverse("raise_paper", args=[story.following.code, story.units[KIND].pk])
    staff, citizen = visit(story.people[f"{KIND}_staff"]), visit()
    years = reverse("unit_years", args=["zh", "north", "municipal-school"])
    faults = faults_of(staff, [page]) + faults_of(citizen, [years])
    paper = raising.begin_raised(
        story.following, story.units[KIND], by=story.people[f"{KIND}_staff"], at=timezone.now()
    )
    Target.objects.filter(objective__paper=paper).update(value=36)
    assert faults + faults_of(staff, [page, reverse("paper_edit", args=[paper.pk])]) == []
