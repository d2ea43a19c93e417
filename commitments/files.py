"""The stored PDFs of official documents: printed once, added to by a mark, never changed."""

from datetime import datetime

from django.db import transaction

from commitments import prints
from commitments.models import OfficialDocument, OfficialFile
from portal.core import vault


def newest(document: OfficialDocument) -> OfficialFile | None:
    """The document's newest file; None until it is printed."""
    return document.files.order_by("-position").first()


def printed(document: OfficialDocument, *, at: datetime) -> OfficialFile:
    """The newest file, printed now if there is none. Printing takes no lock; whoever comes second finds it done."""
    found = newest(document)
    if found is None:
        pdf = prints.base(document)
        with transaction.atomic():
            locked = OfficialDocument.objects.select_for_update().get(pk=document.pk)
            found = newest(locked) or keep(locked, pdf, at=at, position=0, signed=0)
    return found


def keep(document: OfficialDocument, pdf: bytes, *, at: datetime, position: int, signed: int) -> OfficialFile:
    """Keep one revision of the PDF by its content."""
    return OfficialFile.objects.create(
        document=document, position=position, sha256=vault.put(pdf), size=len(pdf), signed=signed, stored_at=at
    )
