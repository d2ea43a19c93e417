"""Rectification within a time limit: order, receipt, plan, report, check. Each act under the lock of the order.

The order is a signed document: after it has its number its text does not move. What is closed stays closed; the
same fault again is a new order that names the old one.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from commitments import rectifying, timetables
from commitments.actions import documents
from commitments.models import DocumentKind, Evidence, Line, OfficialDocument, Publication, Rectification
from commitments.notices import rectifications as notices
from commitments.numbers import next_number
from commitments.policies import rectifications as policies
from objectives.missing import personal_number
from objectives.models import Campaign
from portal.core import pagecache
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import day
from portal.core.workdays import loaded
from units.models import Post, Tenure, Unit
from units.policies import standing

TEXTS = {"finding": 1000, "basis": 200, "demand": 1000, "public_zh": 120, "public_en": 160}
LONGEST = {"plan": 2000, "report": 2000, "check_words": 500, "reason": 500}


@transaction.atomic
def draft(
    unit: Unit, *, campaign: Campaign, texts: dict, signer: Post, due_on: date | None = None, line: Line | None = None,
    source: str = "dispatch", repeats: Rectification | None = None, by, at: datetime,
) -> Rectification:  # fmt: skip
    """Draft an order to a unit. `texts`: "finding" and "demand", and "basis", "public_zh", "public_en" if wanted.

    Without `due_on` the timetable's working days are counted from today. `repeats` is an earlier order to the unit.
    """
    require(policies.can_draft(standing(by, on=local_day(at)), unit))
    if line and line.unit_id != unit.pk or repeats and (repeats.unit_id != unit.pk or not repeats.issued_at):
        raise Refused(_("This belongs to another unit."))
    if campaign.bureau_id != unit.bureau_id:
        raise Refused(_("This belongs to another bureau."))
    on = local_day(at)
    due_on = due_on or rectifying.due_day(on, timetables.of(campaign).rectify_days, loaded())
    _require_order(unit, signer, due_on, on)
    publication = line.publication if line else Publication.objects.filter(unit=unit, campaign=campaign).first()
    order = Rectification.objects.create(
        campaign=campaign, unit=unit, publication=publication, line=line, source=source, repeats=repeats,
        due_on=due_on, first_due_on=due_on, drafted_at=at, drafted_by=by, signer=signer, **_sound(texts),
    )  # fmt: skip
    _record("order.drafted", order, _office(order, by, at), by, at, words=order.finding)
    return order


@transaction.atomic
def change(
    order: Rectification, *, texts: dict, signer: Post, due_on: date, version: int, by, at: datetime
) -> Rectification:
    """Change a draft that is not yet before the leader. `version` is the one the writer read."""
    order = _take(order, policies.can_change, by, at)
    if version != order.version:
        raise Refused(_("Somebody changed the draft in between. Please read it again; nothing was saved."))
    _require_order(order.unit, signer, due_on, local_day(at))
    for name, text in _sound(texts).items():
        setattr(order, name, text)
    order.signer, order.due_on, order.first_due_on = signer, due_on, due_on
    _save(order, *TEXTS, "signer", "due_on", "first_due_on")
    _record("order.changed", order, _office(order, by, at), by, at, words=order.finding)
    return order


@transaction.atomic
def send_to_sign(order: Rectification, *, by, at: datetime) -> Rectification:
    """Give the order its number, freeze its text and put it before the leader."""
    order, on = _take(order, policies.can_change, by, at), local_day(at)
    _require_order(order.unit, order.signer, order.due_on, on)
    number = next_number(order.campaign, DocumentKind.ORDER, year=on.year)
    order.document = documents.freeze(
        DocumentKind.ORDER, campaign=order.campaign, number=number,
        title=f"关于责令{_plain_name(order.unit)}限期整改的通知",
        content=_content(order), by=by, at=at,
    )  # fmt: skip
    _save(order, "document")
    _record("order.sent", order, _office(order, by, at), by, at, number=number)
    notices.to_sign(order, at=at)
    return order


def _plain_name(unit: Unit) -> str:
    """A unit's name in a title; that it is a sample is said elsewhere on the document."""
    return unit.name_zh.replace("（示例）", "")


