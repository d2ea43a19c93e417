"""Who orders a rectification, signs, answers, checks, extends it, and who may know of it. List and gate agree."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from commitments import rectifying
from commitments.models import Extension, Rectification
from objectives.policies import HIDDEN
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day
from units.models import Charge, Post, Role, Unit
from units.policies import LEADERS, Standing


def visible(who: Standing) -> QuerySet[Rectification]:
    """The orders this person may know of.

    The style office all of its bureau, drafts too; whoever signs from the moment it is put before them; the unit,
    its town office, its leaders in charge, the auditor and whoever it was escalated to once it is issued.
    """
    reach = Q(pk__in=[])
    for post in who.posts:
        reach |= _reach_of(post, who) | Q(signer=post.pk, document__isnull=False)
        reach |= Q(escalated_to=post.pk)
    return Rectification.objects.filter(reach)


def _reach_of(post: Post, who: Standing) -> Q:
    issued, bureau = Q(issued_at__isnull=False), Q(unit__bureau=post.unit.bureau_id)
    match Role(post.role):
        case Role.STAFF | Role.HEAD:
            return issued & Q(unit=post.unit_id)
        case Role.TOWN_OFFICE:
            return issued & (Q(unit__parent=post.unit_id) | Q(unit=post.unit_id))
        case Role.LINE_LEADER | Role.LINKED_LEADER:
            granted = [pk for name, pk in who.grants if name == LEADERS[Role(post.role)]]
            return issued & bureau & Q(unit__in=granted)
        case Role.STYLE_OFFICE:
            return bureau
        case Role.AUDITOR:
            return issued & bureau
    return Q(pk__in=[])


def can_view(who: Standing, order: Rectification) -> Verdict:
    return YES if visible(who).filter(pk=order.pk).exists() else HIDDEN


def signers_for(unit: Unit, *, on: date) -> QuerySet[Post]:
    """The posts that may sign an order to this unit: its leaders in charge, and the head of the bureau."""
    charged = Charge.objects.on(on).filter(post=OuterRef("pk"), unit=unit)
    rows = Post.objects.filter(
        Q(Exists(charged)) & Q(role__in=LEADERS) | Q(unit__bureau=unit.bureau_id, unit__parent=None, role=Role.HEAD)
    )
    return rows.select_related("unit").order_by("role", "pk")


def office_post(who: Standing, unit: Unit) -> Post | None:
    return who.bureau_post(Role.STYLE_OFFICE, unit.bureau_id)


def unit_post(who: Standing, order: Rectification) -> Post | None:
    return who.post(Role.HEAD, order.unit) or who.post(Role.STAFF, order.unit)


def checking_post(who: Standing, order: Rectification) -> Post | None:
    return office_post(who, order.unit) or who.bureau_post(Role.AUDITOR, order.unit.bureau_id)


def signing_post(who: Standing, order: Rectification) -> Post | None:
    return next((post for post in who.posts if post.pk == order.signer_id), None)


def can_draft(who: Standing, unit: Unit) -> Verdict:
    return YES if office_post(who, unit) else HIDDEN


def can_change(who: Standing, order: Rectification) -> Verdict:
    """The style office writes until the order is put before the leader."""
    if not office_post(who, order.unit):
        return _not_yours(who, order, _("The style office writes the order."))
    if order.state != rectifying.DRAFT or order.document_id:
        return Verdict(_("The order has its number: its text does not change any more."))
    return YES


def can_sign(who: Standing, order: Rectification) -> Verdict:
    """The holder of the post that the draft names, once it is put before them. Return it from the same place."""
    if not signing_post(who, order) or not order.document_id:
        return _not_yours(who, order, _("The order waits for the leader who signs it."))
    if order.state != rectifying.DRAFT:
        return Verdict(_("The order was issued on %(day)s.") % {"day": day(order.issued_at)})
    return YES


def can_recall(who: Standing, order: Rectification) -> Verdict:
    """The style office, while the order lies before the leader: nobody may hold that post any more."""
    if not office_post(who, order.unit):
        return _not_yours(who, order, _("The style office takes back what it put before a leader."))
    if order.state != rectifying.DRAFT:
        return Verdict(_("The order was issued on %(day)s.") % {"day": day(order.issued_at)})
    return YES if order.document_id else Verdict(_("The order does not lie before a leader now."))


def _unit_acts(who: Standing, order: Rectification, states: tuple[str, ...], not_now: str) -> Verdict:
    if not unit_post(who, order):
        return _not_yours(who, order, _("The unit itself answers an order."))
    return YES if order.state in states else Verdict(not_now)


def can_receive(who: Standing, order: Rectification) -> Verdict:
    return _unit_acts(who, order, (rectifying.ISSUED,), _("The order was received before."))


def can_plan(who: Standing, order: Rectification) -> Verdict:
    return _unit_acts(who, order, (rectifying.RECEIVED,), _("A plan is filed once, after the receipt of the order."))


def can_report(who: Standing, order: Rectification) -> Verdict:
    return _unit_acts(who, order, (rectifying.PLANNED,), _("A report follows the plan, and is handed in once."))


def can_check(who: Standing, order: Rectification) -> Verdict:
    """Style office or auditor; never whoever drafted the order or reported on it."""
    if not checking_post(who, order):
        return _not_yours(who, order, _("The style office or the auditor checks what was reported."))
    if order.state == rectifying.CLOSED:
        return Verdict(_("It was checked and closed on %(day)s. What is closed stays closed.")
                       % {"day": day(order.closed_at)})  # fmt: skip
    if order.state != rectifying.REPORTED:
        return Verdict(_("There is no report to check yet."))
    if who.user.pk in (order.drafted_by_id, order.reported_by_id):
        return Verdict(_("Whoever ordered or reported cannot be the one who checks. Ask a colleague or the auditor."))
    return YES


def can_extend(who: Standing, order: Rectification) -> Verdict:
    """The unit asks, up to and on the day; after it nothing is extended."""
    if not unit_post(who, order):
        return _not_yours(who, order, _("The unit itself asks for a later day."))
    if order.state not in rectifying.TO_REPORT:
        return Verdict(_("There is nothing left to extend."))
    if not rectifying.may_extend(order.due_on, on=who.on):
        return Verdict(_("The day has passed (%(day)s): it may be explained, not extended.")
                       % {"day": day(order.due_on)})  # fmt: skip
    if Extension.objects.filter(rectification=order, decided_at=None).exists():
        return Verdict(_("A later day has been asked for and is not decided yet. One at a time."))
    return YES


def can_decide(who: Standing, extension: Extension) -> Verdict:
    """Whoever holds the post that signed the order decides on a later day; never whoever asked."""
    order = extension.rectification
    if not signing_post(who, order):
        return _not_yours(who, order, _("The leader who signed the order decides on a later day."))
    if extension.decided_at:
        return Verdict(_("This was decided on %(day)s.") % {"day": day(extension.decided_at)})
    if order.state not in rectifying.TO_REPORT:
        return Verdict(_("The unit has reported in the meantime: there is nothing left to extend."))
    if extension.asked_by_id == who.user.pk:
        return Verdict(_("You asked for it yourself: somebody else decides."))
    return YES


def _not_yours(who: Standing, order: Rectification, words: str) -> Verdict:
    return Verdict(words) if can_view(who, order) else HIDDEN
