"""A signer's private key, sealed under a passphrase that is kept nowhere."""

import base64
import os
import unicodedata
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.core.errors import Refused
from portal.core.signing.authority import Authority

# About 0.3 s and 64 MiB a try; `SIGNING_KDF_COST` in the settings replaces it.
COST = {"iterations": 4, "lanes": 1, "memory_cost": 64 * 1024}
# A sealed key read back from a tampered database must not be able to exhaust the machine.
LIMIT = {"iterations": 16, "lanes": 8, "memory_cost": 512 * 1024}
SHORTEST = 8
SHORTEST_OF_DIGITS = 12
FEWEST_DIFFERENT = 4


class WrongPassphrase(Refused):
    """The passphrase does not open this key. Callers count the tries."""


def check_strength(passphrase: str) -> None:
    """Raise `Refused`, saying why, for a passphrase that could be guessed."""
    plain = unicodedata.normalize("NFKC", passphrase)
    if len(plain) < SHORTEST:
        raise Refused(_("The signing passphrase needs at least %(count)d characters.") % {"count": SHORTEST})
    if plain.isdigit() and len(plain) < SHORTEST_OF_DIGITS:
        raise Refused(_("A passphrase of digits only, such as a date or a telephone number, is easily guessed."))
    if len(set(plain)) < FEWEST_DIFFERENT or _is_run(plain):
        raise Refused(_("The passphrase repeats or counts. Choose one that is harder to guess."))
    try:
        CommonPasswordValidator().validate(plain)
    except ValidationError as error:
        raise Refused(_("This passphrase is among the most used ones. Choose another.")) from error


def enrol(
    passphrase: str, common_name: str, post: str, bureau: str, at: datetime, authority: Authority
) -> tuple[str, dict]:
    """Make a key pair for a signer: its certificate (PEM), and the private key sealed under the passphrase.

    The sealed key is a dict fit for JSON; with it and the passphrase, `open_key` returns the private key.
    Neither the passphrase nor the bare key leaves this call.
    """
    check_strength(passphrase)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = authority.issue(common_name, post, bureau, key.public_key(), at)
    return certificate, seal(key, passphrase, certificate)


def seal(key: ec.EllipticCurvePrivateKey, passphrase: str, certificate: str) -> dict:
    """The key encrypted under the passphrase and bound to its certificate."""
    cost = dict(getattr(settings, "SIGNING_KDF_COST", None) or COST)
    salt, nonce, bond = os.urandom(16), os.urandom(12), _fingerprint(certificate)
    bare = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "kdf": "argon2id",
        "cost": cost,
        "salt": _text(salt),
        "nonce": _text(nonce),
        "certificate": bond.hex(),
        "key": _text(AESGCM(_derive(passphrase, salt, cost)).encrypt(nonce, bare, bond)),
    }


def open_key(sealed: dict, passphrase: str) -> ec.EllipticCurvePrivateKey:
    """The private key. Raises `WrongPassphrase` when the passphrase does not open it."""
    cost = sealed["cost"]
    if sealed["kdf"] != "argon2id" or any(not 0 < cost[name] <= most for name, most in LIMIT.items()):
        raise Refused(_("This signing key cannot be read."))
    secret = _derive(passphrase, _bytes(sealed["salt"]), cost)
    try:
        bare = AESGCM(secret).decrypt(
            _bytes(sealed["nonce"]), _bytes(sealed["key"]), bytes.fromhex(sealed["certificate"])
        )
    except InvalidTag:
        # "from None": a chained error would carry this frame, and with it the passphrase, into error reports.
        raise WrongPassphrase(_("The signing passphrase is not right.")) from None
    return serialization.load_der_private_key(bare, password=None)


def belongs_to(key: ec.EllipticCurvePrivateKey, certificate: str) -> bool:
    """Whether the certificate (PEM) speaks of this key."""
    return x509.load_pem_x509_certificate(certificate.encode()).public_key() == key.public_key()


def _derive(passphrase: str, salt: bytes, cost: dict) -> bytes:
    """Full-width and half-width letters are one passphrase: input methods switch between them unasked."""
    plain = unicodedata.normalize("NFKC", passphrase).encode()
    return Argon2id(salt=salt, length=32, **{name: cost[name] for name in LIMIT}).derive(plain)


def _is_run(text: str) -> bool:
    """Whether each character follows the one before: 12345678, hgfedcba."""
    steps = {ord(after) - ord(before) for before, after in zip(text, text[1:], strict=False)}
    return len(steps) == 1


def _fingerprint(certificate: str) -> bytes:
    return x509.load_pem_x509_certificate(certificate.encode()).fingerprint(hashes.SHA256())


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
