"""The servers of a test run, started before Django reads its settings and gone with it.

PostgreSQL is started once and shared: each xdist worker makes a database of its own in it. Every process has its own
broker and its own data directory. `TEST_DB=sqlite` leaves PostgreSQL out. Nothing configured outside reaches a test.
"""

import atexit
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.serve import broker_program

LOOPBACK = ("127.", "::1", "localhost")


class Services:
    """What this process started, and where it is kept."""

    def __init__(self) -> None:
        # not TMPDIR, which may be too long a path for a socket
        self.directory = Path(tempfile.mkdtemp(prefix="chengnuo-test-", dir="/tmp"))
        self.directory.chmod(0o755)
        self.processes: list[tuple[subprocess.Popen, int]] = []
        atexit.register(self.stop)

    def start(self, command: list[str], *, is_ready: Callable[[], bool], ends_with: int, log: Path) -> None:
        with log.open("w") as out:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                preexec_fn=_die_with_us,  # noqa: PLW1509 -- nothing has started a thread yet
            )
        self.processes.append((process, ends_with))
        until = time.monotonic() + 30
        while not is_ready():
            if process.poll() is not None or time.monotonic() > until:
                pytest.exit(f"{command} did not start:\n{log.read_text()}", returncode=3)
            time.sleep(0.02)

    def start_postgres(self) -> str:
        programs, as_postgres = _postgres_programs(), _as_postgres()
        home = self.directory / "pg"
        home.mkdir()
        if as_postgres:
            shutil.chown(home, "postgres", "postgres")
        made = subprocess.run(
            [*as_postgres, programs / "initdb", "-D", home / "data", "-U", "portal", "-A", "trust"]
            + ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            capture_output=True,
            text=True,
        )
        if made.returncode:
            pytest.exit(f"initdb failed:\n{made.stderr}", returncode=3)
        careless = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")
        self.start(
            [*as_postgres, str(programs / "postgres"), "-D", str(home / "data"), "-k", str(home)]
            + [word for option in ("listen_addresses=", *careless) for word in ("-c", option)],
            is_ready=lambda: _is_accepting(programs, home),
            ends_with=signal.SIGINT,  # its “fast shutdown”: does not wait for clients
            log=self.directory / "pg.log",
        )
        return f"postgres://portal@/{home}/postgres"

    def start_broker(self) -> str:
        path = self.directory / "broker.sock"
        self.start(
            [broker_program(), "--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no"]
            + ["--dir", str(self.directory)],
            is_ready=path.exists,
            ends_with=signal.SIGTERM,
            log=self.directory / "broker.log",
        )
        return f"unix://{path}"

    def stop(self) -> None:
        for process, ends_with in reversed(self.processes):
            process.send_signal(ends_with)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
        shutil.rmtree(self.directory, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    """A wrapper, because only those run before pytest-django looks at the settings."""
    services = Services()
    early_config.add_cleanup(services.stop)
    if os.environ.get("TEST_DB", "pg") == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{services.directory / 'portal.sqlite3'}"
    elif "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ["DATABASE_URL"] = services.start_postgres()
    os.environ["REDIS_URL"] = services.start_broker()
    os.environ["DATA_DIR"] = str(services.directory / "var")
    os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 40
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop of its own beside each test
    for name in ("SITE_URL", "ALLOWED_HOSTS", "DEBUG", "EMAIL_URL", "MFA_REQUIRED_FOR", "DEFAULT_FROM_EMAIL", "PORT"):
        os.environ.pop(name, None)
    _stay_on_this_machine()
    return (yield)


def _stay_on_this_machine() -> None:
    """A test that reaches for the network fails at once, and says where it wanted to go."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise ConnectionRefusedError(f"Tests stay on this machine; this one wanted {address}.")
        return connect(self, address)

    socket.socket.connect = guarded


def _postgres_programs() -> Path:
    if named := os.environ.get("PG_BIN"):
        return Path(named)
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    if found is None:
        pytest.exit("PostgreSQL is missing: run “make test”, which installs it, or set TEST_DB=sqlite.", returncode=3)
    return Path(found).parent


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root, so root starts it as the user its package has made."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig=INT"]


def _is_accepting(programs: Path, home: Path) -> bool:
    return subprocess.run([programs / "pg_isready", "-h", home, "-q"], stderr=subprocess.DEVNULL).returncode == 0


def _die_with_us() -> None:
    """So that even a killed test run leaves no server behind (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)
