"""Judging a file that claims to be one of ours. The rule is strict: only bytes we stored can be genuine."""

import enum
import hashlib
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from portal.core.signing import authority, judging
from portal.core.signing.judging import Reading, Trust

LARGEST = 20 * 1024 * 1024
SECONDS = 15
MOST_REVISIONS = 16
END = re.compile(rb"%%EOF(?:\r\n|\n|\r)?")
# Two strangers' files at a time; more would take the machine from those who work.
SLOTS = threading.BoundedSemaphore(2)


class Verdict(enum.StrEnum):
    """All that can be said about a file."""

    GENUINE_COMPLETE = "genuine_complete"
    GENUINE_PARTIAL = "genuine_partial"
    NOT_ISSUED = "not_issued"
    ALTERED = "altered"
    NOT_PDF = "not_pdf"

    @property
    def genuine(self) -> bool:
        """Whether these are, byte for byte, bytes of this portal."""
        return self in {Verdict.GENUINE_COMPLETE, Verdict.GENUINE_PARTIAL}


@dataclass(frozen=True)
class KnownDocument:
    """What the portal remembers of a document: signed by `signed` of `expected`, and facts for the reader."""

    complete: bool
    signed: int
    expected: int
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SignatureFact:
    """One signature for the reader. `sound` sums up; `at` is the time-stamper's time."""

    field: str
    signer: str
    post: str
    bureau: str
    reason: str
    at: datetime | None
    intact: bool
    trusted: bool
    demo: bool
    sound: bool


@dataclass(frozen=True)
class Finding:
    """The judgment: one verdict, the sentences it rests on, the signatures, and the document if recognised.

    With the verdict "altered", `document` is the issued one that this file resembles; its facts are facts of
    the original, not of the file. Signatures of a file that is not genuine are what the file claims.
    """

    verdict: Verdict
    sha256: str
    reasons: tuple[str, ...]
    signatures: tuple[SignatureFact, ...] = ()
    document: KnownDocument | None = None


Lookup = Callable[[str], KnownDocument | None]


def examine(
    pdf: bytes, *, known: Lookup, issued: Lookup | None = None, trusts: Sequence[Trust] | None = None
) -> Finding:
    """Judge a file. Never raises for what is in it; errors of `known` and `issued` themselves pass.

    `known` tells a stored document by the SHA-256 of its bytes. `issued`, if given, tells one by a mark:
    the SHA-256 of its attached content or the identifier it was printed with (hex); it only ever helps to
    say "altered" instead of "not issued". `trusts` are by default the authorities founded here.
    """
    sha256 = hashlib.sha256(pdf).hexdigest()
    if len(pdf) > LARGEST:
        return Finding(Verdict.NOT_ISSUED, sha256, (_("The file is larger than any document issued here."),))
    if b"%PDF-" not in pdf[:1024]:
        return Finding(Verdict.NOT_PDF, sha256, (_("This is not a PDF file."),))
    trusts = authority.trusted() if trusts is None else trusts
    if document := known(sha256):
        return _judge_ours(pdf, sha256, document, trusts)
    return _judge_foreign(pdf, sha256, known, issued, trusts)


def _judge_ours(pdf: bytes, sha256: str, document: KnownDocument, trusts: Sequence[Trust]) -> Finding:
    """The bytes are on record; still, a record alone makes nothing genuine: every signature must hold."""
    try:
        readings = judging.signatures(pdf, trusts)
    except Exception:  # the PDF library raises freely
        return Finding(Verdict.ALTERED, sha256, (_("The file is on record, but cannot be read."),), (), document)
    facts = tuple(map(_fact, readings))
    if faults := _faults(readings, document):
        return Finding(Verdict.ALTERED, sha256, faults, facts, document)
    done = document.complete and document.signed == document.expected
    verdict = Verdict.GENUINE_COMPLETE if done else Verdict.GENUINE_PARTIAL
    return Finding(verdict, sha256, (*_praise(document, done), *_warnings(readings)), facts, document)


def _faults(readings: Sequence[Reading], document: KnownDocument) -> tuple[str, ...]:
    faults = [
        _("The signature “%(field)s” by %(signer)s does not hold.") % {"field": each.field, "signer": each.signer}
        for each in readings
        if not each.sound
    ]
    if len(readings) != document.signed:
        faults.append(_("The file is on record, but the number of its signatures is not the recorded one."))
    if readings and not readings[-1].whole_file:
        faults.append(_("The last signature does not cover the whole file."))
    return tuple(faults)


