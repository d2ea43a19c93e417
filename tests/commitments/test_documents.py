"""Official documents: frozen, printed once, signed by one leader or stamped, and known to the verify page."""

import copy
import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation
from pyhanko.pdf_utils.reader import PdfFileReader

from commitments import files, prints, queries
from commitments.actions import documents
from commitments.models import OfficialDocument, OfficialFile
from commitments.sweeps.printing import print_waiting
from portal.core import vault
from portal.core.errors import Refused
from portal.core.models import Deed
from portal.core.signing.keys import WrongPassphrase
from portal.core.signing.verify import Verdict, examine
from tests import quarters, stories
from tests.stories import PASSPHRASE
from tests.worlds import shared
from units.models import Post, Role

pytestmark = pytest.mark.django_db

ORDER = {
    "unit_zh": "北区第一实验小学",
    "finding": "图书角建设进度落后计划42个百分点，连续两个月未说明原因。",
    "basis": "《作风建设年实施方案》第三章第二条。",
    "demand": "查明原因，倒排时间，逐月报告进展。\n整改期间须有专人负责。",
    "due_on": "2026-12-15",
    "repeats": "",
}
MINUTES = {
    "month": "2026-10",
    "held_on": "2026-11-05",
    "place": "三楼会议室",
    "chaired_by": "分管副局长",
    "present": "各科室、各镇街教管办",
    "said": "会议听取了10月进展。\n会议指出了三项滞后事项。",
    "decisions": [{"what": "第2项倒排时间", "who": "基础教育科", "due_on": "2026-11-20"}],
    "followed": [{"what": "补报佐证", "who": "人事科", "due_on": "2026-10-20", "outcome": ""}],
}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


world = shared(stories.education)


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


def frozen(story, kind="order", content=ORDER, *, number="北办改〔2026〕1号", **more) -> OfficialDocument:
    by, at = story.people[Role.STYLE_OFFICE], timezone.now()
    return documents.freeze(
        kind, campaign=story.campaign, number=number, title="关于限期整改的通知", content=content, by=by, at=at, **more
    )  # fmt: skip


def signer(story, role=Role.LINKED_LEADER):
    user = story.people[role]
    story.enrol(user)
    return user, Post.objects.get(role=role, unit=story.units["bureau"])


def sign(story, document, *, role=Role.LINKED_LEADER, **other):
    user, post = signer(story, role)
    facts = {"fingerprint": document.fingerprint, "passphrase": PASSPHRASE, "post": post, "by": user}
    return documents.sign(document, **facts | {"at": timezone.now()} | other)


def judged(data: bytes):
    return examine(data, known=queries.known_document, issued=queries.resembled_document)


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_signed_order_is_genuine_and_complete(story):
    document = sign(story, frozen(story))
    assert [file.signed for file in document.files.all()] == [0, 1]
    finding = judged(documents.pdf_of(document))
    assert finding.verdict == Verdict.GENUINE_COMPLETE
    assert [fact.sound for fact in finding.signatures] == [True]
    first = judged(vault.get(document.files.get(position=0).sha256))
    assert first.verdict == Verdict.GENUINE_PARTIAL
    verbs = Deed.objects.filter(verb__startswith="document.").order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["document.frozen", "document.signed"]


def test_the_print_rests_on_the_frozen_text_alone_and_is_the_same_every_time(story):
    document = frozen(story)
    before = prints.base(document)
    type(story.bureau).objects.filter(pk=story.bureau.pk).update(name_zh="改名局")
    OfficialDocument.objects.filter(pk=document.pk).update(title="别的标题")
    assert prints.base(OfficialDocument.objects.get(pk=document.pk)) == before


def test_days_of_the_content_are_told_in_chinese(story):
    facts = prints.facts(frozen(story, "minutes", MINUTES, needs_signature=False))
    assert facts["body"]["held_on_zh"] == "2026年11月5日"
    assert facts["body"]["decisions"][0]["due_on_zh"] == "2026年11月20日"
    assert facts["month_zh"] == "10月"


def test_every_kind_that_has_a_template_prints(story):
    at = timezone.now()
    document = frozen(story, "minutes", MINUTES, number="北办纪要〔2026〕1号", needs_signature=False)
    assert print_waiting(on=timezone.localdate(), at=at) == 1
    assert documents.pdf_of(document)[:5] == b"%PDF-"
    assert print_waiting(on=timezone.localdate(), at=at) == 0


