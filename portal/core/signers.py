"""Who can sign: enrolment, unlocking a key for one signature, revocation.

A passphrase lives in the memory of one web request. It reaches no task, table, session or log.
"""

from datetime import datetime, timedelta

from cryptography import x509
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from portal.core import seals
from portal.core.clock import is_demo
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.models import SignerKey, User
from portal.core.signing import keys
from portal.core.signing.authority import Authority

MOST_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)


class AlreadyEnrolled(Refused):
    """The person has a valid key already; nothing new was made."""


def key_of(user) -> SignerKey | None:
    """The person's valid signing key, or None before enrolment."""
    return SignerKey.objects.valid().filter(user=user).first()


@sensitive_variables()
@transaction.atomic
def enrol(
    user, *, passphrase: str, again: str, strokes: str, post: str, bureau: str, by, at: datetime, bureau_code: str = ""
) -> SignerKey:
    """Make the person's key and certificate on their first visit of a sign page.

    `bureau` stands in the certificate, `bureau_code` in the record. Raises `Refused` for a weak or mistyped
    passphrase or bad handwriting, `AlreadyEnrolled` for a second enrolment, even at the same moment.
    """
    if passphrase != again:
        raise Refused(_("The two passphrases are not the same. Nothing was stored; please type them again."))
    User.objects.select_for_update().get(pk=user.pk)
    if key_of(user):
        raise AlreadyEnrolled(_("You already have a signing key."))
    drawn = seals.parse_strokes(strokes) if strokes else []
    certificate, sealed = keys.enrol(passphrase, str(user), post, bureau, at, Authority.open(demo=is_demo()))
    key = SignerKey.objects.create(user=user, certificate=certificate, sealed=sealed, strokes=drawn, issued_at=at)
    record("signer.enrolled", about=key, by=by, at=at, post=post, bureau=bureau_code)
    return key


@sensitive_variables()
def unlock(user, passphrase: str, *, at: datetime):
    """The bare private key for one signature, and its row. Five wrong tries close it for fifteen minutes.

    Each try is counted before it is judged and stays counted whatever becomes of the request.
    """
    with transaction.atomic():
        row = SignerKey.objects.select_for_update().filter(user=user, revoked_at=None).first()
        if row is None:
            raise Refused(_("You have no signing key yet."))
        if row.locked_until and at < row.locked_until:
            raise Refused(_closed_for(int((row.locked_until - at).total_seconds() // 60) + 1))
        row.tries = 1 if row.locked_until else row.tries + 1
        row.locked_until = at + LOCKED_FOR if row.tries >= MOST_TRIES else None
        row.save(update_fields=["tries", "locked_until"])
    try:
        bare = keys.open_key(row.sealed, passphrase)
    except keys.WrongPassphrase:
        raise keys.WrongPassphrase(_wrong(MOST_TRIES - row.tries)) from None
    SignerKey.objects.filter(pk=row.pk).update(tries=0, locked_until=None)
    return bare, row


def _wrong(left: int) -> str:
    if left <= 0:
        return _("The passphrase is not right. Your key is now closed for 15 minutes; nothing was signed.")
    words = ngettext(
        "The passphrase is not right; %(n)s try is left. Nothing was signed.",
        "The passphrase is not right; %(n)s tries are left. Nothing was signed.",
        left,
    )
    return words % {"n": left}


def _closed_for(minutes: int) -> str:
    words = ngettext(
        "Too many wrong passphrases. Your key is closed for %(n)s more minute; nothing was signed.",
        "Too many wrong passphrases. Your key is closed for %(n)s more minutes; nothing was signed.",
        minutes,
    )
    return words % {"n": minutes}


@transaction.atomic
def revoke(key: SignerKey, *, by, at: datetime, why: str, bureau_code: str = "") -> None:
    """End a key from now on: what it signed before stays valid; the next sign page enrols anew."""
    key = SignerKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at:
        raise Refused(_("This key was already revoked."))
    authority = Authority.open(demo=is_demo())
    authority.revoke(x509.load_pem_x509_certificate(key.certificate.encode()).serial_number, at)
    key.revoked_at, key.revoked_why = at, why
    key.save(update_fields=["revoked_at", "revoked_why"])
    record("signer.revoked", about=key, by=by, at=at, bureau=bureau_code, words=why)
