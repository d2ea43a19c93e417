"""How a publication becomes lines of the ledger: one a target, one a measure that no target measures."""

from datetime import date
from decimal import Decimal

from commitments import states
from commitments.models import Commitment, Line, Publication
from commitments.timetables import keeping_of
from objectives.models import Objective
from objectives.states import MEASURED, TargetState


def write(publication: Publication) -> list[Line]:
    """The publication's lines in the ledger; run in the transaction that publishes. Twice changes nothing."""
    if publication.lines.exists():
        return []
    keeping = keeping_of(publication.campaign)
    leaders = dict(Objective.objects.filter(paper=publication.revision.paper_id).values_list("position", "leader_id"))
    commitments = {row.number: row for row in Commitment.objects.filter(publication=publication)}
    shared = {
        "campaign": publication.campaign, "publication": publication, "unit_id": publication.unit_id,
        "order": publication.order, "starts_on": keeping.starts_on,
    }  # fmt: skip
    rows = []
    for objective in publication.snapshot["objectives"]:
        own = {"leader_id": leaders.get(objective["number"]), "leader_printed": objective["leader_zh"][:80],
               "department": _departments(objective)}  # fmt: skip
        own |= shared
        rows += [own | _of_target(commitments[target["number"]], target) for target in objective["targets"]]
        rows += [own | _of_measure(publication, objective, place, keeping.ends_on) for place in _unmeasured(objective)]
    return Line.objects.bulk_create(Line(position=place, **row) for place, row in enumerate(rows, start=1))


def _of_target(commitment: Commitment, target: dict) -> dict:
    status = states.status_of(target["state"])
    return {
        "commitment": commitment,
        "code": commitment.code,
        "number": commitment.number,
        "text_zh": commitment.text_zh,
        "text_en": commitment.text_en,
        "due_on": commitment.due_on,
        "comparison": target["comparison"],
        "baseline": _figure(target["baseline"]),
        "target": _figure(target["value"]) if target["comparison"] in MEASURED else None,
        "done_before": target["state"] == TargetState.COMPLETED_BEFORE_START,
        "status": status,
        "rank": states.RANK[status],
    }


def _of_measure(publication: Publication, objective: dict, place: int, ends_on: date) -> dict:
    measure = objective["measures"][place - 1]
    due_on = date.fromisoformat(objective["due_on"]) if objective["due_on"] else ends_on
    stem = Commitment.objects.filter(publication=publication).values_list("code", flat=True).first()
    return {
        "code": f"{stem.rsplit('-', 1)[0]}-m{objective['number']}.{place}",
        "number": f"{objective['number']}-{place}",
        "text_zh": measure["text_zh"],
        "text_en": measure["text_en"],
        "due_on": due_on,
    }


def _unmeasured(objective: dict) -> list[int]:
    """Places of measures without target, where the plan says which target measures which measure."""
    named = {target["measure"] for target in objective["targets"]}
    if named <= {None}:
        return []
    return [place for place in range(1, len(objective["measures"]) + 1) if place not in named]


def _departments(objective: dict) -> str:
    return "、".join(unit["name_zh"] for unit in objective["responsible"])[:80]


def _figure(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
