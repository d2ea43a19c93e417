"""What a section stands on: throw-away services and data, Django on top, and what the machine is."""

import contextlib
import logging
import os
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.services import Services

ROOT = Path(__file__).resolve().parents[2]
MEBIBYTE = 1024 * 1024
TICKS = os.sysconf("SC_CLK_TCK")
IGNORED = ("SITE_URL", "ALLOWED_HOSTS", "DEBUG", "EMAIL_URL", "DEFAULT_FROM_EMAIL", "PORT")


@contextlib.contextmanager
def throw_away(*, postgres: bool) -> Iterator[Services]:
    """An empty, migrated database, a broker and a data directory, named in the environment; gone afterwards."""
    services = Services()
    try:
        for name in IGNORED:
            os.environ.pop(name, None)
        data = services.directory / "var"
        data.mkdir()
        os.environ["DATA_DIR"] = str(data)
        os.environ["SECRET_KEY"] = "only-for-benchmarks-" + "x" * 40
        os.environ["MFA_REQUIRED_FOR"] = ""  # the made-up people have no second factor, and open every page
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        os.environ["DATABASE_URL"] = services.start_postgres() if postgres else f"sqlite:///{data / 'portal.sqlite3'}"
        os.environ["REDIS_URL"] = services.start_broker()
        manage("migrate", "--verbosity", "0")
        yield services
    finally:
        services.stop()


def manage(*words: str) -> None:
    """Run one preparing step of the portal; its complaints are shown, its chatter is not."""
    done = subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"manage.py {' '.join(words)} failed:\n{done.stderr or done.stdout}")


def start_django() -> None:
    """Django in this process, as configured, but for passwords: those of the made-up people need no protection."""
    import django  # noqa: PLC0415 -- reads the environment, which was completed just before
    from django.conf import settings  # noqa: PLC0415 -- as above

    django.setup()
    logging.disable(logging.WARNING)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


def resident() -> float:
    """Memory of this process now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEBIBYTE


def tree_cpu(pid: int) -> float:
    """Seconds of processor time of a running process and all below it, exact to the nanosecond."""
    total, waiting = 0, [pid]
    while waiting:
        process = waiting.pop()
        for thread in Path(f"/proc/{process}/task").iterdir():
            total += int((thread / "schedstat").read_text().split()[0])
            waiting += [int(child) for child in (thread / "children").read_text().split()]
    return total / 1e9


def ended_children_cpu(pid: int) -> float:
    """Seconds of processor time of the children that a process has had, ended ones only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / TICKS


def described() -> str:
    """One line on the machine and the versions, without naming the machine."""
    import django  # noqa: PLC0415 -- only its version is wanted
    import granian  # noqa: PLC0415 -- as above
    import weasyprint  # noqa: PLC0415 -- as above

    from tests.services import _postgres_programs  # noqa: PLC0415 -- finds the same server that the sections start

    said = subprocess.run([_postgres_programs() / "postgres", "--version"], capture_output=True, text=True).stdout
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    cores = len(os.sched_getaffinity(0))
    parts = (
        f"{cores} cores, {memory:.0f} GiB, load {os.getloadavg()[0]:.1f}",
        f"Python {platform.python_version()}, Django {django.__version__}, granian {granian.__version__}",
        f"SQLite {sqlite3.sqlite_version}, PostgreSQL {said.split()[2]}, WeasyPrint {weasyprint.__version__}",
    )
    return "; ".join(parts)
