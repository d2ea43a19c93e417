"""The registry in words: the comparability rule answer by answer, and what became of a benchmark. Runs no queries."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from objectives.models import Benchmark
from portal.core.captions import short_day
from portal.core.clock import local_day
from portal.core.verbs import ACTORS, SENTENCES
from portal.core.wording import moment

QUESTIONS = {
    "similar_line": gettext_lazy("Similar line of work"),
    "similar_base": gettext_lazy("Similar basic conditions"),
    "learnable": gettext_lazy("Can be learned from"),
    "catchable": gettext_lazy("Can be caught up with"),
}
LABELS = {
    **QUESTIONS,
    "name_zh": gettext_lazy("Name of the benchmark unit"),
    "name_en": gettext_lazy("Name in English"),
    "tier": gettext_lazy("Tier"),
    "note": gettext_lazy("Note"),
}
TOLD = ("name_zh", "name_en", "tier", "similar_line", "similar_base", "learnable", "catchable", "note")


def answers(benchmark: Benchmark) -> list[dict]:
    """The four answers with shape and word."""
    words = {True: ("green", pgettext("answer", "Yes")), False: ("red", pgettext("answer", "No"))}
    found = []
    for name, label in QUESTIONS.items():
        colour, word = words.get(getattr(benchmark, name), ("grey", _("Not known")))
        found.append({"label": label, "colour": colour, "word": word})
    return found


def judged(benchmark: Benchmark) -> tuple[str, str]:
    """Colour and sentence: whether one can compare oneself with it, and which answer says no."""
    if benchmark.is_comparable:
        return "green", _("Comparable")
    no = [str(label) for name, label in QUESTIONS.items() if getattr(benchmark, name) is False]
    if no:
        return "red", _("Not comparable: %(what)s – no") % {"what": pgettext("between names", ", ").join(no)}
    open_ = [str(label) for name, label in QUESTIONS.items() if getattr(benchmark, name) is None]
    return "yellow", _("Not answered yet: %(what)s") % {"what": pgettext("between names", ", ").join(open_)}


def changes(entries: list) -> list[dict]:
    """What people changed, from rows of the benchmark's history (newest first): when, who, and sentences."""
    found = []
    for newer, older in zip(entries, entries[1:], strict=False):
        lines = [
            _("%(field)s: “%(before)s” became “%(after)s”")
            % {"field": LABELS[name], "before": _said(older, name), "after": _said(newer, name)}
            for name in TOLD
            if getattr(newer, name) != getattr(older, name)
        ]
        if lines:
            found.append({"at": newer.history_date, "who": newer.history_user, "lines": lines})
    return found


def deeds(rows: Iterable, names: dict[str, str], shown: dict[tuple[str, str], str]) -> list[dict]:
    """The record of a benchmark and its pairs in sentences; `names` by who did it, `shown` by what it is about."""
    return [
        {
            "at": deed.at, "sentence": SENTENCES.get(deed.verb, deed.verb),
            "who": deed.post or names.get(deed.by) or ACTORS.get(deed.by, ""),
            "about": shown.get((deed.about, deed.about_id), ""),
            "words": deed.words.text if hasattr(deed, "words") else "",
        }
        for deed in rows
    ]  # fmt: skip


def filed(pairing) -> tuple[str, str]:
    """Colour and word: whether the gap analysis of a pair is filed."""
    if pairing.gaps_filed_at:
        return "green", _("Gap analysis filed on %(day)s") % {"day": short_day(local_day(pairing.gaps_filed_at))}
    return "yellow", _("Gap analysis not filed yet")


def saved(deed) -> str:
    return _("Saved on %(moment)s") % {"moment": moment(deed.at)} if deed else ""


def _said(row, name: str) -> str:
    value = getattr(row, name)
    if name in QUESTIONS:
        return {True: pgettext("answer", "Yes"), False: pgettext("answer", "No")}.get(value, _("Not known"))
    if name == "tier":
        return str(dict(Benchmark._meta.get_field("tier").choices).get(value, value))
    return value or _("nothing")
