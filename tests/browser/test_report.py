"""A month is reported on a telephone: filled in by the staff, read and sent by the head; taps and time are counted."""

import re
import time
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from commitments.models import Entry, Sheet
from tests import months
from tests.browser.pages import PHONE
from tests.browser.test_access_for_all import faults_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
ANSWERED = re.compile(r"^Failed to load resource|^htmx:(sendError|afterRequest)")
MOST_TAPS, MOST_SECONDS = 14, 180


@pytest.fixture
def sheet(transactional_db):
    """The first month of a school with ten promises."""
    story = months.kept("municipal_school", objectives=10)
    months.open_months(story, story.first + timedelta(days=22))
    sheet = Sheet.objects.get()
    sheet.people = story.people
    return sheet


def row(person, number):
    return person.page.locator(".entry").nth(number - 1)


def choose(person, number, answer):
    person.tap(row(person, number).get_by_text(person.words(answer), exact=True))


def field(person, number, name):
    return f"#id_e{entry_of(number).pk}-{name}"


def entry_of(number) -> Entry:
    return Entry.objects.order_by("line__position")[number - 1]


def saved(person):
    expect(person.page.locator('#save-state[data-state="saved"]')).to_be_visible()


def test_ten_promises_are_reported_on_a_telephone_in_a_few_taps(visit, sheet):
    staff = visit(sheet.people["municipal_school_staff"], **PHONE)
    staff.from_desk("Fill in")
    staff.taps, began = 0, time.monotonic()
    choose(staff, 1, "Update")
    staff.write(field(staff, 1, "value"), "２０")
    staff.write(field(staff, 1, "word"), "又建成十间教室的图书角。")
    choose(staff, 2, "Stuck")
    staff.write(field(staff, 2, "problem"), "书架未到货。")
    staff.tap(staff.button("Mark the rest “no change”"))
    staff.is_told("The rest is marked “no change”. Nothing was sent yet.")
    staff.tap(staff.button("Send to the head"))
    staff.is_told("The report lies with the head now, who reads and sends it.")
    spent = time.monotonic() - began
    assert staff.taps <= MOST_TAPS and spent < MOST_SECONDS, (staff.taps, spent)
    head = visit(sheet.people["municipal_school_head"], **PHONE)
    head.from_desk("Read and send")
    office = head.words("the style office")
    head.tap(head.button("Sign off and send to %(office)s", office=office))
    expect(head.page.locator(".work-head .notice h2")).to_be_visible()
    sent = Sheet.objects.get()
    head.is_told("Sent. Receipt %(receipt)s.", receipt=sent.receipt)
    assert head.page.evaluate("document.documentElement.scrollWidth") == PHONE["size"]["width"]
    choices = list(Entry.objects.order_by("line__position").values_list("choice", flat=True))
    assert sent.state == "sent" and choices == ["update", "stuck"] + ["no_change"] * 8
    print(f"\n{staff.taps} taps, {spent:.0f} s")  # noqa: T201 -- the measure of this journey


def test_the_page_saves_itself_and_asks_only_what_the_figure_asks_for(visit, sheet, csp):
    Entry.objects.update(before=15)
    staff = visit(sheet.people["municipal_school_staff"], lang="en")
    staff.open(reverse("report_sheet", args=[sheet.pk]))
    more = row(staff, 1).locator(".more")
    expect(more).to_be_hidden()
    choose(staff, 1, "Update")
    expect(more).to_be_visible()
    expect(staff.page.locator(field(staff, 1, "problem"))).to_be_hidden()
    why, day = staff.page.locator(field(staff, 1, "why")), staff.page.locator(field(staff, 1, "done_on"))
    staff.page.fill(field(staff, 1, "value"), "12")
    expect(why).to_be_visible()
    staff.page.fill(field(staff, 1, "value"), "31")
    expect(why).to_be_hidden()
    expect(day).to_be_visible()
    saved(staff)
    expect(staff.page.locator("#answered")).to_have_text("1 of 10 answered, 1 to complete.")
    assert entry_of(1).value == 31
    staff.page.fill(field(staff, 1, "value"), "12,5")
    expect(staff.page.locator(f"{field(staff, 1, 'value')}_error")).to_contain_text("Write 12.5 with a point")
    staff.page.fill(field(staff, 1, "value"), "25")
    saved(staff)
    expect(staff.page.locator(".entry .error")).to_have_count(0)
    csp[:] = [fault for fault in csp if not ANSWERED.search(fault)]


