"""Raising the bar (提标): is a target above what was reached last time? Pure; takes rows or frozen dicts.

A target that continues a promise of the last cycle is held against its result. One that does not lie above it needs
a written reason, which becomes public with the paper.
"""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import override

from objectives import phrases
from objectives.states import MEASURED, Comparison


def lies_above(comparison: str, result: Decimal, value: Decimal) -> bool:
    """Whether a target asks for more than was reached: a higher figure, or a lower one where fewer is better.

    “Exactly” has no better side of its own, so only a higher figure passes without a word.
    """
    return value < result if comparison == Comparison.AT_MOST else value > result


def wants_reason(target) -> bool:
    """Whether this target (a row) must say why it is not raised. Not while its figure is still to be set.

    A result in figures that is continued in words cannot be compared any more: that needs a reason too.
    """
    if target.result_before is None:
        return False
    if target.comparison not in MEASURED:
        return True
    return target.value is not None and not lies_above(target.comparison, target.result_before, target.value)


def facts_of(target) -> dict:
    """What a frozen paper says of the cycle before; empty for a target that continues nothing.

    So papers that continue nothing keep the text, and the fingerprint, that they always had.
    """
    found = {
        "continues": target.continues,
        "promised_before": plain(target.promised_before),
        "result_before": plain(target.result_before),
        "why_not_raised": target.why_not_raised.strip() if wants_reason(target) else "",
    }
    return {name: text for name, text in found.items() if text}


def last_year(target: Mapping, lang: str) -> str:
    """In words, what a frozen target says of the cycle before: “last year: 30 rooms → reached 36 rooms”."""
    if not target.get("continues"):
        return ""
    facts = {
        "goal": phrases.with_unit(target.get("promised_before"), target, lang),
        "result": phrases.with_unit(target.get("result_before"), target, lang),
    }
    with override(phrases.LANGUAGES[lang]):
        if facts["goal"] and facts["result"]:
            return _("last year: %(goal)s → reached %(result)s") % facts
        if facts["result"]:
            return _("last year: reached %(result)s") % facts
        if facts["goal"]:
            return _("last year: %(goal)s promised, no figure reported") % facts
        return _("continues a promise of last year")


def plain(value: Decimal | None) -> str:
    """A figure without idle zeros, as frozen papers hold it; empty without one."""
    return "" if value is None else f"{value.normalize():f}"
