"""Pages of appeals: what each reader sees and may do; what is typed is kept when it is refused."""

import re

import pytest
from django.test import Client
from django.utils import timezone, translation

from assessments.models import Appeal, Assessment
from commitments import files
from tests import stories
from tests.assessments.results import case_of, filed, head, notified, office, plain_documents, scored, signer
from tests.stories import PASSPHRASE

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def english(settings):
    settings.MFA_REQUIRED_FOR = []
    with translation.override("en"), plain_documents():
        yield


def client(user) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(user)
    return found


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_head_files_two_check_and_the_leader_decides_on_the_pages():
    story = scored()
    notified(story)
    school, completion = client(head(story)), story.criteria["completion"].pk
    new = f"/work/result/{case_of(story).pk}/appeal/"
    assert "Which scores" in text(school.get(new))
    empty = school.post(new, {"grounds": "有两项已完成。"})
    assert empty.status_code == 409 and "有两项已完成。" in text(empty) and "at least one criterion" in text(empty)
    assert school.post(new, {"grounds": "", f"c{completion}": "漏计"}).status_code == 422
    assert client(head(story, "department")).get(new).status_code == 404
    assert school.post(new, {"grounds": "有两项已完成。", f"c{completion}": "漏计一项。"}).status_code == 302
    appeal = Appeal.objects.get()
    page = f"/work/appeals/{appeal.pk}/"
    clerk, auditor, admin = office(story), story.people["auditor"], story.people["administrator"]
    assert "Name two people" in text(client(clerk).get(page)) and "Name two" not in text(school.get(page))
    same = client(clerk).post(page, {"act": "name", "first": auditor.pk, "second": auditor.pk})
    assert same.status_code == 409 and "Two different people" in text(same)
    own = client(clerk).post(page, {"act": "name", "first": auditor.pk, "second": head(story).pk})
    assert own.status_code == 422
    assert client(auditor).get(page).status_code == 404
    named = {"act": "name", "first": auditor.pk, "second": admin.pk}
    assert client(clerk).post(page, named).status_code == 302
    assert "You check alone" in text(client(auditor).get(page)) and "Check again" in text(client(auditor).get("/work/"))
    point = appeal.points.get()
    found = {"act": "recheck", f"p{point.pk}": "58", f"w{point.pk}": "台账第三项确已完成。"}
    wide = client(auditor).post(page, found | {f"p{point.pk}": "60.5"})
    assert wide.status_code == 409 and "worth 0 to 60" in text(wide) and "台账第三项确已完成。" in text(wide)
    assert client(auditor).post(page, found).status_code == 302
    assert "台账第三项" not in text(client(admin).get(page)) and "台账第三项" not in text(school.get(page))
    assert client(admin).post(page, found | {f"p{point.pk}": "57", f"w{point.pk}": "属实。"}).status_code == 302
    draft = {"act": "draft", "outcome": "changed", "decision": "材料属实。", "signer": signer(story).pk}
    assert client(clerk).post(page, draft | {"decision": ""}).status_code == 422
    assert client(clerk).post(page, draft).status_code == 302
    appeal.refresh_from_db()
    files.printed(appeal.document, at=timezone.now())
    assert "材料属实" not in text(school.get(page)) and school.get(f"{page}decision.pdf").status_code == 404
    leader = client(story.people["bureau_head"])
    assert "once and for all" in text(leader.get(page))
    sign = {"fingerprint": appeal.document.fingerprint, "passphrase": PASSPHRASE, "read": "on"}
    assert leader.post(f"{page}sign/", sign | {"passphrase": "wrong words"}).status_code == 409
    assert client(clerk).post(f"{page}sign/", sign).status_code == 302
    assert Appeal.objects.get().decided_at is None
    assert leader.post(f"{page}sign/", sign).status_code == 302
    shown = text(school.get(page))
    assert "材料属实" in shown and "The result was changed" in shown
    assert school.get(f"{page}decision.pdf").content.startswith(b"%PDF")
    assert "96.50" in text(school.get("/work/result/")) and "Checked again after the appeal" in text(
        school.get("/work/result/")
    )
    assert "The result was changed" in text(client(clerk).get("/work/appeals/"))


def test_out_of_time_the_page_says_so_and_keeps_what_was_typed():
    story = scored()
    notified(story)
    Assessment.objects.update(appeal_until_on="2020-01-01")
    school, completion = client(head(story)), story.criteria["completion"].pk
    assert "The last day for an appeal was 1 January 2020" in text(school.get("/work/result/"))
    form = {"grounds": "迟到的理由", f"c{completion}": "漏计一项。"}
    late = school.post(f"/work/result/{case_of(story).pk}/appeal/", form)
    assert late.status_code == 409 and "out of time" in text(late) and "迟到的理由" in text(late)
    assert not Appeal.objects.exists()


def test_an_appeal_of_another_unit_or_bureau_does_not_exist():
    story = scored()
    notified(story)
    page = f"/work/appeals/{filed(story).pk}/"
    others = [head(story, "department"), story.people["line_leader"], stories.culture().people["style_office"]]
    for person in others:
        there, nowhere = client(person).get(page), client(person).get("/work/appeals/999999/")
        assert (there.status_code, len(there.content)) == (404, len(nowhere.content))
        assert client(person).post(page, {"act": "name"}).status_code == 404
        assert "There is no appeal" in text(client(person).get("/work/appeals/"))
