"""The same power cuts at many moments: each seed is another order of blows, while months open and letters go out."""

import random
import time
from datetime import timedelta

import pytest

from commitments.models import Entry, Month, Sheet
from portal.core.models import Deed, Letter
from tests import faults
from tests.faults import LINES, OPENED, UNITS, kill, kill_child, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg, pytest.mark.services, pytest.mark.long]
BLOWS = 5


@pytest.mark.parametrize("seed", range(20))
def test_whatever_dies_whenever_everything_is_there_once(house, story, seed):
    chance = random.Random(seed)
    house.tell_day(story.first + OPENED)
    posted = faults.post(story)
    worker, beat = _worker(house), house.beat(tick=1)
    for blow in range(BLOWS):
        time.sleep(chance.uniform(0, 1.5))
        match chance.choice(["worker", "child", "beat", "wipe", "broker"]):
            case "worker":
                kill(worker)
                worker = _worker(house)
            case "child":
                kill_child(worker)
            case "beat":
                kill(beat)
                for file in house.directory.glob("beat*"):
                    file.unlink()
                beat = house.beat(tick=1)
            case "wipe":
                house.ask_broker(lambda redis: redis.flushall())
            case "broker":
                kill(house.broker)
                house.start_broker()
        house.tell_day(story.first + OPENED + timedelta(days=15 * blow))
    for process in (worker, beat):
        kill(process)
    Letter.objects.waiting().update(claimed_at=None)
    worker, beat = _worker(house), house.beat(tick=1)
    until(lambda: Month.objects.filter(filled_at__isnull=False).count() >= 2 and not Letter.objects.waiting().exists())
    _require_everything_once(house, posted)


def _worker(house):
    return house.worker(2, day=True, pause=0.05, tick=1, mail_pause=0.1)


def _require_everything_once(house, posted) -> None:
    """A letter that was with the mail server when its worker died may have gone twice, under one Message-ID."""
    months = Month.objects.count()
    until(lambda: Month.objects.filter(filled_at=None).count() == 0)
    assert Sheet.objects.values("month", "unit").distinct().count() == Sheet.objects.count() == UNITS * months
    assert Entry.objects.count() == UNITS * LINES * months
    opened = list(Deed.objects.filter(verb="month.opened").order_by("number").values_list("facts__month", flat=True))
    assert opened == sorted(set(opened)) == sorted(Month.objects.values_list("code", flat=True))
    assert set(house.letters()) == set(faults.names(posted))
    assert Letter.objects.filter(handed_at__isnull=False).count() == len(posted)
