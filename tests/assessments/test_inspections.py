"""From a drawn unit to its inspected marks: each alone, a third when they differ, nothing outside the scale, and the
access that ends with the round. What is refused stores nothing, and what matters of it stands in the record.
"""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone, translation

from assessments import drawing, inspection_pages
from assessments.actions import inspections as acts
from assessments.actions import photos
from assessments.models import (
    Case,
    Draw,
    Finding,
    Inspection,
    InspectionUserObjectPermission,
    Inspector,
    Mark,
    Opinion,
    Photo,
    Recusal,
)
from assessments.policies import inspections as policies
from assessments.queries import inspections as queries
from assessments.queries import succession
from assessments.states import InspectionState, Phase, Source
from assessments.sweeps import inspections as sweeps
from commitments.models import Rectification
from objectives.models import Blackout
from portal.core import deeds, vault
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests.assessments import drawn
from tests.commitments.test_evidence import located
from tests.judged import marked, post_of
from tests.stories import add_unit
from units.models import Post, Role
from units.policies import standing

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A department and a town school drawn, two inspectors each; built once, every test is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield drawn.world()
        transaction.set_rollback(True)


@pytest.fixture
def story(world):
    savepoint = transaction.savepoint()
    world.assessment.refresh_from_db()
    with translation.override("en"):
        yield world
    transaction.savepoint_rollback(savepoint)


@pytest.fixture
def one(story):
    """The inspection of the department, as stored."""
    return Inspection.objects.select_related("case__unit__bureau").get(kind_key="department")


def tried() -> list[str]:
    rows = Deed.objects.filter(verb="inspection.not_allowed").order_by("number")
    return [deed.words.text for deed in rows.select_related("words")]


def grants(inspection) -> set:
    rows = InspectionUserObjectPermission.objects.filter(content_object=inspection)
    return set(rows.values_list("user__inspector_of__number", flat=True))


def who_is(user):
    return standing(user, on=timezone.localdate())


def test_two_sheets_close_enough_are_settled_by_their_mean_once(story, one):
    first, second = drawn.sheets(one)
    marked(one.case, completion=55, reporting=15, openness=10)
    drawn.send(story, first, {"completion": "52", "on-the-spot": "12"})
    one.refresh_from_db()
    assert one.state == InspectionState.SCORING and not Mark.objects.filter(source=Source.INSPECTED).exists()
    drawn.send(story, second, {"completion": "50.5", "on-the-spot": "14"})
    one.refresh_from_db()
    assert one.state == InspectionState.SETTLED and one.settled_at and one.differed_by == Decimal("0.67")
    found = {row.criterion.key: row for row in Mark.objects.filter(source=Source.INSPECTED).select_related("criterion")}
    assert set(found) == {"completion", "on-the-spot"}
    assert found["completion"].points == Decimal("51.25") and found["on-the-spot"].points == 13
    assert found["completion"].facts == {"opinions": ["52.00", "50.50"], "how": "mean"}
    assert Mark.objects.get(source=Source.MACHINE, criterion__key="completion").points == 55
    deed = Deed.objects.get(verb="inspection.settled")
    assert deed.facts["totals"] == ["85.33", "86.00"] and deed.facts["unit"] == "department"
    again = Opinion.objects.get(pk=second.pk)
    with pytest.raises(Refused, match="does not change unless"):
        acts.send(again, version=again.version, by=again.inspector.user, at=timezone.now())
    with pytest.raises(Refused):
        drawn.save(again, drawn.data(story))
    assert Deed.objects.filter(verb="inspection.settled").count() == 1 and deeds.first_break() is None


