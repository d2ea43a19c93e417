"""Handwriting of the demonstration's signers: their own names, drawn with a pen that trembles the same way each time.

`characters.toml` holds the characters that they need.
"""

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path

BOX = 100
HEIGHT = 250
LEFT, TOP, WIDTH = 60, 70, 880
SAMPLES = 5
CHARACTERS: dict[str, str] = tomllib.loads(Path(__file__).with_name("characters.toml").read_text(encoding="utf-8"))


def strokes_of(name: str) -> list[list[list[float]]]:
    """The name as strokes of the signature pad; [] when a character of it is not known here."""
    if not name or not set(name) <= CHARACTERS.keys():
        return []
    hand = random.Random(name)  # noqa: S311 -- a drawing, not a secret
    size = min(HEIGHT, WIDTH / len(name) * 0.92)
    slant = hand.uniform(0.06, 0.16)
    strokes = []
    for place, character in enumerate(name):
        left = LEFT + WIDTH / len(name) * place + hand.uniform(-8, 8)
        top = TOP + hand.uniform(-22, 18)
        grown = size * hand.uniform(0.9, 1.08) / BOX
        strokes += [
            [_placed(x, y, left, top, grown, slant, hand) for x, y in _smooth(points)]
            for points in _strokes(CHARACTERS[character])
        ]
    return strokes


def _strokes(drawn: str) -> list[list[tuple[float, float]]]:
    return [[tuple(map(float, point.split(","))) for point in stroke.split()] for stroke in drawn.split(" / ")]


def _smooth(points: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """A stroke through its points without corners (Catmull-Rom)."""
    around = [points[0], *points, points[-1]]
    for before, start, end, after in zip(around, around[1:], around[2:], around[3:], strict=False):
        for step in range(SAMPLES):
            t = step / SAMPLES
            yield tuple(_between(*four, t) for four in zip(before, start, end, after, strict=True))
    yield points[-1]


def _between(before: float, start: float, end: float, after: float, t: float) -> float:
    pull = (2 * before - 5 * start + 4 * end - after) * t * t
    push = (3 * start - before - 3 * end + after) * t * t * t
    return 0.5 * (2 * start + (end - before) * t + pull + push)


def _placed(x, y, left, top, grown, slant, hand) -> list[float]:
    across = left + (x + (BOX - y) * slant) * grown + hand.uniform(-1.2, 1.2)
    down = top + y * grown - x * grown * 0.05 + hand.uniform(-1.2, 1.2)
    return [round(min(max(across, 0), 1000), 1), round(min(max(down, 0), 400), 1)]
