"""A unit's own months."""

from collections.abc import Iterable

from commitments.models import Sheet

MOST = 60
"""Five years of months."""


def of_units(units: Iterable[int]) -> list[Sheet]:
    """The sheets of these units, the newest month first."""
    rows = Sheet.objects.filter(unit__in=units).select_related("month", "unit", "sent_post", "receiver")
    return list(rows.order_by("-month__code", "order")[:MOST])
