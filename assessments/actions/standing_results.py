"""The results as they stand: put together, counted, and compared with what they were before."""

from hashlib import sha256

from assessments import signals, totalling
from assessments.models import Assessment, Case
from assessments.queries import results as queries

COLUMNS = ("pk", "total", "grade", "rank")
BATCH = 500


def locked_case(case: Case) -> Case:
    """A case under its lock, the assessment's before it: whatever changes results comes one after another, and the
    notices to the units are between two of them, never beside one.
    """
    Assessment.objects.select_for_update().get(pk=case.assessment_id)
    return Case.objects.locked(case.pk)


def put_together(assessment: Assessment) -> str:
    """Totals, grades, caps and places of every case, and the count of them. Returns the SHA-256 of the list."""
    totalling.put_together(assessment)
    if signals.any_registered():
        _keep_signals(assessment)
    assessment.summary = queries.summary_of(assessment)
    assessment.save(update_fields=["summary"])
    return fingerprint(assessment)


def put_together_anew(assessment: Assessment, *, number: str) -> list[Case]:
    """After decision `number`: the same, and every case that moved keeps in `before` what its notice said."""
    before = {row[0]: row[1:] for row in _rows(assessment)}
    put_together(assessment)
    moved = [row[0] for row in _rows(assessment) if row[1:] != before[row[0]]]
    cases = list(Case.objects.filter(pk__in=moved).select_related("unit"))
    for case in cases:
        total, grade, rank = before[case.pk]
        first = {"total": None if total is None else str(total), "grade": grade, "rank": rank}
        kept = case.before or first
        case.before = {**kept, "decisions": [*kept.get("decisions", ()), number]}
    Case.objects.bulk_update(cases, ["before"], batch_size=BATCH)
    return cases


def fingerprint(assessment: Assessment) -> str:
    """What the list of results comes to, so that the record can prove it later."""
    found = sha256()
    for pk, total, grade, rank in _rows(assessment):
        found.update(f"{pk}|{total}|{grade}|{rank}\n".encode())
    return found.hexdigest()


def _rows(assessment: Assessment):
    rows = Case.objects.filter(assessment=assessment).order_by("order", "pk")
    return rows.values_list(*COLUMNS).iterator(chunk_size=2000)


def _keep_signals(assessment: Assessment) -> None:
    changed = []
    for case in Case.objects.filter(assessment=assessment).select_related("unit").iterator(chunk_size=BATCH):
        case.signals = signals.of(case)
        changed.append(case)
        if len(changed) == BATCH:
            Case.objects.bulk_update(changed, ["signals"])
            changed = []
    Case.objects.bulk_update(changed, ["signals"])
