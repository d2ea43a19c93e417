"""A place on an inspection passes on: an interest, an inspector who cannot come, one who left the bureau."""

import copy
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from assessments.actions import draws
from assessments.actions import inspections as acts
from assessments.models import Handover, Inspection, Inspector, Opinion, SelfAssessment
from assessments.policies import selfchecks
from assessments.queries import draws as queries
from assessments.queries import succession
from assessments.states import HandoverReason, InspectionState
from commitments.actions import documents
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests.assessments import drawn
from tests.assessments.test_draws import announced, now
from tests.stories import culture
from tests.worlds import shared
from units.models import Tenure
from units.policies import standing

pytestmark = pytest.mark.django_db


def built():
    story = drawn.world()
    story.office, story.stranger = story.people["style_office"], culture().people["style_office"]
    return story


world = shared(built)


@pytest.fixture
def story(world):
    with translation.override("en"):
        yield copy.deepcopy(world)


@pytest.fixture
def one(story):
    return Inspection.objects.select_related("case__unit__bureau").get(kind_key="department")


def leaves(inspector: Inspector) -> None:
    """The person holds no post any more."""
    Tenure.objects.filter(user=inspector.user).update(until_on=timezone.localdate())


def cannot_come(story, opinion, **more):
    facts = {"reason": HandoverReason.ABSENT, "by": story.office, "at": timezone.now()} | more
    return acts.cannot_come(opinion, **facts)


def test_who_cannot_come_gives_the_sheet_to_the_next_in_line_and_both_are_told(story, one):
    opinion = drawn.sheets(one)[0]
    drawn.save(opinion, drawn.data(story))
    expected = succession.next_inspector(one, on=timezone.localdate())
    handover = cannot_come(story, opinion, words="外出培训")
    assert (handover.before.number, handover.after, handover.words) == ("I01", expected, "外出培训")
    opinion.refresh_from_db()
    assert opinion.inspector == expected and opinion.clear_at is None and not opinion.marks.exists()
    deed = Deed.objects.get(verb="inspection.handed_over")
    assert deed.facts["after"] == expected.number and deed.facts["reason"] == "absent" and deed.words.text == "外出培训"
    assert "外出培训" not in str(deed.facts)
    assert Letter.objects.filter(to=handover.after.user, path=f"/work/inspections/sheets/{opinion.pk}/").exists()
    assert Letter.objects.filter(to=handover.before.user, key__startswith="sheet-gone").count() == 1
    again = cannot_come(story, opinion)
    assert again.after.number not in ("I01", again.before.number), "who handed it on does not get it back"


def test_only_the_style_office_passes_a_sheet_on_and_only_before_it_was_sent(story, one):
    first, second = drawn.sheets(one)
    for by in (story.people["auditor"], story.people["department_head"], story.stranger):
        with pytest.raises(Refused):
            cannot_come(story, first, by=by)
    for facts, words in (
        ({"reason": HandoverReason.INTEREST}, "Choose why"),
        ({"words": "电话13812345678"}, "telephone"),
    ):
        with pytest.raises(Refused, match=words):
            cannot_come(story, first, **facts)
    drawn.send(story, first)
    with pytest.raises(Refused, match="has come in"):
        cannot_come(story, first)
    for inspector in list(story.inspectors.values())[2:]:
        leaves(inspector)
    with pytest.raises(Refused, match="Enlist another"):
        cannot_come(story, second)
    assert not Handover.objects.exists()


def test_standing_back_leaves_a_handover_too(story, one):
    opinion = drawn.sheets(one)[1]
    acts.stand_back(opinion, reason="relative", words="表亲", by=opinion.inspector.user, at=timezone.now())
    handover = Handover.objects.get()
    assert (handover.reason, handover.before.number, handover.by) == ("interest", "I02", opinion.inspector.user)


def test_who_left_the_bureau_is_neither_listed_nor_next(story, one):
    following = succession.next_inspector(one, on=timezone.localdate())
    leaves(following)
    after = succession.next_inspector(one, on=timezone.localdate())
    assert after != following
    after.user.is_active = False
    after.user.save()
    assert succession.next_inspector(one, on=timezone.localdate()) not in (following, after)
    listed = queries.eligible(story.bureau.pk, [], on=timezone.localdate())
    assert {row.number for row in listed} == set(story.inspectors) - {following.number, after.number}