def test_two_colleagues_meet_only_at_the_same_promise(visit, sheet, csp):
    address = reverse("report_sheet", args=[sheet.pk])
    staff, head = (visit(sheet.people[f"municipal_school_{who}"], lang="en") for who in ("staff", "head"))
    for person in (staff, head):
        person.open(address)
    choose(head, 1, "Stuck")
    head.page.fill(field(head, 1, "problem"), "校长写的")
    saved(head)
    choose(staff, 2, "Update")
    staff.page.fill(field(staff, 2, "value"), "20")
    saved(staff)
    choose(staff, 1, "Stuck")
    staff.page.fill(field(staff, 1, "problem"), "干事写的")
    expect(staff.page.get_by_role("heading", name="A colleague filled in the same promise")).to_be_visible()
    assert entry_of(1).problem == "校长写的" and entry_of(2).value == 20
    staff.page.get_by_role("button", name="Keep mine").click()
    saved(staff)
    assert entry_of(1).problem == "干事写的"
    csp[:] = [fault for fault in csp if not ANSWERED.search(fault)]


def test_nothing_is_lost_when_the_line_drops(visit, sheet, csp):
    staff = visit(sheet.people["municipal_school_staff"], lang="en")
    staff.open(reverse("report_sheet", args=[sheet.pk]))
    choose(staff, 1, "Update")
    saved(staff)
    staff.page.context.set_offline(True)
    staff.page.fill(field(staff, 1, "word"), "断网时写的话")
    expect(staff.page.get_by_text("Your text is kept in this browser")).to_be_visible()
    staff.page.context.set_offline(False)
    staff.page.on("dialog", lambda dialog: dialog.accept())
    staff.page.reload()
    expect(staff.page.locator(field(staff, 1, "word"))).to_have_value("断网时写的话")
    saved(staff)
    assert entry_of(1).word == "断网时写的话"
    csp[:] = [fault for fault in csp if not ANSWERED.search(fault)]


def test_without_a_script_a_month_is_reported_too(visit, sheet):
    staff = visit(sheet.people["municipal_school_staff"], lang="en", java_script_enabled=False)
    staff.open(reverse("report_sheet", args=[sheet.pk]))
    choose(staff, 1, "Update")
    staff.page.fill(field(staff, 1, "value"), "31")
    staff.page.locator(".bar-end").get_by_role("button", name="Save").click()
    expect(staff.page.locator(f"{field(staff, 1, 'done_on')}_error")).to_contain_text("Write the day")
    staff.page.fill(field(staff, 1, "done_on"), f"{sheet.month.opens_on}")
    staff.page.get_by_role("button", name="Mark the rest").click()
    staff.page.get_by_role("button", name="Send to the head").click()
    expect(staff.page.locator(".messages")).to_contain_text("lies with the head")
    assert Sheet.objects.get().state == "ready"


def test_the_report_can_be_used_by_all(visit, sheet):
    first, second = entry_of(1), entry_of(2)
    Entry.objects.filter(pk=first.pk).update(choice="update", value=12, before=15)
    Entry.objects.filter(pk=second.pk).update(choice="stuck")
    staff, files = visit(sheet.people["municipal_school_staff"]), [sheet.pk, first.pk]
    pages = [reverse("report_sheet", args=[sheet.pk]), reverse("report_preview", args=[sheet.pk])]
    pages += [reverse("report_evidence", args=files), f"{reverse('report')}?all=1"]
    office = visit(sheet.people["style_office"])
    assert faults_of(staff, pages) + faults_of(office, pages[:1]) == []
