"""Letters about rectification orders: to the leader who signs, to the unit, to the office that checks."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from commitments.models import Extension, Rectification
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.wording import day
from units.models import Post, Role, Tenure
from units.policies import holders

UNIT = (Role.HEAD, Role.STAFF)


def to_sign(order: Rectification, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Please read and sign: rectification order %(number)s") % {"number": order.document.number}
        body = _("The style office puts before you a rectification order to %(unit)s.") % {"unit": order.unit.name_zh}
    _post(f"order-sign-{order.document_id}", _held(order.signer, at), subject, body, order, at)


def returned(order: Rectification, *, reason: str, number: str, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Returned unsigned: rectification order %(number)s") % {"number": number}
        body = _("The leader returned it: %(reason)s") % {"reason": reason}
    _post(f"order-returned-{order.pk}-{order.version}", [order.drafted_by], subject, body, order, at)


def recalled(order: Rectification, *, number: str, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Taken back: rectification order %(number)s") % {"number": number}
        body = _("The style office took it back. There is nothing to sign for you now.")
    _post(f"order-recalled-{order.pk}-{order.version}", _held(order.signer, at), subject, body, order, at)


def issued(order: Rectification, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        facts = {"number": order.document.number, "day": day(order.due_on)}
        subject = _("Rectification order %(number)s: to be put right by %(day)s") % facts
        body = _("Please confirm its receipt, file a plan, and report with evidence by that day. "
                 "A later day can be asked for only before it.")  # fmt: skip
    _post(f"order-issued-{order.pk}", _unit(order, at), subject, body, order, at)


def reported(order: Rectification, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("To be checked: rectification of %(unit)s") % {"unit": order.unit.name_zh}
        body = _("The unit reports that it is put right. Whoever drafted the order does not check it.")
    people = holders(Role.STYLE_OFFICE, order.unit, on=local_day(at))
    people += holders(Role.AUDITOR, order.unit, on=local_day(at))
    key = f"order-reported-{order.pk}-{order.version}"
    _post(key, [user for user in people if user.pk != order.drafted_by_id], subject, body, order, at)


def checked(order: Rectification, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        number = {"number": order.document.number}
        if order.closed_at:
            subject, body = (
                _("Closed: rectification order %(number)s") % number,
                _("It was checked on site and closed."),
            )
        else:
            subject = _("Not put right yet: rectification order %(number)s") % number
            body = _("The check says: %(words)s") % {"words": order.check_words}
    _post(f"order-checked-{order.pk}-{order.version}", _unit(order, at), subject, body, order, at)


def extension_asked(extension: Extension, *, at: datetime) -> None:
    order = extension.rectification
    with translation.override(LETTERS_SPEAK):
        facts = {"unit": order.unit.name_zh, "wanted": day(extension.wanted_on)}
        subject = _("Please decide: %(unit)s asks for a later day, %(wanted)s") % facts
        body = _("Reason: %(reason)s") % {"reason": extension.reason}
    _post(f"extension-asked-{extension.pk}", _held(order.signer, at), subject, body, order, at)


def extension_decided(extension: Extension, *, at: datetime) -> None:
    order = extension.rectification
    with translation.override(LETTERS_SPEAK):
        if extension.granted_on:
            subject = _("Granted: to be put right by %(day)s") % {"day": day(extension.granted_on)}
        else:
            subject = _("Refused: the day stays %(day)s") % {"day": day(order.due_on)}
    _post(f"extension-decided-{extension.pk}", _unit(order, at), subject, extension.decision, order, at)


def _unit(order: Rectification, at: datetime) -> list:
    return [user for role in UNIT for user in holders(role, order.unit, on=local_day(at))]


def _held(post: Post, at: datetime) -> list:
    tenures = Tenure.objects.on(local_day(at)).filter(post=post, user__is_active=True).select_related("user")
    return [tenure.user for tenure in tenures]


def _post(key: str, people: Iterable, subject: str, body: str, order: Rectification, at: datetime) -> None:
    path = f"/work/rectifications/{order.pk}/"
    for user in {user.pk: user for user in people}.values():
        letters.post(f"{key}-{user.pk}", to=user, subject=subject, body=body, path=path, at=at)
