"""Thirty ways to forge a paper, none of which may be called genuine; and the genuine ones, which must be."""

import functools
import hashlib
import io
import re
import resource
import tempfile
import zlib
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import translation
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from portal.core.signing import authority, judging, keys, verify
from portal.core.signing.verify import KnownDocument, Verdict
from tests.core.test_signing import AT, CONTENT, LATER, PASSPHRASE, Paper, printed, signed, the_paper

CONTENT_MARK = hashlib.sha256(CONTENT).hexdigest()
IDENTIFIER_MARK = b"paper-identifier".hex()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@functools.cache
def register() -> dict[str, KnownDocument]:
    paper = the_paper()
    revisions = {0: paper.base, 1: paper.first, 2: paper.both}
    return {sha256(data): KnownDocument(count == 2, count, 2, {"code": "AQ-1"}) for count, data in revisions.items()}


def by_mark(mark: str) -> KnownDocument | None:
    return register()[sha256(the_paper().both)] if mark in {CONTENT_MARK, IDENTIFIER_MARK} else None


@pytest.fixture
def read_here(monkeypatch):
    """Strangers' files are read in this process: a child for each of sixty would take a minute."""

    def read(pdf, trusts):
        try:
            found = judging.signatures(pdf, trusts)
            return {"marks": judging.marks(pdf), "signatures": [asdict(each) for each in found]}
        except Exception:
            return None

    monkeypatch.setattr(verify, "_read_apart", read)


def examined(data: bytes, **more) -> verify.Finding:
    return verify.examine(data, **{"known": register().get, "trusts": [the_paper().authority.trust()]} | more)


# --- the forger's workshop ---------------------------------------------------------------------


