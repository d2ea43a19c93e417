"""A bureau whose units learn from benchmarks: two schools, a town school, one benchmark of the bureau, its campaign.

The portal of these tests is a demonstration, so that acts may claim the day they are told on.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.test import Client
from django.utils import timezone

from objectives.actions import pairings, visits
from objectives.hosts import host_of
from objectives.models import Benchmark, Pairing, Visit
from portal.core.models import Installation
from tests import stories

DIMENSIONS = ("vision", "morale", "style", "thinking", "methods", "service", "satisfaction")
NAMES = ("境界视野", "精神状态", "工作作风", "发展思路", "方式方法", "服务效能", "群众满意度")


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo("Asia/Shanghai"))


def learning(*, a_month: int = 2) -> stories.Story:
    """A story with `benchmark`, `today`, and the plan's rules of benchmarking; the campaign runs all year."""
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": True, "created_at": timezone.now()})
    story = stories.education()
    stories.add_unit(story, "second_school", parent=story.units["bureau"])
    story.today = timezone.localdate()
    rows = [{"key": key, "name_zh": name, "name_en": key} for key, name in zip(DIMENSIONS, NAMES, strict=True)]
    story.campaign.content = {
        "benchmarking": {"contacts_per_quarter": 1, "host_visits_a_month": a_month, "dimension": rows},
        "catch_up": [{"key": "service", "name_zh": "公共服务", "name_en": "Public service"}],
    }
    story.campaign.starts_on = story.today - timedelta(days=200)
    story.campaign.ends_on = story.today + timedelta(days=200)
    story.campaign.save()
    story.benchmark = Benchmark.objects.get(bureau=story.bureau)
    story.benchmark.host = host_of(story.benchmark.name_zh)
    story.benchmark.save()
    return story


def matched(story, unit: str = "municipal_school", *, on: date | None = None) -> Pairing:
    """The unit and the bureau's benchmark, matched on a day (the campaign's first, if none is named)."""
    day = on or story.campaign.starts_on
    return pairings.match(story.units[unit], story.benchmark, campaign=story.campaign,
                          by=story.people[f"{unit}_staff"], at=at(day))  # fmt: skip


def whole_rows(**facts) -> list[dict]:
    """An analysis that can be filed."""
    return [
        {"kind": "dimension", "dimension": key, "ours": "较弱", "theirs": "较强", "gap": "有差距", "cause": "",
         "adopt": "学习其做法"} | facts
        for key in DIMENSIONS
    ]  # fmt: skip


def filed(story, pairing: Pairing, *, on: date | None = None) -> Pairing:
    """The pair with its analysis written and filed."""
    by = story.people[f"{story._key(pairing.unit)}_staff"]
    moment = at(on or story.today)
    saved = pairings.save_gaps(pairing, whole_rows(), version=pairing.version, by=by, at=moment)
    return pairings.file_gaps(saved, version=saved.version, by=by, at=moment)


def trip(from_on: date, to_on: date | None = None, **facts) -> dict:
    """What the form of a visit gives to the acts."""
    return {
        "kind": "go_out", "from_on": from_on, "to_on": to_on or from_on, "purpose": "学习课堂教学改革",
        "plan": "听课、座谈", "participants": "分管负责人、教研组长", "people": 4,
    } | facts  # fmt: skip


def planned(story, unit: str, from_on: date, *, on: date | None = None, **facts) -> Visit:
    return visits.plan(story.units[unit], story.benchmark, trip(from_on, **facts), campaign=story.campaign,
                       by=story.people[f"{unit}_staff"], at=at(on or story.today))  # fmt: skip


def asked(story, unit: str, from_on: date, *, on: date | None = None, despite: str = "", **facts) -> Visit:
    visit = planned(story, unit, from_on, on=on, **facts)
    return visits.ask(visit, despite=despite, by=story.people[f"{unit}_staff"], at=at(on or story.today))


def approved(story, unit: str, from_on: date, *, on: date | None = None, **facts) -> Visit:
    visit = asked(story, unit, from_on, on=on, **facts)
    by = story.people["town_office_approver" if unit == "town_school" else "style_office"]
    return visits.approve(visit, by=by, at=at(on or story.today))


def done(story, unit: str, held_on: date, **facts) -> Visit:
    """A visit that was made and written up on the day after."""
    visit = approved(story, unit, held_on, on=held_on - timedelta(days=10), **facts)
    return visits.write_up(visit, held_on=held_on, came=4, findings="分层教学做得细。",
                           by=story.people[f"{unit}_staff"], at=at(held_on + timedelta(days=1)))  # fmt: skip


def client_of(user, lang: str = "en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = lang
    return client


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())
