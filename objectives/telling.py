"""Where a paper stands and what it says, in the words of a page. Runs no queries."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from objectives import phrases, raising
from objectives.routes import Act
from objectives.states import State
from portal.core.captions import short_day
from portal.core.clock import local_day
from portal.core.wording import day, in_chinese, moment, said
from units.models import Role

WAITS = {
    Role.HEAD: gettext_lazy("Waiting for the head since %(day)s"),
    Role.TOWN_OFFICE: gettext_lazy("Waiting for the town office since %(day)s"),
    Role.LINE_LEADER: gettext_lazy("Waiting for the line leader since %(day)s"),
    Role.LINKED_LEADER: gettext_lazy("Waiting for the linked leader since %(day)s"),
    Role.STYLE_OFFICE: gettext_lazy("Waiting for the style office since %(day)s"),
}
TO_DO = {
    (Act.SUBMIT, False): gettext_lazy("%(role)s submits"),
    (Act.SIGN, False): gettext_lazy("%(role)s signs"),
    (Act.SIGN, True): gettext_lazy("%(role)s signs and seals"),
    (Act.AUDIT, False): gettext_lazy("%(role)s audits and signs"),
    (Act.AUDIT, True): gettext_lazy("%(role)s audits, signs and seals"),
    (Act.APPROVE, False): gettext_lazy("%(role)s approves"),
    (Act.APPROVE, True): gettext_lazy("%(role)s approves and seals"),
    (Act.FILE, False): gettext_lazy("%(role)s files and publishes"),
}
DONE = {
    (Act.SUBMIT, False): gettext_lazy("%(role)s submitted, %(day)s"),
    (Act.SIGN, False): gettext_lazy("%(role)s signed, %(day)s"),
    (Act.SIGN, True): gettext_lazy("%(role)s signed and sealed, %(day)s"),
    (Act.AUDIT, False): gettext_lazy("%(role)s audited and signed, %(day)s"),
    (Act.AUDIT, True): gettext_lazy("%(role)s audited, signed and sealed, %(day)s"),
    (Act.APPROVE, False): gettext_lazy("%(role)s approved, %(day)s"),
    (Act.APPROVE, True): gettext_lazy("%(role)s approved and sealed, %(day)s"),
    (Act.FILE, False): gettext_lazy("%(role)s filed, %(day)s"),
}
ACTED = {
    Act.SUBMIT: gettext_lazy("submitted on %(moment)s"),
    Act.SIGN: gettext_lazy("signed on %(moment)s"),
    Act.AUDIT: gettext_lazy("audited and signed on %(moment)s"),
    Act.APPROVE: gettext_lazy("approved on %(moment)s"),
    Act.FILE: gettext_lazy("filed on %(moment)s, receipt %(receipt)s"),
}
CHECKS = (
    (
        "achievable",
        gettext_lazy("Achievable"),
        gettext_lazy("It can be reached by the deadline with what the unit has."),
    ),
    ("operable", gettext_lazy("Operable"), gettext_lazy("Measures and people are named; one can begin tomorrow.")),
    ("assessable", gettext_lazy("Assessable"), gettext_lazy("A figure or a checkable fact says whether it was kept.")),
    ("concise", gettext_lazy("Concise"), gettext_lazy("Nothing stands in it that a citizen would skip.")),
    ("own_duties", gettext_lazy("Own duties"), gettext_lazy("It is the unit's own work, not somebody else's.")),
)
"""What an auditor looks for: key, name, one line."""


def day_of(text: str | None) -> str:
    """A frozen day (2017-12-31) in full."""
    return day(date.fromisoformat(text)) if text else ""


def due_of(text: str | None, year: int) -> str:
    """A frozen day, without its year where that is the campaign's."""
    if not text:
        return ""
    value = date.fromisoformat(text)
    return short_day(value) if value.year == year else day(value)


def waiting(step) -> str:
    """Waiting for the linked leader since 18 May."""
    return WAITS[Role(step.role)] % {"day": since(step)}


def since(step) -> str:
    return short_day(local_day(step.waiting_since))


def waits_for_you(step) -> str:
    return _("Waiting for you since %(day)s") % {"day": since(step)}


