"""Results: put together, told, signed and published, and reported to the municipal leading group.

The contract of this floor: `settle`, `notify`, `draft`, `publish`, `send_back`, `draft_municipal`, `sign_municipal`.
"""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from assessments import municipal_text, result_text
from assessments.actions.notifying import locked, notify
from assessments.actions.standing_results import fingerprint as fingerprint_of
from assessments.actions.standing_results import put_together
from assessments.models import Assessment, Case
from assessments.notices import results as notices
from assessments.policies import results as policies
from assessments.states import Phase
from commitments import prints
from commitments.actions import documents
from commitments.models import DocumentKind, OfficialDocument
from commitments.numbers import next_number
from portal.core import pagecache
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Post, Tenure
from units.policies import standing

__all__ = [
    "draft", "draft_municipal", "municipal_signed", "notify", "publish", "published", "send_back", "settle",
    "sign_municipal", "signer_of",
]  # fmt: skip
RANGE = 500


@transaction.atomic
def settle(assessment: Assessment, *, by, at: datetime) -> Assessment:
    """Put the results together: totals, grades, caps, places. Again as often as needed until the units are told."""
    assessment, who = locked(assessment), standing(by, on=local_day(at))
    require(policies.can_settle(who, assessment))
    proof = put_together(assessment)
    assessment.phase = Phase.SCORED
    assessment.version += 1
    assessment.save(update_fields=["phase", "version"])
    post = policies.office_post(who, assessment)
    _record("assessment.settled", assessment, post, by, at, results=proof, units=assessment.summary["units"])
    return assessment


def signer_of(document: OfficialDocument | None) -> Post | None:
    """The post that a drafted result or report names to sign it."""
    if document is None:
        return None
    return Post.objects.select_related("unit").filter(pk=prints.content_of(document)["body"]["signer_id"]).first()


@transaction.atomic
def draft(assessment: Assessment, *, signer: Post, by, at: datetime) -> OfficialDocument:
    """Freeze the result for a leader's signature, once no appeal is possible or open any more."""
    assessment, who = locked(assessment), standing(by, on=local_day(at))
    require(policies.can_draft(who, assessment))
    _require_signer(assessment, signer, at)
    document = _freeze(
        DocumentKind.RESULT, assessment, result_text.title(assessment), result_text.content(assessment, signer), by, at
    )
    assessment.result_document = document
    _save(assessment, "result_document")
    post = policies.office_post(who, assessment)
    _record("result.drafted", assessment, post, by, at, number=document.number, fingerprint=document.fingerprint)
    notices.to_sign(document, signer, at=at)
    return document


@sensitive_variables()
def publish(assessment: Assessment, *, fingerprint: str, passphrase: str, by, at: datetime, strokes=None) -> Assessment:
    """The leader signs the drafted result, and it is public in the same moment. Outside of every transaction. A page
    that asks for the passphrase gives `published(…)` to the signature instead.
    """
    document = assessment.result_document
    if document is None:
        raise Refused(_("There is no drafted result to sign."))
    documents.sign(
        document, fingerprint=fingerprint, passphrase=passphrase, post=signer_of(document), by=by, at=at,
        strokes=strokes, then=published(by=by, at=at),
    )  # fmt: skip
    assessment.refresh_from_db()
    return assessment


def published(*, by, at: datetime):
    """What happens with the leader's signature: give it to `documents.sign` as `then`."""
    return partial(_published, by=by, at=at)


def _published(document: OfficialDocument, *, by, at: datetime) -> None:
    assessment = Assessment.objects.filter(result_document=document).first()
    assessment = locked(assessment) if assessment else None
    if assessment is None or assessment.result_document_id != document.pk:
        raise Refused(_("This result was returned; its document is signed no more."))
    who, signer = standing(by, on=local_day(at)), signer_of(document)
    require(policies.can_publish(who, assessment, signer))
    document.is_public = True
    document.save(update_fields=["is_public"])
    assessment.phase, assessment.published_at, assessment.published_by = Phase.PUBLISHED, at, by
    assessment.summary = prints.content_of(document)["body"]["summary"]
    _save(assessment, "phase", "published_at", "published_by", "summary")
    facts = {"number": document.number, "fingerprint": document.fingerprint, "results": fingerprint_of(assessment)}
    after, rows = "", Case.objects.filter(assessment=assessment).order_by("order")
    while cases := list(rows.filter(order__gt=after)[:RANGE]):
        notices.published(assessment, cases, at=at)
        after = cases[-1].order
    _record("assessment.published", assessment, signer, by, at, **facts)
    transaction.on_commit(pagecache.forget)


