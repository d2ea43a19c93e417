"""Marks of cases as totals and differences read them, and what a total is made of before it is rounded."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from assessments import scoring
from assessments.models import Case, Mark
from assessments.scoring import Scored
from assessments.states import Source


def counted(cases: Iterable[Case]) -> dict:
    """{case id: {criterion id: (source, points, worth, criterion)}}: the marks that count. One question for all."""
    rows = Mark.objects.filter(case__in=[case.pk for case in cases]).select_related("criterion")
    by_source: dict = {}
    for mark in rows.order_by("criterion__position"):
        found = by_source.setdefault(mark.case_id, {}).setdefault(mark.criterion, {})
        found[Source(mark.source)] = mark.points
    return {
        case: {
            criterion.pk: (*scoring.counting(sources), criterion.points, criterion)
            for criterion, sources in criteria.items()
        }
        for case, criteria in by_source.items()
    }


def exact(marks: dict) -> Fraction | None:
    """The scaled sum of one case before rounding, without bonus and deductions."""
    return scoring.scaled(
        Scored(points, worth) for _source, points, worth, criterion in marks.values() if not criterion.is_veto
    )


def rounding_decides(sum_: Fraction | None, bonus: Decimal, grades: list[dict]) -> bool:
    """Whether the total reaches its grade only because half a cent goes up."""
    if sum_ is None:
        return False
    whole = max(Fraction(0), Fraction(sum_) + Fraction(bonus))
    rounded = scoring.rounded(whole)
    return any(whole < Fraction(str(row["at_least"])) <= Fraction(rounded) for row in grades)
