"""What waits for a person in the matter of papers: to sign, to write, to begin. Filing stands a floor above."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from objectives import consequences, missing, policies, queries, telling
from objectives.models import KindRule, Paper, Step
from objectives.routes import Act
from objectives.states import EDITABLE, State
from portal.core.desk import Item
from portal.core.wording import said
from units.policies import Standing

ONE_BY_ONE = 6
"""So many papers of one kind stand on the desk singly; more are told as one row with their count."""

MANY = {
    Act.SUBMIT: gettext_lazy("papers to read and submit"),
    Act.SIGN: gettext_lazy("papers to sign"),
    Act.AUDIT: gettext_lazy("papers to audit and sign"),
    Act.APPROVE: gettext_lazy("papers to approve"),
}
ONE = {
    Act.SUBMIT: gettext_lazy("Submit the objectives of %(unit)s"),
    Act.SIGN: gettext_lazy("Sign the objectives of %(unit)s"),
    Act.AUDIT: gettext_lazy("Audit and sign the objectives of %(unit)s"),
    Act.APPROVE: gettext_lazy("Approve the objectives of %(unit)s"),
}


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """Rows of the desk: a constant number of queries for any number of papers."""
    yield from _to_sign(who)
    yield from _to_write(who)
    for campaign, unit in queries.to_begin(who, on=on):
        yield Item(
            what=_("Begin the paper of %(unit)s for %(year)s") % {"unit": said(unit, "name"), "year": campaign.year},
            why=said(campaign, "title"),
            act=_("To the papers"),
            to=reverse("papers"),
            due_on=campaign.deadline("sign_off"),
            order=2,
        )


def _to_sign(who: Standing) -> Iterator[Item]:
    steps = sorted((step for step in queries.open_for(who) if step.act != Act.FILE), key=lambda step: step.act)
    for act, found in groupby(steps, key=lambda step: step.act):
        rows = list(found)
        if len(rows) > ONE_BY_ONE:
            yield _many(Act(act), rows)
        else:
            yield from map(_one, rows)


def _one(step: Step) -> Item:
    paper = step.paper
    return Item(
        what=ONE[Act(step.act)] % {"unit": said(paper.unit, "name")},
        why=_("Round %(n)s. %(waiting)s.") % {"n": paper.round, "waiting": telling.waits_for_you(step)},
        act=consequences.ACTS[Act(step.act)](),
        to=reverse("paper_act", args=[paper.pk]),
        due_on=queries.due_of(step),
    )


def _many(act: Act, steps: list[Step]) -> Item:
    names = [said(step.paper.unit, "name") for step in steps[:3]]
    days = [day for step in steps if (day := queries.due_of(step))]
    return Item(
        what=str(MANY[act]),
        why=_("%(names)s and others. The first has waited since %(day)s.")
        % {"names": pgettext("between names", ", ").join(names), "day": telling.since(steps[0])},
        act=_("See the list"),
        to=reverse("papers"),
        due_on=min(days, default=None),
        count=len(steps),
    )


def _to_write(who: Standing) -> Iterator[Item]:
    units = [post.unit_id for post in who.posts_as(*policies.UNIT_ROLES)]
    if not units:
        return
    papers = list(queries.with_place(Paper.objects.in_full().filter(unit__in=units, state__in=EDITABLE)))
    rules = {}
    if papers:
        rules = {(r.campaign_id, r.kind_id): r for r in KindRule.objects.filter(campaign__papers__in=papers).distinct()}
    for paper in papers:
        rule = rules.get((paper.campaign_id, paper.unit.kind_id))
        yield _returned(paper) if paper.state == State.RETURNED else _draft(paper, rule)


def _returned(paper: Paper) -> Item:
    back = max(paper.sent_back, key=lambda row: row.round)
    return Item(
        what=_("Returned: the objectives of %(unit)s") % {"unit": said(paper.unit, "name")},
        why=_("%(post)s: %(reason)s") % {"post": said(back.returned_post, "title"), "reason": back.reason},
        act=_("Change it"),
        to=reverse("paper_edit", args=[paper.pk]),
        due_on=paper.campaign.deadline("sign_off"),
    )


def _draft(paper: Paper, rule: KindRule | None) -> Item:
    lacks = len(missing.blocks(missing.missing_to_submit(paper, rule))) if rule else 0
    words = ngettext("%(n)s thing is still missing.", "%(n)s things are still missing.", lacks) % {"n": lacks}
    return Item(
        what=_("Finish the paper of %(unit)s") % {"unit": said(paper.unit, "name")},
        why=words if lacks else _("Nothing is missing: it can go to the signers."),
        act=_("Write on") if lacks else _("Open and submit"),
        to=reverse("paper_edit" if lacks else "paper", args=[paper.pk]),
        due_on=paper.campaign.deadline("sign_off"),
        order=1,
    )
