"""A change of a promise in words: what it touches, before and after, where it is on its route. Runs no queries."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from commitments.amending import AMENDMENT, CORRECTION, WITHDRAWAL
from commitments.models import Amendment, AmendmentStep, Commitment
from objectives import phrases
from portal.core import language
from portal.core.captions import short_day
from portal.core.clock import local_day
from portal.core.wording import day, said
from units.models import Role

LABELS = {
    "text_zh": gettext_lazy("The promise, in Chinese"),
    "text_en": gettext_lazy("The promise, in English"),
    "value": gettext_lazy("The target"),
    "due_on": gettext_lazy("By when"),
    "benchmark_value": gettext_lazy("The benchmark’s figure"),
}
LANGUAGES = {"text_zh": "zh-Hans", "text_en": "en"}
NUMBERED = {
    AMENDMENT: gettext_lazy("Amendment %(number)s"),
    CORRECTION: gettext_lazy("Correction %(number)s"),
    WITHDRAWAL: gettext_lazy("Withdrawal %(number)s"),
}
WAITS = {
    Role.HEAD: gettext_lazy("Waiting for the head"),
    Role.TOWN_OFFICE: gettext_lazy("Waiting for the town office"),
    Role.LINE_LEADER: gettext_lazy("Waiting for the line leader"),
    Role.LINKED_LEADER: gettext_lazy("Waiting for the linked leader"),
    Role.STYLE_OFFICE: gettext_lazy("Waiting for the style office"),
}


def rows(amendment: Amendment) -> list[dict]:
    """What changes, one row a field: label, before and after as people read them, and in which language that is."""
    target = amendment.commitment.target
    return [
        {"label": LABELS[name], "before": _told(name, amendment.before[name], target),
         "after": _told(name, amendment.after[name], target), "lang": LANGUAGES.get(name, "")}
        for name in LABELS if name in amendment.after
    ]  # fmt: skip


def _told(name: str, value, target: dict) -> str:
    if value is None:
        return ""
    if name == "due_on":
        return day(date.fromisoformat(value))
    if name == "value":
        return phrases.goal({**target, "value": value}, language.current())
    if name == "benchmark_value":
        return phrases.with_unit(value, target, language.current())
    return value


def title(amendment: Amendment) -> str:
    """Amendment 2; before it has a number, only its kind."""
    if amendment.number is None:
        return amendment.get_kind_display()
    return str(NUMBERED[amendment.kind]) % {"number": amendment.number}


def reason(amendment: Amendment) -> str:
    return said(amendment, "reason")


def withdrawn(number: int | None) -> str:
    """What a list says of a withdrawn promise."""
    if number is None:
        return pgettext("promise", "Withdrawn")
    return _("Withdrawn, amendment %(number)s") % {"number": number}


def promise(commitment: Commitment) -> str:
    return f"{commitment.number} {said(commitment, 'text')}"


def stands(amendment: Amendment, waiting: AmendmentStep | None) -> str:
    """One phrase: where the request is."""
    if amendment.state == "in_force":
        return _("In force since %(day)s") % {"day": day(amendment.decided_at)}
    if amendment.state == "refused":
        return _("Refused on %(day)s") % {"day": day(amendment.decided_at)}
    return str(WAITS[Role(waiting.role)]) if waiting else ""


def route(amendment: Amendment, steps: list[AmendmentStep]) -> list[dict]:
    """Items of the steps component: who asked, who approved, who is waited for."""
    asked = {"role": amendment.asked_post.get_role_display(), "day": _short(amendment.asked_at)}
    items, is_open = [{"label": _("%(role)s asked, %(day)s") % asked, "state": "done"}], amendment.state != "in_force"
    for step in steps:
        facts = {"role": step.get_role_display()}
        if step.done_at:
            label = _("%(role)s approved, %(day)s") % (facts | {"day": _short(step.done_at)})
            items.append({"label": label, "state": "done"})
        elif is_open and amendment.state == "refused":
            label = _("%(role)s refused, %(day)s") % (facts | {"day": _short(amendment.decided_at)})
            items.append({"label": label, "state": "returned"})
            is_open = False
        elif amendment.state == "asked":
            items.append({"label": _("%(role)s decides") % facts, "state": "current" if is_open else "to_come"})
            is_open = False
    return items


def approvers(steps: list[AmendmentStep]) -> list[tuple[str, str]]:
    """(post, words) of everyone who approved, for the public: posts, never names."""
    done = pgettext("who signed", "approved on %(day)s")
    return [(said(step.done_post, "title"), done % {"day": day(step.done_at)}) for step in steps if step.done_at]


def _short(moment) -> str:
    return short_day(local_day(moment))
