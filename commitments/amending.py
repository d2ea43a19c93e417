"""What a change of a promise may touch, what it changes, and whether it lowers the promise. Pure.

Source: goals once set are solemn and change only for an objective reason (domain 2.15); nothing is erased,
no date is set back, every change is shown before and after.
"""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from objectives.states import Comparison

AMENDMENT, CORRECTION, WITHDRAWAL = "amendment", "correction", "withdrawal"
TEXTS = ("text_zh", "text_en")
FIELDS = {
    AMENDMENT: (*TEXTS, "value", "due_on", "benchmark_value"),
    CORRECTION: TEXTS,
    WITHDRAWAL: (),
}
"""The public fields that each kind may change. A correction mends the words, never a figure or a day."""

FIGURES = ("value", "benchmark_value")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def standing_now(text_zh: str, text_en: str, due_on: date, target: Mapping) -> dict:
    """The public fields of a promise as they stand, as JSON values."""
    return {
        "text_zh": text_zh,
        "text_en": text_en,
        "value": target["value"],
        "due_on": due_on.isoformat(),
        "benchmark_value": target["benchmark_value"],
    }


def plain(name: str, value):
    """A field's value as the snapshot writes it: days in ISO, figures without idle zeros, texts trimmed."""
    if value is None:
        return None
    if name in FIGURES:
        return f"{Decimal(value).normalize():f}"
    return value.isoformat() if isinstance(value, date) else " ".join(str(value).split())


def difference(now: Mapping, wanted: Mapping) -> tuple[dict, dict]:
    """Before and after: only the fields of `wanted` that say something else than what stands."""
    after = {name: plain(name, value) for name, value in wanted.items() if name in now}
    after = {name: value for name, value in after.items() if value != plain(name, now[name])}
    return {name: now[name] for name in after}, after


def foreign_fields(kind: str, fields) -> list[str]:
    """The fields that this kind of change may not touch."""
    return [name for name in fields if name not in FIELDS[kind]]


def changes_figures(before: Mapping, after: Mapping) -> bool:
    """Whether the words name other figures than before: that is no clerical error but another promise."""
    return any(Counter(NUMBER.findall(before[name])) != Counter(NUMBER.findall(after[name]))
               for name in TEXTS if name in after and before[name])  # fmt: skip


def lowers(kind: str, comparison: str, before: Mapping, after: Mapping) -> bool:
    """Whether less is promised than before: an easier target, a later day, or nothing any more."""
    if kind == WITHDRAWAL:
        return True
    if kind == CORRECTION:
        return False
    return _is_easier(comparison, before, after) or _is_later(before, after)


def _is_easier(comparison: str, before: Mapping, after: Mapping) -> bool:
    if after.get("value") is None or before.get("value") is None:
        return False
    old, new = Decimal(before["value"]), Decimal(after["value"])
    return new > old if comparison == Comparison.AT_MOST else new < old


def _is_later(before: Mapping, after: Mapping) -> bool:
    return "due_on" in after and date.fromisoformat(after["due_on"]) > date.fromisoformat(before["due_on"])


def target_after(target: Mapping, after: Mapping, *, titled: bool) -> dict:
    """The target with the change in it. `titled`: the promise's words are the target's own, not its objective's."""
    changed = {name: after[name] for name in ("value", "due_on") if name in after}
    if "benchmark_value" in after:
        changed |= {"benchmark_value": after["benchmark_value"], "benchmark_unknown": after["benchmark_value"] is None}
    if titled:
        changed |= {name: after[name] for name in TEXTS if name in after}
    return {**target, **changed}
