"""What the clock does with rectifications: reminds before the day, and escalates once when it has passed."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import translation
from django.utils.translation import gettext as _

from commitments import rectifying
from commitments.models import Rectification
from commitments.notices import LETTERS_SPEAK
from portal.core import letters, pagecache
from portal.core.deeds import record
from portal.core.models import Letter
from portal.core.wording import day
from portal.core.workdays import loaded
from units.models import Charge, Post, Role, Tenure
from units.policies import LEADERS

A_ROUND = 500


def overdue_due(*, on: date, at: datetime) -> int:
    """Mark every order whose day passed without a report, and tell the superior, the head and the style office.

    Once an order: `overdue_at` stays, whatever follows. Returns how many were marked.
    """
    done = 0
    while marked := _round(on, at):
        done += marked
    return done


@transaction.atomic
def _round(on: date, at: datetime) -> int:
    """A round of orders; those that another worker holds are left to it."""
    leader = Charge.objects.on(on).filter(unit=OuterRef("unit"), post__role__in=LEADERS).order_by("post__role", "pk")
    head = Post.objects.filter(unit__bureau=OuterRef("unit__bureau"), unit__parent=None, role=Role.HEAD).order_by("pk")
    rows = Rectification.objects.to_report().filter(due_on__lt=on, overdue_at=None).order_by("due_on", "pk")
    rows = rows.select_for_update(of=("self",), skip_locked=True).select_related("unit__bureau", "document")
    orders = list(rows.annotate(
        leader=Subquery(leader.values("post")[:1]), bureau_head=Subquery(head.values("pk")[:1])
    )[:A_ROUND])  # fmt: skip
    if not orders:
        return 0
    for order in orders:
        order.overdue_at, order.escalated_to_id = at, order.leader or order.bureau_head
    Rectification.objects.bulk_update(orders, ["overdue_at", "escalated_to"])
    for order in orders:
        record("order.overdue", about=order, by="clock", at=at, bureau=order.unit.bureau.code, unit=order.unit.code,
               due_on=order.due_on.isoformat())  # fmt: skip
    letters.post_many(_letters_of_delay(orders, on, at))
    transaction.on_commit(pagecache.forget)
    return len(orders)


def _letters_of_delay(orders: list[Rectification], on: date, at: datetime) -> list[Letter]:
    people = _people(orders, on, (Role.HEAD,), with_superior=True)
    with translation.override(LETTERS_SPEAK):
        return [
            _letter(
                f"order-overdue-{order.pk}", user, order, at,
                subject=_("Overdue: rectification of %(unit)s") % {"unit": order.unit.name_zh},
                body=_("Order %(number)s was to be put right by %(day)s; no report came. It can be explained, "
                       "not extended.") % {"number": order.document.number, "day": day(order.due_on)},
            )
            for order in orders for user in people[order.pk]
        ]  # fmt: skip


def remind(*, on: date, at: datetime) -> int:
    """Remind head and staff three working days before the day, once a day; returns how many letters were new."""
    last = rectifying.remind_until(on, loaded())
    rows = Rectification.objects.to_report().filter(due_on__gte=on, due_on__lte=last)
    orders = list(rows.select_related("unit", "document"))
    people = _people(orders, on, (Role.HEAD, Role.STAFF), with_superior=False) if orders else {}
    with translation.override(LETTERS_SPEAK):
        found = [
            _letter(
                f"order-reminder-{order.pk}-{order.due_on}", user, order, at,
                subject=_("To be put right by %(day)s: order %(number)s")
                % {"day": day(order.due_on), "number": order.document.number},
                body=_("Report what was done, with evidence. A later day can be asked for only before it."),
            )
            for order in orders for user in people[order.pk]
        ]  # fmt: skip
    known = set(Letter.objects.filter(key__in=[row.key for row in found]).values_list("key", flat=True))
    new = [row for row in found if row.key not in known]
    if new:
        letters.post_many(new)
    return len(new)


def _people(orders: list[Rectification], on: date, roles: tuple, *, with_superior: bool) -> dict:
    """Whom to tell, by order: two questions for any number of orders."""
    held = Tenure.objects.on(on).filter(user__is_active=True).select_related("user", "post__unit")
    wanted = Q(post__unit__in={order.unit_id for order in orders}, post__role__in=roles)
    if with_superior:
        wanted |= Q(post__in={order.escalated_to_id for order in orders})
        wanted |= Q(post__role=Role.STYLE_OFFICE, post__unit__bureau__in={order.unit.bureau_id for order in orders})
    tenures = list(held.filter(wanted))
    return {order.pk: _of(order, tenures, roles, with_superior) for order in orders}


def _of(order: Rectification, tenures: list[Tenure], roles: tuple, with_superior: bool) -> list:
    found = {}
    for tenure in tenures:
        post = tenure.post
        own = post.unit_id == order.unit_id and post.role in roles
        above = with_superior and (
            post.pk == order.escalated_to_id
            or (post.role == Role.STYLE_OFFICE and post.unit.bureau_id == order.unit.bureau_id)
        )
        if own or above:
            found[tenure.user_id] = tenure.user
    return list(found.values())


def _letter(key: str, user, order: Rectification, at: datetime, *, subject: str, body: str) -> Letter:
    return Letter(
        key=f"{key}-{user.pk}", to=user, subject=subject, body=body, path=f"/work/rectifications/{order.pk}/",
        posted_at=at,
    )  # fmt: skip
