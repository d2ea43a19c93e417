"""A bureau whose half-year has ended: published units, and a review that the clock has just opened."""

import json
from datetime import datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from commitments.models import Invitation, Publication, Review, Tally
from commitments.periods import Period
from commitments.sweeps import reviews
from objectives.models import Paper, Revision, Stage
from objectives.states import State
from tests import stories
from units.models import UnitKind

ONE_DAY = timedelta(days=1)
UNITS = ("town_school", "municipal_school", "department")


def past_half() -> Period:
    """The half before the last one: over whatever day the test runs on."""
    last = Period.of(Period.of(timezone.localdate(), "half").first - ONE_DAY, "half")
    return Period.of(last.first - ONE_DAY, "half")


def world(units=UNITS, code: str = "north") -> stories.Story:
    """An education bureau that kept its promises through a whole half, with these units' papers public."""
    story, half = stories.education(code), past_half()
    keep(story, half.first)
    for unit in units:
        publish(story, unit, at=half.first)
    return story


def keep(story, first) -> None:
    """The keep stage begins on this day; only the past half is reviewed."""
    story.campaign.stages.filter(key="keep").delete()
    Stage.objects.create(
        campaign=story.campaign, position=9, key="keep", name_zh="践诺阶段", name_en="Keep", from_on=first,
        to_on=timezone.localdate() + timedelta(days=200),
    )  # fmt: skip
    story.campaign.starts_on = first
    story.campaign.content = {"cadence": {"review_halves": [1 if past_half().first_month == 1 else 2]}}
    story.campaign.save()


def publish(story, key: str, *, at) -> Publication:
    """A unit's paper made public on a day of the past, without its route."""
    unit = story.units[key]
    kind = UnitKind.objects.get(pk=unit.kind_id)
    by, moment = story.people["style_office"], timezone.make_aware(datetime.combine(at, time(9)))
    paper = Paper.objects.create(
        campaign=story.campaign, unit=unit, state=State.PUBLISHED, round=1, begun_at=moment, saved_at=moment
    )
    number = f"{story.bureau.code}-{unit.code}-1"
    revision = Revision.objects.create(
        paper=paper, round=1, number=number, code=f"{story.bureau.code[:4]}{unit.code[-12:]}", content="{}",
        fingerprint="0" * 64, submitted_at=moment, submitted_by=by,
    )  # fmt: skip
    bureau = {"code": story.bureau.code, "name_zh": story.bureau.name_zh, "name_en": story.bureau.name_en}
    return Publication.objects.create(
        revision=revision, campaign=story.campaign, unit=unit, code=revision.code, bureau_code=story.bureau.code,
        year=story.campaign.year, unit_code=unit.code, unit_name_zh=unit.name_zh, unit_name_en=unit.name_en,
        kind_key=kind.key, kind_name_zh=kind.name_zh, kind_name_en=kind.name_en, order=unit.path, count=0,
        document="0" * 64, snapshot={"bureau": bureau, "unit": {"above": [bureau]},
                                     "campaign": {"title_zh": "行动", "title_en": "Campaign"}},
        published_at=moment, published_by=by, published_post="作风办干事",
    )  # fmt: skip


def opened(story) -> Review:
    """Let the clock open what is due today."""
    reviews.open_due(on=timezone.localdate(), at=timezone.now())
    return Review.objects.get(campaign=story.campaign)


def over(review: Review) -> Review:
    """The last day of the review was yesterday."""
    today = timezone.localdate()
    Review.objects.filter(pk=review.pk).update(opens_on=today - timedelta(days=9), closes_on=today - ONE_DAY)
    review.refresh_from_db()
    return review


def closed(review: Review) -> Review:
    reviews.close_due(on=timezone.localdate(), at=timezone.now())
    review.refresh_from_db()
    return review


def lowered(review: Review, **minimums) -> Review:
    """The review with other minimums of its groups."""
    review.minimums = {**review.minimums, **minimums}
    review.save()
    return review


def invitation(review: Review, user) -> Invitation:
    return Invitation.objects.get(review=review, user=user)


def counted(review: Review) -> dict:
    """(unit code, group, answer) → count of everything that was counted at all."""
    rows = Tally.objects.filter(review=review, count__gt=0)
    return {(row.unit.code, row.group, row.answer): row.count for row in rows.select_related("unit")}


def dump() -> dict[str, dict[str, dict]]:
    """Every row of every table, by table and key: what somebody with the whole database before them reads."""
    tables = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, map(str, row), strict=True)) for row in cursor.fetchall()]
            tables[table] = {row.get("id") or row.get("session_key") or json.dumps(row): row for row in rows}
    return tables


def traces(before: dict, after: dict) -> list[str]:
    """All that changed between two dumps, as table.column or +table; what a ballot may change is left out."""
    allowed = {"commitments_invitation.used", "commitments_tally.count"}
    found = set()
    for table in before.keys() | after.keys():
        old, new = before.get(table, {}), after.get(table, {})
        found |= {f"+{table}" for _key in new.keys() - old.keys()} | {f"-{table}" for _key in old.keys() - new.keys()}
        for key in old.keys() & new.keys():
            found |= {f"{table}.{name}" for name in old[key] if old[key][name] != new[key][name]}
    return sorted(found - allowed)
