"""What changed between two frozen texts of a paper, objective by objective. Pure; takes revision contents."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from objectives import phrases, telling
from objectives.states import MEASURED, Comparison, ObjectiveKind
from portal.core.wording import in_chinese, said

ALIKE = 0.5
"""Two objectives whose texts are at least so similar are one objective, changed."""

SHORT = 36
"""Texts up to this length are told in a summary; of longer ones only the name."""

KEPT, ADDED, REMOVED = "changed", "added", "removed"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that reads differently: what it is, before and after."""

    label: str
    before: str
    after: str

    @property
    def summary(self) -> str:
        label = self.label if in_chinese() else self.label[:1].lower() + self.label[1:]
        if not 0 < len(self.before) <= SHORT or not 0 < len(self.after) <= SHORT:
            return label
        return _("%(what)s from %(before)s to %(after)s") % {
            "what": label, "before": self.before, "after": self.after,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """All that changed in one objective. `number` is its place now (before, when removed); 0 is the paper's head."""

    number: int
    kind: str
    title: str
    parts: tuple[Part, ...] = ()

    @property
    def summary(self) -> str:
        """What changed, in one line: from what to what where that is short."""
        return pgettext("between figures", ", ").join(part.summary for part in self.parts)


def between(before: dict, after: dict) -> list[Change]:
    """Every difference between two contents, in the order of the later text. Empty only if nothing differs
    but number and round."""
    pairs, removed, added = matched(before["objectives"], after["objectives"])
    moved = _moved(pairs)
    changes = [_head(before, after)]
    for old, new in pairs:
        parts = tuple(_parts(old, new, new["number"] in moved))
        changes.append(Change(new["number"], KEPT, said(new, "text"), parts) if parts else None)
    changes += [Change(new["number"], ADDED, said(new, "text")) for new in added]
    found = sorted((change for change in changes if change), key=lambda change: change.number)
    return [*found, *(Change(old["number"], REMOVED, said(old, "text")) for old in removed)]


def matched(before: list[dict], after: list[dict]) -> tuple[list, list, list]:
    """(pairs, removed, added): by equal text, then by likeness, then by place."""
    left, right, pairs = list(before), list(after), []
    for same in (_equal, _alike, _in_place):
        for new in list(right):
            old = same(left, new)
            if old is not None:
                pairs.append((old, new))
                left.remove(old)
                right.remove(new)
    return sorted(pairs, key=lambda pair: pair[1]["number"]), left, right


def _equal(left: list[dict], new: dict) -> dict | None:
    return next((old for old in left if old["text_zh"] == new["text_zh"]), None)


def _alike(left: list[dict], new: dict) -> dict | None:
    def likeness(old):
        return SequenceMatcher(None, old["text_zh"], new["text_zh"]).ratio()

    best = max(left, key=likeness, default=None)
    return best if best is not None and likeness(best) >= ALIKE else None


def _in_place(left: list[dict], new: dict) -> dict | None:
    return next((old for old in left if old["number"] == new["number"]), None)


def _moved(pairs: list) -> set[int]:
    """New places of objectives that changed their order among those that stayed."""
    olds = [old["number"] for old, _new in pairs]
    kept = SequenceMatcher(None, sorted(olds), olds, autojunk=False).get_matching_blocks()
    still = {place for block in kept for place in range(block.b, block.b + block.size)}
    return {new["number"] for place, (_old, new) in enumerate(pairs) if place not in still}


def _parts(old: dict, new: dict, is_moved: bool) -> Iterator[Part]:
    lines = [
        (_("Wording"), old["text_zh"], new["text_zh"]),
        (_("Wording in English"), old["text_en"], new["text_en"]),
        (_("What it aims at"), _kind(old), _kind(new)),
        (_("Heads it answers"), ", ".join(old["sections"]), ", ".join(new["sections"])),
        (_("Deadline"), _due(old), _due(new)),
        (_("Accountable leader"), _both(old, "leader"), _both(new, "leader")),
        (_("Responsible units"), _units(old), _units(new)),
        (_("Benchmark unit"), _benchmark(old), _benchmark(new)),
        (_("Measures"), _measures(old, "zh"), _measures(new, "zh")),
        (_("Measures in English"), _measures(old, "en"), _measures(new, "en")),
        *_targets(old, new),
    ]
    if is_moved:
        lines.append((_("Place in the paper"), str(old["number"]), str(new["number"])))
    return (Part(label, before, after) for label, before, after in lines if before != after)


def _targets(old: dict, new: dict) -> Iterator[tuple[str, str, str]]:
    more = len(old["targets"]) > 1 or len(new["targets"]) > 1
    for place in range(max(len(old["targets"]), len(new["targets"]))):
        name = _("Target %(n)s") % {"n": place + 1} if more else _("Target")
        before, after = _facts(old, place), _facts(new, place)
        for key, label in FACTS.items():
            yield (
                _("%(target)s, %(what)s") % {"target": name, "what": label} if label else name,
                before[key],
                after[key],
            )


FACTS = {
    "goal": "",
    "text": gettext_lazy("wording"),
    "english": gettext_lazy("wording in English"),
    "unit": gettext_lazy("unit of measure"),
    "benchmark": gettext_lazy("the benchmark's figure"),
    "standard": gettext_lazy("by whose standard"),
    "strive": gettext_lazy("how firmly"),
    "measure": gettext_lazy("its measure"),
    "day": gettext_lazy("deadline"),
    "before": gettext_lazy("the promise it continues"),
    "why": gettext_lazy("why it is not raised"),
}
"""What is signed of a target, and how the page names it."""
BEFORE = ("continues", "promised_before", "result_before")


def _facts(objective: dict, place: int) -> dict[str, str]:
    """Everything signed of one target; what only repeats its objective is told there."""
    if place >= len(objective["targets"]):
        return dict.fromkeys(FACTS, "")
    target = objective["targets"][place]
    return {
        "goal": " ".join(filter(None, [phrases.from_to(target, "zh" if in_chinese() else "en"), _state(target)])),
        "text": target["text_zh"] if target["text_zh"] != objective["text_zh"] else "",
        "english": target["text_en"] if target["text_en"] != objective["text_en"] else "",
        "unit": _both(target, "unit"),
        "benchmark": " ".join(
            filter(None, [target["benchmark_value"], _("not known") if target["benchmark_unknown"] else ""])
        ),
        "standard": _both(target, "standard"),
        "strive": _("strive for") if target["strive"] else "",
        "measure": str(target["measure"] or ""),
        "day": telling.day_of(target["due_on"]) if target["due_on"] != objective["due_on"] else "",
        "before": " ".join(target[name] for name in BEFORE if target.get(name)),
        "why": target.get("why_not_raised", ""),
    }


def _state(target: dict) -> str:
    """Figures and units that the phrase of a goal may leave out."""
    said_already = target["comparison"] in MEASURED
    words = [target["value"], target["unit_zh"], str(Comparison(target["comparison"]).label)]
    return "" if said_already else " ".join(word for word in words if word)


def _head(before: dict, after: dict) -> Change | None:
    lines = [
        (_("Title"), _both(before, "title"), _both(after, "title")),
        (_("Consultation"), telling.consultation(before["consultation"]), telling.consultation(after["consultation"])),
        (_("Opinions adopted"), before["consultation"]["points"], after["consultation"]["points"]),
        (_("Unit, campaign and route"), _frame(before), _frame(after)),
    ]
    parts = tuple(Part(label, old, new) for label, old, new in lines if old != new)
    return Change(0, KEPT, _("The head of the paper"), parts) if parts else None


def _frame(content: dict) -> str:
    """Everything of the head that names places: bureau, campaign, unit with the unit above it, route."""
    unit, campaign = content["unit"], content["campaign"]
    words = [
        _both(content["bureau"], "name"), content["bureau"]["code"], _both(campaign, "title"), campaign["code"],
        str(campaign["year"]), *(_both(above, "name") for above in unit["above"]), _both(unit, "name"), unit["code"],
        _both(unit, "kind"), unit["kind"], _("sample") if unit["is_sample"] else "", _route(content),
    ]  # fmt: skip
    return pgettext("between figures", ", ").join(word for word in words if word)


def _kind(objective: dict) -> str:
    return str(ObjectiveKind(objective["kind"]).label)


def _due(objective: dict) -> str:
    words = [telling.day_of(objective["due_on"]), objective["due_zh"], objective["due_en"]]
    return " ".join(word for word in words if word)


def _both(thing: dict, name: str) -> str:
    """Both languages when they differ: each of them is signed."""
    zh, en = thing[f"{name}_zh"], thing[f"{name}_en"]
    return f"{zh} {en}" if en and en != zh else zh


def _units(objective: dict) -> str:
    return pgettext("between names", ", ").join(_both(unit, "name") for unit in objective["responsible"])


def _benchmark(objective: dict) -> str:
    chosen = objective["benchmark"]
    return f"{_both(chosen, 'name')} ({chosen['tier']})" if chosen else ""


def _measures(objective: dict, lang: str) -> str:
    return pgettext("between figures", "; ").join(
        measure[f"text_{lang}"] for measure in objective["measures"] if measure[f"text_{lang}"]
    )


def _route(content: dict) -> str:
    return " ".join(f"{step['role']}:{step['act']}{'+seal' if step['seal'] else ''}" for step in content["route"])