def test_two_that_differ_ask_the_next_in_line_and_the_median_stands(story, one):
    first, second = drawn.sheets(one)
    expected = succession.next_inspector(one, on=timezone.localdate())
    drawn.send(story, first, {"completion": "60", "on-the-spot": "15"})
    drawn.send(story, second, {"completion": "52", "on-the-spot": "15"})
    one.refresh_from_db()
    assert one.state == InspectionState.DIFFERS and one.differed_by == Decimal("10.67") and not one.settled_at
    third = drawn.sheets(one)[2]
    assert third.inspector == expected and third.place == 3 and third.clear_at is None
    assert grants(one) == {"I01", "I02", expected.number}
    assert Letter.objects.filter(to=expected.user, path=f"/work/inspections/sheets/{third.pk}/").exists()
    assert Deed.objects.get(verb="inspection.differs").facts["third"] == expected.number
    with pytest.raises(Refused, match="First declare"):
        drawn.save(third, drawn.data(story))
    third = acts.declare_clear(third, by=expected.user, at=timezone.now())
    drawn.send(story, third, {"completion": "55", "on-the-spot": "9"})
    one.refresh_from_db()
    marks = {row.criterion.key: row for row in Mark.objects.filter(source=Source.INSPECTED).select_related("criterion")}
    assert one.state == InspectionState.SETTLED
    assert (marks["completion"].points, marks["on-the-spot"].points) == (55, 15)
    assert marks["completion"].facts == {"opinions": ["60.00", "52.00", "55.00"], "how": "median"}


def test_nobody_left_for_a_third_opinion_is_told_to_the_office_which_asks_later(story, one):
    for number in ("I03", "I04", "I05"):
        Recusal.objects.create(
            inspector=story.inspectors[number], unit=one.case.unit, reason="relative", declared_at=timezone.now(),
            declared_by=story.people["style_office"],
        )  # fmt: skip
    office = story.people["style_office"]
    with pytest.raises(Refused, match="two sheets differ"):
        acts.ask_third(one, by=office, at=timezone.now())
    for opinion, points in zip(drawn.sheets(one), ("60", "40"), strict=True):
        drawn.send(story, opinion, {"completion": points})
    assert one.opinions.count() == 2 and one in queries.to_see_to(who_is(office))
    with pytest.raises(Refused, match="Nobody is left"):
        acts.ask_third(one, by=office, at=timezone.now())
    user = story.people["town_school_head"]
    Inspector.objects.create(bureau=story.bureau, user=user, post=post_of(user), number="I06", listed_at=timezone.now())
    assert succession.next_inspector(one, on=timezone.localdate()).number == "I06", "enlisted since"
    Recusal.objects.filter(inspector=story.inspectors["I04"]).delete()
    acts.ask_third(one, by=office, at=timezone.now())
    assert drawn.sheets(one)[2].inspector.number == "I04" and one not in queries.to_see_to(who_is(office))


def test_points_outside_the_scale_are_refused_on_record_and_nothing_is_stored(story, one):
    opinion = drawn.sheets(one)[0]
    for points in ("60.01", "-1"):
        with pytest.raises(Refused, match="goes from 0 to 60"):
            drawn.save(opinion, drawn.data(story, {"completion": points}))
    opinion.refresh_from_db()
    assert opinion.saved_at is None and not opinion.marks.exists()
    assert len(tried()) == 2 and "60.01" in tried()[0]
    assert Deed.objects.filter(verb="inspection.not_allowed").first().facts["inspector"] == "I01"


def test_a_sheet_is_kept_and_kept_again_without_a_trace_and_never_over_another_device(story, one):
    opinion = drawn.sheets(one)[0]
    finding = {"sent_as": str(uuid.uuid4()), "criterion": story.criteria["on-the-spot"].pk, "text": "消防通道堆放杂物"}
    first = drawn.data(story, findings=[finding])
    stored = drawn.save(opinion, first)
    assert stored.version == opinion.version + 1 and queries.content(stored) == first
    again = drawn.save(opinion, first)
    assert again.version == stored.version and Finding.objects.count() == 1
    with pytest.raises(acts.Overtaken):
        drawn.save(opinion, drawn.data(story, words="另一部手机写的"))
    assert queries.content(stored) == first
    second = drawn.data(story, {"completion": None, "accident": "0"}, findings=[finding | {"text": "已清理"}])
    stored = drawn.save(stored, second, version=stored.version)
    assert Finding.objects.get().text == "已清理"
    assert stored.marks.get(criterion__key="accident").points is None, "a veto takes no points"
    stored = drawn.save(stored, drawn.data(story, findings=[finding | {"text": " "}]), version=stored.version)
    assert not Finding.objects.exists()
    for words in ({"words": "电话13812345678"}, {"visited_on": timezone.localdate() + timedelta(days=1)}):
        with pytest.raises(Refused):
            drawn.save(stored, drawn.data(story, **words), version=stored.version)


