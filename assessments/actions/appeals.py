"""What becomes of an appeal: filed by the head, checked again by two people alone, decided in writing, once.

Whatever changes a result locks the assessment first, so that decisions and the publication come one after another.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from assessments import appeal_text, appealing
from assessments.actions import standing_results
from assessments.models import Adjustment, Appeal, AppealPoint, Assessment, Case, Mark
from assessments.notices import appeals as notices
from assessments.policies import appeals as policies
from assessments.queries import totals
from assessments.states import AppealState, Outcome, Source
from commitments.actions import documents
from commitments.models import DocumentKind, OfficialDocument
from commitments.numbers import next_number
from portal.core.clock import local_day
from portal.core.deeds import attempt, record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import amount
from units.models import Post, Role, Tenure
from units.policies import standing

MOST_POINTS = 20


def file(case: Case, *, grounds: str, points: Mapping[int, str], by, at: datetime) -> Appeal:
    """The head's appeal: `grounds`, and by criterion what is wrong with its score. Out of time it is refused, and that
    it was tried stands in the record.
    """
    with attempt("appeal.not_allowed", **_whence(case, by, at), what="file"):
        case, who = _locked_case(case), standing(by, on=local_day(at))
        require(policies.can_file(who, case))
        grounds = grounds.strip()
        said = {pk: words.strip()[:500] for pk, words in points.items() if words.strip()}
        if not grounds or len(grounds) > 2000:
            raise Refused(_("Say in at most 2,000 characters what the appeal rests on."))
        if not said or len(said) > MOST_POINTS:
            raise Refused(_("Name at least one criterion, and say what is wrong with its score."))
        standing_marks = totals.counted([case]).get(case.pk, {})
        if any(pk not in standing_marks or standing_marks[pk][1] is None for pk in said):
            raise Refused(_("An appeal is against a score that was given; this criterion has none."))
        post = who.post(Role.HEAD, case.unit)
        appeal = Appeal.objects.create(
            case=case, state=AppealState.FILED, grounds=grounds, filed_at=at, filed_by=by, filed_post=post
        )
        AppealPoint.objects.bulk_create(
            AppealPoint(appeal=appeal, criterion_id=pk, says=words) for pk, words in said.items()
        )
        _record("appeal.filed", appeal, by, at, post=post.title_zh, words=grounds, points=len(said))
        notices.filed(appeal, at=at)
    return appeal


def name(appeal: Appeal, *, first, second, by, at: datetime) -> Appeal:
    """Two people check again. Neither inspected the unit, belongs to it, or entered what was added or taken off."""
    with attempt("appeal.not_allowed", **_whence(appeal.case, by, at), what="name"):
        appeal, who = _locked(appeal), standing(by, on=local_day(at))
        require(policies.can_name(who, appeal))
        if first.pk == second.pk:
            raise Refused(_("Two different people check again."))
        for person in (first, second):
            if why := policies.why_not_recheck(person, appeal.case, on=local_day(at)):
                told = {"person": str(person), "why": why}
                raise Refused(_("%(person)s cannot check this again: %(why)s.") % told)
        appeal.first, appeal.second, appeal.named_at, appeal.state = first, second, at, AppealState.RECHECKING
        _save(appeal, "first", "second", "named_at", "state")
        post = policies.office_post(who, appeal.case.assessment)
        _record("appeal.named", appeal, by, at, post=post.title_zh, first=first.pk, second=second.pk)
        notices.named(appeal, at=at)
    return appeal


def recheck(appeal: Appeal, marks: Mapping[int, Mapping], *, by, at: datetime) -> Appeal:
    """One of the two hands in, alone: {criterion id: {"points", "words"}} for every point of the appeal, each within
    the criterion's scale and with its reason. Both in: the decision can be drafted.
    """
    with attempt("appeal.not_allowed", **_whence(appeal.case, by, at), what="recheck"):
        appeal, who = _locked(appeal), standing(by, on=local_day(at))
        require(policies.can_recheck(who, appeal))
        place = policies.place_of(by, appeal)
        for point in appeal.points.all():
            given = marks.get(point.criterion_id) or {}
            _require_in_scale(point, given.get("points"), given.get("words", ""))
            setattr(point, f"{place}_points", Decimal(given["points"]))
            setattr(point, f"{place}_words", given["words"].strip()[:300])
            point.save(update_fields=[f"{place}_points", f"{place}_words"])
        if all(None not in (point.first_points, point.second_points) for point in appeal.points.all()):
            appeal.state, appeal.rechecked_at = AppealState.RECHECKED, at
            notices.rechecked(appeal, at=at)
        _save(appeal, "state", "rechecked_at")
        _record("appeal.rechecked", appeal, by, at, post=_any_post(by, appeal, at), place=place)
    return appeal


def _require_in_scale(point: AppealPoint, points, words: str) -> None:
    most, label = point.criterion.points, point.criterion.name_zh
    if points is None or not words.strip():
        raise Refused(_("“%(name)s” needs points and the reason for them.") % {"name": label})
    if not 0 <= Decimal(points) <= most:
        raise Refused(_("“%(name)s” is worth 0 to %(most)s points.") % {"name": label, "most": amount(most)})


def draft_decision(
    appeal: Appeal, *, outcome: str, decision: str, signer: Post, for_fraud: bool = False, by, at: datetime
) -> OfficialDocument:
    """Freeze the written decision for a leader's signature. A result never becomes worse, unless for fraud."""
    with transaction.atomic():
        appeal, who = _locked(appeal), standing(by, on=local_day(at))
        require(policies.can_draft(who, appeal))
        _require_signer(appeal, signer, at)
        decision = decision.strip()
        if outcome not in Outcome.values or not decision or len(decision) > 2000:
            raise Refused(_("Write the decision and its reasons, in at most 2,000 characters."))
        appeal.outcome, appeal.decision = outcome, decision
        appeal.for_fraud, appeal.signer = bool(for_fraud) and outcome == Outcome.CHANGED, signer
        rows = changed(appeal)
        _require_fitting(appeal, rows)
        year, campaign = local_day(at).year, appeal.case.assessment.campaign
        number = next_number(campaign, DocumentKind.DECISION, year=year)
        appeal.document = documents.freeze(
            DocumentKind.DECISION, campaign=campaign, number=number, title=appeal_text.title(appeal),
            content=appeal_text.content(appeal, rows), by=by, at=at,
        )  # fmt: skip
        _save(appeal, "outcome", "decision", "for_fraud", "signer", "document")
        post = policies.office_post(who, appeal.case.assessment)
        facts = {"number": number, "fingerprint": appeal.document.fingerprint, "outcome": outcome}
        _record("appeal.drafted", appeal, by, at, post=post.title_zh, **facts)
        notices.to_sign(appeal, at=at)
    return appeal.document


