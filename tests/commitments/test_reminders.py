"""People are reminded and chased: the right ones, once a day, within the spacing never; late or twice all the same."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from commitments import reminding
from commitments.actions import chasing, dispatch
from commitments.models import Chaser, Month, Sheet, Timetable
from commitments.sweeps import reminders
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from portal.core.workdays import loaded
from tests import ledgers, months, stories
from units.models import Post, Role, Tenure

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    with translation.override("en"):
        yield ledgers.kept("municipal_school", "town_school")


@pytest.fixture
def month(story) -> Month:
    found = months.open_months(story, story.first + timedelta(days=22))[0]
    Letter.objects.all().delete()  # those about the papers
    return found


def days_of(month: Month) -> list[date]:
    return [date.fromisoformat(text) for text in month.remind_on]


def remind(on: date, hour: int = 10) -> int:
    return reminders.remind_due(on=on, at=months.at(on, hour))


def told() -> set[str]:
    return set(Letter.objects.filter(key__startswith="remind-").values_list("to__username", flat=True))


def chase(month, on, who="style_office", **more):
    return chasing.chase(month, by=month.people[who], at=months.at(on), **more)


# --- the clock -----------------------------------------------------------------------------------


def test_before_the_due_day_the_staff_are_told_once(month):
    before = days_of(month)[0]
    assert remind(before) == 2
    assert told() == {"north-municipal_school_staff", "north-town_school_staff"}
    assert remind(before, 11) == 0, "the same day again: nothing"
    assert Letter.objects.count() == Chaser.objects.count() == 2
    deed = Deed.objects.get(verb="report.reminded")
    assert deed.facts["people"] == 2 and deed.by == "clock"


def test_nobody_is_told_before_the_hour(month):
    before = days_of(month)[0]
    assert remind(before, 8) == 0 and not Letter.objects.exists()
    assert remind(before, 9) == 2


def test_from_the_second_reminder_on_the_head_is_told_too(month):
    for day in days_of(month):
        remind(day)
    last = Letter.objects.filter(key__startswith=f"remind-{days_of(month)[-1]}")
    assert set(last.values_list("to__username", flat=True)) == {
        f"north-{kind}_{role}" for kind in ("municipal_school", "town_school") for role in ("staff", "head")
    }
    assert "已过时限" in last.first().subject or "Overdue" in last.first().subject


def test_a_report_that_waits_for_the_head_reminds_the_head_alone(story, month):
    sheet = Sheet.objects.get(unit=story.units["municipal_school"], month=month)
    staff, day = story.people["municipal_school_staff"], days_of(month)[0]
    sheet = months.fill(sheet, "20", by=staff, on=month.opens_on)
    dispatch.hand_to_head(sheet, version=sheet.version, by=staff, at=months.at(month.opens_on))
    remind(day)
    assert told() == {"north-municipal_school_head", "north-town_school_staff"}


def test_a_unit_without_staff_has_its_head_told(story, month):
    Tenure.objects.filter(user=story.people["town_school_staff"]).delete()
    remind(days_of(month)[0])
    assert told() == {"north-municipal_school_staff", "north-town_school_head"}


def test_who_has_reported_is_left_in_peace(story, month):
    months.report(story, "municipal_school", month, "20", on=month.due_on)
    remind(days_of(month)[1])
    assert told() == {"north-town_school_staff"}


def test_a_report_with_nothing_in_it_is_not_asked_for(month):
    Sheet.objects.update(lines=0)
    assert remind(days_of(month)[0]) == 0


def test_a_person_with_two_posts_gets_one_letter(story, month):
    staff = story.people["municipal_school_staff"]
    post = Post.objects.get(unit=story.units["town_school"], role=Role.STAFF)
    Tenure.objects.create(post=post, user=staff, from_on=date(2020, 1, 1))
    remind(days_of(month)[0])
    letter = Letter.objects.get(to=staff)
    assert len(letter.body.splitlines()) == 2 and Chaser.objects.filter(to=staff).count() == 2


def test_a_missed_reminder_is_caught_up_within_five_days_and_skipped_after(month, caplog):
    first, second, _third = days_of(month)
    assert remind(first + timedelta(days=1)) == 2, "the server was down for a day"
    Month.objects.update(remind_on=[first.isoformat()], reminded_on=None)
    Chaser.objects.all().delete()
    assert remind(first + timedelta(days=6)) == 0
    assert "skipped" in caplog.text and Month.objects.get().reminded_on == first
    assert remind(first + timedelta(days=6)) == 0


def test_two_missed_days_make_one_letter(month):
    assert remind(days_of(month)[-1]) == 4
    assert Letter.objects.count() == 4


def test_a_frozen_month_is_not_reminded_of(story, month):
    months.freeze(story, month)
    assert remind(days_of(month)[-1]) == 0


def test_the_number_of_statements_does_not_grow_with_the_units(story, month):
    def statements():
        Chaser.objects.all().delete()
        Letter.objects.all().delete()
        Month.objects.update(reminded_on=None)
        with CaptureQueriesContext(connection) as asked:
            assert remind(days_of(month)[0])
        return len(asked)

    others = [ledgers.publish(story, kind) for kind in ("town_office", "department")]
    statements()
    few = statements()
    for made in others:
        sheet = Sheet.objects.filter(month=month).first()
        Sheet.objects.create(month=month, publication=made, unit=made.unit, order=made.order, lines=sheet.lines)
    assert statements() == few


def test_people_are_told_chunk_by_chunk_and_none_is_left_out(month, monkeypatch):
    monkeypatch.setattr(reminding, "CHUNK", 1)
    assert remind(days_of(month)[-1]) == 4 and Letter.objects.count() == 4


def test_a_run_that_was_cut_off_goes_on_and_tells_nobody_twice(month, monkeypatch):
    monkeypatch.setattr(reminding, "CHUNK", 1)
    day, tell, calls = days_of(month)[0], reminding._tell, []

    def cut_off(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        tell(*args, **kwargs)

    monkeypatch.setattr(reminding, "_tell", cut_off)
    with pytest.raises(KeyboardInterrupt):
        remind(day)
    assert Letter.objects.count() == 1 and Month.objects.get().reminded_on is None
    monkeypatch.setattr(reminding, "_tell", tell)
    assert remind(day) == 1 and Letter.objects.count() == 2


# --- people who chase ----------------------------------------------------------------------------


def test_the_style_office_chases_its_own_units_and_not_town_schools(story, month):
    month.people = story.people
    late = loaded().add(month.due_on, 1)
    done = chase(month, late)
    assert (done.people, done.spared) == (1, 0)
    assert Letter.objects.get().to == story.people["municipal_school_staff"]
    assert Deed.objects.get(verb="report.chased").facts["people"] == 1
    assert chase(month, late, "town_office_approver").people == 1
    assert Letter.objects.filter(to=story.people["town_school_staff"]).exists()


def test_who_was_chased_is_spared_within_the_spacing_and_named_with_the_day(story, month):
    month.people = story.people
    late = loaded().add(month.due_on, 1)
    chase(month, late)
    again = chase(month, late)
    assert (again.people, again.spared) == (0, 1) and again.examples[0][1] == late
    assert Letter.objects.count() == 1 and Deed.objects.filter(verb="report.chased").count() == 1
    assert chase(month, loaded().add(late, 1)).people == 1
    Timetable.objects.update(spacing=3)
    assert chase(month, loaded().add(late, 2)).spared == 1


def test_the_clock_spares_whom_a_person_chased_on_the_day(story, month):
    month.people = story.people
    day = days_of(month)[1]
    chase(month, day)
    remind(day)
    assert told() == {"north-town_school_staff"}


def test_only_the_sheets_given_are_chased_and_only_ones_own(story, month):
    month.people = story.people
    town = Sheet.objects.get(unit=story.units["town_school"])
    with pytest.raises(Refused, match="nobody to chase"):
        chase(month, month.due_on, sheets=[town])
    with pytest.raises(Refused):
        chase(month, month.due_on, "municipal_school_head")
    with pytest.raises(Refused):
        chase(month, month.due_on, "auditor")
    other = stories.culture()
    month.people = other.people
    with pytest.raises(Refused):
        chase(month, month.due_on)
    assert not Letter.objects.exists() and not Chaser.objects.exists()


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_two_workers_at_once_write_each_letter_once(story, month, guarded, monkeypatch):
    """The key of the letter is the guard: without it both write."""
    if not guarded:
        post_many = reminding.letters.post_many

        def unguarded(rows):
            for row in rows:
                row.key = f"{row.key}-{threading.get_ident()}"
            post_many(rows)

        monkeypatch.setattr(reminding.letters, "post_many", unguarded)
    day, barrier = days_of(month)[0], threading.Barrier(2)
    last_told = reminding._last_told

    def both_look_first(*args, **kwargs):
        found = last_told(*args, **kwargs)
        barrier.wait(10)
        return found

    monkeypatch.setattr(reminding, "_last_told", both_look_first)

    def run():
        remind(day)
        connection.close()

    threads = [threading.Thread(target=run) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Letter.objects.count() == (2 if guarded else 4)
    assert Chaser.objects.count() == 2
    assert Deed.objects.filter(verb="report.reminded").count() == 1
