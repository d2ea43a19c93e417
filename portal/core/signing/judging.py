"""What the signatures in a PDF say, judged against given authorities. Needs no Django and no network.

Also a program: `python judging.py` reads one request from standard input, judges it under limits of time
and memory, and prints the answer as JSON. Files from strangers are read in such a child, never in the portal.
"""

import asyncio
import base64
import hashlib
import io
import json
import logging
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import find_unique_cms_attribute
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

SECONDS = 8
BYTES = 1_000_000_000
MOST_SIGNATURES = 12
MOST_ATTACHMENTS = 20


@dataclass(frozen=True)
class Trust:
    """What is needed to judge a signature: certificates and revocation lists in DER, no key."""

    demo: bool
    root: bytes
    issuing: bytes
    tsa: bytes
    crls: tuple[bytes, ...]

    def context(self, moment: datetime) -> ValidationContext:
        """Validation as of that moment, without network. A revocation counts from its own date on."""
        root, *others = (x509.Certificate.load(each) for each in (self.root, self.issuing, self.tsa))
        return ValidationContext(
            trust_roots=[root],
            other_certs=others,
            crls=[asn1_crl.CertificateList.load(each) for each in self.crls],
            moment=moment,
            allow_fetching=False,
            revocation_mode="require",
            # The kept list is newer than most signatures; its entries carry the date they count from.
            retroactive_revinfo=True,
        )

    def issued(self, certificate: x509.Certificate) -> bool:
        """Whether this authority signed the certificate; says nothing about revocation."""
        issuing = load_der_x509_certificate(self.issuing)
        try:
            load_der_x509_certificate(certificate.dump()).verify_directly_issued_by(issuing)
        except (ValueError, TypeError, InvalidSignature):
            return False
        return True


@dataclass(frozen=True)
class Reading:
    """One signature as found. `sound` is the whole judgment; the rest says what it rests on.

    `ours`: made with a key certified here, though perhaps over other bytes than these.
    Signatures by strangers are not examined: their names are read, everything else stays False.
    """

    field: str
    signer: str = ""
    post: str = ""
    bureau: str = ""
    reason: str = ""
    at: str = ""
    intact: bool = False
    trusted: bool = False
    ours: bool = False
    demo: bool = False
    sound: bool = False
    whole_file: bool = False


def signatures(pdf: bytes, trusts: Sequence[Trust]) -> list[Reading]:
    """Every signature in the order of signing. Raises whatever the PDF library raises for a broken file."""
    found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return [_read_calmly(each, trusts) for each in found[:MOST_SIGNATURES]]


def marks(pdf: bytes) -> list[str]:
    """What may betray the origin of a copy: hashes of its attachments, and its file identifier, in hex."""
    reader = PdfFileReader(io.BytesIO(pdf))
    return [*_identifier(reader), *_attachment_hashes(reader)]


def run(coroutine):
    """The result of a coroutine, also where this thread already runs an event loop (browser tests do)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def _read_calmly(signature: EmbeddedPdfSignature, trusts: Sequence[Trust]) -> Reading:
    """A broken signature is an unsound one; it must not hide the others."""
    try:
        return _read(signature, trusts)
    except Exception:  # the PDF library raises freely
        return Reading(_words(signature.sig_field.get("/T")))


def _read(signature: EmbeddedPdfSignature, trusts: Sequence[Trust]) -> Reading:
    certificate = signature.signer_cert
    subject = certificate.subject.native
    facts = {
        "field": str(signature.field_name),
        "signer": _words(subject.get("common_name")),
        "post": _words(subject.get("title")),
        "bureau": _words(subject.get("organization_name")),
        "reason": _words(signature.sig_object.get("/Reason")),
    }
    trust = next((each for each in trusts if each.issued(certificate)), None)
    moment = _stamped_at(signature)
    if trust is None or moment is None or signature.sig_object_type != "/Sig":
        return Reading(**facts)
    status = run(async_validate_pdf_signature(signature, trust.context(moment), trust.context(moment)))
    return Reading(
        **facts,
        at=moment.isoformat(),
        intact=status.intact and status.valid,
        trusted=status.trusted,
        ours=status.valid,
        demo=trust.demo,
        sound=_is_sound(status),
        whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
    )


def _is_sound(status) -> bool:
    """The rule for one signature. "Intact and valid" alone would pass a page painted over afterwards."""
    stamp = status.timestamp_validity
    return bool(
        status.intact
        and status.valid
        and status.trusted
        and status.docmdp_ok
        and status.bottom_line
        and status.modification_level is not None
        and status.modification_level <= ModificationLevel.FORM_FILLING
        and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
        and stamp is not None
        and stamp.intact
        and stamp.valid
        and stamp.trusted
    )


def _stamped_at(signature: EmbeddedPdfSignature) -> datetime | None:
    """The time-stamper's time. The signer's own claim is never used."""
    try:
        token = find_unique_cms_attribute(signature.signer_info["unsigned_attrs"], "signature_time_stamp_token")
        return token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    except Exception:  # the attribute is missing or malformed, in any of many ways
        return None


def _identifier(reader: PdfFileReader) -> Iterator[str]:
    """The first half of /ID survives every honest change of a file."""
    try:
        first = reader.trailer["/ID"][0]
        yield bytes(getattr(first, "original_bytes", first)).hex()
    except Exception:  # as hostile as the file
        return


def _attachment_hashes(reader: PdfFileReader) -> Iterator[str]:
    try:
        names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
        for place in range(1, min(len(names), 2 * MOST_ATTACHMENTS), 2):
            yield hashlib.sha256(names[place]["/EF"]["/F"].data).hexdigest()
    except Exception:  # as hostile as the file
        return


def _words(value) -> str:
    """A name from a stranger's certificate: one line, bounded."""
    if isinstance(value, list):
        value = " ".join(map(str, value))
    return " ".join(str(value or "").split())[:200]


def request(pdf: bytes, trusts: Sequence[Trust]) -> bytes:
    """What the child reads: the authorities as JSON on the first line, then the file."""
    plain = [asdict(each) for each in trusts]
    return json.dumps(plain, default=lambda data: base64.b64encode(data).decode()).encode() + b"\n" + pdf


def main() -> None:
    """Answer one request within the limits; whatever the file does, only this process dies of it."""
    import resource  # noqa: PLC0415 -- the child alone limits itself

    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    logging.disable(logging.CRITICAL)
    head, pdf = sys.stdin.buffer.read().split(b"\n", 1)
    trusts = [_trust(each) for each in json.loads(head)]
    answer = {"marks": marks(pdf), "signatures": [asdict(each) for each in signatures(pdf, trusts)]}
    sys.stdout.write(json.dumps(answer))


def _trust(plain: dict) -> Trust:
    data = {name: base64.b64decode(plain[name]) for name in ("root", "issuing", "tsa")}
    return Trust(plain["demo"], **data, crls=tuple(map(base64.b64decode, plain["crls"])))


if __name__ == "__main__":
    main()
