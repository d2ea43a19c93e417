"""The gap analysis as rows of figures and words: what is derived, and what is missing before it is filed. Pure."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from objectives.states import GapKind
from portal.core.wording import amount, said

TEXTS = ("ours", "theirs", "gap", "cause", "adopt")


def difference(our_value, their_value, measure: str = "") -> str:
    """Ours less theirs, with its sign: −38个; empty unless both figures are known."""
    if our_value is None or their_value is None:
        return ""
    far = our_value - their_value
    sign = "+" if far > 0 else "−" if far < 0 else ""
    return sign + amount(abs(far), measure)


def is_empty(row: dict) -> bool:
    """Nothing was written in this row (the dimension itself, and an offered indicator, count as nothing)."""
    return not any(row.get(name) for name in TEXTS) and row.get("our_value") is None and row.get("their_value") is None


def lacks(rows: Iterable, dimensions: Sequence[dict], *, has_paper: bool) -> list[str]:
    """What the analysis still needs before it is filed, in sentences; `rows` are `Gap` rows."""
    rows = list(rows)
    found = []
    written = {row.dimension: row for row in rows if row.kind == GapKind.DIMENSION}
    open_ = [said(each, "name") for each in dimensions if not _is_whole(written.get(each["key"]))]
    if open_:
        words = ngettext(
            "%(names)s: write the gap (or that there is none) and what you adopt.",
            "%(names)s: write the gap (or that there is none) and what you adopt.",
            len(open_),
        )
        found.append(words % {"names": pgettext("between names", ", ").join(open_)})
    if not dimensions and not rows:
        found.append(_("Write at least one row."))
    found += [
        _("“%(name)s”: give both figures, or say the gap in words.") % {"name": row.indicator}
        for row in rows
        if row.kind == GapKind.INDICATOR and not (row.gap or difference(row.our_value, row.their_value))
    ]
    if has_paper and not any(row.objective_id for row in rows):
        found.append(_("Name for at least one row the objective in which it appears."))
    return found


def _is_whole(row) -> bool:
    return row is not None and bool(row.gap and row.adopt)
