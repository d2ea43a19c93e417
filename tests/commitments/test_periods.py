"""Golden calendars: no period missing or double over ten years; the days of 2017 as they were."""

from datetime import date, timedelta

import pytest

from commitments.periods import DispatchRule, Period, between, dates_of, planned_share
from portal.core import special_days
from portal.core.workdays import Workdays

CALENDAR = Workdays({day: works for day, (works, _zh, _en) in special_days.shipped().items()})


@pytest.mark.parametrize(("kind", "a_year"), [("month", 12), ("quarter", 4), ("half", 2)])
def test_ten_years_have_each_period_once_and_no_day_outside(kind, a_year):
    periods = list(between(date(2017, 1, 1), date(2026, 12, 31), kind))
    assert len(periods) == len({period.code for period in periods}) == 10 * a_year
    for period, following in zip(periods, periods[1:], strict=False):
        assert period.last + timedelta(days=1) == following.first
    assert [Period.parse(period.code) for period in periods] == periods


def test_a_campaign_of_june_to_december_has_seven_months_three_quarters_two_halves():
    first, last = date(2017, 6, 1), date(2017, 12, 31)
    assert [p.code for p in between(first, last, "month")] == [f"2017-{n:02d}" for n in range(6, 13)]
    assert [p.code for p in between(first, last, "quarter")] == ["2017-Q2", "2017-Q3", "2017-Q4"]
    assert [p.code for p in between(first, last, "half")] == ["2017-H1", "2017-H2"]


def test_the_25th_rolls_forward_as_the_days_of_2017_fell():
    due = [dates_of(p, DispatchRule(), CALENDAR).due_on for p in between(date(2017, 6, 1), date(2017, 12, 31), "month")]
    assert due == [
        date(2017, 6, 26), date(2017, 7, 25), date(2017, 8, 25), date(2017, 9, 25), date(2017, 10, 25),
        date(2017, 11, 27), date(2017, 12, 25),
    ]  # fmt: skip


def test_the_fifth_workday_after_september_2017_is_the_13th_of_october():
    rule = DispatchRule(due="workday", number=5)
    assert dates_of(Period.parse("2017-09"), rule, CALENDAR).due_on == date(2017, 10, 13)


def test_the_last_workday_of_december_2017_is_the_29th():
    assert dates_of(Period.parse("2017-12"), DispatchRule(due="last"), CALENDAR).due_on == date(2017, 12, 29)


@pytest.mark.parametrize("number", [28, 29, 30, 31])
def test_a_month_without_that_day_takes_its_last(number):
    due = dates_of(Period.parse("2023-02"), DispatchRule(number=number), CALENDAR).due_on
    assert due == date(2023, 2, 28)


@pytest.mark.parametrize(
    "rule", [DispatchRule(), DispatchRule("workday", 5), DispatchRule("last"), DispatchRule(number=31)]
)
def test_every_month_opens_before_it_is_due_and_freezes_after_on_workdays(rule):
    for period in between(date(2017, 1, 1), date(2026, 12, 31), "month"):
        dates = dates_of(period, rule, CALENDAR)
        assert dates.opens_on < dates.due_on < dates.freezes_on
        assert all(
            CALENDAR.is_workday(day) for day in (dates.opens_on, dates.due_on, *dates.remind_on, dates.freezes_on)
        )


def test_the_plan_asks_pro_rata():
    start, due = date(2026, 6, 1), date(2026, 12, 31)
    assert planned_share(start, due, start) == 0
    assert planned_share(start, due, due) == planned_share(start, due, date(2027, 3, 1)) == 1
    assert planned_share(start, due, date(2026, 9, 15)) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("code", ["2026-13", "2026-Q5", "2026-H3", "2026-6", "June", ""])
def test_what_names_no_period_is_refused(code):
    with pytest.raises(ValueError, match="names no period"):
        Period.parse(code)
