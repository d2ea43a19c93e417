"""The style office sets the days; the page shows the whole year that follows from them."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from commitments import timetables
from commitments.actions.timetable import set_timetable
from commitments.models import Month
from portal.core import special_days
from portal.core.errors import Refused
from portal.core.models import Deed
from tests import months, stories

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    special_days.load_missing()
    with translation.override("en"):
        yield stories.education()


@pytest.fixture
def office(story):
    client = Client(headers={"accept-language": "en"})
    client.force_login(story.people["style_office"])
    return client


def settings_of(client) -> dict:
    """The form as it stands on the page."""
    form = client.get(reverse("timetable")).context["form"]
    return {bound.html_name: bound.value() for bound in form if bound.value() is not None} | {
        name: form[name].field.prepare_value(form[name].value()) for name in ("remind_before", "remind_after")
    }


def test_the_page_shows_every_month_with_its_working_days(story, office):
    page = office.get(reverse("timetable"))
    assert page.status_code == 200
    rows = page.context["rows"]
    assert len(rows) >= 10 and all(row["days"].opens_on <= row["days"].due_on < row["days"].freezes_on for row in rows)


def test_a_preview_keeps_nothing_and_a_click_keeps_all(story, office):
    data = settings_of(office) | {"due": "workday", "number": "5", "remind_after": "1，3、4", "act": "preview"}
    page = office.post(reverse("timetable"), data)
    assert page.status_code == 200 and page.context["previewed"]
    assert timetables.of(story.campaign).due == "day" and not Deed.objects.filter(verb="timetable.changed").exists()
    assert office.post(reverse("timetable"), data | {"act": "keep"}).status_code == 302
    kept = timetables.of(story.campaign)
    assert (kept.due, kept.number, kept.remind_after, kept.version) == ("workday", 5, [1, 3, 4], 2)
    facts = Deed.objects.get(verb="timetable.changed").facts
    assert facts["before"]["due"] == "day" and facts["after"]["due"] == "workday"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("number", "32", "31"),
        ("remind_after", "1, gestern", "from 1 to 20"),
        ("weights_public", "60", "must make 100"),
        ("well_behind_at", "5", "begin after"),
        ("remind_hour", "24", "23"),
    ],
)
def test_settings_that_cannot_be_are_told_and_nothing_is_kept(story, office, field, value, sentence):
    page = office.post(reverse("timetable"), settings_of(office) | {field: value, "act": "keep"})
    assert page.status_code == 422 and sentence in page.content.decode()
    assert timetables.of(story.campaign).version == 1


def test_an_exception_moves_one_month_and_rolls_to_a_working_day(story, office):
    code = next(iter(office.get(reverse("timetable")).context["form"].months))[0]
    data = settings_of(office) | {f"due_{code}": f"{code}-27", "act": "keep"}
    assert office.post(reverse("timetable"), data).status_code == 302
    assert timetables.of(story.campaign).exceptions == {code: f"{code}-27"}
    row = next(row for row in office.get(reverse("timetable")).context["rows"] if row["month"].code == code)
    assert row["is_exception"] and f"{row['days'].due_on}" >= f"{code}-27"


@pytest.mark.parametrize("day", ["{year_before}-{month}-27", "9999-12-30", "0001-01-01", "{year_after}-{month}-27"])
def test_a_mistyped_year_is_told_and_neither_the_page_nor_the_act_keeps_it(story, office, day):
    code = next(iter(office.get(reverse("timetable")).context["form"].months))[0]
    year, month = int(code[:4]), code[5:]
    day = day.format(year_before=year - 1, year_after=year + 1, month=month)
    page = office.post(reverse("timetable"), settings_of(office) | {f"due_{code}": day, "act": "keep"})
    assert page.status_code == 422 and "within that month or the one after it" in page.content.decode()
    timetable = timetables.of(story.campaign)
    with pytest.raises(Refused, match="within that month"):
        set_timetable(story.campaign, {"exceptions": {code: day}}, version=timetable.version,
                      by=story.people["style_office"], at=stories.timezone.now())  # fmt: skip
    assert timetables.of(story.campaign).exceptions == {}


def test_a_month_may_be_due_in_the_month_after_it(story):
    timetable = timetables.of(story.campaign)
    kept = set_timetable(story.campaign, {"exceptions": {"2026-12": "2027-01-31"}}, version=timetable.version,
                         by=story.people["style_office"], at=stories.timezone.now())  # fmt: skip
    assert kept.exceptions == {"2026-12": "2027-01-31"}


def test_an_open_months_days_do_not_move(story):
    timetable = timetables.of(story.campaign)
    today = story.campaign.starts_on
    Month.objects.create(
        campaign=story.campaign, code="2026-06", opens_on=today, due_on=today, freezes_on=today, head_from=today,
        opened_at=months.at(today),
    )  # fmt: skip
    with pytest.raises(Refused, match="2026-06 is open"):
        set_timetable(story.campaign, {"exceptions": {"2026-06": "2026-06-29"}}, version=timetable.version,
                      by=story.people["style_office"], at=stories.timezone.now())  # fmt: skip


def test_a_colleagues_settings_are_never_overwritten(story, office):
    data = settings_of(office)
    assert office.post(reverse("timetable"), data | {"number": "20", "act": "keep"}).status_code == 302
    page = office.post(reverse("timetable"), data | {"number": "10", "act": "keep"})
    assert page.status_code == 409 and timetables.of(story.campaign).number == 20


@pytest.mark.parametrize("who", ["municipal_school_head", "auditor", "linked_leader"])
def test_others_do_not_find_the_page_and_cannot_set_it(story, who):
    client = Client()
    client.force_login(story.people[who])
    assert client.get(reverse("timetable")).status_code == 404
    with pytest.raises(Refused):
        set_timetable(story.campaign, {"number": 9}, version=1, by=story.people[who], at=stories.timezone.now())
