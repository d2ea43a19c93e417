"""Draws: prepared, committed to, announced, and held once. What was drawn stays drawn.

What is refused on the way stands in the record under “draw.not_allowed”: a second draw “until it suits”, a secret
that does not match its commitment, a list in which a unit's own people would have to inspect it.
"""

import unicodedata
from datetime import date, datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils.translation import gettext as _

from assessments import drawing
from assessments.actions.draw_rules import (
    Overtaken,
    announce,
    change,
    commit,
    facts_of,
    locked,
    prepare,
    tried,
)
from assessments.models import (
    Assessment,
    Case,
    Draw,
    Inspection,
    InspectionUserObjectPermission,
    Inspector,
    Opinion,
)
from assessments.notices import draws as notices
from assessments.policies import draws as policies
from assessments.queries import draws as queries
from assessments.queries import rounds
from assessments.states import DrawState, Phase, SeedKind
from objectives.missing import personal_number
from portal.core import pagecache, vault
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.policies import Standing, standing

__all__ = ["Overtaken", "announce", "assign", "change", "commit", "hold", "prepare", "reveal", "void"]
BATCH = 1000
SECRET_MOST = 100


def reveal(draw: Draw, secret: str, *, by, at: datetime) -> Draw:
    """An officer reveals the secret. It must match the commitment, else it is refused, on record, without the secret.

    Nobody is shown a secret before both are in.
    """
    with tried(draw, "reveal", by, at):
        draw, who = locked(draw), standing(by, on=local_day(at))
        require(policies.can_reveal(who, draw))
        place = policies.place_of(who, draw)
        committed = (draw.first_commitment, draw.second_commitment)[place - 1]
        typed = (secret, secret.strip())
        known = [text for text in typed if drawing.commitment(str(draw.assessment_id), place, text) == committed]
        if not known:
            raise Refused(_("This secret does not match the commitment that was published. Nothing was stored."))
        if len(known[0]) > SECRET_MOST or known[0].splitlines() != [known[0]]:
            raise Refused(_("A secret has at most 100 characters, in one line."))
        name = ("first_secret", "second_secret")[place - 1]
        setattr(draw, name, known[0])
        draw.save(update_fields=[name])
        record("draw.revealed", about=draw, by=by, at=at, place=place, **facts_of(draw, who))
        transaction.on_commit(pagecache.forget)
    return draw


def hold(draw: Draw, *, seed: str = "", witnesses: str = "", by, at: datetime) -> Draw:
    """Draw: units, and two or more inspectors for each. Once; `seed` is the public number, empty for two secrets.

    Makes the inspections with their sheets and grants, publishes the result, and tells inspectors and drawn units.
    """
    with tried(draw, "hold", by, at):
        draw, who = locked(draw), standing(by, on=local_day(at))
        require(policies.can_hold(who, draw))
        draw.seed = _seed(draw, seed)
        objects = drawing.read_objects(queries.file_of(draw, "objects.txt"))
        inspectors = drawing.read_inspectors(queries.file_of(draw, "inspectors.txt"))
        turns = drawing.draw(objects, inspectors, draw.rule, draw.seed)
        draw.result_hash = vault.put(drawing.result_text(turns).encode())
        draw.witnesses = _witnesses(witnesses) or draw.witnesses
        draw.state, draw.drawn_at, draw.drawn_by = DrawState.DRAWN, at, by
        draw.version += 1
        draw.save()
        record("draw.drawn", about=draw, by=by, at=at, **facts_of(draw, who), seed=draw.seed, result=draw.result_hash,
               units=len(turns))  # fmt: skip
        inspections, opinions = _made(draw, turns)
        _stand_aside(draw, inspections, opinions, who, at)
        _grant(opinions)
        Assessment.objects.filter(pk=draw.assessment_id, phase=Phase.OPEN).update(phase=Phase.INSPECTING)
        notices.drawn(draw, inspections, [row.inspector for row in opinions], at=at)
        transaction.on_commit(pagecache.forget)
    return draw


def void(draw: Draw, *, why: str, by, at: datetime) -> Draw:
    """Declare an announced draw void, with a public reason. Its number stays spent; what is drawn is never void."""
    with tried(draw, "void", by, at):
        draw, who = locked(draw), standing(by, on=local_day(at))
        require(policies.can_void(who, draw))
        why = " ".join(why.split())[:300]
        if not why:
            raise Refused(_("Say why: the reason is public."))
        if found := personal_number(why):
            raise Refused(
                _("This looks like a telephone or identity number (%(found)s). Take it out.") % {"found": found}
            )
        draw.state, draw.void_at, draw.void_why = DrawState.VOID, at, why
        draw.version += 1
        draw.save()
        record("draw.void", about=draw, by=by, at=at, words=why, **facts_of(draw, who))
        transaction.on_commit(pagecache.forget)
    return draw


def assign(inspection: Inspection, inspector: Inspector, *, place: int, by, at: datetime) -> Opinion:
    """Give a sheet of a drawn unit to an inspector by hand: only where nobody of the draw's list is left to take it.

    Refused, on record, for whoever serves in the unit or stays away from it for another reason.
    """
    draw = Draw.objects.select_related("assessment__campaign__bureau").get(pk=inspection.draw_id)
    with tried(draw, "assign", by, at):
        who = standing(by, on=local_day(at))
        if not policies.run_post(who, draw):
            raise Refused(_("The style office runs the draw."))
        inspection = Inspection.objects.select_for_update(of=("self",)).select_related("case__unit").get(
            pk=inspection.pk
        )  # fmt: skip
        inspector = Inspector.objects.select_related("user", "bureau").get(pk=inspector.pk)
        if inspection.closed_at or inspector.bureau_id != draw.assessment.campaign.bureau_id:
            raise Refused(_("This sheet can no longer be given to that inspector."))
        require(policies.can_inspect(inspector, inspection.case.unit, on=who.on))
        _require_nobody_left(draw, inspection, inspector, on=who.on)
        opinion = inspection.opinions.filter(place=place).first() or Opinion(inspection=inspection, place=place)
        if opinion.sent_at:
            raise Refused(_("The sheet has come in already."))
        if opinion.pk and opinion.inspector_id:
            rounds.revoke(inspection, opinion.inspector)
        opinion.inspector, opinion.clear_at = inspector, None
        opinion.save()
        rounds.grant(inspection, inspector)
        record("draw.assigned", about=draw, by=by, at=at, unit=inspection.case.unit.code, place=place,
               inspector=inspector.number, **facts_of(draw, who))  # fmt: skip
    return opinion