def test_what_does_not_apply_needs_no_points_and_a_sheet_that_lacks_something_is_not_sent(story, one):
    opinion = drawn.sheets(one)[0]
    with pytest.raises(acts.Incomplete) as told:
        acts.send(opinion, version=opinion.version, by=opinion.inspector.user, at=timezone.now())
    pk = story.criteria["on-the-spot"].pk
    assert set(told.value.lacks) == {
        f"c{story.criteria['completion'].pk}-points",
        f"c{pk}-points",
        "visited_on",
        "talked_to",
    }
    marked(one.case, completion=None)
    early = drawn.data(story, visited_on=timezone.localdate() - timedelta(days=9))
    stored = drawn.save(opinion, early)
    with pytest.raises(acts.Incomplete) as told:
        acts.send(stored, version=stored.version, by=opinion.inspector.user, at=timezone.now())
    assert set(told.value.lacks) == {"visited_on"}
    drawn.send(story, stored, {"completion": None})
    assert Opinion.objects.get(pk=opinion.pk).sent_at


def test_an_inspector_with_an_interest_stands_back_and_the_next_in_line_takes_the_sheet(story, one):
    opinion = drawn.sheets(one)[0]
    drawn.save(opinion, drawn.data(story))
    expected, by = succession.next_inspector(one, on=timezone.localdate()), opinion.inspector.user
    for reason, words in (("", ""), ("other", " ")):
        with pytest.raises(Refused):
            acts.stand_back(opinion, reason=reason, words=words, by=by, at=timezone.now())
    acts.stand_back(opinion, reason="relative", words="表亲在该科", by=by, at=timezone.now())
    opinion.refresh_from_db()
    assert opinion.inspector == expected and opinion.clear_at is None and not opinion.marks.exists()
    assert opinion.words == "" and grants(one) == {"I02", expected.number}
    recusal = Recusal.objects.get()
    assert recusal.inspector.number == "I01" and recusal.unit == one.case.unit
    assert Deed.objects.get(verb="inspection.stood_back").facts["after"] == expected.number
    assert not policies.visible_sheets(who_is(by)).filter(inspection=one).exists()
    with pytest.raises(Refused):
        drawn.save(Opinion.objects.get(pk=opinion.pk), drawn.data(story))
    with pytest.raises(Refused):
        acts.save(opinion, drawn.data(story), version=opinion.version, by=by, at=timezone.now())


def test_an_inspector_of_the_unit_itself_cannot_declare_to_have_no_interest(story):
    inspection = Inspection.objects.get(kind_key="department")
    opinion = drawn.sheets(inspection)[1]
    assert opinion.inspector.user == story.people["line_leader"], "in charge of the department"
    Opinion.objects.filter(pk=opinion.pk).update(clear_at=None)
    opinion.refresh_from_db()
    with pytest.raises(Refused, match="stand back"):
        acts.declare_clear(opinion, by=opinion.inspector.user, at=timezone.now())
    opinion.refresh_from_db()
    assert opinion.clear_at is None and len(tried()) == 1


