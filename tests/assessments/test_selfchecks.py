"""Self-assessment: begun from the ledger, bounded by the standard, signed by the head, late or in time."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assessments import self_words, selfchecking
from assessments.actions import selfchecks
from assessments.models import Assessment, Case, Inspection, Mark, SelfAssessment, SelfMark
from assessments.policies import selfchecks as policies
from assessments.queries import selfchecks as queries
from assessments.states import Phase
from assessments.sweeps import selfchecks as sweep
from commitments.models import Commitment, Line, OfficialDocument
from objectives.actions import Overtaken
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests.assessments import drawn
from tests.judged import judged, marked
from units.policies import standing

pytestmark = pytest.mark.django_db
TEXTS = {"did": "做了。", "short": "差了。", "learned": "学了。", "next": "再提。"}
KIND = "municipal_school"


def fresh(check):
    return SelfAssessment.objects.select_related("case__assessment__campaign__bureau").get(pk=check.pk)


def act(story, name="head"):
    return {"by": story.people[f"{KIND}_{name}"], "at": timezone.now()}


def begun(story, **points):
    case = story.cases[KIND]
    marked(case, **(points or {"completion": "51.3846", "reporting": 13, "openness": None}))
    return selfchecks.begin(case, **act(story, "staff"))


def filled(story, check, **own):
    """Every own mark given; the ledger's where nothing else is said."""
    marks = {}
    for row in queries.rows_of(fresh(check)):
        points = own.get(row.criterion.key.replace("-", "_"), row.suggestion)
        marks[row.criterion.pk] = {"points": points if points is not None else Decimal(9), "words": "理由在此"}
    check = fresh(check)
    return selfchecks.save(check, TEXTS, marks, version=check.version, **act(story, "staff"))


def last(verb):
    return Deed.objects.filter(verb=verb).order_by("-number").first()


# --- the words ------------------------------------------------------------------------------------


def promise(number, status, actual, **more):
    facts = {"comparison": "ge", "measure": "个", "goal": Decimal(30), "due_on": date(2026, 11, 30)} | more
    return self_words.Promise(number, f"第{number}项", status=status, actual=actual, **facts)


def test_the_chapters_are_told_from_the_ledger():
    told = self_words.Told(
        2026,
        (
            promise("1.1", "kept", Decimal(36), done_on=date(2026, 10, 2), is_verified=True),
            promise("2.1", "overdue", Decimal(12), late=(("2026-08", "书架未到货。"), ("2026-09", ""))),
            promise("3.1", "kept", Decimal("2.500"), comparison="le", late=(("2026-07", "人手不足"),)),
        ),
        withdrawn=1,
        learned=(self_words.Learned("示范学校", ("晨读制度",), ((date(2026, 9, 3), "看了课堂"),), ()),),
    )
    texts = self_words.chapters(told)
    assert "公开承诺3项，已兑现2项，其中经核验1项。另有1项经批准撤回。" in texts["did"]
    assert "1.1　第1.1项：承诺不少于30个，实际36个，10月2日完成。" in texts["did"]
    assert "2.1　第2.1项：已逾期，" in texts["short"] and "滞后月份：8月、9月。上报原因：书架未到货。" in texts["short"]
    assert "3.1　第3.1项：现已赶上，" in texts["short"]
    assert "学访1次，联系0次，借鉴做法1条" in texts["learned"] and "9月3日学访：看了课堂" in texts["learned"]
    assert "下一年目标高于该结果" in texts["next"] and "今年达到2.5个，下一年目标低于该结果" in texts["next"]


def test_no_chapter_is_longer_than_its_field_and_says_what_it_left_out():
    many = tuple(promise(f"{n}.1", "kept", Decimal(36)) for n in range(1, 400))
    texts = self_words.chapters(self_words.Told(2026, many))
    assert all(len(text) <= self_words.LENGTHS[name] for name, text in texts.items())
    assert "见台账" in texts["did"]


# --- writing --------------------------------------------------------------------------------------


def test_it_begins_with_what_the_ledger_says():
    story = judged(KIND)
    first = Line.objects.filter(unit=story.units[KIND]).order_by("position").first()
    Line.objects.filter(pk=first.pk).update(status="kept", actual=36, done_on=date(2026, 10, 2))
    check = begun(story)
    marks = {mark.criterion.key: mark for mark in check.marks.select_related("criterion")}
    assert set(marks) == {"completion", "reporting", "openness", "on-the-spot"}, "a veto is worth no points"
    assert (marks["completion"].points, marks["completion"].prefilled) == (Decimal("51.38"), Decimal("51.3846"))
    assert marks["openness"].points is None and marks["on-the-spot"].points is None
    assert "实际36个" in check.did and check.learned and check.next
    assert selfchecks.begin(story.cases[KIND], **act(story)).pk == check.pk
    assert Deed.objects.filter(verb="self.begun").count() == 1
    rows = {row.criterion.key: row for row in queries.rows_of(fresh(check))}
    assert rows["reporting"].is_scored and not rows["openness"].applies
    assert not rows["on-the-spot"].is_scored and rows["on-the-spot"].applies


