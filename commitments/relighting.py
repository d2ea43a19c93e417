"""The light of a promise after its target or day was changed: derived anew from the figures already reported. Pure."""

from datetime import date
from decimal import Decimal

from commitments import lights, states
from commitments.lights import Thresholds
from commitments.models import Commitment, Line

SILENT = (states.NOT_REPORTED, states.NOTHING_TO_REPORT, states.NOT_MEASURABLE)


def line(row: Line, thresholds: Thresholds, *, on: date) -> None:
    """Set shares, status and rank of a line that stands with a new target or day; saves nothing."""
    if row.as_of:
        row.plan_share = lights.planned(row.starts_on, row.due_on, row.milestones, row.as_of)
        row.actual_share = (
            lights.WORDS_SHARE.get(row.said)
            if row.in_words
            else lights.share(row.comparison, row.baseline, row.target, row.actual)
        )
    row.status = _status(row.status, row.plan_share, row.actual_share, row.due_on, thresholds, on)
    row.rank = states.RANK[row.status]


def commitment(row: Commitment, ledger: Line, thresholds: Thresholds, *, on: date) -> None:
    """The same for what the public reads: the figures of the last frozen month against the new target and day."""
    if row.as_of:
        row.share_planned = lights.planned(ledger.starts_on, row.due_on, ledger.milestones, row.as_of)
        if row.value_now is not None:
            row.share_now = lights.share(ledger.comparison, ledger.baseline, ledger.target, row.value_now)
    row.status = _status(row.status, row.share_planned, row.share_now, row.due_on, thresholds, on)


def _status(
    now: str, plan: Decimal | None, actual: Decimal | None, due_on: date, thresholds: Thresholds, on: date
) -> str:
    if now in SILENT:
        return now
    if plan is None:
        return states.OVERDUE if on > due_on else states.NOT_MEASURABLE
    return lights.status(plan=plan, actual=actual, due_on=due_on, on=on, thresholds=thresholds)