def test_a_day_is_planned_within_the_round_and_never_in_exam_week(story, one):
    office, today = story.people["style_office"], timezone.localdate()
    Blackout.objects.create(
        bureau=story.bureau, from_on=today + timedelta(days=3), to_on=today + timedelta(days=5), why_zh="期末考试周",
        why_en="Exam week",
    )  # fmt: skip
    for days in (-1, 40, 4):
        with pytest.raises(Refused):
            acts.plan_day(one, on=today + timedelta(days=days), by=office, at=timezone.now())
    assert Inspection.objects.get(pk=one.pk).planned_on is None
    assert len(tried()) == 3 and "Exam week" in tried()[2]
    acts.plan_day(one, on=today + timedelta(days=1), by=office, at=timezone.now())
    told = Letter.objects.filter(path__startswith="/work/inspections/sheets/").values_list("to__inspector_of__number")
    assert {number for (number,) in told} == {"I01", "I02"}
    with pytest.raises(Refused):
        acts.plan_day(one, on=today + timedelta(days=1), by=story.people["auditor"], at=timezone.now())


def test_a_unit_that_cannot_receive_gives_its_place_to_the_next_of_its_kind(story, one):
    office = story.people["style_office"]
    with pytest.raises(Refused, match="Write why"):
        acts.unable(one, why=" ", by=office, at=timezone.now())
    assert acts.unable(one, why="整体搬迁", by=office, at=timezone.now()) is None, "the only department"
    one.refresh_from_db()
    assert one.state == InspectionState.UNABLE and one.why_unable == "整体搬迁" and grants(one) == set()
    assert Deed.objects.get(verb="inspection.unable").words.text == "整体搬迁"
    other = Inspection.objects.get(kind_key="town_school")
    drawn.send(story, drawn.sheets(other)[0])
    with pytest.raises(Refused, match="A sheet has come in"):
        acts.unable(other, why="来不及", by=office, at=timezone.now())


def test_the_next_in_line_takes_the_place_with_inspectors_by_the_same_line(story):
    """A second school of the kind stands in the frozen list; whoever stays away from it is not given it."""
    one, office = Inspection.objects.get(kind_key="town_school"), story.people["style_office"]
    unit = add_unit(story, "second_school", parent=story.units["bureau"])
    case = Case.objects.create(
        assessment=story.assessment, unit=unit, publication=one.case.publication, order=unit.path,
        kind_key="town_school",
    )  # fmt: skip
    listed = [drawing.Listed(row.kind_key, row.unit.code) for row in (*story.cases.values(), case)]
    objects = vault.put(drawing.objects_text(listed).encode())
    Draw.objects.filter(pk=story.draw.pk).update(objects_hash=objects)
    away = story.inspectors["I05"]
    Recusal.objects.create(
        inspector=away, unit=unit, reason="former_unit", declared_at=timezone.now(), declared_by=office
    )
    after = acts.unable(one, why="房屋加固，校区关闭", by=office, at=timezone.now())
    assert after.case == case and after.instead_of == one and after.turn != one.turn
    numbers = {opinion.inspector.number for opinion in drawn.sheets(after)}
    assert len(numbers) == 2 and "I05" not in numbers and grants(after) == numbers and grants(one) == set()
    assert Deed.objects.get(verb="inspection.unable").facts["instead"] == unit.code
    for opinion in drawn.sheets(after):
        opinion = acts.declare_clear(opinion, by=opinion.inspector.user, at=timezone.now())
        drawn.send(story, opinion)
    after.refresh_from_db()
    assert after.state == InspectionState.SETTLED
    with pytest.raises(Refused):
        drawn.save(drawn.sheets(one)[0], drawn.data(story))


def test_nothing_is_written_once_the_results_are_put_together(story, one):
    story.assessment.phase = Phase.SCORED
    story.assessment.save()
    for opinion in drawn.sheets(one):
        with pytest.raises(Refused, match="closed"):
            drawn.save(opinion, drawn.data(story))
    with pytest.raises(Refused, match="closed"):
        acts.unable(one, why="搬迁", by=story.people["style_office"], at=timezone.now())


