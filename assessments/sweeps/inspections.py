"""The clock of inspections: on the day after the last the round is closed, and its inspectors' access ends."""

from datetime import date, datetime

from django.db import transaction

from assessments.models import Assessment
from assessments.notices import inspections as notices
from assessments.queries import rounds
from assessments.states import Phase
from portal.core.deeds import record


def close_due(*, on: date, at: datetime) -> int:
    """Close every round whose last day is over, settled or not; returns how many. Safe twice and in parallel."""
    due = Assessment.objects.filter(phase=Phase.INSPECTING, inspections_closed_at=None, inspect_to_on__lt=on)
    return sum(_close(pk, at) for pk in due.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _close(pk, at: datetime) -> bool:
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("campaign__bureau")
    assessment = rows.get(pk=pk)
    if assessment.inspections_closed_at:
        return False
    counts = rounds.end(assessment, at=at)
    record("inspections.closed", about=assessment, by="clock", at=at, bureau=assessment.campaign.bureau.code, **counts)
    notices.closed(assessment, counts, at=at)
    return True
