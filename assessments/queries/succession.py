"""Who comes next, by the same published draw: the inspector who takes over, the unit that takes a place.

Nobody chooses: lists, rule and seed are those of the draw, so anyone can work out the same answer.
"""

from datetime import date

from assessments import drawing
from assessments.models import Case, Draw, Handover, Inspection, Inspector
from assessments.policies.draws import away
from assessments.queries import draws
from assessments.states import InspectionState


def next_inspector(inspection: Inspection, *, on: date) -> Inspector | None:
    """The next of the draw's list for this unit: fewest units first, then the draw's own order; after the frozen
    list those who were enlisted since. Left out are those who stay away from the unit on that day, who no longer
    serve in the bureau, who have a sheet of the unit, and who handed one on.
    """
    unit, draw = inspection.case.unit, inspection.draw
    rows = draws.serving(unit.bureau_id, on=on).exclude(opinions__inspection=inspection)
    rows = rows.exclude(handed_over__opinion__inspection=inspection)
    free = {row.number: row for row in rows.select_related("user", "post")}
    places = away(free.values(), on=on)
    free = {key: row for key, row in free.items() if not any(place.covers(unit.path) for place in places[row.pk])}
    frozen = {row.number for row in drawing.read_inspectors(draws.file_of(draw, "inspectors.txt"))}
    since = drawing.in_order(drawing.key_of(draw.rule, draw.seed), unit.code, free.keys() - frozen)
    return next((free[number] for number in [*draws.assign_for(draw, unit.code), *since] if number in free), None)


def next_case(inspection: Inspection) -> tuple[int, Case] | None:
    """(turn, case) of the next unit of the same kind in the draw's line; None when the kind is used up."""
    found = draws.next_case(inspection.draw, inspection.kind_key)
    return (found[1], found[0]) if found else None


def passed_over(draw: Draw) -> list[Inspection]:
    """The units of a draw that could not receive, with who took their places, the earliest first."""
    rows = draw.inspections.filter(state=InspectionState.UNABLE).order_by("closed_at", "kind_key", "turn")
    return list(rows.select_related("case__unit", "replaced_by__case__unit"))


def passed_on(draw: Draw) -> list[Handover]:
    """The drawn places that passed on to another inspector, the earliest first. A third opinion is not drawn: that it
    was asked for is told with the result, and not before.
    """
    rows = Handover.objects.filter(opinion__inspection__draw=draw, opinion__place__lte=draw.each)
    return list(rows.select_related("before", "after", "opinion__inspection__case__unit").order_by("at", "pk"))


def handovers_of(inspection: Inspection) -> list[Handover]:
    """Every place of one inspection that passed on, for those who run or oversee it."""
    rows = Handover.objects.filter(opinion__inspection=inspection)
    return list(rows.select_related("before", "after").order_by("at", "pk"))
