"""Who comes next when several draws, a closed round or a departed inspector stand in the way; what the public reads."""

import copy
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from assessments import drawing
from assessments.actions import draws
from assessments.actions import inspections as acts
from assessments.desks.inspections import has_something
from assessments.models import Assessment, Case, Draw, Handover, Inspection, Opinion
from assessments.onward import draws_of_bureau
from assessments.policies import results
from assessments.queries import draws as queries
from assessments.queries import succession
from assessments.states import DrawState, InspectionState, Phase
from portal.core import vault
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import stories
from tests.assessments import drawn
from tests.assessments.test_draws import announced, now, public_number, refused, two_secrets
from tests.worlds import shared
from units.models import Unit
from units.policies import standing

pytestmark = pytest.mark.django_db
SCHOOLS = 4
RULE = '{"each":2,"objects":{"kinds":{"department":1,"town_school":4}}}'
PAGE = "/en/north/draws/2025-7/"


def three_more_schools():
    """A drawn department and a drawn town school; three more schools of its kind stand in the frozen list."""
    story = drawn.world("department", "town_school")
    one, school = story.cases["town_school"], story.units["town_school"]
    cases = [one]
    for number in range(2, SCHOOLS + 1):
        unit = Unit.objects.create(
            bureau=story.bureau, kind=school.kind, parent=school.parent, path=f"{school.parent.path}9{number:03d}",
            code=f"school-{number}", name_zh=f"第{number}小学", name_en=f"School {number}", opened_on=school.opened_on,
        )  # fmt: skip
        cases.append(
            Case.objects.create(
                assessment=story.assessment,
                unit=unit,
                publication=one.publication,
                order=unit.path,
                kind_key=one.kind_key,
            )  # fmt: skip
        )
    listed = [drawing.Listed(row.kind_key, row.unit.code) for row in (story.cases["department"], *cases)]
    story.draw.objects_hash = vault.put(drawing.objects_text(listed).encode())
    story.draw.number, story.draw.rule = "北办抽〔2025〕7号", RULE
    story.draw.result_hash = vault.put(b"")
    story.draw.save()
    codes = [row.unit.code for row in cases]
    story.line = drawing.first_in_line(drawing.key_of(story.draw.rule, story.draw.seed), codes, SCHOOLS)
    story.by_code = {row.unit.code: row for row in cases}
    inspection = Inspection.objects.get(kind_key="town_school")
    inspection.case, inspection.turn = story.by_code[story.line[0]], 1
    inspection.save()
    story.office, story.foreign = story.people["style_office"], stories.culture()
    return story


world = shared(three_more_schools)


@pytest.fixture
def story(world):
    with translation.override("en"):
        yield copy.deepcopy(world)


@pytest.fixture
def school():
    """The inspection of the town school that the draw's line names first."""
    return Inspection.objects.get(kind_key="town_school", turn=1)


def second_draw(story, *codes) -> Inspection:
    """Another draw of the assessment took those schools; the first of its inspections."""
    draw = Draw.objects.get(pk=story.draw.pk)
    draw.pk, draw.number, draw.seed = None, "抽签第2号", "271828"
    draw._state.adding = True
    draw.id = Draw._meta.pk.get_default()
    draw.save(force_insert=True)
    rows = [Inspection(draw=draw, case=story.by_code[code], kind_key="town_school", turn=turn)
            for turn, code in enumerate(codes, start=3)]  # fmt: skip
    return Inspection.objects.bulk_create(rows)[0]


def over(story, **more) -> Assessment:
    """The assessment on the day after its inspections."""
    Assessment.objects.filter(pk=story.assessment.pk).update(
        **more or {"inspect_to_on": timezone.localdate() - timedelta(days=1)}
    )
    return Assessment.objects.get(pk=story.assessment.pk)


def test_a_unit_that_another_draw_took_is_not_next_in_line(story, school):
    second_draw(story, story.line[1])
    after = acts.unable(school, why="房屋加固", by=story.office, at=timezone.now())
    assert (after.case.unit.code, after.turn) == (story.line[2], 3)
    assert acts.unable(after, why="汛期", by=story.office, at=timezone.now()).case.unit.code == story.line[3]
    assert acts.unable(Inspection.objects.get(turn=4), why="汛期", by=story.office, at=timezone.now()) is None


