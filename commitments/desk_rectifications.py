"""What waits for a person in the matter of rectifications: to send, sign, receive, plan, report, check, decide."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from commitments import rectification_words, rectifying
from commitments.models import Rectification
from commitments.policies import rectifications as policies
from commitments.queries import rectifications as queries
from portal.core.desk import Item
from portal.core.wording import day, said
from units.policies import Standing

UNIT_ACTS = {
    rectifying.ISSUED: (lambda: _("Confirm the receipt of %(order)s"), lambda: _("Read and confirm")),
    rectifying.RECEIVED: (lambda: _("File the plan for %(order)s"), lambda: _("Write the plan")),
    rectifying.PLANNED: (lambda: _("Report on %(order)s"), lambda: _("Report")),
}


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """One row an order, for whoever's move it is; a constant number of questions."""
    for order in queries.open_of(who):
        yield from _of(who, order, on)


def _of(who: Standing, order: Rectification, on: date) -> Iterator[Item]:
    name = order.document.number if order.document_id else said(order.unit, "name")
    signs = policies.signing_post(who, order)
    if order.state == rectifying.DRAFT:
        if order.document_id and signs:
            yield _item(order, _("Sign %(order)s"), name, _("Read and sign"))
        elif not order.document_id and policies.office_post(who, order.unit):
            yield _item(order, _("Finish the order to %(order)s"), name, _("Open the draft"))
        return
    if order.state in UNIT_ACTS and policies.unit_post(who, order):
        what, act = UNIT_ACTS[order.state]
        yield _item(order, what(), name, act())
    if order.state == rectifying.REPORTED and _checks(who, order):
        yield _item(order, _("Check %(order)s"), name, _("Read and check"))
    if signs and order.open_extensions:
        why = _("Until %(day)s: %(reason)s") % {
            "day": day(order.open_extensions[0].wanted_on), "reason": order.open_extensions[0].reason,
        }  # fmt: skip
        yield _item(order, _("Decide on a later day for %(order)s"), name, _("Read and decide"), why=why)
    if order.overdue_at and order.state in rectifying.TO_REPORT and _is_above(who, order):
        yield _item(order, _("Overdue: %(order)s"), name, _("See where it is"))


def _checks(who: Standing, order: Rectification) -> bool:
    mine = who.user.pk in (order.drafted_by_id, order.reported_by_id)
    return not mine and policies.checking_post(who, order) is not None


def _is_above(who: Standing, order: Rectification) -> bool:
    return any(post.pk == order.escalated_to_id for post in who.posts)


def _item(order: Rectification, what: str, name: str, act: str, *, why: str = "") -> Item:
    unit = f"{said(order.unit, 'name')} · {rectification_words.stands(order)}"
    return Item(what % {"order": name}, why or unit, act, reverse("rectification", args=[order.pk]), order.due_on)
