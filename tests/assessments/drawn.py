"""Drawn units for tests of inspections: lists as a draw publishes them, inspections, sheets, grants. Nobody is told."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from assessments import drawing
from assessments.actions import inspections as acts
from assessments.models import Draw, Inspection, Opinion
from assessments.queries import rounds
from assessments.states import DrawState, Phase
from portal.core import vault
from tests import judged, stories

INSPECTORS = ("style_office", "line_leader", "linked_leader", "town_office_approver", "auditor")


def world(*kinds: str, drawn: int = 1, each: int = 2, names=INSPECTORS) -> stories.Story:
    """A judged story whose round of inspections is under way: `draw`, `inspectors` by number, `inspections` in the
    draw's order with `each` declared inspectors, `drawn` units of each kind.
    """
    story = judged.judged(*kinds or ("department", "town_school"), phase=Phase.INSPECTING)
    today, assessment = timezone.localdate(), story.assessment
    assessment.self_due_on = assessment.inspect_from_on = today - timedelta(days=2)
    assessment.save()
    story.inspectors = {row.number: row for row in judged.inspectors(story, *names)}
    cases = list(story.cases.values())
    objects = drawing.objects_text(drawing.Listed(row.kind_key, row.unit.code, row.unit.name_zh) for row in cases)
    listed = drawing.inspectors_text(
        drawing.Eligible(row.number, row.post.unit.code) for row in story.inspectors.values()
    )
    office, now = story.people["style_office"], timezone.now()
    story.draw = Draw.objects.create(
        assessment=assessment, number="抽签第1号", state=DrawState.DRAWN, each=each, rule='{"each":2}', seed="314159",
        objects_hash=vault.put(objects.encode()), inspectors_hash=vault.put(listed.encode()), announced_at=now,
        announced_by=office, announced_post=judged.post_of(office), drawn_at=now, drawn_by=office, result_hash="0" * 64,
    )  # fmt: skip
    key, story.inspections = drawing.key_of(story.draw.rule, story.draw.seed), []
    by_code = {row.unit.code: row for row in cases}
    for kind in sorted({row.kind_key for row in cases}):
        codes = [row.unit.code for row in cases if row.kind_key == kind]
        for turn, code in enumerate(drawing.first_in_line(key, codes, drawn), start=1):
            row = Inspection.objects.create(draw=story.draw, case=by_code[code], kind_key=kind, turn=turn)
            for place, inspector in enumerate(list(story.inspectors.values())[:each], start=1):
                Opinion.objects.create(inspection=row, inspector=inspector, place=place, clear_at=now)
                rounds.grant(row, inspector)
            story.inspections.append(row)
    return story


def sheets(inspection: Inspection) -> list[Opinion]:
    return list(inspection.opinions.select_related("inspector__user").order_by("place"))


def data(story, points: dict | None = None, **more) -> dict:
    """What a complete sheet holds; `points` by criterion key."""
    points = {"completion": "50", "on-the-spot": "12"} | (points or {})
    return {
        "visited_on": timezone.localdate(), "talked_to": "教务主任、两名教师", "words": "台账与现场一致。",
        "marks": {
            story.criteria[key].pk: {"points": None if value is None else Decimal(value), "seen": "看了台账"}
            for key, value in points.items()
        },
        "findings": [],
    } | more  # fmt: skip


def save(opinion: Opinion, content: dict, **more) -> Opinion:
    by, at = opinion.inspector.user, more.pop("at", None) or timezone.now()
    return acts.save(opinion, content, version=more.pop("version", opinion.version), by=by, at=at)


def send(story, opinion: Opinion, points: dict | None = None) -> Opinion:
    """Write a whole sheet and send it."""
    stored = save(opinion, data(story, points))
    return acts.send(stored, version=stored.version, by=opinion.inspector.user, at=timezone.now())
