"""What the pages about one paper show: the facts, read and put into words."""

from datetime import date

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives import consequences, differences, formcheck, missing, policies, queries, telling
from objectives.models import Document, Paper, Revision, Step
from objectives.routes import PERSONAL, Act
from objectives.states import State
from portal.core import seals, signers, vault, verbs
from portal.core.captions import short_day
from portal.core.clock import local_day
from portal.core.signing import verify
from portal.core.verdicts import YES, Verdict
from portal.core.wording import in_chinese, said
from units.models import Role
from units.policies import Standing, holders


def rows(who: Standing) -> list[dict]:
    """The list of papers: each with where it stands, grouped by state in the order of urgency."""
    groups: dict[str, list] = {}
    for paper in queries.listed(who)[: queries.PAGE]:
        step = queries.waiting_step(paper)
        is_mine = bool(step and policies.acting_post(who, step))
        groups.setdefault(paper.state, []).append(
            {"paper": paper, "stands": telling.stands(paper, step), "mine": is_mine}
        )
    return [{"state": State(state), "rows": found} for state, found in groups.items()]


def paper_facts(who: Standing, paper: Paper, *, on: date) -> dict:
    """Everything the page of one paper shows."""
    contents = queries.contents(paper)
    content = queries.live_content(paper) if paper.is_editable else contents[paper.round]
    before = contents.get(paper.round if paper.is_editable else paper.round - 1)
    changes = differences.between(before, content) if before else []
    steps, sent_back = _steps(paper), _returns(paper)
    step = queries.open_step(paper)
    rule = queries.rule_of(paper)
    here = [each for each in steps if each.round == paper.round]
    return {
        "paper": paper,
        "content": content,
        "articles": telling.articles(content, changes),
        "consultation": telling.consultation(content["consultation"]),
        "changes": changes,
        "changed_since": _("Changes since round %(n)s") % {"n": before["round"]} if before else "",
        "route": telling.route(here, sent_back=sent_back.get(paper.round), plan=rule.steps if rule else ()),
        "stands": telling.stands(paper, step),
        "waits_for": [str(user) for user in holders(Role(step.role), paper.unit, on=on)] if step else [],
        "returned": sent_back.get(paper.round) if paper.state == State.RETURNED else None,
        "done": [(said(each.done_post, "title"), telling.acted(each)) for each in here if each.is_done],
        "earlier": _earlier(steps, sent_back, paper),
        "documents": _documents(paper),
        "deeds": [
            {"deed": deed, "name": name, "sentence": verbs.SENTENCES[deed.verb]}
            for deed, name in queries.deeds_of(paper)
        ],
        "acts": acts_on(who, paper, step, rule),
    }


def acts_on(who: Standing, paper: Paper, step: Step | None, rule) -> list[dict]:
    """What this person could do now, the primary act first; refused ones carry the reason."""
    if paper.is_editable:
        return _writing(who, paper, rule)
    if paper.state == State.IN_ROUTE and step is not None:
        to = reverse("paper_act", args=[paper.pk])
        return [
            {
                "label": consequences.ACTS[Act(step.act)](),
                "to": to,
                "verdict": policies.can_act(who, step, paper),
                "post": False,
            }
        ]
    if paper.state == State.COMPLETE and rule is not None:
        to = reverse("publish", args=[paper.pk])
        return [{"label": _("Publish"), "to": to, "verdict": _may_publish(who, paper, rule), "post": True}]
    return []


def _writing(who: Standing, paper: Paper, rule) -> list[dict]:
    verdict = policies.can_edit(who, paper)
    edit = {
        "label": _("Edit the paper"),
        "to": reverse("paper_edit", args=[paper.pk]),
        "verdict": verdict,
        "post": False,
    }
    if not verdict or rule is None:
        return [edit]
    lacks = len(missing.blocks(missing.missing_to_submit(Paper.objects.in_full().get(pk=paper.pk), rule)))
    words = ngettext("%(n)s thing is still missing.", "%(n)s things are still missing.", lacks) % {"n": lacks}
    submit = {
        "label": _("Submit to the signers"), "to": reverse("paper_submit", args=[paper.pk]),
        "verdict": Verdict(words) if lacks else YES, "post": True,
    }  # fmt: skip
    return [edit, submit] if lacks else [submit, edit]


def _may_publish(who: Standing, paper: Paper, rule) -> Verdict:
    if rule.publisher == "style_office":
        mine = who.bureau_post(Role.STYLE_OFFICE, paper.unit.bureau_id)
        return YES if mine else Verdict(_("The style office publishes this paper."))
    mine = any(who.post(role, paper.unit) for role in policies.UNIT_ROLES)
    return YES if mine else Verdict(_("The school itself publishes this paper."))


