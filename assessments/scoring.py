"""How marks become a total, a grade and a place. Pure.

Source: the quantitative standard (domain 2.6): out of 100, grades by thresholds, the share of the best capped, and
rounding half-up to 0.01 once, after summing. Criteria that do not apply are left out and the rest is scaled to 100.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assessments.states import AdjustmentKind, Grade, Source

CENT = Decimal("0.01")
FULL = 100
LAST_SAYS = (Source.RECHECKED, Source.INSPECTED, Source.MACHINE)
"""Which mark of a criterion counts: the first of these that exists."""
VETO, CAP = "veto", "cap"
DEFAULT_GRADES = [
    {"key": Grade.EXCELLENT.value, "at_least": "90"},
    {"key": Grade.GOOD.value, "at_least": "80"},
    {"key": Grade.PASS.value, "at_least": "60"},
    {"key": Grade.FAIL.value, "at_least": "0"},
]


@dataclass(frozen=True, slots=True)
class Scored:
    """What one criterion came to: points, or None where it does not apply, of so many."""

    points: Decimal | None
    worth: Decimal


@dataclass(frozen=True, slots=True)
class Totalled:
    """One case before the cap: which kind of unit it is, its total, the grade by total, whether a veto stands."""

    key: Hashable
    kind: str
    total: Decimal | None
    grade: str
    vetoed: bool = False


def counting(by_source: Mapping[str, Decimal | None]) -> tuple[str, Decimal | None] | None:
    """The source and points of the mark that counts, of one criterion's marks by source; None without any."""
    return next(((source.value, by_source[source]) for source in LAST_SAYS if source in by_source), None)


def scaled(rows: Iterable[Scored]) -> Fraction | None:
    """Σ points ÷ Σ worth × 100 over the criteria that apply, unrounded; None when none applies."""
    found = [(Fraction(row.points), Fraction(row.worth)) for row in rows if row.points is not None]
    whole = sum((worth for _points, worth in found), Fraction(0))
    return sum((points for points, _worth in found), Fraction(0)) / whole * FULL if whole else None


def added(bonuses: Iterable[Decimal], deductions: Iterable[Decimal], *, most: Decimal) -> Decimal:
    """Bonus less deductions: all bonuses together are worth no more than `most`."""
    return min(sum(bonuses, Decimal(0)), Decimal(most)) - sum(deductions, Decimal(0))


def total(rows: Iterable[Scored], *, added: Decimal = Decimal(0), most: Decimal = Decimal(5)) -> Decimal | None:
    """The total: scaled sum plus bonus less deductions, within 0 … 100 + `most`, rounded half-up once at the end."""
    found = scaled(rows)
    if found is None:
        return None
    return rounded(max(Fraction(0), min(found + Fraction(added), Fraction(FULL) + Fraction(most))))


def rounded(value: Fraction | Decimal) -> Decimal:
    """Half a cent goes up; nothing here is below zero."""
    return int(Fraction(value) * 100 + Fraction(1, 2)) * CENT


def grade(total: Decimal | None, grades: Sequence[Mapping]) -> str:
    """The key of the first grade whose threshold the total reaches; empty without a total."""
    if total is None:
        return ""
    return next((row["key"] for row in grades if total >= Decimal(str(row["at_least"]))), grades[-1]["key"])


def capped(
    rows: Iterable[Totalled], grades: Sequence[Mapping], *, top_share: Decimal, least: int
) -> dict[Hashable, tuple]:
    """{key: (grade, why)} after veto and cap; why is "veto", "cap" or empty.

    Within a kind of unit at most the share (rounded down, but not below `least`) keeps the best grade, the highest
    totals first. Those who share a total share a fate: if not all of them fit, all go down to the next grade. A veto
    makes the grade the last.
    """
    best, lowest = grades[0]["key"], grades[-1]["key"]
    below = grades[min(1, len(grades) - 1)]["key"]
    kinds: dict[str, list[Totalled]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row)
    found: dict[Hashable, tuple] = {}
    for members in kinds.values():
        room = max(least, int(len(members) * Fraction(top_share) / FULL))
        at_best = [row for row in members if row.grade == best and not row.vetoed]
        for row in members:
            found[row.key] = (row.grade, "")
            if row.vetoed and row.total is not None:
                found[row.key] = (lowest, VETO if row.grade != lowest else "")
            elif row.grade == best and sum(other.total >= row.total for other in at_best) > room:
                found[row.key] = (below, CAP)
    return found


def ranks(rows: Iterable[Totalled]) -> dict[Hashable, int]:
    """Places within a kind, by total: equals share one and leave those behind it empty. A vetoed unit has none."""
    kinds: dict[str, list[Totalled]] = {}
    for row in rows:
        if row.total is not None and not row.vetoed:
            kinds.setdefault(row.kind, []).append(row)
    return {
        row.key: 1 + sum(other.total > row.total for other in members) for members in kinds.values() for row in members
    }


def counts(kind: str, *, is_confirmed: bool, is_taken_back: bool) -> bool:
    """Whether a bonus, a deduction or a veto counts: not once it is taken back, a veto only once it is confirmed."""
    return not is_taken_back and (is_confirmed or kind != AdjustmentKind.VETO)


def counts_in(happened_on: date, *, starts_on: date, ends_on: date) -> bool:
    """Whether an event (a bonus, a deduction, a veto) counts in this cycle: in the one in which it happened, whenever
    it became known.
    """
    return starts_on <= happened_on <= ends_on
