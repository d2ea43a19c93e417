"""Official documents as the verify page and the public know them: facts only of what is public."""

from django.db.models import OuterRef, Subquery

from commitments.models import OfficialDocument, OfficialFile
from portal.core.signing.verify import KnownDocument


def public(code: str) -> OfficialDocument | None:
    """A public official document by its short code, in whatever case; its newest file's hash as `sha256`."""
    newest = OfficialFile.objects.filter(document=OuterRef("pk"), signed=1).order_by("-position").values("sha256")[:1]
    rows = OfficialDocument.objects.filter(code=code.upper(), is_public=True).annotate(sha256=Subquery(newest))
    return rows.select_related("campaign__bureau", "signed_post").exclude(sha256=None).first()


def known(sha256: str) -> KnownDocument | None:
    """A stored file by the SHA-256 of its bytes. Every official document bears exactly one mark in the end."""
    rows = OfficialFile.objects.select_related("document")
    file = rows.filter(sha256=sha256).first()
    return _known(file.document, file.signed) if file else None


def resembled(mark: str, *, exact: bool) -> KnownDocument | None:
    """A public document by its whole fingerprint, or by the beginning with which it was printed."""
    asked = {"fingerprint": mark} if exact else {"fingerprint__startswith": mark}
    document = OfficialDocument.objects.filter(is_public=True, **asked).first()
    return _known(document, 1) if document else None


def _known(document: OfficialDocument, signed: int) -> KnownDocument:
    found = public(document.code) if document.is_public else None
    return KnownDocument(complete=signed == 1, signed=signed, expected=1, facts={"official": found} if found else {})
