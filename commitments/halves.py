"""A half-year in words, and where its review is told."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from commitments.periods import Period
from portal.core import language


def name(code: str) -> str:
    """The first half of 2026, 2026年上半年."""
    half = Period.parse(code)
    words = _("the first half of %(year)s") if half.first_month == 1 else _("the second half of %(year)s")
    return words % {"year": half.year}


def links(reviews: Iterable, bureau: str) -> list[dict]:
    """Published reviews of a bureau as links."""
    lang = language.current()
    return [
        {"name": name(row.half), "url": reverse("review_result", args=[lang, bureau, row.half]), "on": row.published_at}
        for row in reviews
    ]
