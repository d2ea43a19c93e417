"""The form of a rule."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Param:
    """One figure that the style office may set: between 0 and `most`."""

    key: str
    label: str
    default: str = "0"
    most: int = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """How a criterion is computed for many cases in one statement.

    `counted` are aggregates over `source`, joined to a case `c` by `match`; `beside` are further columns that depend on
    `c` alone. `points` and `facts` are told from both (`a.name`, `b.name`); `points` may be NULL: not applicable.
    Parameters stand as %(name)s: `worth`, the rule's own, and the days and ids of the campaign. `together`: joined for
    all cases at once rather than looked up for each. `published`: needs the columns of the publication as well.
    """

    key: str
    label: str
    says: Callable[[dict, object, object, dict], str]
    points: str
    facts: tuple[str, ...]
    params: tuple[Param, ...] = ()
    source: str = ""
    match: str = ""
    counted: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    together: bool = False
    published: bool = False


def shown(value) -> str:
    """A number of points as it is told: two places, half-up."""
    return str(Decimal(str(value)).quantize(CENT, ROUND_HALF_UP))


def plain(value) -> str:
    """A figure without idle zeros: 60, 1.5, 10.25."""
    return f"{Decimal(str(value)).quantize(Decimal('0.0001'), ROUND_HALF_UP).normalize():f}"


def less(worth, *parts: tuple[object, object]) -> str:
    """“10 − 2 × 1 − 1 × 2”: what is taken off, leaving out what happened never."""
    off = [f"{plain(count)} × {plain(each)}" for count, each in parts if Decimal(str(count))]
    return " − ".join([plain(worth), *off])
