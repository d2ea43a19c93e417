"""How a half-year review is counted: from tallies to scores and ranks. Pure.

Source: the county review of style and conduct: satisfied counts 100, basically satisfied 70, not satisfied 30;
“don’t know” is no valid answer. Groups, weights and minimums are settings of the campaign.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

SATISFIED, BASICALLY, NOT_SATISFIED, UNKNOWN = "satisfied", "basically", "not", "unknown"
POINTS = {SATISFIED: 100, BASICALLY: 70, NOT_SATISFIED: 30}
ANSWERS = (*POINTS, UNKNOWN)
LEADERS, PEERS, PUBLIC = GROUPS = ("leaders", "peers", "public")
CENT = Decimal("0.01")
BASELINE_MONTHS = 1
"""A half with no more whole months of keeping than this is told, not ranked."""

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class GroupScore:
    """What one group says of one unit. `share` is its part of the score in per cent, after redistribution.

    Below its minimum of valid ballots a group has neither score nor share: it is left out.
    """

    valid: int
    enough: bool
    score: Decimal | None = None
    share: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class UnitScore:
    """A unit's score from all groups that count; None when none does. `redistributed`: some group is left out."""

    score: Decimal | None
    groups: dict[str, GroupScore]
    redistributed: bool


def valid(counts: Counts) -> int:
    """How many ballots say something: those that do not say “don’t know”."""
    return sum(counts.get(answer, 0) for answer in POINTS)


def shares(weights: Mapping[str, int], counting: Iterable[str]) -> dict[str, Fraction]:
    """The weights of the groups that count, in proportion, adding up to 1; empty when nothing carries weight."""
    carried = {group: Fraction(weights.get(group, 0)) for group in counting if weights.get(group, 0) > 0}
    whole = sum(carried.values())
    return {group: weight / whole for group, weight in carried.items()}


def score(tallies: Mapping[str, Counts], weights: Mapping[str, int], minimums: Mapping[str, int]) -> UnitScore:
    """The score of one unit from its tallies by group and answer: rounded once, after the weighted sum."""
    numbers = {group: valid(tallies.get(group, {})) for group in weights}
    counting = [group for group, number in numbers.items() if number >= max(1, minimums.get(group, 1))]
    parts = shares(weights, counting)
    means = {group: _mean(tallies[group]) for group in counting}
    groups = {
        group: GroupScore(number, group in means, *_told(means.get(group), parts.get(group)))
        for group, number in numbers.items()
    }
    total = sum((part * means[group] for group, part in parts.items()), Fraction(0))
    weighty = [group for group, weight in weights.items() if weight > 0]
    return UnitScore(rounded(total) if parts else None, groups, any(group not in parts for group in weighty))


def ranks(scores: Mapping[Hashable, Decimal | None]) -> dict[Hashable, int]:
    """The place of everyone who has a score: equal scores share a place, and the places behind them stay empty."""
    known = sorted((each for each in scores.values() if each is not None), reverse=True)
    return {who: known.index(each) + 1 for who, each in scores.items() if each is not None}


def rounded(value: Fraction) -> Decimal:
    """Half a cent goes up."""
    return Decimal(int(value * 100 + Fraction(1, 2))) * CENT if value >= 0 else -rounded(-value)


def is_baseline(first: date, last: date) -> bool:
    """Whether the part of the half in which promises were kept holds too few whole months to rank by."""
    return whole_months(first, last) <= BASELINE_MONTHS


def whole_months(first: date, last: date) -> int:
    """How many calendar months lie wholly between two days, both included."""
    begin = first.year * 12 + first.month + (first.day > 1)
    after = last + timedelta(days=1)
    return max(0, after.year * 12 + after.month - begin)


def _mean(counts: Counts) -> Fraction:
    return Fraction(sum(points * counts.get(answer, 0) for answer, points in POINTS.items()), valid(counts))


def _told(mean: Fraction | None, part: Fraction | None) -> tuple[Decimal | None, Decimal]:
    score = None if mean is None else rounded(mean)
    return score, Decimal(0) if part is None else (rounded(part * 100)).quantize(CENT, ROUND_HALF_UP)
