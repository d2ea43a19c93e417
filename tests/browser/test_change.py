"""A promise is changed after publication, in a browser: asked for, decided along the route, read by anyone."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from commitments.models import Amendment
from tests.browser.pages import PHONE
from tests.promised import promised

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WHY = "两间教室改建，年内不能使用。"


def test_a_school_lowers_a_target_and_a_citizen_reads_before_and_after(visit, story):
    row = promised(story)[1]
    the_school_asks(visit(story.people["municipal_school_staff"]), row)
    for who in ("municipal_school_head", "linked_leader"):
        decides(visit(story.people[who], **PHONE), "Approved. The next in the chain was told.")
    office = visit(story.people["style_office"])
    with office.speaking():
        number = office.words("Amendment %(number)s", number=1)
    decides(office, "Approved. %(change)s is in force and public.", change=number)
    a_citizen_reads(visit(**PHONE), row, number)


def the_school_asks(staff, row):
    """The consequences are told before the form; only what was changed counts."""
    staff.open(reverse("changes"))
    staff.tap(staff.page.get_by_role("link", name=re.compile(f"{staff.words('Ask for a change')} {row.number}$")))
    staff.sees("Once approved it is public and numbered, with before and after, your reason, and who approved by post.")
    staff.page.fill("#id_value", "28")
    staff.tap(staff.button("Ask for the change"))
    staff.sees("Say why: the public reads exactly these words.")
    staff.page.fill("#id_reason_zh", WHY)
    staff.tap(staff.button("Ask for the change"))
    staff.is_told("Asked. The next in the chain was told.")
    assert Amendment.objects.get().after == {"value": "28"}


def decides(person, told, **facts):
    person.from_desk("Read and decide")
    person.sees("Lowers the promise")
    expect(person.page.locator(".diff ins")).to_have_text("28")
    person.tap(person.button("Approve the change"))
    person.is_told(told, **facts)


def a_citizen_reads(citizen, row, number):
    citizen.open(reverse("commitment", args=["zh", row.publication.bureau_code, row.code]))
    section = citizen.page.locator("#changes")
    expect(section.get_by_role("heading", name=re.compile(f"^{re.escape(number)}"))).to_be_visible()
    expect(section).to_contain_text(WHY)
    expect(section.locator("del")).to_have_text("32")
    expect(section.locator("ins")).to_have_text("28")
    expect(section.locator(".signers li")).to_have_count(3)