def _steps(paper: Paper) -> list[Step]:
    rows_ = Step.objects.filter(paper=paper).select_related("done_by", "done_post__unit")
    return list(rows_.order_by("round", "position"))


def _returns(paper: Paper) -> dict:
    found = paper.returns.select_related("returned_by", "returned_post", "step").prefetch_related("remarks")
    return {sent_back.round: sent_back for sent_back in found}


def _earlier(steps: list[Step], sent_back: dict, paper: Paper) -> list[dict]:
    last = paper.round if paper.state == State.RETURNED else paper.round - 1
    return [
        {
            "round": number,
            "done": [(said(s.done_post, "title"), telling.acted(s)) for s in steps if s.round == number and s.is_done],
            "returned": sent_back.get(number),
        }
        for number in range(last, 0, -1)
    ]


def _documents(paper: Paper) -> list[dict]:
    """The newest document of each round, the current round first."""
    newest: dict[int, Document] = {}
    for document in Document.objects.filter(revision__paper=paper).select_related("revision").order_by("position"):
        newest[document.revision.round] = document
    to = reverse("paper_document", args=[paper.pk])
    return [
        {"document": each, "round": number, "revision": each.revision, "to": f"{to}?round={number}"}
        for number, each in sorted(newest.items(), reverse=True)
    ]


def act_facts(who: Standing, paper: Paper, step: Step) -> dict:
    """Everything the page of one act shows, but for its forms."""
    contents = queries.contents(paper)
    content = contents[paper.round]
    own_round = queries.last_signed_round(paper, who.user)
    before = contents.get(own_round or paper.round - 1)
    changes = differences.between(before, content) if before else []
    steps = [each for each in _steps(paper) if each.round == paper.round]
    revision = Revision.objects.get(paper=paper, round=paper.round)
    key = signers.key_of(who.user) if step.act in PERSONAL else None
    following = next((each.role for each in steps if each.position == step.position + 1), "")
    return {
        "paper": paper,
        "step": step,
        "content": content,
        "articles": telling.articles(content, changes),
        "consultation": telling.consultation(content["consultation"]),
        "changes": changes,
        "history": _history(paper, own_round),
        "is_own_round": bool(own_round),
        "route": telling.route(steps),
        "revision": revision,
        "signs": step.act in PERSONAL,
        "enrols": step.act in PERSONAL and key is None,
        "stored": _drawing(key, str(who.user)),
        "follows": following,
        "title": consequences.TITLES[Act(step.act)](),
        "head": consequences.HEADS[Act(step.act)](),
        "consequences": consequences.of(step.act, seal=step.seal, following=following),
        "button": consequences.button(step.act, following=following),
        "form_check": _form_check(paper, content, steps, revision) if step.act == Act.FILE else [],
    }


def _history(paper: Paper, own_round: int) -> str:
    """Round 2. You signed round 1 on 15 May; the style office returned it. Your earlier signature no longer counts."""
    if paper.round == 1:
        return ""
    back = _returns(paper).get(paper.round - 1)
    words = [_("Round %(n)s.") % {"n": paper.round}]
    if own_round:
        words.append(_("You signed round %(n)s; that signature no longer counts.") % {"n": own_round})
    if back:
        facts = {"post": said(back.returned_post, "title"), "day": short_day(local_day(back.returned_at))}
        facts["n"] = back.round
        words.append(_("%(post)s returned round %(n)s on %(day)s.") % facts)
    return ("" if in_chinese() else " ").join(words)


def _drawing(key, name: str) -> str:
    """The stored handwriting: numbers as outlines, made by `portal.core.seals`, which escapes the name."""
    if key is None or not key.strokes:
        return ""
    return mark_safe(seals.handwriting_svg(key.strokes, name))  # noqa: S308 -- see above


def _form_check(paper: Paper, content: dict, steps: list[Step], revision: Revision) -> list:
    return formcheck.check(content, paper.campaign, steps, sound=signatures_hold(revision))


def signatures_hold(revision: Revision) -> bool | None:
    """Whether every signature of the newest document is intact; None when nothing was printed yet."""
    newest = revision.documents.order_by("-position").first()
    if newest is None:
        return None
    try:
        data = vault.get(newest.sha256)
    except vault.Damaged:
        return False
    known = verify.KnownDocument(complete=False, signed=newest.signed, expected=newest.signed + 1)
    return verify.examine(data, known=lambda sha256: known).verdict.genuine
