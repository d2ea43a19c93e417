"""Paper ballot slips as a PDF: eight on a sheet of A4, each with its QR code, to be cut apart.

The tokens stand in this PDF and nowhere else. Documents speak Chinese, and say the address in figures anyone can type.
"""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from commitments import halves
from commitments.actions.review import Slip
from commitments.models import Review
from objectives.prints import DOCUMENTS_SPEAK, day_zh
from portal.core import pdf, seals
from portal.core.clock import is_demo
from units.models import Unit

A_SHEET = 8


def printed(review: Review, slips: list[Slip], *, unit: Unit | None, at: datetime) -> bytes:
    """The slips, sheet by sheet. `unit` is the one unit that they judge."""
    with translation.override(DOCUMENTS_SPEAK):
        title = f"{halves.name(review.half)}承诺兑现情况评议票"
    rows = [_row(slip) for slip in slips]
    facts = {
        "sheets": [rows[start : start + A_SHEET] for start in range(0, len(rows), A_SHEET)],
        "title": title,
        "bureau": review.campaign.bureau.name_zh,
        "unit": unit.name_zh if unit else "",
        "closes": day_zh(review.closes_on),
        "is_demo": is_demo(),
    }
    return pdf.print_html(
        render_to_string("pdf/slips.html", facts),
        title=title,
        created=at,
        identifier=sha256(f"{review.pk} {slips[0].number} {slips[-1].number}".encode()).digest()[:16],
        css=(Path(settings.BASE_DIR) / "static" / "css" / "slips.css").read_text(),
    )


def _row(slip: Slip) -> dict:
    address = f"{settings.SITE_URL}{reverse('ballot_short', args=[slip.token])}"
    # Not through the cache of drawings: a token is in no memory longer than its sheet.
    return {"number": slip.number, "address": address, "qr": seals.qr.__wrapped__(address, "评议票二维码")}