def stands(paper, step) -> str:
    """One sentence: where the paper is. `step` is the open one, or None."""
    if step is not None and paper.state == State.IN_ROUTE:
        return waiting(step)
    return {
        State.DRAFT: _("A draft: only the unit sees it"),
        State.RETURNED: _("Returned to the unit, which is changing it"),
        State.COMPLETE: _("Signed by all, not yet public"),
        State.PUBLISHED: _("Signed by all and public"),
    }.get(paper.state, "")


def route(steps, *, sent_back=None, plan=()) -> list[dict]:
    """Items of the steps component: rows of a round, or the planned route before the first submission."""
    if not steps:
        return [{"label": to_do(step.role, step.act, step.seal), "state": "to_come"} for step in plan]
    items, is_open = [], True
    for step in steps:
        if step.is_done:
            facts = {"role": Role(step.role).label, "day": short_day(local_day(step.done_at))}
            items.append({"label": DONE[Act(step.act), step.seal] % facts, "state": "done"})
        elif sent_back and sent_back.step_id == step.pk:
            facts = {"role": Role(step.role).label, "day": short_day(local_day(sent_back.returned_at))}
            items.append({"label": _("%(role)s returned it, %(day)s") % facts, "state": "returned"})
            is_open = False
        else:
            items.append({"label": to_do(step.role, step.act, step.seal), "state": "current" if is_open else "to_come"})
            is_open = False
    return items


def to_do(role: str, act: str, seal: bool) -> str:
    return TO_DO[Act(act), seal] % {"role": Role(role).label}


def acted(step) -> str:
    """What a done step was, by whom: Zhang San, signed on 18 May 2017, 17:20."""
    words = ACTED[Act(step.act)] % {"moment": moment(step.done_at), "receipt": step.receipt}
    return words if step.act == Act.FILE else _("%(who)s, %(what)s") % {"who": step.done_by, "what": words}


def consultation(note: dict) -> str:
    """The consultation note in one sentence; empty when there is none."""
    if not note["from"] or note["people"] is None:
        return ""
    first, last = date.fromisoformat(note["from"]), date.fromisoformat(note["to"] or note["from"])
    days = short_day(first) if first == last else _("%(first)s to %(last)s") % {
        "first": short_day(first), "last": short_day(last),
    }  # fmt: skip
    people = ngettext("%(n)s person asked", "%(n)s people asked", note["people"]) % {"n": note["people"]}
    heard = ngettext("%(n)s opinion", "%(n)s opinions", note["heard"] or 0) % {"n": note["heard"] or 0}
    return _("Consulted %(days)s (%(how)s): %(people)s; %(heard)s, %(adopted)s adopted.") % {
        "days": days, "how": note["how"], "people": people, "heard": heard, "adopted": note["adopted"] or 0,
    }  # fmt: skip


def articles(content: dict, changes=()) -> list[dict]:
    """The objectives of a content as a page shows them, each with what changed in it."""
    year, by_number = content["campaign"]["year"], {change.number: change for change in changes}
    return [_article(objective, year, by_number.get(objective["number"])) for objective in content["objectives"]]


def _article(objective: dict, year: int, change) -> dict:
    lang = "zh" if in_chinese() else "en"
    measures = objective["measures"]
    return {
        "number": objective["number"],
        "text": said(objective, "text"),
        "lang": _lang(objective),
        "measures": pgettext("between figures", "; ").join(said(measure, "text") for measure in measures),
        "measures_lang": _lang(*measures),
        "targets": [_line(target, objective, year, lang) for target in objective["targets"]],
        "due": due_of(objective["due_on"], year),
        "due_words": said(objective, "due"),
        "leader": said(objective, "leader"),
        "responsible": [said(unit, "name") for unit in objective["responsible"]],
        "benchmark": said(objective["benchmark"], "name") if objective["benchmark"] else "",
        "change": change,
    }


def _lang(*things: dict) -> str:
    """The language to be declared where a text exists only in the other one; empty where it is the page's."""
    return "" if in_chinese() or all(thing["text_en"] for thing in things) else "zh-Hans"


def _line(target: dict, objective: dict, year: int, lang: str) -> dict:
    text = said(target, "text")
    return {
        "text": "" if text == said(objective, "text") else text,
        "from_to": phrases.from_to(target, lang),
        "due": due_of(target["due_on"], year) if target["due_on"] != objective["due_on"] else "",
        "benchmark": phrases.with_unit(target["benchmark_value"], target, lang),
        "before": raising.last_year(target, lang),
        "why": target.get("why_not_raised", ""),
    }
