"""Milestones of a promise as people type them: a line each, day, per cent, what is reached. Pure."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _


def as_text(milestones: list[dict], *, between: str = "\n") -> str:
    return between.join(f"{each['on']} {each['share']} {each.get('text', '')}".strip() for each in milestones)


def parse(text: str) -> list[dict]:
    """The milestones that a text names; raises ValueError with a sentence that names the line and what is expected."""
    found = []
    for number, row in enumerate(filter(str.strip, text.replace("；", "\n").splitlines()), start=1):
        parts = row.split(maxsplit=2)
        try:
            on, share = date.fromisoformat(parts[0]), Decimal(parts[1].rstrip("%％"))
        except (ValueError, IndexError, InvalidOperation):
            words = _("Line %(n)s: write day, per cent and what is reached, as in: 2026-09-30 50 half of the rooms.")
            raise ValueError(words % {"n": number}) from None
        if not share.is_finite() or not 0 <= share <= 100 or share != round(share, 2):
            words = _("Line %(n)s: the per cent is a number from 0 to 100 with at most two decimals.")
            raise ValueError(words % {"n": number})
        told = parts[2].strip()[:80] if len(parts) > 2 else ""
        found.append({"on": on.isoformat(), "share": f"{share.normalize():f}", "text": told})
    return found
