"""How promises are judged: standard, self-assessment, draw, inspection, result, appeal, archive."""

from assessments.models.archive import Archive
from assessments.models.case import Adjustment, Appeal, AppealPoint, Case, Mark, SelfAssessment, SelfMark
from assessments.models.draw import Draw, Inspector, Recusal
from assessments.models.inspection import (
    Finding,
    Inspection,
    InspectionUserObjectPermission,
    Opinion,
    OpinionMark,
    Photo,
)
from assessments.models.standard import Assessment, Criterion, Standard

__all__ = [
    "Adjustment",
    "Appeal",
    "AppealPoint",
    "Archive",
    "Assessment",
    "Case",
    "Criterion",
    "Draw",
    "Finding",
    "Inspection",
    "InspectionUserObjectPermission",
    "Inspector",
    "Mark",
    "Opinion",
    "OpinionMark",
    "Photo",
    "Recusal",
    "SelfAssessment",
    "SelfMark",
    "Standard",
]
