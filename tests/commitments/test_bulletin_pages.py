"""Pages of bulletins: the office edits and sends, the leader signs or returns, everyone reads what is published."""

import copy
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from commitments import bulletin_words, files
from commitments.actions import bulletins
from commitments.models import Bulletin, OfficialDocument
from portal.core.models import Letter
from tests import quarters, stories
from tests.commitments.test_bulletins import drafted, leader, office, published, sent, signed
from tests.stories import PASSPHRASE
from tests.worlds import shared
from units.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


world = shared(lambda: quarters.played("municipal_school", "town_school"))


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


def client(user) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(user)
    return found


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def posted(bulletin, **other) -> dict:
    lines = {key: "\n".join(paragraphs) for key, paragraphs in bulletin.text.items()}
    return lines | {"version": bulletin.version, "act": "save", "signer": ""} | other


def at_work(bulletin, part="") -> str:
    return f"/work/bulletins/{bulletin.pk}/{part}"


def test_the_office_edits_sees_the_figures_and_sends(story):
    bulletin, ours = drafted(story), client(office(story))
    assert "Edit the bulletin" in text(ours.get("/work/"))
    page = ours.get(at_work(bulletin))
    assert page.status_code == 200 and "进度汇总表" in text(page)
    assert ours.post(at_work(bulletin), posted(bulletin, praised="甲校表现突出。")).status_code == 302
    bulletin.refresh_from_db()
    assert bulletin.text["praised"] == ["甲校表现突出。"]
    assert "As the figures would put it" in text(ours.get(at_work(bulletin)))
    without = ours.post(at_work(bulletin), posted(bulletin, act="send"))
    assert without.status_code == 400 and "Choose who signs" in text(without)
    done = ours.post(at_work(bulletin), posted(bulletin, act="send", signer=leader(story).pk))
    assert done.status_code == 302 and Bulletin.objects.get().state == "to_sign"
    assert "With 副局长" in text(ours.get(at_work(bulletin))) or "to be signed" in text(ours.get(at_work(bulletin)))


def test_a_colleagues_edit_answers_409_and_both_texts_are_shown(story):
    bulletin, ours = drafted(story), client(office(story))
    ours.post(at_work(bulletin), posted(bulletin, named="甲乙丙丁"))
    page = ours.post(at_work(bulletin), posted(bulletin, named="戊己庚辛"))
    assert page.status_code == 409
    assert "甲乙丙丁" in text(page) and "戊己庚辛" in page.content.decode() and "Both texts" in text(page)
    assert Bulletin.objects.get().text["named"] == ["甲乙丙丁"]
    version = re.search(r'name="version" value="(\d+)"', page.content.decode()).group(1)
    assert ours.post(at_work(bulletin), posted(bulletin, named="戊己庚辛", version=version)).status_code == 302
    assert Bulletin.objects.get().text["named"] == ["戊己庚辛"]


def test_a_refused_sending_keeps_what_was_typed(story):
    bulletin, ours = drafted(story), client(office(story))
    words = f"{story.people['municipal_school_head'].name}表现突出。"
    page = ours.post(at_work(bulletin), posted(bulletin, praised=words, act="send", signer=leader(story).pk))
    assert page.status_code == 409 and "never a person" in text(page) and words in page.content.decode()
    assert Bulletin.objects.get().state == "draft" and not OfficialDocument.objects.exists()


def test_the_leader_signs_once_it_is_printed(story):
    bulletin = sent(story)
    user = story.people[Role.LINKED_LEADER]
    theirs = client(user)
    page = theirs.get(at_work(bulletin))
    assert "Being printed" in text(page) and bulletin.document.number in text(page)
    form = {"fingerprint": bulletin.document.fingerprint, "new_passphrase": PASSPHRASE, "again": PASSPHRASE}
    form |= {"strokes": "", "strokes_stored": "", "read": "on"}
    early = theirs.post(at_work(bulletin, "sign/"), form)
    assert early.status_code == 409 and "come back in a minute" in text(early)
    files.printed(bulletin.document, at=timezone.now())
    unread = theirs.post(at_work(bulletin, "sign/"), form | {"read": ""})
    assert unread.status_code == 409 and PASSPHRASE not in unread.content.decode()
    assert theirs.post(at_work(bulletin, "sign/"), form).status_code == 302
    assert Bulletin.objects.get().state == "signed"
    assert theirs.post(at_work(bulletin, "sign/"), form).status_code == 302
    assert bulletin.document.files.filter(signed=1).count() == 1


def test_the_leader_returns_it_with_a_reason(story):
    bulletin = sent(story)
    theirs = client(story.people[Role.LINKED_LEADER])
    assert theirs.post(at_work(bulletin, "return/"), {"reason": ""}).status_code == 400
    assert theirs.post(at_work(bulletin, "return/"), {"reason": "请核实第三部分。"}).status_code == 302
    page = client(office(story)).get(at_work(bulletin))
    assert "请核实第三部分。" in text(page)
    assert theirs.get(at_work(bulletin)).status_code == 404


