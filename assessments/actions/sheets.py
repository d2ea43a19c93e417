"""An inspector's own sheet: declare, stand back, write, send. Each act under the lock of its inspection.

Two sheets are settled by whichever comes in last, in the transaction that brings it in.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assessments import inspecting
from assessments.actions import handovers, settling
from assessments.models import Finding, Inspection, Opinion, OpinionMark, Recusal
from assessments.notices import inspections as notices
from assessments.policies import inspections as policies
from assessments.policies.draws import why_away
from assessments.queries import inspections as queries
from assessments.states import HandoverReason, RecusalReason
from objectives.missing import require_no_number
from portal.core.clock import local_day
from portal.core.deeds import attempt, record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import amount, day, said
from units.policies import standing


class Overtaken(Refused):
    """The sheet was saved elsewhere since it was opened; nothing was stored."""


class Incomplete(Refused):
    """The sheet cannot be sent yet. `lacks` maps a field of the sheet to what it still needs."""

    def __init__(self, lacks: dict[str, str]):
        super().__init__(_("The sheet is not complete yet. Nothing was sent."))
        self.lacks = lacks


def declare_clear(opinion: Opinion, *, by, at: datetime) -> Opinion:
    """The inspector declares to have no interest. Whoever serves in the unit or leads it is refused, on record."""
    who = standing(by, on=local_day(at))
    require(policies.can_declare(who, opinion))
    with attempt("inspection.not_allowed", about=opinion, by=by, at=at, **_facts(opinion)):
        if why_away(opinion.inspector, opinion.inspection.case.unit, on=who.on):
            raise Refused(_("You serve in this unit or lead it: stand back, and the next in line takes over."))
        opinion = take(opinion)
        require(policies.can_declare(who, opinion))
        if opinion.clear_at is None:
            opinion.clear_at = at
            opinion.save(update_fields=["clear_at"])
            record("inspection.declared", about=opinion, by=by, at=at, **_facts(opinion))
    return opinion


@transaction.atomic
def stand_back(opinion: Opinion, *, reason: str, words: str = "", by, at: datetime) -> Opinion:
    """Declare an interest: the inspector is kept away from the unit, and the next in the draw's line takes the sheet.

    What stood in the draft goes. Raises `Refused` when nobody is left on the list.
    """
    opinion = take(opinion)
    require(policies.can_stand_back(standing(by, on=local_day(at)), opinion))
    words = " ".join(words.split())
    if reason not in RecusalReason:
        raise Refused(_("Choose the reason why you stand back."))
    if reason == RecusalReason.OTHER and not words:
        raise Refused(_("Say in a few words what the interest is."))
    facts = _facts(opinion)
    handover = handovers.pass_on(opinion, reason=HandoverReason.INTEREST, words=words, by=by, at=at)
    if handover is None:
        raise Refused(_("Nobody is left on the list who may take over. Tell the style office; it enlists another."))
    Recusal.objects.get_or_create(
        inspector=handover.before, unit=opinion.inspection.case.unit,
        defaults={"reason": reason, "words": words[:200], "declared_at": at, "declared_by": by},
    )  # fmt: skip
    record("inspection.stood_back", about=opinion, by=by, at=at, words=words,
           **(handovers.facts_of(handover) | {"reason": str(reason)}), **facts)  # fmt: skip
    notices.assigned(opinion, at=at)
    return opinion


def save(opinion: Opinion, data: dict, *, version: int, by, at: datetime) -> Opinion:
    """Keep what was typed so far. The same words again change nothing, whatever version they come with.

    `data`: "visited_on", "talked_to", "words", "marks" {criterion id: {"points", "seen"}}, "findings" [{"sent_as",
    "criterion", "text"}]. Points outside their scale are refused, on record. Raises `Overtaken` when the sheet was
    saved elsewhere since. Call it outside of every transaction.
    """
    require(policies.can_write(standing(by, on=local_day(at)), opinion))
    with attempt("inspection.not_allowed", about=opinion, by=by, at=at, **_facts(opinion)):
        _require_on_scale(opinion, data["marks"])
    return _save(opinion, data, version=version, by=by, at=at)


@transaction.atomic
def _save(opinion: Opinion, data: dict, *, version: int, by, at: datetime) -> Opinion:
    opinion = take(opinion)
    require(policies.can_write(standing(by, on=local_day(at)), opinion))
    data, known = _sound(opinion, data, on=local_day(at)), queries.content(opinion)
    if data | {"marks": _filled(data)} == known | {"marks": _filled(known)}:
        return opinion
    if version != opinion.version:
        raise Overtaken(_("This sheet was saved from another place since you opened it. Nothing was overwritten."))
    for name in ("visited_on", "talked_to", "words"):
        setattr(opinion, name, data[name])
    rows = [OpinionMark(opinion=opinion, criterion_id=key, **row) for key, row in data["marks"].items()]
    OpinionMark.objects.bulk_create(rows, update_conflicts=True, unique_fields=["opinion", "criterion"],
                                    update_fields=["points", "seen"])  # fmt: skip
    _keep_findings(opinion, data["findings"], at)
    opinion.version, opinion.saved_at = opinion.version + 1, at
    opinion.save(update_fields=["visited_on", "talked_to", "words", "version", "saved_at"])
    return opinion


@transaction.atomic
def send(opinion: Opinion, *, version: int, by, at: datetime) -> Opinion:
    """Hand the sheet in as it is stored: from now on it does not change. The last sheet settles the inspection.

    Raises `Incomplete` with what it lacks, `Overtaken` when it was saved elsewhere since.
    """
    opinion = take(opinion)
    require(policies.can_write(standing(by, on=local_day(at)), opinion))
    if version != opinion.version:
        raise Overtaken(_("This sheet was saved from another place since you opened it. Nothing was sent."))
    if lacks := _lacks(opinion):
        raise Incomplete(lacks)
    opinion.sent_at = at
    opinion.save(update_fields=["sent_at"])
    # The record's chain is locked last: a third opinion locks its inspector's row.
    settling.arrived(opinion.inspection, by=by, at=at)
    record("inspection.sent", about=opinion, by=by, at=at, place=opinion.place, **_facts(opinion))
    return opinion


def locked(pk) -> Inspection:
    """One inspection under its row lock, with what every act needs."""
    rows = Inspection.objects.select_for_update(of=("self",)).select_related(
        "case__unit__bureau",
        "case__unit__kind",
        "case__assessment__campaign__bureau",
        "case__assessment__standard",
        "draw",
    )
    return rows.get(pk=pk)


def take(opinion: Opinion) -> Opinion:
    """The sheet as it stands now, under the lock of its inspection."""
    inspection = locked(opinion.inspection_id)
    opinion = Opinion.objects.select_related("inspector__user", "inspector__post").get(pk=opinion.pk)
    opinion.inspection = inspection
    return opinion


def _facts(opinion: Opinion) -> dict:
    unit = opinion.inspection.case.unit
    return {"bureau": unit.bureau.code, "post": opinion.inspector.post.title_zh, "unit": unit.code,
            "inspector": opinion.inspector.number}  # fmt: skip


def _require_on_scale(opinion: Opinion, marks: dict) -> None:
    for criterion in queries.looked_at(opinion.inspection.case):
        points = marks.get(criterion.pk, {}).get("points")
        if inspecting.fault(points, criterion.points):
            raise Refused(
                _("%(name)s: %(points)s points are outside the scale, which goes from 0 to %(most)s.")
                % {"name": said(criterion, "name"), "points": amount(points), "most": amount(criterion.points)}
            )


def _sound(opinion: Opinion, data: dict, *, on) -> dict:
    """Only what belongs to this sheet, in the form in which it is stored."""
    criteria = {row.pk for row in queries.looked_at(opinion.inspection.case)}
    points = {row.pk for row in queries.judged(opinion.inspection.case)}
    if data["visited_on"] and data["visited_on"] > on:
        raise Refused(_("The day of the visit has not come yet."))
    marks = {
        key: {"points": row["points"] if key in points else None, "seen": " ".join(row["seen"].split())}
        for key, row in data["marks"].items() if key in criteria
    }  # fmt: skip
    findings = [
        {"sent_as": str(row["sent_as"]), "criterion": row["criterion"] if row["criterion"] in criteria else None,
         "text": " ".join(row["text"].split())}
        for row in data["findings"] if row["text"].strip()
    ]  # fmt: skip
    talked_to = " ".join(data["talked_to"].split())
    words = data["words"].replace("\r\n", "\n").strip()
    require_no_number(talked_to, words, *(row["seen"] for row in marks.values()), *(row["text"] for row in findings))
    return {"visited_on": data["visited_on"], "talked_to": talked_to, "words": words, "marks": marks,
            "findings": findings}  # fmt: skip


def _filled(data: dict) -> dict:
    return {key: row for key, row in data["marks"].items() if row["points"] is not None or row["seen"]}


def _keep_findings(opinion: Opinion, rows: list[dict], at: datetime) -> None:
    """Findings by the phone's own id: written once, rewritten while the sheet is open, gone when emptied."""
    kept = Finding.objects.filter(opinion=opinion)
    kept.exclude(sent_as__in=[row["sent_as"] for row in rows]).filter(rectification=None).delete()
    for row in rows:
        Finding.objects.update_or_create(
            opinion=opinion, sent_as=row["sent_as"],
            defaults={"criterion_id": row["criterion"], "text": row["text"]}, create_defaults={
                "criterion_id": row["criterion"], "text": row["text"], "noted_at": at},
        )  # fmt: skip


