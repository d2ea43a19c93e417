"""`make run` as a whole: it starts everything, says what is wrong in one sentence, and leaves nothing behind."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from tests.conftest import migrations_print

pytestmark = [pytest.mark.services, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]


@pytest.fixture(scope="module")
def empty_portal(request, tmp_path_factory):
    """The database of a real, empty portal: the one that tests on the embedded database keep, or a new one. Its
    migrations take half a minute of processor, so they run once.
    """
    kept = request.config.cache.mkdir("migrated") / f"{migrations_print()}.sqlite3"
    if kept.exists():
        return kept
    data = tmp_path_factory.mktemp("e")
    outside = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    chosen = {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=outside | chosen, check=True)
    return data / "portal.sqlite3"


@pytest.fixture
def environment(tmp_path_factory, empty_portal):
    """A data directory with a real, empty portal in it (so no demonstration is played), and a port of its own."""
    data = tmp_path_factory.mktemp("s")
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    outside = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    chosen = {"DATA_DIR": str(data), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "portal.settings"}
    with closing(sqlite3.connect(empty_portal)) as whole:
        whole.execute("VACUUM INTO ?", [str(data / "portal.sqlite3")])
    return outside | chosen


@pytest.fixture
def launch(environment, tmp_path):
    started = []

    def launch():
        command, said = [sys.executable, "-m", "portal.serve"], tmp_path / f"said-{len(started)}"
        with said.open("w") as words:
            launcher = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stderr=words)
        started.append(launcher)
        return launcher, said

    yield launch
    for launcher in started:
        launcher.kill()
        launcher.wait()
    wait_until(lambda: of_this_portal(environment) == [], seconds=30)


def of_this_portal(environment) -> list[str]:
    """Every process, the launcher included, that carries this test's data directory in its environment."""
    mark, found = f"DATA_DIR={environment['DATA_DIR']}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def wait_until(is_so, seconds=180):
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.1)


def status(environment) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", int(environment["PORT"]), timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def is_complete(environment) -> bool:
    """The launcher and its guard, the broker, the web server with two workers, the Celery worker with two, and beat."""
    return status(environment) is not None and len(of_this_portal(environment)) >= 10


def test_ctrl_c_stops_everything(launch, environment):
    launcher, _said = launch()
    wait_until(lambda: is_complete(environment))
    assert status(environment) < 500
    launcher.send_signal(signal.SIGINT)
    assert launcher.wait(40) == 0
    assert of_this_portal(environment) == []


def test_a_killed_launcher_leaves_no_orphan(launch, environment):
    launcher, _said = launch()
    wait_until(lambda: is_complete(environment))
    launcher.kill()
    wait_until(lambda: of_this_portal(environment) == [], seconds=40)


def test_one_that_dies_takes_the_others_along(launch, environment):
    launcher, said = launch()
    wait_until(lambda: is_complete(environment))
    (pid,) = (int(path.name) for path in Path("/proc").glob("[0-9]*") if is_broker(path, environment))
    os.kill(pid, signal.SIGKILL)
    assert launcher.wait(40) == 1
    assert "broker stopped by itself" in said.read_text()
    assert of_this_portal(environment) == []


def is_broker(process: Path, environment) -> bool:
    try:
        return f"{environment['DATA_DIR']}/valkey.sock".encode() in (process / "cmdline").read_bytes()
    except OSError:
        return False


def test_a_taken_port_is_one_sentence(launch, environment):
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))):
        launcher, said = launch()
        assert launcher.wait(30) == 1
    assert f"port {environment['PORT']} is taken" in said.read_text()
    assert said.read_text().strip().count("\n") == 0


def test_a_data_directory_serves_one_portal_and_a_request_to_end_stops_it(launch, environment):
    launcher, _said = launch()
    wait_until(lambda: is_complete(environment))
    environment["PORT"] = "8999" if environment["PORT"] != "8999" else "8998"
    second, said = launch()
    assert second.wait(30) == 1
    assert "another portal is already running" in said.read_text()
    launcher.terminate()
    assert launcher.wait(40) == 0
    assert of_this_portal(environment) == []
