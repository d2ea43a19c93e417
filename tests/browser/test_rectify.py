"""Something is put right by order, in a browser: drafted, signed, answered, checked by somebody else, told to all."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from commitments.models import Line, Rectification
from tests.browser.pages import PHONE
from tests.promised import promised
from tests.stories import PASSPHRASE
from units.models import Post, Role, Tenure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_order_is_drafted_signed_answered_and_closed_by_another(visit, story, tmp_path):
    row = promised(story)[0]
    line = Line.objects.get(commitment=row)
    public = reverse("commitment", args=["zh", row.publication.bureau_code, row.code])
    the_office_drafts(visit(story.people["style_office"]), line)
    story.enrol(story.people["bureau_head"])
    the_leader_signs(visit(story.people["bureau_head"], **PHONE))
    citizen = visit(**PHONE)
    citizen.open(public)
    expect(citizen.page.locator("#rectified .light--yellow")).to_be_visible()
    the_school_answers(visit(story.people["municipal_school_staff"]), tmp_path)
    a_colleague_checks(visit(colleague(story)))
    assert Rectification.objects.get().state == "closed"
    citizen.open(public)
    expect(citizen.page.locator("#rectified .light--green")).to_be_visible()


def the_office_drafts(office, line):
    office.open(f"{reverse('rectification_new')}?line={line.pk}")
    office.page.fill("#id_finding", "图书角进度连续两个月落后，未说明原因。")
    office.page.fill("#id_demand", "查明原因，倒排时间，逐周报告。")
    signer = Post.objects.get(unit=line.unit.parent, role=Role.HEAD)
    office.page.select_option("#id_signer", value=str(signer.pk))
    office.tap(office.button("Save the draft"))
    office.tap(office.button("Number it and send it to be signed"))
    office.is_told("Put before the leader. The text is frozen now.")


def the_leader_signs(leader):
    leader.from_desk("Read and sign")
    expect(leader.page.locator("article.paper")).to_contain_text("图书角进度连续两个月落后")
    leader.write("#id_passphrase", PASSPHRASE)
    leader.tap("#id_read")
    leader.tap(leader.button("Sign and issue"))
    leader.is_told("Signed and issued. The unit was told.")


def the_school_answers(staff, tmp_path):
    staff.from_desk("Read and confirm")
    staff.tap(staff.button("Confirm the receipt"))
    staff.page.fill("#plan_text", "本周内补齐三个教室，王老师负责。")
    staff.tap(staff.button("File the plan"))
    staff.tap(staff.link("Add evidence"))
    photo = tmp_path / "corner.jpg"
    Image.new("RGB", (320, 240), "olive").save(photo)
    staff.page.set_input_files("#id_upload", photo)
    staff.page.fill("#id_title", "三年级图书角")
    staff.page.fill("#id_happened_on", Rectification.objects.get().issued_at.astimezone().date().isoformat())
    staff.tap(staff.button("Add the file"))
    staff.tap(staff.link("Back to the report"))
    staff.page.fill("#report_text", "三个教室的图书角均已建成。")
    staff.tap(staff.button("Report that it is put right"))
    staff.is_told("Reported. Somebody else checks it now.")


def colleague(story):
    user = get_user_model().objects.create_user(
        "second-clerk", "second@example.test", "pass word 1", name="second clerk"
    )
    post = Post.objects.get(unit=story.units["bureau"], role=Role.STYLE_OFFICE)
    Tenure.objects.create(post=post, user=user, from_on="2020-01-01")
    return user


def a_colleague_checks(clerk):
    clerk.from_desk("Read and check")
    clerk.page.fill("#pass_text", "现场查看属实。")
    clerk.tap(clerk.button("Close the rectification"))
    clerk.is_told("Closed. What is closed stays closed.")
