"""Draws: prepared, committed to, announced, held once; every refusal stands in the record and changes nothing."""

import hashlib
import secrets
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone, translation

from assessments import drawing
from assessments.actions import draws, inspectors
from assessments.models import (
    Assessment,
    Draw,
    Inspection,
    InspectionUserObjectPermission,
    Inspector,
    Opinion,
    Recusal,
)
from assessments.policies import draws as policies
from assessments.queries import draws as queries
from assessments.states import DrawMethod, DrawState, Phase, SeedKind
from portal.core.deeds import first_break
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import judged, stories
from units.models import Post, Role, Tenure

pytestmark = pytest.mark.django_db
SCRIPT = Path(drawing.__file__).with_name("replay_draw.py")


@pytest.fixture(autouse=True)
def english():
    """Sentences are compared as they stand in the code."""
    with translation.override("en"):
        yield


def now(days=0):
    return timezone.now() + timedelta(days=days)


def public_number(**more):
    return {
        "share": "5", "seed_kind": SeedKind.PUBLIC_NUMBER, "seed_source": "双色球开奖号码",
        "seed_on": timezone.localdate() + timedelta(days=2), **more,
    }  # fmt: skip


def two_secrets(story, **more):
    root = story.units["bureau"]
    return {
        "seed_kind": SeedKind.TWO_SECRETS, "first_officer": Post.objects.get(unit=root, role=Role.HEAD),
        "second_officer": Post.objects.get(unit=root, role=Role.AUDITOR), **more,
    }  # fmt: skip


def world(*kinds):
    story = judged.judged(*kinds)
    story.listed = judged.inspectors(story)
    story.office = story.people["style_office"]
    return story


def announced(story, **more):
    draw = draws.prepare(story.assessment, public_number(**more), by=story.office, at=now())
    return draws.announce(draw, witnesses="纪检组、家长代表", by=story.office, at=now())


def refused(act, *, tried=True):
    """The sentence of a refusal; a try that the rules forbid stands in the record with that sentence."""
    before = Deed.objects.filter(verb="draw.not_allowed").count()
    with pytest.raises(Refused) as told:
        act()
    deeds = Deed.objects.filter(verb="draw.not_allowed").order_by("-number")
    assert deeds.count() == before + tried
    if tried:
        assert deeds[0].words.text == str(told.value)
    return str(told.value)


