"""Months of keeping for tests: a story whose promises were published, its months opened, filled and sent.

The portal of these tests is a demonstration, so that acts may claim the day they are told on.
"""

import uuid
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from unittest import mock
from zoneinfo import ZoneInfo

from django.utils import timezone

from commitments.actions import dispatch
from commitments.models import Month, Sheet
from commitments.sweeps import dispatch as sweeps
from commitments.sweeps import lights
from objectives import prints
from objectives.models import Stage
from portal.core.models import Installation
from tests import stories

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), SHANGHAI)


def _some_bytes(*_args, **_facts) -> bytes:
    return uuid.uuid4().bytes


@contextmanager
def plain_paper():
    """Papers without print and signature: what is kept is asked for here, and how it was signed elsewhere."""
    names = ("base", "signed", "stamped")
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(mock.patch.object(prints, name, _some_bytes))
        yield


def kept(*kinds: str, objectives: int = 2, months: int = 3) -> stories.Story:
    """A story with published papers of these kinds and a keep stage that began on the first of a month, `months`
    months ago, so that so many months are over. Publication is dated before it.
    """
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": True, "created_at": timezone.now()})
    story = stories.education()
    first = timezone.localdate().replace(day=1)
    for _number in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    story.campaign.starts_on = first - timedelta(days=60)
    story.campaign.save()
    Stage.objects.create(
        campaign=story.campaign, position=3, key="keep", name_zh="践诺阶段", name_en="Keep",
        from_on=first, to_on=story.campaign.ends_on,
    )  # fmt: skip
    with plain_paper():
        for kind in kinds or ("municipal_school",):
            story.paper(kind, "published", objectives=objectives)
    from commitments.models import Publication  # noqa: PLC0415 -- read after the papers are there

    Publication.objects.update(published_at=at(first - timedelta(days=7)))
    story.first = first
    return story


def open_months(story: stories.Story, on: date) -> list[Month]:
    """Open everything due on that day."""
    sweeps.open_due(on=on, at=at(on))
    return list(Month.objects.filter(campaign=story.campaign).order_by("code"))


def fill(sheet: Sheet, *values, by, on: date, choice: str = "update", **more) -> Sheet:
    """Write the figures (one an entry, in order; None leaves it at “no change”) and return the fresh sheet."""
    rows = {}
    for entry, value in zip(sheet.entries.order_by("line__position"), values, strict=False):
        rows[entry.pk] = {"choice": "no_change"} if value is None else {
            "choice": choice, "value": Decimal(value), "word": "又建成几间。", **more,
        }  # fmt: skip
    sheet.refresh_from_db()
    sheet = dispatch.save_entries(sheet, rows, version=sheet.version, by=by, at=at(on))
    return dispatch.no_change_for_rest(sheet, version=sheet.version, by=by, at=at(on))


def report(story: stories.Story, kind: str, month: Month, *values, on: date, **more) -> Sheet:
    """The unit of that kind fills and sends its month."""
    sheet = Sheet.objects.get(month=month, unit=story.units[kind])
    head = story.people[f"{kind}_head"]
    sheet = fill(sheet, *values, by=head, on=on, **more)
    return dispatch.send(sheet, version=sheet.version, by=head, at=at(on))


def freeze(story: stories.Story, month: Month) -> Month:
    """Freeze the month on the first day after its freeze day, and show it to the public."""
    day = month.freezes_on + timedelta(days=1)
    lights.refresh(on=day, at=at(day))
    sweeps.freeze_due(on=day, at=at(day))
    lights.refresh(on=day, at=at(day))
    return Month.objects.get(pk=month.pk)