def test_nobody_takes_a_place_while_another_draw_waits_for_its_seed(story, school):
    draw = draws.prepare(story.assessment, two_secrets(story), by=story.office, at=now())
    for place, name in enumerate(("bureau_head", "auditor"), start=1):
        hash_ = drawing.commitment(str(story.assessment.pk), place, f"secret {place}")
        draws.commit(draw, hash_, by=story.people[name], at=now())
    draw = draws.announce(draw, by=story.office, at=now())
    with pytest.raises(Refused, match="wait until it is held"):
        acts.unable(school, why="房屋加固", by=story.office, at=now())
    for place, name in enumerate(("bureau_head", "auditor"), start=1):
        draws.reveal(draw, f"secret {place}", by=story.people[name], at=now())
    assert draws.hold(draw, by=story.office, at=now()).state == DrawState.DRAWN
    assert acts.unable(school, why="房屋加固", by=story.office, at=now()).case.unit.code not in queries.file_of(
        Draw.objects.get(pk=draw.pk), "result.txt"
    )


@pytest.mark.parametrize("why", [{}, {"phase": Phase.SCORED}, {"inspections_closed_at": timezone.now()}])
def test_a_round_that_is_over_has_no_more_draws_and_the_announced_one_can_only_be_void(story, why):
    draw = announced(story)
    who = standing(story.office, on=timezone.localdate())
    over(story, **why)
    assert "only be declared void" in refused(lambda: draws.hold(draw, seed="1", by=story.office, at=now(2)))
    if not why:
        Assessment.objects.update(scored_at=timezone.now(), phase=Phase.OPEN)
        late = standing(story.office, on=timezone.localdate() + timedelta(days=9))
        found = Assessment.objects.select_related("campaign").get()
        assert draw.number in results.can_settle(late, found).reason
    assert draws.void(draw, why="查看期已结束", by=story.office, at=now(2)).state == DrawState.VOID
    with pytest.raises(Refused, match="not closed"):
        draws.prepare(story.assessment, public_number(), by=story.office, at=now(2))
    assert not results.can_settle(who, over(story)).reason.startswith("Draw")


def test_a_draw_decided_by_both_secrets_is_void_only_when_the_round_is_over(story):
    draw = draws.prepare(story.assessment, two_secrets(story), by=story.office, at=now())
    Draw.objects.filter(pk=draw.pk).update(first_commitment="0" * 64, second_commitment="1" * 64)
    draw = draws.announce(draw, by=story.office, at=now())
    Draw.objects.filter(pk=draw.pk).update(first_secret="a", second_secret="b")
    assert "result is decided" in refused(lambda: draws.void(draw, why="不合适", by=story.office, at=now()))
    Inspection.objects.update(state=InspectionState.UNABLE, why_unable="汛期")
    with pytest.raises(Refused, match=r"is announced: hold it"):
        acts.close_round(story.assessment, by=story.office, at=now())
    over(story)
    assert draws.void(draw, why="查看期已结束", by=story.office, at=now()).void_at


def test_a_seed_must_come_before_the_inspections_end(story):
    last = story.assessment.inspect_to_on
    data = public_number(seed_on=last + timedelta(days=1))
    draw = draws.prepare(story.assessment, data, by=story.office, at=now())
    assert "Name an earlier day" in refused(lambda: draws.announce(draw, by=story.office, at=now()))
    draws.change(draw, {"seed_on": last}, version=draw.version, by=story.office, at=now())
    over(story, inspections_closed_at=timezone.now())
    assert "not closed" in refused(lambda: draws.announce(draw, by=story.office, at=now()))
    Assessment.objects.update(inspections_closed_at=None)
    assert draws.announce(draw, by=story.office, at=now()).number


def test_what_was_only_prepared_can_be_discarded_and_spends_no_number(story):
    draw = draws.prepare(story.assessment, public_number(), by=story.office, at=now())
    assert "style office runs" in refused(lambda: draws.discard(draw, by=story.people["auditor"], at=now()))
    draws.discard(draw, by=story.office, at=now())
    assert Deed.objects.get(verb="draw.discarded").about_id == str(draw.pk)
    assert not Draw.objects.filter(pk=draw.pk).exists()
    following = announced(story)
    assert following.number.endswith("1号")
    assert "declared void" in refused(lambda: draws.discard(following, by=story.office, at=now()))


