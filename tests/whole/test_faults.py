"""Power cuts of the clock: workers, beats and the broker die with kill -9, and nothing is lost, doubled or half done.

Real PostgreSQL, broker, workers and beats, each a process group of its own. Each guard has a control that fails
without it. Nothing is timed but what must not wait for a hung broker.
"""

import threading
import time
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection

from commitments import timetables
from commitments.models import Entry, Month, Sheet
from commitments.periods import Period
from commitments.sweeps import dispatch as sweeps
from portal.core import letters, workdays
from portal.core.models import Deed, Job, Letter
from tests import months
from tests.faults import LINES, OPENED, OPENED_LATER, UNITS, kill, kill_child, names, post, together, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg, pytest.mark.services]
SLOW = {"pause": 0.3}
"""Seconds between one unit and the next: time enough to kill whoever fills the month."""


@pytest.fixture
def one_month_is_due(house, story):
    house.tell_day(story.first + OPENED)


def is_open(count: int = 1) -> bool:
    return Month.objects.filter(filled_at__isnull=False).count() == count


def require_whole(count: int = 1) -> None:
    """Every unit has each month once with all its lines, and each month was opened once, in order."""
    assert is_open(count)
    assert Month.objects.count() == count
    for month in Month.objects.all():
        assert Sheet.objects.filter(month=month).values("unit").distinct().count() == UNITS
    assert Sheet.objects.count() == UNITS * count
    assert Entry.objects.count() == UNITS * LINES * count
    opened = list(Deed.objects.filter(verb="month.opened").order_by("number").values_list("facts__month", flat=True))
    assert opened == sorted(Month.objects.values_list("code", flat=True))


# --- workers -------------------------------------------------------------------------------------


def killed_in_the_middle(house, kill=kill, **faults):
    """A worker that was filling the month and is no more."""
    worker = house.worker(day=True, **SLOW, **faults)
    until(lambda: Sheet.objects.count() >= 2, worker)
    kill(worker)
    time.sleep(SLOW["pause"])
    assert 2 <= Sheet.objects.count() < UNITS
    return worker


def test_a_month_whose_worker_was_killed_is_filled_by_the_next_one(house, one_month_is_due):
    killed_in_the_middle(house)
    assert not is_open()
    assert Entry.objects.count() == Sheet.objects.count() * LINES, "no sheet without its lines"
    until(is_open, house.worker(day=True))
    require_whole()


def test_control_a_month_that_counts_as_open_before_it_is_filled_stays_half_empty(house, one_month_is_due):
    killed_in_the_middle(house, without="resume")
    worker = house.worker(day=True)
    until(lambda: Job.objects.filter(name="open months", runs=2, ok_at__isnull=False).exists(), worker)
    assert is_open()
    assert Sheet.objects.count() < UNITS


def test_a_killed_child_of_a_worker_loses_no_task(house, one_month_is_due):
    """No beat runs and no worker starts: the task itself comes back."""
    worker = killed_in_the_middle(house, kill_child)
    until(is_open, worker)
    require_whole()


def test_control_unless_a_lost_task_is_handed_back_it_is_gone(house, one_month_is_due):
    worker = killed_in_the_middle(house, kill_child, without="requeue")
    until(lambda: "WorkerLostError" in house.log_of(worker), worker)
    time.sleep(SLOW["pause"] * UNITS)
    assert not is_open()
    assert house.queued() == 0


# --- beats ---------------------------------------------------------------------------------------


def test_a_beat_that_was_down_for_months_and_lost_its_file_catches_up_in_order(house, story):
    house.tell_day(story.first)
    worker, beat = house.worker(day=True), house.beat(tick=1)
    house.tell_day(story.first + OPENED)
    until(is_open, worker)
    kill(beat)
    until(house.is_idle, worker)
    for file in house.directory.glob("beat*"):
        file.unlink()
    house.tell_day(story.first + OPENED_LATER)
    due = len(due_months(story, story.first + OPENED_LATER))
    assert due >= 3
    time.sleep(2)
    assert is_open(1), "nobody asks while beat is down"
    house.beat(tick=1)
    until(lambda: is_open(due), worker)
    require_whole(due)
    for month in Month.objects.all()[1:]:
        assert month.caught_up == (story.first + OPENED_LATER > month.due_on)
    assert list(Month.objects.values_list("caught_up", flat=True))[:2] == [False, True]


