"""What changed between two texts: Chinese by character, English by word, figures whole."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|[A-Za-zÀ-ɏ]+(?:[’'-][A-Za-zÀ-ɏ]+)*|\s+|.", re.DOTALL)
LONGEST = 6000
"""Above so many tokens a comparison is too slow for a page; the whole text counts as changed."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: `same`, `gone` (only before) or `new` (only after)."""

    kind: str
    text: str


def pieces(before: str, after: str) -> list[Piece]:
    """The two texts as one run: joining `same` and `gone` gives the first, `same` and `new` the second."""
    old, new = TOKEN.findall(before), TOKEN.findall(after)
    if len(old) + len(new) > LONGEST:
        return _merged([("gone", before), ("new", after)]) if before != after else [Piece("same", before)]
    steps = []
    for operation, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            steps.append(("same", "".join(old[a:b])))
        else:
            steps += [("gone", "".join(old[a:b])), ("new", "".join(new[c:d]))]
    return _merged(_without_islands(steps))


def _without_islands(steps):
    """Unchanged islands of one character between two changes read worse than one longer change."""
    out = []
    for i, (kind, text) in enumerate(steps):
        inside = 0 < i < len(steps) - 1
        if kind == "same" and inside and len(text.strip()) <= 1:
            out += [("gone", text), ("new", text)]
        else:
            out.append((kind, text))
    return out


def _merged(steps) -> list[Piece]:
    """Neighbouring changes become one `gone` and one `new`; empty runs fall away."""
    out, gone, new = [], "", ""
    for kind, text in [*steps, ("same", "")]:
        if kind == "gone":
            gone += text
        elif kind == "new":
            new += text
        else:
            out += [[k, t] for k, t in (("gone", gone), ("new", new), ("same", text)) if t]
            gone = new = ""
    return [Piece(kind, text) for kind, text in _words_whole(out) if text]


def _words_whole(run):
    """An added or dropped " word" between spaces is told as "word ", so that the mark starts at a letter."""
    for before, change, after in zip(run, run[1:], run[2:], strict=False):
        if before[0] == after[0] == "same" and change[1].startswith(" ") and after[1].startswith(" "):
            before[1], change[1], after[1] = before[1] + " ", change[1][1:] + " ", after[1][1:]
    return run