# --- how it is done ------------------------------------------------------------------------------


def _seed(draw: Draw, typed: str) -> str:
    """The seed's text. A typed number loses full-width forms and doubled spaces, so that all write it alike."""
    if draw.seed_kind == SeedKind.TWO_SECRETS:
        return f"{draw.first_secret}\n{draw.second_secret}"
    seed = " ".join(unicodedata.normalize("NFKC", typed).split())
    if not seed:
        raise Refused(_("Type the number as it was announced."))
    return seed[:240]


def _witnesses(words: str) -> str:
    if found := personal_number(words):
        raise Refused(_("This looks like a telephone or identity number (%(found)s). Take it out.") % {"found": found})
    return " ".join(words.split())[:200]


def _made(draw: Draw, turns: list[drawing.Turn]) -> tuple[list[Inspection], list[Opinion]]:
    """The rows of a result: an inspection a unit, a sheet an inspector."""
    cases = _cases(draw, [row.code for row in turns])
    rows = Inspector.objects.filter(bureau=draw.assessment.campaign.bureau_id).select_related("user", "bureau")
    people = {row.number: row for row in rows}
    inspections = [
        Inspection(draw=draw, case=cases[row.code], kind_key=row.kind, turn=row.turn) for row in turns
    ]  # fmt: skip
    opinions = [
        Opinion(inspection=inspection, inspector=people[number], place=place)
        for inspection, row in zip(inspections, turns, strict=True)
        for place, number in enumerate(row.inspectors, start=1)
    ]
    Inspection.objects.bulk_create(inspections, batch_size=BATCH)
    return inspections, opinions


def _stand_aside(draw: Draw, inspections: list[Inspection], opinions: list[Opinion], who: Standing, at) -> None:
    """Store the sheets. Whoever came to serve in a drawn unit since the lists were frozen hands it to the next."""
    drawn = {row.inspector_id: row.inspector for row in opinions}
    away = policies.away(drawn.values(), on=who.on)
    sheets: dict = {}
    for opinion in opinions:
        sheets.setdefault(opinion.inspection_id, []).append(opinion)
    moved = [
        row for row in opinions if any(each.covers(row.inspection.case.unit.path) for each in away[row.inspector_id])
    ]
    for row in moved:
        _give_to_next(draw, row, sheets[row.inspection_id], who, at)
    Opinion.objects.bulk_create(opinions, batch_size=BATCH)


def _give_to_next(draw: Draw, opinion: Opinion, sheets: list[Opinion], who: Standing, at: datetime) -> None:
    unit, before = opinion.inspection.case.unit, opinion.inspector
    besides = {row.inspector.number for row in sheets}
    rows = {row.number: row for row in queries.on_list(before.bureau_id).select_related("user", "bureau")}
    line = queries.assign_for(draw, unit.code, besides)
    since = [number for number in rows if number not in line and number not in besides]
    for number in [*line, *since]:
        if number in rows and policies.can_inspect(rows[number], unit, on=who.on):
            opinion.inspector = rows[number]
            record("inspection.stood_back", about=opinion, by="clock", at=at, before=before.number, after=number,
                   unit=unit.code, bureau=draw.assessment.campaign.bureau.code)  # fmt: skip
            return
    raise Refused(
        _("%(number)s has come to serve in %(unit)s since the lists were frozen, and nobody else may go there. "
          "Enlist another inspector first.") % {"number": before.number, "unit": unit.name_zh}
    )  # fmt: skip


def _grant(opinions: list[Opinion]) -> None:
    permission = Permission.objects.get(codename="inspect", content_type__app_label="assessments")
    InspectionUserObjectPermission.objects.bulk_create(
        [
            InspectionUserObjectPermission(
                user_id=row.inspector.user_id, permission=permission, content_object=row.inspection
            )
            for row in opinions
        ],
        batch_size=BATCH,
    )


def _require_nobody_left(draw: Draw, inspection: Inspection, inspector: Inspector, *, on: date) -> None:
    have = set(inspection.opinions.values_list("inspector__number", flat=True))
    if inspector.number in have:
        raise Refused(_("%(number)s has a sheet of this unit already.") % {"number": inspector.number})
    rows = {row.number: row for row in queries.on_list(inspector.bureau_id)}
    unit = inspection.case.unit
    for number in queries.assign_for(draw, unit.code, have | {inspector.number}):
        if number in rows and policies.can_inspect(rows[number], unit, on=on):
            raise Refused(_("Nobody is chosen by hand while somebody of the draw’s list is left: %(number)s is next.")
                          % {"number": number})  # fmt: skip


def _cases(draw: Draw, codes: list[str]) -> dict[str, Case]:
    found = {}
    for start in range(0, len(codes), BATCH):
        some = codes[start : start + BATCH]
        rows = Case.objects.filter(assessment=draw.assessment_id, unit__code__in=some).select_related("unit")
        found.update((row.unit.code, row) for row in rows)
    return found
