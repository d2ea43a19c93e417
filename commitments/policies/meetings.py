"""Who writes down a dispatch meeting, who reads it, who tells what became of a decision."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from commitments.models import Decision, Meeting, Month
from portal.core.verdicts import YES, Verdict
from units.models import Post, Role
from units.policies import Standing

HIDDEN = Verdict("hidden", hidden=True)
READERS = (Role.STYLE_OFFICE, Role.AUDITOR, Role.LINE_LEADER, Role.LINKED_LEADER)


def office_post(who: Standing, month: Month) -> Post | None:
    """The style-office post that keeps the minutes."""
    return who.bureau_post(Role.STYLE_OFFICE, month.campaign.bureau_id)


def can_write(who: Standing, month: Month, meeting: Meeting | None) -> Verdict:
    """The style office, until the minutes are closed."""
    if not office_post(who, month):
        return Verdict(_("The style office keeps the minutes."))
    if meeting and meeting.closed_at:
        return Verdict(_("The minutes are closed: what they say does not change any more."))
    return YES


def unit_post(who: Standing, decision: Decision) -> Post | None:
    """The post in which the unit itself tells what became of a decision."""
    return who.post(Role.HEAD, decision.unit) or who.post(Role.STAFF, decision.unit)


def visible(who: Standing) -> QuerySet[Decision]:
    """Decisions of closed meetings that concern the person's unit; all of the bureau for those who read minutes."""
    found = Q(pk__in=[])
    for post in who.posts:
        if post.role in (Role.HEAD, Role.STAFF):
            found |= Q(unit=post.unit_id, meeting__closed_at__isnull=False)
        elif post.role in READERS:
            found |= Q(meeting__campaign__bureau=post.unit.bureau_id)
    return Decision.objects.filter(found)


def can_report(who: Standing, decision: Decision) -> Verdict:
    """The unit's head or staff, until the style office settles it."""
    if not unit_post(who, decision):
        return Verdict(_("Only the unit itself tells what became of it."))
    if decision.done_at:
        return Verdict(_("This decision is settled."))
    return YES


def can_settle(who: Standing, decision: Decision) -> Verdict:
    """The style office, once the unit has told what became of it."""
    if not office_post(who, decision.meeting.month):
        return Verdict(_("The style office settles decisions."))
    if decision.done_at:
        return Verdict(_("This decision is settled."))
    if not decision.reported_at:
        return Verdict(_("The unit has not told yet what became of it."))
    return YES
