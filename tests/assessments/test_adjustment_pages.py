"""Pages of bonus, deduction and veto: entered with a document, confirmed by a leader, hidden from everybody else."""

import copy
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from assessments.actions import adjustments, appeals, results
from assessments.models import Adjustment
from portal.core import uploads
from tests import judged, stories
from tests.assessments.results import (
    adjusted,
    case_of,
    filed,
    later,
    notified,
    office,
    plain_uploads,
    scored,
    settled,
    signer,
    vetoed,
)
from tests.worlds import shared

pytestmark = [pytest.mark.django_db]
world = shared(scored)
WHO = ("bureau_head", "line_leader", "linked_leader", "auditor", "administrator", "town_office_approver",
       "municipal_school_head", "municipal_school_staff", "department_head", "foreign_office")  # fmt: skip
LEAD = {"bureau_head", "line_leader", "linked_leader"}
UNIT = {"municipal_school_head", "municipal_school_staff"}


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


@pytest.fixture(autouse=True)
def english(settings):
    settings.MFA_REQUIRED_FOR = []
    with translation.override("en"):
        yield


def client(user) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(user)
    return found


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def visitors(story) -> dict:
    people = story.people | {"foreign_office": stories.culture().people["style_office"]}
    return {name: client(people[name]) for name in WHO}


def opened(visitors: dict, address: str) -> set[str]:
    """Who gets the page; everybody else gets 404."""
    answers = {name: each.get(address).status_code for name, each in visitors.items()}
    assert set(answers.values()) <= {200, 404}
    return {name for name, status in answers.items() if status == 200}


def form(**facts) -> dict:
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.7 a document")
    return {"kind": "bonus", "points": "2", "happened_on": timezone.localdate().isoformat(), "reason": "全市现场会",
            "criterion": "", "proof_title": "现场会通知", "upload": upload, **facts}  # fmt: skip


def test_the_office_enters_one_with_its_document_and_what_is_refused_keeps_the_words(story):
    there, address = client(office(story)), f"/work/results/{case_of(story).pk}/adjust/"
    assert "It needs the document it rests on" in text(there.get(address))
    without = there.post(address, form(upload=""))
    assert without.status_code == 422 and "Choose the photograph or PDF file" in text(without)
    with plain_uploads():
        assert there.post(address, form()).status_code == 302
        refused = there.post(address, form(points="4"))
        assert refused.status_code == 409
        assert "at most 5 points" in text(refused) and "全市现场会" in text(refused)
    assert there.post(address, form(reason="")).status_code == 422
    broken = there.post(address, form(upload=SimpleUploadedFile("a.pdf", b"MZ")))
    assert broken.status_code == 409 and "neither a photograph nor a PDF" in text(broken)
    large = there.post(address, form(upload=SimpleUploadedFile("a.pdf", b"%PDF" + b"0" * (uploads.LARGEST + 70_000))))
    assert large.status_code == 413 and "too large" in text(large)
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(office(story))
    assert guarded.post(address, form()).status_code == 403
    row = Adjustment.objects.get()
    case_page = there.get(f"/work/results/{row.case_id}/")
    assert "现场会通知" in text(case_page) and f"/work/adjustments/{row.pk}/" in case_page.content.decode()
    answer = there.get(f"/work/adjustments/{row.pk}/proof/")
    assert answer.content == b"%PDF-1.7 a document" and "attachment" in answer["Content-Disposition"]
    back = {"act": "take_back", "reason": "核实不成立"}
    assert there.post(f"/work/adjustments/{row.pk}/", back | {"reason": ""}).status_code == 422
    assert there.post(f"/work/adjustments/{row.pk}/", back).status_code == 302
    assert there.post(f"/work/adjustments/{row.pk}/", back).status_code == 409
    assert "taken back on" in text(there.get(f"/work/results/{row.case_id}/"))


