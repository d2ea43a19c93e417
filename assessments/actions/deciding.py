"""The written decision on an appeal: drafted by the style office, signed or returned by a leader, and what follows."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from assessments import appeal_text, appealing
from assessments.actions import standing_results
from assessments.actions.appealed import locked, record_of, save
from assessments.models import Adjustment, Appeal, AppealPoint, Mark
from assessments.notices import appeals as notices
from assessments.policies import appeals as policies
from assessments.queries import totals
from assessments.states import AppealState, Outcome, Source
from commitments.actions import documents
from commitments.models import DocumentKind, OfficialDocument
from commitments.numbers import next_number
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Post, Tenure
from units.policies import standing


def draft_decision(
    appeal: Appeal, *, outcome: str, decision: str, signer: Post, for_fraud: bool = False, by, at: datetime
) -> OfficialDocument:
    """Freeze the written decision for a leader's signature. A result never becomes worse, unless for fraud."""
    with transaction.atomic():
        appeal, who = locked(appeal), standing(by, on=local_day(at))
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
            content=appeal_text.content(appeal, rows, list(_lifted(appeal))), by=by, at=at,
        )  # fmt: skip
        save(appeal, "outcome", "decision", "for_fraud", "signer", "document")
        post = policies.office_post(who, appeal.case.assessment)
        facts = {"number": number, "fingerprint": appeal.document.fingerprint, "outcome": outcome}
        record_of("appeal.drafted", appeal, by, at, post=post.title_zh, **facts)
        notices.to_sign(appeal, at=at)
    return appeal.document


def changed(appeal: Appeal) -> list[dict]:
    """Each point of the appeal with what stands and what it comes to under this outcome; `changes` says whether that is
    something else. A score by "before" and "after"; a deduction or veto by "falls" and, taken back before, "is_gone".
    """
    marks = totals.counted([appeal.case]).get(appeal.case_id, {})
    may_change = appeal.outcome != Outcome.UPHELD
    return [
        _fallen(point, may_change) if point.adjustment_id
        else _scored(point, marks[point.criterion_id][1], may_change, for_fraud=appeal.for_fraud)
        for point in appeal.points.all()
    ]  # fmt: skip


def _scored(point: AppealPoint, before, may_change: bool, *, for_fraud: bool) -> dict:
    after = appealing.comes_to(before, point.first_points, point.second_points, for_fraud=for_fraud)
    after = after if may_change else before
    return {"point": point, "before": before, "after": after, "changes": before != after}


def _fallen(point: AppealPoint, may_change: bool) -> dict:
    is_gone = point.adjustment.taken_back_at is not None
    falls = may_change and not is_gone and appealing.falls(point.first_falls, point.second_falls)
    return {"point": point, "falls": falls, "is_gone": is_gone, "changes": falls}


def _require_fitting(appeal: Appeal, rows: list[dict]) -> None:
    """An outcome says what really follows."""
    lifted = _lifted(appeal).exists()
    if appeal.outcome == Outcome.UPHELD and lifted:
        raise Refused(_("A deduction or veto was taken back since: the result changes. Choose that outcome."))
    if appeal.outcome == Outcome.CHANGED and not lifted and not any(row["changes"] for row in rows):
        raise Refused(
            _("Checked again, no score rises and nothing falls: the result stands. Choose that outcome, and say why.")
        )


def _lifted(appeal: Appeal) -> QuerySet[Adjustment]:
    """What the style office took back itself while the appeal was open."""
    return Adjustment.objects.filter(case=appeal.case_id, taken_back_at__gte=appeal.filed_at)


@transaction.atomic
def send_back(appeal: Appeal, *, reason: str, by, at: datetime) -> Appeal:
    """The leader does not sign: back to the style office with a reason. The number stays spent."""
    if not reason.strip():
        raise Refused(_("Say what must change: the style office reads exactly these words."))
    appeal, who = locked(appeal), standing(by, on=local_day(at))
    require(policies.can_sign(who, appeal))
    number, post = appeal.document.number, policies.signing_post(who, appeal)
    appeal.document = None
    save(appeal, "document")
    record_of("appeal.returned", appeal, by, at, post=post.title_zh, number=number, words=reason.strip()[:300])
    notices.returned(appeal, reason.strip()[:300], number, at=at)
    return appeal


@sensitive_variables()
def decide(appeal: Appeal, *, fingerprint: str, passphrase: str, by, at: datetime, strokes=None) -> Appeal:
    """The leader signs the decision; its marks are stored, what falls is taken back, and every total is put together
    anew. Outside of every transaction. A page that asks for the passphrase gives `decided(…)` to the signature instead.
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
    appeal = locked(appeal) if appeal else None
    if appeal is None or appeal.document_id != document.pk:
        raise Refused(_("This decision was returned; its document is signed no more."))
    who = standing(by, on=local_day(at))
    require(policies.can_sign(who, appeal))
    appeal.state, appeal.decided_at = AppealState.DECIDED, at
    save(appeal, "state", "decided_at")
    moved, fallen = [], []
    if appeal.outcome == Outcome.CHANGED or _lifted(appeal).exists():
        rows = [row for row in changed(appeal) if row["changes"]]
        _store([row for row in rows if "after" in row], appeal)
        fallen = _take_back([row["point"].adjustment for row in rows if "falls" in row], appeal)
        moved = standing_results.put_together_anew(appeal.case.assessment, number=document.number)
    notices.decided(appeal, moved, fallen, at=at)
    post = policies.signing_post(who, appeal)
    for each in fallen:
        facts = {"adjustment": each.pk, "post": post.title_zh, "words": each.taken_back_why}
        bureau = appeal.case.assessment.campaign.bureau.code
        record("adjustment.taken_back", about=appeal.case, by=by, at=at, bureau=bureau, **facts)
    record_of("appeal.decided", appeal, by, at, post=post.title_zh, number=document.number, outcome=appeal.outcome,
              fingerprint=document.fingerprint, moved=len(moved), fallen=len(fallen))  # fmt: skip


def _store(rows: list[dict], appeal: Appeal) -> None:
    """The marks of the second look, with who found what, for the explanation."""
    for row in rows:
        point = row["point"]
        facts = {
            "first": str(point.first_points), "second": str(point.second_points), "before": str(row["before"]),
            "words": [point.first_words, point.second_words], "decision": appeal.document.number,
        }  # fmt: skip
        Mark.objects.update_or_create(
            case=appeal.case, criterion=point.criterion, source=Source.RECHECKED,
            defaults={"points": row["after"], "facts": facts},
        )  # fmt: skip


def _take_back(adjustments: list[Adjustment], appeal: Appeal) -> list[Adjustment]:
    """What both found to fall counts no more. Whoever takes back otherwise holds the same lock of the assessment."""
    for each in adjustments:
        each.taken_back_at, each.taken_back_why = appeal.decided_at, f"申诉决定（{appeal.document.number}）"
        each.save(update_fields=["taken_back_at", "taken_back_why"])
    return adjustments


def _require_signer(appeal: Appeal, signer: Post, at: datetime) -> None:
    if not policies.may_sign(appeal.case).filter(pk=signer.pk).exists():
        raise Refused(_("Choose a leader of the bureau: this post does not sign for it."))
    held = Tenure.objects.on(local_day(at)).filter(post=signer, user__is_active=True)
    if not held.exists():
        raise Refused(_("Nobody holds the post “%(post)s” now.") % {"post": signer.title_zh})
    if held.filter(user__in=[appeal.first_id, appeal.second_id]).exists():
        raise Refused(_("Whoever checked again does not decide. Choose another leader."))
