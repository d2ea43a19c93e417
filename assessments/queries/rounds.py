"""Grants of a round of inspections, given and ended. Used by the acts and by the clock alike."""

from datetime import datetime

from django.contrib.auth.models import Permission

from assessments.models import Assessment, Inspection, InspectionUserObjectPermission, Inspector
from assessments.states import InspectionState, Source


def grant(inspection: Inspection, *inspectors: Inspector) -> None:
    """Let these inspectors see this inspection, and no other."""
    permission = Permission.objects.get(codename="inspect", content_type__app_label="assessments")
    for inspector in inspectors:
        InspectionUserObjectPermission.objects.get_or_create(
            user=inspector.user, permission=permission, content_object=inspection
        )


def revoke(inspection: Inspection, *inspectors: Inspector) -> None:
    """End the grant of these inspectors, or of all."""
    rows = InspectionUserObjectPermission.objects.filter(content_object=inspection)
    if inspectors:
        rows = rows.filter(user__in=[inspector.user_id for inspector in inspectors])
    rows.delete()


def end(assessment: Assessment, *, at: datetime) -> dict:
    """Close every inspection of an assessment that the caller holds locked, and end all its grants.

    Returns how many were settled, not settled and passed over; with `kept`, the units of those that were opened again
    and not settled anew: their earlier marks stand. What was never settled gives no marks.
    """
    rows = Inspection.objects.filter(case__assessment=assessment)
    states = list(rows.values_list("state", flat=True))
    over = [InspectionState.SETTLED, InspectionState.UNABLE]
    kept = rows.exclude(state__in=over).filter(case__marks__source=Source.INSPECTED).order_by("case__unit__code")
    codes = list(kept.values_list("case__unit__code", flat=True).distinct())
    InspectionUserObjectPermission.objects.filter(content_object__in=rows).delete()
    rows.filter(closed_at=None).update(closed_at=at)
    assessment.inspections_closed_at = at
    assessment.save(update_fields=["inspections_closed_at"])
    settled, unable = states.count(InspectionState.SETTLED), states.count(InspectionState.UNABLE)
    counts = {"settled": settled, "unable": unable, "open": len(states) - settled - unable}
    return counts | ({"kept": codes} if codes else {})
