"""Submission: the text freezes, the route is copied into rows, the first step opens."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from objectives import fingerprints, missing, notices, policies
from objectives.models import KindRule, Paper, Revision, Step
from objectives.routes import RouteStep
from objectives.states import State
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import said
from units.models import Charge, Role, Unit
from units.policies import LEADERS, standing

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12
"""Twelve of 31 signs, about 59 bits: not to be guessed, short enough to type."""


@transaction.atomic
def submit(paper: Paper, *, by, at: datetime) -> Revision:
    """Freeze the text as a new round and open the first step of the route.

    Raises `Refused` with the list when something required is missing, and where nobody would take a step.
    """
    who = standing(by, on=local_day(at))
    Paper.objects.locked(paper.pk)
    paper = Paper.objects.in_full().get(pk=paper.pk)
    require(policies.can_submit(who, paper))
    rule = KindRule.objects.get(campaign=paper.campaign, kind=paper.unit.kind_id)
    lacking = missing.blocks(missing.missing_to_submit(paper, rule))
    if lacking:
        raise Refused(_("Still missing: %(list)s.") % {"list": "; ".join(lack.text for lack in lacking)})
    _require_leaders(paper, rule.steps, on=local_day(at))

    paper.move_to(State.IN_ROUTE)
    paper.round += 1
    paper.save(update_fields=["state", "round"])
    revision = _freeze(paper, rule.steps, by, at)
    first = _copy_route(paper, rule.steps, at)
    record(
        "paper.submitted", about=paper, by=by, at=at, bureau=paper.campaign.bureau.code,
        round=paper.round, fingerprint=revision.fingerprint, number=revision.number,
    )  # fmt: skip
    notices.next_in_chain(first, at=at)
    return revision


def _require_leaders(paper: Paper, route: list[RouteStep], *, on: date) -> None:
    """A leader's step needs a leader in charge of the unit: else the paper would wait for nobody."""
    needed = {step.role for step in route} & set(LEADERS)
    led = Charge.objects.on(on).filter(unit=paper.unit_id, post__role__in=needed).values_list("post__role", flat=True)
    if lacking := sorted(needed - set(led)):
        facts = {"unit": said(paper.unit, "name"), "role": Role(lacking[0]).label}
        raise Refused(
            _(
                "Nobody is in charge of %(unit)s as its %(role)s, so the paper would wait for nobody. Tell the style "
                "office: the administrator enters the charge in the campaign file and loads it again."
            )
            % facts
        )


def _freeze(paper: Paper, route: list[RouteStep], by, at: datetime) -> Revision:
    campaign = paper.campaign
    number = f"{campaign.number_prefix}-{campaign.year}-{paper.unit.code}-{paper.round}"
    content = fingerprints.content_of(paper, number=number, round_=paper.round, route=route)
    text = fingerprints.canonical(content)
    return Revision.objects.create(
        paper=paper,
        round=paper.round,
        number=number,
        code="".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH)),
        content=text,
        fingerprint=fingerprints.fingerprint(text),
        submitted_at=at,
        submitted_by=by,
    )


def _copy_route(paper: Paper, route: list[RouteStep], at: datetime) -> Step:
    root = Unit.objects.get(bureau=paper.unit.bureau_id, parent=None)
    places = {Role.HEAD: paper.unit, Role.TOWN_OFFICE: paper.unit.parent or root}
    steps = Step.objects.bulk_create(
        Step(
            paper=paper,
            round=paper.round,
            position=place,
            role=step.role,
            act=step.act,
            seal=step.seal,
            unit=places.get(Role(step.role), root),
            waiting_since=at if place == 1 else None,
        )
        for place, step in enumerate(route, start=1)
    )
    return steps[0]
