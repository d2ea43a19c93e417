"""Appeals: in time and by the head, checked again by two who had no part, decided once and never for the worse."""

from decimal import Decimal

import pytest
from django.utils import timezone, translation

from assessments.actions import adjustments, appeals, results
from assessments.models import Adjustment, Appeal, Case, Draw, Inspection, Mark, Opinion, Recusal
from assessments.policies import appeals as policies
from assessments.states import AppealState, Outcome
from commitments.views import signing
from portal.core.clock import local_day
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import judged
from tests.assessments.results import (
    adjusted,
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
    vetoed,
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
    adjusted(story, points=Decimal(1))
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
    with pytest.raises(Refused, match="handed in already and stays"):
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
    vetoed(story)
    results.notify(settled(story), by=office(story), at=later())
    assert Case.objects.get(pk=case_of(story).pk).grade == "fail"
    appeal = checked_again(story, filed(story), first=50, second=50)
    adjustments.take_back(Adjustment.objects.get(), why="经查与本单位无关", by=office(story), at=later(5))
    appeal = drafted(story, appeal)
    text = signing.text_of(appeal.document)
    assert "申诉期间已撤销一票否决" in text and "按复核结果改变原得分" not in text
    decided(story, appeal)
    case = case_of(story)
    assert (case.grade, case.before["grade"]) == ("good", "fail")


def test_who_left_before_handing_in_is_replaced_and_the_points_of_the_other_stay():
    story = scored()
    notified(story)
    appeal = filed(story)
    first, second = story.people["auditor"], story.people["administrator"]
    appeals.name(appeal, first=first, second=second, by=office(story), at=later(5))
    marks = {story.criteria["completion"].pk: {"points": Decimal(58), "words": "现场核实。"}}
    appeals.recheck(appeal, marks, by=first, at=later(5))
    second.tenures.update(until_on=timezone.localdate())
    other = story.people["line_leader"]
    with pytest.raises(Refused, match="handed in already"):
        appeals.name(appeal, first=other, second=other, by=office(story), at=later(6))
    first.tenures.update(until_on=timezone.localdate())  # who has handed in may leave: what was found stays
    appeals.name(appeal, first=first, second=other, by=office(story), at=later(6))
    assert Letter.objects.filter(to=other, key__contains="named").count() == 1
    assert Letter.objects.filter(to=first, key__contains="named").count() == 1
    with pytest.raises(Refused):
        appeals.recheck(appeal, marks, by=second, at=later(6))
    appeals.recheck(appeal, marks, by=other, at=later(6))
    appeal.refresh_from_db()
    assert (appeal.state, appeal.points.get().first_points) == (AppealState.RECHECKED, Decimal(58))
    with pytest.raises(Refused, match="checked again already"):
        appeals.name(appeal, first=first, second=story.people["linked_leader"], by=office(story), at=later(6))


def test_a_bonus_is_not_taken_back_while_the_units_appeal_is_open():
    story = scored()
    bonus = adjusted(story)
    notified(story)
    filed(story)
    with pytest.raises(Refused, match="never becomes worse"):
        adjustments.take_back(bonus, why="改主意", by=office(story), at=later(5))
    bonus.refresh_from_db()
    assert bonus.taken_back_at is None


def test_a_veto_alone_is_appealed_and_falls_where_both_find_so():
    story = scored()
    veto = vetoed(story)
    assert notified(story) and case_of(story).grade == "fail"
    appeal = checked_again(story, filed(story, adjustments=[veto]))
    assert appeal.state == AppealState.RECHECKED
    appeal = drafted(story, appeal)
    veto.refresh_from_db()
    assert veto.taken_back_at is None  # only the signature takes it back
    assert "应予撤销" in appeal.document.content and "安全责任事故" in appeal.document.content
    decided(story, appeal)
    veto.refresh_from_db()
    number = appeal.document.number
    assert (veto.taken_back_at, veto.taken_back_why) == (Appeal.objects.get().decided_at, f"申诉决定（{number}）")
    case = case_of(story)
    assert (case.total, case.grade, case.rank, case.before["grade"]) == (Decimal("94.00"), "good", 1, "fail")
    assert Deed.objects.filter(verb="adjustment.taken_back").count() == 1
    assert Letter.objects.filter(key__contains="-decided-", body__contains="安全责任事故").exists()
    body = published(story).result_document.content
    assert "94.00" in body


def test_where_the_two_differ_a_deduction_stands_and_so_does_the_result():
    story = scored()
    minus = adjusted(story, kind="deduction", points=Decimal("0.5"), reason="材料迟交")
    notified(story)
    appeal = checked_again(story, filed(story, adjustments=[minus]), falls=(True, False))
    with pytest.raises(Refused, match="nothing falls"):
        drafted(story, appeal)
    appeal = drafted(story, appeal, outcome=Outcome.UPHELD)
    assert "扣分0.5分" in appeal.document.content and '"after_zh":"维持"' in appeal.document.content
    decided(story, appeal)
    minus.refresh_from_db()
    assert (minus.taken_back_at, case_of(story).total) == (None, Decimal("93.50"))


def test_what_falls_and_what_rises_come_with_one_decision_and_an_upheld_result_takes_nothing_back():
    story = scored()
    minus = adjusted(story, kind="deduction", points=Decimal("0.5"), reason="材料迟交")
    other = adjusted(story, "department", kind="deduction", points=Decimal(1), reason="材料迟交")
    notified(story)
    appeal = checked_again(story, filed(story, adjustments=[minus], completion="漏计一项。"), first=57, second=57)
    decided(story, drafted(story, appeal))
    assert case_of(story).total == Decimal("96.00")  # 94 and two points, without the deduction
    upheld = checked_again(story, filed(story, "department", adjustments=[other]))
    decided(story, drafted(story, upheld, outcome=Outcome.UPHELD))
    other.refresh_from_db()
    assert other.taken_back_at is None


def test_a_bonus_what_was_taken_back_and_what_is_another_units_are_not_appealed():
    story = scored()
    bonus, gone = adjusted(story), adjusted(story, kind="deduction", points=Decimal(1), reason="材料迟交")
    adjustments.take_back(gone, why="核实不成立", by=office(story), at=later())
    foreign = adjusted(story, "department", kind="deduction", points=Decimal(1), reason="材料迟交")
    notified(story)
    for each in (bonus, gone, foreign):
        with pytest.raises(Refused, match="deduction or veto that stands"):
            filed(story, adjustments=[each])
    minus_free = filed(story, completion="漏计一项。")
    first, second = story.people["auditor"], story.people["administrator"]
    appeals.name(minus_free, first=first, second=second, by=office(story), at=later(5))
    assert minus_free.points.get().adjustment is None


def test_each_of_the_two_says_of_a_deduction_whether_it_stands_and_why():
    story = scored()
    minus = adjusted(story, kind="deduction", points=Decimal("0.5"), reason="材料迟交")
    notified(story)
    appeal = filed(story, adjustments=[minus])
    with pytest.raises(Refused, match="entered a bonus, deduction or veto"):
        appeals.name(appeal, first=office(story), second=story.people["auditor"], by=office(story), at=later(5))
    first = story.people["auditor"]
    appeals.name(appeal, first=first, second=story.people["administrator"], by=office(story), at=later(5))
    for verdict in ({}, {"falls": True, "words": " "}, {"falls": None, "words": "查阅原件。"}):
        with pytest.raises(Refused, match="say whether it stands or falls"):
            appeals.recheck(appeal, {}, falls={minus.pk: verdict}, by=first, at=later(5))
    appeals.recheck(appeal, {}, falls={minus.pk: {"falls": False, "words": "查阅原件。"}}, by=first, at=later(5))
    with pytest.raises(Refused, match="handed in already"):
        appeals.recheck(appeal, {}, falls={minus.pk: {"falls": True, "words": "再想想"}}, by=first, at=later(5))
