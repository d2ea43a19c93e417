"""Quarterly contacts: noted in one short form, shown by pair and quarter, reminded of once, told in the bulletin."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from commitments.periods import Period
from objectives import contact_words, quarters
from objectives.actions import contacts, pairings
from objectives.benchmark_desk import items
from objectives.benchmark_queries import contacts_between
from objectives.models import Contact
from objectives.sweeps.contacts import remind_due
from portal.core import workdays
from portal.core.errors import Refused
from portal.core.models import Letter
from portal.core.workdays import Workdays
from tests.objectives.learning import at, client_of, done, filed, learning, matched, text_of
from units.policies import standing

pytestmark = pytest.mark.django_db
YEAR = 2026


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def story():
    """A campaign of one calendar year, and a pair that stands since its first day."""
    story = learning()
    story.campaign.starts_on, story.campaign.ends_on = date(YEAR, 1, 1), date(YEAR, 12, 31)
    story.campaign.save()
    story.pair = matched(story, on=date(YEAR, 1, 1))
    return story


def note(story, on, *, by="municipal_school_staff", now=None, **facts):
    told = {"way": "call", "about": "课后服务"} | facts
    return contacts.note(story.pair, on=on, by=story.people[by], at=now or at(on), **told)


def test_a_contact_stands_under_its_quarter_and_the_ledger_says_what_is_due(story):
    note(story, date(YEAR, 2, 3))
    calendar = Workdays()
    columns = contact_words.columns(story.campaign, calendar)
    assert [column["due_on"] for column in columns] == [
        date(YEAR, 3, 31), date(YEAR, 6, 30), date(YEAR, 9, 30), date(YEAR, 12, 31),
    ]  # fmt: skip
    story.pair.noted = list(story.pair.contacts.all())

    def cells(on):
        return [contact_words.cell(story.pair, column, story.campaign, calendar, needed=1, on=on) for column in columns]

    assert [cell["state"] for cell in cells(date(YEAR, 8, 3))] == ["done", "missed", "open", "coming"]
    assert cells(date(YEAR, 9, 16))[2]["state"] == "due"
    assert cells(date(YEAR, 9, 16))[2]["word"] == "Due in 14 days"
    assert cells(date(YEAR, 9, 30))[2]["word"] == "Due today"
    story.pair.until_on = date(YEAR, 5, 1)
    assert [cell["state"] for cell in cells(date(YEAR, 8, 3))] == ["done", "none", "none", "none"]


def test_what_is_no_contact_is_refused_and_nothing_is_stored(story):
    day = date(YEAR, 5, 6)
    visit = done(story, "municipal_school", day)
    for facts, words in [
        ({"on": day + timedelta(days=9), "now": at(day)}, "not come yet"),
        ({"on": date(YEAR - 1, 12, 31), "now": at(day)}, "outside"),
        ({"way": "visit"}, "planned, approved and written up"),
        ({"way": "visit", "visit": visit}, "once the gap analysis"),
        ({"about": " "}, "about"),
        ({"learned": "电话 13800138000"}, "telephone"),
        ({"by": "second_school_staff"}, "hidden|^$"),
        ({"by": "style_office"}, "Only the unit itself"),
    ]:
        with pytest.raises(Refused) as told:
            note(story, **{"on": day, "now": at(day + timedelta(days=3))} | facts)
        assert words == "hidden|^$" or words in str(told.value)
    assert not Contact.objects.exists()
    filed(story, story.pair, on=day + timedelta(days=4))
    assert Contact.objects.get().visit == visit
    with pytest.raises(Refused, match="noted already"):
        note(story, day, way="visit", visit=visit, now=at(day + timedelta(days=5)))


def test_the_clock_reminds_once_ten_working_days_before_the_end_of_the_quarter(story):
    calendar = workdays.loaded()
    due = quarters.due_on("2026-Q2", calendar, ends_on=story.campaign.ends_on)
    first = calendar.add(due, -10)
    assert remind_due(on=first - timedelta(days=1), at=at(first)) == 0
    assert remind_due(on=first, at=at(first)) == 2
    letters = Letter.objects.filter(key__startswith="contact-")
    assert {letter.to for letter in letters} == {
        story.people["municipal_school_staff"], story.people["municipal_school_head"],
    }  # fmt: skip
    assert "省级示范学校" in letters[0].subject and letters[0].path == reverse("contacts")
    assert remind_due(on=first, at=at(first, 15)) == remind_due(on=due, at=at(due)) == 0
    assert remind_due(on=due + timedelta(days=1), at=at(due)) == 0
    note(story, date(YEAR, 8, 3))
    third = quarters.due_on("2026-Q3", calendar)
    assert remind_due(on=third, at=at(third)) == 0


def test_a_contact_due_stands_on_the_desk_and_the_bulletin_s_annex_counts_it(story):
    filed(story, story.pair, on=date(YEAR, 1, 8))

    def desk(on):
        return [item.what for item in items(standing(story.people["municipal_school_head"], on=on), on=on)]

    assert desk(date(YEAR, 4, 20)) == []
    assert desk(date(YEAR, 6, 10)) == ["Contact Model school this quarter"]
    note(story, date(YEAR, 6, 11))
    note(story, date(YEAR, 6, 12), way="letter")
    assert desk(date(YEAR, 6, 20)) == []
    second, first = Period.parse("2026-Q2"), Period.parse("2026-Q1")
    rows = contacts_between(story.campaign, second.first, second.last)
    assert rows == [
        {"unit": story.pair.unit.name_zh, "benchmark": "省级示范学校", "times": 2, "last_on": "2026-06-12"}
    ]  # fmt: skip
    assert contacts_between(story.campaign, first.first, first.last) == []


def test_a_unit_notes_a_contact_on_its_page_and_what_is_wrong_keeps_what_was_typed(story):
    today = timezone.localdate()
    story.campaign.starts_on, story.campaign.ends_on = today - timedelta(days=200), today + timedelta(days=100)
    story.campaign.save()
    staff, page = client_of(story.people["municipal_school_staff"]), reverse("contact_note", args=[story.pair.pk])
    data = {"on": (today + timedelta(days=2)).isoformat(), "way": "call", "about": "问了课后服务", "learned": ""}
    late = staff.post(page, data)
    assert late.status_code == 409 and "问了课后服务" in text_of(late)
    assert staff.post(page, data | {"on": "2月31日"}).status_code == 422
    assert staff.post(page, data | {"way": "visit", "on": today.isoformat()}).status_code == 422
    assert not Contact.objects.exists()
    assert staff.post(page, data | {"on": today.isoformat()}).status_code == 302
    ledger = text_of(staff.get(reverse("contacts")))
    assert "1 contact" in ledger and "Model school" in ledger
    other = text_of(client_of(story.people["second_school_staff"]).get(reverse("contacts")))
    assert "No pair to look after." in other
    pairings.end(story.pair, why="合并", by=story.people["municipal_school_head"], at=timezone.now())
    assert staff.post(page, data | {"on": today.isoformat()}).status_code == 409
