"""Two inspectors send at the same moment: the inspection is settled, and exactly once. A control without the lock.

Real PostgreSQL, a connection a person.
"""

import contextlib
import threading

import pytest
from django.utils import timezone

from assessments.actions import inspections as acts
from assessments.actions import settling, sheets
from assessments.models import Inspection, Mark, Opinion
from assessments.states import InspectionState, Source
from portal.core.models import Deed
from tests.assessments import drawn
from tests.whole.test_races import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]
WINDOW = 3


@pytest.fixture
def slow(monkeypatch):
    """Whoever has looked whether the other sheet is in waits for the other to have looked as well."""
    write, both = settling._save, threading.Barrier(2)

    def hesitate(*args):
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait(WINDOW)
        write(*args)

    monkeypatch.setattr(settling, "_save", hesitate)


def both_send():
    story = drawn.world("department")
    (inspection,) = story.inspections
    stored = [drawn.save(opinion, drawn.data(story)) for opinion in drawn.sheets(inspection)]

    def send(opinion):
        return acts.send(opinion, version=opinion.version, by=opinion.inspector.user, at=timezone.now())

    outcomes = together(*(lambda each=each: send(each) for each in stored))
    inspection.refresh_from_db()
    return inspection, outcomes


def test_of_two_who_send_at_once_the_later_settles_and_exactly_once(slow):
    inspection, outcomes = both_send()
    assert [type(outcome) for outcome in outcomes] == [Opinion, Opinion]
    assert inspection.state == InspectionState.SETTLED
    assert Mark.objects.filter(source=Source.INSPECTED).count() == 2
    assert Deed.objects.filter(verb="inspection.settled").count() == 1


def test_control_without_the_lock_nobody_settles(slow, monkeypatch):
    def unlocked(pk):
        rows = Inspection.objects.select_related("case__unit__bureau", "case__assessment__standard", "draw")
        return rows.select_related("case__assessment__campaign__bureau").get(pk=pk)

    monkeypatch.setattr(sheets, "locked", unlocked)
    # The record's own lock would bring them into line by chance.
    monkeypatch.setattr(sheets, "record", lambda *args, **more: None)
    inspection, outcomes = both_send()
    assert [type(outcome) for outcome in outcomes] == [Opinion, Opinion]
    assert inspection.state == InspectionState.SCORING and not Mark.objects.filter(source=Source.INSPECTED).exists()
