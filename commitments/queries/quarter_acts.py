"""What a quarter's bulletin tells of orders and of changed promises, town schools under their office."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from commitments.models import Amendment, Rectification
from commitments.periods import Period
from objectives.models import Campaign
from units.models import Role, Unit


def lowered(campaign: Campaign, quarter: Period, schools: dict) -> list[dict]:
    rows = Amendment.objects.filter(
        publication__campaign=campaign, state="in_force", lowers=True, decided_at__gte=_midnight(quarter.first),
        decided_at__lt=_midnight(quarter.last + timedelta(days=1)),
    ).select_related("commitment", "publication").order_by("publication__order", "number")  # fmt: skip
    return [
        {
            "unit": schools.get(row.publication.unit_id, row.publication.unit_name_zh),
            "promise": row.commitment.text_zh if row.publication.unit_id not in schools else "",
            "number": row.number,
            "decided_on": day_of(row.decided_at),
        }
        for row in rows
    ]


def rectifications(campaign: Campaign, quarter: Period, schools: dict, *, at: datetime) -> list[dict]:
    """Orders that stood open in the quarter: issued before it ended, and not closed before it began."""
    issued = Rectification.objects.filter(
        campaign=campaign, issued_at__lt=_midnight(quarter.last + timedelta(days=1)), issued_at__lte=at
    )
    rows = issued.filter(Q(closed_at=None) | Q(closed_at__gte=_midnight(quarter.first)))
    return [
        {
            "unit": schools.get(row.unit_id, row.unit.name_zh),
            "number": row.document.number,
            "due_on": row.due_on.isoformat(),
            "closed_on": day_of(row.closed_at) if row.closed_at else "",
            "overdue": bool(row.overdue_at),
        }
        for row in rows.select_related("unit", "document").order_by("issued_at")
    ]


def town_schools(campaign: Campaign) -> dict:
    """What stands for a town school's name wherever one would be told by itself."""
    kinds = [
        rule.kind_id for rule in campaign.kind_rules.all() if any(step.role == Role.TOWN_OFFICE for step in rule.steps)
    ]
    named = Q(pk__in=Rectification.objects.filter(campaign=campaign).values("unit"))
    named |= Q(pk__in=Amendment.objects.filter(publication__campaign=campaign, lowers=True).values("publication__unit"))
    units = Unit.objects.filter(kind__in=kinds).filter(named).select_related("parent")
    return {unit.pk: f"{unit.parent.name_zh if unit.parent else ''}所属学校" for unit in units}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def day_of(moment: datetime) -> str:
    return timezone.localdate(moment).isoformat()
