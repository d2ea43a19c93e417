"""How promises are judged: standard, self-assessment, draw, inspection, result, appeal, archive."""

from assessments.models.appeal import Appeal, AppealFile, AppealPoint
from assessments.models.archive import Archive
from assessments.models.case import Adjustment, Case, Mark, SelfAssessment, SelfMark
from assessments.models.draw import Draw, Inspector, Recusal
from assessments.models.inspection import (
    Finding,
    Handover,
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
    "AppealFile",
    "AppealPoint",
    "Archive",
    "Assessment",
    "Case",
    "Criterion",
    "Draw",
    "Finding",
    "Handover",
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
