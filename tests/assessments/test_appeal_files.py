"""Proof of an appeal, appeals against vetoes on the pages, and what those who check again may open while they do."""

import copy
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from assessments.actions import appeal_files, appeals
from assessments.models import Appeal, AppealFile, Draw, Inspection, Opinion, Photo
from portal.core import vault
from portal.core.errors import Refused
from portal.core.models import Deed
from tests import judged, stories
from tests.assessments.results import (
    a_file,
    adjusted,
    case_of,
    filed,
    head,
    later,
    notified,
    office,
    plain_uploads,
    scored,
    signer,
    vetoed,
)
from tests.worlds import shared

pytestmark = [pytest.mark.django_db]


def built():
    """Told results: the school has a veto and a bonus."""
    story = scored()
    story.foreign = stories.culture()
    story.veto, story.bonus = vetoed(story), adjusted(story)
    notified(story)
    return story


world = shared(built)


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


@pytest.fixture(autouse=True)
def english(settings):
    settings.MFA_REQUIRED_FOR = []
    with translation.override("en"), plain_uploads():
        yield


def client(user) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(user)
    return found


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def pdf(words: bytes = b"one") -> SimpleUploadedFile:
    return SimpleUploadedFile("a.pdf", b"%PDF " + words)


def attach(story, appeal: Appeal, **facts) -> AppealFile:
    words = {"upload": a_file(), "title": "停电通知", "by": head(story), "at": later(5), **facts}
    return appeal_files.add(appeal, **words)


def named(story, appeal: Appeal) -> Appeal:
    people = {"first": story.people["administrator"], "second": story.people["linked_leader"]}
    return appeals.name(appeal, **people, by=office(story), at=later(5))


def check(story, appeal: Appeal, name: str, *, falls=True) -> None:
    verdicts = {point.adjustment_id: {"falls": falls, "words": "查阅原件。"} for point in appeal.points.all()}
    appeals.recheck(appeal, {}, falls=verdicts, by=story.people[name], at=later(5))


def test_a_unit_graded_lowest_by_a_veto_appeals_against_the_veto_alone_on_the_page(story):
    school, new = client(head(story)), f"/work/result/{case_of(story).pk}/appeal/"
    page = text(school.get(new))
    assert "Which deduction or veto" in page and "安全责任事故" in page and "全市现场会" not in page
    form = {"grounds": "事故与本校无关。", "title": "事故认定书", "upload": pdf()}
    refused = school.post(new, form)
    assert refused.status_code == 409 and "at least one criterion, deduction or veto" in text(refused)
    said = {f"a{story.veto.pk}": "事故发生在校外。"}
    assert school.post(new, form | said | {"upload": pdf()}).status_code == 302
    appeal = Appeal.objects.get()
    point, page = appeal.points.get(), f"/work/appeals/{appeal.pk}/"
    assert (point.adjustment, point.says) == (story.veto, "事故发生在校外。")
    assert appeal.files.get().title == "事故认定书" and "事故认定书" in text(school.get(page))
    named(story, appeal)
    first, second = client(story.people["administrator"]), client(story.people["linked_leader"])
    found = {"act": "recheck", f"p{point.pk}": "falls", f"w{point.pk}": "认定书原件属实。"}
    assert "Does it hold?" in text(first.get(page)) and "安全责任事故" in text(first.get(page))
    assert first.post(page, found | {f"p{point.pk}": ""}).status_code == 422
    assert first.post(page, found).status_code == 302
    assert "认定书原件属实" not in text(second.get(page))
    assert second.post(page, found).status_code == 302
    assert "It falls" in text(client(office(story)).get(page)) and "It falls" not in text(school.get(page))
    draft = {"act": "draft", "outcome": "changed", "decision": "撤销。", "signer": signer(story).pk}
    assert client(office(story)).post(page, draft).status_code == 302
    leader = text(client(story.people["bureau_head"]).get(page))
    assert "应予撤销" in leader and "撤销一票否决" in leader and "事故认定书" in leader


