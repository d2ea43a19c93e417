"""The machine's scoring: the rules of a standard asked of many cases at once, in ranges, so that memory stays flat.

Every statement compares with the marks that are there and writes only what is new or different: a second run changes
nothing, and a killed one goes on where it stopped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction

from assessments.models import Assessment, Case, Criterion
from assessments.rules import RULES, sql
from objectives import quarters
from objectives.models import Campaign
from portal.core.clock import local_day
from portal.core.deeds import record

RANGE = 10_000
"""Cases of one transaction."""
COMMIT = "commit"
"""Key of the stage by whose end promises are published."""
CASES = """SELECT k.id, k.unit_id, k.publication_id FROM assessments_case k
    WHERE k.assessment_id = %(assessment)s AND k."order" > %(after)s AND k."order" <= %(until)s{kinds}"""
PUBLISHED_CASES = """SELECT k.id, k.unit_id, k.publication_id, p.unit_code, p.published_at
    FROM assessments_case k JOIN commitments_publication p ON p.id = k.publication_id
    WHERE k.assessment_id = %(assessment)s AND k."order" > %(after)s AND k."order" <= %(until)s{kinds}"""
PUBLICATIONS = """SELECT p.id, p.unit_id, p.id AS publication_id, p.unit_code, p.published_at
    FROM commitments_publication p WHERE p.id IN ({ids}){kinds}"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule says of one publication, unstored: for previews."""

    publication: UUID
    criterion: Criterion
    points: Decimal | None
    facts: dict


def score(assessment: Assessment, *, at: datetime, by="clock", post: str = "") -> int:
    """Score every case by every machine criterion; returns how many marks were new or changed.

    What changed, and a run that was asked for, stand in the record.
    """
    assessment = Assessment.objects.select_related("campaign__bureau", "standard").get(pk=assessment.pk)
    criteria = list(by_machine(assessment.standard.criteria.all()))
    facts = facts_of(assessment.campaign, on=local_day(at)) | {"assessment": assessment.pk}
    rows, of, done, changed, after = Assessment.objects.filter(pk=assessment.pk), assessment.cases.count(), 0, 0, ""
    while until := _end_of_range(assessment, after):
        changed += _score_range(criteria, facts | {"after": after, "until": until})
        done, after = min(done + RANGE, of), until
        rows.update(progress={"done": done, "of": of})
    if after:
        changed += _score_range(criteria, facts | {"after": "", "until": after}, together=True)
    with transaction.atomic():
        rows.update(scored_at=at, progress={"done": of, "of": of, "changed": changed})
        if changed or is_asked(assessment):
            record("assessment.scored", about=assessment, by=by, at=at, bureau=assessment.campaign.bureau.code,
                   post=post, cases=of, changed=changed)  # fmt: skip
    return changed


def is_asked(assessment: Assessment) -> bool:
    """Whether somebody asked for scoring since it was last done."""
    asked, scored = assessment.scoring_asked_at, assessment.scored_at
    return asked is not None and (scored is None or scored < asked)


def tried(campaign: Campaign, criteria: Iterable[Criterion], publications: list[UUID], *, on: date) -> Iterator[Found]:
    """What the rules would give these publications on a day. Reads only; the criteria need not be saved."""
    names = [f"id{place}" for place in range(len(publications))]
    facts = facts_of(campaign, on=on) | dict(zip(names, publications, strict=True))
    subjects = PUBLICATIONS.replace("{ids}", ", ".join(f"%({name})s" for name in names))
    with connection.cursor() as cursor:
        for criterion in by_machine(criteria) if publications else ():
            cursor.execute(*sql.reading(criterion, subjects, facts))
            for row in cursor.fetchall():
                pk, points, told = sql.read(row)
                yield Found(pk, criterion, points, told)


def by_machine(criteria: Iterable[Criterion]) -> Iterator[Criterion]:
    """Those with a rule; a veto is decided by people."""
    return (row for row in criteria if row.rule in RULES and not row.is_veto)


def facts_of(campaign: Campaign, *, on: date) -> dict:
    """The days and ids that rules ask for. What happened before the campaign, or after it, belongs to another year."""
    stage = campaign.stages.filter(key=COMMIT).first()
    over = quarters_over(campaign, on=on)
    facts = {"campaign": campaign.pk, "first": campaign.starts_on, "on": min(on, campaign.ends_on),
             "commit_until": stage.to_on if stage else None, "quarters": len(over)}  # fmt: skip
    for place, (code, latest, stays) in enumerate(over):
        facts |= {f"quarter{place}": code, f"latest{place}": latest, f"stays{place}": stays}
    return facts


def quarters_over(campaign: Campaign, *, on: date) -> list[tuple[str, date, date]]:
    """The campaign's quarters that are over on that day, each with the last day on which a pair may begin and still
    owe a contact, and its own last day: a pair that ended by then owes none (as `quarters.is_owed` has it).
    """
    found = []
    for code in quarters.between(campaign.starts_on, campaign.ends_on):
        first, last = quarters.span(code)
        ends = min(last, campaign.ends_on)
        latest = ends - quarters.A_MONTH + timedelta(days=1)
        if ends < on and latest >= first:
            found.append((code, latest, ends))
    return found


def _end_of_range(assessment: Assessment, after: str) -> str | None:
    rows = Case.objects.filter(assessment=assessment, order__gt=after).order_by("order")
    orders = rows.values_list("order", flat=True)
    return orders[RANGE - 1 : RANGE].first() or rows.order_by("-order").values_list("order", flat=True).first()


def _score_range(criteria: list[Criterion], facts: dict, *, together: bool = False) -> int:
    """Rules that read one document for all cases are asked once, for all; the others range by range."""
    changed = 0
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL jit = off")  # compiling a statement that runs once costs more than running it
        for criterion in criteria:
            rule = RULES[criterion.rule]
            if rule.together is together:
                cursor.execute(*sql.writing(criterion, PUBLISHED_CASES if rule.published else CASES, facts))
                changed += max(cursor.rowcount, 0)
    return changed
