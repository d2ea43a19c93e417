"""What every test may ask for: a real worker, a guarded browser, rules tried the same way each time."""

import os
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connection

from portal.celery import app
from portal.core import frame

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET_CHROMIUM = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", event => console.error(
    "blocked by the content security policy:", event.effectiveDirective, event.blockedURI, event.sourceFile,
    event.lineNumber, event.sample))
"""

hypothesis.settings.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(config, items):
    """Left out, and counted as deselected: what speaks of PostgreSQL on the embedded database; what takes minutes."""
    left_out = set() if "long" in config.option.markexpr else {"long"}
    if os.environ.get("TEST_DB", "pg") == "sqlite":
        left_out.add("pg")
    out = [item for item in items if any(item.get_closest_marker(name) for name in left_out)]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


# --- the database --------------------------------------------------------------------------------


def migrations_print() -> str:
    """What decides how an empty database looks: every migration of ours and the versions of what others bring."""
    files = sorted(Path(settings.BASE_DIR).glob("*/**/migrations/*.py"))
    files = [file for file in files if ".venv" not in file.parts]
    parts = [*(file.read_bytes() for file in files), (Path(settings.BASE_DIR) / "requirements.lock").read_bytes()]
    return sha256(b"\0".join(parts)).hexdigest()[:20]


@pytest.fixture(scope="session")
def migrated(request) -> Path | None:
    """Where an empty migrated embedded database is kept between runs; None on PostgreSQL, whose server is new."""
    if connection.vendor != "sqlite" or request.config.getoption("nomigrations"):
        return None
    return request.config.cache.mkdir("migrated") / f"{migrations_print()}.sqlite3"


@pytest.fixture(scope="session")
def django_db_keepdb(migrated, django_db_modify_db_settings) -> bool:
    """An embedded database begins as a copy of the kept one: its migrations take half a minute of processor."""
    if migrated is None or not migrated.exists():
        return False
    shutil.copyfile(migrated, connection.settings_dict["TEST"]["NAME"])
    return True


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker, migrated):
    if migrated is not None and not migrated.exists():
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            half = migrated.with_suffix(f".{os.getpid()}")
            cursor.execute("VACUUM INTO %s", [str(half)])
            half.replace(migrated)


@pytest.fixture(autouse=True)
def unknown_installation():
    """A process remembers whether it shows a demonstration; every test has a database of its own."""
    frame.forget_demo()
    yield
    frame.forget_demo()


@pytest.fixture
def celery_worker_process(transactional_db):
    """A real worker in a process of its own, on this test's database and broker. Ready when the test begins."""
    app.control.purge()
    command = [sys.executable, "-m", "celery", "--app", "portal", "worker", "--loglevel", "INFO", "--concurrency", "2"]
    worker = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle"],
        env=os.environ | {"DATABASE_URL": database_url()},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 120
        while not app.control.ping(timeout=0.5):
            assert worker.poll() is None, "the worker ended by itself"
            assert time.monotonic() < until, "the worker did not answer"
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def database_url() -> str:
    """Where this test's own database is, for a process that the test starts."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return f"postgres://{settings['USER']}@/{settings['HOST']}/{settings['NAME']}"


# --- the browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert program, "Chromium is missing: run “make test”, which installs it, or set CHROMIUM."
    return browser_type_launch_args | {"executable_path": program, "args": list(QUIET_CHROMIUM)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": 1440, "height": 900},
    }


@pytest.fixture
def csp():
    """What went wrong in any page of this test: blocked by the policy, or an error of a script. Must end empty."""
    faults = []
    yield faults
    assert not faults, faults


@pytest.fixture
def new_context(new_context, csp):
    """Every browser context is watched, also those that a test opens itself."""

    def watched(**options):
        context = new_context(**options)
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", lambda message: csp.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda fault: csp.append(str(fault.error)))
        return context

    return watched
