"""From enrolment to a paper with two signatures, and what each part promises on the way."""

import concurrent.futures
import functools
import json
import os
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography import x509
from django.test import override_settings
from django.utils.html import format_html

from portal.core import pdf, seals
from portal.core.errors import Refused
from portal.core.signing import authority, certificates, clockstamp, judging, keys, pades, stamps

AT = datetime(2017, 5, 18, 9, 0, tzinfo=timezone(timedelta(hours=8)))
LATER = AT + timedelta(days=4)
PASSPHRASE = "correct horse 9 battery"
CONTENT = json.dumps({"unit": "市直学校", "objectives": ["家长来信三日内答复"]}, ensure_ascii=False).encode()
CSS = (
    "@page { size: 120mm 90mm; margin: 8mm } body { font: 10pt 'Noto Serif CJK SC' }"
    ".box { height: 34mm; width: 50mm; border: 1px solid }"
)
BOXES = [("head", "sig-head", "单位主要负责人签名"), ("leader", "sig-leader", "联系局领导签名")]
STROKES = json.dumps([[[100 + 20 * step, 120 + 9 * (step % 5)] for step in range(12)]])


@dataclass(frozen=True)
class Paper:
    """A paper through its life: printed, signed by one, signed by both; and everything it was made with."""

    base: bytes
    first: bytes
    both: bytes
    authority: authority.Authority
    head: tuple[str, dict]
    leader: tuple[str, dict]
    data_dir: Path


def printed(text: str = "家长来信三日内答复", content: bytes = CONTENT) -> bytes:
    html = format_html(
        '<html lang="zh-Hans"><h1>任务目标</h1><p>{}</p><div class="box" id="sig-head"></div>'
        '<div class="box" id="sig-leader"></div></html>',
        text,
    )
    return pdf.print_html(
        html,
        title="任务目标",
        created=AT,
        identifier=b"paper-identifier",
        attachments=[("revision.json", content, "The frozen revision")],
        signature_boxes=BOXES,
        css=CSS,
    )


def signed(paper: bytes, field: str, enrolled, by: authority.Authority, at=AT, **more) -> bytes:
    certificate, sealed = enrolled
    first = field == "head"
    key = keys.open_key(sealed, PASSPHRASE)
    return pades.sign(
        paper, field=field, key=key, certificate_pem=certificate, reason="同意", at=at, authority=by,
        **{"stamp_pdf": None, "final": not first, "first": first} | more,
    )  # fmt: skip


def stamp(paper: bytes, field: str, **more) -> bytes:
    width, height = pades.field_size(paper, field)
    return stamps.draw(stamps.Appearance(width, height, opinion="同意报送。", **more))


@functools.cache
def the_paper(demo: bool = True) -> Paper:
    """Made once for all tests; `signed` again with the same keys gives papers of the same portal."""
    data_dir = Path(tempfile.mkdtemp(prefix="paper-"))
    with override_settings(DATA_DIR=data_dir):
        ours = authority.Authority.open(demo, AT - timedelta(days=30))
        head = keys.enrol(PASSPHRASE, "张三喆", "校长", "安丘市教育局", AT, ours)
        leader = keys.enrol(PASSPHRASE, "李四", "副局长", "安丘市教育局", AT, ours)
        base = printed()
        drawn = {
            "handwriting": seals.handwriting_svg(seals.parse_strokes(STROKES)),
            "seal": seals.round_seal("安丘市直学校", sample=True),
            "date": "2017年5月18日",
        }
        first = signed(base, "head", head, ours, stamp_pdf=stamp(base, "head", **drawn))
        both = signed(first, "leader", leader, ours, LATER, stamp_pdf=stamp(base, "leader", name="李四"))
    return Paper(base, first, both, ours, head, leader, data_dir)


@pytest.fixture
def paper():
    made = the_paper()
    with override_settings(DATA_DIR=made.data_dir):
        yield made