def test_the_office_takes_it_back_and_the_leader_is_told(story):
    bulletin, ours, theirs = sent(story), client(office(story)), client(story.people[Role.LINKED_LEADER])
    assert "Take it back from the leader" in text(ours.get(at_work(bulletin)))
    assert theirs.post(at_work(bulletin, "recall/")).status_code == 302
    bulletin.refresh_from_db()
    assert bulletin.state == "to_sign", "the leader returns it, with words"
    assert ours.post(at_work(bulletin, "recall/")).status_code == 302
    assert Letter.objects.get(key__contains="recalled").to == story.people[Role.LINKED_LEADER]
    assert theirs.get(at_work(bulletin)).status_code == 404
    assert "Edit the bulletin" in text(ours.get("/work/"))


def test_who_may_not_see_a_bulletin_meets_an_address_that_does_not_exist(story):
    bulletin, other = sent(story), stories.culture()
    people = [other.people[Role.STYLE_OFFICE], story.people["municipal_school_head"], story.people[Role.LINE_LEADER]]
    for user in people:
        for part in ("", "document.pdf"):
            assert client(user).get(at_work(bulletin, part)).status_code == 404
        for part in ("", "sign/", "return/", "publish/", "correct/"):
            assert client(user).post(at_work(bulletin, part), {"reason": "x"}).status_code == 404
    assert Bulletin.objects.get().state == "to_sign"
    assert Client().get(at_work(bulletin)).status_code == 302


def test_the_public_reads_a_bulletin_only_once_it_is_published(story):
    bulletin = signed(story, sent(story))
    public, address = Client(), f"/en/north/bulletins/{bulletin.quarter}/"
    assert public.get(address).status_code == public.get("/en/north/bulletins/").status_code == 404
    assert "Latest bulletin" not in text(public.get("/en/north/"))
    ours = client(office(story))
    assert ours.post(at_work(bulletin, "publish/")).status_code == 302
    page = public.get(address)
    name = bulletin_words.quarter_name(bulletin.quarter)
    assert f"Bulletin of {name}" in text(page) and bulletin.document.number in text(page)
    assert "进度汇总表" in text(page) and story.units["town_school"].name_zh not in text(page)
    assert [user.name for user in story.people.values() if user.name in page.content.decode()] == []
    assert "Latest bulletin" in text(public.get("/en/north/"))
    assert bulletin.document.number in text(public.get("/zh/north/bulletins/"))
    pdf = public.get(f"/en/documents/{bulletin.document.code}.pdf")
    assert pdf.content[:5] == b"%PDF-"
    answer = public.post("/en/verify/", {"file": SimpleUploadedFile("b.pdf", pdf.content)})
    assert "Genuine and complete" in text(answer) and bulletin.document.number in text(answer)
    assert public.get("/en/north/bulletins/2026-Q9/").status_code == 404


def test_a_correction_stands_beside_its_original(story):
    first = published(story)
    ours = client(office(story))
    refused = ours.post(at_work(first, "correct/"), {"reason": ""})
    assert refused.status_code == 409 and "the reason is printed" in text(refused)
    assert ours.post(at_work(first, "correct/"), {"reason": "附件1合计有误"}).status_code == 302
    edition = signed(story, sent(story, Bulletin.objects.get(edition=2)))
    bulletins.publish(edition, by=office(story), at=timezone.now())
    page = text(Client().get(f"/en/north/bulletins/{first.quarter}/"))
    assert "This is a correction" in page and "附件1合计有误" in page
    assert first.document.number in page and edition.document.number in page
    assert f"{first.document.code}.pdf" in Client().get("/en/north/bulletins/").content.decode()


def test_lists_ask_the_same_number_of_questions_for_one_bulletin_and_for_three(story):
    bulletin = published(story)
    ours, asked = client(office(story)), {}

    def questions() -> list[int]:
        counted = []
        for reader, address in (
            (ours, "/work/bulletins/"), (Client(), "/en/north/bulletins/"), (Client(), "/en/north/"),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as found:
                assert reader.get(address).status_code == 200
            counted.append(len(found))
        return counted

    questions()
    asked[1] = questions()
    for place in (2, 3):
        document = OfficialDocument.objects.get(pk=bulletin.document_id)
        document.pk, document.number, document.code = None, f"第{place}号", f"CODE{place}"
        document._state.adding = True
        document.save()
        more = Bulletin.objects.get(pk=bulletin.pk)
        more.pk, more.quarter, more.document = None, f"2020-Q{place}", document
        more._state.adding = True
        more.save()
    asked[3] = questions()
    assert asked[1] == asked[3]
