"""Which light a promise shows. Derived, never typed. Pure."""

from objectives.states import Comparison, TargetState

KEPT, NOT_MEASURABLE = "kept", "not_measurable"
BUCKET = {KEPT: "done", NOT_MEASURABLE: "other"}
FEWER = "lte"
"""How the ruler is told that less is better."""


def status_of(state: str) -> str:
    """The status of a target in this state while no month has been reported."""
    return KEPT if state == TargetState.COMPLETED_BEFORE_START else NOT_MEASURABLE


def buckets(counts: dict[str, int]) -> dict[str, int]:
    """Counts by status as counts by bucket of the bar."""
    found: dict[str, int] = {}
    for status, count in counts.items():
        found[BUCKET[status]] = found.get(BUCKET[status], 0) + count
    return found


def ruler_comparison(comparison: str) -> str:
    return FEWER if comparison == Comparison.AT_MOST else comparison