def test_an_inspector_of_a_unit_that_was_passed_over_still_counts_for_the_others(story, school):
    department = Inspection.objects.get(kind_key="department")
    assert queries.loads_of(story.draw) == {"I01": 2, "I02": 2}
    Inspection.objects.filter(pk=school.pk).update(state=InspectionState.UNABLE, why_unable="汛期", closed_at=now())
    assert queries.loads_of(story.draw) == {"I01": 1, "I02": 1}
    other = second_draw(story, story.line[3])
    Opinion.objects.create(inspection=other, inspector=story.inspectors["I03"], place=1)
    assert queries.loads_of(story.draw) == {"I01": 1, "I02": 1}, "another draw counts for itself"
    taker = succession.next_inspector(department, on=timezone.localdate())
    assert taker.number in ("I03", "I04", "I05")


# --- what others read of it ------------------------------------------------------------------------


def browser(user=None) -> Client:
    client = Client()
    client.cookies["lang"] = "en"
    if user:
        client.force_login(user)
    return client


def who_is(user):
    return standing(user, on=timezone.localdate())


def test_the_public_reads_what_happened_since_the_draw_by_numbers_and_reasons_alone(story, school):
    reader = browser()
    assert "No unit was passed over, and no inspector gave way." in reader.get(PAGE).text
    acts.unable(school, why="房屋加固", by=story.office, at=timezone.now())
    department = Inspection.objects.get(kind_key="department")
    first, second = drawn.sheets(department)
    acts.cannot_come(first, reason="absent", words="外出培训", by=story.office, at=timezone.now())
    acts.stand_back(second, reason="relative", words="表亲在该科", by=second.inspector.user, at=timezone.now())
    with CaptureQueriesContext(connection) as few:
        told = reader.get(PAGE).text
    taker = story.by_code[story.line[1]].unit
    assert "Reason: 房屋加固" in told and f"{taker.name_en}, turn 2, took its place." in told
    assert "Could not come" in told and "Has an interest in the unit" in told
    people = [row.user.name for row in story.inspectors.values()]
    assert not [words for words in ("外出培训", "表亲在该科", *people) if words in told]
    third = Opinion.objects.create(inspection=department, inspector=story.inspectors["I05"], place=3)
    Handover.objects.create(opinion=third, before=story.inspectors["I05"], after=story.inspectors["I01"], at=now(),
                            reason="left", by=story.office)  # fmt: skip
    acts.unable(Inspection.objects.get(turn=2), why="汛期", by=story.office, at=timezone.now())
    with CaptureQueriesContext(connection) as more:
        told = reader.get(PAGE).text
    assert "No longer serves here" not in told, "that a third opinion was asked for is not told before the result"
    assert len(more) == len(few) and "汛期" in told


def test_a_unit_that_is_passed_over_is_looked_at_by_others_than_the_office(story, school):
    with pytest.raises(Refused, match="telephone"):
        acts.unable(school, why="联系 13812345678", by=story.office, at=timezone.now())
    Inspection.objects.filter(pk=school.pk).update(case=story.cases["town_school"])
    head, leader = story.people["town_school_head"], story.people["bureau_head"]
    acts.unable(Inspection.objects.get(pk=school.pk), why="房屋加固", by=story.office, at=timezone.now())
    letters = Letter.objects.filter(key__startswith="passed-over")
    assert {letter.to for letter in letters} == {head, leader}, "nobody is in charge of that school by name"
    assert all("房屋加固" in letter.body and letter.path.endswith("/draws/2025-7/") for letter in letters)
    department = Inspection.objects.get(kind_key="department")
    letters.delete()
    acts.unable(department, why="搬迁", by=story.office, at=timezone.now())
    assert {letter.to for letter in letters.all()} == {story.people["department_head"], story.people["line_leader"]}
    assert not Letter.objects.filter(key__startswith="drawn-", to=story.people["department_head"]).exists()


def test_the_head_of_the_unit_that_takes_the_place_learns_that_it_was_drawn(story, school):
    own = story.cases["town_school"].unit.code
    mine, *theirs = [code for code in story.line if code != own]
    Inspection.objects.filter(pk=school.pk).update(case=story.by_code[mine], turn=story.line.index(mine) + 1)
    second_draw(story, *theirs)
    acts.unable(Inspection.objects.get(pk=school.pk), why="房屋加固", by=story.office, at=timezone.now())
    letter = Letter.objects.get(key__startswith="drawn-", to=story.people["town_school_head"])
    assert "was drawn for inspection" in letter.subject or "抽中" in letter.subject


