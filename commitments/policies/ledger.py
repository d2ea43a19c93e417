"""Who names people in the ledger, who checks what a unit calls done, who closes it."""

from django.utils.translation import gettext as _

from commitments import states
from commitments.models import Line, Sheet
from objectives.models import KindRule
from portal.core.verdicts import YES, Verdict
from units.models import Post, Role
from units.policies import Standing

HIDDEN = Verdict("hidden", hidden=True)
LEADERS = (Role.LINE_LEADER, Role.LINKED_LEADER)


def own_post(who: Standing, line: Line) -> Post | None:
    """The post in the unit itself: head or staff."""
    return who.post(Role.HEAD, line.unit) or who.post(Role.STAFF, line.unit)


def can_assign(who: Standing, line: Line) -> Verdict:
    """The unit's own head and staff say who does what, while the promise is to be kept."""
    if not own_post(who, line):
        return HIDDEN
    return _is_open(line)


def checking_post(who: Standing, line: Line) -> Post | None:
    """The post in which this person may check: style office, auditor, the school's town office, a leader in charge."""
    bureau = line.unit.bureau_id
    if is_town_school(line):
        return _town_post(who, line)
    found = who.bureau_post(Role.STYLE_OFFICE, bureau) or who.bureau_post(Role.AUDITOR, bureau)
    return found or next((post for role in LEADERS if (post := who.leader_post(role, line.unit))), None)


def can_check(who: Standing, line: Line) -> Verdict:
    """Only what the unit says is done, and only somebody else: neither its head or staff, nor who filled in or sent it.

    The posts of a bureau's offices stand at its top unit; holding one does not make a person part of its work.
    """
    if not checking_post(who, line):
        return Verdict(
            _("The style office, the auditor or a leader in charge checks this; for schools the town office.")
        )
    if own_post(who, line):
        return Verdict(_("You belong to this unit: somebody else checks what it did."))
    if not (verdict := _is_open(line)):
        return verdict
    if line.verified_at:
        return Verdict(_("This promise was checked already."))
    if line.status != states.KEPT:
        return Verdict(_("The unit has not said that this is done; there is nothing to check yet."))
    reported = Sheet.objects.filter(entries__line=line)
    if reported.filter(sent_by=who.user).exists() or reported.filter(ready_by=who.user).exists():
        return Verdict(_("You reported this yourself: somebody else checks it."))
    return YES


def closing_post(who: Standing, line: Line) -> Post | None:
    """The style office's post; for a town school its town office's."""
    if is_town_school(line):
        return _town_post(who, line)
    return who.bureau_post(Role.STYLE_OFFICE, line.unit.bureau_id)


def can_close(who: Standing, line: Line) -> Verdict:
    """Once it was checked."""
    if not closing_post(who, line):
        return Verdict(_("The style office closes promises; those of a town school its town office."))
    if not (verdict := _is_open(line)):
        return verdict
    if not line.verified_at:
        return Verdict(_("Only what somebody checked can be closed."))
    return YES


def is_town_school(line: Line) -> bool:
    """Whether its reports end at a town office."""
    rules = KindRule.objects.filter(campaign=line.campaign_id, kind=line.unit.kind_id, publisher="unit")
    return rules.exists()


def _town_post(who: Standing, line: Line) -> Post | None:
    return next((post for post in who.posts_as(Role.TOWN_OFFICE) if post.unit_id == line.unit.parent_id), None)


def _is_open(line: Line) -> Verdict:
    if line.withdrawn_at:
        return Verdict(_("This promise was withdrawn."))
    if line.closed_at:
        return Verdict(_("This promise is closed; nothing about it changes any more."))
    if line.done_before:
        return Verdict(_("This was done before the plan began: there is nothing to keep."))
    return YES
