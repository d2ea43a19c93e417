"""A quarter becomes a document, in a browser: edited, sent, signed, published, read and checked by anyone."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from commitments.models import Bulletin
from commitments.sweeps import bulletins, printing
from tests.browser.pages import PHONE
from tests.quarters import played
from tests.stories import PASSPHRASE
from units.models import Post, Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SENTENCE = "各单位要把滞后事项逐条过一遍，月底前报作风办。"


def test_a_bulletin_is_edited_signed_published_and_read_by_anyone(visit, transactional_db):
    story = played()
    at = timezone.now()
    bulletins.draft_due(on=timezone.localdate(at), at=at)
    bulletin = Bulletin.objects.get()
    the_office_edits_and_sends(visit(story.people["style_office"]), story)
    printing.print_waiting(on=timezone.localdate(at), at=timezone.now())
    story.enrol(story.people["line_leader"])
    the_leader_signs(visit(story.people["line_leader"], **PHONE))
    the_office_publishes(visit(story.people["style_office"]))
    bulletin.refresh_from_db()
    assert bulletin.state == "published" and bulletin.document.is_public
    anyone_reads_and_checks(visit(**PHONE), story, bulletin)


def the_office_edits_and_sends(office, story):
    office.from_desk("Edit")
    field = office.page.locator("#id_requirements")
    field.fill(f"{field.input_value()}\n{SENTENCE}")
    office.tap(office.button("Save").first)
    expect(office.page.locator("#id_requirements")).to_have_value(f"{field.input_value()}")
    signer = Post.objects.get(unit=story.units["bureau"], role=Role.LINE_LEADER)
    office.page.select_option("#id_signer", value=str(signer.pk))
    office.tap(office.button("Save and send to the leader"))
    expect(office.page.locator("article.official-text")).to_contain_text(SENTENCE)


def the_leader_signs(leader):
    leader.from_desk("Read and sign")
    expect(leader.page.locator("article.official-text")).to_contain_text(SENTENCE)
    leader.write("#id_passphrase", PASSPHRASE)
    leader.tap("#id_read")
    leader.tap(leader.page.locator("button.btn--seal"))
    expect(leader.page.locator("button.btn--seal")).to_have_count(0)


def the_office_publishes(office):
    office.from_desk("Look and publish")
    office.tap(office.button("Publish the bulletin"))
    expect(office.page.get_by_role("link", name=office.words("Read it as the public does"))).to_be_visible()


def anyone_reads_and_checks(citizen, story, bulletin):
    citizen.open(reverse("public_bulletin", args=["zh", story.bureau.code, bulletin.quarter]))
    expect(citizen.page.locator("main")).to_contain_text(SENTENCE)
    answer = citizen.fetch(reverse("document", args=["zh", bulletin.document.code]))
    assert answer.status == 200 and answer.body().startswith(b"%PDF")
    citizen.open(reverse("verify", args=["zh"]))
    citizen.page.set_input_files(
        "input[type=file]", {"name": "bulletin.pdf", "mimeType": "application/pdf", "buffer": answer.body()}
    )
    citizen.tap(citizen.page.locator("form:has(input[type=file]) button"))
    expect(citizen.page.locator("main")).to_contain_text(bulletin.document.number)
