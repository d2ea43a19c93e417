"""The calendar under a secret address: standard-conform, only what its owner sees, nothing for anybody else."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from objectives import visit_queries
from objectives.actions import blackouts, feeds
from objectives.models import CalendarFeed
from portal.core.models import Deed
from tests import stories
from tests.objectives.learning import approved, client_of, learning, matched, planned, text_of
from units.models import Tenure

pytestmark = pytest.mark.django_db
AWKWARD = "学习“分层”；看课堂, 谈教研\\评价"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def events(token):
    answer = Client().get(reverse("calendar_feed", args=[token]))
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_feed_tells_its_owner_what_they_see_and_a_program_reads_it():
    story = learning()
    matched(story)
    day = story.today + timedelta(days=12)
    visit = approved(story, "municipal_school", day, to_on=day + timedelta(days=1), purpose=AWKWARD)
    planned(story, "municipal_school", day + timedelta(days=5))
    blackouts.set_days(story.bureau, from_on=story.today, to_on=story.today, why_zh="期中考试",
                       by=story.people["style_office"], at=timezone.now())  # fmt: skip
    own = feeds.make(by=story.people["municipal_school_staff"], at=timezone.now())
    other = feeds.make(by=story.people["second_school_head"], at=timezone.now())
    stranger = feeds.make(by=stories.culture().people["style_office"], at=timezone.now())
    found = {str(each["uid"]).split("-")[0]: each for each in events(own)}
    mine = next(each for each in events(own) if str(visit.pk) in each["uid"])
    assert mine["dtstart"].dt == day and mine["dtend"].dt == day + timedelta(days=2)
    assert AWKWARD in mine["description"] and "听课、座谈" in mine["description"] and mine["status"] == "CONFIRMED"
    assert {"visit", "blackout"} <= set(found) and len([e for e in events(own) if "visit" in e["uid"]]) == 2
    theirs = [each for each in events(other) if "visit" in each["uid"]]
    assert len(theirs) == 1 and "听课、座谈" not in theirs[0]["description"]
    assert events(stranger) == []
    raw = Client().get(reverse("calendar_feed", args=[own])).content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "lines are folded"
    assert not Calendar.from_ical(raw).errors


def test_visits_to_come_are_in_the_feed_however_many_there_were(monkeypatch):
    story = learning()
    monkeypatch.setattr(visit_queries, "MOST", 3)
    for back in range(1, 6):
        past = story.today - timedelta(days=7 * back)
        approved(story, "municipal_school", past, on=past - timedelta(days=9), kind="online")
    coming = approved(story, "municipal_school", story.today + timedelta(days=12), kind="online")
    found = events(feeds.make(by=story.people["municipal_school_staff"], at=timezone.now()))
    days = sorted(each["dtstart"].dt for each in found)
    assert days == [story.today - timedelta(days=14), story.today - timedelta(days=7), coming.from_on]


def test_the_address_is_secret_can_be_renewed_and_ends_with_the_posts():
    story = learning()
    approved(story, "municipal_school", story.today + timedelta(days=12))
    user = story.people["municipal_school_staff"]
    client = client_of(user)
    page = client.post(reverse("feed_make"))
    token = text_of(page).partition("/calendar/")[2].partition(".ics")[0]
    feed = CalendarFeed.objects.get(user=user)
    assert len(token) > 40 and token not in feed.token_hash
    assert all(token not in str(deed.facts) for deed in Deed.objects.all())
    assert token not in text_of(client.get(reverse("visits"))), "it is shown once"
    address = reverse("calendar_feed", args=[token])
    answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8" and answer["Cache-Control"].startswith("private")
    assert "sessionid" not in answer.cookies
    kept = Client().get(address, headers={"if-none-match": answer["ETag"]})
    assert kept.status_code == 304 and kept.content == b"" and kept["ETag"] == answer["ETag"]
    assert Client().get(reverse("calendar_feed", args=["x" * 43])).status_code == 404
    assert Client().post(address).status_code == 405
    Tenure.objects.filter(user=user).update(until_on=story.today)
    assert events(token) == []
    Tenure.objects.filter(user=user).update(until_on=None)
    user.is_active = False
    user.save()
    assert events(token) == []
    user.is_active = True
    user.save()
    fresh = feeds.make(by=user, at=timezone.now())
    assert Client().get(address).status_code == 404 and events(fresh)
    assert client_of(user).post(reverse("feed_make"), {"act": "stop"}).status_code == 302
    assert Client().get(reverse("calendar_feed", args=[fresh])).status_code == 404