def replayed(draw, folder):
    """What the published script prints from the published files."""
    names = ("objects.txt", "inspectors.txt", "rule.json", "seed.txt")
    for name in names:
        (folder / name).write_bytes(queries.file_of(draw, name).encode())
    run = subprocess.run([sys.executable, SCRIPT, *names], cwd=folder, capture_output=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.decode()


def test_a_draw_from_the_announcement_to_the_inspectors(tmp_path):
    story = world()
    draw = announced(story, excluded=[{"unit": "town-office", "why": "已撤并"}])
    assert draw.number == f"north办抽〔{timezone.localdate().year}〕1号" and draw.witnesses == "纪检组、家长代表"
    assert draw.objects_count == 3 and draw.inspectors_count == 3
    assert "town-office" not in queries.file_of(draw, "objects.txt") and "已撤并" in draw.rule
    by_number = {row.number: row for row in drawing.read_inspectors(queries.file_of(draw, "inspectors.txt"))}
    assert by_number["I01"].recused == set()
    assert by_number["I02"].recused == {"department"} and by_number["I03"].recused == {"municipal-school"}
    assert story.listed[0].user.name.encode() not in queries.file_of(draw, "inspectors.txt").encode()

    held = draws.hold(draw, seed=" 07　12 33 ", by=story.office, at=now(2))
    assert held.state == DrawState.DRAWN and held.seed == "07 12 33"
    result = queries.file_of(held, "result.txt")
    assert replayed(held, tmp_path) == result
    assert held.result_hash == hashlib.sha256(result.encode()).hexdigest()

    rows = list(Inspection.objects.select_related("case__unit").prefetch_related("opinions__inspector"))
    assert sorted(row.kind_key for row in rows) == ["department", "municipal_school", "town_school"], "one a kind"
    assert Opinion.objects.count() == 6 == InspectionUserObjectPermission.objects.count()
    for row in rows:
        numbers = {each.inspector.number for each in row.opinions.all()}
        assert numbers.isdisjoint({"department": {"I02"}, "municipal_school": {"I03"}}.get(row.kind_key, set()))
        assert len(numbers) == 2
    assert Assessment.objects.get().phase == Phase.INSPECTING
    assert all("I0" not in letter.body for letter in Letter.objects.filter(key__startswith="drawn-"))
    assert Letter.objects.filter(key__startswith="drawn-").count() == 3 + 3
    assert first_break() is None


def test_what_was_drawn_stays_drawn():
    story = world("department", "town_school")
    draw = announced(story)
    again = lambda: draws.hold(draw, seed="2", by=story.office, at=now(3))  # noqa: E731 -- tried twice
    assert "cannot be held before" in refused(lambda: draws.hold(draw, seed="1", by=story.office, at=now(1)))
    assert "Type the number" in refused(lambda: draws.hold(draw, seed="  ", by=story.office, at=now(2)))
    assert not Inspection.objects.exists() and Draw.objects.get().seed == ""
    draws.hold(draw, seed="1", by=story.office, at=now(2))
    before = list(Opinion.objects.order_by("pk").values_list("pk", "inspector")), Draw.objects.get().result_hash
    assert "What was drawn stays drawn." in refused(again)
    assert "What was drawn stays drawn." in refused(lambda: draws.void(draw, why="不合适", by=story.office, at=now(3)))
    assert "frozen" in refused(
        lambda: draws.change(draw, {"share": "50"}, version=draw.version, by=story.office, at=now(3))
    )
    assert before == (
        list(Opinion.objects.order_by("pk").values_list("pk", "inspector")),
        Draw.objects.get().result_hash,
    )

    with pytest.raises(Refused, match="no unit left"):
        announced(story)
    Draw.objects.filter(state="prepared").delete()
    Inspection.objects.filter(kind_key="department").update(state="unable", why_unable="防汛")
    second = announced(story)
    assert queries.file_of(second, "objects.txt").count("\n") == 1, "who could not receive is drawn again"
    assert "此前已抽中" in second.rule and second.number.endswith("2号")


def test_a_void_draw_spends_its_number_and_says_why():
    story = world("department", "town_school")
    first = announced(story)
    assert "reason is public" in refused(lambda: draws.void(first, why=" ", by=story.office, at=now()))
    void = draws.void(first, why="当日未开奖", by=story.office, at=now())
    assert void.state == DrawState.VOID and void.number.endswith("1号")
    assert "spent" in refused(lambda: draws.hold(first, seed="1", by=story.office, at=now(2)))
    assert announced(story).number.endswith("2号") and not Inspection.objects.exists()


def test_a_seed_of_two_secrets_needs_both_commitments_and_both_secrets():
    story = world("department", "town_school")
    head, auditor = story.people["bureau_head"], story.people["auditor"]
    draw = draws.prepare(story.assessment, two_secrets(story), by=story.office, at=now())
    assert Letter.objects.filter(to__in=(head, auditor), key__startswith="draw-commit").count() == 2
    key, mine = str(story.assessment.pk), secrets.token_hex(8)
    assert "Both officers" in refused(lambda: draws.announce(draw, by=story.office, at=now()))
    assert "64 hexadecimal" in refused(lambda: draws.commit(draw, mine, by=head, at=now()))
    assert "Only the two officers" in refused(lambda: draws.commit(draw, "0" * 64, by=story.office, at=now()))
    draws.commit(draw, drawing.commitment(key, 1, mine), by=head, at=now())
    draws.commit(draw, drawing.commitment(key, 2, "另一个秘密 2").upper(), by=auditor, at=now())
    draw = draws.announce(draw, by=story.office, at=now())
    assert "reveal their secret first" in refused(lambda: draws.hold(draw, by=story.office, at=now()))
    assert "does not match" in refused(lambda: draws.reveal(draw, mine + "x", by=head, at=now()))
    assert "does not match" in refused(lambda: draws.reveal(draw, mine, by=auditor, at=now()))
    assert not Deed.objects.filter(words__text__contains=mine).exists()
    assert mine not in str(list(Deed.objects.values_list("facts", flat=True)))
    draws.reveal(draw, f" {mine}\n", by=head, at=now())
    assert "in already" in refused(lambda: draws.reveal(draw, mine, by=head, at=now()))
    draws.reveal(draw, "另一个秘密 2", by=auditor, at=now())
    assert "result is decided" in refused(lambda: draws.void(draw, why="不合适", by=story.office, at=now()))
    held = draws.hold(draw, by=story.office, at=now())
    assert held.seed == f"{mine}\n另一个秘密 2" and Inspection.objects.count() == 2


def test_the_script_notices_another_list_and_another_secret(tmp_path):
    story = world("department", "town_school")
    draw = draws.prepare(story.assessment, two_secrets(story), by=story.office, at=now())
    key = str(story.assessment.pk)
    script = [sys.executable, SCRIPT]
    run = subprocess.run([*script, "commit", key, "1", "first secret"], capture_output=True, text=True)
    assert run.stdout.strip() == drawing.commitment(key, 1, "first secret")
    draws.commit(draw, run.stdout, by=story.people["bureau_head"], at=now())
    draws.commit(draw, drawing.commitment(key, 2, "second"), by=story.people["auditor"], at=now())
    draw = draws.announce(draw, by=story.office, at=now())
    draws.reveal(draw, "first secret", by=story.people["bureau_head"], at=now())
    draws.reveal(draw, "second", by=story.people["auditor"], at=now())
    draw = draws.hold(draw, by=story.office, at=now())
    assert replayed(draw, tmp_path) == queries.file_of(draw, "result.txt")
    names = ("objects.txt", "inspectors.txt", "rule.json", "seed.txt")
    (tmp_path / "seed.txt").write_text("first secret\nthird\n")
    assert "committed to" in subprocess.run([*script, *names], cwd=tmp_path, capture_output=True, text=True).stderr
    (tmp_path / "objects.txt").write_text("department\tother\t别的\n")
    assert "announced" in subprocess.run([*script, *names], cwd=tmp_path, capture_output=True, text=True).stderr
    assert "Replays" in subprocess.run(script, capture_output=True, text=True).stderr


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"each": 1}, "two inspectors"),
        ({"share": "0"}, "share"),
        ({"least": 0}, "At least one"),
        ({"seed_source": ""}, "public number"),
        ({"seed_source": "电话13812345678"}, "telephone"),
        ({"excluded": [{"unit": "nowhere", "why": "x"}]}, "not a unit"),
        ({"excluded": [{"unit": "department", "why": " "}]}, "Say why"),
    ],
)
def test_a_rule_that_is_not_sound_is_not_prepared(data, sentence):
    story = world("department")
    assert sentence in refused(
        lambda: draws.prepare(story.assessment, public_number(**data), by=story.office, at=now()), tried=False
    )
    assert not Draw.objects.exists()


