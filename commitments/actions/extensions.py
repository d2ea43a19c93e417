"""A later day for a rectification: asked for before the day, decided by the leader who names a definite new one."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commitments import rectifying
from commitments.models import Extension, Rectification
from commitments.notices import rectifications as notices
from commitments.policies import rectifications as policies
from portal.core import pagecache
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import day
from portal.core.workdays import loaded
from units.policies import standing

LONGEST = {"reason": 500, "progress": 500, "decision": 300}


@transaction.atomic
def ask(order: Rectification, *, reason: str, progress: str, wanted_on: date, by, at: datetime) -> Extension:
    """Ask for a later day, up to and on the present one. After it nothing is extended, only explained."""
    order, who = Rectification.objects.locked(order.pk), standing(by, on=local_day(at))
    require(policies.can_extend(who, order))
    reason, progress = _text(reason, "reason"), _text(progress, "progress")
    if not reason or not progress:
        raise Refused(_("Say why the day cannot be kept, and what has been done so far."))
    _require_day(wanted_on, order, local_day(at))
    extension = Extension.objects.create(
        rectification=order, asked_at=at, asked_by=by, reason=reason, progress=progress, wanted_on=wanted_on
    )
    post = policies.unit_post(who, order)
    _record("extension.asked", extension, post, by, at, words=f"{reason}\n{progress}", wanted_on=wanted_on.isoformat())
    notices.extension_asked(extension, at=at)
    return extension


@transaction.atomic
def grant(extension: Extension, *, granted_on: date, decision: str = "", by, at: datetime) -> Extension:
    """Name a definite new day. The first day stays on record; a day that was missed stays missed."""
    order, extension, post = _take(extension, by, at)
    _require_day(granted_on, order, local_day(at))
    _decide(extension, granted_on, _text(decision, "decision"), by, at)
    order.due_on = granted_on
    order.version += 1
    order.save(update_fields=["due_on", "version"])
    _record("extension.granted", extension, post, by, at, words=extension.decision, granted_on=granted_on.isoformat())
    notices.extension_decided(extension, at=at)
    transaction.on_commit(pagecache.forget)
    return extension


@transaction.atomic
def refuse(extension: Extension, *, decision: str, by, at: datetime) -> Extension:
    """The day stays; the unit reads why."""
    _order, extension, post = _take(extension, by, at)
    decision = _text(decision, "decision")
    if not decision:
        raise Refused(_("Say why: the unit reads exactly these words."))
    _decide(extension, None, decision, by, at)
    _record("extension.refused", extension, post, by, at, words=decision)
    notices.extension_decided(extension, at=at)
    return extension


def _take(extension: Extension, by, at: datetime):
    order = Rectification.objects.locked(extension.rectification_id)
    extension = Extension.objects.select_for_update().get(pk=extension.pk)
    extension.rectification = order
    who = standing(by, on=local_day(at))
    require(policies.can_decide(who, extension))
    return order, extension, policies.signing_post(who, order)


def _decide(extension: Extension, granted_on: date | None, decision: str, by, at: datetime) -> None:
    extension.decided_at, extension.decided_by = at, by
    extension.granted_on, extension.decision = granted_on, decision
    extension.save(update_fields=["decided_at", "decided_by", "granted_on", "decision"])


def _require_day(new: date, order: Rectification, on: date) -> None:
    if not rectifying.is_later_workday(new, max(order.due_on, on), loaded()):
        raise Refused(_("The new day must be a working day after %(day)s.") % {"day": day(max(order.due_on, on))})


def _text(text: str, name: str) -> str:
    text = text.strip()
    if len(text) > LONGEST[name]:
        raise Refused(_("The text has %(has)s characters: write at most %(most)s.")
                      % {"has": len(text), "most": LONGEST[name]})  # fmt: skip
    return text


def _record(verb: str, extension: Extension, post, by, at: datetime, *, words: str, **facts) -> None:
    order = extension.rectification
    record(
        verb, about=order, by=by, at=at, bureau=order.campaign.bureau.code, post=post.title_zh, words=words,
        unit=order.unit.code, **facts,
    )  # fmt: skip
