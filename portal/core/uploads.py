"""Files that people hand in as evidence: judged by content, made anew, never kept as they came."""

import hashlib
import json
import subprocess
import sys
import threading
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import cleaning
from portal.core.errors import Refused
from portal.core.wording import in_chinese

LARGEST_PICTURE, LARGEST_PDF = 12 * 1024 * 1024, 10 * 1024 * 1024
LARGEST = max(LARGEST_PICTURE, LARGEST_PDF)
SECONDS = 25
SLOTS = threading.BoundedSemaphore(2)
"""Two files at a time; more would take the machine from those who work."""

ACCEPTED = gettext_lazy("Accepted are photographs (JPEG, PNG, WebP, up to 12 MB) and PDF files (up to 10 MB).")
FAULTS = {
    "unknown": gettext_lazy("This is neither a photograph nor a PDF file, whatever its name says."),
    "damaged": gettext_lazy("The file is damaged or incomplete and cannot be read. Choose it again, or another copy."),
    "pixels": gettext_lazy("The picture is larger than 40 million pixels. Make it smaller and choose it again."),
    "locked": gettext_lazy("The PDF is locked with a password. Save it without one and choose it again."),
    "active": gettext_lazy("The PDF holds scripts, forms that send, or files packed inside. Print it to a plain PDF."),
}


@dataclass(frozen=True, slots=True)
class Clean:
    """A file made anew: `kind` is jpeg or pdf; `original` the SHA-256 of the bytes that were handed in."""

    kind: str
    data: bytes
    original: str


def cleaned(data: bytes) -> Clean:
    """The file made anew in a process of its own. Raises `Refused` with what is wrong and what is accepted."""
    if not data:
        raise Refused(_("The file is empty. Choose it again."))
    is_pdf = data.startswith(cleaning.PDF)
    if len(data) > (LARGEST_PDF if is_pdf else LARGEST_PICTURE):
        raise Refused(too_large())
    head, clean = _made_anew(data)
    if fault := head.get("fault", ""):
        raise Refused(_together(FAULTS[fault], ACCEPTED))
    return Clean(head["kind"], clean, hashlib.sha256(data).hexdigest())


def too_large() -> str:
    """What to say to whoever hands in too much."""
    return _together(_("The file is too large."), ACCEPTED)


def _together(*sentences) -> str:
    """Sentences in one run; Chinese ones follow each other without a space."""
    return ("" if in_chinese() else " ").join(map(str, sentences))


def _made_anew(data: bytes) -> tuple[dict, bytes]:
    """The child's answer. A child that dies of a file, hangs or gives up says that the file is damaged."""
    if not SLOTS.acquire(timeout=SECONDS):
        raise Refused(_("Too many files are being checked just now. Please send it again in a minute."))
    try:
        child = subprocess.run(  # noqa: S603 -- our own file, no shell, no words of strangers
            [sys.executable, "-I", cleaning.__file__],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=True,
        )
        head, clean = child.stdout.split(b"\n", 1)
        return json.loads(head), clean
    except (subprocess.SubprocessError, OSError, ValueError):
        return {"fault": "damaged"}, b""
    finally:
        SLOTS.release()
