"""What a day alone changes: a promise whose day has passed is overdue, a unit that keeps silent is not green."""

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from commitments import states
from commitments.models import Commitment, Entry, Line
from objectives.models import Campaign
from portal.core import pagecache
from portal.core.deeds import record

REPORTED = """
UPDATE commitments_commitment SET value_now = l.actual, share_now = l.actual_share, share_planned = l.plan_share,
    as_of = l.as_of, month = l.month,
    status = CASE WHEN l.status = 'not_reported' THEN commitments_commitment.status ELSE l.status END
FROM commitments_line l
WHERE l.commitment_id = commitments_commitment.id AND l.campaign_id = %(campaign)s AND l.month <> ''
    AND (commitments_commitment.month <> l.month
        OR l.status <> 'not_reported' AND commitments_commitment.status <> l.status)
    AND EXISTS (SELECT 1 FROM commitments_month m
        JOIN commitments_sheet s ON s.month_id = m.id AND s.publication_id = l.publication_id
        WHERE m.campaign_id = l.campaign_id AND m.code = l.month AND m.frozen_at IS NOT NULL
            AND s.sent_at IS NOT NULL)"""
"""What the newest report says, once its month is frozen. A report that was returned says nothing."""
SILENT = """
UPDATE commitments_commitment SET status = l.status
FROM commitments_line l
WHERE l.commitment_id = commitments_commitment.id AND l.campaign_id = %(campaign)s
    AND l.status = 'not_reported' AND commitments_commitment.status <> l.status
    AND EXISTS (SELECT 1 FROM commitments_entry e
        JOIN commitments_sheet s ON s.id = e.sheet_id JOIN commitments_month m ON m.id = s.month_id
        WHERE e.line_id = l.id AND e.public = 'not_reported'
            AND (m.code > l.month OR m.code = l.month AND s.sent_at IS NULL))"""
"""That nothing came for a frozen month after that report, or that it was returned and did not come again."""


def refresh(*, on: date, at: datetime) -> int:
    """Set the lights that the day decides, and show what changed to the public; returns how many lines changed.

    The public sees a month's figures, and that a unit was silent, once the month is frozen; an overdue promise on
    the first day after its day. One deed tells of what changed, so that every process drops the pages it kept.
    """
    lines = Line.objects.filter(campaign=OuterRef("pk"))
    return sum(_refresh(campaign, on, at) for campaign in Campaign.objects.filter(Exists(lines)).order_by("pk"))


def _refresh(campaign: Campaign, on: date, at: datetime) -> int:
    with transaction.atomic():
        live = Line.objects.live().filter(campaign=campaign)
        changed = _overdue(live, on) + _silent(live, on)
        shown = _show(campaign, live)
        if changed or shown:
            record("lights.changed", about=campaign, by="clock", at=at, bureau=campaign.bureau.code, lines=changed,
                   shown=shown)  # fmt: skip
            transaction.on_commit(pagecache.forget)
    return changed


def _overdue(live: QuerySet[Line], on: date) -> int:
    rows = live.filter(due_on__lt=on).exclude(status__in=[states.OVERDUE, states.KEPT])
    return rows.update(status=states.OVERDUE, rank=states.RANK[states.OVERDUE])


def _silent(live: QuerySet[Line], on: date) -> int:
    """Lines of sheets whose due day has passed without a report, until one comes."""
    missing = Entry.objects.filter(
        line=OuterRef("pk"), sheet__sent_at=None, sheet__month__due_on__lt=on, sheet__month__code__gte=OuterRef("month")
    )
    rows = live.filter(Exists(missing)).exclude(status__in=[states.OVERDUE, states.KEPT, states.NOT_REPORTED])
    return rows.update(status=states.NOT_REPORTED, rank=states.RANK[states.NOT_REPORTED])


def _show(campaign: Campaign, live: QuerySet[Line]) -> int:
    """Bring to the public page what frozen months say, and what is overdue today."""
    total = 0
    with connection.cursor() as cursor:
        for statement in (REPORTED, SILENT):
            cursor.execute(statement, {"campaign": campaign.pk})
            total += max(cursor.rowcount, 0)
    overdue = live.filter(status=states.OVERDUE).values("commitment")
    rows = Commitment.objects.filter(pk__in=overdue).exclude(status=states.OVERDUE)
    return total + rows.update(status=states.OVERDUE)
