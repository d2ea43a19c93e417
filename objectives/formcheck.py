"""The style office's check of form: what a paper must look like before it is filed. Never of content. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.fingerprints import texts_of
from objectives.missing import MUST, OK, PERSONAL_NUMBER, SOFT
from objectives.routes import PERSONAL, Act
from objectives.states import ObjectiveKind


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the check: level must, soft or ok, and its sentence. The names are the component's."""

    level: str
    label: str
    to: str = ""


def check(content: dict, campaign, steps: Sequence, *, sound: bool | None = None) -> list[Point]:
    """Every point, faults first. `sound` says whether the document's signatures hold; None: not looked at."""
    points = [
        _title(content, campaign),
        _first(content, campaign.rules),
        *_deadlines(content, campaign),
        *_complete(content),
        _consultation(content["consultation"], campaign.rules),
        _personal_numbers(content),
        _signatures(steps, sound),
    ]
    return sorted((point for point in points if point), key=lambda point: (MUST, SOFT, OK).index(point.level))


def faults(points: Sequence[Point]) -> int:
    return sum(point.level == MUST for point in points)


def summary(points: Sequence[Point]) -> str:
    """The check in one phrase, for a list."""
    found = faults(points)
    if not found:
        return _("Form in order")
    return ngettext("%(n)s point of form to look at", "%(n)s points of form to look at", found) % {"n": found}


def _title(content: dict, campaign) -> Point:
    fixed = campaign.paper_title_zh
    if campaign.rules.get("title_fixed") and content["title_zh"] != fixed:
        return Point(MUST, _("The title is not the campaign's: “%(title)s”") % {"title": fixed})
    return Point(OK, _("Title as the campaign sets it"))


def _first(content: dict, rules: dict) -> Point | None:
    if not rules.get("first_is_benchmarking"):
        return None
    first = content["objectives"][0]
    if first["kind"] != ObjectiveKind.BENCHMARK or not first["benchmark"]:
        return Point(MUST, _("Objective 1 is not the benchmarking one, or names no benchmark unit"), "#objective-1")
    return Point(OK, _("Objective 1 is the benchmarking one and names its benchmark unit"))


def _deadlines(content: dict, campaign) -> list[Point]:
    late = [
        Point(MUST, _("Objective %(n)s: no deadline inside the campaign") % {"n": objective["number"]},
              f"#objective-{objective['number']}")
        for objective in content["objectives"]
        if not _inside(objective["due_on"], campaign)
    ]  # fmt: skip
    return late or [Point(OK, _("Every objective has a deadline inside the campaign"))]


def _inside(text: str | None, campaign) -> bool:
    return bool(text) and campaign.starts_on <= date.fromisoformat(text) <= campaign.ends_on


def _complete(content: dict) -> list[Point]:
    lacking = [
        Point(MUST, _("Objective %(n)s: measures, target or leader missing") % {"n": objective["number"]},
              f"#objective-{objective['number']}")
        for objective in content["objectives"]
        if not (objective["measures"] and objective["targets"] and objective["leader_zh"])
    ]  # fmt: skip
    return lacking or [Point(OK, _("Every objective has measures, a target and an accountable leader"))]


def _consultation(note: dict, rules: dict) -> Point | None:
    if not rules.get("consultation_required", True):
        return None
    if not note["from"] or not note["how"] or note["people"] is None:
        return Point(MUST, _("The consultation note is not complete"))
    return Point(OK, _("Consultation note with dates and counts"))


def _personal_numbers(content: dict) -> Point:
    for where, text in texts_of(content):
        if PERSONAL_NUMBER.search(text):
            to = f"#{where}" if where.startswith("objective-") else ""
            return Point(
                MUST, _("A mobile or identity number stands in the text: return it, it cannot become public"), to
            )
    return Point(OK, _("No mobile or identity numbers"))


def _signatures(steps: Sequence, sound: bool | None) -> Point:
    asked = [step for step in steps if step.act != Act.FILE]
    signed = sum(step.is_done and step.act in PERSONAL for step in asked)
    if any(not step.is_done for step in asked):
        return Point(MUST, _("A step before filing is still open"))
    if sound is False:
        return Point(MUST, _("The document's signatures do not hold: do not file it, tell the administrator"))
    words = ngettext("%(n)s signature", "%(n)s signatures", signed) % {"n": signed}
    return Point(OK, _("%(signatures)s, each intact") % {"signatures": words} if sound else words)
