"""Letters and reports while mail, broker and workers fail: what was acknowledged is there, once, and goes out once."""

import os
import signal
import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from commitments.models import Month, Sheet
from portal.celery import app
from portal.core import letters
from portal.core.models import Deed, Letter
from portal.core.tasks import deliver_letters
from tests import faults, ledgers, months
from tests.faults import kill, until
from tests.slow_app import hand_over_only

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg, pytest.mark.services]


# --- the broker ----------------------------------------------------------------------------------


def test_a_wiped_broker_loses_no_letter_but_what_stood_only_in_it_is_gone(house, story):
    posted = faults.post(story)
    for number in range(3):
        hand_over_only.delay(number)
    until(lambda: house.queued() >= 4 and not letters._waking.locked())
    house.ask_broker(lambda redis: redis.flushall())
    assert house.queued() == 0
    worker = house.worker()
    until(lambda: len(house.letters()) >= 3, worker)
    time.sleep(1)
    assert sorted(house.letters()) == faults.names(posted), "each once, and none of those that only the broker knew"


@pytest.mark.parametrize("fault", ["hung", "refused"])
def test_no_act_waits_for_the_broker(house, story, monkeypatch, fault):
    monkeypatch.setitem(app.conf.broker_transport_options, "socket_timeout", 20)
    break_broker(house, fault)
    began = time.monotonic()
    posted = faults.post(story)
    assert time.monotonic() - began < 10
    assert letters._waking.locked() or fault == "refused", "somebody else still waits for the broker"
    mend_broker(house, fault)
    until(lambda: not letters._waking.locked())
    until(lambda: len(house.letters()) == 3, house.worker())
    assert sorted(house.letters()) == faults.names(posted)


@pytest.mark.parametrize(("fault", "seconds"), [("hung", 1.9), ("refused", 0)])
def test_control_who_asks_the_broker_within_the_act_waits_and_fails(house, fault, seconds):
    break_broker(house, fault)
    began = time.monotonic()
    with pytest.raises((OperationalError, OSError)), transaction.atomic():
        deliver_letters.apply_async(retry=False)
    assert time.monotonic() - began >= seconds
    mend_broker(house, fault)


def break_broker(house, fault: str) -> None:
    if fault == "hung":
        os.kill(house.broker.pid, signal.SIGSTOP)
    else:
        kill(house.broker)


def mend_broker(house, fault: str) -> None:
    if fault == "hung":
        os.kill(house.broker.pid, signal.SIGCONT)
    else:
        house.start_broker()


# --- the mail server -----------------------------------------------------------------------------


def test_a_letter_whose_worker_died_between_claim_and_hand_over_goes_once_when_its_claim_has_lapsed(house, story):
    posted = faults.post(story)
    worker = house.worker(mail_pause=60)
    until(lambda: house.letters("took"), worker)
    kill(worker)
    stuck = Letter.objects.get(claimed_at__isnull=False)
    house.worker()
    until(lambda: len(house.letters()) == 2)
    deliver_letters.apply_async(retry=False)
    time.sleep(2)
    assert faults.names([stuck])[0] not in house.letters(), "somebody may still be sending it"
    Letter.objects.filter(pk=stuck.pk).update(claimed_at=timezone.now() - 2 * letters.CLAIM_LASTS)
    deliver_letters.apply_async(retry=False)
    until(lambda: len(house.letters()) == 3)
    assert sorted(house.letters()) == faults.names(posted)
    assert Letter.objects.filter(handed_at__isnull=False).count() == Letter.objects.count() == 3


# --- reports -------------------------------------------------------------------------------------


def test_every_report_that_got_a_receipt_is_there_once_whatever_dies_beside_it(house):
    story = ledgers.kept("municipal_school", "town_school", "department", ago=3)
    kinds = ("municipal_school", "town_school", "department")
    Letter.objects.all().delete()
    opened = months.open_months(story, story.first + faults.OPENED_LATER)
    given: list[str] = []
    worker = house.worker()
    threads = [threading.Thread(target=report_all, args=(story, kind, opened, given)) for kind in kinds]
    for thread in threads:
        thread.start()
    for _round in range(2):
        kill(worker)
        kill(house.broker)
        house.start_broker()
        worker = house.worker(mail_pause=0.1)
    for thread in threads:
        thread.join()
    kept = Sheet.objects.exclude(receipt="").values_list("receipt", flat=True)
    assert sorted(given) == sorted(kept)
    assert len(set(given)) == len(kinds) * len(opened)
    assert sorted(given) == sorted(Deed.objects.filter(verb="report.sent").values_list("facts__receipt", flat=True))
    Letter.objects.waiting().update(claimed_at=None)
    deliver_letters.apply_async(retry=False)
    until(lambda: not Letter.objects.waiting().exists(), worker)
    assert set(house.letters()) == set(faults.names(Letter.objects.all()))


def report_all(story, kind: str, opened: list[Month], given: list[str]) -> None:
    """One head sends month after month, and notes each receipt once the act has returned it."""
    try:
        for month in opened:
            with transaction.atomic():
                sheet = months.report(story, kind, month, "20", on=story.first + faults.OPENED_LATER)
                letters.post(f"receipt-{sheet.receipt}", to=story.people[f"{kind}_head"], subject=sheet.receipt,
                             body="x", at=timezone.now())  # fmt: skip
            given.append(sheet.receipt)
            time.sleep(0.5)
    finally:
        connection.close()
