"""Building certificates and revocation lists. Pure: takes keys and moments, touches no file."""

import enum
import time
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DEMO_BEGINS = datetime(2012, 1, 1, tzinfo=UTC)
ROOT_YEARS = 40
# X.520 upper bounds; a longer name would make the certificate unreadable to strict software.
BOUND = 64


class Usage(enum.Enum):
    """What a certificate is for; each has its own key usages."""

    AUTHORITY = enum.auto()
    PERSON = enum.auto()
    TIME = enum.auto()


def name(common_name: str, *, title: str = "", organisation: str = "") -> x509.Name:
    """A subject; parts that are empty are left out, overlong ones cut at the bound of X.520."""
    # The library counts the common name in bytes: 21 Chinese characters.
    person = _one_line(common_name).encode()[:BOUND].decode(errors="ignore")
    parts = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, _one_line(organisation)),
        (NameOID.TITLE, _one_line(title)),
        (NameOID.COMMON_NAME, person),
    ]
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts if text])


def issue(subject, public_key, *, issuer, issuer_key, begin, end, usage, path_length=None) -> x509.Certificate:
    """A certificate signed by the issuer; self-signed when `issuer` is None."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_seconds(begin))
        .not_valid_after(_seconds(end))
    )
    for extension, critical in _extensions(public_key, issuer_key, usage, path_length):
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def revocation_list(issuer, issuer_key, revoked: dict[int, datetime], *, begin, end) -> bytes:
    """A revocation list (DER) that lists these serial numbers with the moments they count from."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(_seconds(begin))
        .next_update(_seconds(end))
        .add_extension(x509.CRLNumber(time.time_ns() // 1_000_000), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)
    )
    for serial, since in sorted(revoked.items()):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(_seconds(since))
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def found(demo: bool, at: datetime) -> dict[str, bytes]:
    """The files of a new authority by name: certificates, keys, and revocation lists that revoke nothing."""
    begin = DEMO_BEGINS if demo else at - timedelta(days=1)
    term = {"begin": begin, "end": begin + timedelta(days=365 * ROOT_YEARS)}
    keys = {part: ec.generate_private_key(ec.SECP256R1()) for part in ("root", "issuing", "stamp")}
    # The time-stamp protocol library signs with RSA only.
    keys["tsa"] = rsa.generate_private_key(65537, 3072)
    # Two portals must not have authorities of one name: software files certificates by name.
    mark = x509.SubjectKeyIdentifier.from_public_key(keys["root"].public_key()).digest.hex()[:6].upper()

    def title(part: str) -> x509.Name:
        return name(f"{'DEMO ' if demo else ''}{part} {mark}", organisation="承诺平台 Chengnuo portal")

    def below(part: str, words: str, usage: Usage, **more) -> x509.Certificate:
        return issue(title(words), keys[part].public_key(), usage=usage, **term, **more)

    root = below("root", "Chengnuo Root CA", Usage.AUTHORITY, issuer=None, issuer_key=keys["root"])
    issuing = below(
        "issuing", "Chengnuo Issuing CA", Usage.AUTHORITY, issuer=root, issuer_key=keys["root"], path_length=0
    )
    under = {"issuer": issuing, "issuer_key": keys["issuing"]}
    tsa = below("tsa", "Chengnuo Time Stamp", Usage.TIME, **under)
    stamp = below("stamp", "作风办备案章 Filing stamp", Usage.PERSON, **under)

    files = {f"{part}.key": _key_pem(key) for part, key in keys.items()}
    files["root.crl"] = revocation_list(root, keys["root"], {}, **term)
    files["issuing.crl"] = revocation_list(issuing, keys["issuing"], {}, **term)
    for part, certificate in {"issuing": issuing, "tsa": tsa, "stamp": stamp, "root": root}.items():
        files[f"{part}.pem"] = pem(certificate).encode()
    return files


def pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _extensions(public_key, issuer_key, usage: Usage, path_length: int | None):
    authority = usage is Usage.AUTHORITY
    yield x509.BasicConstraints(ca=authority, path_length=path_length), True
    yield x509.SubjectKeyIdentifier.from_public_key(public_key), False
    yield x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False
    yield _key_usage(usage), True
    if usage is Usage.TIME:
        yield x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True


def _key_usage(usage: Usage) -> x509.KeyUsage:
    authority = usage is Usage.AUTHORITY
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=usage is Usage.PERSON,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key) -> bytes:
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, pkcs8, plain)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:BOUND].strip()


def _seconds(moment: datetime) -> datetime:
    """Certificates know whole seconds in UTC."""
    return moment.astimezone(UTC).replace(microsecond=0)