def changed(appeal: Appeal) -> list[dict]:
    """Each point of the appeal with what stands and what it comes to under this outcome."""
    marks = totals.counted([appeal.case]).get(appeal.case_id, {})
    rows = []
    for point in appeal.points.all():
        before = marks[point.criterion_id][1]
        after = appealing.comes_to(before, point.first_points, point.second_points, for_fraud=appeal.for_fraud)
        rows.append({"point": point, "before": before, "after": after if appeal.outcome != Outcome.UPHELD else before})
    return rows


def _require_fitting(appeal: Appeal, rows: list[dict]) -> None:
    """An outcome says what really follows."""
    lifted = _is_lifted(appeal)
    if appeal.outcome == Outcome.UPHELD and lifted:
        raise Refused(_("A deduction or veto was taken back since: the result changes. Choose that outcome."))
    if appeal.outcome == Outcome.CHANGED and not lifted and all(row["before"] == row["after"] for row in rows):
        raise Refused(_("Checked again, no score rises: the result stands. Choose that outcome, and say why."))


def _is_lifted(appeal: Appeal) -> bool:
    """Whether something that was added or taken off was taken back while the appeal was open."""
    return Adjustment.objects.filter(case=appeal.case_id, taken_back_at__gte=appeal.filed_at).exists()


@transaction.atomic
def send_back(appeal: Appeal, *, reason: str, by, at: datetime) -> Appeal:
    """The leader does not sign: back to the style office with a reason. The number stays spent."""
    if not reason.strip():
        raise Refused(_("Say what must change: the style office reads exactly these words."))
    appeal, who = _locked(appeal), standing(by, on=local_day(at))
    require(policies.can_sign(who, appeal))
    number, post = appeal.document.number, policies.signing_post(who, appeal)
    appeal.document = None
    _save(appeal, "document")
    _record("appeal.returned", appeal, by, at, post=post.title_zh, number=number, words=reason.strip()[:300])
    notices.returned(appeal, reason.strip()[:300], number, at=at)
    return appeal


