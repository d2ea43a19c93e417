"""Quarterly contacts: noted in one short form, shown by pair and quarter, reminded of once, told in the bulletin."""

from datetime import date, timedelta

import pytest
from django.template import loader
from django.urls import reverse
from django.utils import timezone, translation

from commitments.periods import Period
from objectives import contact_words, quarters
from objectives.actions import contacts, pairings
from objectives.benchmark_desk import items
from objectives.benchmark_queries import contacts_between, owing
from objectives.models import Contact
from objectives.sweeps.contacts import remind_due
from portal.core import workdays
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from portal.core.workdays import Workdays
from tests import stories
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
    named = {"unit": story.pair.unit.name_zh, "benchmark": "省级示范学校"}
    assert rows == [named | {"times": 2, "last_on": "2026-06-12", "last_on_zh": "6月12日"}]
    rows = contacts_between(story.campaign, first.first, first.last)
    assert rows == [named | {"times": 0, "last_on": "", "last_on_zh": ""}], "who owed one and had none stands there"
    annex = loader.render_to_string("pdf/_annex_contacts.html", {"figures": {"contacts": rows}})
    assert "未联系" in annex
    town = matched(story, "town_school", on=date(YEAR, 1, 2)).unit
    told = str(contacts_between(story.campaign, first.first, first.last))
    assert f"{town.parent.name_zh}所属学校" in told and f"'{town.name_zh}'" not in told, "town schools are not named"
    pairings.Pairing.objects.update(until_on=date(YEAR, 3, 31))
    assert contacts_between(story.campaign, first.first, first.last) == []


def running(story):
    """The same pair in a campaign that runs today, and one of a town school."""
    today = timezone.localdate()
    story.campaign.starts_on, story.campaign.ends_on = today - timedelta(days=300), today + timedelta(days=300)
    story.campaign.save()
    story.pair.refresh_from_db()
    story.town = matched(story, "town_school")
    pairings.Pairing.objects.update(since_on=story.campaign.starts_on)
    return today


def test_offices_find_the_pairs_without_a_contact_in_this_quarter_and_chase_them_once_a_day(story):
    today = running(story)
    office, town = client_of(story.people["style_office"]), client_of(story.people["town_office_approver"])
    page, code = reverse("contacts"), quarters.code_of(today)
    assert f"Missing in {contact_words.name_of(code)}: 2" in text_of(office.get(page))
    assert f"Missing in {contact_words.name_of(code)}: 1" in text_of(town.get(page))
    note(story, today, now=timezone.now())
    listed = text_of(office.get(page, {"missing": code}))
    assert "Chase units without" in listed
    assert story.town.unit.name_en in listed and story.pair.unit.name_en not in listed
    assert office.get(page, {"missing": "2026-Q9"}).status_code == 200
    school = client_of(story.people["municipal_school_staff"])
    assert "Nobody is missing" in text_of(school.get(page, {"missing": code}))
    assert "Chase units without" not in text_of(client_of(story.people["town_school_staff"]).get(page))
    chase = reverse("contacts_chase")
    for who in ("municipal_school_staff", "town_school_head", "auditor", "linked_leader", "administrator"):
        assert client_of(story.people[who]).post(chase).status_code == 404
    foreign = client_of(stories.culture().people["style_office"])
    assert foreign.post(chase, {"campaign": story.campaign.code}).status_code == 404
    assert "2 people were written to" in text_of(town.post(chase, follow=True))
    assert "0 people were written to" in text_of(office.post(chase, follow=True))
    letters = Letter.objects.filter(key__startswith="contact-chase-")
    assert {letter.to for letter in letters} == {story.people["town_school_staff"], story.people["town_school_head"]}
    assert Deed.objects.filter(verb="contact.chased").count() == 2
    by = story.people["town_school_staff"]
    contacts.note(story.town, on=today, way="call", about="教研", by=by, at=timezone.now())
    with pytest.raises(Refused, match="nobody to chase"):
        contacts.chase(story.campaign, by=story.people["style_office"], at=timezone.now())


def test_after_the_due_day_the_style_office_reads_who_missed_the_quarter(story):
    def desk(on, who="style_office"):
        found = items(standing(story.people[who], on=on), on=on)
        return [(item.what, item.count) for item in found if "without a contact" in item.what]

    assert desk(date(YEAR, 6, 30)) == [] and desk(date(YEAR, 5, 20)) == []
    assert desk(date(YEAR, 7, 1)) == [("pair without a contact in Q2 2026", 1)]
    assert desk(date(YEAR, 7, 31)) and not desk(date(YEAR, 8, 20)) and not desk(date(YEAR, 7, 1), "linked_leader")
    note(story, date(YEAR, 6, 11), now=at(date(YEAR, 7, 2)))
    assert desk(date(YEAR, 7, 3)) == []


def test_the_list_of_who_is_missing_says_what_the_rule_of_one_pair_says(story):
    """The database is asked the same as `quarters.is_owed`, for every quarter and every beginning and end."""
    days = [date(YEAR, 1, 1), date(YEAR, 3, 2), date(YEAR, 3, 3), date(YEAR, 9, 1), date(YEAR, 12, 2)]
    ends = [None, date(YEAR, 3, 31), date(YEAR, 4, 1), date(YEAR, 12, 31)]
    for since_on in days:
        for until_on in ends:
            if until_on and until_on < since_on:
                continue
            pairings.Pairing.objects.update(since_on=since_on, until_on=until_on)
            for code in quarters.between(date(YEAR, 1, 1), date(YEAR, 12, 31)):
                owed = quarters.is_owed(code, since_on=since_on, until_on=until_on, ends_on=story.campaign.ends_on)
                assert owing(story.campaign, code).exists() == owed, (code, since_on, until_on)


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