def test_a_file_that_is_refused_files_nothing_and_keeps_the_words(story):
    school, new = client(head(story)), f"/work/result/{case_of(story).pk}/appeal/"
    form = {
        "grounds": "事故与本校无关。",
        f"a{story.veto.pk}": "事故发生在校外。",
        "title": "电话13812345678",
        "upload": pdf(),
    }
    refused = school.post(new, form)
    assert refused.status_code == 409 and "事故发生在校外" in text(refused) and "telephone" in text(refused)
    assert not Appeal.objects.exists() and not AppealFile.objects.exists()


def test_proof_is_attached_by_the_unit_until_both_have_handed_in(story, monkeypatch):
    appeal = filed(story, adjustments=[story.veto])
    kept = attach(story, appeal)
    attach(story, appeal, by=story.people["municipal_school_staff"], title="")
    deed = Deed.objects.filter(verb="appeal.attached").order_by("number").first()
    assert deed.facts["sha256"] == kept.sha256 and vault.holds(kept.sha256)
    same = vault.get(kept.sha256)
    with pytest.raises(Refused, match="already here"):
        attach(story, appeal, upload=SimpleUploadedFile("b.pdf", same))
    for name, words in (("style_office", "The unit itself"), ("department_head", "hidden"), ("auditor", "hidden")):
        with pytest.raises(Refused, match=words):
            attach(story, appeal, by=story.people[name])
    named(story, appeal)
    check(story, appeal, "administrator")
    attach(story, appeal)
    monkeypatch.setattr(appeal_files, "MOST", 3)
    with pytest.raises(Refused, match="at most 3 files"):
        attach(story, appeal)
    check(story, appeal, "linked_leader")
    appeal.refresh_from_db()
    with pytest.raises(Refused, match="checked again already"):
        attach(story, appeal)
    page = client(head(story)).get(f"/work/appeals/{appeal.pk}/files/")
    assert page.status_code == 200 and "nothing is attached any more" in text(page)
    assert AppealFile.objects.count() == 3


def test_the_page_to_attach_takes_one_file_at_a_time_and_opens_for_the_unit_alone(story):
    appeal = filed(story, adjustments=[story.veto])
    page, school = f"/work/appeals/{appeal.pk}/files/", client(story.people["municipal_school_staff"])
    assert school.post(page, {"title": "通知"}).status_code == 422
    assert school.post(page, {"title": "通知", "upload": pdf()}).status_code == 302
    again = school.post(page, {"title": "通知", "upload": pdf()})
    assert again.status_code == 409 and "already here" in text(again)
    for person in (office(story), head(story, "department"), story.people["auditor"], story.people["bureau_head"],
                   story.foreign.people["style_office"]):  # fmt: skip
        assert client(person).get(page).status_code == 404
        assert client(person).post(page, {"upload": pdf(b"two")}).status_code == 404
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(head(story))
    assert guarded.post(page, {"upload": pdf(b"two")}).status_code == 403
    assert AppealFile.objects.count() == 1


def test_a_file_is_read_by_the_unit_the_office_those_who_check_and_who_signs(story):
    appeal = filed(story, adjustments=[story.veto])
    address = f"/work/appeals/files/{attach(story, appeal).pk}/"
    names = ("style_office", "municipal_school_staff", "administrator", "linked_leader", "bureau_head", "auditor",
             "department_head", "line_leader")  # fmt: skip
    there = {name: client(story.people[name]) for name in names} | {
        "foreign": client(story.foreign.people["style_office"])
    }

    def readers() -> set:
        answers = {name: each.get(address).status_code for name, each in there.items()}
        assert set(answers.values()) <= {200, 404}
        return {name for name, status in answers.items() if status == 200}

    assert readers() == {"style_office", "municipal_school_staff"}
    named(story, appeal)
    both = {"style_office", "municipal_school_staff", "administrator", "linked_leader"}
    assert readers() == both
    for name in ("administrator", "linked_leader"):
        check(story, appeal, name)
    decision = {"outcome": "changed", "decision": "经复核，否决不成立。", "signer": signer(story)}
    appeals.draft_decision(appeal, **decision, by=office(story), at=later(5))
    assert readers() == both | {"bureau_head"}
    answer = there["administrator"].get(address)
    assert "attachment" in answer["Content-Disposition"] and "sandbox" in answer["Content-Security-Policy"]


