"""Run every section, print one table; the exit code is 1 when a limit was missed."""

import json
import subprocess
import sys
import time

from tests.bench import surroundings
from tests.bench.table import Row, drawn

SECTIONS = ("pages", "queries", "prints", "signing", "loading", "months", "keeping", "bulletins", "drawing", "scoring")


def main() -> int:
    began = time.monotonic()
    environment = surroundings.described()
    rows: list[Row] = []
    for name in sys.argv[1:] or SECTIONS:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += _section(name)
    print(drawn(rows))
    print(f"\n{environment}; {time.monotonic() - began:.0f} s in all")
    missed = [row for row in rows if row.word == "FAIL"]
    print(f"{len(missed)} of {len(rows)} rows miss their limit" if missed else "every limit is kept")
    return 1 if missed else 0


def _section(name: str) -> list[Row]:
    """A process of its own, so that no section warms up another, and memory is its own."""
    command = [sys.executable, "-m", f"tests.bench.{name}"]
    done = subprocess.run(command, cwd=surroundings.ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        return [Row(f"{name}: could not be measured", 1, "", "≤", 0, f"exit {done.returncode}")]
    return [Row(**row) for row in json.loads(done.stdout.splitlines()[-1])]


if __name__ == "__main__":
    sys.exit(main())
