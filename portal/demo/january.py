"""The days of an assessment, and what its scenes speak of."""

from collections.abc import Callable
from datetime import date

from assessments.models import Assessment, Case, Criterion
from portal.core.workdays import Workdays
from portal.demo.scenes import Scene

Step = Callable[[Scene], int]
"""Plays one thing on its day; returns how many acts."""
FIRST = (1, 9)
"""Month and day of the next year from which the days of the assessment are counted."""


def day_of(year: int, number: int, workdays: Workdays) -> date:
    """The working day of that number: 0 is the first one of the assessment."""
    return workdays.add(workdays.on_or_after(date(year + 1, *FIRST)), number)


def assessment_of(scene: Scene) -> Assessment:
    rows = Assessment.objects.select_related("campaign__bureau", "standard", "result_document", "report_document")
    return rows.get(campaign=scene.campaign)


def case_of(scene: Scene, code: str) -> Case:
    rows = Case.objects.select_related("assessment__campaign__bureau", "assessment__standard", "unit__kind")
    return rows.get(assessment__campaign=scene.campaign, unit__code=code)


def criterion_of(scene: Scene, key: str) -> Criterion:
    return Criterion.objects.get(standard__assessments__campaign=scene.campaign, key=key)
