"""Draws as pages read them, and the lists as they would be frozen now."""

import json
from bisect import bisect_left
from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from assessments import draw_words, drawing
from assessments.drawing import Eligible, Listed
from assessments.models import Assessment, Case, Draw, Inspection, Inspector, Opinion
from assessments.policies import draws as policies
from assessments.states import DrawState, InspectionState
from portal.core import vault
from units.models import STEP, Post, Role, Tenure
from units.policies import Standing

PUBLIC = (DrawState.ANNOUNCED, DrawState.DRAWN, DrawState.VOID)
FILES = {
    "objects.txt": "objects_hash", "inspectors.txt": "inspectors_hash", "rule.json": "rule", "seed.txt": "seed",
    "result.txt": "result_hash",
}  # fmt: skip
"""Name of a published file and the column that holds it or the hash it is kept under."""


# --- the lists -----------------------------------------------------------------------------------


def cases_to_draw(assessment: Assessment, excluded: Iterable[str]) -> list[tuple[str, str, str, str]]:
    """(path, kind, code, name) of the units that can be drawn, in the order of the tree: without the excluded and
    without those drawn before.
    """
    drawn, left_out = drawn_before(assessment), set(excluded)
    rows = Case.objects.filter(assessment=assessment).order_by("order")
    rows = rows.values_list("order", "kind_key", "unit__code", "unit__name_zh")
    return [row for row in rows.iterator(chunk_size=5000) if row[2] not in left_out and row[2] not in drawn]


def drawn_before(assessment: Assessment) -> dict[str, str]:
    """Code of each unit drawn before, and the number of the draw. Who could not receive then can be drawn again."""
    rows = Inspection.objects.filter(case__assessment=assessment).exclude(state=InspectionState.UNABLE)
    return dict(rows.values_list("case__unit__code", "draw__number"))


def listed(rows: Iterable[tuple[str, str, str, str]]) -> list[Listed]:
    return [Listed(kind, code, name) for _path, kind, code, name in rows]


def eligible(bureau_id: int, rows: list[tuple[str, str, str, str]], *, on: date) -> list[Eligible]:
    """The inspectors who can be drawn today, each with the codes among the rows that this one stays away from."""
    inspectors = list(serving(bureau_id, on=on).select_related("post__unit"))
    away = policies.away(inspectors, on=on)
    paths = [row[0] for row in rows]
    codes = {row[0]: row[2] for row in rows}
    return [
        Eligible(row.number, row.post.unit.code, frozenset(_covered(away[row.pk], paths, codes)))
        for row in inspectors
    ]  # fmt: skip


def _covered(places: Iterable[policies.Away], paths: list[str], codes: dict[str, str]) -> Iterable[str]:
    """Codes of the units that those places cover; `paths` is sorted, so what lies below is one run of it."""
    for place in places:
        if not place.is_branch:
            above = [place.path]
        else:
            above = [place.path[:end] for end in range(STEP, len(place.path) + 1, STEP)]
            for at in range(bisect_left(paths, place.path), len(paths)):
                if not paths[at].startswith(place.path):
                    break
                yield codes[paths[at]]
        yield from (codes[path] for path in above if path in codes)


def on_list(bureau_id: int) -> QuerySet[Inspector]:
    return Inspector.objects.filter(bureau=bureau_id, left_at=None).order_by("number")


def serving(bureau_id: int, *, on: date) -> QuerySet[Inspector]:
    """Those of the list who can inspect on that day: with an account, and a post in the bureau."""
    held = Tenure.objects.on(on).filter(post__unit__bureau=bureau_id).values("user")
    return on_list(bureau_id).filter(user__is_active=True, user__in=held)


def officers(assessment: Assessment) -> QuerySet[Post]:
    """The posts that may be named for a secret: heads and leaders of the bureau itself, style office and auditor."""
    roles = (Role.HEAD, Role.LINE_LEADER, Role.LINKED_LEADER, Role.STYLE_OFFICE, Role.AUDITOR)
    rows = Post.objects.filter(unit__bureau=assessment.campaign.bureau_id, unit__parent=None, role__in=roles)
    return rows.select_related("unit").order_by("role", "pk")


def share_a_holder(first: Post, second: Post, *, on: date) -> bool:
    """Whether one person holds both posts."""
    mine = Tenure.objects.on(on).filter(post=first).values("user")
    return Tenure.objects.on(on).filter(post=second, user__in=mine).exists()


