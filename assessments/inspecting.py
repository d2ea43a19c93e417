"""How two inspectors' sheets become one mark a criterion. Pure: figures in, figures out.

Points are Decimals; None is a criterion that the inspector did not judge. A total is out of 100, scaled over what
was judged, rounded half-up to 0.01 once. Two totals that differ by more than the standard allows ask for a third
sheet; with three or more the median decides, with two their mean.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from assessments.scoring import rounded

CENT = Decimal("0.01")
MEAN, MEDIAN = "mean", "median"
Points = Mapping[int, Decimal | None]


@dataclass(frozen=True, slots=True)
class Settled:
    """What stands for one criterion: `given` are the points of each who judged it, in their places' order."""

    points: Decimal
    given: tuple[Decimal, ...]
    how: str


def fault(points: Decimal | None, most: Decimal) -> bool:
    """Whether these points lie outside the scale of their criterion."""
    return points is not None and not 0 <= points <= most


def needs_seen(points: Decimal | None, computed: Decimal | None) -> bool:
    """Whether points ask for what was seen: wherever they are not simply those that were computed, as shown."""
    return points is not None and (computed is None or points != rounded(computed))


def total(given: Points, worth: Points) -> Decimal | None:
    """The sheet's total out of 100 over the criteria that it judged; None when it judged nothing of worth."""
    judged = [key for key, points in given.items() if points is not None and worth.get(key)]
    whole = sum((worth[key] for key in judged), Decimal(0))
    if not whole:
        return None
    return (sum((given[key] for key in judged), Decimal(0)) * 100 / whole).quantize(CENT, ROUND_HALF_UP)


def apart(first: Points, second: Points, worth: Points) -> Decimal:
    """By how many points of 100 two sheets differ, as their totals are shown."""
    one, other = total(first, worth), total(second, worth)
    return abs((one or Decimal(0)) - (other or Decimal(0)))


def differ(first: Points, second: Points, worth: Points, *, most: Decimal) -> bool:
    """Whether two sheets are further apart than the standard allows. Exactly as far is allowed."""
    return apart(first, second, worth) > most


def settled(sheets: Iterable[Points]) -> dict[int, Settled]:
    """One mark a criterion from all sheets: the mean of two, the median of more. Not rounded: sums are, later."""
    sheets = list(sheets)
    how = MEDIAN if len(sheets) > 2 else MEAN
    found = {}
    for key in dict.fromkeys(key for sheet in sheets for key in sheet):
        given = tuple(sheet[key] for sheet in sheets if sheet.get(key) is not None)
        if given:
            points = median(given) if how == MEDIAN else sum(given, Decimal(0)) / len(given)
            found[key] = Settled(Decimal(points), given, how)
    return found