@sensitive_variables()
def decide(appeal: Appeal, *, fingerprint: str, passphrase: str, by, at: datetime, strokes=None) -> Appeal:
    """The leader signs the decision; its marks are stored and every total is put together anew. Outside of every
    transaction. A page that asks for the passphrase gives `decided(…)` to the signature instead.
    """
    documents.sign(
        appeal.document, fingerprint=fingerprint, passphrase=passphrase, post=appeal.signer, by=by, at=at,
        strokes=strokes, then=decided(by=by, at=at),
    )  # fmt: skip
    appeal.refresh_from_db()
    return appeal


def decided(*, by, at: datetime):
    """What happens with the leader's signature: give it to `documents.sign` as `then`."""
    return partial(_decided, by=by, at=at)


def _decided(document: OfficialDocument, *, by, at: datetime) -> None:
    appeal = Appeal.objects.filter(document=document).select_related("case").first()
    appeal = _locked(appeal) if appeal else None
    if appeal is None or appeal.document_id != document.pk:
        raise Refused(_("This decision was returned; its document is signed no more."))
    who = standing(by, on=local_day(at))
    require(policies.can_sign(who, appeal))
    appeal.state, appeal.decided_at = AppealState.DECIDED, at
    _save(appeal, "state", "decided_at")
    moved = []
    if appeal.outcome == Outcome.CHANGED or _is_lifted(appeal):
        _store(appeal)
        moved = standing_results.put_together_anew(appeal.case.assessment, number=document.number)
    post = policies.signing_post(who, appeal)
    _record("appeal.decided", appeal, by, at, post=post.title_zh, number=document.number, outcome=appeal.outcome,
            fingerprint=document.fingerprint, moved=len(moved))  # fmt: skip
    notices.decided(appeal, moved, at=at)


def _store(appeal: Appeal) -> None:
    """The marks of the second look, with who found what, for the explanation."""
    for row in changed(appeal):
        point = row["point"]
        if row["after"] == row["before"]:
            continue
        facts = {
            "first": str(point.first_points), "second": str(point.second_points), "before": str(row["before"]),
            "words": [point.first_words, point.second_words], "decision": appeal.document.number,
        }  # fmt: skip
        Mark.objects.update_or_create(
            case=appeal.case, criterion=point.criterion, source=Source.RECHECKED,
            defaults={"points": row["after"], "facts": facts},
        )  # fmt: skip


def _require_signer(appeal: Appeal, signer: Post, at: datetime) -> None:
    if not policies.may_sign(appeal.case).filter(pk=signer.pk).exists():
        raise Refused(_("Choose a leader of the bureau: this post does not sign for it."))
    held = Tenure.objects.on(local_day(at)).filter(post=signer, user__is_active=True)
    if not held.exists():
        raise Refused(_("Nobody holds the post “%(post)s” now.") % {"post": signer.title_zh})
    if held.filter(user__in=[appeal.first_id, appeal.second_id]).exists():
        raise Refused(_("Whoever checked again does not decide. Choose another leader."))


def _locked_case(case: Case) -> Case:
    Assessment.objects.select_for_update().get(pk=case.assessment_id)
    return Case.objects.locked(case.pk)


def _locked(appeal: Appeal) -> Appeal:
    """The appeal under its lock, the assessment's before it. Relations are read by a later statement."""
    Assessment.objects.select_for_update().get(pk=appeal.case.assessment_id)
    Appeal.objects.select_for_update().get(pk=appeal.pk)
    rows = Appeal.objects.select_related(
        "case__assessment__campaign__bureau", "case__assessment__standard", "case__unit__parent", "document", "signer"
    )
    return rows.prefetch_related("points__criterion").get(pk=appeal.pk)


def _save(appeal: Appeal, *fields: str) -> None:
    appeal.version += 1
    appeal.save(update_fields=["version", *fields])


def _any_post(by, appeal: Appeal, at: datetime) -> str:
    posts = standing(by, on=local_day(at)).posts
    return next((post.title_zh for post in posts if post.unit.bureau_id == appeal.case.unit.bureau_id), "")


def _whence(case: Case, by, at: datetime) -> dict:
    return {"about": case, "by": by, "at": at, "bureau": case.assessment.campaign.bureau.code}


def _record(verb: str, appeal: Appeal, by, at: datetime, **facts) -> None:
    record(verb, about=appeal, by=by, at=at, bureau=appeal.case.assessment.campaign.bureau.code, **facts)
