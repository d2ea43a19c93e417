"""Paper ballot slips as a PDF: eight on a sheet of A4, each with its QR code, to be cut apart.

The tokens stand in this PDF and nowhere else. Documents speak Chinese, and say the address in figures anyone can type.
"""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from commitments.actions.review import Slip
from commitments.models import Review
from commitments.periods import Period
from objectives.prints import day_zh
from portal.core import pdf
from portal.core.clock import is_demo
from units.models import Unit

A_SHEET = 8


def printed(review: Review, slips: list[Slip], *, unit: Unit | None, at: datetime) -> bytes:
    """The slips, sheet by sheet. `unit` is the one unit that they judge."""
    half = Period.parse(review.half)
    half_zh, title = f"{half.year}年{'上' if half.first_month == 1 else '下'}半年", "承诺兑现情况评议票"
    rows = [_row(slip) for slip in slips]
    facts = {
        "sheets": [rows[start : start + A_SHEET] for start in range(0, len(rows), A_SHEET)],
        "half": half_zh,
        "title": title,
        "bureau": review.campaign.bureau.name_zh,
        "unit": unit.name_zh if unit else "",
        "closes": day_zh(review.closes_on),
        "is_demo": is_demo(),
    }
    return pdf.print_html(
        render_to_string("pdf/slips.html", facts),
        title=half_zh + title,
        created=at,
        identifier=sha256(f"{review.pk} {slips[0].number} {slips[-1].number}".encode()).digest()[:16],
        css=(Path(settings.BASE_DIR) / "static" / "css" / "slips.css").read_text(),
    )


def _row(slip: Slip) -> dict:
    address = f"{settings.SITE_URL}{reverse('ballot_short', args=[slip.token])}"
    return {"number": slip.number, "address": address, "qr": _qr(address)}


def _qr(address: str) -> str:
    """As strokes, which print engines draw twice as fast as outlines; kept in no cache, because it holds a token."""
    return segno.make(address, error="m").svg_inline(omitsize=True, border=2, title="评议票二维码")