@transaction.atomic
def return_unsigned(order: Rectification, *, reason: str, by, at: datetime) -> Rectification:
    """The leader sends it back with a reason; the number is spent, the draft can be changed again."""
    order, reason = _take(order, policies.can_sign, by, at), _words(reason, "reason")
    number, order.document = order.document.number, None
    _save(order, "document")
    _record("order.returned", order, order.signer, by, at, words=reason, number=number)
    notices.returned(order, reason=reason, number=number, at=at)
    return order


@transaction.atomic
def recall(order: Rectification, *, by, at: datetime) -> Rectification:
    """The style office takes back what nobody has signed; the number is spent, the draft can be changed again."""
    order = _take(order, policies.can_recall, by, at)
    number, order.document = order.document.number, None
    _save(order, "document")
    _record("order.recalled", order, _office(order, by, at), by, at, number=number)
    notices.recalled(order, number=number, at=at)
    return order


@sensitive_variables()
def sign(order: Rectification, *, fingerprint: str, passphrase: str, by, at: datetime, strokes=None) -> Rectification:
    """Sign and issue in one: one PAdES signature with the bureau's round seal. Call outside of every transaction."""
    documents.sign(
        order.document, fingerprint=fingerprint, passphrase=passphrase, post=order.signer, by=by, at=at,
        strokes=strokes, then=lambda document: issue(document, by=by, at=at),
    )  # fmt: skip
    return Rectification.objects.get(pk=order.pk)


@transaction.atomic
def issue(document: OfficialDocument, *, by, at: datetime) -> Rectification:
    """Serve a signed order; runs in the transaction of the signature and undoes it when it refuses."""
    waiting = Rectification.objects.filter(document=document).first()
    if waiting is None:
        raise Refused(_("This order went back to the style office; its document is signed no more."))
    order = _take(waiting, policies.can_sign, by, at)
    if order.document_id != document.pk:
        raise Refused(_("This order went back to the style office; its document is signed no more."))
    if order.due_on <= local_day(at):
        raise Refused(_("The day in the order (%(day)s) has come. Return it, so that a later day is set.")
                       % {"day": day(order.due_on)})  # fmt: skip
    order.state, order.issued_at = rectifying.ISSUED, at
    _save(order, "state", "issued_at")
    _record("order.issued", order, order.signer, by, at, number=document.number, due_on=order.due_on.isoformat())
    notices.issued(order, at=at)
    transaction.on_commit(pagecache.forget)
    return order


@transaction.atomic
def receive(order: Rectification, *, by, at: datetime) -> Rectification:
    """Head or staff of the unit confirm the receipt."""
    order = _take(order, policies.can_receive, by, at)
    order.state, order.received_at, order.received_by = rectifying.RECEIVED, at, by
    _save(order, "state", "received_at", "received_by")
    _record("order.received", order, _own(order, by, at), by, at)
    return order


@transaction.atomic
def plan(order: Rectification, *, text: str, by, at: datetime) -> Rectification:
    """File the plan: measures, person, day."""
    order = _take(order, policies.can_plan, by, at)
    order.state, order.plan, order.planned_at = rectifying.PLANNED, _words(text, "plan"), at
    _save(order, "state", "plan", "planned_at")
    _record("order.planned", order, _own(order, by, at), by, at, words=order.plan)
    return order


@transaction.atomic
def report(order: Rectification, *, text: str, by, at: datetime) -> Rectification:
    """Report what was done, with the evidence that stands under the order."""
    order, text = _take(order, policies.can_report, by, at), _words(text, "report")
    files = Evidence.objects.filter(rectification=order, removed_at=None).count()
    if order.line_id and not files:
        raise Refused(_("Add at least one file that shows it: a report without evidence cannot be checked."))
    order.state, order.report, order.reported_at, order.reported_by = rectifying.REPORTED, text, at, by
    _save(order, "state", "report", "reported_at", "reported_by")
    _record("order.reported", order, _own(order, by, at), by, at, words=text, files=files)
    notices.reported(order, at=at)
    return order