def updated(pdf: bytes, change) -> bytes:
    """The PDF with one more, unsigned revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def first_page(writer):
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    writer.mark_update(page.get_container_ref())
    return page


def replaced(pdf: bytes, old: bytes, new: bytes) -> bytes:
    assert old in pdf and len(old) == len(new)
    return pdf.replace(old, new, 1)


def bit_flipped(p: Paper) -> bytes:
    forged = bytearray(p.both)
    forged[len(p.base) // 2] ^= 1
    return bytes(forged)


def title_changed(p: Paper) -> bytes:
    return replaced(p.both, "任务目标".encode(), "任务目际".encode())


def painted_over(p: Paper) -> bytes:
    def paint(writer):
        page = first_page(writer)
        paint = writer.add_object(generic.StreamObject(stream_data=b"1 1 1 rg 0 100 400 200 re f"))
        page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), paint])

    return updated(p.both, paint)


def rewritten(p: Paper) -> bytes:
    out = io.BytesIO()
    copy_into_new_writer(PdfFileReader(io.BytesIO(p.both))).write(out)
    return out.getvalue()


@functools.cache
def strangers():
    """Another portal, whose people bear the same names."""
    with override_settings(DATA_DIR=Path(tempfile.mkdtemp())):
        other = authority.Authority.open(True)
        people = [
            keys.enrol(PASSPHRASE, name, post, "安丘市教育局", AT, other)
            for name, post in (("张三喆", "校长"), ("李四", "副局长"))
        ]
        return other, *people


def self_made(p: Paper) -> bytes:
    other, head, leader = strangers()
    return signed(signed(p.base, "head", head, other), "leader", leader, other, LATER)


def of_another_bureau(p: Paper) -> bytes:
    other, head, leader = strangers()
    return signed(signed(printed("别局的承诺", b"{}"), "head", head, other), "leader", leader, other, LATER)


def half_self_made(p: Paper) -> bytes:
    other, _head, leader = strangers()
    return signed(p.first, "leader", leader, other, LATER)


def transplanted(p: Paper) -> bytes:
    return printed("伪造的条款") + p.both[len(p.base) :]


def attachment_changed(pdf: bytes, content: bytes) -> bytes:
    def swap(writer):
        file = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]
        file["/F"] = writer.add_object(generic.StreamObject(stream_data=content))
        writer.mark_update(file.get_container_ref())

    return updated(pdf, swap)


def field_removed(p: Paper) -> bytes:
    def remove(writer):
        form = writer.root["/AcroForm"]
        del form["/Fields"][1]
        writer.mark_update(form.get_container_ref())

    return updated(p.both, remove)


def signatures_exchanged(p: Paper) -> bytes:
    def exchange(writer):
        head, leader = (each.get_object() for each in writer.root["/AcroForm"]["/Fields"])
        ours, theirs = head.raw_get("/V"), leader.raw_get("/V")
        head["/V"], leader["/V"] = theirs, ours
        writer.mark_update(head.get_container_ref())
        writer.mark_update(leader.get_container_ref())

    return updated(p.both, exchange)


def field_added(p: Paper) -> bytes:
    def add(writer):
        form = writer.root["/AcroForm"]
        entry = {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string("clause"),
            pdf_name("/V"): pdf_string("x"),
        }
        form["/Fields"].append(writer.add_object(generic.DictionaryObject(entry)))
        writer.mark_update(form.get_container_ref())
        writer.update_container(form["/Fields"])

    return updated(p.both, add)


def annotated(p: Paper) -> bytes:
    def annotate(writer):
        page = first_page(writer)
        box = generic.ArrayObject(map(generic.NumberObject, (10, 10, 200, 60)))
        note = {pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/FreeText")}
        note |= {pdf_name("/Rect"): box, pdf_name("/Contents"): pdf_string("作废")}
        page["/Annots"].append(writer.add_object(generic.DictionaryObject(note)))
        writer.update_container(page["/Annots"])

    return updated(p.both, annotate)


def metadata_edited(p: Paper) -> bytes:
    title = generic.DictionaryObject({pdf_name("/Title"): pdf_string("另一份")})
    return updated(p.both, lambda writer: writer.set_info(writer.add_object(title)))


def scripted(p: Paper) -> bytes:
    def script(writer):
        action = {pdf_name("/S"): pdf_name("/JavaScript"), pdf_name("/JS"): pdf_string("app.alert(1)")}
        writer.root["/OpenAction"] = generic.DictionaryObject(action)
        writer.update_root()

    return updated(p.both, script)


def page_repeated(p: Paper) -> bytes:
    def repeat(writer):
        pages = writer.root["/Pages"]
        pages["/Kids"].append(pages["/Kids"].raw_get(0))
        pages["/Count"] = generic.NumberObject(2)
        writer.mark_update(pages.get_container_ref())
        writer.update_container(pages["/Kids"])

    return updated(p.both, repeat)


def contents_zeroed(p: Paper) -> bytes:
    last = list(re.finditer(rb"/Contents\s*<([0-9a-fA-F]{2000,})>", p.both))[-1]
    return p.both[: last.start(1)] + b"0" * len(last[1]) + p.both[last.end(1) :]


def byte_range_altered(p: Paper) -> bytes:
    last = list(re.finditer(rb"/ByteRange\s*\[\s*0 (\d+)", p.both))[-1]
    return p.both[: last.start(1)] + b"%d" % (int(last[1]) - 10) + p.both[last.end(1) :]


def encrypted(p: Paper) -> bytes:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(p.both)))
    writer.encrypt("owner", "user")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb(_p: Paper) -> bytes:
    """An attachment of a few kilobytes that unpacks to two gigabytes."""
    packer = zlib.compressobj(9)
    chunk = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = zlib.compress(chunk + again * 2048, 9)
    filters = generic.ArrayObject([pdf_name("/FlateDecode"), pdf_name("/FlateDecode")])
    stream = generic.StreamObject({pdf_name("/Filter"): filters}, encoded_data=packed)
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(printed())))
    writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]["/EF"]["/F"] = writer.add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


NOT_PDF, ALTERED, NOT_ISSUED = Verdict.NOT_PDF, Verdict.ALTERED, Verdict.NOT_ISSUED
FORGERIES = {
    "bit flipped": (bit_flipped, {ALTERED, NOT_ISSUED}),
    "title changed in the bytes": (title_changed, {ALTERED}),
    "painted over by a later revision": (painted_over, {ALTERED}),
    "trailing junk": (lambda p: p.both + b"junk", {ALTERED}),
    "trailing newline": (lambda p: p.both + b"\n", {ALTERED}),
    "leading junk": (lambda p: b"junk\n" + p.both, {ALTERED, NOT_ISSUED}),
    "truncated in the second signature": (lambda p: p.both[:-500], {ALTERED}),
    "truncated in the first revision": (lambda p: p.both[: len(p.base) // 2], {NOT_ISSUED}),
    "saved anew": (rewritten, {ALTERED}),
    "signed with self-made certificates of the same names": (self_made, {ALTERED}),
    "a paper of another bureau": (of_another_bureau, {NOT_ISSUED}),
    "second signature self-made": (half_self_made, {ALTERED}),
    "signatures transplanted": (transplanted, {ALTERED, NOT_ISSUED}),
    "unsigned look-alike": (lambda p: printed("伪造的条款", b"{}"), {NOT_ISSUED}),
    "attachment swapped": (lambda p: attachment_changed(p.both, b"{}"), {ALTERED}),
    "attachment edited": (
        lambda p: attachment_changed(p.both, CONTENT.replace("三日".encode(), "九日".encode())),
        {ALTERED},
    ),
    "attachment edited before signing": (lambda p: attachment_changed(p.base, b"{}"), {ALTERED}),
    "signature field removed": (field_removed, {ALTERED}),
    "signatures exchanged": (signatures_exchanged, {ALTERED}),
    "revisions reordered": (lambda p: p.base + p.both[len(p.first) :] + p.first[len(p.base) :], {ALTERED}),
    "annotation added": (annotated, {ALTERED}),
    "form field added": (field_added, {ALTERED}),
    "metadata edited": (metadata_edited, {ALTERED}),
    "script added": (scripted, {ALTERED}),
    "page repeated": (page_repeated, {ALTERED}),
    "empty file": (lambda p: b"", {NOT_PDF}),
    "a web page named pdf": (lambda p: b"<!doctype html><title>%PDF</title>" + b" " * 2000, {NOT_PDF}),
    "concatenated twice": (lambda p: p.both * 2, {ALTERED}),
    "empty later revision": (lambda p: updated(p.both, lambda writer: writer.update_root()), {ALTERED}),
    "signature zeroed": (contents_zeroed, {ALTERED}),
    "byte range altered": (byte_range_altered, {ALTERED}),
    "encrypted": (encrypted, {NOT_ISSUED}),
    "header only": (lambda p: b"%PDF-1.7\n" + b"\x00" * 5000, {NOT_ISSUED}),
    "reason reworded in the bytes": (lambda p: re.sub(rb"(/Reason\s*)\(..", rb"\1(\\376", p.both, count=1), {ALTERED}),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_never_called_genuine(name, read_here):
    forge, expected = FORGERIES[name]
    forged = forge(the_paper())
    assert forged != the_paper().both
    finding = examined(forged)
    assert finding.verdict in expected and not finding.verdict.genuine
    assert finding.reasons and all(finding.reasons)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_put_on_record_by_an_intruder_is_not_genuine_either(name):
    forged = FORGERIES[name][0](the_paper())
    finding = examined(forged, known=lambda _sha256: KnownDocument(True, 2, 2))
    assert not finding.verdict.genuine


@pytest.mark.parametrize("name", ["saved anew", "attachment edited before signing", "bit flipped"])
def test_a_changed_copy_is_recognised_by_what_it_carries(name, read_here):
    finding = examined(FORGERIES[name][0](the_paper()), known={}.get, issued=by_mark)
    assert finding.verdict is Verdict.ALTERED and finding.document.facts == {"code": "AQ-1"}


# --- the genuine ones --------------------------------------------------------------------------


def test_the_signed_paper_is_genuine_and_complete():
    finding = examined(the_paper().both)
    assert finding.verdict is Verdict.GENUINE_COMPLETE and finding.verdict.genuine
    head, leader = finding.signatures
    assert (head.signer, head.post, head.bureau, head.reason) == ("张三喆", "校长", "安丘市教育局", "同意")
    assert (head.at, leader.at) == (AT, LATER)
    assert all(each.intact and each.trusted and each.sound and each.demo for each in finding.signatures)
    assert finding.document.facts == {"code": "AQ-1"}
    assert len(finding.reasons) == 2


@pytest.mark.parametrize(("revision", "count"), [("base", 0), ("first", 1)])
def test_an_intermediate_revision_is_genuine_and_says_how_many_have_signed(revision, count):
    with translation.override("en"):
        finding = examined(getattr(the_paper(), revision))
    assert finding.verdict is Verdict.GENUINE_PARTIAL
    assert len(finding.signatures) == count and f"{count} of 2" in finding.reasons[0]


def test_the_last_revision_is_not_complete_while_the_record_says_otherwise():
    finding = examined(the_paper().both, known=lambda _sha256: KnownDocument(False, 2, 3))
    assert finding.verdict is Verdict.GENUINE_PARTIAL
    assert examined(the_paper().both, known=lambda _sha256: KnownDocument(True, 3, 3)).verdict is Verdict.ALTERED


def test_a_paper_signed_here_but_never_recorded_is_not_issued(read_here):
    with translation.override("en"):
        finding = examined(the_paper().both, known={}.get)
    assert finding.verdict is Verdict.NOT_ISSUED and "record" in finding.reasons[1]


def test_without_any_authority_nothing_is_genuine():
    assert examined(the_paper().both, trusts=[]).verdict is Verdict.ALTERED


def test_a_signature_by_a_key_revoked_before_is_not_genuine():
    made = the_paper()
    with override_settings(DATA_DIR=Path(tempfile.mkdtemp())):
        ours = authority.Authority.open(True)
        head = keys.enrol(PASSPHRASE, "张三喆", "校长", "安丘市教育局", AT, ours)
        alone = signed(made.base, "head", head, ours, final=True)
        genuine = {"known": lambda _sha256: KnownDocument(True, 1, 1)}
        assert examined(alone, trusts=[ours.trust()], **genuine).verdict is Verdict.GENUINE_COMPLETE
        serial = judging.load_der_x509_certificate(certificate_of(head[0])).serial_number
        ours.revoke(serial, AT - timedelta(minutes=1))
        assert examined(alone, trusts=None, **genuine).verdict is Verdict.ALTERED


def certificate_of(pem: str) -> bytes:
    import ssl  # noqa: PLC0415 -- the shortest way from PEM to DER

    return ssl.PEM_cert_to_DER_cert(pem)


# --- files that fight back ---------------------------------------------------------------------


def test_a_strangers_file_is_read_in_a_process_of_its_own():
    finding = examined(title_changed(the_paper()))
    assert finding.verdict is Verdict.ALTERED and len(finding.signatures) == 2


def test_a_bomb_stays_within_its_reader():
    forged = bomb(the_paper())
    assert len(forged) < 2_000_000
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    other_children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss + 1
    assert examined(forged).verdict is Verdict.NOT_ISSUED
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < before + 100_000
    # A child starts with what its parent held, and other tests may have had larger children before.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < max(1_100_000, other_children, before + 100_000)


def test_a_reader_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(verify, "SECONDS", 0.01)
    assert examined(title_changed(the_paper())).verdict is Verdict.NOT_ISSUED


def test_a_reader_that_cannot_start_ends_in_a_verdict(monkeypatch):
    monkeypatch.setattr(verify.sys, "executable", "/nowhere/python")
    assert examined(title_changed(the_paper())).verdict is Verdict.NOT_ISSUED


def test_a_huge_file_is_not_even_read(monkeypatch):
    monkeypatch.setattr(verify, "_read_apart", None)
    assert examined(b"%PDF-1.7" + bytes(verify.LARGEST)).verdict is Verdict.NOT_ISSUED


def test_a_file_of_a_million_ends_asks_the_register_few_times(read_here):
    asked = []
    examined(b"%PDF-1.7\n" + b"%%EOF\n" * 1_000_00, known=asked.append)
    assert len(asked) < 50


def test_the_child_needs_nothing_of_the_portal():
    imports = re.findall(r"^ *(?:from|import) (\w+)", Path(judging.__file__).read_text(), re.MULTILINE)
    assert imports and not {"django", "portal"} & set(imports)
