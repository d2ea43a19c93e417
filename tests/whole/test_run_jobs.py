"""The timetable: every job may run twice, late and in parallel; the command and the page tell how that went."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from portal import schedule, tasks
from portal.celery import app
from portal.core import letters
from portal.core.clock import local_day
from portal.core.models import Deed, Installation, Job, Letter, SpecialDay
from tests import fingerprint, stories

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    """A bureau with papers to print and letters to deliver."""
    story = stories.education()
    story.paper("municipal_school", "in_route")
    story.paper("department", "in_route")
    return story


@pytest.fixture
def broken(monkeypatch):
    """A timetable whose first job fails."""
    job = schedule.Job("break", "Break", timedelta(minutes=1), "tests.whole.test_run_jobs.fail")
    monkeypatch.setattr(schedule, "JOBS", (job, *schedule.JOBS))
    return job


def fail(*, on, at):
    raise ConnectionError("the printer is on fire")


def seen(*, on: date, at: datetime) -> int:
    """A job that tells what it was asked for."""
    calls.append((on, at))
    return 0


calls: list = []


@pytest.fixture
def asked(monkeypatch):
    """The timetable is one job that remembers `on` and `at`."""
    calls.clear()
    job = schedule.Job("see", "See", timedelta(minutes=1), "tests.whole.test_run_jobs.seen")
    monkeypatch.setattr(schedule, "JOBS", (job,))
    return calls


def run_jobs(capsys, *words):
    with translation.override("en"):
        call_command("run_jobs", *words)
    return capsys.readouterr().out


def everything(at):
    return [job.run(on=local_day(at), at=at) for job in schedule.JOBS]


# --- the jobs themselves -------------------------------------------------------------------------


def test_names_and_paths_of_the_timetable_hold():
    assert len(schedule.BY_NAME) == len(schedule.JOBS)
    for job in schedule.JOBS:
        assert callable(import_string(job.sweep)), job.name
        assert len(job.name) <= 60
        assert job.every >= timedelta(seconds=1)
    assert schedule.JOBS[-1].name == "deliver letters"


@pytest.mark.parametrize("name", schedule.BY_NAME)
def test_a_job_run_again_changes_nothing(story, name):
    at, job = timezone.now(), schedule.BY_NAME[name]
    job.run(on=local_day(at), at=at)
    once = fingerprint.of_tables()
    assert job.run(on=local_day(at), at=at + timedelta(seconds=1)) == 0
    assert fingerprint.of_tables() == once


def test_the_whole_timetable_run_again_changes_nothing(story):
    at = timezone.now()
    assert sum(everything(at)) > 0
    once = fingerprint.of_tables()
    assert sum(everything(at + timedelta(seconds=1))) == 0
    assert fingerprint.of_tables() == once


def test_the_fingerprint_notices_one_changed_value_in_any_table(story):
    before = fingerprint.of_tables()
    Letter.objects.filter(pk=Letter.objects.first().pk).update(tries=1)
    after = fingerprint.of_tables()
    assert [table for table in before if before[table] != after[table]] == ["core_letter"]


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_the_timetable_run_by_three_at_once_does_everything_once(transactional_db):
    story = stories.education()
    story.paper("municipal_school", "in_route")
    story.paper("department", "in_route")
    barrier, outcomes, at = threading.Barrier(3), [], timezone.now()

    def work():
        barrier.wait()
        try:
            outcomes.append(everything(at))
        except Exception as problem:
            outcomes.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    names = [job.name for job in schedule.JOBS]
    did = dict(zip(names, map(sum, zip(*outcomes, strict=True)), strict=True))
    assert did["print papers"] == 2
    assert did["deliver letters"] == len(mail.outbox) == Letter.objects.exclude(handed_at=None).count() > 0
    once = fingerprint.of_tables()
    assert sum(everything(timezone.now())) == 0
    assert fingerprint.of_tables() == once
    assert not Job.objects.filter(failures__gt=0).exists()


# --- the worker ----------------------------------------------------------------------------------


def test_beat_knows_every_job_and_drops_a_tick_that_nobody_took():
    app.finalize()
    beat = app.conf.beat_schedule
    assert set(beat) == set(schedule.BY_NAME)
    for name, entry in beat.items():
        assert (entry["task"], entry["args"]) == (tasks.run_job.name, [name])
        assert entry["options"]["expires"] == entry["schedule"].total_seconds()


def test_the_worker_is_set_up_to_lose_nothing_and_to_wait_for_nobody():
    conf, transport = app.conf, app.conf.broker_transport_options
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.task_soft_time_limit < conf.task_time_limit < transport["visibility_timeout"]
    assert max(transport["socket_timeout"], transport["socket_connect_timeout"]) <= 2
    assert (list(conf.accept_content), conf.task_serializer) == (["json"], "json")


def test_a_failing_job_does_not_break_its_worker_and_an_unknown_one_does_nothing(monkeypatch, caplog):
    job = schedule.Job("break", "Break", timedelta(minutes=1), "tests.whole.test_run_jobs.fail")
    monkeypatch.setitem(tasks.BY_NAME, "break", job)
    assert tasks.run_job("break") is None
    assert Job.objects.get().problem == "ConnectionError: the printer is on fire"
    assert tasks.run_job("long gone") is None
    assert "long gone" in caplog.text
    assert Job.objects.count() == 1


def test_a_path_that_leads_nowhere_is_a_failure_that_is_remembered():
    job = schedule.Job("lost", "Lost", timedelta(minutes=1), "portal.nowhere.at_all")
    with pytest.raises(Exception, match="nowhere"):
        job.run(on=date(2026, 1, 1), at=timezone.now())
    assert "nowhere" in Job.objects.get().problem


def test_a_worker_that_starts_asks_every_job_at_once(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.run_job, "apply_async", lambda args, **options: sent.append(args))
    tasks.catch_up(sender=None)
    assert sent == [[job.name] for job in schedule.JOBS]


# --- the command ---------------------------------------------------------------------------------


def test_the_command_runs_every_job_and_a_second_time_finds_nothing_due(story, capsys):
    said = run_jobs(capsys)
    assert "Print papers: 2 things done." in said
    once = fingerprint.of_tables()
    said = run_jobs(capsys)
    assert said.count("nothing was due.") == len(schedule.JOBS)
    assert said.endswith("Nothing was due.\n")
    assert fingerprint.of_tables() == once


def test_a_job_that_fails_ends_the_command_badly_but_not_the_others(story, broken, capsys):
    with pytest.raises(CommandError, match="1 job failed; the others ran.") as ended:
        run_jobs(capsys)
    assert ended.value.returncode == 1
    told = capsys.readouterr()
    assert "Break: failed. ConnectionError: the printer is on fire" in told.err
    assert "Print papers: 2 things done." in told.out
    assert not Letter.objects.waiting().exists()


@pytest.mark.parametrize("text", ["31.12.2026", "2026-02-30", "tomorrow", ""])
def test_a_day_that_cannot_be_read_is_named(text, asked, capsys):
    with pytest.raises(CommandError, match=f"“{text}” is no date. Write year, month and day like this: 20"):
        run_jobs(capsys, "--on", text)
    assert asked == []


def test_a_real_portal_works_off_any_day_up_to_today_but_always_now(asked, capsys):
    today, began = timezone.localdate(), timezone.now()
    for on in (today, today - timedelta(days=40)):
        run_jobs(capsys, "--on", str(on))
        assert asked[-1][0] == on
        assert began <= asked[-1][1] <= timezone.now()
    with pytest.raises(CommandError, match="has not come yet. Only a demonstration runs ahead of its time."):
        run_jobs(capsys, "--on", str(today + timedelta(days=1)))
    assert len(asked) == 2


def test_every_job_acts_at_the_moment_at_which_it_begins(monkeypatch, capsys):
    calls.clear()
    job = schedule.Job("slow", "Slow", timedelta(minutes=1), "tests.whole.test_run_jobs.seen")
    monkeypatch.setattr(schedule, "JOBS", (job, job))
    began = timezone.now()
    clock = iter(began + timedelta(minutes=11) * n for n in range(9))
    monkeypatch.setattr("portal.management.commands.run_jobs.timezone.now", lambda: next(clock))
    run_jobs(capsys)
    assert [on for on, _at in calls] == [local_day(began)] * 2
    assert calls[1][1] - calls[0][1] >= timedelta(minutes=11), "a deed of long ago would be refused"


def test_a_demonstration_runs_any_day_in_its_evening_and_today_now(asked, capsys):
    Installation.objects.create(is_demo=True, created_at=timezone.now())
    for on in (date(2031, 3, 4), date(2017, 10, 18)):
        run_jobs(capsys, "--on", str(on))
        assert asked[-1] == (on, timezone.make_aware(datetime(on.year, on.month, on.day, 18)))
    began = timezone.now()
    run_jobs(capsys)
    assert asked[-1][0] == timezone.localdate()
    assert began <= asked[-1][1] <= timezone.now()


# --- the page ------------------------------------------------------------------------------------


def visitor(user):
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = "en"
    return client


def page(user, **asked):
    answer = visitor(user).get(reverse("clock"), asked)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def all_ran(at=None):
    at = at or timezone.now()
    for job in schedule.JOBS:
        seconds = job.every.total_seconds()
        Job.objects.update_or_create(
            name=job.name, defaults={"started_at": at, "ended_at": at, "ok_at": at, "due_every": seconds}
        )


def failed_letter(user, number):
    now = timezone.now()
    return Letter.objects.create(
        key=f"bounce-{user.pk}-{number}", to=user, subject="请签字", body="内容保密", posted_at=now, failed_at=now,
        tries=8, problem=f"SMTPRecipientsRefused: no such mailbox {number}",
    )  # fmt: skip


def test_before_any_run_the_page_says_that_nothing_runs():
    story = stories.education()
    shown = page(story.people["administrator"])
    assert "No job has run yet: the worker or its clock is not running." in shown
    assert shown.count("Has never run") == len(schedule.JOBS)


def test_when_all_is_well_one_sentence_says_so(story):
    all_ran()
    SpecialDay.objects.bulk_create(
        SpecialDay(on=date(timezone.localdate().year + n, 1, 1), is_workday=False, name_zh="元旦", name_en="New Year")
        for n in range(2)
    )
    waiting = Letter.objects.waiting().count()
    shown = page(story.people["style_office"])
    assert f"Everything ran. {waiting} letters are waiting." in shown
    assert "every 20 seconds" in shown
    assert "every minute" in shown
    assert f"The newest deed of the record is no. {Deed.objects.count()}." in shown
    assert "A year is missing" not in shown


def test_a_job_that_fails_is_shown_with_its_problem_first_of_all_and_the_others_still_ran(story, broken, capsys):
    with pytest.raises(CommandError):
        run_jobs(capsys)
    with pytest.raises(CommandError):
        run_jobs(capsys)
    shown = page(story.people["administrator"])
    assert "1 job failed when it last ran. No letter is waiting." in shown
    assert "Failed 2 times in a row" in shown
    assert "ConnectionError: the printer is on fire" in shown
    assert "it has never gone well" in shown
    assert shown.index(">Break<") < shown.index(">Print papers<")


def test_a_job_that_stands_still_is_told_with_since_when(story):
    all_ran()
    Job.objects.filter(name="print papers").update(ended_at=timezone.now() - timedelta(hours=5))
    shown = page(story.people["style_office"])
    assert "1 job has not run since" in shown
    assert "Has not run for too long" in shown


def test_a_run_that_did_not_end_is_told(story):
    all_ran(timezone.now() - timedelta(seconds=30))
    Job.objects.filter(name="print papers").update(started_at=timezone.now())
    assert "not ended" in page(story.people["style_office"])


def test_only_administrator_and_style_office_know_of_the_page(story):
    for name in set(story.people) - {"administrator", "style_office"}:
        assert visitor(story.people[name]).get(reverse("clock")).status_code == 404, name


def test_letters_that_failed_stand_with_recipient_and_problem_for_their_own_bureau_alone(story):
    other = stories.culture()
    failed_letter(story.people["department_head"], 1)
    failed_letter(other.people["bureau_head"], 2)
    shown = page(story.people["administrator"])
    assert "north-department_head@example.test" in shown
    assert "no such mailbox 1" in shown
    assert "内容保密" not in shown
    assert "south-" not in shown
    assert "no such mailbox 2" not in shown
    assert "no such mailbox 2" in page(other.people["style_office"])


def test_failed_letters_are_paged_from_the_newest(story, monkeypatch):
    monkeypatch.setattr("portal.clockpage.FAILED_LETTERS", 2)
    rows = [failed_letter(story.people["department_head"], number) for number in range(3)]
    shown = page(story.people["administrator"])
    assert "no such mailbox 2" in shown
    assert "no such mailbox 0" not in shown
    assert f'href="?before={rows[1].pk}"' in shown
    assert "no such mailbox 0" in page(story.people["administrator"], before=rows[1].pk)
    assert "no such mailbox 2" in page(story.people["administrator"], before="x")


def test_the_page_asks_the_same_number_of_questions_for_one_row_and_for_three_and_never_the_broker(story, monkeypatch):
    monkeypatch.setattr(app, "connection_for_read", lambda *_args, **_facts: pytest.fail("the broker was asked"))
    monkeypatch.setattr(letters, "wake", lambda: pytest.fail("the broker was asked"))
    all_ran()
    user = story.people["administrator"]
    failed_letter(user, 1)
    with CaptureQueriesContext(connection) as one:
        page(user)
    for number in range(2, 5):
        failed_letter(story.people["department_head"], number)
    with CaptureQueriesContext(connection) as four:
        page(user)
    assert len(four) == len(one)


def test_a_missing_year_is_told_here_too(story):
    all_ran()
    year = timezone.localdate().year
    shown = page(story.people["administrator"])
    assert f"The holidays of {year} are not in the calendar yet." in shown
    assert f"/work/calendar/?year={year}" in shown