def test_the_stamp_closes_minutes_once_and_only_minutes(story):
    document = frozen(story, "minutes", MINUTES, needs_signature=False)
    documents.stamp(document, at=timezone.now())
    assert judged(documents.pdf_of(document)).verdict == Verdict.GENUINE_COMPLETE
    with pytest.raises(Refused, match="stamped already"):
        documents.stamp(document, at=timezone.now())
    with pytest.raises(Refused, match="nobody signs it"):
        sign(story, document)
    with pytest.raises(Refused, match="a stamp does not close it"):
        documents.stamp(frozen(story, number="北办改〔2026〕2号"), at=timezone.now())
    assert document.files.count() == 2


def test_what_refuses_a_signature_leaves_nothing_behind(story):
    document = frozen(story)
    files.printed(document, at=timezone.now())
    deeds = Deed.objects.count()
    head = story.people["municipal_school_head"]
    story.enrol(head)
    user, post = signer(story)
    deeds = Deed.objects.count()
    with pytest.raises(WrongPassphrase):
        sign(story, document, passphrase="not this one 7")
    with pytest.raises(Refused, match="changed while you were reading"):
        sign(story, document, fingerprint="0" * 64)
    with pytest.raises(Refused, match="do not hold the post"):
        sign(story, document, by=head)
    with pytest.raises(Refused, match="no is said"):
        sign(story, document, then=_refuse)
    document.refresh_from_db()
    assert (document.signed_at, document.files.count(), Deed.objects.count()) == (None, 1, deeds)


def _refuse(_document):
    raise Refused("no is said")


def test_a_leader_of_another_bureau_cannot_sign(story):
    other = stories.education(code="south")
    user, post = signer(other)
    with pytest.raises(Refused, match="do not hold the post"):
        sign(story, frozen(story), by=user, post=post)


def test_whoever_comes_second_is_told_who_signed(story):
    document = frozen(story)
    stale = OfficialDocument.objects.get(pk=document.pk)
    sign(story, document)
    with pytest.raises(documents.AlreadySigned, match="already signed this"):
        sign(story, stale, role=Role.LINE_LEADER)
    assert document.files.filter(signed=1).count() == 1


def test_the_first_signature_makes_the_key_and_signs(story):
    document, user = frozen(story), story.people[Role.LINKED_LEADER]
    post = Post.objects.get(role=Role.LINKED_LEADER, unit=story.units["bureau"])
    words = {"passphrase": PASSPHRASE, "again": PASSPHRASE, "strokes": str(stories.STROKES)}
    fingerprint, at = document.fingerprint, timezone.now()
    done = documents.enrol_and_sign(document, fingerprint=fingerprint, post=post, by=user, at=at, **words)
    assert done.signed_by == user


def test_an_act_cannot_claim_another_day(story):
    by, yesterday = story.people[Role.STYLE_OFFICE], timezone.now() - timedelta(days=1)
    with pytest.raises(Refused, match="set back or forward"):
        documents.freeze("order", campaign=story.campaign, number="1", title="通知", content={}, by=by, at=yesterday)
    assert OfficialDocument.objects.count() == 0


def test_strangers_learn_of_a_document_only_once_it_is_public(story, tmp_path):
    document = sign(story, frozen(story))
    pdf, code = documents.pdf_of(document), document.code
    client = Client()
    file = tmp_path / "order.pdf"
    file.write_bytes(pdf)

    assert client.get(f"/en/documents/{code}.pdf").status_code == 404
    assert "No published document has this code" in text(client.get(f"/en/verify/?code={code}"))
    assert "has not been published" in text(ask(client, pdf))
    assert document.number not in text(ask(client, pdf))
    call_command("verify_document", str(file))

    OfficialDocument.objects.filter(pk=document.pk).update(is_public=True)
    answer = client.get(f"/zh/documents/{code.lower()}.pdf")
    assert answer.content == pdf and answer["Content-Type"] == "application/pdf"
    assert document.number in text(client.get(f"/en/verify/?code={code}"))
    assert client.get(f"/v/{code}")["Location"].endswith(f"?code={code}")
    whole = text(ask(client, pdf))
    assert "Genuine and complete" in whole and document.number in whole
    assert "The genuine document" in text(ask(client, pdf + b"\n% more"))
    file.write_bytes(pdf + b"\n% more")
    with pytest.raises(CommandError, match="altered"):
        call_command("verify_document", str(file))


def ask(client, data: bytes):
    return client.post("/en/verify/", {"file": SimpleUploadedFile("order.pdf", data)})


def test_a_document_that_is_not_printed_yet_says_so(story):
    with pytest.raises(documents.NotPrinted):
        documents.pdf_of(frozen(story))
    assert OfficialFile.objects.count() == 0


def test_a_bulletin_of_twenty_pages_prints(story):
    document = quarters.long_bulletin(story.campaign)
    pdf = prints.base(document)
    pages = len(PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Kids"])
    assert 18 <= pages <= 26, pages
