"""Official documents: frozen with their number, then signed by one leader or closed by the portal's stamp.

The passphrase opens the key before anything is locked (it costs a third of a second, and every try must be counted
whatever becomes of the act): call `sign` outside of every transaction, and give what must happen with it as `then`.
"""

import contextlib
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from commitments import files, prints
from commitments.models import DocumentKind, OfficialDocument
from objectives import fingerprints
from objectives.actions.submitting import CODE_LENGTH, CODE_LETTERS
from objectives.models import Campaign
from portal.core import signers, vault
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.wording import moment
from units.models import Post
from units.policies import standing

FORMAT = "chengnuo-document/1"
Then = Callable[[OfficialDocument], object]


class AlreadySigned(Refused):
    """The document was signed before; the sentence says in which post and when. Nothing happened now."""


class NotPrinted(Refused):
    """The worker has not printed the document yet."""


@transaction.atomic
def freeze(
    kind: str, *, campaign: Campaign, number: str, title: str, content: dict, by, at: datetime, needs_signature=True
) -> OfficialDocument:
    """Freeze what is to be signed: canonical JSON, its fingerprint, a short code. Prints nothing.

    `content` is what the template pdf/<kind>.html finds as `body`: JSON values, days as ISO text. `by` is a User
    or "clock". `needs_signature` False: it is closed by `stamp` alone.
    """
    document = _frozen(kind, campaign=campaign, number=number, title=title, content=content, by=by, at=at)
    document.needs_signature = needs_signature
    document.save(force_insert=True)
    bureau = campaign.bureau
    record("document.frozen", about=document, by=by, at=at, bureau=bureau.code, **_facts(document))
    return document


def freeze_many(
    kind: str, rows: Iterable[tuple[str, str, dict]], *, campaign: Campaign, by, at: datetime
) -> list[OfficialDocument]:
    """Freeze many documents that a stamp closes: (number, title, content) each, in one statement.

    The caller records them, all in one deed: with their numbers and what their fingerprints come to.
    """
    documents = [
        _frozen(kind, campaign=campaign, number=number, title=title, content=content, by=by, at=at)
        for number, title, content in rows
    ]
    for document in documents:
        document.needs_signature = False
    return OfficialDocument.objects.bulk_create(documents, batch_size=200)


def _frozen(kind: str, *, campaign: Campaign, number: str, title: str, content: dict, by, at) -> OfficialDocument:
    """The unsaved document."""
    if kind not in DocumentKind.values:
        raise ValueError(f"“{kind}” is no kind of official document.")
    bureau = campaign.bureau
    text = fingerprints.canonical(
        {
            "format": FORMAT,
            "kind": str(kind),
            "number": number,
            "title": title,
            "bureau": {"code": bureau.code, "name_zh": bureau.name_zh, "name_en": bureau.name_en},
            "campaign": {"code": campaign.code, "year": campaign.year, "title_zh": campaign.title_zh},
            "frozen_on": local_day(at).isoformat(),
            "body": content,
        }
    )
    return OfficialDocument(
        campaign=campaign, kind=kind, number=number, title=title, content=text,
        code="".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH)),
        fingerprint=fingerprints.fingerprint(text), frozen_at=at,
        frozen_by=by if isinstance(by, str) else str(by.pk),
    )  # fmt: skip


