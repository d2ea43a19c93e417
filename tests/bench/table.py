"""Rows of the table: what was measured, its limit, and whether it was kept."""

import json
import statistics
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from unicodedata import east_asian_width

AT_MOST, AT_LEAST, SHOWN = "≤", "≥", ""


@dataclass(frozen=True)
class Row:
    """One line. `figure` is what the limit speaks of; `note` says what stands behind it."""

    what: str
    figure: float
    unit: str = ""
    rule: str = SHOWN
    limit: float | None = None
    note: str = ""

    @property
    def word(self) -> str:
        if self.rule == SHOWN:
            return "–"
        kept = self.figure <= self.limit if self.rule == AT_MOST else self.figure >= self.limit
        return "pass" if kept else "FAIL"

    @property
    def cells(self) -> tuple[str, ...]:
        limit = f"{self.rule} {spoken(self.limit)}{self.unit}" if self.rule else ""
        return self.what, f"{spoken(self.figure)}{self.unit}", limit, self.word, self.note


def at_most(what: str, figure: float, limit: float, unit: str = "", note: str = "") -> Row:
    return Row(what, figure, unit, AT_MOST, limit, note)


def at_least(what: str, figure: float, limit: float, unit: str = "", note: str = "") -> Row:
    return Row(what, figure, unit, AT_LEAST, limit, note)


def spoken(figure: float) -> str:
    """Three figures that count, no more."""
    if isinstance(figure, int):
        return str(figure)
    digits = 0 if abs(figure) >= 100 else 1 if abs(figure) >= 10 else 2 if abs(figure) >= 0.1 else 3
    return f"{figure:.{digits}f}"


def rounds(count: int, **measures: Callable[[], float]) -> dict[str, list[float]]:
    """Measure each in turn, `count` times over, so that a noisy minute falls on all of them alike."""
    found: dict[str, list[float]] = {name: [] for name in measures}
    for _round in range(count):
        for name, measure in measures.items():
            found[name].append(measure())
    return found


def median_ratio(above: Iterable[float], below: Iterable[float]) -> float:
    """The median of the ratios taken round by round."""
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def deliver(rows: Iterable[Row]) -> None:
    """Hand the rows of a section to whoever runs it: as JSON to a pipe, as a table to a person."""
    rows = list(rows)
    if sys.stdout.isatty():
        print(drawn(rows))
    else:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False))


def drawn(rows: Iterable[Row]) -> str:
    head = ("what", "measured", "limit", "", "")
    table = [head, *(row.cells for row in rows)]
    widths = [max(_width(cells[place]) for cells in table) for place in range(4)]
    return "\n".join(_line(cells, widths) for cells in table)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    """Words to the left, figures to the right."""
    what, measured, limit, word, note = cells
    pads = [" " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=False)]
    return f"{what}{pads[0]}  {pads[1]}{measured}  {limit}{pads[2]}  {word}{pads[3]}  {note}".rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
