"""Whether something that counts came in after the totals were last put together."""

from datetime import datetime

from django.db.models import Max

from assessments.models import Adjustment, Assessment, Inspection
from portal.core.models import Deed

MOMENTS = ("made_at", "confirmed_at", "taken_back_at")


def put_together_at(assessment: Assessment) -> datetime | None:
    """When the style office last put the results together; None before the first time."""
    rows = Deed.objects.filter(
        verb="assessment.settled", about=assessment._meta.label_lower, about_id=str(assessment.pk)
    )
    return rows.order_by("-number").values_list("at", flat=True).first()


def is_old(assessment: Assessment) -> bool:
    """A bonus, deduction or veto, an inspection or the machine's points are newer than the totals. Three questions."""
    since = put_together_at(assessment)
    if since is None:
        return False
    entered = Adjustment.objects.filter(case__assessment=assessment).aggregate(*[Max(name) for name in MOMENTS])
    settled = Inspection.objects.filter(case__assessment=assessment).aggregate(Max("settled_at"))
    moments = [*entered.values(), *settled.values(), assessment.scored_at]
    return any(each is not None and each > since for each in moments)