def _lacks(opinion: Opinion) -> dict[str, str]:
    case = opinion.inspection.case
    given = {row.criterion_id: row for row in opinion.marks.all()}
    lacks = _points_lacking(queries.judged(case), given, queries.machine(case))
    begins = case.assessment.inspect_from_on
    if opinion.visited_on is None:
        lacks["visited_on"] = _("Write the day of your visit.")
    elif opinion.visited_on < begins:
        lacks["visited_on"] = _("The round of inspections began on %(day)s.") % {"day": day(begins)}
    if not opinion.talked_to:
        lacks["talked_to"] = _("Say whom you talked to, by their posts.")
    return lacks


def _points_lacking(judged: list, given: dict[int, OpinionMark], machine: dict) -> dict[str, str]:
    """Points where none stand, and what was seen where they differ from what was computed, or nothing was."""
    lacks = {}
    for row in judged:
        mark, computed = given.get(row.pk), machine[row.pk].points if row.pk in machine else None
        if mark is None or mark.points is None:
            lacks[f"c{row.pk}-points"] = _("Give points from 0 to %(most)s.") % {"most": amount(row.points)}
        elif not mark.seen and inspecting.needs_seen(mark.points, computed):
            words = _("Say what you saw that supports your points.")
            if computed is not None:
                words = _("The portal computes %(points)s. Say what you saw that supports other points.")
            lacks[f"c{row.pk}-seen"] = words % {"points": amount(computed and inspecting.rounded(computed))}
    return lacks
