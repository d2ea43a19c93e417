"""What inspectors saw, as a unit may read it: by their numbers, without names and without whom they talked to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from assessments.models import Case, Criterion, Finding, OpinionMark
from assessments.states import InspectionState


@dataclass(frozen=True, slots=True)
class Seen:
    """One inspector on one criterion: the points given, and what was seen that supports them."""

    by: str
    criterion: Criterion
    points: Decimal | None
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """Something wrong that an inspector noted, under a criterion or in general."""

    by: str
    criterion: Criterion | None
    words: str


@dataclass(slots=True)
class Grounds:
    """What the points of an inspected unit rest on, in the order of the criteria."""

    seen: list[Seen] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.seen or self.found)


def of(cases: Iterable[Case]) -> dict:
    """{case id: Grounds} of those that were inspected. Two questions for all; open sheets are not told of."""
    pks = [case.pk for case in cases]
    grounds: dict = {}
    seen = OpinionMark.objects.filter(_sent("opinion__", pks), criterion__is_veto=False)
    for row in _with(seen).order_by("criterion__position", "opinion__place"):
        case = grounds.setdefault(row.opinion.inspection.case_id, Grounds())
        case.seen.append(Seen(row.opinion.inspector.number, row.criterion, row.points, row.seen))
    last = F("criterion__position").asc(nulls_last=True)
    for row in _with(Finding.objects.filter(_sent("opinion__", pks))).order_by(last, "opinion__place", "noted_at"):
        case = grounds.setdefault(row.opinion.inspection.case_id, Grounds())
        case.found.append(Found(row.opinion.inspector.number, row.criterion, row.text))
    return grounds


def _with(rows: QuerySet) -> QuerySet:
    return rows.select_related("criterion", "opinion__inspector", "opinion__inspection").defer(
        "opinion__talked_to", "opinion__words"
    )


def _sent(path: str, pks: list) -> Q:
    """Sheets that were sent, of inspections that were settled or whose round is over."""
    over = Q(**{f"{path}inspection__state": InspectionState.SETTLED})
    over |= Q(**{f"{path}inspection__closed_at__isnull": False})
    unable = Q(**{f"{path}inspection__state": InspectionState.UNABLE})
    return over & ~unable & Q(**{f"{path}sent_at__isnull": False, f"{path}inspection__case__in": pks})