def test_two_secrets_are_kept_by_two_people_of_the_bureau():
    story = world("department")
    root = story.units["bureau"]
    head = Post.objects.get(unit=root, role=Role.HEAD)
    Tenure.objects.create(post=head, user=story.people["auditor"], from_on="2020-01-01")
    outside = Post.objects.get(unit=story.units["department"], role=Role.HEAD)
    for data, sentence in (
        (two_secrets(story), "One person holds both"),
        (two_secrets(story, second_officer=head), "two different posts"),
        (two_secrets(story, second_officer=outside), "leaders, style office or auditor"),
    ):
        prepare = lambda data=data: draws.prepare(story.assessment, data, by=story.office, at=now())  # noqa: E731
        assert sentence in refused(prepare, tried=False)


def test_only_the_style_office_runs_a_draw_and_one_at_a_time():
    story = world("department", "town_school")
    foreign = stories.culture()
    for by in (story.people["auditor"], story.people["department_head"], foreign.people["style_office"]):
        prepare = lambda by=by: draws.prepare(story.assessment, public_number(), by=by, at=now())  # noqa: E731
        assert "style office runs" in refused(prepare, tried=False)
    draw = announced(story)
    again = lambda: draws.prepare(story.assessment, public_number(), by=story.office, at=now())  # noqa: E731
    assert "under way" in refused(again, tried=False)
    assert "style office runs" in refused(
        lambda: draws.hold(draw, seed="1", by=foreign.people["style_office"], at=now(2))
    )
    late = draws.void(draw, why="重来", by=story.office, at=now()) and public_number(seed_on=timezone.localdate())
    today = draws.prepare(story.assessment, late, by=story.office, at=now())
    assert "after today" in refused(lambda: draws.announce(today, by=story.office, at=now()))
    with pytest.raises(draws.Overtaken):
        draws.change(today, public_number(), version=today.version - 1, by=story.office, at=now())


def test_a_census_takes_every_unit():
    story = world()
    draw = announced(story, method=DrawMethod.CENSUS)
    draws.hold(draw, seed="1", by=story.office, at=now(2))
    assert Inspection.objects.count() == 4 and Opinion.objects.count() == 8


