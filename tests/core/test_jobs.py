"""A job is run, remembered and watched; that one fails harms no other and is hidden from nobody."""

import threading
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.core import jobs
from portal.core.models import Job, SpecialDay

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
EVERY = timedelta(minutes=1)


def run(work, name="count", at=None):
    return jobs.run(name, work, at=at or timezone.now(), every=EVERY)


def fail():
    raise ZeroDivisionError("no\n  such thing")


def test_a_run_is_remembered_with_its_start_its_end_and_what_it_did():
    at = timezone.now()
    assert run(lambda: 3, at=at) == 3
    row = Job.objects.get(name="count")
    assert (row.started_at, row.did, row.runs, row.failures, row.problem, row.due_every) == (at, 3, 1, 0, "", 60)
    assert at <= row.ended_at == row.ok_at < at + timedelta(seconds=5)


def test_a_thousand_runs_are_one_row():
    for _run in range(5):
        run(lambda: 0)
    assert Job.objects.get().runs == 5


def test_a_failure_is_logged_remembered_and_raised(caplog):
    run(lambda: 2)
    ok_at = Job.objects.get().ok_at
    for _try in range(2):
        with pytest.raises(jobs.JobFailed, match="count: ZeroDivisionError: no such thing"):
            run(fail)
    row = Job.objects.get()
    assert (row.failures, row.runs, row.problem) == (2, 3, "ZeroDivisionError: no such thing")
    assert row.ok_at == ok_at < row.ended_at
    assert "“count” failed" in caplog.text
    assert "Traceback" in caplog.text


def test_a_success_ends_the_count_of_failures():
    with pytest.raises(jobs.JobFailed):
        run(fail)
    run(lambda: 1)
    row = Job.objects.get()
    assert (row.failures, row.problem, row.did) == (0, "", 1)


def test_a_long_problem_is_cut():
    def talk():
        raise ValueError("长" * 4000)

    with pytest.raises(jobs.JobFailed):
        run(talk)
    assert len(Job.objects.get().problem) == 300


@pytest.mark.django_db(transaction=True)
def test_what_the_work_did_before_it_failed_is_its_own_matter_and_the_failure_is_remembered_all_the_same():
    @transaction.atomic
    def half():
        SpecialDay.objects.create(on="2031-01-01", is_workday=False, name_zh="元旦", name_en="New Year")
        raise DatabaseError("disk full")

    with pytest.raises(jobs.JobFailed):
        run(half)
    assert not SpecialDay.objects.exists()
    assert Job.objects.get().problem == "DatabaseError: disk full"


@pytest.mark.django_db(transaction=True)
def test_a_job_inside_a_transaction_is_a_mistake_and_does_nothing():
    with pytest.raises(jobs.JobFailed, match="durable"), transaction.atomic():
        run(lambda: pytest.fail("must not run"))
    assert not Job.objects.exists()


def test_a_database_that_does_not_answer_is_a_failure_too(monkeypatch, caplog):
    def down(*_args):
        raise DatabaseError("connection refused")

    monkeypatch.setattr(jobs, "_begin", down)
    monkeypatch.setattr(Job.objects, "filter", down)
    with pytest.raises(jobs.JobFailed, match="connection refused"):
        run(lambda: 1)
    assert "could not be remembered" in caplog.text


def test_of_many_things_one_that_fails_keeps_no_other_waiting(caplog):
    done = []

    def act(number):
        if number == 2:
            raise ValueError("two")
        done.append(number)
        return number != 3

    with pytest.raises(jobs.JobFailed, match="1 thing could not be done|有1"):
        run(lambda: jobs.each([1, 2, 3, 4], act))
    row = Job.objects.get()
    assert done == [1, 3, 4]
    assert (row.did, row.failures) == (2, 1)
    assert row.problem.endswith("ValueError: two")
    assert "2 could not be done" in caplog.text
    assert jobs.each([1, 3, 4], act) == 2


def test_the_time_limit_ends_the_job_and_not_only_one_thing():
    def act(_number):
        raise SoftTimeLimitExceeded

    with pytest.raises(SoftTimeLimitExceeded):
        jobs.each([1, 2], act)


def test_overdue_is_a_job_that_did_not_end_for_three_of_its_intervals():
    at = timezone.now()
    run(lambda: 0, at=at)
    row = Job.objects.get()
    assert not row.is_overdue(at=row.ended_at + 3 * EVERY)
    assert row.is_overdue(at=row.ended_at + 3 * EVERY + timedelta(seconds=1))
    assert Job(name="begun", started_at=at, due_every=60).is_overdue(at=at)


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_share_one_row_and_no_run_is_lost(transactional_db):
    barrier, outcomes = threading.Barrier(8), []

    def worker():
        barrier.wait()
        try:
            outcomes.append(run(lambda: 1))
        except Exception as problem:
            outcomes.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [1] * 8
    assert Job.objects.get().runs == 8
