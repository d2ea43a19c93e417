"""Every job of the timetable over half a year: one worker or two at the same moment come to the same.

The world gives each job something to do: months open, are late and freeze; a bulletin and a review fall due, an order
is overdue, an assessment is scored and its round ends, papers and documents wait to be printed, letters to be
handed over.
"""

import time
from collections import Counter
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from assessments import appealing, notice_text
from assessments.models import Archive, Assessment, Case
from assessments.states import Phase
from commitments import timetables
from commitments.actions import documents, rectifications
from commitments.models import DocumentKind, Publication, Rectification
from commitments.queries import review
from objectives import quarters
from portal import schedule
from portal.core import workdays
from portal.core.clock import local_day
from portal.core.models import Job, Letter, User
from tests import fingerprint, judged, ledgers, months, stories
from tests.faults import together
from units.models import Post, Role, Tenure

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]
ONE_DAY = timedelta(days=1)
KINDS = ("municipal_school", "town_school", "department")
NOT_COUNTED = {"show months"}
"""It counts the lines that it turns, and the job before it has turned them; what it shows it does not count."""


def world():
    """Units that keep promises, one that was ordered to put something right, a paper that waits to be printed."""
    story = ledgers.kept(*KINDS, ago=7)
    story.paper("town_office", "in_route")
    on = story.first + timedelta(days=20)
    by, unit = story.people["style_office"], story.units["municipal_school"]
    head = Post.objects.get(unit=story.units["bureau"], role=Role.HEAD)
    texts = {"finding": "进度落后。", "demand": "倒排时间。", "public_zh": "图书角进度整改"}
    order = rectifications.draft(unit, campaign=story.campaign, texts=texts, signer=head, by=by, at=months.at(on))
    order = rectifications.send_to_sign(order, by=by, at=months.at(on))
    order = rectifications.issue(order.document, by=Tenure.objects.get(post=head).user, at=months.at(on))
    rectifications.receive(order, by=story.people["municipal_school_head"], at=months.at(on))
    judge(story, on)
    return story


def judge(story, on: date) -> None:
    """An assessment whose self-assessments fall due and whose round ends, a notice to stamp, an archive to make."""
    now = months.at(on)
    assessment = Assessment.objects.create(
        campaign=story.campaign, standard=judged.frozen_standard(story), phase=Phase.INSPECTING, self_due_on=on,
        inspect_from_on=on, inspect_to_on=on + timedelta(days=30), opened_at=now,
        opened_by=story.people["style_office"], scoring_asked_at=months.at(story.first),
    )  # fmt: skip
    for publication in Publication.objects.filter(campaign=story.campaign).select_related("unit__kind"):
        case = Case.objects.create(
            assessment=assessment, publication=publication, unit=publication.unit, order=publication.order,
            kind_key=publication.unit.kind.key, total=80,
        )  # fmt: skip
    window = appealing.window(on, 5, workdays.loaded())
    documents.freeze(
        DocumentKind.NOTICE, campaign=story.campaign, number="北城办知〔2026〕1号", title=notice_text.TITLE,
        content=notice_text.content(case, {}, [], window), by=story.people["style_office"], at=now,
        needs_signature=False,
    )  # fmt: skip
    other = stories.culture()
    Archive.objects.create(campaign=other.campaign, asked_at=now, asked_by=other.people["style_office"])


def days(story) -> list[date]:
    """Days on which something falls due; what no day of these names is caught up on the next."""
    timetable, calendar = timetables.of(story.campaign), workdays.loaded()
    keeping = timetables.keeping_of(story.campaign)
    every = [
        timetables.days_of(period, timetable, calendar)
        for period in timetables.periods_of(story.campaign, keeping, "month")[:5]
    ]
    found = {every[0].opens_on, *every[0].remind_on} | {month.freezes_on + ONE_DAY for month in every}
    for _half, opens_on, closes_on in review.days_of_halves(story.campaign, calendar)[:1]:
        found |= {opens_on, closes_on + ONE_DAY}
    contact_due_on = quarters.due_on(quarters.code_of(every[2].due_on), calendar, ends_on=story.campaign.ends_on)
    found.add(calendar.add(contact_due_on, -quarters.REMIND_BEFORE))
    due_on = Rectification.objects.get().due_on
    found |= set(Assessment.objects.values_list("self_due_on", flat=True))
    found |= {last + ONE_DAY for last in Assessment.objects.values_list("inspect_to_on", flat=True)}
    return sorted(found | {due_on, due_on + ONE_DAY})


def live_through(story, workers: int) -> Counter:
    """What each job did, summed up over the days; asked once more each evening, it must do nothing."""
    did = Counter()
    for on in days(story):
        for job in schedule.JOBS:
            done = together([lambda job=job, on=on: job.run(on=on, at=months.at(on))] * workers)
            assert all(isinstance(each, int) for each in done), (job.name, on, done)
            did[job.name] += sum(done)
        evening = fingerprint.of_tables()
        again = {job.name: job.run(on=on, at=months.at(on, 11)) for job in schedule.JOBS}
        assert not any(again.values()), (on, again)
        assert fingerprint.of_tables() == evening, on
    return did


def rows() -> dict[str, int]:
    return {table: count for table, (count, _hash) in fingerprint.of_tables().items()}


def test_two_workers_at_every_job_come_to_what_one_comes_to(transactional_db):
    alone = live_through(world(), 1)
    assert set(alone) == set(schedule.BY_NAME)
    assert {name for name in alone if not alone[name]} <= NOT_COUNTED, "the world gives every job something to do"
    counted, sent = rows(), len(mail.outbox)
    call_command("flush", interactive=False, verbosity=0)
    mail.outbox.clear()
    live_through(world(), 2)
    assert rows() == counted
    assert len(mail.outbox) == sent == Letter.objects.exclude(handed_at=None).count()
    assert not Job.objects.filter(failures__gt=0).exists()


def careless(*, on: date, at: datetime) -> int:
    """A job that looks before it acts, and trusts that nobody else does so at the same moment."""
    if Letter.objects.filter(subject=str(on)).exists():
        return 0
    time.sleep(0.3)
    reader = User.objects.get(username="reader")
    Letter.objects.create(key=uuid4().hex, to=reader, subject=str(on), body="x", posted_at=at)
    return 1


def test_control_a_job_that_only_looks_before_it_acts_acts_twice(transactional_db):
    User.objects.create_user("reader", "reader@example.test", "x")
    job = schedule.Job("careless", "careless", timedelta(minutes=1), f"{__name__}.careless")
    at = timezone.now()
    together([lambda: job.run(on=local_day(at), at=at)] * 2)
    assert rows()["core_letter"] == 2
