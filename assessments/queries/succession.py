"""Who comes next, by the same published draw: the inspector who takes over, the unit that takes a place.

Nobody chooses: lists, rule and seed are those of the draw, so anyone can work out the same answer.
"""

from datetime import date

from assessments import drawing
from assessments.models import Case, Inspection, Inspector
from assessments.policies.draws import away
from assessments.queries import draws


def next_inspector(inspection: Inspection, *, on: date) -> Inspector | None:
    """The next of the draw's list for this unit: fewest units first, then the draw's own order; after the frozen
    list those who were enlisted since. Left out are those who stay away from the unit on that day, who left, and
    who have a sheet of it.
    """
    unit, draw = inspection.case.unit, inspection.draw
    rows = draws.on_list(unit.bureau_id).filter(user__is_active=True).exclude(opinions__inspection=inspection)
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
