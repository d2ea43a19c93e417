"""The page that judges files and codes: the verdict first, nothing kept, nothing told of what is not public."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commitments import queries
from commitments.models import Publication
from objectives.models import Document, Revision
from portal.core import vault
from portal.core.signing import judging, verify
from portal.core.signing.verify import Verdict
from tests import stories

pytestmark = pytest.mark.django_db

FOREIGN = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
FOREIGN += b"trailer<</Root 1 0 R/Size 3>>\n%%EOF\n"


def ask(data: bytes, **more):
    return Client().post("/en/verify/", {"file": SimpleUploadedFile("paper.pdf", data)}, **more)


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def without_tokens(response, code: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode()).replace(code, "CODE")


def kept_files() -> set[Path]:
    return {path for path in Path(settings.DATA_DIR).rglob("*") if path.is_file() and "documents" in path.parts}


def test_a_published_paper_from_first_mark_to_forgery():
    """One real paper, asked about in every form it can take."""
    story = stories.education()
    story.paper("municipal_school", "published")
    publication = Publication.objects.get()
    revisions = [vault.get(row.sha256) for row in Document.objects.order_by("position")]
    before = kept_files()

    whole = ask(revisions[-1])
    assert '<h1 id="h">Genuine and complete</h1>' in whole.content.decode()
    assert "Municipal school north" in text(whole)
    assert text(whole).count("the signature holds") == 3
    assert publication.snapshot["fingerprint"][:4] in text(whole)
    assert "not a statutory electronic seal" in text(whole)

    partial = ask(revisions[1])
    assert "Genuine, signed by 1 of 3, not complete" in text(partial)

    for forged in (revisions[-1] + b"\n% more", revisions[1] + b"\n1 0 obj\n<<>>\nendobj\n%%EOF"):
        answer = ask(forged)
        assert "Altered: this is not what was signed" in text(answer)
        assert "The genuine document" in text(answer)

    broken = bytearray(revisions[-1])
    broken[len(broken) // 3] ^= 1
    assert "Genuine" not in re.search("<h1.*?</h1>", ask(bytes(broken)).content.decode()).group(0)
    assert kept_files() == before


def test_an_unpublished_paper_tells_only_what_its_signatures_say():
    story = stories.education()
    paper = story.paper("municipal_school", "half")
    row = Document.objects.get(revision__paper=paper, signed=1)
    answer = ask(vault.get(row.sha256))
    assert "Genuine, signed by 1 of 3, not complete" in text(answer)
    assert "has not been published" in text(answer)
    revision = Revision.objects.get(paper=paper)
    for told in (
        paper.unit.name_en,
        paper.unit.name_zh,
        "图书角",
        "reading corner",
        revision.number,
        revision.fingerprint,
    ):
        assert told not in answer.content.decode()
    assert queries.resembled_document(revision.fingerprint) is None
    assert queries.resembled_document(revision.fingerprint[:32]) is None


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (FOREIGN, "Not issued by this portal"),
        (b"not a document", "Not a PDF file"),
        (b"%PDF-1.7 \x00\xff", "Not issued"),
    ],
)
def test_strangers_files_are_turned_down_politely(data, verdict):
    answer = ask(data)
    assert answer.status_code == 200
    assert verdict in re.search("<h1.*?</h1>", answer.content.decode()).group(0)


def test_demonstration_signatures_say_that_they_prove_nothing(monkeypatch):
    fact = verify.SignatureFact("step-1", "DEMO 甲", "校长", "局", "", None, True, True, True, True)
    finding = verify.Finding(Verdict.NOT_ISSUED, "0" * 64, ("no",), (fact,))
    monkeypatch.setattr(verify, "examine", lambda *_args, **_more: finding)
    assert "DEMO certificates" in text(ask(b"x"))


def test_names_in_a_strangers_certificate_are_shown_as_words(monkeypatch):
    fact = verify.SignatureFact("f", "<script>alert(1)</script>", "", "<b>", "", None, False, False, False, False)
    finding = verify.Finding(Verdict.NOT_ISSUED, "0" * 64, ("no",), (fact,))
    monkeypatch.setattr(verify, "examine", lambda *_args, **_more: finding)
    answer = ask(b"x")
    assert "<script>alert" not in answer.content.decode()
    assert "the signature does not hold" in text(answer)


def test_what_is_too_large_is_turned_away_unread(monkeypatch):
    monkeypatch.setattr(verify, "LARGEST", 1000)
    monkeypatch.setattr(judging, "signatures", None)
    answer = ask(b"%PDF-" + b"x" * 100_000)
    assert answer.status_code == 413
    assert "larger than 20 MB" in text(answer)


def test_an_empty_form_says_what_to_choose():
    answer = Client().post("/en/verify/", {})
    assert answer.status_code == 400
    assert "Choose the PDF file" in text(answer)
    assert ask(b"").status_code == 400


def test_the_form_is_guarded_and_its_page_kept_by_nobody():
    guarded = Client(enforce_csrf_checks=True)
    assert guarded.post("/en/verify/", {"file": SimpleUploadedFile("a.pdf", FOREIGN)}).status_code == 403
    page = guarded.get("/en/verify/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode()).group(1)
    data = {"file": SimpleUploadedFile("a.txt", b"none"), "csrfmiddlewaretoken": token}
    assert guarded.post("/en/verify/", data).status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "sessionid" not in page.cookies


def test_an_upload_never_touches_the_disk(monkeypatch):
    def refuse(*_args, **_more):
        raise AssertionError("an upload was written to disk")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    monkeypatch.setattr("django.core.files.uploadedfile.TemporaryUploadedFile.__init__", refuse)
    assert ask(b"x" * 4_000_000).status_code == 200


def test_codes_unknown_and_unpublished_answer_alike():
    story = stories.education()
    paper = story.paper("municipal_school", "in_route")
    hidden = Revision.objects.get(paper=paper).code
    unknown = "ABCDEFGHJKMN"
    pages = [Client().get(f"/en/verify/?code={code}") for code in (hidden, unknown)]
    assert [page.status_code for page in pages] == [200, 200]
    assert without_tokens(pages[0], hidden) == without_tokens(pages[1], unknown)
    assert "No published document has this code" in text(pages[0])


def test_the_code_of_a_published_paper_shows_what_is_on_record():
    story = stories.education()
    story.paper("department", "published")
    code = Publication.objects.get().code
    short = Client().get(f"/v/{code}", headers={"accept-language": "en"})
    assert short["Location"] == f"/en/verify/?code={code}"
    assert "no-store" in short["Cache-Control"]
    page = Client().get(short["Location"])
    assert "A published document has this code" in text(page)
    assert "Department north" in text(page)
    assert f'href="/en/documents/{code}.pdf"' in page.content.decode()


def test_short_addresses_tell_nothing_of_a_code():
    for code in ("ABCDEFGHJKMN", "x"):
        assert Client().get(f"/v/{code}")["Location"].endswith(f"?code={code}")
    assert Client().get("/v/a%00b").status_code == 404
    assert Client().get("/en/verify/?code=%00%27").status_code == 200
