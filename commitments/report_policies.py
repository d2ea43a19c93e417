"""Who fills, sends, receives and sees a month's report. Lists (`visible`) and gates agree."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from commitments.models import Line, Sheet
from objectives.models import KindRule
from portal.core.verdicts import YES, Verdict
from units.models import Post, Role
from units.policies import LEADERS, Standing

HIDDEN = Verdict("hidden", hidden=True)
TOWN_SCHOOL = KindRule.objects.filter(campaign=OuterRef("campaign"), kind=OuterRef("unit__kind"), publisher="unit")
"""Units that publish for themselves and report to their town office: the style office sees them as counts."""


def reach(who: Standing, unit: str, receiver: str) -> Q:
    """Rows this person may see, by the paths to a row's unit and to the town office that receives it.

    A unit sees its own; a town office its schools'; leaders the units in their charge; the style office and the
    auditor everything of the bureau except town schools, which only their town office sees one by one.
    """
    found = Q(pk__in=[])
    for post in who.posts:
        match Role(post.role):
            case Role.STAFF | Role.HEAD:
                found |= Q(**{unit: post.unit_id})
            case Role.TOWN_OFFICE:
                found |= Q(**{unit: post.unit_id}) | Q(**{receiver: post.unit_id})
            case Role.LINE_LEADER | Role.LINKED_LEADER:
                granted = [pk for name, pk in who.grants if name == LEADERS[Role(post.role)]]
                found |= Q(**{f"{unit}__in": granted, f"{unit}__bureau": post.unit.bureau_id})
            case Role.STYLE_OFFICE | Role.AUDITOR:
                found |= Q(**{f"{unit}__bureau": post.unit.bureau_id, f"{receiver}__isnull": True})
    return found


def visible_sheets(who: Standing) -> QuerySet[Sheet]:
    """The sheets this person may see; the receiver is the town office."""
    return Sheet.objects.filter(reach(who, "unit", "receiver"))


def visible_lines(who: Standing) -> QuerySet[Line]:
    """The ledger lines this person may see. A town school's lines belong to its town office's ledger."""
    return Line.objects.filter(in_ledger(who))


def in_ledger(who: Standing) -> Q:
    """The same as a filter of anything with `unit` and `campaign`: lines, publications."""
    found = Q(pk__in=[])
    for post in who.posts:
        match Role(post.role):
            case Role.STAFF | Role.HEAD:
                found |= Q(unit=post.unit_id)
            case Role.TOWN_OFFICE:
                found |= Q(unit=post.unit_id) | Q(unit__parent=post.unit_id)
            case Role.LINE_LEADER | Role.LINKED_LEADER:
                granted = [pk for name, pk in who.grants if name == LEADERS[Role(post.role)]]
                found |= Q(unit__in=granted, unit__bureau=post.unit.bureau_id)
            case Role.STYLE_OFFICE | Role.AUDITOR:
                found |= Q(unit__bureau=post.unit.bureau_id) & ~Exists(TOWN_SCHOOL)
    return found


def received(who: Standing) -> Q:
    """Sheets that come to this person's office: to a town office its schools', else to the style office."""
    found = Q(pk__in=[])
    for post in who.posts_as(Role.STYLE_OFFICE):
        found |= Q(unit__bureau=post.unit.bureau_id, receiver=None)
    for post in who.posts_as(Role.TOWN_OFFICE):
        found |= Q(receiver=post.unit_id)
    return found


def unit_post(who: Standing, sheet: Sheet) -> Post | None:
    """The post in which this person fills the sheet: the unit's head or staff."""
    return who.post(Role.HEAD, sheet.unit) or who.post(Role.STAFF, sheet.unit)


def receiving_post(who: Standing, sheet: Sheet) -> Post | None:
    """The post that receives the sheet: the town office's for its schools, else the style office's."""
    if sheet.receiver_id:
        return next((post for post in who.posts_as(Role.TOWN_OFFICE) if post.unit_id == sheet.receiver_id), None)
    return who.bureau_post(Role.STYLE_OFFICE, sheet.unit.bureau_id)


def can_see(who: Standing, sheet: Sheet) -> Verdict:
    return YES if visible_sheets(who).filter(pk=sheet.pk).exists() else HIDDEN


def can_fill(who: Standing, sheet: Sheet) -> Verdict:
    """Staff and head write while the sheet has not been sent."""
    if not unit_post(who, sheet):
        return HIDDEN if not can_see(who, sheet) else Verdict(_("Only the unit itself fills in its report."))
    if sheet.state == "sent":
        return Verdict(_("The report was sent. What is wrong in it is put right in the next month, and said there."))
    return YES


def can_send(who: Standing, sheet: Sheet) -> Verdict:
    """The head sends."""
    verdict = can_fill(who, sheet)
    if verdict and not who.post(Role.HEAD, sheet.unit):
        return Verdict(_("The head sends the report. Give it to the head."))
    return verdict


def can_return(who: Standing, sheet: Sheet) -> Verdict:
    """Whoever receives a sheet may send it back with a reason, until the month is frozen."""
    if not receiving_post(who, sheet):
        return HIDDEN if not can_see(who, sheet) else Verdict(_("Only the office that receives it returns a report."))
    if sheet.state != "sent":
        return Verdict(_("The report has not been sent; there is nothing to return."))
    if sheet.cell:
        return Verdict(_("The month is frozen: its reports do not change any more."))
    return YES