def test_who_checks_again_reads_sheets_photographs_and_lines_until_both_have_handed_in(story):
    case = case_of(story)
    (inspector,) = judged.inspectors(story, "line_leader")
    draw = Draw.objects.create(assessment=story.assessment)
    facts = {"draw": draw, "case": case, "kind_key": case.kind_key, "turn": 1}
    inspection = Inspection.objects.create(**facts, state="settled", settled_at=timezone.now())
    sheet = Opinion.objects.create(inspection=inspection, inspector=inspector, place=1, words="台账与现场一致。",
                                   clear_at=timezone.now(), sent_at=timezone.now())  # fmt: skip
    photo = Photo.objects.create(
        opinion=sheet, title="操场", kind="jpeg", sha256=vault.put(b"x"), original="0" * 64, size=1,
        sent_as=uuid.uuid4(), taken_on=timezone.localdate(), added_at=timezone.now(),
    )  # fmt: skip
    other = Inspection.objects.create(
        **facts | {"case": case_of(story, "department"), "kind_key": "department"}, state="settled",
        settled_at=timezone.now(),
    )  # fmt: skip
    appeal = filed(story, adjustments=[story.veto])
    pages = (f"/work/inspections/{inspection.pk}/", f"/work/inspections/photos/{photo.pk}/",
             f"/work/cases/{case.pk}/lines/")  # fmt: skip
    first, page = client(story.people["administrator"]), f"/work/appeals/{appeal.pk}/"
    assert [first.get(each).status_code for each in pages] == [404] * 3
    named(story, appeal)
    assert [first.get(each).status_code for each in pages] == [200] * 3
    shown = first.get(page).content.decode()
    assert all(each in shown for each in (pages[0], pages[2]))
    assert first.get(f"/work/inspections/{other.pk}/").status_code == 404
    assert first.post(pages[0], {"act": "reopen", "why": "再看"}).status_code in (404, 409)
    for person in (head(story), story.foreign.people["style_office"]):
        assert [client(person).get(each).status_code for each in pages] == [404] * 3
        assert pages[0] not in client(person).get(page).content.decode()
    check(story, appeal, "administrator")
    assert [first.get(each).status_code for each in pages] == [200] * 3
    check(story, appeal, "linked_leader")
    assert [first.get(each).status_code for each in pages] == [404] * 3
    assert pages[0] not in first.get(page).content.decode()
    inspection.refresh_from_db()
    assert inspection.state == "settled"


def test_the_office_names_another_on_the_page_when_one_left_before_handing_in(story):
    appeal = filed(story, adjustments=[story.veto])
    named(story, appeal)
    check(story, appeal, "administrator")
    clerk, page = client(office(story)), f"/work/appeals/{appeal.pk}/"
    assert "Name another for the appeal" not in text(clerk.get("/work/"))
    story.people["linked_leader"].tenures.update(until_on=timezone.localdate())
    assert "Name another for the appeal" in text(clerk.get("/work/"))
    shown = clerk.get(page)
    assert "has handed in and stays" in text(shown) and 'name="first"' not in shown.content.decode()
    answer = clerk.post(page, {"act": "name", "second": story.people["auditor"].pk})
    assert answer.status_code == 302
    appeal.refresh_from_db()
    assert (appeal.first, appeal.second) == (story.people["administrator"], story.people["auditor"])
    assert client(story.people["linked_leader"]).get(page).status_code == 404
    assert "Name another for the appeal" not in text(clerk.get("/work/"))
    assert appeal.points.get().first_falls is True
