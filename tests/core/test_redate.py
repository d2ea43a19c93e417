"""A campaign in another year: days, periods, deadlines, texts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import campaign_file, redate, special_days
from portal.core.workdays import Workdays
from tests.campaigns import ANQIU, BOTH, FANGZI

CHINA = Workdays({day: works for day, (works, _zh, _en) in special_days.shipped().items()})
YEARS = st.integers(2000, 2100)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def stage(file, key):
    return next(row for row in file["stage"] if row["key"] == key)


def deadline(file, key):
    return next(row for row in file["deadline"] if row["key"] == key)["on"]


def test_anqiu_in_2026():
    file = campaign_file.read(ANQIU).redated(2026, CHINA)
    assert file.redated_from == 2017
    assert file["campaign"]["code"] == "anqiu-edu-2026"
    assert file["campaign"]["year"] == 2026
    assert (file["campaign"]["starts_on"], file["campaign"]["ends_on"]) == (date(2026, 5, 11), date(2027, 1, 20))
    assert deadline(file, "sign_off") == date(2026, 5, 22)
    assert deadline(file, "file_with_style_office") == date(2026, 5, 25)  # the 23rd is a Saturday
    assert (stage(file, "commit")["from_on"], stage(file, "commit")["to_on"]) == (date(2026, 5, 11), date(2026, 5, 31))
    assert (stage(file, "assess")["from_on"], stage(file, "assess")["to_on"]) == (date(2027, 1, 11), date(2027, 1, 20))
    visits = file["benchmarking"]
    assert (visits["round_from"], visits["round_to"]) == (date(2026, 5, 11), date(2026, 5, 20))


def test_the_plans_own_deadlines_stand_as_printed():
    file = campaign_file.read(ANQIU)
    assert file.redated(2017, CHINA) is file
    assert CHINA.is_workday(deadline(file, "sign_off"))
    assert deadline(file, "sign_off") == date(2017, 5, 22)
    assert deadline(file, "file_with_style_office") == date(2017, 5, 23)


def test_a_deadline_rolls_over_a_make_up_day_and_a_holiday():
    file = campaign_file.read(ANQIU)
    for old, year, new in ((date(2017, 5, 27), 2023, date(2023, 5, 29)), (date(2017, 10, 1), 2026, date(2026, 10, 8))):
        file["deadline"][0]["on"] = old
        assert file.redated(year, CHINA)["deadline"][0]["on"] == new


def test_fangzi_promises_are_due_at_the_end_of_the_new_year():
    file = campaign_file.read(FANGZI).redated(2026, CHINA)
    assert {row["due_on"] for row in file["printed_paper"]["objective"]} == {date(2026, 12, 31)}
    assert file["printed_paper"]["objective"][0]["due_phrase_zh"] == "年内"


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path.stem)
@pytest.mark.parametrize("year", [2018, 2024, 2026, 2028, 2100])
def test_what_quotes_the_plan_and_who_it_binds_stays(path, year):
    old = campaign_file.read(path)
    new = old.redated(year, CHINA)
    for name in redate.UNTOUCHED:
        assert new[name] == old[name]
    assert [row["phrase"] for row in new["stage"]] == [row["phrase"] for row in old["stage"]]
    assert new["campaign"]["year_basis_zh"] == old["campaign"]["year_basis_zh"]
    assert new.sections.keys() == old.sections.keys()
    assert all(row["from_on"] <= row["to_on"] for row in new["stage"])
    assert all(CHINA.is_workday(row["on"]) for row in new["deadline"])
    assert old["campaign"]["year"] == 2017, "the old file is left as it was"


def test_a_month_end_stays_one_and_a_leap_day_gives_way():
    assert redate.period_end(date(2017, 2, 28), 7) == date(2024, 2, 29)
    assert redate.period_end(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert redate.period_end(date(2017, 5, 20), 9) == date(2026, 5, 20)
    assert redate.day(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert redate.day(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert redate.day(date(2017, 12, 31), 1) == date(2018, 12, 31)


def test_only_years_of_the_plan_move_in_a_text():
    text = "2017年至2018年，2016年的20171件，第2017号"
    assert redate.text(text, 9, range(2017, 2019)) == "2026年至2027年，2016年的20171件，第2026号"


@given(DAYS, st.integers(-20, 20))
def test_a_day_keeps_month_and_all_but_a_leap_day_their_day(day, by):
    if not 1 <= day.year + by <= 9999:
        return
    moved = redate.day(day, by)
    assert (moved.year, moved.month) == (day.year + by, day.month)
    assert moved.day == day.day or (day.month, day.day, moved.day) == (2, 29, 28)


@given(DAYS, YEARS)
def test_a_moved_month_end_is_a_month_end(day, year):
    moved = redate.period_end(day, year - day.year)
    is_end = (day + timedelta(days=1)).month != day.month
    if is_end:
        assert (moved + timedelta(days=1)).month != moved.month
