"""Self-assessment (自查自评): begun from the ledger, written by the unit, put forward and signed by its head.

Points outside the scale are refused, and that it was tried stands in the record.
"""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from assessments import self_report, self_words, selfchecking
from assessments.models import Assessment, Case, SelfAssessment, SelfMark
from assessments.notices import selfchecks as notices
from assessments.policies import selfchecks as policies
from assessments.queries import self_reports
from assessments.queries import selfchecks as queries
from commitments.actions import documents
from commitments.models import DocumentKind, OfficialDocument
from objectives.actions import Overtaken
from portal.core import deeds
from portal.core.clock import local_day, require_honest
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Post, Role
from units.policies import Standing, standing


class OutsideScale(Refused):
    """Points that a criterion does not have. `criterion` is its key in the database."""

    def __init__(self, sentence: str, criterion: int):
        super().__init__(sentence)
        self.criterion = criterion


@transaction.atomic
def begin(case: Case, *, by, at: datetime) -> SelfAssessment:
    """Open the unit's self-assessment with everything the ledger says: points and four chapters. Twice is once."""
    require_honest(at)
    case, who = Case.objects.locked(case.pk), standing(by, on=local_day(at))
    require(policies.can_begin(who, case))
    texts = self_words.chapters(self_reports.told(case))
    check, is_new = SelfAssessment.objects.get_or_create(case=case, defaults=texts | {"saved_at": at, "saved_by": by})
    check.case = case
    if is_new:
        ledger = queries.ledger_of(case)
        SelfMark.objects.bulk_create(
            SelfMark(
                self_assessment=check, criterion=row, points=queries.suggested(row, ledger.get(row.pk)),
                prefilled=ledger[row.pk].points if row.pk in ledger else None,
            )
            for row in queries.criteria_of(case)
        )  # fmt: skip
        _record("self.begun", check, who, by, at)
    return check


def save(check: SelfAssessment, texts: dict, marks: dict[int, dict], *, version: int, by, at) -> SelfAssessment:
    """Store chapters (by name) and own marks (by criterion: `points`, `words`). Half-finished is welcome.

    Raises `Overtaken` when `version` is not the stored one and something would change, `OutsideScale` for points
    that a criterion does not have: nothing is stored then, and the attempt stands in the record.
    """
    code = check.case.assessment.campaign.bureau.code
    with deeds.attempt("self.not_allowed", about=check, by=by, at=at, bureau=code):
        _require_in_scale(check, marks)
    return _save(check, texts, marks, version=version, by=by, at=at)


@transaction.atomic
def take_from_ledger(check: SelfAssessment, *, version: int, by, at: datetime) -> SelfAssessment:
    """Give every criterion without own points those of the ledger."""
    check, _who = _take(check, policies.can_write, by, at)
    marks = {
        row.criterion.pk: {"points": row.suggestion, "words": row.mark.words}
        for row in queries.rows_of(check)
        if row.mark.points is None and row.suggestion is not None
    }
    return _save(check, {}, marks, version=version, by=by, at=at)


@transaction.atomic
def put_forward(check: SelfAssessment, *, by, at: datetime) -> OfficialDocument:
    """Freeze the special report for the head's signature. Raises `Refused` with what is missing."""
    check, who = _take(check, policies.can_put_forward, by, at)
    rows = queries.rows_of(check)
    lacks = selfchecking.missing(check, rows)
    if lacks:
        first = "; ".join(f"{lack.label}: {lack.words}" for lack in lacks[:5])
        words = ngettext("%(n)s thing is still missing: %(list)s", "%(n)s things are still missing: %(list)s",
                         len(lacks))  # fmt: skip
        raise Refused(words % {"n": len(lacks), "list": first})
    _note_ledger(rows)
    case = check.case
    check.document = documents.freeze(
        DocumentKind.SELF_REPORT,
        campaign=case.assessment.campaign,
        number=_number(case),
        title=self_report.title(case),
        content=self_report.content(check, rows, seal=queries.seals(case)),
        by=by,
        at=at,
        needs_signature=True,
    )
    check.version += 1
    check.save(update_fields=["document", "version"])
    _record("self.put_forward", check, who, by, at, number=check.document.number)
    return check.document


@transaction.atomic
def take_back(check: SelfAssessment, *, by, at: datetime) -> SelfAssessment:
    """The head takes the unsigned report back to change it; its number is spent."""
    check, who = _take(check, policies.can_sign, by, at)
    number, check.document = check.document.number, None
    check.version += 1
    check.save(update_fields=["document", "version"])
    _record("self.reopened", check, who, by, at, number=number)
    return check


@sensitive_variables()
def sign(check: SelfAssessment, *, fingerprint: str, passphrase: str, by, at: datetime, strokes=None):
    """Sign and hand in, in one. Call it outside of every transaction."""
    check = SelfAssessment.objects.select_related("document", "case__assessment", "case__unit").get(pk=check.pk)
    post = signing_post(check, by=by, at=at)
    documents.sign(
        check.document, fingerprint=fingerprint, passphrase=passphrase, post=post, by=by, at=at, strokes=strokes,
        then=lambda document: hand_in(document, by=by, at=at),
    )  # fmt: skip
    return SelfAssessment.objects.get(pk=check.pk)


def signing_post(check: SelfAssessment, *, by, at: datetime) -> Post:
    """The head's post in which this person signs; raises `Refused` when they may not."""
    who = standing(by, on=local_day(at))
    require(policies.can_sign(who, check))
    return who.post(Role.HEAD, check.case.unit)