def test_nobody_else_begins_one_and_none_is_begun_out_of_time():
    story = judged(KIND, "department")
    case = story.cases[KIND]
    for name in ("department_head", "style_office", "auditor", "town_office_approver"):
        with pytest.raises(Refused):
            selfchecks.begin(case, by=story.people[name], at=timezone.now())
    Assessment.objects.update(phase=Phase.SCORED)
    with pytest.raises(Refused, match="no self-assessments now|不接收"):
        selfchecks.begin(Case.objects.get(pk=case.pk), **act(story))
    assert not SelfAssessment.objects.exists()


def test_points_outside_the_scale_are_refused_and_the_attempt_stands_in_the_record():
    story = judged(KIND)
    check = begun(story)
    completion = story.criteria["completion"]
    before = list(SelfMark.objects.order_by("pk").values_list("points", flat=True))
    for wrong in ("60.01", "-1", "3.005"):
        with pytest.raises(selfchecks.OutsideScale) as told:
            selfchecks.save(
                fresh(check), TEXTS, {completion.pk: {"points": Decimal(wrong), "words": ""}}, version=1, **act(story)
            )
        assert told.value.criterion == completion.pk
    assert list(SelfMark.objects.order_by("pk").values_list("points", flat=True)) == before
    assert fresh(check).did != TEXTS["did"] and Deed.objects.filter(verb="self.not_allowed").count() == 3
    assert last("self.not_allowed").words.text == str(told.value)


def test_a_colleague_is_not_overwritten_and_saving_twice_changes_nothing():
    story = judged(KIND)
    check = begun(story)
    mine = selfchecks.save(fresh(check), TEXTS, {}, version=1, **act(story))
    assert mine.version == 2
    assert selfchecks.save(fresh(check), TEXTS, {}, version=1, **act(story)).version == 2
    with pytest.raises(Overtaken) as told:
        selfchecks.save(fresh(check), TEXTS | {"did": "另一个"}, {}, version=1, **act(story, "staff"))
    assert told.value.current.did == TEXTS["did"] and told.value.saved_by == story.people[f"{KIND}_head"]
    with pytest.raises(Refused):
        selfchecks.save(fresh(check), TEXTS, {}, version=2, by=story.people["style_office"], at=timezone.now())


def test_what_came_later_from_the_machine_is_taken_from_the_ledger():
    story = judged(KIND)
    check = begun(story, completion=50)
    marked(story.cases[KIND], reporting="12.5")
    check = selfchecks.take_from_ledger(fresh(check), version=1, **act(story))
    rows = {row.criterion.key: row.mark.points for row in queries.rows_of(fresh(check))}
    assert rows["reporting"] == Decimal("12.5") and rows["on-the-spot"] is None


# --- put forward, signed, late --------------------------------------------------------------------


def test_what_is_missing_is_named_and_more_than_the_ledger_needs_words():
    story = judged(KIND)
    check = begun(story)
    with pytest.raises(Refused, match="on-the-spot"):
        selfchecks.put_forward(fresh(check), **act(story))
    filled(story, check, completion=Decimal(55))
    mark = SelfMark.objects.get(criterion=story.criteria["completion"])
    SelfMark.objects.filter(pk=mark.pk).update(words="")
    lacks = selfchecking.missing(fresh(check), queries.rows_of(fresh(check)))
    assert [lack.to for lack in lacks] == [f"id_m{mark.criterion_id}-words"]
    with pytest.raises(Refused):
        selfchecks.put_forward(fresh(check), **act(story))
    assert not OfficialDocument.objects.exists()
    SelfMark.objects.filter(pk=mark.pk).update(points=Decimal("51.38"))
    assert selfchecking.missing(fresh(check), queries.rows_of(fresh(check))) == []


