"""The draw “chengnuo-draw/1”, to the byte. Pure: the same files and the same seed give the same result anywhere.

objects.txt      one line a unit that can be drawn: `kind TAB code TAB name LF`, sorted by (kind, code), UTF-8.
inspectors.txt   one line an inspector: `number TAB code of the own unit TAB recused codes joined by "," LF`, sorted by
                 number; a recused code is one of objects.txt.
rule.json        canonical JSON (sorted keys, no spaces, UTF-8): format, number, assessment, method, share (hundredths
                 of a per cent), least, each, excluded [{unit, why}], seed {kind, source, on, commitments}, and under
                 objects and inspectors the SHA-256 and number of lines of either list, and of the units
                 how many of each kind.
seed.txt         the seed's text; with two secrets the first, a line feed, the second. A line feed at the end does not
                 count.
key              SHA-256("chengnuo-draw/1" LF hexadecimal SHA-256 of rule.json LF seed).
rank of a unit   SHA-256(key "object" LF code), compared as bytes; equal ranks by code. A kind's units in the order of
                 their ranks take the turns 1, 2, 3, …
how many         of N units of a kind: max(least, ceil(N × share ÷ 10 000)), at most N; in a census N.
inspectors       the drawn units in the order (kind, turn) each get `each` of the inspectors who are not recused:
                 whoever has the fewest units so far comes first, among equals the smaller
                 SHA-256(key "inspector" LF code LF number).
result.txt       one line a drawn unit, by (kind, turn): `kind TAB turn TAB code TAB number,number LF`.
next in line     of a kind: the unit with the following turn.
commitment       of an officer's secret: SHA-256("chengnuo-draw/1" LF assessment LF place LF secret), place 1 or 2.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from math import isqrt
from typing import NamedTuple

FORMAT = "chengnuo-draw/1"
CENSUS = "census"
WHOLE = 10_000
"""All units of a kind, in hundredths of a per cent."""


class Listed(NamedTuple):
    """A unit that can be drawn."""

    kind: str
    code: str
    name: str = ""


class Eligible(NamedTuple):
    """An inspector who can be drawn, and the codes of the units that this one stays away from."""

    number: str
    home: str
    recused: frozenset[str] = frozenset()


class Turn(NamedTuple):
    """A drawn unit: its place within its kind, and who inspects it."""

    kind: str
    turn: int
    code: str
    inspectors: tuple[str, ...] = ()


class NotEnough(ValueError):
    """Fewer inspectors than needed may go to the unit of that code; the text is the code."""


# --- the files -----------------------------------------------------------------------------------


def objects_text(rows: Iterable[Listed]) -> str:
    return "".join(f"{row.kind}\t{row.code}\t{_plain(row.name)}\n" for row in sorted(rows, key=lambda row: row[:2]))


def inspectors_text(rows: Iterable[Eligible]) -> str:
    return "".join(
        f"{row.number}\t{row.home}\t{','.join(sorted(row.recused))}\n"
        for row in sorted(rows, key=lambda row: row.number)
    )


def read_objects(text: str) -> list[Listed]:
    return [Listed._make(line.split("\t")) for line in text.splitlines()]


def read_inspectors(text: str) -> list[Eligible]:
    parts = (line.split("\t") for line in text.splitlines())
    return [Eligible(number, home, frozenset(codes.split(",")) - {""}) for number, home, codes in parts]


def rule_text(rule: Mapping) -> str:
    return json.dumps(rule, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def result_text(turns: Iterable[Turn]) -> str:
    return "".join(f"{row.kind}\t{row.turn}\t{row.code}\t{','.join(row.inspectors)}\n" for row in turns)


def hash_of(text: str) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def commitment(assessment: str, place: int, secret: str) -> str:
    """What an officer hands in before, and what the secret must match after."""
    return hash_of(f"{FORMAT}\n{assessment}\n{place}\n{secret}")


# --- the draw ------------------------------------------------------------------------------------


def key_of(rule: str, seed: str) -> bytes:
    """What every rank of a draw hangs on: its rule (and so both lists) and a seed that nobody knew."""
    return sha256(f"{FORMAT}\n{hash_of(rule)}\n{seed}".encode()).digest()


def how_many(units: int, *, method: str, share: int, least: int) -> int:
    """How many of so many units of a kind are drawn."""
    if method == CENSUS:
        return units
    return min(units, max(least, -(-units * share // WHOLE)))


def draw(objects: Iterable[Listed], inspectors: Collection[Eligible], rule: str, seed: str) -> list[Turn]:
    """The result. Raises `NotEnough` when a drawn unit finds too few inspectors."""
    told, key = json.loads(rule), key_of(rule, seed)
    turns = list(_drawn(objects, told, key))
    names = assigned(key, (row.code for row in turns), inspectors, each=told["each"])
    return [Turn(row.kind, row.turn, row.code, who) for row, who in zip(turns, names, strict=True)]


def _drawn(objects: Iterable[Listed], told: Mapping, key: bytes) -> Iterator[Turn]:
    kinds: dict[str, list[str]] = {}
    for row in objects:
        kinds.setdefault(row.kind, []).append(row.code)
    for kind, codes in sorted(kinds.items()):
        many = how_many(len(codes), method=told["method"], share=told["share"], least=told["least"])
        for turn, code in enumerate(first_in_line(key, codes, many), start=1):
            yield Turn(kind, turn, code)


def first_in_line(key: bytes, codes: Collection[str], many: int) -> list[str]:
    """The first so many of a kind's units, by rank."""
    # Ranks are spread evenly, so a few more than needed lie under this bound. The others need not be sorted.
    share = (many + 6 * isqrt(many) + 20) / max(len(codes), 1)
    if share < 1:
        bound = int(share * 2**256).to_bytes(32, "big")
        near = sorted(pair for pair in _ranked(key, codes) if pair[0] <= bound)
        if len(near) >= many:
            return [code for _rank, code in near[:many]]
    return [code for _rank, code in sorted(_ranked(key, codes))[:many]]


