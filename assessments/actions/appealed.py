"""An appeal under its lock, and what is written of it in the record: what every act on one needs."""

from datetime import datetime

from assessments.models import Appeal, Assessment, Case
from portal.core.deeds import record


def locked(appeal: Appeal) -> Appeal:
    """The appeal under its lock, the assessment's before it. Relations are read by a later statement."""
    Assessment.objects.select_for_update().get(pk=appeal.case.assessment_id)
    Appeal.objects.select_for_update().get(pk=appeal.pk)
    rows = Appeal.objects.select_related(
        "case__assessment__campaign__bureau", "case__assessment__standard", "case__unit__parent", "document", "signer"
    )
    return rows.prefetch_related("points__criterion", "points__adjustment").get(pk=appeal.pk)


def save(appeal: Appeal, *fields: str) -> None:
    appeal.version += 1
    appeal.save(update_fields=["version", *fields])


def whence(case: Case, by, at: datetime) -> dict:
    """What an attempt that is refused is recorded with."""
    return {"about": case, "by": by, "at": at, "bureau": case.assessment.campaign.bureau.code}


def record_of(verb: str, appeal: Appeal, by, at: datetime, **facts) -> None:
    record(verb, about=appeal, by=by, at=at, bureau=appeal.case.assessment.campaign.bureau.code, **facts)
