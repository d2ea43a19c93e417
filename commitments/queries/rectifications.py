"""Reading rectifications: lists by keyset, the desk, the public's line. A constant number of questions."""

from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from commitments import rectification_words, rectifying
from commitments.models import Commitment, Evidence, Extension, Publication, Rectification
from commitments.policies import rectifications as policies
from portal.core import asked
from portal.core.lenses import Shown
from units.policies import Standing

A_PAGE = 40
MOST = 200
PUBLIC = 6


def listed(who: Standing, *, closed: bool, after: tuple | None) -> tuple[list[Rectification], Rectification | None]:
    """A page of orders and, if more follow, the last of it. Open: the earliest day first, so the overdue lead;
    closed: the newest first.
    """
    rows = policies.visible(who)
    rows = rows.filter(closed_at__isnull=not closed)
    name = "closed_at" if closed else "due_on"
    if after:
        place, pk = after
        beyond = "lt" if closed else "gt"
        rows = rows.filter(Q(**{f"{name}__{beyond}": place}) | Q(**{name: place, "pk__gt": pk}))
    page = list(_told(rows).order_by(f"-{name}" if closed else name, "pk")[: A_PAGE + 1])
    return page[:A_PAGE], page[A_PAGE - 1] if len(page) > A_PAGE else None


def place_of(order: Rectification, *, closed: bool) -> str:
    """Where the page after this order begins."""
    return f"{(order.closed_at if closed else order.due_on).isoformat()}_{order.pk}"


def place_from(text: str, *, closed: bool) -> tuple[date | datetime, UUID] | None:
    """The same, read back; None for what is no place."""
    first, _mark, pk = text.partition("_")
    try:
        place = asked.moment(first) if closed else date.fromisoformat(first)
    except ValueError:
        return None
    key = asked.key(pk)
    return (place, key) if place and key else None


def _told(rows: QuerySet[Rectification]) -> QuerySet[Rectification]:
    open_ = Prefetch("extensions", Extension.objects.filter(decided_at=None), to_attr="open_extensions")
    return rows.select_related("unit__bureau", "unit__parent", "document", "signer").prefetch_related(open_)


def open_of(who: Standing) -> list[Rectification]:
    """Orders under way that this person may know of, the earliest day first, with their open extensions."""
    if who.is_nobody:
        return []
    return list(_told(policies.visible(who).filter(closed_at=None)).order_by("due_on", "pk")[:MOST])


def one(who: Standing, pk) -> Rectification | None:
    """An order with all its page needs: extensions and evidence come with it."""
    rows = policies.visible(who).select_related(
        "campaign__bureau", "unit__bureau", "unit__parent", "document", "signer__unit", "line", "repeats__document",
        "escalated_to__unit", "drafted_by", "received_by", "reported_by", "checked_by",
    )  # fmt: skip
    extensions = Extension.objects.select_related("asked_by", "decided_by")
    files = Evidence.objects.filter(removed_at=None).order_by("added_at")
    return (
        rows.prefetch_related(Prefetch("extensions", extensions, to_attr="asked_for"))
        .prefetch_related(Prefetch("evidence", files, to_attr="files"))
        .filter(pk=pk)
        .first()
    )


def earlier(unit) -> QuerySet[Rectification]:
    """Orders that a new one to this unit may name as the same fault."""
    return Rectification.objects.issued().filter(unit=unit).select_related("document").order_by("-issued_at")


def public_of_unit(publication: Publication) -> list[Rectification]:
    """What the public may know of: issued orders to the unit about this paper, the newest first."""
    return list(_public().filter(publication=publication)[:PUBLIC])


def public_of_promise(commitment: Commitment) -> list[Rectification]:
    return list(_public().filter(line__commitment=commitment)[:PUBLIC])


def _public() -> QuerySet[Rectification]:
    return Rectification.objects.issued().order_by("-issued_at", "pk")


def due_this_week(who: Standing, *, until: date) -> int:
    """How many orders under way have their day by then."""
    return policies.visible(who).filter(state__in=rectifying.TO_REPORT, due_on__lte=until).count()


def as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Orders in the record: only those this person may know of."""
    rows = policies.visible(who).filter(pk__in=ids).select_related("unit", "document")
    return {str(row.pk): Shown(rectification_words.title(row), f"/work/rectifications/{row.pk}/") for row in rows}