@transaction.atomic
def hand_in(document: OfficialDocument, *, by, at: datetime) -> SelfAssessment:
    """What the signature brings with it, in its transaction: handed in, how late, the unit's own total."""
    found = SelfAssessment.objects.filter(document=document).first()
    check, who = _take(found, policies.can_sign, by, at) if found else (None, None)
    if check is None or check.document_id != document.pk:
        raise Refused(_("This special report was taken back to be changed; its document is signed no more."))
    case = check.case
    check.sent_at, check.sent_by = at, by
    check.days_late = selfchecking.days_late(case.assessment.self_due_on, local_day(at))
    check.save(update_fields=["sent_at", "sent_by", "days_late"])
    case.self_total = selfchecking.total(queries.rows_of(check))
    case.save(update_fields=["self_total"])
    _record("self.sent", check, who, by, at, number=document.number, days_late=check.days_late,
            total=str(case.self_total))  # fmt: skip
    notices.sent(check, at=at)
    return check


@transaction.atomic
def chase(assessment: Assessment, *, by, at: datetime) -> int:
    """Write to every unit of this office that has not handed in; once a day and person. Returns how many were told."""
    require_honest(at)
    on = local_day(at)
    who = standing(by, on=on)
    assessment = Assessment.objects.select_related("campaign__bureau").get(pk=assessment.pk)
    cases = policies.chased_by(who).filter(assessment=assessment).exclude(self_assessment__sent_at__isnull=False)
    if assessment.phase not in policies.TAKEN or not cases.exists():
        raise Refused(_("There is nobody to chase: every unit that answers to your office has handed in."))
    told = notices.owed(assessment, cases, key=f"self-chase-{assessment.pk}-{on}", on=on, at=at)
    bureau = assessment.campaign.bureau
    post = who.bureau_post(Role.STYLE_OFFICE, bureau.pk) or who.bureau_post(Role.TOWN_OFFICE, bureau.pk)
    record("self.chased", about=assessment, by=by, at=at, bureau=bureau.code, post=post.title_zh, people=told)
    return told


@transaction.atomic
def _save(check: SelfAssessment, texts: dict, marks: dict[int, dict], *, version: int, by, at) -> SelfAssessment:
    check, who = _take(check, policies.can_write, by, at)
    values = {name: texts[name] for name in selfchecking.CHAPTERS if name in texts}
    rows = [row for row in queries.rows_of(check) if row.criterion.pk in marks]
    changed = [row for row in rows if _differs(row.mark, marks[row.criterion.pk])]
    if not changed and all(getattr(check, name) == text for name, text in values.items()):
        return check
    if check.version != version:
        raise Overtaken(check, check.saved_by, check.saved_at)
    for row in changed:
        data = marks[row.criterion.pk]
        row.mark.points, row.mark.words, row.mark.prefilled = data["points"], data["words"], row.ledger
        row.mark.save(update_fields=["points", "words", "prefilled"])
    for name, text in values.items():
        setattr(check, name, text)
    check.version, check.saved_at, check.saved_by = check.version + 1, at, by
    check.save(update_fields=[*values, "version", "saved_at", "saved_by"])
    _record("self.saved", check, who, by, at, version=check.version)
    return check


def _take(check: SelfAssessment, policy, by, at: datetime) -> tuple[SelfAssessment, Standing]:
    """The row under its lock, its case locked first, once the policy says yes."""
    require_honest(at)
    who, case = standing(by, on=local_day(at)), Case.objects.locked(check.case_id)
    fresh = SelfAssessment.objects.select_for_update(of=("self",)).select_related("document", "saved_by")
    check = fresh.get(pk=check.pk)
    check.case = case
    require(policy(who, check))
    return check, who


def _require_in_scale(check: SelfAssessment, marks: dict[int, dict]) -> None:
    for row in queries.criteria_of(check.case):
        if row.pk in marks and (words := selfchecking.outside(row, marks[row.pk]["points"])):
            raise OutsideScale(words, row.pk)


def _differs(mark: SelfMark, data: dict) -> bool:
    points: Decimal | None = data["points"]
    return mark.points != points or mark.words != data["words"]


def _note_ledger(rows: list[selfchecking.Row]) -> None:
    """What the ledger says at the moment of freezing stands beside the unit's own marks."""
    for row in rows:
        row.mark.prefilled = row.ledger
    SelfMark.objects.bulk_update([row.mark for row in rows], ["prefilled"])


def _number(case: Case) -> str:
    """AQ-2026-自评-unit; a report that was taken back spent its number, so the next one adds -2."""
    campaign = case.assessment.campaign
    stem = f"{campaign.number_prefix}-{campaign.year}-自评-{case.unit.code}"
    spent = OfficialDocument.objects.filter(campaign=campaign, kind=DocumentKind.SELF_REPORT)
    spent = spent.filter(number__in=[stem, *(f"{stem}-{n}" for n in range(2, 40))]).count()
    return f"{stem}-{spent + 1}" if spent else stem


def _record(verb: str, check: SelfAssessment, who: Standing, by, at: datetime, **facts) -> None:
    post = policies.own_post(who, check.case)
    record(verb, about=check, by=by, at=at, bureau=check.case.assessment.campaign.bureau.code,
           post=post.title_zh if post else "", **facts)  # fmt: skip