@pytest.fixture
def empty_portal(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path


# --- the authority -----------------------------------------------------------------------------


def test_an_authority_is_founded_once_by_many_at_once(empty_portal):
    together, roots = threading.Barrier(4), []

    def found():
        together.wait()
        roots.append(authority.Authority.open(False).root.serial_number)

    threads = [threading.Thread(target=found) for _ in range(4)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    assert len(set(roots)) == 1 and len(roots) == 4


def test_private_keys_are_for_their_owner_only(empty_portal):
    authority.Authority.open(False)
    files = list((empty_portal / "pki" / "real").iterdir())
    assert len([each for each in files if each.suffix == ".key"]) == 4
    assert {each.stat().st_mode & 0o777 for each in files} == {0o600}
    assert (empty_portal / "pki" / "real").stat().st_mode & 0o777 == 0o700


def test_a_demonstration_says_so_in_every_name_and_shares_no_key(empty_portal):
    demo, real = authority.Authority.open(True), authority.Authority.open(False)
    for part in ("root", "issuing", "tsa", "stamp"):
        assert "DEMO" in getattr(demo, part).subject.rfc4514_string()
        assert "DEMO" not in getattr(real, part).subject.rfc4514_string()
        assert getattr(demo, part).public_key() != getattr(real, part).public_key()


def test_a_certificate_is_valid_from_before_its_first_use(paper):
    certificate = x509.load_pem_x509_certificate(paper.head[0].encode())
    assert certificate.not_valid_before_utc < AT < certificate.not_valid_after_utc
    assert "title=校长" in certificate.subject.rfc4514_string({x509.NameOID.TITLE: "title"})


def test_a_real_authority_issues_nothing_for_the_time_before_it(empty_portal):
    ours = authority.Authority.open(False)
    with pytest.raises(Refused):
        keys.enrol(PASSPHRASE, "张三", "校长", "某局", AT, ours)


def test_overlong_and_odd_names_still_make_a_certificate(paper):
    certificate, _sealed = keys.enrol(PASSPHRASE, "𠮷" * 90, "a\n\tb", "局" * 90, AT, paper.authority)
    subject = x509.load_pem_x509_certificate(certificate.encode()).subject.rfc4514_string()
    assert (subject.count("𠮷"), subject.count("局")) == (16, 64)


def test_the_root_key_may_leave_the_machine(empty_portal):
    ours = authority.Authority.open(True)
    (ours.folder / "root.key").unlink()
    authority._load.cache_clear()
    ours = authority.Authority.open(True)
    certificate, _sealed = keys.enrol(PASSPHRASE, "张三", "校长", "某局", AT, ours)
    ours.revoke(x509.load_pem_x509_certificate(certificate.encode()).serial_number, AT)
    assert len(ours.revoked()) == 1


def test_time_stamp_serials_only_grow():
    serials = [clockstamp.next_serial() for _ in range(50)]
    assert serials == sorted(set(serials))


# --- keys --------------------------------------------------------------------------------------


WEAK = ["", "short1!", "aaaaaaaaaa", "abababab", "12345678", "19700101", "13812345678", "hgfedcba", "password"]
WEAK += ["qwertyuiop", "ｐａｓｓｗｏｒｄ"]


@pytest.mark.parametrize("passphrase", WEAK)
def test_a_weak_passphrase_is_refused_with_a_reason(passphrase):
    with pytest.raises(Refused, match=r"\w+ \w+|\w{4}"):
        keys.check_strength(passphrase)


@pytest.mark.parametrize("passphrase", [PASSPHRASE, "青山不改绿水长流", "x7!kQ-mm", "314159265358979"])
def test_a_good_passphrase_passes(passphrase):
    keys.check_strength(passphrase)


def test_a_key_opens_with_its_passphrase_only(paper):
    certificate, sealed = paper.head
    assert keys.belongs_to(keys.open_key(sealed, PASSPHRASE), certificate)
    for wrong in ("", PASSPHRASE + " ", PASSPHRASE.upper()):
        with pytest.raises(keys.WrongPassphrase):
            keys.open_key(sealed, wrong)


def test_full_width_letters_open_what_half_width_letters_sealed(paper):
    full_width = "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in PASSPHRASE)
    assert keys.open_key(paper.head[1], full_width)


def test_a_sealed_key_cannot_be_moved_to_another_certificate(paper):
    with pytest.raises(keys.WrongPassphrase):
        keys.open_key(paper.head[1] | {"certificate": paper.leader[1]["certificate"]}, PASSPHRASE)


def test_a_tampered_cost_cannot_exhaust_the_machine(paper):
    for name in keys.LIMIT:
        with pytest.raises(Refused):
            keys.open_key(paper.head[1] | {"cost": paper.head[1]["cost"] | {name: 2**31}}, PASSPHRASE)


def test_a_sealed_key_survives_json(paper):
    assert keys.open_key(json.loads(json.dumps(paper.head[1])), PASSPHRASE)


def test_the_passphrase_stands_in_no_file_and_in_no_error(empty_portal):
    canary = "canary-7f3a-passphrase"
    ours = authority.Authority.open(True)
    certificate, sealed = keys.enrol(canary, "张三", "校长", "某局", AT, ours)
    key = keys.open_key(sealed, canary)
    base = printed()
    pades.sign(
        base, field="head", key=key, certificate_pem=certificate, stamp_pdf=stamp(base, "head"), reason="同意", at=AT,
        authority=ours, final=False, first=True,
    )  # fmt: skip
    with pytest.raises(keys.WrongPassphrase) as caught:
        keys.open_key(sealed, canary + "x")
    kept = b"".join(each.read_bytes() for each in empty_portal.rglob("*") if each.is_file())
    assert canary.encode() not in kept and canary not in json.dumps(sealed)
    assert canary not in str(caught.value) and caught.value.__cause__ is None and caught.value.__suppress_context__


# --- signing -----------------------------------------------------------------------------------


def test_each_signature_only_adds_to_the_bytes_before(paper):
    assert paper.first.startswith(paper.base) and paper.both.startswith(paper.first)


def test_both_signatures_hold_and_the_last_covers_the_whole_file(paper):
    head, leader = judging.signatures(paper.both, [paper.authority.trust()])
    assert head.sound and leader.sound and leader.whole_file and not head.whole_file
    assert (head.signer, head.post, head.bureau) == ("张三喆", "校长", "安丘市教育局")
    assert datetime.fromisoformat(head.at) == AT and datetime.fromisoformat(leader.at) == LATER
    assert head.demo


def test_the_filing_stamp_signs_with_the_portals_own_key(paper):
    ours = paper.authority
    filed = pades.sign(
        paper.first, field="leader", key=ours.stamp_key, certificate_pem=ours.stamp_certificate, stamp_pdf=None,
        reason="备案 〔2017〕31号", at=LATER, authority=ours, final=True, first=False,
    )  # fmt: skip
    assert judging.signatures(filed, [ours.trust()])[1].sound


def test_a_paper_with_one_signature_is_certified_and_closed_at_once(paper):
    alone = signed(paper.base, "head", paper.head, paper.authority, final=True)
    (only,) = judging.signatures(alone, [paper.authority.trust()])
    assert only.sound and only.whole_file


@pytest.mark.parametrize(
    ("field", "revision", "first"),
    [
        ("head", "first", True),
        ("leader", "both", False),
        ("nobody", "base", True),
        ("leader", "base", False),
        ("leader", "first", True),
    ],
)
def test_a_place_is_signed_once_and_in_order(paper, field, revision, first):
    with pytest.raises(Refused):
        signed(getattr(paper, revision), field, paper.leader, paper.authority, first=first)


def test_a_key_signs_only_under_its_own_certificate(paper):
    with pytest.raises(Refused, match="."):
        signed(paper.base, "head", (paper.leader[0], paper.head[1]), paper.authority)


def test_a_certificate_of_another_portal_signs_nothing_here(paper, tmp_path):
    with override_settings(DATA_DIR=tmp_path):
        other = authority.Authority.open(True)
        stranger = keys.enrol(PASSPHRASE, "张三喆", "校长", "安丘市教育局", AT, other)
    with pytest.raises(Refused):
        signed(paper.base, "head", stranger, paper.authority)


def test_nobody_signs_before_the_certificate_was_issued(paper):
    with pytest.raises(Refused):
        signed(paper.base, "head", paper.head, paper.authority, AT - timedelta(days=30))


def test_a_revoked_certificate_signs_no_more_but_what_it_signed_holds(paper, tmp_path):
    with override_settings(DATA_DIR=tmp_path):
        ours = authority.Authority.open(True)
        head = keys.enrol(PASSPHRASE, "张三喆", "校长", "安丘市教育局", AT, ours)
        before = signed(paper.base, "head", head, ours)
        ours.revoke(x509.load_pem_x509_certificate(head[0].encode()).serial_number, AT + timedelta(hours=1))
        assert judging.signatures(before, [ours.trust()])[0].sound
        assert signed(paper.base, "head", head, ours, final=True)
        for final in (True, False):
            with pytest.raises(Refused, match="."):
                signed(paper.base, "head", head, ours, LATER, final=final)


def test_a_signature_made_after_the_revocation_does_not_hold(paper, tmp_path):
    with override_settings(DATA_DIR=tmp_path):
        ours = authority.Authority.open(True)
        head = keys.enrol(PASSPHRASE, "张三喆", "校长", "安丘市教育局", AT, ours)
        after = signed(paper.base, "head", head, ours)
        ours.revoke(x509.load_pem_x509_certificate(head[0].encode()).serial_number, AT - timedelta(hours=1))
        (found,) = judging.signatures(after, [ours.trust()])
        assert found.ours and found.intact and not found.sound


def test_signing_works_inside_a_running_event_loop(paper):
    import asyncio  # noqa: PLC0415 -- this test alone needs it

    async def within():
        return signed(paper.base, "head", paper.head, paper.authority)

    # In a thread of its own: where a browser test ran before, this thread has a running loop already.
    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(within())).result().startswith(paper.base)


def test_drawing_a_stamp_again_costs_nothing_and_changes_nothing(paper, monkeypatch):
    drawn = stamp(paper.base, "head", date="2017年5月18日")
    monkeypatch.setattr(pdf, "draw_html", None)
    assert stamp(paper.base, "head", date="2017年5月18日") == drawn


def test_a_stamp_takes_drawings_of_ours_only(paper):
    with pytest.raises(ValueError, match="drawing"):
        stamp(paper.base, "head", handwriting="<script>alert(1)</script>")


def test_words_of_people_stand_in_a_stamp_as_words(paper, tmp_path):
    drawn = stamp(paper.base, "head", on_behalf="<b>代</b>", date="</p><img src=x>")
    (tmp_path / "stamp.pdf").write_bytes(drawn)
    shown = subprocess.run(["pdftotext", tmp_path / "stamp.pdf", "-"], capture_output=True, check=True, text=True)
    assert "<b>" in shown.stdout and "<img" in shown.stdout


def test_the_printed_stamp_can_be_read_in_the_signed_paper(paper, tmp_path):
    (tmp_path / "both.pdf").write_bytes(paper.both)
    shown = subprocess.run(["pdftotext", tmp_path / "both.pdf", "-"], capture_output=True, check=True, text=True)
    assert "同意报送" in shown.stdout and "2017年5月18日" in shown.stdout and "李四" in shown.stdout


# --- somebody else's software ------------------------------------------------------------------


def test_poppler_confirms_both_signatures(paper, tmp_path):
    (tmp_path / "both.pdf").write_bytes(paper.both)
    (tmp_path / "root.pem").write_text(certificates.pem(paper.authority.root))
    database = f"sql:{tmp_path}"
    for command in (["-N", "--empty-password"], ["-A", "-t", "CT,C,C", "-n", "root", "-i", str(tmp_path / "root.pem")]):
        subprocess.run(["certutil", *command, "-d", database], check=True, capture_output=True)
    said = subprocess.run(
        ["pdfsig", "-nssdir", database, tmp_path / "both.pdf"], capture_output=True, check=True, text=True,
        env=os.environ | {"LC_ALL": "C.UTF-8", "TZ": "UTC"},
    ).stdout  # fmt: skip
    assert said.count("Signature is Valid") == 2 and said.count("Certificate is Trusted") == 2
    assert said.count("ETSI.CAdES.detached") == 2 and "张三喆" in said
    assert said.count("Total document signed") == 1 and said.count("Not total document signed") == 1


def test_openssl_confirms_a_time_stamp(paper, tmp_path):
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 -- slow import

    with (tmp_path / "both.pdf").open("w+b") as file:
        file.write(paper.both)
        signature = PdfFileReader(file).embedded_signatures[1]
        token = signature.signer_info["unsigned_attrs"][0]["values"][0].dump()
        stamped = signature.signer_info["signature"].native
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "data").write_bytes(stamped)
    (tmp_path / "root.pem").write_text(certificates.pem(paper.authority.root))
    (tmp_path / "issuing.pem").write_text(certificates.pem(paper.authority.issuing))
    said = subprocess.run(
        ["openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token", "-data", tmp_path / "data",
         "-CAfile", tmp_path / "root.pem", "-untrusted", tmp_path / "issuing.pem"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "OK" in said.stdout, said.stderr
    assert datetime.now(UTC) > LATER
