"""The clock reminds units of self-assessments that fall due, and of those that are late. Safe twice and in parallel."""

from datetime import date, datetime, timedelta

from django.db import transaction

from assessments.models import Assessment, Case
from assessments.notices import selfchecks as notices
from assessments.policies.selfchecks import TAKEN
from portal.core.deeds import record
from portal.core.models import Deed

BEFORE = (7, 2, 0)
AFTER = 1
STALE = timedelta(days=4)
"""A reminder that was missed by more days than this is skipped: the next one comes."""


def remind_due(*, on: date, at: datetime) -> int:
    """Serve the newest reminder day of every assessment that takes self-assessments in; how many people were told."""
    told = 0
    for assessment in Assessment.objects.filter(phase__in=TAKEN).order_by("pk"):
        day = _day_to_serve(assessment, on=on)
        if day is not None:
            told += _serve(assessment.pk, day, on=on, at=at)
    return told


def _day_to_serve(assessment: Assessment, *, on: date) -> date | None:
    days = [assessment.self_due_on - timedelta(days=n) for n in BEFORE]
    days.append(assessment.self_due_on + timedelta(days=AFTER))
    day = max((day for day in days if day <= on), default=None)
    return day if day is not None and on - day <= STALE else None


@transaction.atomic
def _serve(pk: int, day: date, *, on: date, at: datetime) -> int:
    """The record remembers which day was served, so that the second tick finds nothing to do."""
    Assessment.objects.select_for_update().get(pk=pk)
    assessment = Assessment.objects.select_related("campaign__bureau").get(pk=pk)
    served = Deed.objects.about(assessment).filter(verb="self.reminded")
    if any(deed.facts.get("day") == day.isoformat() for deed in served):
        return 0
    cases = Case.objects.filter(assessment=assessment).exclude(self_assessment__sent_at__isnull=False)
    told = notices.owed(assessment, cases, key=f"self-remind-{pk}-{day}", on=on, at=at)
    record("self.reminded", about=assessment, by="clock", at=at, bureau=assessment.campaign.bureau.code,
           day=day.isoformat(), people=told)  # fmt: skip
    return told
