"""Playing how units learn from their benchmarks: days without visits, gap analyses, visits, contacts.

The same course every plan year, as far as it has come. Each scene asks first whether it still has to happen.
"""

from datetime import date
from decimal import Decimal

from objectives import benchmark_queries as queries
from objectives.actions import blackouts, contacts, pairings, visits
from objectives.models import Blackout, Contact, Objective, Pairing, Visit
from objectives.states import GapKind, VisitKind, VisitState
from portal.demo.learned import BLACKOUTS, CONTACTS, GAPS, OTHER_DIMENSION, VISITS
from portal.demo.scenes import Scene
from portal.demo.trying import tried
from units.models import Role

LONGEST = 45
"""Days from the plan of a visit to its report, at most."""


def play_day(scene: Scene) -> int:
    """Everything of that day; returns how many acts were played."""
    if scene.campaign.bureau.code != "anqiu-edu":
        return 0
    return sum(tried(act, scene) for act in (_blackouts, _gaps, _visits, _contacts))


def _blackouts(scene: Scene) -> int:
    played = 0
    for said_on, first, last, why_zh, why_en in BLACKOUTS:
        days = [date(scene.year + years, month, day) for years, month, day in (first, last)]
        there = Blackout.objects.filter(bureau=scene.campaign.bureau, from_on=days[0])
        if scene.on(*said_on) and not there.exists():
            blackouts.set_days(scene.campaign.bureau, from_on=days[0], to_on=days[1], why_zh=why_zh, why_en=why_en,
                               by=scene.office(), at=scene.at(9))  # fmt: skip
            played += 1
    return played


def _pair(scene: Scene, unit) -> Pairing | None:
    rows = Pairing.objects.filter(campaign=scene.campaign, unit=unit, until_on=None)
    return rows.select_related("benchmark", "unit", "campaign").first() if unit else None


def _gaps(scene: Scene) -> int:
    """The unit writes down where it falls short, and files it."""
    played = 0
    for code, told in GAPS.items():
        unit = scene.unit(code) if scene.on(*told["filed"]) else None
        pair = _pair(scene, unit)
        if pair is None or pair.gaps_filed_at or pair.gaps.exists():
            continue
        by, first = scene.person(Role.STAFF, unit), _first_objective(scene, unit)
        pair = pairings.save_gaps(pair, _rows(scene, told, first), version=pair.version, by=by, at=scene.at(9, 30))
        pairings.file_gaps(pair, version=pair.version, by=scene.person(Role.HEAD, unit), at=scene.at(16))
        played += 1
    return played


def _first_objective(scene: Scene, unit) -> Objective | None:
    return Objective.objects.filter(paper__campaign=scene.campaign, paper__unit=unit, position=1).first()


def _rows(scene: Scene, told: dict, objective) -> list[dict]:
    names = ("ours", "theirs", "gap", "adopt")
    rows = [
        {"kind": GapKind.DIMENSION, "dimension": each["key"],
         **dict(zip(names, told["rows"].get(each["key"], OTHER_DIMENSION), strict=True)),
         "objective": objective if each["key"] == "methods" else None}
        for each in queries.dimensions(scene.campaign)
    ]  # fmt: skip
    name, ours, theirs, measure, cause, adopt = told["indicator"]
    rows.append(
        {"kind": GapKind.INDICATOR, "indicator": name, "our_value": Decimal(str(ours)), "measure": measure,
         "their_value": Decimal(str(theirs)), "cause": cause, "adopt": adopt, "objective": objective}
    )  # fmt: skip
    return rows


def _visits(scene: Scene) -> int:
    """Visits lie within some weeks of their first day; on all other days nothing is asked."""
    near = [told for told in VISITS if 0 <= (scene.day - date(scene.year, *told["planned"])).days <= LONGEST]
    return sum(_visit(scene, told) for told in near)


def _visit(scene: Scene, told: dict) -> int:
    """A visit's course, as far as it has come by that day."""
    unit = scene.unit(told["unit"])
    pair = _pair(scene, unit)
    if pair is None:
        return 0
    staff = scene.anyone(Role.STAFF, unit) or scene.person(Role.HEAD, unit)
    visit = Visit.objects.filter(campaign=scene.campaign, unit=unit, purpose=told["purpose"]).first()
    if visit is None:
        if not scene.on(*told["planned"]):
            return 0
        visits.plan(unit, pair.benchmark, _plan(scene, told), campaign=scene.campaign, by=staff, at=scene.at(9, 20))
    elif visit.state == VisitState.PLANNED and scene.has_come(*told["asked"]):
        visits.ask(visit, despite=told.get("despite", ""), by=staff, at=scene.at(10))
    elif visit.state == VisitState.ASKED and scene.has_come(*told["approved"]):
        is_towns = unit.kind.key == "town_school"
        visits.approve(visit, by=scene.person(Role.TOWN_OFFICE, unit) if is_towns else scene.office(), at=scene.at(11))
    elif visit.state == VisitState.APPROVED and told["joined"] and scene.on(*told["joined"][1]):
        return _join(scene, visit, scene.unit(told["joined"][0]))
    elif visit.state == VisitState.APPROVED and scene.has_come(*told["written"]):
        visits.write_up(visit, held_on=visit.from_on, came=told["people"], findings=told["findings"], by=staff,
                        at=scene.at(15))  # fmt: skip
    else:
        return 0
    return 1


def _plan(scene: Scene, told: dict) -> dict:
    workdays = scene.workdays
    first = workdays.on_or_after(date(scene.year, *told["from"]))
    last = max(first, workdays.on_or_before(date(scene.year, *told["to"])))
    return {"kind": VisitKind.GO_OUT, "from_on": first, "to_on": last, "purpose": told["purpose"],
            "plan": told["plan"], "participants": told["participants"], "people": told["people"]}  # fmt: skip


def _join(scene: Scene, visit: Visit, unit) -> int:
    by = scene.person(Role.STAFF, unit)
    if visit.companions.filter(unit=unit).exists():
        return 0
    visits.join(visit, unit, people=2, by=by, at=scene.at(9, 40))
    return 1


def _contacts(scene: Scene) -> int:
    """Short notes of calls and talks; one pair misses a quarter."""
    played = 0
    for code, day, way, about, learned in CONTACTS:
        unit = scene.unit(code) if scene.on(*day) else None
        pair = _pair(scene, unit)
        if pair is None or Contact.objects.filter(pairing=pair, on=scene.day).exists():
            continue
        contacts.note(pair, on=scene.day, way=way, about=about, learned=learned, by=scene.person(Role.STAFF, unit),
                      at=scene.at(16, 20))  # fmt: skip
        played += 1
    return played
