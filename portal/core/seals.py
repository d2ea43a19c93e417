"""Drawings that stand for a signature or an address: round seals, handwriting, QR codes. All inline SVG.

Seals are outlines, not text: they need no font where they are shown, and a search finds no words in them.
"""

import functools
import json
import math
import threading
from collections.abc import Sequence

import segno
from django.utils.html import escape
from django.utils.translation import gettext as _

from portal.core import pdf
from portal.core.errors import Refused

Strokes = list[list[tuple[float, float]]]

RED = "#c8261b"
INK = "#15202d"
SAMPLE = "样章"
# A box drawn instead of a character that no font here knows.
UNKNOWN = "□"
LONGEST_NAME = 40
TYPEFACE = "Noto Serif CJK SC"

MOST_STROKES = 64
MOST_POINTS = 4000
FEWEST_POINTS = 8
PAD = (1000, 400)

# The glyph outlines are read from one shared font file handle.
FONT = threading.Lock()


@functools.lru_cache(maxsize=512)
def round_seal(text: str, *, sample: bool) -> str:
    """A round seal as SVG, square and scalable, meant for at most 42 mm: the name on the arc, a star inside.

    `sample` puts 样章 under the star; every seal of a draft or demonstration must carry it. A character that
    the font does not know is drawn as a box. The same name always gives the same drawing.
    """
    name = "".join(text.split())[:LONGEST_NAME] or UNKNOWN
    # Chinese in every language: the drawing is part of documents, and the same for all readers.
    title = f"{SAMPLE if sample else '印章'}：{text}"
    outlines = _arc(name) + (_line(SAMPLE, 149, 20) if sample else "")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="round" viewBox="0 0 200 200" role="img">'
        f"<title>{escape(title)}</title>"
        f'<circle cx="100" cy="100" r="95" fill="none" stroke="{RED}" stroke-width="5.5"/>'
        f'<path fill="{RED}" d="{_star()}{outlines}"/></svg>'
    )


@functools.lru_cache(maxsize=512)
def qr(data: str, label: str) -> str:
    """A QR code (medium correction) as SVG; `label` is what a screen reader says."""
    matrix = segno.make(data, error="m").matrix
    size = len(matrix)
    runs = "".join(
        f"M{start} {row}h{length}v1h-{length}z" for row, cells in enumerate(matrix) for start, length in _runs(cells)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr-code" viewBox="-2 -2 {size + 4} {size + 4}" role="img" '
        f'shape-rendering="crispEdges"><title>{escape(label)}</title>'
        f'<path fill="#fff" d="M-2-2h{size + 4}v{size + 4}h-{size + 4}z"/><path fill="#000" d="{runs}"/></svg>'
    )


def parse_strokes(text: str) -> Strokes:
    """The strokes of a signature pad: lists of [x, y], x in 0..1000, y in 0..400. Raises `Refused` otherwise."""
    try:
        raw = json.loads(text) if len(text) <= MOST_POINTS * 64 else None
    except (ValueError, RecursionError):
        raw = None
    if not isinstance(raw, list) or not all(isinstance(stroke, list) for stroke in raw):
        raise Refused(_("The handwriting could not be read. Please write it again."))
    if len(raw) > MOST_STROKES or sum(map(len, raw)) > MOST_POINTS:
        raise Refused(_("The handwriting has too many strokes. Please write it again, more simply."))
    strokes = [[_point(each) for each in stroke] for stroke in raw if stroke]
    if sum(map(len, strokes)) < FEWEST_POINTS:
        raise Refused(_("The handwriting is empty or too short. Please write your name."))
    return strokes


def handwriting_svg(strokes: Strokes, title: str = "") -> str:
    """Strokes as `parse_strokes` returns them, cropped to what was written, as SVG."""
    left, top, right, bottom = _edges(strokes)
    # The pen is as thick on a small drawing as on a large one.
    pen = max(right - left, (bottom - top) * 2.5) / 44
    margin = pen
    box = f"{left - margin:.1f} {top - margin:.1f} {right - left + 2 * margin:.1f} {bottom - top + 2 * margin:.1f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pen" viewBox="{box}" role="img">'
        f"<title>{escape(title or _('Handwritten signature'))}</title>"
        f'<path fill="none" stroke="{INK}" stroke-width="{pen:.1f}" stroke-linecap="round" stroke-linejoin="round" '
        f'd="{"".join(map(_curve, strokes))}"/></svg>'
    )


