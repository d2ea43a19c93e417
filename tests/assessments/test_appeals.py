"""Appeals: in time and by the head, checked again by two who had no part, decided once and never for the worse."""

from decimal import Decimal

import pytest
from django.utils import timezone, translation

from assessments.actions import adjustments, appeals, results
from assessments.models import Adjustment, Appeal, Case, Draw, Inspection, Mark, Opinion, Recusal
from assessments.policies import appeals as policies
from assessments.states import AppealState, Outcome
from portal.core.clock import local_day
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import judged
from tests.assessments.results import (
    case_of,
    checked_again,
    decided,
    drafted,
    filed,
    head,
    later,
    notified,
    office,
    plain_documents,
    published,
    scored,
    settled,
)
from tests.stories import culture

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"), plain_documents():
        yield


def test_the_whole_way_from_the_notice_to_a_changed_result_that_is_published():
    story = scored()
    notified(story)
    appeal = filed(story, completion="漏计一项。", on_the_spot="当日停电。")
    assert Letter.objects.filter(key__contains="filed").count() == 1
    checked_again(story, appeal, first=15, second=14)
    assert appeal.state == AppealState.RECHECKED
    with pytest.raises(Refused, match="not decided"):
        results.draft(story.assessment, signer=appeal.signer or judged.post_of(head(story)), by=office(story),
                      at=later(40))  # fmt: skip
    decided(story, drafted(story, appeal))
    case = case_of(story)
    marks = {mark.criterion.key: mark for mark in Mark.objects.filter(case=case, source="rechecked")}
    assert set(marks) == {"on-the-spot"}  # 14.5 is above 14; the mean of 14.5 is below the 55 of completion
    assert marks["on-the-spot"].points == Decimal("14.5")
    assert marks["on-the-spot"].facts["decision"] == Appeal.objects.get().document.number
    assert case.total == Decimal("94.50")
    assert case.before["total"] == "94.00" and case.before["decisions"] == [Appeal.objects.get().document.number]
    assert Deed.objects.filter(verb="appeal.decided").count() == 1
    body = published(story).result_document.content
    assert "94.50" in body and "原94.00分" in body


def test_an_appeal_out_of_time_by_another_or_twice_is_refused_and_the_attempt_is_on_record():
    story = scored()
    with pytest.raises(Refused, match="no notice yet"):
        filed(story)
    assessment = notified(story)
    case, said = case_of(story), {story.criteria["completion"].pk: "漏计。"}
    late = later((assessment.appeal_until_on - timezone.localdate()).days + 1)
    attempts = [
        (head(story), late, said, "理由", "The last day for an appeal was"),
        (story.people["municipal_school_staff"], later(5), said, "理由", "The head of the unit files"),
        (head(story, "department"), later(5), said, "理由", "hidden"),
        (head(story), later(5), {}, "理由", "at least one criterion"),
        (head(story), later(5), said, "  ", "rests on"),
        (head(story), later(5), {story.criteria["accident"].pk: "没有。"}, "理由", "this criterion has none"),
    ]
    for by, at, points, grounds, words in attempts:
        with pytest.raises(Refused, match=words):
            appeals.file(case, grounds=grounds, points=points, by=by, at=at)
    assert not Appeal.objects.exists()
    refused = Deed.objects.filter(verb="appeal.not_allowed")
    assert refused.count() == len(attempts) + 1
    assert any("The last day" in deed.words.text for deed in refused.select_related("words"))
    filed(story)
    with pytest.raises(Refused, match="filed already"):
        filed(story)


