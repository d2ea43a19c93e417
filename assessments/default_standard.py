"""The standard that the portal ships, read from its file. Pure."""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("standards_default.toml")
NUMBERS = ("top_share", "bonus_most", "differs_from")


@cache
def _read() -> dict:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def settings() -> dict:
    """Fields of a `Standard`: titles, grades, top_share, top_least, bonus_most, differs_from, appeal_days."""
    found = {key: value for key, value in _read().items() if key != "criteria"}
    grades = [dict(row) for row in found["grades"]]
    return found | {"grades": grades} | {key: Decimal(found[key]) for key in NUMBERS}


def criteria() -> list[dict]:
    """Fields of each `Criterion`, in order."""
    return [
        {"params": {}, **row, "points": Decimal(row["points"]), "position": position}
        for position, row in enumerate(_read()["criteria"], start=1)
    ]