@sensitive_variables()
def sign(
    document: OfficialDocument, *, fingerprint: str, passphrase: str, post: Post, by, at: datetime,
    strokes: list | None = None, then: Then | None = None,
) -> OfficialDocument:  # fmt: skip
    """Sign with one PAdES signature, the bureau's round seal on its name and the day.

    `fingerprint` is that of the text which the signer had before them. `then(document)` runs in the same transaction,
    after the signature: whatever it refuses undoes both. The record's chain is held until the end of a transaction, so
    `then` locks its rows before it records, and the signature is recorded last. Raises `Refused` (wrong passphrase
    included), `AlreadySigned` for a second click or a second leader; nothing is stored then. Prints if no worker has.
    """
    _require_signable(document, fingerprint, post, by, at)
    key, signer = signers.unlock(by, passphrase, at=at)
    base = files.printed(document, at=at)
    with transaction.atomic():
        document = _locked(document.pk)
        _require_signable(document, fingerprint, post, by, at)
        pdf = prints.signed(
            vault.get(base.sha256), document, post=post, person=by, key=key, certificate=signer.certificate,
            strokes=strokes or signer.strokes, at=at,
        )  # fmt: skip
        file = files.keep(document, pdf, at=at, position=base.position + 1, signed=1)
        document.signed_at, document.signed_by, document.signed_post = at, by, post
        document.save(update_fields=["signed_at", "signed_by", "signed_post"])
        if then:
            then(document)
        record(
            "document.signed", about=document, by=by, at=at, bureau=document.campaign.bureau.code, post=post.title_zh,
            document=file.sha256, **_facts(document),
        )  # fmt: skip
    return document


@sensitive_variables()
def enrol_and_sign(
    document: OfficialDocument, *, fingerprint: str, passphrase: str, again: str, strokes: str, post: Post, by,
    at: datetime, then: Then | None = None,
) -> OfficialDocument:  # fmt: skip
    """The first signature of a person: make their key, then sign, from one form.

    The key stays when the signature is refused. A second click at the same moment finds the key made and signs.
    """
    _require_signable(document, fingerprint, post, by, at)
    bureau = document.campaign.bureau
    with contextlib.suppress(signers.AlreadyEnrolled):
        signers.enrol(
            by, passphrase=passphrase, again=again, strokes=strokes, post=post.title_zh, bureau=bureau.name_zh,
            bureau_code=bureau.code, by=by, at=at,
        )  # fmt: skip
    return sign(document, fingerprint=fingerprint, passphrase=passphrase, post=post, by=by, at=at, then=then)


@transaction.atomic
def stamp(document: OfficialDocument, *, at: datetime, by="clock", post: str = "") -> OfficialDocument:
    """Close a document that needs no personal signature under the portal's organisational key. Once only."""
    document = _locked(document.pk)
    if document.needs_signature:
        raise Refused(_("This document is signed by a leader; a stamp does not close it."))
    base = files.printed(document, at=at)
    if base.signed:
        raise Refused(_("No. %(number)s was stamped already.") % {"number": document.number})
    pdf = prints.stamped(vault.get(base.sha256), document, at=at)
    file = files.keep(document, pdf, at=at, position=base.position + 1, signed=1)
    record(
        "document.stamped", about=document, by=by, at=at, bureau=document.campaign.bureau.code, post=post,
        document=file.sha256, **_facts(document),
    )  # fmt: skip
    return document


def pdf_of(document: OfficialDocument) -> bytes:
    """The newest revision of its PDF. Raises `NotPrinted` while there is none."""
    file = files.newest(document)
    if file is None:
        raise NotPrinted(_("The document is being printed. Please come back in a minute."))
    return vault.get(file.sha256)


def _locked(pk) -> OfficialDocument:
    """The row under its lock. Relations are read by a later statement: one that waited still joins the old ones."""
    OfficialDocument.objects.select_for_update().get(pk=pk)
    return OfficialDocument.objects.select_related("campaign__bureau", "signed_post").get(pk=pk)


def _require_signable(document: OfficialDocument, fingerprint: str, post: Post, by, at: datetime) -> None:
    if document.signed_at:
        told = _("%(post)s already signed this on %(moment)s; nothing happened twice.")
        raise AlreadySigned(told % {"post": document.signed_post.title_zh, "moment": moment(document.signed_at)})
    if not document.needs_signature:
        raise Refused(_("This document is closed by the portal’s stamp; nobody signs it."))
    if fingerprint != document.fingerprint:
        raise Refused(_("The text changed while you were reading. Please read it again; nothing was signed."))
    held = standing(by, on=local_day(at)).posts
    if post.unit.bureau_id != document.campaign.bureau_id or post.pk not in {each.pk for each in held}:
        raise Refused(_("You do not hold the post that signs this document."))


def _facts(document: OfficialDocument) -> dict:
    return {"kind": str(document.kind), "number": document.number, "fingerprint": document.fingerprint}
