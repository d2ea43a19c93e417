"""A half-year in words."""

from django.utils.translation import gettext as _

from commitments.periods import Period


def name(code: str) -> str:
    """The first half of 2026, 2026年上半年."""
    half = Period.parse(code)
    words = _("the first half of %(year)s") if half.first_month == 1 else _("the second half of %(year)s")
    return words % {"year": half.year}
