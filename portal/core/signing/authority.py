"""The portal's own certificate authority: root, issuing authority, time-stamper and filing stamp.

The root key is needed only while the authority is founded; it may be moved off the machine afterwards.
A demonstration has an authority of its own, whose names say DEMO, so that its papers convince nobody.
"""

import contextlib
import fcntl
import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.errors import Refused
from portal.core.signing import certificates
from portal.core.signing.clockstamp import ClockStamp
from portal.core.signing.judging import Trust

PERSON_YEARS = 5
CRL_DAYS = 31


@dataclass(frozen=True)
class Authority:
    """One authority with its keys, as founded in `folder`. Obtain it by `Authority.open`."""

    folder: Path
    demo: bool
    root: x509.Certificate
    issuing: x509.Certificate
    tsa: x509.Certificate
    stamp: x509.Certificate
    issuing_key: ec.EllipticCurvePrivateKey
    tsa_key: rsa.RSAPrivateKey
    stamp_key: ec.EllipticCurvePrivateKey

    @classmethod
    def open(cls, demo: bool, at: datetime | None = None) -> "Authority":
        """The authority of this portal, founded at the first call. Safe to call from several processes at once.

        `at` is the moment of founding for a real authority, should it be founded now; a demonstration
        is always founded before the years it plays in.
        """
        folder = _folder(demo)
        if not (folder / "root.pem").exists():
            _found_once(folder, demo, at or timezone.now())
        return _load(folder, demo, (folder / "root.pem").stat().st_ino)

    @property
    def stamp_certificate(self) -> str:
        """The filing stamp's own organisational certificate, PEM."""
        return certificates.pem(self.stamp)

    def issue(
        self, common_name: str, post: str, bureau: str, public_key: ec.EllipticCurvePublicKey, at: datetime
    ) -> str:
        """A certificate (PEM) for a person in a post, valid from the day before `at`."""
        begin, end = at - timedelta(days=1), self.issuing.not_valid_after_utc
        if not self.demo:
            end = min(end, at + timedelta(days=365 * PERSON_YEARS))
        if not self.issuing.not_valid_before_utc <= at < end:
            raise Refused(_("The portal's certificate authority is not valid on that day."))
        return certificates.pem(
            certificates.issue(
                certificates.name(common_name, title=post, organisation=bureau),
                public_key,
                issuer=self.issuing,
                issuer_key=self.issuing_key,
                begin=max(begin, self.issuing.not_valid_before_utc),
                end=end,
                usage=certificates.Usage.PERSON,
            )
        )

    def revoke(self, serial: int, at: datetime) -> None:
        """From `at` on, the certificate signs nothing more; what it signed before stays valid.

        Revoking twice keeps the earlier date.
        """
        with _locked(self.folder):
            revoked = self.revoked()
            if serial in revoked and revoked[serial] <= at:
                return
            revoked[serial] = at
            _replace(self.folder / "issuing.crl", self._list(revoked, at, self.issuing.not_valid_after_utc))

    def revoked(self) -> dict[int, datetime]:
        """Serial numbers of revoked certificates, with the moment each revocation counts from."""
        kept = x509.load_der_x509_crl((self.folder / "issuing.crl").read_bytes())
        return {each.serial_number: each.revocation_date_utc for each in kept}

    def crls(self, at: datetime) -> tuple[bytes, ...]:
        """Revocation lists (DER) as they stood at that moment, to be put into a document."""
        then = {serial: since for serial, since in self.revoked().items() if since <= at}
        return (self.folder / "root.crl").read_bytes(), self._list(then, at, at + timedelta(days=CRL_DAYS))

    def trust(self) -> Trust:
        """What a verifier needs of this authority, with the revocations known now."""
        return _read_trust(self.folder, self.demo)

    def timestamper(self, at: datetime) -> ClockStamp:
        """The internal time-stamper, whose clock shows `at`."""
        return ClockStamp(as_asn1(self.tsa), self.tsa_key, [as_asn1(self.issuing), as_asn1(self.root)], at)

    def _list(self, revoked: dict[int, datetime], at: datetime, until: datetime) -> bytes:
        return certificates.revocation_list(self.issuing, self.issuing_key, revoked, begin=at, end=until)


def trusted() -> tuple[Trust, ...]:
    """Every authority founded here, the real one first. Founds none and reads no private key."""
    return tuple(_read_trust(_folder(demo), demo) for demo in (False, True) if (_folder(demo) / "root.pem").exists())


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The same certificate in the form the PDF library speaks."""
    return asn1_x509.Certificate.load(certificates.der(certificate))


def _folder(demo: bool) -> Path:
    return Path(settings.DATA_DIR) / "pki" / ("demo" if demo else "real")


def _read_trust(folder: Path, demo: bool) -> Trust:
    certificate = {name: certificates.der(_certificate(folder, name)) for name in ("root", "issuing", "tsa")}
    return Trust(demo, **certificate, crls=tuple((folder / f"{name}.crl").read_bytes() for name in ("root", "issuing")))


@functools.lru_cache(maxsize=8)
def _load(folder: Path, demo: bool, inode: int) -> Authority:
    """`inode` tells a refounded authority from the one read before: checking an RSA key is slow."""
    names = ("root", "issuing", "tsa", "stamp")
    keys = {f"{name}_key": _key(folder, name) for name in names[1:]}
    return Authority(folder, demo, **{name: _certificate(folder, name) for name in names}, **keys)


def _certificate(folder: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())


def _key(folder: Path, name: str) -> CertificateIssuerPrivateKeyTypes:
    return load_pem_private_key((folder / f"{name}.key").read_bytes(), password=None)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _found_once(folder: Path, demo: bool, at: datetime) -> None:
    """The folder appears whole or not at all: a half-founded authority would strand every key it issued."""
    with _locked(folder):
        if (folder / "root.pem").exists():
            return
        draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
        try:
            for name, data in certificates.found(demo, at).items():
                _write(draft / name, data)
            os.rename(draft, folder)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise


def _write(place: Path, data: bytes) -> None:
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _replace(place: Path, data: bytes) -> None:
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    _write(draft, data)
    os.replace(draft, place)