def test_the_style_office_passes_a_sheet_on_by_its_page_and_nobody_else_does(story):
    department = Inspection.objects.get(kind_key="department")
    first, second = drawn.sheets(department)
    page, office = reverse("inspection", args=[department.pk]), browser(story.office)
    posted = {"act": "hand", "sheet": str(first.pk), "reason": "absent", "words": ""}
    for user in (story.foreign.people["style_office"], story.people["line_leader"], story.people["department_head"]):
        assert browser(user).post(page, posted).status_code == 404
    assert browser(story.people["auditor"]).post(page, posted).status_code == 409
    told = office.get(page).text
    assert "An inspector cannot come" in told and "The reason is published on the draw’s page" in told
    for wrong in ({"sheet": ""}, {"reason": "interest"}, {"sheet": str(story.draw.pk)}):
        assert office.post(page, posted | wrong).status_code == 422
    assert not Handover.objects.exists()
    assert office.post(page, posted).status_code == 302
    assert Handover.objects.get().opinion == first
    assert "I01 → " in office.get(page).text
    drawn.send(story, second)
    assert str(second.pk) not in office.get(page).text


def test_the_menu_leads_to_inspections_whoever_has_something_there(story):
    leader, head, clerk = (story.people[name] for name in ("town_office_approver", "bureau_head", "department_head"))
    drawn_one, foreign = story.inspectors["I02"].user, story.foreign.people["bureau_head"]
    assert has_something(who_is(drawn_one)), "an inspector while the round is open"
    assert not any(has_something(who_is(user)) for user in (head, clerk, leader, foreign))
    department = Inspection.objects.get(kind_key="department")
    for opinion in drawn.sheets(department):
        drawn.send(story, opinion)
    assert has_something(who_is(head)) and not any(has_something(who_is(user)) for user in (clerk, foreign))
    drawn.rounds.revoke(department)
    drawn.rounds.revoke(Inspection.objects.get(kind_key="town_school"))
    assert has_something(who_is(drawn_one)), "in charge of the department, which is settled"
    there = browser(head).get(reverse("inspections")).text
    assert reverse("inspection", args=[department.pk]) in there
    answer = browser(head).post(reverse("inspection", args=[department.pk]), {"act": "reopen", "why": "新证据。"})
    assert answer["Location"] == reverse("inspections")


def test_the_bureau_s_page_leads_to_its_newest_draws(story):
    (link,) = draws_of_bureau("north")
    assert link["url"] == PAGE and "held on" in link["note"] and draws_of_bureau("culture") == []
    draw = announced(story)
    newest, _before = draws_of_bureau("north")
    assert draw.number in newest["label"] and "to be held on" in newest["note"]
    draws.void(draw, why="当日未开奖", by=story.office, at=now())
    assert "declared void" in draws_of_bureau("north")[0]["note"]
    for _each in range(2):
        draws.void(announced(story), why="重来", by=story.office, at=now())
    assert draws_of_bureau("north")[3]["url"] == "/en/north/draws/"


def test_a_preparation_is_discarded_by_its_button_and_desks_forget_a_round_that_is_over(story):
    office, auditor = browser(story.office), browser(story.people["auditor"])
    draw = draws.prepare(story.assessment, public_number(), by=story.office, at=now())
    page = reverse("draw", args=[draw.pk])
    assert "Announce the draw that is prepared" in office.get("/work/").text
    over(story)
    assert "Announce the draw that is prepared" not in office.get("/work/").text
    assert "Discard the preparation" in office.get(page).text and "Discard the" not in auditor.get(page).text
    assert auditor.post(page, {"act": "discard"}).status_code == 409
    assert browser(story.foreign.people["style_office"]).post(page, {"act": "discard"}).status_code == 404
    assert office.post(page, {"act": "discard"})["Location"] == reverse("draws")
    assert office.get(page).status_code == 404 and office.get("/work/record/").status_code == 200
    over(story, inspect_to_on=timezone.localdate() + timedelta(days=9))
    draw = announced(story)
    over(story)
    assert f"Declare the draw {draw.number} void" in office.get("/work/").text
