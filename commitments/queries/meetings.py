"""A dispatch meeting and what earlier ones decided."""

from django.db.models import Q, QuerySet

from commitments.models import Decision, Meeting, Month
from units.models import Unit
from units.policies import Standing

MOST = 200


def of_month(month: Month) -> Meeting | None:
    return Meeting.objects.select_related("document", "month__campaign__bureau").filter(month=month).first()


def decisions(meeting: Meeting | None) -> list[Decision]:
    """What this meeting decided, in order."""
    rows = Decision.objects.filter(meeting=meeting) if meeting else Decision.objects.none()
    return list(rows.select_related("unit", "line", "meeting__month__campaign").order_by("position"))


def carried(month: Month) -> list[Decision]:
    """What earlier meetings of the campaign decided and is still open, or was settled since the meeting before."""
    earlier = Meeting.objects.filter(campaign=month.campaign_id, month__code__lt=month.code, closed_at__isnull=False)
    before = earlier.order_by("-month__code").values_list("closed_at", flat=True).first()
    open_ones = Q(done_at=None) | Q(done_at__gt=before) if before else Q(done_at=None)
    rows = Decision.objects.filter(open_ones, meeting__in=earlier)
    return list(_whole(rows).order_by("due_on", "pk")[:MOST])


def of_units(units: set) -> list[Decision]:
    """Open decisions that concern these units, the most urgent first."""
    rows = Decision.objects.filter(unit__in=units, done_at=None, meeting__closed_at__isnull=False)
    return list(_whole(rows).order_by("due_on", "pk")[:MOST])


def reported(who: Standing, bureaus: set, *, most: int) -> list[Decision]:
    """Decisions whose unit has told what became of them, to be settled by the style office."""
    rows = Decision.objects.filter(
        meeting__campaign__bureau__in=bureaus, meeting__closed_at__isnull=False, done_at=None, reported_at__isnull=False
    )
    return list(_whole(rows).order_by("reported_at")[:most])


def units_to_decide_for(month: Month) -> QuerySet[Unit]:
    """Units that report to the style office this month."""
    return Unit.objects.filter(sheets__month=month, sheets__receiver=None).order_by("path")


def _whole(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    return rows.select_related("unit", "line", "meeting__month__campaign__bureau")
