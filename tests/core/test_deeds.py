"""The record: one chain, append-only in the database itself, words removable, forgery noticed."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.core import deeds
from portal.core.errors import Refused
from portal.core.models import Deed, DeedWords, Installation, SpecialDay

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def thing():
    return SpecialDay.objects.create(on="2031-01-01", is_workday=False, name_zh="元旦", name_en="New Year")


def chain(thing, length=5):
    return [
        deeds.record("unit.opened", about=thing, by="command", at=timezone.now(), words=f"第{n}句", n=n)
        for n in range(length)
    ]


def without_triggers(sql, params=()):
    """What somebody with all rights to the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE core_deed DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER core_deed_no_update")
            cursor.execute("DROP TRIGGER core_deed_no_delete")
        cursor.execute(sql, params)


def test_an_untouched_chain_holds(thing):
    chain(thing)
    assert deeds.first_break() is None


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_itself_refuses_to_change_a_deed(thing, change):
    deed = chain(thing)[2]
    rows = Deed.objects.filter(pk=deed.pk)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.update(verb="unit.closed") if change == "update" else rows._raw_delete(rows.db)


def test_the_database_itself_refuses_to_change_words(thing):
    deed = chain(thing)[0]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        DeedWords.objects.filter(deed=deed).update(text="anders")


def test_words_can_be_removed_for_privacy_and_the_chain_still_holds(thing):
    deed = chain(thing)[1]
    DeedWords.objects.filter(deed=deed).delete()
    assert deeds.first_break() is None


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("UPDATE core_deed SET by='9' WHERE number=%s", 3),
        ("UPDATE core_deed SET at='2020-01-01 00:00:00+00' WHERE number=%s", 2),
        ("UPDATE core_deed SET post='x' WHERE number=%s", 1),
        ("UPDATE core_deed SET hash=repeat('0',64) WHERE number=%s", 4),
    ],
)
def test_a_changed_deed_is_named(thing, sql, number):
    chain(thing)
    if connection.vendor == "sqlite" and "repeat" in sql:
        sql = sql.replace("repeat('0',64)", "'0'")
    without_triggers(sql, [number])
    assert deeds.first_break().number == number


def test_a_deed_taken_out_of_the_middle_is_named(thing):
    chain(thing)
    DeedWords.objects.filter(deed=3).delete()
    without_triggers("DELETE FROM core_deed WHERE number=%s", [3])
    assert deeds.first_break() == deeds.Break(3, "missing")


def test_a_cut_tail_shows_only_against_a_head_kept_elsewhere(thing):
    chain(thing)
    kept = deeds.head()
    DeedWords.objects.filter(deed=5).delete()
    without_triggers("DELETE FROM core_deed WHERE number=%s", [5])
    assert deeds.first_break() is None
    assert deeds.head() != kept


def test_words_swapped_behind_a_deed_are_noticed(thing):
    chain(thing)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE core_deedwords DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER core_deedwords_no_update")
    DeedWords.objects.filter(deed=2).update(text="ganz anders")
    assert deeds.first_break() == deeds.Break(2, "words changed")


@pytest.mark.parametrize("shift", [timedelta(days=-1), timedelta(hours=-1), timedelta(days=1)])
def test_no_act_claims_another_moment_than_now(thing, shift):
    with pytest.raises(Refused):
        deeds.record("unit.opened", about=thing, by="command", at=timezone.now() + shift)
    assert not Deed.objects.exists()


@pytest.fixture
def set_back(monkeypatch):
    """The server's clock goes back by so much."""

    def turn(by):
        monkeypatch.setattr(timezone, "now", lambda now=timezone.now: now() - by)

    return turn


def test_a_clock_that_was_set_back_stops_the_record_before_it_tells_a_false_order(thing, set_back):
    chain(thing, 1)
    set_back(timedelta(hours=2))
    with pytest.raises(Refused, match="was set back|被调慢"):
        deeds.record("unit.opened", about=thing, by="command", at=timezone.now())
    assert Deed.objects.count() == 1


def test_a_clock_that_is_corrected_by_minutes_stops_nobody(thing, set_back):
    chain(thing, 1)
    set_back(timedelta(minutes=9))
    assert len(chain(thing, 2)) == 2
    assert deeds.first_break() is None


def test_a_demonstration_may_play_in_any_order(thing, set_back):
    Installation.objects.create(is_demo=True, created_at=timezone.now())
    chain(thing, 1)
    set_back(timedelta(days=30))
    assert len(chain(thing, 1)) == 1


def test_only_a_demonstration_plays_the_past(thing):
    Installation.objects.create(is_demo=True, created_at=timezone.now())
    deeds.record("unit.opened", about=thing, by="command", at=timezone.now() - timedelta(days=90))
    assert Deed.objects.count() == 1