def _praise(document: KnownDocument, done: bool) -> tuple[str, ...]:
    counts = {"signed": document.signed, "expected": document.expected}
    if done:
        return (_("The file is, byte for byte, as issued. All %(expected)d signatures hold.") % counts,)
    return (
        _("The file is, byte for byte, as issued, but not complete: %(signed)d of %(expected)d have signed.") % counts,
    )


def _warnings(readings: Sequence[Reading]) -> tuple[str, ...]:
    if any(each.demo for each in readings):
        return (_("It is signed with demonstration certificates and proves nothing outside the demonstration."),)
    return ()


def _judge_foreign(pdf: bytes, sha256: str, known: Lookup, issued: Lookup | None, trusts: Sequence[Trust]) -> Finding:
    """These bytes are not ours, whatever they contain. What is left to find out is whether they once were."""
    if document := _earlier_revision(pdf, known):
        reason = _("The file begins as an issued document does, and was changed afterwards.")
        return Finding(Verdict.ALTERED, sha256, (reason,), (), document)
    answer = _read_apart(pdf, trusts)
    if answer is None:
        reasons = (_("This file was not issued here."), _("It could not be read: it is damaged, locked or malicious."))
        return Finding(Verdict.NOT_ISSUED, sha256, reasons)
    readings = [Reading(**each) for each in answer["signatures"]]
    facts = tuple(map(_fact, readings))
    if document := _resembled(answer["marks"], issued):
        reason = _("The file carries the content of an issued document, but is not that document.")
        return Finding(Verdict.ALTERED, sha256, (reason,), facts, document)
    if any(each.ours and not each.sound for each in readings):
        reason = _("A signature made here stands in it, but the file is not what was signed.")
        return Finding(Verdict.ALTERED, sha256, (reason,), facts)
    return Finding(Verdict.NOT_ISSUED, sha256, _why_not_issued(readings), facts)


def _why_not_issued(readings: Sequence[Reading]) -> tuple[str, ...]:
    reasons = [_("This file was not issued here.")]
    if not readings:
        reasons.append(_("It carries no signature."))
    elif any(each.sound for each in readings):
        reasons.append(_("It is signed with a certificate of this portal, but no such document is on record."))
    else:
        reasons.append(_("Its signatures were not made with certificates of this portal, whatever names they bear."))
    return tuple(reasons)


def _earlier_revision(pdf: bytes, known: Lookup) -> KnownDocument | None:
    """The latest stored document that the file begins with; signatures only ever append."""
    ends = sorted({edge for match in END.finditer(pdf) for edge in (match.start() + 5, match.end())})
    if len(ends) > 2 * MOST_REVISIONS:
        ends = ends[:MOST_REVISIONS] + ends[-MOST_REVISIONS:]
    running, begin, names = hashlib.sha256(), 0, []
    for end in ends:
        running.update(pdf[begin:end])
        names.append(running.copy().hexdigest())
        begin = end
    return next((document for name in reversed(names) if (document := known(name))), None)


def _resembled(marks: Sequence[str], issued: Lookup | None) -> KnownDocument | None:
    if issued is None:
        return None
    return next((document for mark in marks if (document := issued(mark))), None)


def _read_apart(pdf: bytes, trusts: Sequence[Trust]) -> dict | None:
    """Read a stranger's file in a process of its own; None when that process died, hung or gave up."""
    if not SLOTS.acquire(timeout=SECONDS):
        return None
    try:
        child = subprocess.run(  # noqa: S603 -- our own file, no shell, no words of strangers
            [sys.executable, "-I", judging.__file__],
            input=judging.request(pdf, trusts),
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=True,
        )
        return json.loads(child.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return None
    finally:
        SLOTS.release()


def _fact(reading: Reading) -> SignatureFact:
    return SignatureFact(
        field=reading.field,
        signer=reading.signer,
        post=reading.post,
        bureau=reading.bureau,
        reason=reading.reason,
        at=datetime.fromisoformat(reading.at) if reading.at else None,
        intact=reading.intact,
        trusted=reading.trusted,
        demo=reading.demo,
        sound=reading.sound,
    )
