"""A score sheet on a telephone with a bad network: typed, photographed and reloaded without one, it arrives once."""

import re
from contextlib import contextmanager

import pytest
from django.core.servers.basehttp import WSGIRequestHandler
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import Opinion, Photo
from portal.core.models import Deed
from tests.assessments import drawn
from tests.browser.pages import PHONE
from tests.browser.test_access_for_all import faults_of
from tests.commitments.test_evidence import picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
NO_NETWORK = re.compile(r"^Failed to load resource|ERR_INTERNET_DISCONNECTED|NetworkError|Failed to fetch")


@pytest.fixture
def story(transactional_db):
    """A department drawn for two inspectors who have declared to have no interest."""
    return drawn.world("department", names=("auditor", "style_office", "line_leader"))


@pytest.fixture
def without_network(monkeypatch):
    """Nothing comes through as long as it lasts: the browser says so, and the portal hangs up without an answer.

    The browser's word alone is not enough: a page that was just loaded again may still get a request through.
    """

    def hangs_up(handler) -> bool:
        handler.close_connection = True
        return False

    @contextmanager
    def lost(page):
        page.context.set_offline(True)
        with monkeypatch.context() as patch:
            patch.setattr(WSGIRequestHandler, "parse_request", hangs_up)
            yield
        page.context.set_offline(False)

    return lost


def mine(story) -> Opinion:
    return drawn.sheets(story.inspections[0])[0]


def field(story, key, name) -> str:
    return f"#id_c{story.criteria[key].pk}-{name}"


def stands(person, *states):
    shown = ", ".join(f'[data-sheet-state][data-state="{state}"]' for state in states)
    expect(person.page.locator(shown)).to_be_visible()


def test_a_sheet_is_scored_without_a_network_reloaded_and_arrives_once(visit, story, without_network, csp):
    person = visit(mine(story).inspector.user, lang="en", **PHONE)
    page = person.page
    person.from_desk("Open the sheet")
    expect(page.locator('[data-offline][data-state="ready"]')).to_be_visible()
    with without_network(page):
        page.fill(field(story, "completion", "points"), "52.5")
        page.fill(field(story, "on-the-spot", "points"), "12")
        page.fill(field(story, "completion", "seen"), "翻了台账")
        page.fill(field(story, "on-the-spot", "seen"), "现场看了三间教室")
        page.fill("#finding-1", "灭火器过期")
        page.get_by_role("button", name="Another finding").tap()
        page.fill("#finding-2", "消防通道堆放杂物")
        page.fill("#id_talked_to", "教务主任")
        stands(person, "offline")
        page.fill("#id_title", "灭火器")
        page.select_option("#id_criterion", str(story.criteria["on-the-spot"].pk))
        page.set_input_files("#id_upload", {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": picture()})
        expect(page.locator("[data-photo]")).to_contain_text("kept on this phone")
        page.reload()
        expect(page.locator(field(story, "completion", "points"))).to_have_value("52.5")
        expect(page.locator("#finding-2")).to_have_value("消防通道堆放杂物")
        stands(person, "offline", "unsent")
        expect(page.locator("[data-photo]")).to_contain_text("kept on this phone")
        assert Opinion.objects.get(pk=mine(story).pk).saved_at is None and not Photo.objects.exists()
    stands(person, "saved")
    expect(page.locator("[data-photo]")).to_contain_text("in the portal")
    stored = mine(story)
    assert stored.version == 2 and Photo.objects.get().title == "灭火器"
    assert Photo.objects.get().criterion == story.criteria["on-the-spot"]
    assert [row.text for row in stored.findings.order_by("pk")] == ["灭火器过期", "消防通道堆放杂物"]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["size"]["width"]
    page.get_by_role("button", name="Send the sheet").tap()
    expect(page.locator("#id_visited_on_error")).to_contain_text("Write the day of your visit")
    page.fill("#id_visited_on", f"{stored.inspection.case.assessment.inspect_from_on}")
    stands(person, "saved")
    with without_network(page):
        page.get_by_role("button", name="Send the sheet").tap()
        stands(person, "waiting")
        assert mine(story).sent_at is None
    expect(page.locator(".work-head")).to_contain_text("does not change any more")
    assert mine(story).sent_at and Photo.objects.count() == 1
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('sheet:')).length") == 0
    csp[:] = [fault for fault in csp if not NO_NETWORK.search(fault)]


def test_two_devices_meet_and_choose_and_no_script_is_needed(visit, story, csp):
    address = reverse("inspection_sheet", args=[mine(story).pk])
    plain = visit(mine(story).inspector.user, lang="en", java_script_enabled=False)
    plain.open(address)
    plain.page.fill(field(story, "completion", "points"), "50")
    plain.page.fill("#finding-1", "门窗破损")
    plain.page.locator(".sheet-bar").get_by_role("button", name="Save").click()
    expect(plain.page.locator(".messages")).to_contain_text("Saved in the portal at")
    expect(plain.page.locator("#finding-1")).to_have_value("门窗破损")
    phone, desk = (visit(mine(story).inspector.user, lang="en") for _each in range(2))
    for person in (phone, desk):
        person.open(address)
    desk.page.fill("#id_words", "电脑上写的")
    stands(desk, "saved")
    phone.page.fill("#id_words", "手机上写的")
    stands(phone, "conflict")
    expect(phone.page.locator(".clash")).to_contain_text("电脑上写的")
    assert mine(story).words == "电脑上写的"
    phone.page.get_by_role("button", name="Keep what is typed here").click()
    stands(phone, "saved")
    assert mine(story).words == "手机上写的"
    points = field(story, "completion", "points")
    phone.page.fill(points, "６１")
    expect(phone.page.locator(f"{points}_error")).to_contain_text("Give points from 0 to 60")
    stands(phone, "unclear")
    phone.page.fill(points, "59")
    stands(phone, "saved")
    expect(phone.page.locator(f"{points}_error")).to_have_count(0)
    assert not Deed.objects.filter(verb="inspection.not_allowed").exists(), "a slip on the phone is no attempt"
    photographs_that_cannot_go_keep_nothing_waiting(phone)
    csp[:] = [fault for fault in csp if not NO_NETWORK.search(fault)]


def photographs_that_cannot_go_keep_nothing_waiting(phone):
    """One that is refused on its way says so and can be taken off; signed out, the sheet says so and stops."""
    page, shot = phone.page, {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    page.route("**/photos/", lambda route: route.fulfill(status=413, content_type="text/html", body="too large"))
    page.set_input_files("#id_upload", shot)
    expect(page.locator("[data-photo] .error")).to_contain_text("did not take this file")
    page.get_by_role("button", name="Take it off this phone").click()
    expect(page.locator("[data-photo]")).to_have_count(0)
    page.unroute("**/photos/")
    page.context.clear_cookies()
    page.set_input_files("#id_upload", shot)
    stands(phone, "signedout")
    expect(page.locator("[data-photo]")).to_contain_text("You are signed out")


def test_inspections_can_be_used_by_all(visit, story):
    first, second = drawn.sheets(story.inspections[0])
    Opinion.objects.filter(pk=second.pk).update(clear_at=None)
    sheets = [reverse("inspection_sheet", args=[each.pk]) for each in (first, second)]
    lines = reverse("case_lines", args=[story.inspections[0].case_id])
    whole = [reverse("inspections"), reverse("inspection", args=[story.inspections[0].pk])]
    inspector, office = (visit(each.inspector.user) for each in (first, second))
    assert faults_of(inspector, [sheets[0], lines, whole[0]]) + faults_of(office, [sheets[1], *whole]) == []
