"""Who comes next, by the same published draw: the inspector who takes over, the unit that takes a place.

Nobody chooses: lists, rule and seed are those of the draw, so anyone can work out the same answer.
"""

from collections import Counter

from assessments import drawing
from assessments.models import Case, Draw, Inspection, Inspector, Opinion, Recusal
from portal.core import vault


def next_inspector(inspection: Inspection, *, besides: frozenset[str] = frozenset()) -> Inspector | None:
    """The next of the drawn list for this unit: fewest units first, then the draw's own order. Left out are those
    who stay away from the unit, by the frozen list or since, who left, who have a sheet of it, and `besides`.
    """
    draw, unit = inspection.draw, inspection.case.unit
    listed = drawing.read_inspectors(vault.get(draw.inspectors_hash).decode())
    numbers = {row.number for row in listed if row.home != unit.code and unit.code not in row.recused} - besides
    away = Recusal.objects.filter(unit=unit, inspector__bureau=unit.bureau_id).values("inspector")
    rows = Inspector.objects.filter(bureau=unit.bureau_id, number__in=numbers, left_at=None, user__is_active=True)
    rows = rows.exclude(pk__in=away).exclude(opinions__inspection=inspection).select_related("user", "post")
    free = {row.number: row for row in rows}
    loads = _loads(draw)
    line = drawing.in_order(drawing.key_of(draw.rule, draw.seed), unit.code, free)
    line.sort(key=lambda number: loads[number])
    return free[line[0]] if line else None


def next_case(inspection: Inspection) -> tuple[int, Case] | None:
    """(turn, case) of the next unit of the same kind in the draw's line; None when the kind is used up."""
    draw, kind = inspection.draw, inspection.kind_key
    codes = [row.code for row in drawing.read_objects(vault.get(draw.objects_hash).decode()) if row.kind == kind]
    rows = Inspection.objects.filter(draw=draw, kind_key=kind)
    taken = set(rows.values_list("case__unit__code", flat=True))
    found = drawing.next_in_line(drawing.key_of(draw.rule, draw.seed), codes, taken & set(codes))
    if found is None:
        return None
    turn, code = found
    cases = Case.objects.filter(assessment=draw.assessment_id, unit__code=code).select_related("unit__bureau")
    return turn, cases.get()


def _loads(draw: Draw) -> Counter:
    rows = Opinion.objects.filter(inspection__draw=draw).exclude(inspection__state="unable")
    return Counter(rows.values_list("inspector__number", flat=True))