def test_a_leader_finds_the_veto_on_the_desk_and_confirms_it(story):
    veto = vetoed(story, confirmed=False)
    leader, page = client(story.people["line_leader"]), f"/work/adjustments/{veto.pk}/"
    assert "Confirm the veto on" in text(leader.get("/work/"))
    assert "Confirm the veto on" not in text(client(office(story)).get("/work/"))
    assert "A leader of the bureau confirms a veto" in text(client(office(story)).get(page))
    assert client(office(story)).post(page, {"act": "confirm"}).status_code == 409
    assert "现场会通知" in text(leader.get(page))
    assert leader.post(page, {"act": "confirm"}).status_code == 302
    assert leader.post(page, {"act": "confirm"}).status_code == 409
    assert "confirmed by" in text(leader.get(page)) and "Take it back" not in text(leader.get(page))
    veto.refresh_from_db()
    assert veto.confirmed_by == story.people["line_leader"]
    assert "Confirm the veto on" not in text(leader.get("/work/"))


def test_the_page_opens_for_the_office_and_for_leaders_and_the_document_for_the_unit_once_it_was_told(story):
    bonus, veto = adjusted(story), vetoed(story)
    others = visitors(story)
    entering = f"/work/results/{bonus.case_id}/adjust/"
    assert opened(others, entering) == set() and client(office(story)).get(entering).status_code == 200
    assert opened(others, f"/work/adjustments/{bonus.pk}/") == set()
    assert opened(others, f"/work/adjustments/{veto.pk}/") == LEAD
    assert opened(others, f"/work/adjustments/{bonus.pk}/proof/") == {"auditor"}
    assert opened(others, f"/work/adjustments/{veto.pk}/proof/") == LEAD | {"auditor"}
    for name in ("auditor", "municipal_school_head", "department_head", "foreign_office"):
        for page, data in ((entering, form()), (f"/work/adjustments/{veto.pk}/", {"act": "take_back", "reason": "x"})):
            assert others[name].post(page, data).status_code == 404
    results.notify(settled(story), by=office(story), at=later())
    for each in (bonus, veto):
        led = LEAD if each == veto else set()
        assert opened(others, f"/work/adjustments/{each.pk}/proof/") == led | UNIT | {"auditor"}
        assert opened(others, f"/work/adjustments/{each.pk}/") == led
    assert (
        f"/work/adjustments/{veto.pk}/proof/" in others["municipal_school_head"].get("/work/result/").content.decode()
    )
    assert Adjustment.objects.filter(taken_back_at=None).count() == 2


def test_who_checks_again_reads_the_document_while_checking_and_who_signs_from_then_on(story):
    minus = adjusted(story, kind="deduction", points=1, reason="材料迟交")
    notified(story)
    appeal, proof = filed(story, adjustments=[minus]), f"/work/adjustments/{minus.pk}/proof/"
    first, second = story.people["administrator"], story.people["linked_leader"]
    others = visitors(story)
    assert opened(others, proof) == UNIT | {"auditor"}
    appeals.name(appeal, first=first, second=second, by=office(story), at=later(5))
    assert opened(others, proof) == UNIT | {"auditor", "administrator", "linked_leader"}
    for person in (first, second):
        appeals.recheck(appeal, {}, falls={minus.pk: {"falls": True, "words": "查阅原件。"}}, by=person, at=later(5))
    assert opened(others, proof) == UNIT | {"auditor"}
    decision = {"outcome": "changed", "decision": "经复核，扣分不成立。", "signer": signer(story)}
    appeals.draft_decision(appeal, **decision, by=office(story), at=later(5))
    assert opened(others, proof) == UNIT | {"auditor", "bureau_head"}


def test_whoever_entered_a_veto_does_not_confirm_it_in_another_post(story):
    maker = office(story)
    judged.post_of(story.people["line_leader"]).tenures.create(user=maker, from_on="2020-01-01")
    veto = vetoed(story, confirmed=False)
    page = f"/work/adjustments/{veto.pk}/"
    assert "another leader confirms it" in text(client(maker).get(page))
    assert client(maker).post(page, {"act": "confirm"}).status_code == 409
    adjustments.take_back(veto, why="事实不清。", by=maker, at=later())
    assert "Confirm the veto" not in text(client(maker).get(page))
