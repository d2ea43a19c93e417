"""What waits to be filed or made public: the style office's queue, and a school's own last click."""

import json
from dataclasses import dataclass
from datetime import date

from objectives import formcheck, queries
from objectives.models import KindRule, Paper, Revision, Step
from objectives.policies import UNIT_ROLES, visible
from objectives.routes import Act
from objectives.states import State
from units.models import Role
from units.policies import Standing


@dataclass(frozen=True, slots=True)
class ToFile:
    """One paper that waits for filing: its step, when it is due, and the check of form in a phrase."""

    step: Step
    paper: Paper
    due_on: date | None
    faults: int
    summary: str


def to_file(who: Standing) -> list[ToFile]:
    """Papers that wait for this person's filing, the longest waiting first. Town schools are never among them."""
    if not who.posts_as(Role.STYLE_OFFICE):
        return []
    steps = [step for step in queries.open_for(who) if step.act == Act.FILE]
    papers = {step.paper_id: step.paper for step in steps}
    texts = {
        (revision.paper_id, revision.round): revision for revision in Revision.objects.filter(paper__in=papers)
    }  # fmt: skip
    before: dict = {}
    for step in Step.objects.filter(paper__in=papers).order_by("position"):
        before.setdefault((step.paper_id, step.round), []).append(step)
    return [_to_file(step, texts, before) for step in steps]


def _to_file(step: Step, texts: dict, before: dict) -> ToFile:
    here = (step.paper_id, step.round)
    points = formcheck.check(json.loads(texts[here].content), step.paper.campaign, before[here])
    return ToFile(step, step.paper, queries.due_of(step), formcheck.faults(points), formcheck.summary(points))


def to_publish(who: Standing) -> list[Paper]:
    """Complete papers that this person may make public: the style office's kinds, or one's own school's."""
    roles = who.posts_as(Role.STYLE_OFFICE, *UNIT_ROLES)
    if not roles:
        return []
    papers = list(queries.with_place(visible(who).filter(state=State.COMPLETE)).order_by("unit__path"))
    rules = KindRule.objects.filter(campaign__papers__in=papers).distinct() if papers else ()
    publishers = {(rule.campaign_id, rule.kind_id): rule.publisher for rule in rules}
    return [
        paper for paper in papers if _publishes(who, paper, publishers.get((paper.campaign_id, paper.unit.kind_id)))
    ]


def _publishes(who: Standing, paper: Paper, publisher: str | None) -> bool:
    if publisher == "style_office":
        return who.bureau_post(Role.STYLE_OFFICE, paper.unit.bureau_id) is not None
    return publisher is not None and any(who.post(role, paper.unit) for role in UNIT_ROLES)
