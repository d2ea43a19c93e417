"""A portal's processes that a test may kill: broker, workers, beats, each in a session of its own.

They stand on the test's own database and on a broker that no other test uses.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.celery import app
from portal.core import letters
from portal.core.models import Letter
from portal.serve import broker_program
from tests.services import _die_with_us

PATIENCE = 180
UNITS, LINES = 12, 2
OPENED, OPENED_LATER = timedelta(days=22), timedelta(days=88)
"""Of the story that is told under faults: days after its first on which one month is open, and three or more."""
QUIET = ("-W", "ignore:You're running the worker with superuser privileges")


class House:
    """What was started; `empty` kills what is left. Every worker and beat has the app of `tests/slow_app.py`."""

    def __init__(self, directory: Path, database: str) -> None:
        self.directory, self.groups = directory, []
        self.socket, self.mail, self.day = directory / "broker", directory / "mail", directory / "day"
        self.environment = os.environ | {
            "DATABASE_URL": database, "REDIS_URL": f"unix://{self.socket}", "CELERY_BROKER_URL": self.broker_url,
            "FAULT_MAIL": str(self.mail), "DJANGO_SETTINGS_MODULE": "tests.settings",
        }  # fmt: skip
        self.mail.touch()

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{self.socket}"

    def start_broker(self) -> subprocess.Popen:
        """With the append-only file that the launcher's broker has."""
        self.socket.unlink(missing_ok=True)
        words = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--appendonly", "yes"]
        self.broker = self._start([broker_program(), *words, "--dir", str(self.directory)])
        until(lambda: self.ask_broker(lambda redis: redis.ping()), self.broker)
        return self.broker

    def ask_broker(self, question: Callable):
        """The answer, or None where there is none."""
        from redis import Redis, RedisError  # noqa: PLC0415 -- only who asks it needs it

        with Redis(unix_socket_path=str(self.socket), socket_timeout=2) as redis:
            try:
                return question(redis)
            except RedisError:
                return None

    def queued(self) -> int:
        return self.ask_broker(lambda redis: redis.llen("celery")) or 0

    def is_idle(self) -> bool:
        """Nothing waits, and nothing that a worker took is unfinished: it answers for a task once it is done."""
        return self.ask_broker(lambda redis: redis.llen("celery") + redis.hlen("unacked")) == 0

    def worker(self, concurrency: int = 1, **faults: object) -> subprocess.Popen:
        """Ready when this returns: it has taken the jobs that a start asks for, or is about to."""
        words = ["worker", "--loglevel=INFO", f"--concurrency={concurrency}", "--without-gossip", "--without-mingle"]
        started = self._celery(*words, **faults)
        until(lambda: " ready." in self.log_of(started), started)
        return started

    def beat(self, schedule: str = "beat", **faults: object) -> subprocess.Popen:
        """Its schedule file is kept in the house under that name."""
        return self._celery(
            "beat", "--loglevel=INFO", "--pidfile=", f"--schedule={self.directory / schedule}", **faults
        )

    def tell_day(self, on: date) -> None:
        """Whatever runs with `day=True` believes that this is the day."""
        self.day.write_text(str(on))

    def letters(self, word: str = "sent") -> list[str]:
        """Which letters the mail server `took` from us, or has `sent`."""
        lines = [line.split() for line in self.mail.read_text().splitlines()]
        return [name for what, name in lines if what == word]

    def log_of(self, process: subprocess.Popen) -> str:
        return (self.directory / f"log-{self.groups.index(process)}").read_text()

    def empty(self) -> None:
        for process in self.groups:
            kill(process)

    def _celery(self, *words: str, day: bool = False, **faults: object) -> subprocess.Popen:
        told = {f"FAULT_{name.upper()}": str(value) for name, value in faults.items()}
        told |= {"FAULT_APP": "1"} | ({"FAULT_DAY": str(self.day)} if day else {})
        return self._start([sys.executable, *QUIET, "-m", "celery", "--app=tests.slow_app", "--quiet", *words], **told)

    def _start(self, command: list[str], **more: str) -> subprocess.Popen:
        with (self.directory / f"log-{len(self.groups)}").open("w") as log:
            process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=self.environment | more, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=_die_with_us,  # noqa: PLW1509 -- calls one function of the kernel, takes no lock
            )  # fmt: skip
        self.groups.append(process)
        return process


def kill(process: subprocess.Popen) -> None:
    """The whole group, as a power cut would: nobody can say good-bye."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def kill_child(process: subprocess.Popen) -> None:
    """A process that runs tasks, as a kernel short of memory would."""
    until(lambda: _children(process), process)
    os.kill(_children(process)[-1], signal.SIGKILL)


def _children(process: subprocess.Popen) -> list[int]:
    """Whichever thread has started them."""
    lists = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(child) for each in lists for child in each.read_text().split()]


def until(is_so: Callable[[], object], process: subprocess.Popen | None = None, *, seconds: float = PATIENCE) -> None:
    """Wait for it; fail where it does not come, or where the process that should bring it has ended."""
    last = time.monotonic() + seconds
    while not is_so():
        assert process is None or process.poll() is None, "the process ended by itself"
        assert time.monotonic() < last, "it did not come"
        time.sleep(0.05)


def together(acts: Iterable[Callable[[], object]]) -> list[object]:
    """Run the acts at the same moment, each on its own connection; what each returned or raised."""
    acts = list(acts)
    barrier, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            outcomes[place] = act()
        except Exception as problem:
            outcomes[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def speak_to(house: House, monkeypatch) -> None:
    """From now on this process sends its tasks to the house's broker."""
    monkeypatch.setenv("CELERY_BROKER_URL", house.broker_url)
    app._after_fork()  # forgets every connection that it keeps


def post(story, count: int = 3) -> list[Letter]:
    """Letters in one transaction, as an act posts them."""
    to = story.people["municipal_school_head"]
    with transaction.atomic():
        return [
            letters.post(f"fault-{number}", to=to, subject="请报送", body="月报待填。", at=timezone.now())
            for number in range(count)
        ]  # fmt: skip


def names(posted: Iterable[Letter]) -> list[str]:
    """As the mail server writes them down, sorted."""
    return sorted(letters._message(letter).extra_headers["Message-ID"] for letter in posted)
