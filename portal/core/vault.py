"""Documents kept under the hash of their bytes: written once, never changed."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

NAME = re.compile(r"[0-9a-f]{64}")


class Damaged(Exception):
    """The kept bytes are missing or no longer what their name says. Never shown as a document."""


def put(data: bytes) -> str:
    """Keep the bytes and return their SHA-256. On return they are on disk; keeping them twice is harmless."""
    sha256 = hashlib.sha256(data).hexdigest()
    place = path(sha256)
    # A file that is there but damaged must not swallow the good copy offered now.
    if not place.exists() or _hash_of(place) != sha256:
        _write(place, data)
    return sha256


def get(sha256: str) -> bytes:
    """The bytes of that name, checked against it. Raises `Damaged` when missing or changed."""
    try:
        data = path(sha256).read_bytes()
    except OSError as error:
        raise Damaged(_("The document %(name)s cannot be read.") % {"name": sha256}) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Damaged(_("The document %(name)s is no longer what was kept.") % {"name": sha256})
    return data


def holds(sha256: str) -> bool:
    """Whether a document of that name is kept; says nothing about its condition."""
    return path(sha256).exists()


def path(sha256: str) -> Path:
    """Where the document lies. Raises `ValueError` for anything but 64 lower-case hexadecimal digits."""
    if not NAME.fullmatch(sha256):
        raise ValueError("A document is named by 64 hexadecimal digits.")
    return Path(settings.DATA_DIR) / "documents" / sha256[:2] / sha256[2:4] / sha256


def _hash_of(place: Path) -> str:
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=place.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), 0o440)
            os.fsync(file.fileno())
        os.replace(draft, place)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    _settle(place.parent)


def _settle(folder: Path) -> None:
    """A rename survives a power cut only once its folder is synced; new folders hang on their parents."""
    for each in (folder, folder.parent, folder.parent.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
