"""Letters: one row a key, delivered by a real worker, whatever the broker does."""

import threading
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from portal.core import letters
from portal.core.models import Letter, User
from portal.core.tasks import deliver_letters


@pytest.fixture
def reader(db):
    return User.objects.create_user("reader", "reader@example.test", "x")


def post(reader, key="a", **fields):
    return letters.post(key, to=reader, subject="请签字", body="等您签字。", path="/work/", at=timezone.now(), **fields)


def test_the_same_key_is_one_letter(reader):
    assert post(reader).pk == post(reader).pk
    assert Letter.objects.count() == 1


def test_a_letter_of_an_act_that_was_rolled_back_never_existed(reader):

    @transaction.atomic
    def act():
        post(reader)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not Letter.objects.exists()


def test_delivery_hands_each_letter_over_once_even_when_run_again(reader):
    post(reader)
    assert letters.deliver_waiting(at=timezone.now()) == 1
    assert letters.deliver_waiting(at=timezone.now()) == 0
    assert [message.subject for message in mail.outbox] == ["请签字"]
    assert mail.outbox[0].body.endswith("http://127.0.0.1:8000/work/")


def test_a_mail_server_that_refuses_is_tried_again_later_and_at_last_given_up(reader, monkeypatch):
    letter = post(reader)

    class Refusing:
        def send(self):
            raise ConnectionRefusedError("no")

    monkeypatch.setattr(letters, "_message", lambda letter: Refusing())
    at = timezone.now()
    for _try in range(letters.MOST_TRIES + 2):
        letters.deliver_waiting(at=at)
        assert letters.deliver_waiting(at=at) == 0
        at += timedelta(days=2)
    letter.refresh_from_db()
    assert letter.tries == letters.MOST_TRIES
    assert letter.failed_at
    assert letter.problem.startswith("ConnectionRefusedError")


def test_a_claim_left_by_a_dead_process_lapses(reader):
    letter = post(reader)
    now = timezone.now()
    Letter.objects.filter(pk=letter.pk).update(claimed_at=now)
    assert letters.deliver_waiting(at=now) == 0
    assert letters.deliver_waiting(at=now + timedelta(minutes=6)) == 1


def test_letters_that_wait_for_their_next_try_hold_up_no_other(reader):
    now = timezone.now()
    refused = [post(reader, key=f"refused-{number}").pk for number in range(3)]
    Letter.objects.filter(pk__in=refused).update(tries=3, claimed_at=now + timedelta(minutes=30))
    new = post(reader, key="new")
    assert letters.deliver_waiting(at=now, most=2) == 1
    new.refresh_from_db()
    assert new.handed_at
    assert letters.deliver_waiting(at=now + timedelta(hours=1), most=2) == 2


def deliver_by_two(deliver):
    """Two workers sweep at the same moment."""
    barrier = threading.Barrier(2)

    def sweep():
        barrier.wait()
        try:
            deliver(at=timezone.now())
        finally:
            connection.close()

    workers = [threading.Thread(target=sweep) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_two_workers_hand_a_letter_over_once(transactional_db, monkeypatch):
    reader = User.objects.create_user("reader", "reader@example.test", "x")
    post(reader)
    message = letters._message
    monkeypatch.setattr(letters, "_message", lambda letter: time.sleep(0.3) or message(letter))
    deliver_by_two(letters.deliver_waiting)
    assert len(mail.outbox) == 1


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_control_without_the_claim_two_workers_send_twice(transactional_db):
    reader = User.objects.create_user("reader", "reader@example.test", "x")
    post(reader)

    def unclaimed(*, at):
        for letter in list(Letter.objects.waiting().select_related("to")):
            time.sleep(0.3)
            letters._message(letter).send()
            Letter.objects.filter(pk=letter.pk).update(handed_at=at)

    deliver_by_two(unclaimed)
    assert len(mail.outbox) == 2


@pytest.mark.services
@pytest.mark.pg
def test_a_real_worker_delivers_what_an_act_posted(celery_worker_process):
    reader = User.objects.create_user("reader", "reader@example.test", "x")
    post(reader)
    until = time.monotonic() + 120
    while not Letter.objects.get().handed_at:
        assert time.monotonic() < until, "the worker did not deliver"
        time.sleep(0.1)


def test_a_hung_broker_does_not_hold_up_the_act(reader, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(deliver_letters, "apply_async", lambda **options: time.sleep(10))
    began = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        post(reader)
    assert time.monotonic() - began < 5
