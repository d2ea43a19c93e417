"""Loading a campaign of ten thousand units on PostgreSQL, against raw SQL writing the same rows."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.bench import surroundings, table

UNITS = 10_000
REPEATS = 3
ROUNDS = 5
CAMPAIGN = surroundings.ROOT / "objectives" / "campaigns" / "anqiu-education-2017.toml"
UNIT = """
[[unit]]
code = "s{n:05}"
kind = "town_school"
parent = "to0{town}"
name_zh = "第{n}小学（示例）"
name_en = "Primary school {n} (sample)"
is_sample = true
"""
TABLES = ("units_unit", "units_post")


def rows() -> list[table.Row]:
    with surroundings.throw_away(postgres=True) as services:
        postmaster = services.processes[0][0].pid
        file = services.directory / "campaign.toml"
        file.write_text(campaign(UNITS), encoding="utf-8")
        loaded = _load(file, postmaster)
        again = [_load(file, postmaster) for _repeat in range(REPEATS)]
        surroundings.start_django()
        raw = _raw()
    repeated = statistics.median(each["cpu"] for each in again)
    return [
        table.at_most(f"loading {UNITS:,} units on PostgreSQL", loaded["cpu"], 60, " s",
                      f"processor time, the database's too; {loaded['cpu'] / UNITS * 1e6:.0f} µs a unit"),
        table.at_most("… against raw INSERT … SELECT of its units and posts", loaded["wall"] / raw, 50, "×",
                      f"{loaded['wall']:.1f} s against {raw:.2f}; reads, checks, keeps history"),
        table.at_most("… loaded again, nothing to do", repeated / loaded["cpu"], 0.4, "×",
                      f"{repeated:.1f} s, all of it starting up, reading and checking the file"),
        table.at_most("… peak memory", loaded["memory"], 400, " MiB"),
    ]  # fmt: skip


def campaign(units: int) -> str:
    """The shipped campaign with many schools more."""
    more = "".join(UNIT.format(n=number, town=number % 3 + 1) for number in range(1, units + 1))
    head, mark, tail = CAMPAIGN.read_text(encoding="utf-8").partition("[[charge]]")
    return head + more + mark + tail


def _load(file: Path, postmaster: int) -> dict[str, float]:
    """The command as an administrator runs it; the database's part is what its ended session has used."""
    before, began = surroundings.ended_children_cpu(postmaster), time.perf_counter()
    command = [sys.executable, "manage.py", "load_campaign", str(file)]
    process = subprocess.Popen(command, cwd=surroundings.ROOT, stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"load_campaign failed: exit {process.returncode}")
    database = surroundings.ended_children_cpu(postmaster) - before
    return {
        "cpu": used.ru_utime + used.ru_stime + database,
        "wall": time.perf_counter() - began,
        "memory": used.ru_maxrss / 1024,
    }


def _raw() -> float:
    """Seconds of the database for the same unit and post rows, with their keys, indexes and checks."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up in rows()

    seconds = []
    with connection.cursor() as cursor:
        for _round in range(ROUNDS):
            for name in TABLES:
                cursor.execute(f"DROP TABLE IF EXISTS raw_{name}")
                cursor.execute(f"CREATE TABLE raw_{name} (LIKE {name} INCLUDING ALL)")
            began = time.perf_counter()
            for name in TABLES:
                cursor.execute(f"INSERT INTO raw_{name} SELECT * FROM {name}")
            seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


if __name__ == "__main__":
    table.deliver(rows())
