"""Results: put together, told, published, reported; in the right order, and each only once."""

import io
import json
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.utils import timezone, translation

from assessments import appealing, results_xlsx
from assessments.actions import results
from assessments.desks.results import items
from assessments.models import Case
from assessments.queries import results as queries
from assessments.queries import totals
from assessments.states import Phase
from assessments.sweeps.results import stamp_waiting
from commitments.models import OfficialDocument, OfficialFile
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from portal.core.workdays import Workdays
from tests import stories
from tests.assessments.results import (
    case_of,
    filed,
    later,
    notified,
    office,
    plain_documents,
    published,
    scored,
    signer,
)
from tests.judged import GRADES
from units.policies import standing

OCTOBER_2026 = Workdays(
    {date(2026, 9, 20): True, date(2026, 10, 10): True}
    | {date(2026, 9, day): False for day in (25, 26, 27)}
    | {date(2026, 10, day): False for day in range(1, 8)}
)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def plain():
    with plain_documents():
        yield


# --- pure ---


def test_the_window_counts_working_days_over_the_holidays_and_says_which_days_do_not_count():
    for told_on in (date(2026, 9, 24), date(2026, 9, 27)):
        window = appealing.window(told_on, 5, OCTOBER_2026)
        assert window.until_on == date(2026, 10, 9)
        assert window.counted[:3] == (date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30))
        assert window.free[-1] == (date(2026, 10, 1), date(2026, 10, 7))
    assert appealing.is_in_time(date(2026, 10, 9), on=date(2026, 10, 9))
    assert not appealing.is_in_time(date(2026, 10, 9), on=date(2026, 10, 10))
    assert not appealing.is_in_time(None, on=date(2026, 10, 9))


def test_a_second_look_never_takes_points_away_unless_for_fraud():
    standing, low = Decimal(50), (Decimal(40), Decimal("45.5"))
    assert appealing.comes_to(standing, *low, for_fraud=False) == standing
    assert appealing.comes_to(standing, *low, for_fraud=True) == Decimal("42.75")
    assert appealing.comes_to(standing, Decimal(51), Decimal("52.5"), for_fraud=False) == Decimal("51.75")


def test_rounding_decides_only_where_half_a_cent_lifts_the_total_over_a_threshold():
    for sum_, decides in (("89.995", True), ("89.994", False), ("90.00", False), ("79.9999", True), (None, False)):
        value = None if sum_ is None else Decimal(sum_)
        assert totals.rounding_decides(value and Decimal(value), Decimal(0), GRADES) is decides


# --- acts ---


@pytest.mark.django_db
def test_reading_the_result_is_due_while_an_appeal_is_possible_and_never_overdue():
    story = scored("municipal_school")
    until_on = notified(story).appeal_until_on

    def item(on: date):
        who = standing(story.people["municipal_school_head"], on=on)
        return next(each for each in items(who, on=on) if each.what.startswith("Read your result"))

    assert item(until_on).due_on == until_on
    after = item(until_on + timedelta(days=1))
    assert after.due_on is None and "are over" in after.why


@pytest.mark.django_db
def test_results_are_put_together_and_every_unit_is_told_with_a_notice_of_its_own():
    story = scored()
    assessment = notified(story)
    assert assessment.phase == Phase.NOTIFIED
    school, department = case_of(story), case_of(story, "department")
    assert (school.total, school.grade_by_total, school.grade, school.why_grade) == (
        Decimal("94.00"), "excellent", "good", "cap",
    )  # fmt: skip
    assert department.total == Decimal("82.35")  # 70 of 85, half-up after summing
    assert school.notice.number != department.notice.number
    assert not school.notice.is_public
    body = json.loads(school.notice.content)["body"]
    assert body["figures"]["total"] == "94.00"
    assert "优秀比例已满" in body["why_zh"]
    assert "82.35" not in school.notice.content
    told = set(Letter.objects.filter(path="/work/result/").values_list("to__username", flat=True))
    assert {"north-municipal_school_head", "north-municipal_school_staff", "north-department_head"} <= told
    deed = Deed.objects.get(verb="assessment.notified")
    assert deed.facts["notices"] == 2
    assert assessment.summary["units"] == 2
    assert stamp_waiting(on=timezone.localdate(), at=later()) == 2
    assert stamp_waiting(on=timezone.localdate(), at=later()) == 0
    assert OfficialFile.objects.filter(signed=1).count() == 2


