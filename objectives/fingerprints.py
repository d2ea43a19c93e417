"""What exactly is signed: the public fields of a paper as canonical JSON, and its SHA-256.

Nothing here is private: signed means publishable. Names of undertakers, telephone numbers, objections and
notes never enter (they live in the ledger).
"""

import json
from decimal import Decimal
from hashlib import sha256

from objectives import raising
from objectives.models import Objective, Paper, Target
from objectives.routes import RouteStep

FORMAT = "chengnuo-paper/1"


def content_of(paper: Paper, *, number: str, round_: int, route: list[RouteStep]) -> dict:
    """The frozen facts of a paper, as JSON values. Needs `Paper.objects.in_full()`; runs no query of its own."""
    campaign, unit = paper.campaign, paper.unit
    return {
        "format": FORMAT,
        "number": number,
        "round": round_,
        "bureau": {"code": campaign.bureau.code, **_names(campaign.bureau)},
        "campaign": {
            "code": campaign.code,
            "year": campaign.year,
            "title_zh": campaign.title_zh,
            "title_en": campaign.title_en,
        },
        "unit": {
            "code": unit.code,
            "kind": unit.kind.key,
            "kind_zh": unit.kind.name_zh,
            "kind_en": unit.kind.name_en,
            "is_sample": unit.is_sample,
            "above": [_names(unit.parent)] if unit.parent_id else [],
            **_names(unit),
        },
        "title_zh": campaign.paper_title_zh,
        "title_en": campaign.paper_title_en,
        "consultation": _consultation(paper),
        "objectives": [_objective(o, n) for n, o in enumerate(paper.objectives.all(), start=1)],
        "route": [{"role": step.role, "act": step.act.value, "seal": step.seal} for step in route],
    }


def canonical(content: dict) -> str:
    """The one way to write the content down: sorted keys, no spaces, characters as themselves."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def fingerprint(text: str) -> str:
    """SHA-256 of the canonical text, as 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def texts_of(content: dict) -> list[tuple[str, str]]:
    """(where, text) of everything a person typed, for checks such as the one for personal numbers."""
    consultation = content["consultation"]
    found = [("consultation", consultation["how"]), ("consultation", consultation["points"])]
    for objective in content["objectives"]:
        where = f"objective-{objective['number']}"
        found += [(where, objective["text_zh"]), (where, objective["text_en"])]
        for line in (*objective["measures"], *objective["targets"]):
            found += [(where, line["text_zh"]), (where, line["text_en"])]
        found += [(where, target.get("why_not_raised", "")) for target in objective["targets"]]
    return [(where, text) for where, text in found if text]


def _names(thing) -> dict:
    return {"name_zh": thing.name_zh, "name_en": thing.name_en}


def _consultation(paper: Paper) -> dict:
    return {
        "from": _day(paper.consulted_from),
        "to": _day(paper.consulted_to),
        "how": paper.consulted_how,
        "people": paper.consulted_people,
        "heard": paper.opinions_heard,
        "adopted": paper.opinions_adopted,
        "points": paper.adopted_points,
    }


def _objective(objective: Objective, number: int) -> dict:
    measures = list(objective.measures.all())
    place = {measure.pk: n for n, measure in enumerate(measures, start=1)}
    leader = objective.leader
    return {
        "number": number,
        "kind": objective.kind,
        "text_zh": objective.text_zh,
        "text_en": objective.text_en,
        "sections": list(objective.sections),
        "due_on": _day(objective.due_on),
        "due_zh": objective.due_phrase_zh,
        "due_en": objective.due_phrase_en,
        "leader_zh": leader.title_zh if leader else objective.leader_printed_zh,
        "leader_en": leader.title_en if leader else objective.leader_printed_en,
        "responsible": [{"code": unit.code, **_names(unit)} for unit in objective.responsible.all()],
        "benchmark": {**_names(objective.benchmark), "tier": objective.benchmark.tier} if objective.benchmark else None,
        "measures": [{"text_zh": measure.text_zh, "text_en": measure.text_en} for measure in measures],
        "targets": [
            _target(target, f"{number}.{n}", place.get(target.measure_id), objective)
            for n, target in enumerate(objective.targets.all(), start=1)
        ],
    }


def _target(target: Target, number: str, measure: int | None, objective: Objective) -> dict:
    return {
        "number": number,
        "measure": measure,
        "text_zh": target.text_zh,
        "text_en": target.text_en,
        "comparison": target.comparison,
        "baseline": _figure(target.baseline),
        "value": _figure(target.value),
        "unit_zh": target.unit_zh,
        "unit_en": target.unit_en,
        "benchmark_value": _figure(target.benchmark_value),
        "benchmark_unknown": target.benchmark_unknown,
        "standard_zh": target.standard_zh,
        "standard_en": target.standard_en,
        "strive": target.is_striven_for,
        "due_on": _day(target.due_on or objective.due_on),
        "state": target.state,
        **raising.facts_of(target),
    }


def _day(day) -> str | None:
    return day.isoformat() if day else None


def _figure(value: Decimal | None) -> str | None:
    """A figure without trailing zeros: 90.000 and 90 are one figure and one fingerprint."""
    return None if value is None else f"{value.normalize():f}"
