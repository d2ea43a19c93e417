"""A frozen target in words: what is promised, from where to where. Pure; takes the dicts of a revision."""

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from objectives.states import Comparison, TargetState

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def with_unit(figure: str | None, target: dict, lang: str) -> str:
    """A figure with its unit of measure: 90%, 45场, 45 shows; empty when there is no figure."""
    if figure is None:
        return ""
    unit = target[f"unit_{lang}"] or target["unit_zh"]
    return f"{figure}{'' if lang == 'zh' or unit in ('%', '') else ' '}{unit}"


def goal(target: dict, lang: str) -> str:
    """The promised end in few words: “90%以上”, “at least 90%”, “第5批”, “as assigned; no figure printed”."""
    figure = with_unit(target["value"], target, lang)
    with override(LANGUAGES[lang]):
        if target["state"] == TargetState.COMPLETED_BEFORE_START:
            return _("%(figure)s, completed before the plan began") % {"figure": _plain(target, figure, lang)}
        return _plain(target, figure, lang)


def _plain(target: dict, figure: str, lang: str) -> str:
    match Comparison(target["comparison"]):
        case Comparison.AT_LEAST if figure:
            return pgettext("goal", "at least %(figure)s") % {"figure": figure}
        case Comparison.AT_MOST if figure:
            return pgettext("goal", "at most %(figure)s") % {"figure": figure}
        case Comparison.ORDINAL if figure:
            return pgettext("goal", "no. %(figure)s") % {"figure": figure if lang == "zh" else target["value"]}
        case Comparison.SOME:
            return pgettext("goal", "a number of them")
        case Comparison.HELD:
            return pgettext("goal", "held, %(figure)s") % {"figure": figure} if figure else pgettext("goal", "held")
        case Comparison.RANK:
            return pgettext("goal", "among the best")
        case Comparison.ASSIGNED if not figure:
            return pgettext("goal", "as assigned; the plan prints no figure")
    return figure or pgettext("goal", "the plan prints no figure")


def from_to(target: dict, lang: str) -> str:
    """Baseline and goal as one line: “28场→45场”; only the goal when no baseline is known."""
    start = with_unit(target["baseline"], target, lang)
    arrow = "→" if lang == "zh" else " → "
    return f"{start}{arrow}{goal(target, lang)}" if start else goal(target, lang)