@pytest.mark.django_db
def test_each_step_waits_for_the_one_before_it():
    story = scored()
    assessment, by = story.assessment, office(story)
    with pytest.raises(Refused, match="Put the results together first"):
        results.notify(assessment, by=by, at=later())
    with pytest.raises(Refused, match="Self-assessments are due until"):
        results.settle(assessment, by=by, at=timezone.now())
    assessment.phase = Phase.INSPECTING
    assessment.save()
    with pytest.raises(Refused, match="round of inspections is not closed"):
        results.settle(assessment, by=by, at=later())
    assessment.phase, assessment.scored_at = Phase.OPEN, None
    assessment.save()
    with pytest.raises(Refused, match="has not scored"):
        results.settle(assessment, by=by, at=later())
    for person in ("municipal_school_head", "bureau_head", "auditor"):
        with pytest.raises(Refused):
            results.settle(assessment, by=story.people[person], at=later())
    assert not Case.objects.exclude(total=None).exists()
    assert not Deed.objects.filter(verb="assessment.settled").exists()


@pytest.mark.django_db
def test_nothing_is_published_while_an_appeal_is_possible_or_open():
    story = scored()
    assessment = notified(story)
    with pytest.raises(Refused, match="may appeal until"):
        results.draft(assessment, signer=signer(story), by=office(story), at=later(5))
    filed(story)
    with pytest.raises(Refused, match="appeal is not decided"):
        results.draft(assessment, signer=signer(story), by=office(story), at=later(30))
    with pytest.raises(Refused, match="only an appeal"):
        results.settle(assessment, by=office(story), at=later(30))
    assert not OfficialDocument.objects.filter(kind="result").exists()


@pytest.mark.django_db
def test_the_leader_s_signature_publishes_and_the_report_follows_it():
    story = scored()
    assessment = published(story)
    assert assessment.phase == Phase.PUBLISHED
    document = assessment.result_document
    assert document.is_public and document.signed_post.title_zh == "主要负责人"
    persons = {user.name for user in story.people.values()}
    assert not any(name in document.content for name in persons)
    assert queries.published_of(story.units["municipal_school"])[0].grade == "good"
    assert queries.published_of(story.units["town_school"]) == []
    post, by, at = signer(story), story.people["bureau_head"], later(60)
    with pytest.raises(Refused, match="was published on"):
        results.draft(assessment, signer=post, by=office(story), at=at)
    report = results.draft_municipal(assessment, signer=post, by=office(story), at=at)
    with pytest.raises(Refused, match="The report exists"):
        results.draft_municipal(assessment, signer=post, by=office(story), at=at)
    results.send_back(report, reason="请补充提标情况。", by=by, at=at)
    assessment.refresh_from_db()
    report = results.draft_municipal(assessment, signer=post, by=office(story), at=at)
    assessment.refresh_from_db()
    results.sign_municipal(
        assessment, fingerprint=report.fingerprint, passphrase=stories.PASSPHRASE, by=by, at=at
    )  # fmt: skip
    report.refresh_from_db()
    assert report.signed_at and not report.is_public
    with pytest.raises(Refused, match="What is signed"):
        results.send_back(report, reason="晚了。", by=by, at=at)


@pytest.mark.django_db
def test_another_post_does_not_sign_and_a_returned_result_is_signed_no_more(plain):
    story = scored()
    assessment = notified(story)
    days = (assessment.appeal_until_on - timezone.localdate()).days + 1
    at, post = later(days), signer(story)
    with pytest.raises(Refused, match="does not sign for it"):
        results.draft(assessment, signer=story.units["department"].posts.get(role="head"), by=office(story), at=at)
    document = results.draft(assessment, signer=post, by=office(story), at=at)
    assessment.refresh_from_db()
    story.enrol(story.people["line_leader"])
    facts = {"fingerprint": document.fingerprint, "passphrase": stories.PASSPHRASE, "at": at}
    with pytest.raises(Refused, match="do not hold the post"):
        results.publish(assessment, **facts, by=story.people["line_leader"])
    results.send_back(document, reason="附件缺一列。", by=story.people["bureau_head"], at=at)
    with pytest.raises(Refused, match="returned"):
        results.publish(assessment, **facts, by=story.people["bureau_head"])
    assessment.refresh_from_db()
    assert (assessment.phase, assessment.result_document) == (Phase.NOTIFIED, None)
    assert not OfficialDocument.objects.filter(is_public=True).exists()


@pytest.mark.django_db
def test_the_workbook_of_the_report_holds_no_formula(plain):
    story = scored()
    row = case_of(story).publication
    row.unit_name_zh = "=cmd|'/c calc'!A1"
    row.save()
    assessment = published(story)
    book = openpyxl.load_workbook(io.BytesIO(results_xlsx.write(assessment)))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert row.unit_name_zh in {cell.value for cell in cells}
    assert any("内部" in str(cell.value) for cell in cells)
