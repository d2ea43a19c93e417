"""The internal time-stamper. It proves time to those who trust the portal, and to nobody else."""

import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from asn1crypto import cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.sign import general
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

# An arc under 2.25 needs no registration: it is a UUID (ITU-T X.667).
POLICY = "2.25.303811468195036178418632905470935261457"


_SAMPLES: dict[bytes, cms.ContentInfo] = {}


class ClockStamp(DummyTimeStamper):
    """RFC 3161 time stamps in process, under the portal's own policy, whose clock shows `at`."""

    def __init__(self, certificate: x509.Certificate, key: RSAPrivateKey, chain: Sequence, at: datetime):
        # The library would parse and check the RSA key at every stamp (60 ms); it is handed over ready.
        super().__init__(certificate, None, chain, fixed_dt=at.astimezone(UTC).replace(microsecond=0))
        self._ready_key = key
        if dummy := _SAMPLES.get(certificate.dump()):
            self._register_dummy("sha256", dummy)

    def _register_dummy(self, md_algorithm, dummy):
        """Samples only tell how much room a stamp needs; one for each certificate is enough."""
        _SAMPLES[self.tsa_cert.dump()] = dummy
        super()._register_dummy(md_algorithm, dummy)

    def _build_tst_info(self, message_imprint, dt, req) -> tsp.TSTInfo:
        info = super()._build_tst_info(message_imprint, dt, req)
        info["policy"] = tsp.ObjectIdentifier(POLICY)
        info["serial_number"] = core.Integer(next_serial())
        return info

    def _sign_tst_info(self, tst_info_data, md_algorithm, dt):
        digest = hashes.Hash(hashes.SHA256())
        digest.update(tst_info_data)
        attributes = cms.CMSAttributes(
            [
                general.simple_cms_attribute("content_type", "tst_info"),
                general.simple_cms_attribute("signing_time", cms.Time({"utc_time": core.UTCTime(dt)})),
                general.simple_cms_attribute(
                    "signing_certificate_v2", general.as_signing_certificate_v2(self.tsa_cert)
                ),
                general.simple_cms_attribute("message_digest", digest.finalize()),
            ]
        )
        return self._ready_key.sign(attributes.dump(), PKCS1v15(), hashes.SHA256()), attributes


def next_serial() -> int:
    """Larger at each call, and unique across processes: the clock in front, chance behind."""
    return (time.time_ns() << 32) | secrets.randbits(32)
