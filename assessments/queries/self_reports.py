"""What the ledger and the benchmarking rooms tell a special report: a constant number of questions a unit."""

from assessments.models import Case
from assessments.self_words import Learned, Promise, Told
from commitments import states
from commitments.models import Entry, Line
from objectives.models import Contact, Gap, Pairing, Visit
from objectives.states import VisitState

MOST = 12
"""Adopted practices, visits and contacts told of one benchmark; a report is read, not searched."""


def told(case: Case) -> Told:
    """Everything the first draft is made of. Withdrawn lines are counted, not told."""
    lines = list(Line.objects.filter(publication=case.publication_id).select_related("commitment").order_by("position"))
    late = _late_months(lines)
    standing = [line for line in lines if line.withdrawn_at is None]
    return Told(
        year=case.publication.year,
        promises=tuple(_promise(line, late.get(line.pk, [])) for line in standing),
        withdrawn=len(lines) - len(standing),
        learned=tuple(_learned(case)),
    )


def _promise(line: Line, late: list) -> Promise:
    target = line.commitment.target if line.commitment else {}
    return Promise(
        number=line.number,
        text=line.text_zh,
        comparison=line.comparison,
        measure=target.get("unit_zh", ""),
        goal=line.target,
        actual=line.actual,
        status=line.status,
        due_on=line.due_on,
        done_on=line.done_on,
        is_verified=line.verified_at is not None,
        late=tuple(late),
    )


def _late_months(lines: list[Line]) -> dict[int, list[tuple[str, str]]]:
    """(month, what the unit said) of every month in which a line was late or stuck."""
    rows = (
        Entry.objects.filter(line__in=lines, sheet__sent_at__isnull=False)
        .order_by("sheet__month__code")
        .values_list("line", "sheet__month__code", "status", "choice", "problem", "why", "word")
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for line, month, status, choice, problem, why, word in rows:
        if status in states.LATE or choice == "stuck":
            found.setdefault(line, []).append((month, problem or why or word))
    return found


def _learned(case: Case) -> list[Learned]:
    pairs = list(
        Pairing.objects.filter(campaign=case.assessment.campaign_id, unit=case.unit_id)
        .select_related("benchmark")
        .order_by("since_on", "pk")
    )
    adopted = _grouped(
        Gap.objects.filter(pairing__in=pairs, pairing__gaps_filed_at__isnull=False)
        .exclude(adopt="")
        .order_by("position")
        .values_list("pairing", "adopt")
    )
    contacts = _grouped(
        (pairing, (on, learned or about))
        for pairing, on, learned, about in Contact.objects.filter(pairing__in=pairs, visit=None)
        .order_by("on")
        .values_list("pairing", "on", "learned", "about")
    )
    made = Visit.objects.filter(campaign=case.assessment.campaign_id, state=VisitState.DONE)
    own = made.filter(unit=case.unit_id) | made.filter(companions__unit=case.unit_id)
    visits = _grouped(
        (benchmark, (on, findings))
        for benchmark, on, findings in own.distinct()
        .order_by("held_on")
        .values_list("benchmark", "held_on", "findings")
    )
    return [
        Learned(
            name=pair.benchmark.name_zh,
            adopted=tuple(adopted.get(pair.pk, ())[:MOST]),
            visits=tuple(visits.get(pair.benchmark_id, ())[:MOST]),
            contacts=tuple(contacts.get(pair.pk, ())[:MOST]),
        )
        for pair in pairs
    ]


def _grouped(rows) -> dict:
    found: dict = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return found