def _ranked(key: bytes, codes: Iterable[str]) -> Iterator[tuple[bytes, str]]:
    start = key + b"object\n"
    return ((sha256(start + code.encode()).digest(), code) for code in codes)


def next_in_line(key: bytes, codes: Collection[str], taken: Collection[str]) -> tuple[int, str] | None:
    """(turn, code) of the first of a kind's units that is not taken; None when the kind is used up.

    `codes` are all of the kind in the frozen list, `taken` those drawn or passed over.
    """
    taken = set(taken)
    line = first_in_line(key, codes, len(taken) + 1)
    if not taken.issuperset(line):
        return next((turn, code) for turn, code in enumerate(line, start=1) if code not in taken)
    return None


def assigned(
    key: bytes, codes: Iterable[str], inspectors: Collection[Eligible], *, each: int
) -> Iterator[tuple[str, ...]]:
    """The inspectors of each unit, one unit after the other. Raises `NotEnough` naming the unit."""
    levels = {0: {row.number for row in inspectors}}
    away = _away(inspectors)
    for code in codes:
        who = _from_levels(key, code, levels, away.get(code, frozenset()), each)
        if len(who) < each:
            raise NotEnough(code)
        yield tuple(number for number, _level in who)
        for number, level in who:
            levels[level].remove(number)
            levels.setdefault(level + 1, set()).add(number)
            if not levels[level]:
                del levels[level]


def _from_levels(key: bytes, code: str, levels: dict[int, set[str]], away: Collection[str], each: int):
    """(number, units so far) of those who take a unit. `levels[n]` holds whoever has n units."""
    who: list[tuple[str, int]] = []
    for level in sorted(levels):
        who += [(number, level) for number in in_order(key, code, levels[level].difference(away))]
        if len(who) >= each:
            break
    return who[:each]


def in_order(key: bytes, code: str, numbers: Iterable[str]) -> list[str]:
    """Inspectors of equal load, in the order in which they take that unit."""
    start = key + f"inspector\n{code}\n".encode()
    ranked = sorted([(sha256(start + number.encode()).digest(), number) for number in numbers])
    return [number for _rank, number in ranked]


def _away(inspectors: Iterable[Eligible]) -> dict[str, set[str]]:
    """Who stays away from a unit, by the unit's code."""
    away: dict[str, set[str]] = {}
    for row in inspectors:
        for code in row.recused:
            away.setdefault(code, set()).add(row.number)
    return away


def too_few(objects: Iterable[Listed], inspectors: Collection[Eligible], *, each: int) -> list[tuple[Listed, int]]:
    """Units to which fewer than `each` inspectors may go, with how many may."""
    away, all_of_them = _away(inspectors), len(inspectors)
    if all_of_them < each:
        return [(row, all_of_them - len(away.get(row.code, ()))) for row in objects]
    short = {code: all_of_them - len(who) for code, who in away.items() if all_of_them - len(who) < each}
    return [(row, short[row.code]) for row in objects if row.code in short] if short else []


def _plain(name: str) -> str:
    """A name that cannot break a line or a column."""
    return " ".join(name.split())