@transaction.atomic
def send_back(document: OfficialDocument, *, reason: str, by, at: datetime) -> Assessment:
    """The leader does not sign the result or the report: back to the style office. The number stays spent."""
    if not reason.strip():
        raise Refused(_("Say what must change: the style office reads exactly these words."))
    is_result = document.kind == DocumentKind.RESULT
    column = "result_document" if is_result else "report_document"
    found = Assessment.objects.filter(**{column: document}).first()
    if found is None:
        raise Refused(_("This document was returned before."))
    assessment, who, signer = locked(found), standing(by, on=local_day(at)), signer_of(document)
    held = getattr(assessment, column)
    if held is None or held.signed_at:
        raise Refused(_("What is signed is not returned."))
    require((policies.can_publish if is_result else policies.can_sign_municipal)(who, assessment, signer))
    setattr(assessment, column, None)
    _save(assessment, column)
    verb = "result.returned" if is_result else "municipal.returned"
    _record(verb, assessment, signer, by, at, number=document.number, words=reason.strip()[:300])
    notices.returned(document, reason.strip()[:300], at=at)
    return assessment


@transaction.atomic
def draft_municipal(assessment: Assessment, *, signer: Post, by, at: datetime) -> OfficialDocument:
    """Freeze the report to the municipal leading group: internal, signed by a leader, never public."""
    assessment, who = locked(assessment), standing(by, on=local_day(at))
    require(policies.can_draft_municipal(who, assessment))
    _require_signer(assessment, signer, at)
    content = municipal_text.content(assessment, signer)
    document = _freeze(DocumentKind.MUNICIPAL, assessment, municipal_text.title(assessment), content, by, at)
    assessment.report_document = document
    _save(assessment, "report_document")
    post = policies.office_post(who, assessment)
    _record("municipal.drafted", assessment, post, by, at, number=document.number, fingerprint=document.fingerprint)
    notices.to_sign(document, signer, at=at)
    return document


@sensitive_variables()
def sign_municipal(
    assessment: Assessment, *, fingerprint: str, passphrase: str, by, at: datetime, strokes=None
) -> Assessment:
    """The leader signs the report. Outside of every transaction."""
    document = assessment.report_document
    if document is None:
        raise Refused(_("There is no drafted report to sign."))
    documents.sign(
        document, fingerprint=fingerprint, passphrase=passphrase, post=signer_of(document), by=by, at=at,
        strokes=strokes, then=municipal_signed(by=by, at=at),
    )  # fmt: skip
    assessment.refresh_from_db()
    return assessment


def municipal_signed(*, by, at: datetime):
    """What happens with the leader's signature: give it to `documents.sign` as `then`."""
    return partial(_municipal_signed, by=by, at=at)


def _municipal_signed(document: OfficialDocument, *, by, at: datetime) -> None:
    assessment = Assessment.objects.filter(report_document=document).first()
    assessment = locked(assessment) if assessment else None
    if assessment is None or assessment.report_document_id != document.pk:
        raise Refused(_("This report was returned; its document is signed no more."))
    who, signer = standing(by, on=local_day(at)), signer_of(document)
    require(policies.can_sign_municipal(who, assessment, signer))
    facts = {"number": document.number, "fingerprint": document.fingerprint}
    _record("municipal.signed", assessment, signer, by, at, **facts)


@transaction.atomic
def read(case: Case, *, by, at: datetime) -> bool:
    """The unit opened its result for the first time; whether this was it."""
    case = Case.objects.locked(case.pk)
    post = policies.own_post(standing(by, on=local_day(at)), case)
    if case.read_at or not case.notified_at or post is None:
        return False
    case.read_at = at
    case.save(update_fields=["read_at"])
    bureau = case.assessment.campaign.bureau.code
    record("result.notice_read", about=case, by=by, at=at, bureau=bureau, post=post.title_zh)
    return True


def _freeze(kind: str, assessment: Assessment, title: str, content: dict, by, at: datetime) -> OfficialDocument:
    campaign = assessment.campaign
    number = next_number(campaign, kind, year=local_day(at).year)
    return documents.freeze(kind, campaign=campaign, number=number, title=title[:160], content=content, by=by, at=at)


def _require_signer(assessment: Assessment, signer: Post, at: datetime) -> None:
    if not policies.signers(assessment.campaign.bureau_id).filter(pk=signer.pk).exists():
        raise Refused(_("Choose a leader of the bureau: this post does not sign for it."))
    if not Tenure.objects.on(local_day(at)).filter(post=signer, user__is_active=True).exists():
        raise Refused(_("Nobody holds the post “%(post)s” now.") % {"post": signer.title_zh})


def _save(assessment: Assessment, *fields: str) -> None:
    assessment.version += 1
    assessment.save(update_fields=["version", *fields])


def _record(verb: str, assessment: Assessment, post: Post, by, at: datetime, **facts) -> None:
    bureau = assessment.campaign.bureau.code
    record(verb, about=assessment, by=by, at=at, bureau=bureau, post=post.title_zh, **facts)
