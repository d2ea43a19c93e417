"""A rectification in words: where it stands, whose move it is, and the one line that the public reads. No queries."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from commitments import rectifying
from commitments.models import Rectification
from commitments.phrases import unit_name
from portal.core.wording import day, said

STEPS = {
    rectifying.ISSUED: pgettext_lazy("step of a rectification", "Signed and issued"),
    rectifying.RECEIVED: pgettext_lazy("step of a rectification", "Received by the unit"),
    rectifying.PLANNED: pgettext_lazy("step of a rectification", "Plan filed"),
    rectifying.REPORTED: pgettext_lazy("step of a rectification", "Reported with evidence"),
    rectifying.CLOSED: pgettext_lazy("step of a rectification", "Checked by somebody else, closed"),
}
WAITS = {
    rectifying.ISSUED: gettext_lazy("Waiting for the unit’s receipt"),
    rectifying.RECEIVED: gettext_lazy("Waiting for the unit’s plan"),
    rectifying.PLANNED: gettext_lazy("Waiting for the unit’s report"),
    rectifying.REPORTED: gettext_lazy("Waiting for the check"),
}


def title(order: Rectification) -> str:
    """The order's number, once it has one, and its unit."""
    unit = said(order.unit, "name")
    if order.document_id:
        return _("Order %(number)s to %(unit)s") % {"number": order.document.number, "unit": unit}
    return _("Draft of an order to %(unit)s") % {"unit": unit}


def stands(order: Rectification) -> str:
    """One phrase: whose move it is."""
    if order.state == rectifying.CLOSED:
        return _("Closed on %(day)s") % {"day": day(order.closed_at)}
    if order.state == rectifying.DRAFT:
        return _("Waiting for the leader’s signature") if order.document_id else _("A draft of the style office")
    return str(WAITS[order.state])


def course(order: Rectification) -> list[dict]:
    """Items of the steps component."""
    return [{"label": STEPS[step], "state": state} for step, state in rectifying.course_of(order.state)]


def public_line(order: Rectification, *, on: date) -> dict:
    """What the public reads of an order: a light, one honest line, and the unit's line if one was written."""
    late = order.overdue_at is not None or rectifying.is_overdue(order.state, order.due_on, on=on)
    words = {"day": day(order.closed_at or order.due_on)}
    if order.state == rectifying.CLOSED:
        colour, line = "green", _("Put right on %(day)s, after its day") if late else _("Put right on %(day)s")
    elif late:
        colour, line = "red", _("Not put right in time: it was due on %(day)s")
    else:
        colour, line = "yellow", _("In rectification until %(day)s")
    return {"colour": colour, "line": line % words, "about": said(order, "public")}


def unit_of(order: Rectification) -> str:
    return unit_name({"name_zh": order.unit.name_zh, "name_en": order.unit.name_en, "is_sample": order.unit.is_sample})