# --- who comes next ------------------------------------------------------------------------------


def next_case(draw: Draw, kind_key: str) -> tuple[Case, int] | None:
    """(case, turn) of the next unit of a kind in the draw's line; None when the kind is used up.

    Left out are the units that this draw drew or passed over, and those that another draw of the assessment holds.
    """
    codes = [row.code for row in drawing.read_objects(file_of(draw, "objects.txt")) if row.kind == kind_key]
    rows = Inspection.objects.filter(case__assessment=draw.assessment_id)
    held = rows.filter(Q(draw=draw) | ~Q(state=InspectionState.UNABLE))
    taken = set(held.values_list("case__unit__code", flat=True))
    found = drawing.next_in_line(drawing.key_of(draw.rule, draw.seed), codes, taken & set(codes))
    if found is None:
        return None
    case = Case.objects.select_related("unit__bureau").get(assessment=draw.assessment_id, unit__code=found[1])
    return case, found[0]


def assign_for(draw: Draw, code: str, exclude_numbers: Iterable[str] = ()) -> list[str]:
    """Numbers of the frozen list who may take that unit, in the draw's order: fewest units first, then by rank."""
    besides = set(exclude_numbers)
    rows = drawing.read_inspectors(file_of(draw, "inspectors.txt"))
    free = [row.number for row in rows if code not in row.recused and row.number not in besides]
    loads = loads_of(draw)
    line = drawing.in_order(drawing.key_of(draw.rule, draw.seed), code, free)
    return sorted(line, key=lambda number: loads.get(number, 0))


def loads_of(draw: Draw) -> dict[str, int]:
    """How many units of the draw each inspector has; units that were passed over do not count."""
    rows = Opinion.objects.filter(inspection__draw=draw).exclude(inspection__state=InspectionState.UNABLE)
    return dict(rows.order_by().values_list("inspector__number").annotate(n=Count("pk")))


# --- pages ---------------------------------------------------------------------------------------


def in_full(draws: QuerySet[Draw]) -> QuerySet[Draw]:
    return draws.select_related(
        "assessment__campaign__bureau", "first_officer__unit", "second_officer__unit", "announced_post__unit"
    )


def public(bureau_code: str) -> QuerySet[Draw]:
    """The announced, held and void draws of a bureau, newest first."""
    rows = in_full(Draw.objects.filter(assessment__campaign__bureau__code=bureau_code, state__in=PUBLIC))
    return rows.order_by("-announced_at", "-pk")


def public_one(bureau_code: str, slug: str) -> Draw | None:
    ending = draw_words.number_ending(slug)
    return public(bureau_code).filter(number__endswith=ending).first() if ending else None


def file_of(draw: Draw, name: str) -> str:
    """The text of a published file; empty while there is none."""
    value = getattr(draw, FILES[name])
    if name == "seed.txt":
        return f"{value}\n" if value else ""
    if name == "rule.json" or not value:
        return value
    return vault.get(value).decode()


def drawn_units(draw: Draw, *, after: tuple[str, int] = ("", 0), most: int = 100) -> list[drawing.Turn]:
    """The published result, a page of it: the turns after that (kind, turn)."""
    if draw.state != DrawState.DRAWN:
        return []
    rows = (line.split("\t") for line in file_of(draw, "result.txt").splitlines())
    found = (drawing.Turn(kind, int(turn), code, tuple(who.split(","))) for kind, turn, code, who in rows)
    page = []
    for row in found:
        if (row.kind, row.turn) > after:
            page.append(row)
            if len(page) > most:
                break
    return page


def kinds_of(draw: Draw) -> list[dict]:
    """How many units of each kind stand in the frozen list, and how many are drawn."""
    counts = json.loads(draw.rule)["objects"]["kinds"]
    share = int(draw.share * 100)
    return [
        {"kind": kind, "of": n, "drawn": drawing.how_many(n, method=draw.method, share=share, least=draw.least)}
        for kind, n in sorted(counts.items())
    ]


def run_by(who: Standing) -> QuerySet[Assessment]:
    """The assessments whose draws this person's style office runs."""
    bureaus = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    return Assessment.objects.filter(campaign__bureau__in=bureaus).select_related("campaign__bureau")