def test_a_finding_starts_one_rectification_and_only_by_the_style_office(story, one):
    office, signer = story.people["style_office"], post_of(story.people["line_leader"])
    finding = {"sent_as": str(uuid.uuid4()), "criterion": story.criteria["on-the-spot"].pk, "text": "灭火器过期三个月"}
    first, second = drawn.sheets(one)
    drawn.save(first, drawn.data(story, findings=[finding]))
    found = Finding.objects.get()
    with pytest.raises(Refused, match="not settled"):
        acts.start_order(found, signer=signer, by=office, at=timezone.now())
    stored = Opinion.objects.get(pk=first.pk)
    acts.send(stored, version=stored.version, by=first.inspector.user, at=timezone.now())
    drawn.send(story, second)
    with pytest.raises(Refused):
        acts.start_order(found, signer=signer, by=story.people["auditor"], at=timezone.now())
    order = acts.start_order(found, signer=signer, by=office, at=timezone.now())
    found.refresh_from_db()
    assert found.rectification == order and order.source == "inspection" and order.unit == one.case.unit
    assert order.finding == finding["text"] and "实地查看" in order.basis
    with pytest.raises(Refused, match="before"):
        acts.start_order(found, signer=signer, by=office, at=timezone.now())
    assert Rectification.objects.count() == 1


def test_what_is_settled_is_opened_again_only_by_a_leader_with_a_reason(story, one):
    for opinion in drawn.sheets(one):
        drawn.send(story, opinion)
    one.refresh_from_db()
    leader, head = story.people["line_leader"], story.people["bureau_head"]
    for by, why in (
        (story.people["style_office"], "新证据"),
        (story.people["department_head"], "新证据"),
        (leader, " "),
    ):
        with pytest.raises(Refused):
            acts.reopen(one, why=why, by=by, at=timezone.now())
    assert Mark.objects.filter(source=Source.INSPECTED).count() == 2
    acts.reopen(one, why="收到新的证据。", by=leader, at=timezone.now())
    one.refresh_from_db()
    assert one.state == InspectionState.ASSIGNED
    assert Mark.objects.filter(source=Source.INSPECTED).count() == 2, "what was found stands until it is settled anew"
    verdict = policies.can_pass_over(who_is(story.people["style_office"]), one)
    assert not verdict and "was inspected" in verdict.reason
    assert Deed.objects.get(verb="inspection.reopened").facts["before"] == {
        "completion": "50.0000",
        "on-the-spot": "12.0000",
    }
    for opinion in drawn.sheets(one):
        drawn.send(story, opinion, {"completion": "40"})
    one.refresh_from_db()
    assert Mark.objects.get(source=Source.INSPECTED, criterion__key="completion").points == 40
    assert policies.can_reopen(who_is(head), one), "the head of the bureau may as well"


def test_what_was_opened_again_and_not_settled_anew_keeps_its_earlier_marks(story, one):
    """The unit does not fall back on the machine's marks because time ran out."""
    for opinion in drawn.sheets(one):
        drawn.send(story, opinion)
    acts.reopen(one, why="收到新的证据。", by=story.people["line_leader"], at=timezone.now())
    drawn.send(story, drawn.sheets(one)[0], {"completion": "40"})
    sweeps.close_due(on=story.assessment.inspect_to_on + timedelta(days=1), at=timezone.now())
    found = dict(Mark.objects.filter(source=Source.INSPECTED).values_list("criterion__key", "points"))
    assert found == {"completion": 50, "on-the-spot": 12}
    facts = Deed.objects.get(verb="inspections.closed").facts
    assert (facts["settled"], facts["open"], facts["kept"]) == (0, 2, ["department"])
    one = queries.one(who_is(story.people["style_office"]), one.pk)
    assert inspection_pages.stands(one) == "Closed before it was settled anew: the earlier marks stand"


