"""The workday calendar: who keeps it, what is refused, what is told, and when a year is missing."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.core import special_days
from portal.core.errors import Refused
from portal.core.models import Deed, SpecialDay
from portal.core.workdays import Workdays
from tests import fingerprint, stories
from units import calendar, months, queries
from units.policies import standing

pytestmark = pytest.mark.django_db
KEEPERS = ("administrator", "style_office")
NEW_YEAR = date(2027, 1, 1)
FORM = {"on": "2027-01-01", "is_workday": "no", "name_zh": "元旦", "name_en": "New Year"}


@pytest.fixture
def story():
    return stories.education()


def visitor(user):
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = "en"
    return client


def page(client, **asked):
    answer = client.get(reverse("calendar"), asked)
    assert answer.status_code == 200
    return words(answer)


def post(client, **typed):
    return client.post(reverse("calendar"), typed)


def words(answer):
    return " ".join(answer.content.decode().split())


def told(client, answer):
    """What the page says after the redirect."""
    assert answer.status_code == 302
    return words(client.get(answer["Location"]))


def keep(story, on=NEW_YEAR, person="style_office", **facts):
    facts = {"is_workday": False, "name_zh": "元旦", "name_en": "New Year"} | facts
    return calendar.add_day(on, **facts, by=story.people[person], at=timezone.now())


# --- who, and the good path ----------------------------------------------------------------------


@pytest.mark.parametrize("person", KEEPERS)
def test_its_keepers_add_change_and_take_out_a_day_and_each_is_a_deed(story, person):
    client = visitor(story.people[person])
    assert "Kept: 1 January 2027 is free." in told(client, post(client, act="add", **FORM))
    change = FORM | {"day": "2027-01-01", "name_zh": "元旦节"}
    assert "Kept: 1 January 2027 is free." in told(client, post(client, act="change", **change))
    assert SpecialDay.objects.get().name_zh == "元旦节"
    answer = post(client, act="remove", day="2027-01-01")
    assert "1 January 2027 follows the week again." in told(client, answer)
    assert not SpecialDay.objects.exists()
    deeds = list(Deed.objects.filter(verb="calendar.changed"))
    assert [deed.facts["did"] for deed in deeds] == ["added", "changed", "removed"]
    assert {deed.bureau for deed in deeds} == {"north"}
    assert all(deed.post and deed.by == str(story.people[person].pk) for deed in deeds)
    assert deeds[1].facts == {"did": "changed", "on": "2027-01-01", "is_workday": False, "was_workday": False}
    assert [deed.words.text for deed in deeds] == ["元旦", "元旦节", "元旦节"]


def test_nobody_else_learns_that_there_is_a_calendar(story):
    before = fingerprint.of_tables()
    for name in set(story.people) - set(KEEPERS):
        client = visitor(story.people[name])
        assert client.get(reverse("calendar")).status_code == 404, name
        assert post(client, act="add", **FORM).status_code == 404, name
    changed = {table for table, facts in fingerprint.of_tables().items() if facts != before[table]}
    assert changed <= {"core_user"}  # the time of their last login


def test_the_verb_itself_asks_who_it_is(story):
    with pytest.raises(Refused):
        keep(story, person="municipal_school_head")
    assert not SpecialDay.objects.exists()


def test_a_change_holds_for_every_bureau_and_each_sees_who_made_it(story):
    other = stories.culture()
    keep(story)
    shown = page(visitor(other.people["style_office"]), year=2027)
    assert "All bureaus of the portal share this calendar" in shown
    assert "New Year" in shown
    assert "1 January 2027 added" in shown
    assert "Bureau of north" in shown


# --- refusals ------------------------------------------------------------------------------------


def test_a_day_twice_is_refused_with_what_was_typed_kept(story):
    keep(story)
    answer = post(visitor(story.people["administrator"]), act="add", **FORM | {"name_zh": "第二个"})
    assert answer.status_code == 409
    assert "1 January 2027 is in the calendar already" in words(answer)
    assert "第二个" in words(answer)
    assert SpecialDay.objects.get().name_zh == "元旦"
    assert Deed.objects.filter(verb="calendar.changed").count() == 1


@pytest.mark.parametrize("on", ["1999-12-31", "2101-01-01"])
def test_a_day_outside_of_the_calendar_s_years_is_refused(story, on):
    answer = post(visitor(story.people["style_office"]), act="add", **FORM | {"on": on})
    assert answer.status_code == 409
    assert "The calendar holds the years 2000 to 2100" in words(answer)
    assert not SpecialDay.objects.exists()


@pytest.mark.parametrize("typed", [{"on": "31.12.2027"}, {"on": ""}, {"name_zh": ""}, {"is_workday": "maybe"}])
def test_what_cannot_be_read_is_asked_again(story, typed):
    answer = post(visitor(story.people["style_office"]), act="add", **FORM | typed)
    assert answer.status_code == 422
    assert 'role="alert"' in words(answer)
    assert not SpecialDay.objects.exists()


@pytest.mark.parametrize("act", ["remove", "change"])
def test_a_day_that_somebody_took_out_meanwhile_is_told(story, act):
    answer = post(visitor(story.people["style_office"]), act=act, day="2027-01-01", **FORM)
    assert answer.status_code == 409
    assert "1 January 2027 is no longer in the calendar" in words(answer)
    assert not Deed.objects.filter(verb="calendar.changed").exists()


def test_the_same_facts_again_leave_no_deed(story):
    day = keep(story)
    calendar.change_day(day.on, is_workday=False, name_zh="元旦", name_en="New Year",
                        by=story.people["style_office"], at=timezone.now())  # fmt: skip
    assert Deed.objects.filter(verb="calendar.changed").count() == 1


@pytest.mark.parametrize(
    ("on", "is_workday", "says"),
    [
        ("2027-05-01", "no", "is a Saturday and free anyway, so this changes nothing."),
        ("2027-05-03", "yes", "is a Monday and worked anyway, so this changes nothing."),
        ("2027-05-08", "yes", "8 May 2027 is worked."),
    ],
)
def test_what_is_harmless_is_kept_and_said_to_be(story, on, is_workday, says):
    client = visitor(story.people["style_office"])
    assert says in told(client, post(client, act="add", **FORM | {"on": on, "is_workday": is_workday}))
    assert SpecialDay.objects.get().is_workday == (is_workday == "yes")


# --- a whole year --------------------------------------------------------------------------------


def test_a_year_that_ships_is_brought_in_with_one_click_and_only_once(story):
    client = visitor(story.people["administrator"])
    count = sum(day.year == 2026 for day in special_days.shipped())
    assert f"Bring in the {count} days of 2026" in page(client, year=2026)
    assert f"{count} days were brought in." in told(client, post(client, act="fill", year=2026))
    assert SpecialDay.objects.filter(on__year=2026).count() == SpecialDay.objects.count() == count
    deed = Deed.objects.get(verb="calendar.filled")
    assert deed.facts == {"year": 2026, "days": count}
    again = post(client, act="fill", year=2026)
    assert again.status_code == 409
    assert "There is nothing to bring in for 2026." in words(again)
    assert Deed.objects.filter(verb="calendar.filled").count() == 1


def test_a_year_that_does_not_ship_is_not_offered(story):
    client = visitor(story.people["administrator"])
    shown = page(client, year=2099)
    assert "The holidays of 2099 are not known here: its weeks count as ordinary ones." in shown
    assert "Bring in the" not in shown
    assert post(client, act="fill", year=2099).status_code == 409


def test_months_say_which_days_are_worked_by_shape_and_word():
    kept = Workdays({date(2026, 2, 14): True, date(2026, 2, 16): False, date(2026, 2, 21): False})
    february = months.months(kept, year=2026, names={date(2026, 2, 16): "春节"})[1]
    kinds = {day.on.day: day.kind for week in february.weeks for day in week if day}
    assert [kinds[day] for day in (13, 14, 15, 16, 21)] == ["work", "extra", "rest", "free", "free"]
    assert february.workdays == 20 == kept.between(date(2026, 2, 1), date(2026, 2, 28))
    assert len(kinds) == 28


def test_every_month_stands_on_the_page_with_its_number_of_workdays(story):
    special_days.load_missing(year=2026)
    shown = page(visitor(story.people["style_office"]), year=2026)
    assert shown.count('<table class="cal">') == 12
    assert "2026 has 248 workdays" in shown
    assert "<b>February</b> 16 workdays" in shown
    assert shown.count('<td class="cal--free">') == sum(
        not works and day.year == 2026 for day, (works, *_names) in special_days.shipped().items()
    )


@pytest.mark.parametrize(
    "asked", [{"year": "x"}, {"year": "1999"}, {"year": "20277"}, {"day": "2027-02-30"}, {"day": "x"}]
)
def test_an_address_that_says_nonsense_shows_this_year(story, asked):
    assert f"Workday calendar {timezone.localdate().year}" in page(visitor(story.people["style_office"]), **asked)


def test_a_day_that_is_there_is_opened_to_be_changed(story):
    keep(story)
    shown = page(visitor(story.people["style_office"]), day="2027-01-01")
    assert "Change 1 January 2027" in shown
    assert "Take this day out" in shown
    assert 'value="2027-01-01"' in shown


# --- a missing year ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "year"),
    [(date(2026, 10, 31), None), (date(2026, 11, 1), 2027), (date(2026, 12, 31), 2027), (date(2027, 1, 1), 2027)],
)
def test_next_year_is_missing_from_november_on(on, year):
    SpecialDay.objects.create(on=date(2026, 1, 1), is_workday=False, name_zh="元旦", name_en="New Year")
    assert special_days.year_to_fill(on=on) == year
    SpecialDay.objects.create(on=date(2027, 1, 1), is_workday=False, name_zh="元旦", name_en="New Year")
    assert special_days.year_to_fill(on=on) is None


@pytest.fixture
def november(monkeypatch):
    """It is the second of November of this year, whose own days are known."""
    year = timezone.localdate().year
    SpecialDay.objects.create(on=date(year, 1, 1), is_workday=False, name_zh="元旦", name_en="New Year")
    now = timezone.make_aware(datetime(year, 11, 2, 9))
    monkeypatch.setattr(timezone, "now", lambda: now)
    return year


def test_a_missing_year_stands_on_the_desk_and_on_the_page_until_it_is_there(story, november):
    client, following = visitor(story.people["style_office"]), november + 1
    desk = words(client.get(reverse("desk")))
    assert f"Bring the holidays of {following} into the workday calendar" in desk
    assert f"/work/calendar/?year={following}" in desk
    warning = f"The holidays of {following} are not in the calendar yet. Until they are, its weeks count as ordinary"
    assert warning in page(client)
    keep(story, on=date(following, 1, 1))
    assert "Bring the holidays of" not in words(client.get(reverse("desk")))
    assert warning not in page(client)


# --- the record, and the cost --------------------------------------------------------------------


def test_the_record_names_a_day_even_when_it_was_taken_out(story):
    day = keep(story)
    calendar.remove_day(day.on, by=story.people["style_office"], at=timezone.now())
    who = standing(story.people["auditor"], on=timezone.localdate())
    rows, _following = queries.record({"north"}, who)
    assert len(rows) == 2
    assert {row["thing"].label for row in rows} <= {"2027年1月1日", "1 January 2027"}


def test_the_page_asks_the_same_number_of_questions_for_one_day_and_for_thirty(story):
    client = visitor(story.people["style_office"])
    keep(story)
    with CaptureQueriesContext(connection) as one:
        page(client, year=2027)
    for number in range(1, 31):
        keep(story, on=NEW_YEAR + timedelta(days=number))
    with CaptureQueriesContext(connection) as many:
        page(client, year=2027)
    assert len(many) == len(one)