def due_months(story, on) -> list[Period]:
    """What a calendar says, without the database's word on what was opened."""
    timetable, calendar = timetables.of(story.campaign), workdays.loaded()
    periods = timetables.periods_of(story.campaign, timetables.keeping_of(story.campaign), "month")
    return [period for period in periods if timetables.days_of(period, timetable, calendar).opens_on <= on]


def test_control_a_job_that_opens_the_month_of_the_day_skips_those_that_were_missed(story):
    timetable, calendar = timetables.of(story.campaign), workdays.loaded()
    for on in (story.first + OPENED, story.first + OPENED_LATER):
        period = Period.of(on, "month")
        days = timetables.days_of(period, timetable, calendar)
        sweeps._open(story.campaign, period, days, on=on, at=months.at(on), workdays=calendar)
    assert Month.objects.count() < len(due_months(story, story.first + OPENED_LATER))


def ticked_by_two_beats(house, story, **faults) -> list[str]:
    """Two beats on one portal, two tasks at a time; which letters were sent."""
    house.tell_day(story.first)
    worker = house.worker(2, day=True, tick=0.5, mail_pause=0.6, **faults)
    beats = [house.beat(name, tick=0.5) for name in ("one", "two")]
    house.tell_day(story.first + OPENED)
    for beat in beats:
        until(lambda beat=beat: house.log_of(beat).count("Sending due task") >= 10, beat)
    house.tell_day(story.first + OPENED + timedelta(days=31))
    # A task that still runs on the day before would claim for that day, and its claim would have lapsed long ago.
    until(lambda: is_open(2), worker)
    time.sleep(3)
    with mock.patch.object(letters, "wake"):  # whoever is woken asks the real clock, to which these claims are old
        post(story)
    until(lambda: len(set(house.letters())) == 3, worker)
    time.sleep(2)
    return house.letters()


def test_two_beats_do_nothing_twice(house, story):
    assert sorted(ticked_by_two_beats(house, story)) == names(Letter.objects.all())
    require_whole(2)
    assert Letter.objects.filter(handed_at__isnull=False).count() == 3


def test_control_without_the_claim_two_beats_send_a_letter_twice(house, story):
    sent = ticked_by_two_beats(house, story, without="claim")
    assert len(sent) > len(set(sent)) == 3


# --- two at one month ----------------------------------------------------------------------------


@pytest.fixture
def constraint():
    """The unique constraint of sheets, taken away for a control and put back."""
    once = next(each for each in Sheet._meta.constraints if each.name == "sheet_once_a_month_and_unit")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Sheet, once)
    yield
    Entry.objects.all().delete()
    Sheet.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Sheet, once)


def opened_by_two(story, monkeypatch) -> None:
    """Two workers that stand between asking where a range ends and filling it."""
    ask = sweeps._end_of_range
    both = threading.Barrier(2)

    def wait_for_the_other(*args):
        found = ask(*args)
        both.wait(30)
        return found

    monkeypatch.setattr(sweeps, "_end_of_range", wait_for_the_other)
    on = story.first + OPENED
    assert sorted(together([lambda: sweeps.open_due(on=on, at=months.at(on))] * 2)) == [0, 1]


def test_two_workers_at_one_month_open_it_once(story, monkeypatch):
    opened_by_two(story, monkeypatch)
    require_whole()


def test_control_an_opener_that_looks_first_and_trusts_no_constraint_gives_units_two_sheets(
    story, monkeypatch, constraint
):
    looked = "AND NOT EXISTS (SELECT FROM commitments_sheet s WHERE s.month_id = %(month)s AND s.publication_id = p.id)"
    monkeypatch.setattr(sweeps, "FILL_SHEETS", sweeps.FILL_SHEETS.replace("ON CONFLICT DO NOTHING", looked))
    fill, both = sweeps._fill_range, threading.Barrier(2)

    def fill_and_wait(*args):
        written = fill(*args)
        both.wait(30)  # neither has committed yet
        return written

    monkeypatch.setattr(sweeps, "_fill_range", fill_and_wait)
    opened_by_two(story, monkeypatch)
    assert Sheet.objects.count() == 2 * UNITS
