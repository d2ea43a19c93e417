"""What the report to the municipal leading group counts beside the results: orders, contacts, what is raised."""

from django.db.models import Count, Q

from assessments.models import Assessment, Case
from assessments.states import Grade
from commitments.models import Rectification
from objectives.models import Campaign, Target
from objectives.states import State

MOST_NAMED = 20


def rectifications(assessment: Assessment) -> dict:
    """Orders of the campaign: issued, closed, overdue at some time, still open."""
    rows = Rectification.objects.filter(campaign=assessment.campaign_id, issued_at__isnull=False)
    return rows.aggregate(
        issued=Count("pk"), closed=Count("pk", filter=Q(closed_at__isnull=False)),
        overdue=Count("pk", filter=Q(overdue_at__isnull=False)), open=Count("pk", filter=Q(closed_at=None)),
        inspected=Count("pk", filter=Q(findings__isnull=False), distinct=True),
    )  # fmt: skip


def named(assessment: Assessment, grade: Grade) -> list[str]:
    """Published names of the units of a grade, the best of their kind first; no more than a report can name."""
    rows = Case.objects.filter(assessment=assessment, grade=grade)
    rows = rows.order_by("kind_key", "rank", "order").values_list("publication__unit_name_zh", flat=True)
    return list(rows[: MOST_NAMED + 1])


def raised(assessment: Assessment) -> dict:
    """Targets of the next cycle that continue a promise of this one: above its result, or with the reason why not."""
    campaign = assessment.campaign
    following = Campaign.objects.filter(bureau=campaign.bureau_id, year=campaign.year + 1).values("pk")
    rows = Target.objects.filter(
        objective__paper__campaign__in=following, objective__paper__state__in=[State.COMPLETE, State.PUBLISHED]
    )
    return rows.exclude(continues="").aggregate(
        all=Count("pk"), held=Count("pk", filter=~Q(why_not_raised="")),
        above=Count("pk", filter=Q(why_not_raised="", result_before__isnull=False)),
    )  # fmt: skip
