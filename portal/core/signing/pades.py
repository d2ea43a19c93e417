"""Signing a PDF: PAdES baseline, one signature a call, always as an addition to the bytes before."""

import io
import logging
import uuid
from datetime import datetime

from asn1crypto import keys as asn1_keys
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, InnerScaling, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from portal.core.errors import Refused
from portal.core.signing import judging, keys
from portal.core.signing.authority import Authority, as_asn1

# A difference between revisions of a tagged PDF logs 10 kB; what matters is returned or raised.
for noisy in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(noisy).setLevel(logging.CRITICAL)

WHOLE_BOX = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MIN,
    y_align=AxisAlignment.ALIGN_MIN,
    inner_content_scaling=InnerScaling.STRETCH_FILL,
    margins=Margins(0, 0, 0, 0),
)
TOGETHER = DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE)


def sign(
    pdf: bytes,
    *,
    field: str,
    key: ec.EllipticCurvePrivateKey,
    certificate_pem: str,
    stamp_pdf: bytes | None,
    reason: str,
    at: datetime,
    authority: Authority,
    final: bool,
    first: bool,
) -> bytes:
    """The PDF with one signature more; what is returned begins with `pdf`, byte for byte.

    `first` certifies: from then on only the remaining signature fields may be filled. `final` adds the
    validation data, so that the signature covers the whole file. A paper with one signature is both.
    Raises `Refused` when the certificate is not good at `at` or the field is not free.
    """
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    _require_good(certificate, certificate_pem, key, authority, at)
    writer = _QuietWriter(io.BytesIO(pdf))
    _require_free(writer.prev, field, first)
    signer = _PunctualSigner(
        _metadata(field, reason, certificate, authority, at, final=final, first=first),
        signer=_signer(certificate, key, authority),
        timestamper=authority.timestamper(at),
        stamp_style=_style(stamp_pdf),
    )
    signer.at = at
    signed = judging.run(signer.async_sign_pdf(writer, existing_fields_only=True)).getvalue()
    if not signed.startswith(pdf):
        raise RuntimeError("A signature must leave the bytes before it as they were.")
    return signed


def field_size(pdf: bytes, field: str) -> tuple[float, float]:
    """Width and height of a signature field in points: the size its stamp is to be drawn in."""
    for _name, _value, reference in enumerate_sig_fields(PdfFileReader(io.BytesIO(pdf)), with_name=field):
        left, low, right, high = (float(each) for each in reference.get_object()["/Rect"])
        return right - left, high - low
    raise ValueError(f"There is no signature field {field!r}.")


class _QuietWriter(IncrementalPdfFileWriter):
    def _update_meta(self):
        """Leave the metadata alone: the library would flatten the PDF/A extension schema at each signature."""


class _PunctualSigner(signers.PdfSigner):
    at: datetime

    def init_signing_session(self, *args, **kwargs):
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


class _DrawnPage(PdfContent):
    """The first page of a drawn stamp, as one form object of the signed PDF."""

    def __init__(self, drawn: bytes):
        super().__init__()
        self.drawn = drawn

    def render(self) -> bytes:
        form = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self.drawn)))
        left, low, right, high = (float(each) for each in form.get_object()["/BBox"])
        self.box = BoxConstraints(width=right - left, height=high - low)
        name = f"/Import{uuid.uuid4().hex}"
        self.resources.xobject[name] = form
        return f"{name} Do".encode()


def _metadata(field, reason, certificate, authority, at, *, final, first) -> signers.PdfSignatureMetadata:
    return signers.PdfSignatureMetadata(
        field_name=field,
        name=_common_name(certificate),
        reason=reason,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=first,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        embed_validation_info=final,
        dss_settings=TOGETHER,
        validation_context=_context(authority, at) if final else None,
    )


def _context(authority: Authority, at: datetime) -> ValidationContext:
    """Validation as of `at` with the revocation lists that go into the document."""
    return ValidationContext(
        trust_roots=[as_asn1(authority.root)],
        other_certs=[as_asn1(authority.issuing), as_asn1(authority.tsa)],
        crls=authority.crls(at),
        moment=at,
        allow_fetching=False,
        revocation_mode="require",
    )


def _signer(certificate, key, authority) -> signers.SimpleSigner:
    bare = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = SimpleCertificateStore.from_certs([as_asn1(authority.issuing), as_asn1(authority.root)])
    return signers.SimpleSigner(as_asn1(certificate), asn1_keys.PrivateKeyInfo.load(bare), chain)


def _style(stamp_pdf: bytes | None) -> StaticStampStyle | None:
    if stamp_pdf is None:
        return None
    return StaticStampStyle(
        background=_DrawnPage(stamp_pdf), background_layout=WHOLE_BOX, background_opacity=1.0, border_width=0
    )


def _require_good(certificate, certificate_pem, key, authority, at) -> None:
    if not keys.belongs_to(key, certificate_pem):
        raise Refused(_("The signing key does not belong to this certificate."))
    try:
        certificate.verify_directly_issued_by(authority.issuing)
    except Exception as error:
        raise Refused(_("The certificate was not issued by this portal.")) from error
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise Refused(_("The signer's certificate is not valid on that day. Please enrol again."))
    since = authority.revoked().get(certificate.serial_number)
    if since is not None and since <= at:
        raise Refused(_("The signer's certificate has been revoked. Please enrol again."))


def _require_free(reader: PdfFileReader, field: str, first: bool) -> None:
    filled = {name: value is not None for name, value, _reference in enumerate_sig_fields(reader)}
    if field not in filled:
        raise Refused(_("The document has no place for this signature."))
    if filled[field]:
        raise Refused(_("This place has been signed already."))
    if first == any(filled.values()):
        raise Refused(_("The document's signatures are not in the expected order."))


def _common_name(certificate: x509.Certificate) -> str:
    return certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
