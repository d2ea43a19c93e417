"""A unit judges itself on a telephone: filled in from the ledger, written by the staff, signed by the head."""

import re
from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assessments.actions import selfchecks
from assessments.models import Case, SelfAssessment, SelfMark
from commitments.models import Line
from tests.browser.pages import PHONE
from tests.browser.test_access_for_all import faults_of
from tests.judged import judged, marked
from tests.stories import PASSPHRASE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ANSWERED = re.compile(r"^Failed to load resource|^htmx:(sendError|afterRequest)")
KIND = "municipal_school"


@pytest.fixture
def story(transactional_db):
    story = judged(KIND, "town_school")
    marked(story.cases[KIND], completion="51.38", reporting=13, openness=10)
    line = Line.objects.filter(unit=story.units[KIND]).order_by("position").first()
    Line.objects.filter(pk=line.pk).update(status="kept", actual=36, done_on=date(2026, 10, 2))
    return story


def saved(person):
    expect(person.page.locator('#save-state[data-state="saved"]')).to_be_visible()


def field(story, key, part):
    return f"#id_m{story.criteria[key].pk}-{part}"


def test_a_unit_assesses_itself_on_a_telephone_and_the_head_signs(visit, story):
    staff = visit(story.people[f"{KIND}_staff"], **PHONE)
    staff.from_desk("Begin")
    staff.tap(staff.button("Begin the self-assessment"))
    expect(staff.page.locator("#id_did")).to_have_value(re.compile("实际36个"))
    staff.write(field(story, "on-the-spot", "points"), "１２")
    saved(staff)
    expect(staff.page.locator("#answered")).to_have_text(
        staff.words("%(n)s of %(m)s criteria have own points.", n=4, m=4)
    )
    staff.write(field(story, "completion", "points"), "55")
    saved(staff)
    expect(staff.page.locator("#lacking")).to_be_visible()
    staff.write(field(story, "completion", "words"), "两项承诺月底已完成，台账下月更新。")
    saved(staff)
    assert staff.page.evaluate("document.documentElement.scrollWidth") == PHONE["size"]["width"]
    assert SelfAssessment.objects.get().document is None
    story.enrol(story.people[f"{KIND}_head"])
    head = visit(story.people[f"{KIND}_head"], **PHONE)
    head.from_desk("Write on")
    head.tap(head.button("Put the special report forward"))
    head.is_told("The text is frozen. Read it once more and sign it.")
    head.write("#id_passphrase", PASSPHRASE)
    head.tap("#id_read")
    head.tap(head.button("Sign and hand in"))
    head.is_told("Signed and handed in. The style office was told.")
    assert head.page.evaluate("document.documentElement.scrollWidth") == PHONE["size"]["width"]
    check = SelfAssessment.objects.get()
    assert check.sent_at and check.days_late == 0 and str(Case.objects.get(pk=check.case_id).self_total) == "90.00"
    office = visit(story.people["style_office"])
    office.open(reverse("selfchecks"))
    office.sees("Handed in")
    office.tap(office.link("Read it"))
    expect(office.page.locator("article.paper")).to_contain_text("折合百分制90分")


def test_points_outside_the_scale_are_told_at_once_and_nothing_is_lost_offline(visit, story, csp):
    case = story.cases[KIND]
    check = selfchecks.begin(case, by=story.people[f"{KIND}_staff"], at=story.assessment.opened_at)
    staff = visit(story.people[f"{KIND}_staff"], lang="en")
    staff.open(reverse("selfcheck", args=[case.pk]))
    points = field(story, "completion", "points")
    staff.page.fill(points, "61")
    expect(staff.page.locator(f"{points}_error")).to_contain_text("between 0 and 60")
    staff.page.fill(points, "50")
    saved(staff)
    expect(staff.page.locator(f"{points}_error")).to_have_count(0)
    assert SelfMark.objects.get(self_assessment=check, criterion=story.criteria["completion"]).points == 50
    staff.page.context.set_offline(True)
    staff.page.fill("#id_next", "断网时写的打算")
    expect(staff.page.get_by_text("Your text is kept in this browser")).to_be_visible()
    staff.page.context.set_offline(False)
    staff.page.on("dialog", lambda dialog: dialog.accept())
    staff.page.reload()
    expect(staff.page.locator("#id_next")).to_have_value("断网时写的打算")
    saved(staff)
    check.refresh_from_db()
    assert check.next == "断网时写的打算"
    csp[:] = [fault for fault in csp if not ANSWERED.search(fault)]


def test_self_assessments_can_be_used_by_all(visit, story):
    case = story.cases[KIND]
    staff, office = visit(story.people[f"{KIND}_staff"]), visit(story.people["style_office"])
    page = reverse("selfcheck", args=[case.pk])
    faults = faults_of(staff, [page]) + faults_of(office, [reverse("selfchecks")])
    selfchecks.begin(case, by=story.people[f"{KIND}_staff"], at=story.assessment.opened_at)
    assert faults + faults_of(staff, [page, f"{reverse('selfchecks')}?all=1"]) == []