def _point(value) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise Refused(_("The handwriting could not be read. Please write it again."))
    for number, most in zip(value, PAD, strict=True):
        # A boolean is a number to Python; NaN fails every comparison.
        if type(number) not in (int, float) or not 0 <= number <= most:
            raise Refused(_("The handwriting leaves the writing area. Please write it again."))
    return round(float(value[0]), 1), round(float(value[1]), 1)


def _edges(strokes: Strokes) -> tuple[float, float, float, float]:
    across = [x for stroke in strokes for x, _y in stroke]
    down = [y for stroke in strokes for _x, y in stroke]
    return min(across), min(down), max(across), max(down)


def _curve(stroke: Sequence[tuple[float, float]]) -> str:
    """A stroke as quadratic curves through the middles of its points: no corners where the pen was sampled."""
    start, *rest = stroke
    if not rest:
        return f"M{start[0]:g} {start[1]:g}h.1"
    parts = [f"M{start[0]:g} {start[1]:g}"]
    for (x, y), (following_x, following_y) in zip(rest, rest[1:], strict=False):
        parts.append(f"Q{x:g} {y:g} {(x + following_x) / 2:.1f} {(y + following_y) / 2:.1f}")
    parts.append(f"L{rest[-1][0]:g} {rest[-1][1]:g}")
    return "".join(parts)


def _runs(cells) -> list[tuple[int, int]]:
    runs, start = [], None
    for place, dark in enumerate([*cells, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            runs.append((start, place - start))
            start = None
    return runs


def _star() -> str:
    points = []
    for corner in range(10):
        radius, angle = (26 if corner % 2 == 0 else 9.9), math.radians(36 * corner - 90)
        points.append(f"{100 + radius * math.cos(angle):.1f} {100 + radius * math.sin(angle):.1f}")
    return f"M{'L'.join(points)}Z"


def _arc(name: str) -> str:
    """The name around the star: short ones wide apart, long ones smaller and further round."""
    count = len(name)
    span = min(276, count * 30)
    step = span / (count - 1) if count > 1 else 0
    # Characters on the inner edge of the ring must not touch: what one step leaves is what one may fill.
    width = math.radians(step or 60) * 60
    height = max(13, min(34, width * 1.28))
    narrow = min(0.86, width * 0.98 / height)
    radius = 88 - height / 2
    turns = [place * step - span / 2 if count > 1 else 0 for place in range(count)]
    return "".join(_on_arc(each, height, narrow, radius, turn) for each, turn in zip(name, turns, strict=True))


def _on_arc(character: str, height: float, narrow: float, radius: float, turn: float) -> str:
    angle = math.radians(turn)
    across, down = 100 + radius * math.sin(angle), 100 - radius * math.cos(angle)
    return _outline(character, height, across, down, turn, narrow)


def _line(text: str, down: float, size: float) -> str:
    begin = 100 - (len(text) - 1) * size / 2
    return "".join(_outline(each, size, begin + place * size, down) for place, each in enumerate(text))


def _outline(character: str, size: float, across: float, down: float, turn: float = 0, narrow: float = 1) -> str:
    """One character as path commands, centred at a point, turned and narrowed."""
    from fontTools.pens.svgPathPen import SVGPathPen  # noqa: PLC0415 -- slow import
    from fontTools.pens.transformPen import TransformPen  # noqa: PLC0415 -- slow import

    with FONT:
        glyphs, names, unit = _glyphs()
        scale, angle = size / unit, math.radians(turn)
        cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
        # The middle of a Chinese character lies at 0.5, 0.38 of the em; y runs upwards in fonts.
        middle, line = unit * 0.5, unit * 0.38
        a, b, c, d = cos * narrow, sin * narrow, sin, -cos
        place = (a, b, c, d, across - a * middle - c * line, down - b * middle - d * line)
        pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.1f}".rstrip("0").rstrip("."))
        glyphs[names.get(ord(character)) or names[ord(UNKNOWN)]].draw(TransformPen(pen, place))
        return pen.getCommands()


@functools.cache
def _glyphs():
    """Outlines, character map and em size of the seal's typeface."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 -- slow import

    file, number = pdf.font_file(TYPEFACE, "Bold"), 0
    font = TTFont(file, fontNumber=number, lazy=True)
    while font["name"].getDebugName(1) != TYPEFACE:
        font.close()
        number += 1
        font = TTFont(file, fontNumber=number, lazy=True)
    return font.getGlyphSet(), font.getBestCmap(), font["head"].unitsPerEm
