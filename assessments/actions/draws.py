"""Draws: prepared, committed to, announced, and held once. What was drawn stays drawn.

What is refused on the way stands in the record under “draw.not_allowed”: a second draw “until it suits”, a secret
that does not match its commitment, a list in which a unit's own people would have to inspect it.
"""

import unicodedata
from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils.translation import gettext as _

from assessments import drawing
from assessments.actions import handovers
from assessments.actions.draw_rules import (
    Overtaken,
    announce,
    change,
    commit,
    discard,
    facts_of,
    locked,
    prepare,
    tried,
)
from assessments.models import (
    Assessment,
    Case,
    Draw,
    Handover,
    Inspection,
    InspectionUserObjectPermission,
    Inspector,
    Opinion,
)
from assessments.notices import draws as notices
from assessments.policies import draws as policies
from assessments.queries import draws as queries
from assessments.states import DrawState, HandoverReason, Phase, SeedKind
from objectives.missing import require_no_number
from portal.core import pagecache, vault
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.policies import Standing, standing

__all__ = ["Overtaken", "announce", "change", "commit", "discard", "hold", "prepare", "reveal", "void"]
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
    Whoever may no longer go to a drawn unit gives way to the next in line.
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
        inspections, opinions = _made(draw, turns)
        passed = _pass_on(draw, opinions, who, at)
        Assessment.objects.filter(pk=draw.assessment_id, phase=Phase.OPEN).update(phase=Phase.INSPECTING)
        _record(draw, passed, len(turns), who=who, at=at)
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
        require_no_number(why)
        draw.state, draw.void_at, draw.void_why = DrawState.VOID, at, why
        draw.version += 1
        draw.save()
        record("draw.void", about=draw, by=by, at=at, words=why, **facts_of(draw, who))
        transaction.on_commit(pagecache.forget)
    return draw


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
    require_no_number(words)
    return " ".join(words.split())[:200]


def _made(draw: Draw, turns: list[drawing.Turn]) -> tuple[list[Inspection], list[Opinion]]:
    """The rows of a result: an inspection a unit, a sheet and a grant an inspector."""
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
    Opinion.objects.bulk_create(opinions, batch_size=BATCH)
    _grant(opinions)
    return inspections, opinions


def _pass_on(draw: Draw, opinions: list[Opinion], who: Standing, at: datetime) -> list[Handover]:
    """Whoever came to serve in a drawn unit since the lists were frozen, or left the bureau, gives way to the next."""
    drawn = {row.inspector_id: row.inspector for row in opinions}
    away = policies.away(drawn.values(), on=who.on)
    serving = set(queries.serving(draw.assessment.campaign.bureau_id, on=who.on).values_list("pk", flat=True))
    passed = []
    for row in opinions:
        unit = row.inspection.case.unit
        if row.inspector_id not in serving:
            reason = HandoverReason.LEFT
        elif any(place.covers(unit.path) for place in away[row.inspector_id]):
            reason = HandoverReason.INTEREST
        else:
            continue
        handover = handovers.pass_on(row, reason=reason, by=who.user, at=at)
        if handover is None:
            raise Refused(
                _("%(number)s can no longer go to %(unit)s, and nobody else of the list may. Enlist another inspector "
                  "first.") % {"number": row.inspector.number, "unit": unit.name_zh}
            )  # fmt: skip
        passed.append(handover)
    return passed


def _record(draw: Draw, passed: list[Handover], units: int, *, who: Standing, at: datetime) -> None:
    """The draw, then who gave way. Last of all writing: the record's own lock is held until the commit."""
    record("draw.drawn", about=draw, by=who.user, at=at, **facts_of(draw, who), seed=draw.seed, result=draw.result_hash,
           units=units)  # fmt: skip
    for handover in passed:
        has_interest = handover.reason == HandoverReason.INTEREST
        record("inspection.stood_back" if has_interest else "inspection.handed_over", about=handover.opinion,
               by="clock", at=at, unit=handover.opinion.inspection.case.unit.code,
               bureau=draw.assessment.campaign.bureau.code, **handovers.facts_of(handover))  # fmt: skip


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


def _cases(draw: Draw, codes: list[str]) -> dict[str, Case]:
    found = {}
    for start in range(0, len(codes), BATCH):
        some = codes[start : start + BATCH]
        rows = Case.objects.filter(assessment=draw.assessment_id, unit__code__in=some).select_related("unit")
        found.update((row.unit.code, row) for row in rows)
    return found
