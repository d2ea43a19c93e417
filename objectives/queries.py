"""Reading papers for lists and pages: each function a constant number of queries."""

import json
from collections.abc import Iterable
from datetime import date

from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When
from django.urls import reverse

from objectives import fingerprints, policies
from objectives.models import Campaign, KindRule, Paper, Return, Revision, Step
from objectives.routes import Act
from objectives.states import State
from portal.core.lenses import Shown
from portal.core.models import Deed, User
from portal.core.verbs import ACTORS
from portal.core.wording import said
from units.models import Role, Unit
from units.policies import Standing

ORDER = (State.RETURNED, State.DRAFT, State.IN_ROUTE, State.COMPLETE, State.PUBLISHED)
PAGE = 200


def listed(who: Standing) -> QuerySet[Paper]:
    """The papers a person may see, what asks for work first; each with its `open_steps` and `returned_by`."""
    place = Case(*(When(state=state, then=Value(n)) for n, state in enumerate(ORDER)), output_field=IntegerField())
    return with_place(policies.visible(who)).annotate(place=place).order_by("place", "-campaign__year", "unit__path")


def with_place(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    """Papers with unit, campaign and its deadlines, open step and returns: three queries for any number."""
    return papers.select_related("campaign__bureau", "unit__kind", "unit__parent").prefetch_related(
        "campaign__deadlines",
        Prefetch("steps", Step.objects.open().select_related("unit"), to_attr="open_steps"),
        Prefetch("returns", Return.objects.select_related("returned_post"), to_attr="sent_back"),
    )


def waiting_step(paper: Paper) -> Step | None:
    """The open step of a paper read by `listed`, knowing its paper."""
    step = paper.open_steps[0] if paper.open_steps else None
    if step is not None:
        step.paper = paper
    return step


def open_step(paper: Paper) -> Step | None:
    step = Step.objects.open().filter(paper=paper).select_related("unit").first()
    if step is not None:
        step.paper = paper
    return step


def open_for(who: Standing) -> list[Step]:
    """The open steps that wait for this person, the longest waiting first."""
    if not who.posts_as(Role.HEAD, Role.TOWN_OFFICE, Role.LINE_LEADER, Role.LINKED_LEADER, Role.STYLE_OFFICE):
        return []
    papers = with_place(policies.visible(who).filter(state=State.IN_ROUTE))
    steps = [step for paper in papers if (step := waiting_step(paper)) and policies.acting_post(who, step)]
    mine = Step.objects.filter(paper__in=[step.paper_id for step in steps], done_by=who.user)
    done = set(mine.values_list("paper", "round")) if steps else set()
    return sorted(
        (step for step in steps if (step.paper_id, step.round) not in done), key=lambda step: step.waiting_since
    )


def waiting_for_others(who: Standing, most: int) -> list[Step]:
    """Open steps of papers this person follows that wait for somebody else, the longest waiting first."""
    papers = with_place(policies.visible(who).filter(state=State.IN_ROUTE))[:PAGE]
    steps = [step for paper in papers if (step := waiting_step(paper)) and not policies.acting_post(who, step)]
    return sorted(steps, key=lambda step: step.waiting_since)[:most]


def due_of(step: Step) -> date | None:
    """The campaign's day for this step: filing has its own, everything before it is sign-off."""
    return step.paper.campaign.deadline("file_with_style_office" if step.act == Act.FILE else "sign_off")


def to_begin(who: Standing, *, on: date) -> list[tuple[Campaign, Unit]]:
    """Campaigns that ask a paper of one of my units which has none yet."""
    units = {post.unit_id: post.unit for post in who.posts_as(*policies.UNIT_ROLES)}
    if not units:
        return []
    rules = (
        KindRule.objects.filter(
            kind__in={unit.kind_id for unit in units.values()}, campaign__starts_on__lte=on, campaign__ends_on__gte=on
        )
        .select_related("campaign")
        .prefetch_related("campaign__deadlines")
    )
    begun = set(Paper.objects.filter(unit__in=units).values_list("campaign", "unit"))
    return [
        (rule.campaign, unit)
        for rule in rules
        for unit in units.values()
        if unit.kind_id == rule.kind_id and (rule.campaign_id, unit.pk) not in begun
    ]


def next_dates(bureaus: set[int], *, on: date, most: int) -> list[dict]:
    """What the campaigns of these bureaus bring next: deadlines, and stages that begin or end."""
    campaigns = Campaign.objects.filter(bureau__in=bureaus, ends_on__gte=on).prefetch_related("deadlines", "stages")
    found = []
    for campaign in campaigns:
        found += [{"on": each.on, "deadline": each.key, "stage": None} for each in campaign.deadlines.all()]
        for stage in campaign.stages.all():
            found.append({"on": stage.from_on, "deadline": "", "stage": stage, "ends": False})
            found.append({"on": stage.to_on, "deadline": "", "stage": stage, "ends": True})
    return sorted((each for each in found if each["on"] >= on), key=lambda each: each["on"])[:most]


def contents(paper: Paper) -> dict[int, dict]:
    """The frozen texts of a paper by round."""
    return {revision.round: json.loads(revision.content) for revision in paper.revisions.all()}


def live_content(paper: Paper) -> dict:
    """The text of a draft in the form of a frozen one."""
    paper = Paper.objects.in_full().get(pk=paper.pk)
    rule = KindRule.objects.filter(campaign=paper.campaign_id, kind=paper.unit.kind_id).first()
    return fingerprints.content_of(paper, number="", round_=paper.round + 1, route=rule.steps if rule else [])


def last_signed_round(paper: Paper, user) -> int:
    """The latest earlier round in which this person acted; 0 if none."""
    rounds = Step.objects.filter(paper=paper, done_by=user, round__lt=paper.round).order_by("-round")
    return rounds.values_list("round", flat=True).first() or 0


def rule_of(paper: Paper) -> KindRule | None:
    return KindRule.objects.filter(campaign=paper.campaign_id, kind=paper.unit.kind_id).first()


def deeds_of(paper: Paper) -> list[tuple[Deed, str]]:
    """The record of this paper, newest first, each deed with its actor's name."""
    deeds = list(Deed.objects.about(paper).order_by("-number")[:100])
    names = names_of(deed.by for deed in deeds)
    return [(deed, names.get(deed.by) or ACTORS.get(deed.by, deed.by)) for deed in deeds]


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Names by the text under which deeds remember people."""
    users = User.objects.filter(pk__in={int(key) for key in keys if key.isdecimal()})
    return {str(user.pk): str(user) for user in users}


def papers_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Papers in the record: only those this person may see."""
    papers = policies.visible(who).filter(pk__in=ids).select_related("unit", "campaign")
    return {
        str(paper.pk): Shown(f"{said(paper.unit, 'name')} {paper.campaign.year}", reverse("paper", args=[paper.pk]))
        for paper in papers
    }


def unprinted() -> QuerySet[Revision]:
    """Frozen texts of papers under way of which no document exists yet, the oldest first."""
    return Revision.objects.filter(documents=None, paper__state=State.IN_ROUTE).order_by("submitted_at")