def test_nobody_inspects_the_own_unit_whatever_the_list_looks_like():
    story = world("department", "town_school")
    Inspector.objects.all().delete()
    for name in ("department_head", "department_staff", "town_school_head"):
        inspectors.enlist(story.people[name], bureau=story.bureau, by=story.office, at=now())
    told = refused(lambda: announced(story))
    assert "north办局机关科室（1）" in told and not Draw.objects.exclude(number="").exists()
    Draw.objects.all().delete()
    inspectors.enlist(story.people["auditor"], bureau=story.bureau, by=story.office, at=now())
    held = draws.hold(announced(story), seed="9", by=story.office, at=now(2))
    row = Inspection.objects.get(kind_key="department")
    assert {each.inspector.number for each in row.opinions.all()} == {"I03", "I04"}
    assert held.state == DrawState.DRAWN


def test_who_came_to_serve_in_a_drawn_unit_since_hands_it_to_the_next():
    story = world("department")
    Inspector.objects.all().delete()
    for name in ("style_office", "auditor", "linked_leader", "bureau_head"):
        inspectors.enlist(story.people[name], bureau=story.bureau, by=story.office, at=now())
    draw = announced(story)
    result = drawing.draw(
        drawing.read_objects(queries.file_of(draw, "objects.txt")),
        drawing.read_inspectors(queries.file_of(draw, "inspectors.txt")), draw.rule, "5",
    )  # fmt: skip
    moved = Inspector.objects.get(number=result[0].inspectors[0])
    staff = Post.objects.get(unit=story.units["department"], role=Role.STAFF)
    Tenure.objects.create(post=staff, user=moved.user, from_on="2020-01-01")
    draws.hold(draw, seed="5", by=story.office, at=now(2))
    numbers = set(Opinion.objects.values_list("inspector__number", flat=True))
    assert moved.number not in numbers and result[0].inspectors[1] in numbers and len(numbers) == 2
    assert Deed.objects.filter(verb="inspection.stood_back", facts__before=moved.number).exists()
    assert queries.file_of(Draw.objects.get(), "result.txt") == drawing.result_text(result), "the draw stays as it is"


def test_the_list_of_inspectors_and_what_each_stays_away_from():
    story = world("department", "town_school")
    people, office, unit = story.people, story.office, story.units["town_school"]
    made = inspectors.enlist(people["town_office_staff"], bureau=story.bureau, by=office, at=now(), field_zh="信息 化")
    assert (made.number, made.field_zh) == ("I04", "信息 化")
    assert policies.why_away(made, unit, on=timezone.localdate()) == "own_unit", "below the own unit"
    with pytest.raises(Refused, match="I04 since"):
        inspectors.enlist(people["town_office_staff"], bureau=story.bureau, by=office, at=now())
    with pytest.raises(Refused, match="holds none"):
        inspectors.enlist(stories.culture().people["style_office"], bureau=story.bureau, by=office, at=now())
    with pytest.raises(Refused, match="style office keeps"):
        inspectors.enlist(people["department_head"], bureau=story.bureau, by=people["auditor"], at=now())

    first = story.listed[0]
    with pytest.raises(Refused, match="in a few words"):
        inspectors.recuse(first, unit, reason="other", by=office, at=now())
    declared = inspectors.recuse(first, unit, reason="relative", words="配偶在该校", by=first.user, at=now())
    with pytest.raises(Refused, match="already"):
        inspectors.recuse(first, unit, reason="relative", by=office, at=now())
    with pytest.raises(Refused, match="style office keeps"):
        inspectors.recuse(first, unit, reason="relative", by=people["department_head"], at=now())
    draw = announced(story)
    for act in (
        lambda: inspectors.lift(declared, by=office, at=now()),
        lambda: inspectors.strike(first, by=office, at=now()),
        lambda: inspectors.recuse(first, story.units["department"], reason="relative", by=office, at=now()),
    ):
        with pytest.raises(Refused, match="is announced"):
            act()
    draws.void(draw, why="重来", by=office, at=now())
    inspectors.lift(declared, by=office, at=now())
    assert not Recusal.objects.exists()
    struck = inspectors.strike(first, by=office, at=now())
    assert struck.left_at and inspectors.enlist(first.user, bureau=story.bureau, by=office, at=now()).number == "I05"
    with pytest.raises(Refused, match="left the list"):
        inspectors.strike(first, by=office, at=now())
