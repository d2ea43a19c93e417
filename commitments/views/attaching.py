"""Pages that take a file: too large a one is turned away before anything of it is read."""

from commitments.forms import InMemory
from portal.core import uploads

AROUND_A_FILE = 64 * 1024
"""Bytes that a form may hold besides its file."""


def is_too_large(request) -> bool:
    return int(request.META.get("CONTENT_LENGTH") or 0) > uploads.LARGEST + AROUND_A_FILE


def hold_in_memory(request) -> None:
    """Nothing of the file touches the disk before it is made anew."""
    request.upload_handlers = [InMemory(request)]