def test_the_round_closes_by_hand_once_all_is_settled_and_by_the_clock_in_any_case(story, one):
    office, today = story.people["style_office"], timezone.localdate()
    with pytest.raises(Refused, match="Not every inspection"):
        acts.close_round(story.assessment, by=office, at=timezone.now())
    first, second = drawn.sheets(one)
    drawn.send(story, first)
    assert sweeps.close_due(on=story.assessment.inspect_to_on, at=timezone.now()) == 0
    after = story.assessment.inspect_to_on + timedelta(days=1)
    assert sweeps.close_due(on=after, at=timezone.now()) == 1
    assert sweeps.close_due(on=after, at=timezone.now()) == 0
    deed = Deed.objects.get(verb="inspections.closed")
    assert (deed.by, deed.facts) == ("clock", {"settled": 0, "unable": 0, "open": 2})
    assert not InspectionUserObjectPermission.objects.exists()
    assert set(Inspection.objects.values_list("closed_at", flat=True)) != {None}
    with pytest.raises(Refused):
        drawn.save(second, drawn.data(story))
    with pytest.raises(Refused, match="closed"):
        acts.plan_day(one, on=today, by=office, at=timezone.now())
    assert Letter.objects.filter(key__startswith="inspections-closed", to=office).count() == 1


def test_a_settled_round_is_closed_by_the_style_office_alone(story):
    for inspection in story.inspections:
        for opinion in drawn.sheets(inspection):
            drawn.send(story, opinion)
    with pytest.raises(Refused):
        acts.close_round(story.assessment, by=story.people["auditor"], at=timezone.now())
    acts.close_round(story.assessment, by=story.people["style_office"], at=timezone.now())
    assert Deed.objects.get(verb="inspections.closed").facts["settled"] == 2
    assert not InspectionUserObjectPermission.objects.exists()
    with pytest.raises(Refused, match="was closed on"):
        acts.close_round(story.assessment, by=story.people["style_office"], at=timezone.now())


def test_a_photograph_is_made_anew_and_stored_once_however_often_it_is_sent(story, one):
    opinion, sent_as = drawn.sheets(one)[0], uuid.uuid4()
    by, at = opinion.inspector.user, timezone.now()

    def shot():
        return SimpleUploadedFile("IMG_0001.jpg", located())

    photo = photos.add(opinion, upload=shot(), sent_as=sent_as, title="消防通道", by=by, at=at)
    assert photos.add(opinion, upload=shot(), sent_as=sent_as, title="消防通道", by=by, at=at) == photo
    assert Photo.objects.count() == 1 and Deed.objects.filter(verb="evidence.added").count() == 1
    assert photo.sha256 != photo.original and photo.kind == "jpeg"
    with pytest.raises(Refused, match="already here"):
        photos.add(opinion, upload=shot(), sent_as=uuid.uuid4(), by=by, at=at)
    with pytest.raises(Refused, match="neither"):
        photos.add(opinion, upload=SimpleUploadedFile("a.jpg", b"GIF89a"), sent_as=uuid.uuid4(), by=by, at=at)
    with pytest.raises(Refused):
        photos.add(opinion, upload=shot(), sent_as=uuid.uuid4(), by=story.people["department_head"], at=at)
    seen = policies.visible_photos
    assert seen(who_is(by)).get() == photo
    assert not seen(who_is(story.people["line_leader"])).exists(), "the other inspector"
    assert not seen(who_is(story.people["auditor"])).exists(), "not before it is settled"
    for each in drawn.sheets(one):
        drawn.send(story, each)
    assert seen(who_is(story.people["auditor"])).get() == photo
    assert not seen(who_is(story.people["department_head"])).exists()
    with pytest.raises(Refused):
        photos.remove(photo, by=by, at=at)


def test_a_third_drawn_inspector_is_no_third_opinion_and_the_office_signs_nobody_s_sheet(story, one):
    opinion = drawn.sheets(one)[0]
    for name in ("department_head", "administrator", "town_school_head"):
        with pytest.raises(Refused):
            acts.save(opinion, drawn.data(story), version=opinion.version, by=story.people[name], at=timezone.now())
    assert Post.objects.filter(role=Role.STYLE_OFFICE).count() == 1 and not tried()
