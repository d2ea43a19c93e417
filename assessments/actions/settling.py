"""What follows when a sheet has come in: wait for the other, ask for a third, or settle. Under the caller's lock."""

from datetime import datetime

from assessments import inspecting
from assessments.models import Inspection, Inspector, Mark, Opinion
from assessments.notices import inspections as notices
from assessments.queries import inspections as queries
from assessments.queries import rounds, succession
from assessments.states import InspectionState, Source
from portal.core.clock import local_day
from portal.core.deeds import record

PAIR = 2


def arrived(inspection: Inspection, *, by, at: datetime) -> None:
    """Call it in the transaction that brought a sheet in, with the inspection locked."""
    opinions = list(inspection.opinions.prefetch_related("marks"))
    if any(opinion.sent_at is None for opinion in opinions):
        if inspection.state == InspectionState.ASSIGNED:
            inspection.state = InspectionState.SCORING
            _save(inspection, "state")
        return
    worth = {row.pk: row.points for row in queries.judged(inspection.case)}
    sheets = [{row.criterion_id: row.points for row in opinion.marks.all()} for opinion in opinions]
    if len(sheets) >= PAIR:
        inspection.differed_by = inspecting.apart(sheets[0], sheets[1], worth)
    most = inspection.case.assessment.standard.differs_from
    if len(sheets) == PAIR and inspecting.differ(*sheets, worth, most=most):
        _differs(inspection, by=by, at=at)
    else:
        _settle(inspection, sheets, worth, by=by, at=at)


def ask_third(inspection: Inspection, *, at: datetime) -> Inspector | None:
    """Give a third sheet to the next of the draw's line; None when nobody is left on the list."""
    inspector = succession.next_inspector(inspection, on=local_day(at))
    if inspector is None:
        return None
    place = inspection.opinions.count() + 1
    opinion = Opinion.objects.create(inspection=inspection, inspector=inspector, place=place)
    opinion.inspection = inspection
    rounds.grant(inspection, inspector)
    notices.assigned(opinion, at=at)
    return inspector


def _differs(inspection: Inspection, *, by, at: datetime) -> None:
    inspection.state = InspectionState.DIFFERS
    _save(inspection, "state", "differed_by")
    third = ask_third(inspection, at=at)
    record("inspection.differs", about=inspection, by=by, at=at, bureau=inspection.case.unit.bureau.code,
           unit=inspection.case.unit.code, third=third.number if third else "")  # fmt: skip
    notices.differs(inspection, third=third is not None, at=at)


def _settle(inspection: Inspection, sheets: list[dict], worth: dict, *, by, at: datetime) -> None:
    """Write the inspected marks, in place of those of an earlier settling: they stand over the machine's."""
    found = {key: mark for key, mark in inspecting.settled(sheets).items() if key in worth}
    rows = [
        Mark(
            case=inspection.case, criterion_id=key, source=Source.INSPECTED, points=mark.points,
            facts={"opinions": [f"{points:f}" for points in mark.given], "how": mark.how},
        )
        for key, mark in found.items()
    ]  # fmt: skip
    _marks(inspection).delete()
    Mark.objects.bulk_create(rows)
    inspection.state, inspection.settled_at = InspectionState.SETTLED, at
    _save(inspection, "state", "settled_at", "differed_by")
    totals = [inspecting.total(sheet, worth) for sheet in sheets]
    record(
        "inspection.settled", about=inspection, by=by, at=at, bureau=inspection.case.unit.bureau.code,
        unit=inspection.case.unit.code, totals=[f"{total:f}" for total in totals if total is not None],
        marks={row.criterion.key: f"{row.points:f}" for row in _marks(inspection)},
    )  # fmt: skip


def _marks(inspection: Inspection):
    return Mark.objects.filter(case=inspection.case, source=Source.INSPECTED).select_related("criterion")


def standing_marks(inspection: Inspection) -> dict[str, str]:
    """The marks of a settling that is opened again, by criterion key. They count on until it is settled anew, so that
    a round that ends before that leaves the unit with what was found.
    """
    return {row.criterion.key: f"{row.points:f}" for row in _marks(inspection)}


def _save(inspection: Inspection, *names: str) -> None:
    inspection.version += 1
    inspection.save(update_fields=[*names, "version"])