@transaction.atomic
def check(order: Rectification, *, passed: bool, words: str, by, at: datetime) -> Rectification:
    """Close it, or hand it back to the unit with words. Whoever drafted or reported cannot check."""
    order = _take(order, policies.can_check, by, at)
    order.check_words = _words(words, "check_words", needed=not passed)
    post = policies.checking_post(standing(by, on=local_day(at)), order)
    if passed:
        order.state, order.checked_at, order.checked_by, order.closed_at = rectifying.CLOSED, at, by, at
        _record("order.closed", order, post, by, at, words=order.check_words)
    else:
        order.state, order.reported_at, order.reported_by = rectifying.PLANNED, None, None
        _record("order.rejected", order, post, by, at, words=order.check_words)
    _save(order, "state", "check_words", "checked_at", "checked_by", "closed_at", "reported_at", "reported_by")
    notices.checked(order, at=at)
    transaction.on_commit(pagecache.forget)
    return order


def _content(order: Rectification) -> dict:
    return {
        "unit_zh": order.unit.name_zh,
        "finding": order.finding,
        "basis": order.basis,
        "demand": order.demand,
        "due_on": order.due_on.isoformat(),
        "repeats": order.repeats.document.number if order.repeats_id else "",
    }


def _require_order(unit: Unit, signer: Post, due_on: date, on: date) -> None:
    if not policies.signers_for(unit, on=on).filter(pk=signer.pk).exists():
        raise Refused(_("A leader in charge of the unit or the head of the bureau signs its orders."))
    if not Tenure.objects.on(on).filter(post=signer, user__is_active=True).exists():
        raise Refused(_("Nobody holds the post “%(post)s” now.") % {"post": signer.title_zh})
    if due_on <= on:
        raise Refused(_("The day must lie ahead."))
    if not loaded().is_workday(due_on):
        raise Refused(_("%(day)s is no working day. Choose a working day.") % {"day": day(due_on)})


def _sound(texts: dict) -> dict:
    found = {name: texts.get(name, "").strip() for name in TEXTS}
    if not found["finding"] or not found["demand"]:
        raise Refused(_("Say what was found and what must be done."))
    for name, text in found.items():
        _require_length(text, TEXTS[name])
    if any(map(personal_number, found.values())):
        raise Refused(_("A mobile or identity number stands in the text. Take it out before it is signed."))
    return found


def _words(text: str, name: str, *, needed: bool = True) -> str:
    text = text.strip()
    if needed and not text:
        raise Refused(_("Write it in words: whoever reads it has nothing else."))
    _require_length(text, LONGEST[name])
    return text


def _require_length(text: str, most: int) -> None:
    if len(text) > most:
        raise Refused(_("The text has %(has)s characters: write at most %(most)s.") % {"has": len(text), "most": most})


def _take(order: Rectification, policy, by, at: datetime) -> Rectification:
    """Lock the order and ask whether this person may do this now."""
    order = Rectification.objects.locked(order.pk)
    require(policy(standing(by, on=local_day(at)), order))
    return order


def _office(order: Rectification, by, at: datetime) -> Post:
    return policies.office_post(standing(by, on=local_day(at)), order.unit)


def _own(order: Rectification, by, at: datetime) -> Post:
    return policies.unit_post(standing(by, on=local_day(at)), order)


def _save(order: Rectification, *fields: str) -> None:
    order.version += 1
    order.save(update_fields=[*fields, "version"])


def _record(verb: str, order: Rectification, post: Post, by, at: datetime, *, words: str = "", **facts) -> None:
    record(
        verb, about=order, by=by, at=at, bureau=order.campaign.bureau.code, post=post.title_zh, words=words,
        unit=order.unit.code, **facts,
    )  # fmt: skip
