"""What changed between two frozen texts of a paper, objective by objective. Pure; takes revision contents."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from objectives import phrases, telling
from objectives.states import ObjectiveKind
from portal.core.wording import in_chinese, said

ALIKE = 0.5
"""Two objectives whose texts are at least so similar are one objective, changed."""

KEPT, ADDED, REMOVED = "changed", "added", "removed"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that reads differently: what it is, before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """All that changed in one objective. `number` is its place now (before, when removed); 0 is the paper's head."""

    number: int
    kind: str
    title: str
    parts: tuple[Part, ...] = ()


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
    for place in range(max(len(old["targets"]), len(new["targets"]))):
        texts = [_target(each["targets"], place, each["due_on"]) for each in (old, new)]
        more = len(old["targets"]) > 1 or len(new["targets"]) > 1
        yield (_("Target %(n)s") % {"n": place + 1} if more else _("Target"), *texts)


def _target(targets: list[dict], place: int, due_on: str | None) -> str:
    """Everything that is signed of one target, as one line; its own deadline only where it is its own."""
    if place >= len(targets):
        return ""
    target = targets[place]
    own_day = telling.day_of(target["due_on"]) if target["due_on"] != due_on else ""
    words = [
        target["text_zh"],
        phrases.from_to(target, "zh" if in_chinese() else "en"),
        target["text_en"] if target["text_en"] and not in_chinese() else "",
        _("benchmark %(figure)s") % {"figure": target["benchmark_value"]} if target["benchmark_value"] else "",
        _("benchmark not known") if target["benchmark_unknown"] else "",
        target["standard_zh"],
        _("strive for") if target["strive"] else "",
        _("measure %(n)s") % {"n": target["measure"]} if target["measure"] else "",
        own_day,
    ]
    return pgettext("between figures", "; ").join(word for word in words if word)


def _head(before: dict, after: dict) -> Change | None:
    lines = [
        (_("Title"), _both(before, "title"), _both(after, "title")),
        (_("Unit"), _both(before["unit"], "name"), _both(after["unit"], "name")),
        (_("Consultation"), telling.consultation(before["consultation"]), telling.consultation(after["consultation"])),
        (_("Opinions adopted"), before["consultation"]["points"], after["consultation"]["points"]),
        (_("Route"), _route(before), _route(after)),
    ]
    parts = tuple(Part(label, old, new) for label, old, new in lines if old != new)
    return Change(0, KEPT, _("The head of the paper"), parts) if parts else None


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
    return pgettext("between figures", ", ").join(_both(unit, "name") for unit in objective["responsible"])


def _benchmark(objective: dict) -> str:
    return _both(objective["benchmark"], "name") if objective["benchmark"] else ""


def _measures(objective: dict, lang: str) -> str:
    return pgettext("between figures", "; ").join(
        measure[f"text_{lang}"] for measure in objective["measures"] if measure[f"text_{lang}"]
    )


def _route(content: dict) -> str:
    return " ".join(f"{step['role']}:{step['act']}" for step in content["route"])
