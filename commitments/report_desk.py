"""The month's report on the desk: to fill for the staff, to read and send for the head."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments import progress
from commitments.models import Sheet
from portal.core.desk import Item
from portal.core.wording import said
from units.models import Role, Tenure
from units.policies import Standing


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """One row a month that was not sent: for the staff until the head has it, then for the head. One query.

    Once a campaign is over and its month frozen, a report would change nothing: it is not asked for any more.
    """
    mine = {role: {post.unit_id for post in who.posts_as(role)} for role in (Role.STAFF, Role.HEAD)}
    units = mine[Role.STAFF] | mine[Role.HEAD]
    if not units:
        return
    staffed = Tenure.objects.on(on).filter(user__is_active=True, post__unit=OuterRef("unit"), post__role=Role.STAFF)
    still_counts = Q(month__frozen_at=None) | Q(month__campaign__ends_on__gte=on)
    rows = Sheet.objects.missing().filter(still_counts, unit__in=units, lines__gt=0).annotate(staffed=Exists(staffed))
    for sheet in rows.select_related("month", "unit").order_by("month__code", "order"):
        if sheet.unit_id in mine[Role.HEAD] and _is_the_heads(sheet, on):
            yield _to_send(sheet)
        elif sheet.unit_id in mine[Role.STAFF] and sheet.state != "ready":
            yield _to_fill(sheet)


def _is_the_heads(sheet: Sheet, on: date) -> bool:
    """The head's once it is ready, late, or nobody else is there to fill it."""
    return sheet.state == "ready" or not sheet.staffed or on >= sheet.month.head_from


def _to_fill(sheet: Sheet) -> Item:
    month = progress.month_name(sheet.month.code)
    if sheet.state == "returned":
        what = _("The report for %(month)s came back") % {"month": month}
        return _item(sheet, what, sheet.return_reason, _("Correct and send"), count=1)
    what = ngettext("promise to report for %(month)s", "promises to report for %(month)s", sheet.lines)
    if sheet.lines == 1:
        what = _("Report one promise for %(month)s")
    why = _("Pre-filled from the last report. “No change” for the rest is one click.")
    return _item(sheet, what % {"month": month}, why, _("Fill in"), count=sheet.lines)


def _to_send(sheet: Sheet) -> Item:
    facts = {"month": progress.month_name(sheet.month.code), "unit": said(sheet.unit, "name")}
    if sheet.state == "ready":
        what = _("Read and send the report for %(month)s")
        return _item(sheet, what % facts, _("Your staff has filled it in."), _("Read and send"), count=1)
    what = _("The report for %(month)s is not sent yet")
    if sheet.state == "returned":
        return _item(sheet, what % facts, sheet.return_reason, _("Correct and send"), count=1)
    why = _("It counts as sent once you have sent it.")
    return _item(sheet, what % facts, why, _("Fill in and send"), count=1)


def _item(sheet: Sheet, what: str, why: str, act: str, *, count: int) -> Item:
    to = reverse("report_sheet", args=[sheet.pk])
    return Item(what=what, why=why, act=act, to=to, due_on=sheet.month.due_on, count=count, order=2)
