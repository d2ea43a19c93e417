"""Which light a line shows, from its figures and days. Pure; every light can be explained by these rules.

Source of the thresholds: pro-rata schedule with 10 and 30 points (domain practice), both settings of the campaign.
The plan is asked for on the day of which the figures speak, so nobody falls behind between two reports.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from commitments import states
from objectives.states import Comparison

FULL = Decimal(100)
TENTH = Decimal("0.1")
ALMOST = Decimal("99.9")
WORDS_SHARE = {"not_begun": Decimal(0), "done": FULL}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Points under plan from which a line is behind and well behind; ahead is as many points over it."""

    behind: int = 10
    well_behind: int = 30


def share(comparison: str, baseline: Decimal | None, target: Decimal | None, actual: Decimal | None) -> Decimal | None:
    """Per cent of the way from baseline to target, 0 to 100 with one decimal; None while nothing can be measured.

    A target that is met is 100, whatever the way; nothing less is called 100. Without a baseline the way begins at
    zero; where fewer is better and nothing is known of the beginning, the target over the actual figure is taken.
    """
    if actual is None or target is None:
        return None
    if met(comparison, target, actual):
        return FULL
    if falls(comparison, baseline, target):
        if baseline is None or baseline <= target:
            return _tenths(FULL * target / actual) if actual > 0 else None
        return _tenths(FULL * (baseline - actual) / (baseline - target))
    start = baseline or Decimal(0)
    if target <= start:
        return _tenths(FULL * actual / target) if target > 0 else None
    return _tenths(FULL * (actual - start) / (target - start))


def falls(comparison: str, baseline: Decimal | None, target: Decimal | None) -> bool:
    """Whether the way leads down: at most so many, or exactly fewer than there are."""
    if comparison == Comparison.EXACTLY:
        return baseline is not None and target is not None and target < baseline
    return comparison == Comparison.AT_MOST


def met(comparison: str, target: Decimal, actual: Decimal) -> bool:
    """Whether a figure keeps the promise; “at least” includes the number itself (以上, Civil Code art. 1259)."""
    if comparison == Comparison.AT_MOST:
        return actual <= target
    if comparison == Comparison.EXACTLY:
        return actual == target
    return actual >= target


def planned(starts_on: date, due_on: date, milestones: list[dict], on: date) -> Decimal:
    """Per cent that the plan asks for on a day: by milestones where there are any, else pro rata (序时进度)."""
    if on >= due_on:
        return FULL
    if milestones:
        reached = [Decimal(str(each["share"])) for each in milestones if date.fromisoformat(each["on"]) <= on]
        return max(reached, default=Decimal(0))
    if on <= starts_on:
        return Decimal(0)
    return _tenths(FULL * (on - starts_on).days / (due_on - starts_on).days)


def status(
    *, plan: Decimal, actual: Decimal | None, due_on: date, on: date, thresholds: Thresholds, choice: str = ""
) -> str:
    """The status of a reported line on a day. `choice` “nothing”: nothing was due or could be measured."""
    if actual is not None and actual >= FULL:
        return states.KEPT
    if on > due_on:
        return states.OVERDUE
    if choice == "nothing":
        return states.NOTHING_TO_REPORT
    if actual is None:
        return states.NOT_MEASURABLE
    gap = plan - actual
    if gap > thresholds.well_behind:
        return states.WELL_BEHIND
    if gap > thresholds.behind:
        return states.BEHIND
    return states.AHEAD if -gap > thresholds.behind else states.ON_SCHEDULE


def fell(line, before: Decimal | None, now: Decimal | None) -> bool:
    """Whether a figure went the wrong way since the month before: then the report must say why."""
    if before is None or now is None:
        return False
    return now > before if falls(line.comparison, line.baseline, line.target) else now < before


def _tenths(value: Decimal) -> Decimal:
    """Between nothing and just short of all: a way that is not met is never rounded up to its end."""
    return min(max(value, Decimal(0)), ALMOST).quantize(TENTH, ROUND_HALF_UP)
