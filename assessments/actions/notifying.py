"""Every unit is told its own result at once: a numbered notice each, a letter, and the days in which it may appeal.

Totals are put together once more under the assessment's lock, so that no notice is older than what was entered last.
Set-wise: documents, numbers and letters go in ranges of units, and one deed stands for them all. The clock prints and
stamps the notices afterwards.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from assessments import appealing, notice_text
from assessments.actions.standing_results import put_together
from assessments.appealing import Window
from assessments.models import Adjustment, Assessment, Case
from assessments.notices import results as notices
from assessments.policies import results as policies
from assessments.queries import grounds, totals
from assessments.states import Phase
from commitments.actions import documents
from commitments.models import DocumentKind
from commitments.numbers import next_numbers
from portal.core import workdays
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.verdicts import require
from units.policies import standing

RANGE = 200


def locked(assessment: Assessment) -> Assessment:
    """The assessment under its lock. Relations are read by a later statement: one that waited still joins the old."""
    Assessment.objects.select_for_update().get(pk=assessment.pk)
    rows = Assessment.objects.select_related(
        "campaign__bureau", "standard__document", "result_document__campaign", "report_document__campaign"
    )
    return rows.get(pk=assessment.pk)


@transaction.atomic
def notify(assessment: Assessment, *, by, at: datetime) -> Assessment:
    """A notice to every unit; from the next working day on it may appeal, up to and on `appeal_until_on`."""
    assessment, who = locked(assessment), standing(by, on=local_day(at))
    require(policies.can_notify(who, assessment))
    results = put_together(assessment)
    window = appealing.window(local_day(at), assessment.standard.appeal_days, workdays.loaded())
    assessment.phase, assessment.notified_at, assessment.appeal_until_on = Phase.NOTIFIED, at, window.until_on
    assessment.version += 1
    assessment.save(update_fields=["phase", "notified_at", "appeal_until_on", "version"])
    count, proof = 0, sha256()
    for cases in _ranges(assessment):
        for case, document in zip(cases, _frozen(assessment, cases, window, by=by, at=at), strict=True):
            case.assessment, case.notice, case.notified_at = assessment, document, at
            proof.update(f"{document.number} {document.fingerprint}\n".encode())
        Case.objects.bulk_update(cases, ["notice", "notified_at"])
        notices.told(assessment, cases, at=at)
        count += len(cases)
    post = policies.office_post(who, assessment)
    record(
        "assessment.notified", about=assessment, by=by, at=at, bureau=assessment.campaign.bureau.code,
        post=post.title_zh, notices=count, appeal_until_on=window.until_on.isoformat(), fingerprints=proof.hexdigest(),
        results=results,
    )  # fmt: skip
    return assessment


def _ranges(assessment: Assessment) -> Iterator[list[Case]]:
    after = ""
    rows = Case.objects.filter(assessment=assessment).select_related("unit").order_by("order")
    while cases := list(rows.filter(order__gt=after)[:RANGE]):
        yield cases
        after = cases[-1].order


def _frozen(assessment: Assessment, cases: list[Case], window: Window, *, by, at: datetime) -> list:
    """The notices of a range of units, in their order: five questions, however many there are."""
    marks, adjustments, seen = totals.counted(cases), {}, grounds.of(cases)
    for each in Adjustment.objects.filter(case__in=cases, taken_back_at=None):
        adjustments.setdefault(each.case_id, []).append(each)
    campaign, year = assessment.campaign, local_day(at).year
    numbers = next_numbers(campaign, DocumentKind.NOTICE, year=year, count=len(cases))
    rows = []
    for case, number in zip(cases, numbers, strict=True):
        case.assessment = assessment
        said = notice_text.content(
            case, marks.get(case.pk, {}), adjustments.get(case.pk, []), window, seen.get(case.pk)
        )
        rows.append((number, notice_text.TITLE, said))
    return documents.freeze_many(DocumentKind.NOTICE, rows, campaign=campaign, by=by, at=at)
