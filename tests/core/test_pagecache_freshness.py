"""The kept public pages: never older than a commit, of whatever process, and within bounds of number and memory."""

import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.core import pagecache
from portal.core.models import SpecialDay
from tests.conftest import database_url
from tests.core.small_site import add_day, seen_by

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("empty_shelf")]
TAKE_NOTICE = pagecache.POLL_SECONDS + 0.05
"""How long another process's commit may take to be noticed on PostgreSQL; on the embedded database no time at all."""

# --- never older than a commit -----------------------------------------------------------------------

freshness = pytest.mark.django_db(transaction=True)


@freshness
def test_a_commit_of_this_process_shows_at_once(small_site):
    for number in range(1, 6):
        assert seen_by(Client(), "/zh/days/") == b"zh %d" % (number - 1)
        assert seen_by(Client(), "/zh/days/") == b"zh %d" % (number - 1)
        add_day(number)
    assert seen_by(Client(), "/zh/days/") == b"zh 5"


WRITER = """
import sys, django
django.setup()
from tests.core.small_site import add_day
for line in sys.stdin:
    add_day(int(line))
    print("done", flush=True)
"""


@freshness
def test_a_commit_of_another_process_shows(small_site):
    """At once on the embedded database; on PostgreSQL after the interval at which the record is asked."""
    env = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", WRITER], env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as writer:
        for number in range(1, 9):
            assert seen_by(Client(), "/zh/days/") == b"zh %d" % (number - 1)
            writer.stdin.write(f"{number}\n")
            writer.stdin.flush()
            assert writer.stdout.readline() == "done\n"
            if connection.vendor == "postgresql":
                time.sleep(TAKE_NOTICE)
            assert seen_by(Client(), "/zh/days/") == b"zh %d" % number
        writer.stdin.close()


@freshness
def test_control_without_the_watch_a_kept_page_stays(small_site, monkeypatch):
    monkeypatch.setattr(pagecache.watch, "version", lambda: "blind")
    monkeypatch.setattr(pagecache, "forget", lambda: None)
    assert seen_by(Client(), "/zh/days/") == b"zh 0"
    add_day(1)
    assert seen_by(Client(), "/zh/days/") == b"zh 0"


@freshness
def test_a_page_made_while_content_changes_is_not_shown_afterwards(small_site, monkeypatch):
    """A slow view reads, a commit follows, and only then the page is put on the shelf."""
    keep = pagecache.shelf.keep

    def slowly(version, key, page):
        add_day(1)
        return keep(version, key, page)

    monkeypatch.setattr(pagecache.shelf, "keep", slowly)
    assert seen_by(Client(), "/zh/days/") == b"zh 0"
    monkeypatch.setattr(pagecache.shelf, "keep", keep)
    assert seen_by(Client(), "/zh/days/") == b"zh 1"


def test_a_new_day_is_new_content(db, settled, small_site, monkeypatch):
    seen_by(Client(), "/zh/days/")
    SpecialDay.objects.create(on="2031-01-01", is_workday=False, name_zh="日", name_en="Day")
    assert seen_by(Client(), "/zh/days/") == b"zh 0"
    monkeypatch.setattr(pagecache, "today", lambda: "tomorrow")
    assert seen_by(Client(), "/zh/days/") == b"zh 1"


def test_the_day_changes_at_local_midnight(monkeypatch):
    clock = [timezone.localtime().replace(hour=23, minute=59, second=50)]
    monkeypatch.setattr(pagecache, "time", SimpleNamespace(time=lambda: datetime.timestamp(clock[0])))
    monkeypatch.setattr(pagecache, "timezone", SimpleNamespace(localtime=lambda: clock[0]))
    today, first = pagecache.Today(), clock[0].date()
    assert today() == first
    clock[0] += timedelta(seconds=9)
    assert today() == first
    clock[0] += timedelta(seconds=1)
    assert today() == first + timedelta(days=1)


def test_within_a_transaction_nothing_is_kept(db, small_site):
    seen_by(Client(), "/zh/days/")
    assert not pagecache.shelf.pages


# --- bounds --------------------------------------------------------------------------------------------


def test_the_pages_asked_for_last_stay(db, settled, small_site, monkeypatch):
    monkeypatch.setattr(pagecache, "MOST_PAGES", 3)
    for word in "abcdefgh":
        seen_by(Client(), "/zh/days/")
        seen_by(Client(), f"/zh/days/?{word}")
    kept = [key[3] for _version, key in pagecache.shelf.pages]
    assert kept == ["g", "", "h"]


def test_the_shelf_holds_no_more_than_its_memory(db, settled, small_site, monkeypatch):
    monkeypatch.setattr(pagecache, "MOST_BYTES", 10)
    for word in "abcdefgh":
        seen_by(Client(), f"/zh/days/?{word}")
    assert pagecache.shelf.size <= 10 and len(pagecache.shelf.pages) == 2
    assert pagecache.shelf.size == sum(len(page.body) for page in pagecache.shelf.pages.values())