def test_the_sheet_of_who_left_passes_on_when_it_is_opened_again_with_what_stands_on_it(story, one):
    first, second = drawn.sheets(one)
    drawn.send(story, first)
    drawn.send(story, second)
    leaves(first.inspector)
    one.refresh_from_db()
    acts.reopen(one, why="收到新的证据。", by=story.people["bureau_head"], at=timezone.now())
    handover = Handover.objects.get()
    sheet = Opinion.objects.get(pk=first.pk)
    assert (handover.reason, sheet.inspector) == ("left", handover.after) and sheet.clear_at is None
    assert sheet.marks.count() == 2 and sheet.sent_at is None
    letters = Letter.objects.filter(path=f"/work/inspections/sheets/{sheet.pk}/", to=handover.after.user)
    assert letters.count() == 1 and letters.get().key.startswith("sheet-")
    assert not Letter.objects.filter(to=first.inspector.user, key__startswith="sheet-again").exists()
    sheet = acts.declare_clear(sheet, by=handover.after.user, at=timezone.now())
    acts.send(sheet, version=sheet.version, by=handover.after.user, at=timezone.now())
    acts.send(Opinion.objects.get(pk=second.pk), version=2, by=second.inspector.user, at=timezone.now())
    one.refresh_from_db()
    assert one.state == InspectionState.SETTLED


def test_who_left_between_announcement_and_draw_gives_way_when_it_is_held(story):
    Inspection.objects.update(state=InspectionState.UNABLE, why_unable="汛期")
    draw = announced(story, method="census")
    leaves(story.inspectors["I05"])
    with CaptureQueriesContext(connection) as asked:
        held = draws.hold(draw, seed="7", by=story.office, at=now(2))
    drawn_by_result = queries.file_of(held, "result.txt").count("I05")
    assert drawn_by_result and not Opinion.objects.filter(inspection__draw=held, inspector__number="I05").exists()
    assert Handover.objects.filter(reason="left", before__number="I05").count() == drawn_by_result
    deeds = list(Deed.objects.order_by("-number").values_list("verb", flat=True)[: drawn_by_result + 1])
    assert deeds == ["inspection.handed_over"] * drawn_by_result + ["draw.drawn"]
    wrote = [query["sql"].split('"')[1] for query in asked if query["sql"].startswith("INSERT")]
    first_deed = wrote.index(Deed._meta.db_table)
    assert not [table for table in wrote[first_deed:] if table.startswith("assessments")], "the record comes last"


def test_a_day_that_is_planned_back_is_told_again(story, one):
    today = timezone.localdate()
    for days in (1, 3, 1):
        one.refresh_from_db()
        acts.plan_day(one, on=today + timedelta(days=days), by=story.office, at=timezone.now())
    user = drawn.sheets(one)[0].inspector.user
    assert Letter.objects.filter(key__startswith="sheet-day", to=user).count() == 3


def test_an_inspector_reads_the_report_of_a_unit_once_passed_over_and_drawn_again(story, one):
    inspector = story.inspectors["I01"]
    Inspection.objects.filter(pk=one.pk).update(state=InspectionState.UNABLE, why_unable="汛期")
    again = Inspection.objects.create(draw=story.draw, case=one.case, kind_key="x", turn=9)
    Opinion.objects.create(inspection=again, inspector=inspector, place=1)
    drawn.rounds.grant(again, inspector)
    head = story.people["department_head"]
    document = documents.freeze("self_report", campaign=story.campaign, number="第1号", title="专题报告",
                                content={"body": {}}, by=head, at=timezone.now())  # fmt: skip
    SelfAssessment.objects.create(
        case=one.case, saved_at=timezone.now(), sent_at=timezone.now(), sent_by=head, document=document
    )
    readable = selfchecks.readable(standing(inspector.user, on=timezone.localdate()))
    assert one.case in readable
    other = story.inspectors["I02"].user
    assert one.case not in selfchecks.readable(standing(other, on=timezone.localdate()))
