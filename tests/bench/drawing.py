"""A draw of 5 per cent from a million units, in processor time, and the same draw by the published script."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from assessments import drawing
from tests.bench.table import Row, at_most, deliver, median_ratio, rounds

UNITS, KINDS, INSPECTORS, ROUNDS = 1_000_000, 6, 40, 3
SCRIPT = Path(drawing.__file__).with_name("replay_draw.py")


def rows() -> list[Row]:
    objects = [drawing.Listed(f"kind-{n % KINDS}", f"unit-{n:07d}", f"第{n}小学") for n in range(UNITS)]
    people = [
        drawing.Eligible(f"I{n:02d}", f"unit-{n:07d}", frozenset({f"unit-{n:07d}"})) for n in range(1, INSPECTORS + 1)
    ]
    files = {"objects.txt": drawing.objects_text(objects), "inspectors.txt": drawing.inspectors_text(people)}
    files["rule.json"] = rule(files)
    files["seed.txt"] = "07 12 19 23 28 33\n"
    seed, codes = files["seed.txt"].strip(), [row.code for row in objects]
    taken = rounds(
        ROUNDS,
        draw=lambda: seconds(lambda: drawing.draw(objects, people, files["rule.json"], seed)),
        bare=lambda: seconds(lambda: sorted([sha256(code.encode()).digest() for code in codes])),
    )
    result = drawing.result_text(drawing.draw(objects, people, files["rule.json"], seed))
    note = f"{result.count(chr(10)):,} units with two of {INSPECTORS} inspectors each"
    return [
        at_most("a draw of 5 % from 1,000,000 units, processor time", min(taken["draw"]), 5, " s", note),
        at_most("… against hashing and sorting as many codes", median_ratio(taken["draw"], taken["bare"]), 3, "×"),
        at_most("… lines that differ by the stand-alone script", differing(files, result), 0, "", "another process"),
    ]  # fmt: skip


def rule(files: dict[str, str]) -> str:
    return drawing.rule_text({
        "format": drawing.FORMAT, "number": "抽〔2026〕1号", "assessment": "1", "method": "sample", "share": 500,
        "least": 1, "each": 2, "excluded": [], "seed": {"kind": "public_number"},
        "objects": {"sha256": drawing.hash_of(files["objects.txt"])},
        "inspectors": {"sha256": drawing.hash_of(files["inspectors.txt"])},
    })  # fmt: skip


def seconds(act: Callable) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began


def differing(files: dict[str, str], result: str) -> int:
    """How many lines another process prints differently from the files alone, with other hash seeds of its own."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            Path(folder, name).write_bytes(text.encode())
        done = subprocess.run([sys.executable, "-I", SCRIPT, *files], cwd=folder, capture_output=True, check=True)
    printed, expected = done.stdout.decode().splitlines(), result.splitlines()
    return sum(1 for one, other in zip(printed, expected, strict=False) if one != other) + abs(
        len(printed) - len(expected)
    )


if __name__ == "__main__":
    deliver(rows())
