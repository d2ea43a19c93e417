"""Working days: the golden days of 2017, and every rule that counts them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import special_days
from portal.core.models import SpecialDay
from portal.core.workdays import ONE_DAY, Workdays, loaded

CHINA = Workdays({day: works for day, (works, _zh, _en) in special_days.shipped().items()})
DAYS = st.dates(date(2017, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2017, 5, 27), True),  # a Saturday worked for Dragon Boat
        (date(2017, 9, 30), True),  # a Saturday worked for National Day
        (date(2017, 5, 29), False),
        (date(2017, 10, 6), False),
        (date(2017, 12, 31), False),
        (date(2018, 1, 1), False),
        (date(2018, 12, 29), True),  # the notice for 2019 gives the last days of 2018
        (date(2018, 12, 31), False),
        (date(2020, 1, 31), False),  # the lengthened Spring Festival
        (date(2022, 12, 31), False),
        (date(2026, 1, 4), True),
        (date(2026, 2, 23), False),
        (date(2026, 10, 10), True),
    ],
)
def test_the_notices_decide(day, works):
    assert CHINA.is_workday(day) is works


def test_the_fifth_workday_of_october_2017_is_the_13th():
    assert CHINA.nth_of_month(2017, 10, 5) == date(2017, 10, 13)


def test_the_25th_rolls_forward_as_the_plan_year_needs():
    reports = [CHINA.on_or_after(date(2017, month, 25)) for month in range(6, 13)]
    assert [day.day for day in reports] == [26, 25, 25, 25, 25, 27, 25]


def test_seven_workdays_are_left_from_22_to_31_may_2017():
    assert CHINA.between(date(2017, 5, 22), date(2017, 5, 31)) == 8 - 1
    assert CHINA.between(date(2017, 6, 1), date(2017, 12, 31)) == 148


def test_month_ends_leap_days_and_year_ends():
    assert CHINA.last_of_month(2017, 12) == date(2017, 12, 29)
    assert CHINA.last_of_month(2020, 2) == date(2020, 2, 28)
    assert Workdays().last_of_month(2024, 2) == date(2024, 2, 29)
    assert CHINA.on_or_after(date(2017, 12, 30)) == date(2018, 1, 2)
    assert CHINA.add(date(2017, 12, 29), 1) == date(2018, 1, 2)
    assert CHINA.add(date(2018, 1, 2), -1) == date(2017, 12, 29)
    assert CHINA.on_or_before(date(2018, 1, 1)) == date(2017, 12, 29)


def test_a_year_without_notice_counts_ordinary_weeks():
    assert not CHINA.knows(2027)
    assert CHINA.knows(2017)
    assert CHINA.is_workday(date(2027, 10, 1))


@given(DAYS)
def test_rolling_gives_a_workday_and_nothing_worked_lies_between(day):
    rolled = CHINA.on_or_after(day)
    assert CHINA.is_workday(rolled)
    assert CHINA.between(day, rolled) == 1
    assert CHINA.on_or_before(rolled) == rolled


@given(DAYS, st.integers(1, 60))
def test_adding_counts_the_days_between(day, count):
    later = CHINA.add(day, count)
    assert CHINA.between(day + ONE_DAY, later) == count
    if CHINA.is_workday(day):
        assert CHINA.add(later, -count) == day


def test_no_weekday_is_called_worked_and_no_day_stands_twice():
    worked = [day for day, (works, _zh, _en) in special_days.shipped().items() if works]
    assert all(day.weekday() > 4 for day in worked)
    years = {day.year for day in special_days.shipped()}
    assert years == set(range(2017, 2027))
    assert all(name.strip() for _works, *names in special_days.shipped().values() for name in names)


@pytest.mark.django_db
class TestCalendarInTheDatabase:
    def test_unknown_years_are_loaded_once(self):
        first = special_days.load_missing()
        assert first == len(special_days.shipped())
        assert special_days.load_missing() == 0
        assert loaded().is_workday(date(2017, 5, 27))

    def test_a_year_the_style_office_keeps_is_never_touched(self):
        SpecialDay.objects.create(on=date(2017, 6, 9), is_workday=False, name_zh="停电", name_en="Power cut")
        special_days.load_missing()
        assert SpecialDay.objects.filter(on__year=2017).count() == 1
        assert SpecialDay.objects.filter(on__year=2018).exists()

    def test_what_will_be_known_equals_what_is_known_after_loading(self):
        SpecialDay.objects.create(on=date(2018, 6, 8), is_workday=False, name_zh="停电", name_en="Power cut")
        before = special_days.known().special
        special_days.load_missing()
        assert loaded().special == before
        assert before[date(2018, 6, 8)] is False
        assert date(2018, 6, 8) + timedelta(days=10) not in before