def test_the_head_puts_it_forward_takes_it_back_and_hands_it_in_late():
    story = judged(KIND)
    check = begun(story)
    filled(story, check, completion=Decimal(55), on_the_spot=Decimal("12.25"))
    with pytest.raises(Refused):
        selfchecks.put_forward(fresh(check), **act(story, "staff"))
    document = selfchecks.put_forward(fresh(check), **act(story))
    assert document.number == f"NO-{story.campaign.year}-自评-municipal-school" and document.needs_signature
    with pytest.raises(Refused, match="frozen|冻结"):
        selfchecks.save(fresh(check), {"did": "改"}, {}, version=fresh(check).version, **act(story))
    selfchecks.take_back(fresh(check), **act(story))
    assert last("self.reopened").facts["number"] == document.number
    with pytest.raises(Refused, match="taken back|撤回|收回"):
        selfchecks.hand_in(document, **act(story))  # it was being signed while it was taken back
    document = selfchecks.put_forward(fresh(check), **act(story))
    assert document.number.endswith("-2") and '"seal":true' in document.content
    Assessment.objects.update(self_due_on=timezone.localdate() - timedelta(days=4))
    done = selfchecks.hand_in(document, **act(story))
    case = Case.objects.get(pk=done.case_id)
    # (55 + 13 + 12.25) of (60 + 15 + 15): openness does not apply.
    assert case.self_total == Decimal("89.17") and done.days_late == 4
    assert last("self.sent").facts == {"number": document.number, "days_late": 4, "total": "89.17"}
    office = story.people["style_office"]
    assert Letter.objects.filter(to=office, key__startswith="self-sent-").count() == 1
    for again in (selfchecks.take_back, selfchecks.put_forward):
        with pytest.raises(Refused):
            again(fresh(check), **act(story))


def test_who_may_read_what_was_handed_in_and_who_only_that_it_was():
    story = judged(KIND, "town_school")
    case, today = story.cases[KIND], timezone.localdate()
    check = begun(story)

    def reads(name, rule=policies.readable):
        return rule(standing(story.people[name], on=today)).filter(pk=case.pk).exists()

    assert reads(f"{KIND}_staff") and not any(reads(name) for name in ("style_office", "auditor", "department_head"))
    SelfAssessment.objects.filter(pk=check.pk).update(
        sent_at=timezone.now(), sent_by=story.people[f"{KIND}_head"], document=_document(story)
    )
    assert reads("style_office") and reads("auditor")
    hidden = ("department_head", "linked_leader", "town_office_approver", "administrator")
    assert not any(reads(name) for name in hidden)
    town = standing(story.people["town_office_approver"], on=today)
    assert list(policies.overseen(town)) == [story.cases["town_school"]] == list(policies.chased_by(town))


def _document(story):
    return OfficialDocument.objects.create(
        campaign=story.campaign, kind="self_report", number="N", code="C", title="T", content="{}",
        fingerprint="0" * 64, frozen_at=timezone.now(), frozen_by="1",
    )  # fmt: skip


# --- reminded and chased --------------------------------------------------------------------------


def test_units_are_reminded_once_a_day_that_is_named_and_chased_by_their_office():
    story = judged(KIND, "town_school")
    Assessment.objects.update(self_due_on=timezone.localdate() + timedelta(days=2))
    now = timezone.now()
    told = sweep.remind_due(on=timezone.localdate(), at=now)
    assert told == 4 == Letter.objects.filter(key__startswith="self-remind-").count()
    assert sweep.remind_due(on=timezone.localdate(), at=now) == 0
    late = timezone.localdate() + timedelta(days=3)
    assert sweep.remind_due(on=late, at=now + timedelta(days=3)) == 4
    subject = Letter.objects.order_by("-pk")[0].subject
    assert "逾期" in subject or subject.startswith("Overdue")
    assert sweep.remind_due(on=late + timedelta(days=30), at=now + timedelta(days=33)) == 0
    assert selfchecks.chase(story.assessment, by=story.people["town_office_approver"], at=now + timedelta(days=33)) == 2
    assert selfchecks.chase(story.assessment, by=story.people["style_office"], at=now + timedelta(days=33)) == 4
    with pytest.raises(Refused):
        selfchecks.chase(story.assessment, by=story.people[f"{KIND}_head"], at=now + timedelta(days=33))


def test_the_machine_s_marks_are_never_written_here():
    story = judged(KIND)
    check = begun(story)
    before = list(Mark.objects.order_by("pk").values_list("points", "source"))
    filled(story, check)
    assert list(Mark.objects.order_by("pk").values_list("points", "source")) == before
    assert Commitment.objects.exists()


def test_a_drawn_inspector_reads_it_as_long_as_the_round_is_open():
    story = drawn.world("department")
    (inspection,) = story.inspections
    case, inspector = inspection.case, story.people["line_leader"]
    check = SelfAssessment.objects.create(case=case, saved_at=timezone.now(), saved_by=story.people["department_staff"])
    today = timezone.localdate()

    def reads(name):
        return policies.readable(standing(story.people[name], on=today)).filter(pk=case.pk).exists()

    assert not reads("line_leader"), "nothing was handed in yet"
    SelfAssessment.objects.filter(pk=check.pk).update(
        sent_at=timezone.now(), sent_by=story.people["department_head"], document=_document(story)
    )
    granted = {opinion.inspector.user for opinion in drawn.sheets(inspection)}
    assert inspector in granted and reads("line_leader") and not reads("linked_leader")
    Inspection.objects.update(closed_at=timezone.now())
    assert not reads("line_leader")
