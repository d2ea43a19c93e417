"""What a day alone changes: a promise whose day has passed is overdue, a unit that keeps silent is not green."""

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from commitments import states
from commitments.models import Commitment, Entry, Line
from portal.core import pagecache

PUBLISH = """
UPDATE commitments_commitment SET status = l.status, value_now = l.actual, share_now = l.actual_share,
    share_planned = l.plan_share, as_of = l.as_of, month = l.month
FROM commitments_line l
WHERE l.commitment_id = commitments_commitment.id AND l.campaign_id = %(campaign)s AND {changed}"""
CHANGED = """(commitments_commitment.status <> l.status OR commitments_commitment.month <> l.month)"""


def refresh(*, on: date, at: datetime) -> int:
    """Set the lights that the day decides, and show what changed to the public; returns how many lines changed.

    The public sees a month's figures once it is frozen, and an overdue promise on the first day after its day.
    """
    with transaction.atomic():
        changed = _overdue(on) + _silent(on)
        shown = _show(on)
        if changed or shown:
            transaction.on_commit(pagecache.forget)
    return changed


def _overdue(on: date) -> int:
    rows = Line.objects.live().filter(due_on__lt=on).exclude(status__in=[states.OVERDUE, states.KEPT])
    return rows.update(status=states.OVERDUE, rank=states.RANK[states.OVERDUE])


def _silent(on: date) -> int:
    """Lines of sheets whose due day has passed without a report, until one comes."""
    missing = Entry.objects.filter(
        line=OuterRef("pk"), sheet__sent_at=None, sheet__month__due_on__lt=on, sheet__month__code__gt=OuterRef("month")
    )
    rows = Line.objects.live().filter(Exists(missing))
    rows = rows.exclude(status__in=[states.OVERDUE, states.KEPT, states.NOT_REPORTED])
    return rows.update(status=states.NOT_REPORTED, rank=states.RANK[states.NOT_REPORTED])


def _show(on: date) -> int:
    """Bring to the public page what is overdue, and every line whose newest report stands in a frozen month."""
    frozen = "l.month <> '' AND EXISTS (SELECT 1 FROM commitments_month m WHERE m.campaign_id = l.campaign_id"
    frozen += " AND m.code = l.month AND m.frozen_at IS NOT NULL)"
    silent = "l.status = 'not_reported' AND EXISTS (SELECT 1 FROM commitments_entry e"
    silent += " WHERE e.line_id = l.id AND e.public = 'not_reported')"
    total = 0
    with connection.cursor() as cursor:
        for campaign in Line.objects.order_by().values_list("campaign", flat=True).distinct():
            cursor.execute(PUBLISH.format(changed=f"{CHANGED} AND (({frozen}) OR ({silent}))"), {"campaign": campaign})
            total += max(cursor.rowcount, 0)
    overdue = Line.objects.live().filter(status=states.OVERDUE).values("commitment")
    rows = Commitment.objects.filter(pk__in=overdue).exclude(status=states.OVERDUE)
    return total + rows.update(status=states.OVERDUE)