def test_nobody_who_had_a_part_checks_again():
    story = scored()
    maker = office(story)
    adjustments.make(case_of(story), kind="bonus", points=Decimal(1), happened_on=timezone.localdate(), reason="现场会",
                     by=maker, at=later())  # fmt: skip
    notified(story)
    appeal, case = filed(story), case_of(story)
    listed = judged.inspectors(story, "line_leader", "linked_leader")
    draw = Draw.objects.create(assessment=story.assessment)
    inspection = Inspection.objects.create(draw=draw, case=case, kind_key=case.kind_key, turn=1)
    Opinion.objects.create(inspection=inspection, inspector=listed[0], place=1)
    Recusal.objects.create(inspector=listed[1], unit=case.unit, reason="relative", declared_at=timezone.now(),
                           declared_by=maker)  # fmt: skip
    good = story.people["auditor"]
    stranger = culture().people["auditor"]
    for person, words in (
        (head(story), "serves or served in the unit"), (story.people["line_leader"], "inspected this unit"),
        (maker, "entered a bonus"), (story.people["linked_leader"], "stay away"), (stranger, "no post in this bureau"),
        (good, "Two different people"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words):
            appeals.name(appeal, first=good, second=person, by=office(story), at=later(5))
    asked = {tenure.user_id for tenure in policies.may_be_asked(case, on=local_day(later(5)))}
    assert good.pk in asked
    barred = {head(story).pk, story.people["line_leader"].pk, maker.pk, story.people["linked_leader"].pk, stranger.pk}
    assert not asked & barred
    with pytest.raises(Refused, match="The style office names"):
        appeals.name(appeal, first=good, second=story.people["administrator"], by=head(story), at=later(5))
    appeal.refresh_from_db()
    assert (appeal.state, appeal.first) == (AppealState.FILED, None)


def test_each_checks_alone_within_the_scale_and_once():
    story = scored()
    notified(story)
    appeal = filed(story)
    first, second = story.people["auditor"], story.people["administrator"]
    appeals.name(appeal, first=first, second=second, by=office(story), at=later(5))
    completion = story.criteria["completion"].pk

    def check(by, points, words="现场核实。"):
        return appeals.recheck(appeal, {completion: {"points": points, "words": words}}, by=by, at=later(5))

    for by, points, words, told in (
        (first, Decimal("60.01"), "多了", "worth 0 to 60 points"), (first, Decimal(-1), "少了", "worth 0 to 60 points"),
        (first, None, "没有", "needs points and the reason"), (first, Decimal(58), " ", "needs points and the reason"),
        (story.people["line_leader"], Decimal(58), "别人", "hidden"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=told):
            check(by, points, words)
    assert Deed.objects.filter(verb="appeal.not_allowed").count() == 5
    check(first, Decimal(58))
    with pytest.raises(Refused, match="handed in already"):
        check(first, Decimal(60))
    with pytest.raises(Refused, match="does not change any more"):
        appeals.name(appeal, first=second, second=first, by=office(story), at=later(5))
    with pytest.raises(Refused, match="Both of the two"):
        drafted(story, appeal)
    check(second, Decimal(57))
    appeal.refresh_from_db()
    assert appeal.state == AppealState.RECHECKED


def test_no_result_becomes_worse_unless_the_decision_is_for_fraud():
    story = scored()
    notified(story)
    appeal = checked_again(story, filed(story), first=40, second=41)
    with pytest.raises(Refused, match="no score rises"):
        drafted(story, appeal)
    decided(story, drafted(story, appeal, outcome=Outcome.UPHELD))
    case = case_of(story)
    assert (case.total, case.before) == (Decimal("94.00"), {})
    assert not Mark.objects.filter(source="rechecked").exists()
    other = checked_again(story, filed(story, "department"), first=40, second=41)
    decided(story, drafted(story, other, for_fraud=True))
    fraud = case_of(story, "department")
    assert fraud.total == Decimal("71.18")  # 40.5 + 12 + 8 of 85
    assert fraud.grade == "pass"


def test_a_returned_decision_is_signed_no_more_and_who_checked_does_not_decide():
    story = scored()
    notified(story)
    appeal = checked_again(story, filed(story))
    auditor = story.people["auditor"]
    post = judged.post_of(story.people["line_leader"])
    post.tenures.create(user=auditor, from_on="2020-01-01")
    with pytest.raises(Refused, match="Whoever checked again does not decide"):
        drafted(story, appeal, signer=post)
    with pytest.raises(Refused, match="does not sign for it"):
        drafted(story, appeal, signer=judged.post_of(head(story)))
    appeal = drafted(story, appeal)
    document = appeal.document
    appeals.send_back(appeal, reason="理由太简单。", by=story.people["bureau_head"], at=later(5))
    stale = Appeal.objects.get()
    stale.document, stale.signer = document, appeal.signer
    with pytest.raises(Refused, match="was returned"):
        decided(story, stale)
    assert Appeal.objects.get().decided_at is None
    decided(story, drafted(story, Appeal.objects.get()))
    assert Appeal.objects.get().document.number != document.number


def test_a_veto_taken_back_while_the_appeal_is_open_counts_with_the_decision():
    story = scored()
    adjustments.make(case_of(story), kind="veto", points=Decimal(0), criterion=story.criteria["accident"],
                     happened_on=timezone.localdate(), reason="安全责任事故", by=office(story), at=later())  # fmt: skip
    results.notify(settled(story), by=office(story), at=later())
    assert Case.objects.get(pk=case_of(story).pk).grade == "fail"
    appeal = checked_again(story, filed(story), first=50, second=50)
    adjustments.take_back(Adjustment.objects.get(), why="经查与本单位无关", by=office(story), at=later(5))
    decided(story, drafted(story, appeal))
    case = case_of(story)
    assert (case.grade, case.before["grade"]) == ("good", "fail")
