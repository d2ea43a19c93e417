"""Loading campaigns: once, whole or not at all, side by side, again, changed, and in another year."""

from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone, translation

from objectives import loading
from objectives.models import Campaign, KindRule, Measure, Objective, Paper, Stage, Target
from objectives.states import Comparison, State
from portal.core import campaign_file, deeds
from portal.core.errors import Refused
from portal.core.models import Deed, Installation, SpecialDay, User
from tests.broken_campaigns import BROKEN
from tests.campaigns import ANQIU, BOTH, FANGZI, edited
from units import actions as unit_actions
from units.models import Bureau, Charge, Post, Role, Unit, UnitUserObjectPermission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def load(path, **options) -> str:
    out = StringIO()
    call_command("load_campaign", str(path), stdout=out, stderr=out, skip_checks=True, **options)
    return out.getvalue()


def rows() -> dict[str, int]:
    """How many rows every table holds: equal before and after means that nothing was written."""
    return {model._meta.db_table: model.objects.count() for model in apps.get_models() if model._meta.managed}


def changed(tmp_path, path, *edits):
    file = tmp_path / "changed.toml"
    file.write_bytes(edited(path, *edits))
    return file


# --- once ----------------------------------------------------------------------------------------


def test_both_campaigns_stand_side_by_side():
    assert "27" in load(ANQIU)
    load(FANGZI)
    assert [bureau.code for bureau in Bureau.objects.order_by("code")] == ["anqiu-edu", "fangzi-culture"]
    counts = {code: Unit.objects.filter(bureau__code=code).count() for code in ("anqiu-edu", "fangzi-culture")}
    assert counts == {"anqiu-edu": 27, "fangzi-culture": 6}
    roots = Unit.objects.filter(parent=None)
    assert {unit.bureau.code for unit in roots} == {"anqiu-edu", "fangzi-culture"}
    for unit in Unit.objects.select_related("parent"):
        above = unit.parent.path if unit.parent else ""
        assert unit.path.startswith(above)
        assert len(unit.path) == len(above) + 6
    assert Unit.objects.values("path").distinct().count() == Unit.objects.count()
    assert Unit.history.count() == Unit.objects.count()
    assert Post.history.count() == Post.objects.count()


def test_a_new_installation_is_a_real_one_with_its_calendar():
    load(FANGZI)
    assert Installation.objects.get().is_demo is False
    assert SpecialDay.objects.filter(on__year=2017, is_workday=True).exists()


def test_every_unit_has_head_and_staff_and_every_role_somebody():
    load(ANQIU)
    for unit in Unit.objects.prefetch_related("posts"):
        assert {"head", "staff"} <= {post.role for post in unit.posts.all()}, unit.code
    assert {post.role for post in Post.objects.all()} == set(Role.values)
    kindergarten = Post.objects.get(unit__code="ts0104", role="head")
    assert kindergarten.title_zh == "园长"
    assert Charge.objects.count() == 10


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path.stem)
def test_loading_twice_changes_nothing_and_says_so(path):
    load(path)
    before, head = rows(), deeds.head()
    assert "Nothing was changed" in load(path)
    assert rows() == before
    assert deeds.head() == head
    assert deeds.first_break() is None


def test_one_deed_tells_of_a_campaign_with_its_counts():
    load(ANQIU)
    deed = Deed.objects.get(verb="campaign.loaded")
    assert (deed.by, deed.bureau) == ("command", "anqiu-edu")
    assert (deed.facts["units"], deed.facts["posts"], deed.facts["charges"]) == (27, 64, 10)
    assert Deed.objects.count() == 2, "and one of the new bureau"


def test_the_same_rules_and_sections_reach_the_rows():
    load(ANQIU)
    campaign = Campaign.objects.get()
    assert campaign.rules["title_fixed"] is True
    assert campaign.rules["focuses"] == ["voiced_problem", "risk_weak_link", "bottleneck"]
    assert campaign.paper_title_zh == "敢担当、争一流任务目标"
    rules = {rule.kind.key: rule for rule in KindRule.objects.select_related("kind")}
    assert [len(section["items"]) for section in rules["department"].sections] == [3, 9]
    assert rules["affiliated"].sections == rules["department"].sections
    assert rules["affiliated"].length_exempt
    assert rules["town_school"].sections == []
    assert [str(step) for step in rules["municipal_school"].steps][1] == "linked_leader:audit"
    assert str(campaign.deadline("file_with_style_office")) == "2017-05-23"
    assert [stage.key for stage in Stage.objects.all()] == ["set", "commit", "keep", "assess"]
    assert all(stage.about_zh and stage.about_en for stage in Stage.objects.all())
    assert len(campaign.content["number"]) > 30


def test_fangzi_is_one_printed_unsigned_paper():
    load(FANGZI)
    paper = Paper.objects.get()
    assert paper.is_printed_plan
    assert (paper.state, paper.round, paper.unit.code) == (State.DRAFT, 0, "bureau")
    assert (Objective.objects.count(), Measure.objects.count(), Target.objects.count()) == (5, 11, 15)
    assert Target.objects.exclude(value=None).count() == 11
    assert Target.objects.filter(comparison=Comparison.ASSIGNED, value=None).count() == 1
    assert [objective.responsible.count() for objective in paper.objectives.all()] == [1, 3, 1, 1, 1]
    assert [target.position for target in paper.objectives.get(position=2).targets.all()] == [1, 2, 3, 4]
    assert KindRule.objects.get().basis == "portal"


# --- or not at all -------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_file_changes_nothing(broken, tmp_path):
    file = tmp_path / "broken.toml"
    file.write_bytes(broken.content)
    before = rows()
    with pytest.raises(CommandError) as caught:
        load(file)
    assert caught.value.returncode
    assert rows() == before
    assert "Nothing was loaded" in str(caught.value)
    for key in broken.keys:
        assert f"  {key}: " in str(caught.value)


@pytest.mark.parametrize("path", ["no-such-file.toml", "."])
def test_a_file_that_cannot_be_read_is_told_of(path):
    with pytest.raises(CommandError, match="cannot be read"):
        load(path)


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path.stem)
def test_check_writes_nothing(path):
    before = rows()
    assert "good campaign file" in load(path, check=True)
    assert "good campaign file" in load(path, check=True, year=2026)
    assert rows() == before


def test_a_file_that_contradicts_the_tree_changes_nothing(tmp_path):
    load(ANQIU)
    before = rows()
    moved = changed(tmp_path, ANQIU, ('code = "ts0101"\nkind = "town_school"\nparent = "to01"',
                                      'code = "ts0101"\nkind = "town_school"\nparent = "to02"'))  # fmt: skip
    with pytest.raises(CommandError, match="stands below “to01” in the portal and below “to02”"):
        load(moved)
    assert rows() == before


# --- another year --------------------------------------------------------------------------------


def test_another_year_is_another_campaign_of_the_same_bureau():
    load(ANQIU)
    units = Unit.objects.count()
    assert "2026-05-25" in load(ANQIU, year=2026)
    assert [campaign.code for campaign in Campaign.objects.all()] == ["anqiu-edu-2026", "anqiu-edu-2017"]
    assert Unit.objects.count() == units
    campaign = Campaign.objects.get(year=2026)
    assert campaign.content["redated_from"] == 2017
    assert str(campaign.ends_on) == "2027-01-20"
    assert "Nothing was changed" in load(ANQIU, year=2026)


def test_a_year_without_known_holidays_is_warned_of():
    assert "holidays of 2031 are not known" in load(FANGZI, year=2031)


@pytest.mark.parametrize("year", [0, -5, 1999, 2101, 10**9])
def test_an_absurd_year_is_refused(year):
    before = rows()
    with pytest.raises(CommandError, match="between 2000 and 2100"):
        load(FANGZI, year=year)
    assert rows() == before


# --- a changed file ------------------------------------------------------------------------------


def test_names_and_days_of_a_changed_file_are_brought_over(tmp_path):
    load(ANQIU)
    file = changed(
        tmp_path,
        ANQIU,
        ('name_zh = "甲镇教管办（示例）"', 'name_zh = "甲镇教育办（示例）"'),
        ('office"\non = 2017-05-23', 'office"\non = 2017-05-24'),
        ('office.on"]\nvalue = 2017-05-23', 'office.on"]'),
    )
    told = load(file)
    assert "deadline" in told
    assert Unit.objects.get(code="to01").name_zh == "甲镇教育办（示例）"
    assert Unit.history.filter(code="to01").count() == 2
    assert str(Campaign.objects.get().deadline("file_with_style_office")) == "2017-05-24"
    told_of = [deed.facts["changed"] for deed in Deed.objects.filter(verb="campaign.loaded")]
    assert told_of == [[], ["deadline", "number", "unit"]]
    assert "Nothing was changed" in load(file)


def test_a_printed_plan_nobody_works_on_is_written_anew(tmp_path):
    load(FANGZI)
    load(changed(tmp_path, FANGZI, ('text_zh = "文化产业增速走在前列"', 'text_zh = "文化产业增速走在全市前列"')))
    assert (Paper.objects.count(), Objective.objects.count(), Target.objects.count()) == (1, 5, 15)
    assert Objective.objects.get(position=4).text_zh == "文化产业增速走在全市前列"


@pytest.mark.parametrize(
    "edit",
    [
        ('text_zh = "文化产业增速走在前列"', 'text_zh = "文化产业增速走在全市前列"'),
        ('["head:sign+seal", "style_office:file"]', '["head:sign", "style_office:file"]'),
        ("title_fixed = false", "title_fixed = true"),
    ],
)
def test_rules_do_not_change_under_papers_that_people_work_on(tmp_path, edit):
    load(FANGZI)
    Paper.objects.update(version=2)
    before = rows()
    with pytest.raises(CommandError, match="1 paper is being written or signed under the rules"):
        load(changed(tmp_path, FANGZI, edit))
    assert rows() == before


def test_a_campaign_cannot_shrink_past_what_is_promised(tmp_path):
    load(FANGZI)
    Paper.objects.update(version=2)
    Objective.objects.filter(position=1).update(due_on="2018-01-19")
    shorter = changed(tmp_path, FANGZI, ("ends_on = 2018-01-20", "ends_on = 2018-01-18"),
                      ("to_on = 2018-01-20", "to_on = 2018-01-18"))  # fmt: skip
    with pytest.raises(CommandError, match="1 objective would be due outside the campaign"):
        load(shorter)


def test_names_kept_in_the_portal_stay_when_another_year_is_loaded():
    load(ANQIU)
    unit = Unit.objects.get(code="ms01")
    unit.name_zh = "市直第一高中（示例）"
    unit.save()
    load(ANQIU, year=2026)
    unit.refresh_from_db()
    assert unit.name_zh == "市直第一高中（示例）"


def test_a_charge_of_a_held_post_grants_its_holder(tmp_path):
    load(ANQIU)
    now = timezone.now()
    holder = User.objects.create(username="leader")
    unit_actions.appoint(holder, Post.objects.get(key="linked-leader-2"), by="command", at=now)
    school = '[[unit]]\ncode = "ms05"\nkind = "municipal_school"\nparent = "bureau"\nname_zh = "新学校"\n'
    mark, more = "# --- the paper and its way", 'name_en = "New school"\n\n'
    charge = ('units = ["ms03", "ms04"]', 'units = ["ms03", "ms04", "ms05"]')
    load(changed(tmp_path, ANQIU, charge, (mark, school + more + mark)))
    granted = UnitUserObjectPermission.objects.filter(user=holder).values_list("content_object__code", flat=True)
    assert sorted(granted) == ["ms03", "ms04", "ms05"]


# --- large, and founding -------------------------------------------------------------------------


def test_many_units_cost_few_statements(django_assert_max_num_queries):
    school = '[[unit]]\ncode = "x{0}"\nkind = "town_school"\nparent = "to01"\n'
    school += 'name_zh = "学校{0}"\nname_en = "School {0}"\n\n'
    many = "".join(school.format(number) for number in range(2000))
    file = campaign_file.parse(edited(ANQIU, ("# --- the paper and its way", many + "# --- the paper")))
    with django_assert_max_num_queries(250):
        loading.load(file, by="command", at=timezone.now())
    assert Unit.objects.count() == 2027
    assert len(Unit.objects.get(code="x1999").path) == 18


def test_an_act_may_not_claim_another_moment():
    file = campaign_file.read(FANGZI)
    with pytest.raises(Refused, match="cannot be set back"):
        loading.load(file, by="command", at=timezone.now() - timedelta(days=2))
    assert not Campaign.objects.exists()


def found(path, admin="li@example.cn") -> str:
    out = StringIO()
    call_command("create_bureau", str(path), admin=admin, stdout=out, skip_checks=True)
    return out.getvalue()


def test_a_bureau_is_founded_with_its_first_person(client):
    told = found(ANQIU, "Li@Example.cn")
    user = User.objects.get()
    assert user.email == "li@example.cn"
    assert not user.has_usable_password()
    assert {tenure.post.role for tenure in user.tenures.all()} == {Role.STYLE_OFFICE, Role.ADMINISTRATOR}
    assert Installation.objects.get().is_demo is False
    assert Unit.objects.count() == 27
    link = next(word for word in told.split() if "/accounts/" in word)
    page = client.get(link.partition("/accounts/")[1] + link.partition("/accounts/")[2], follow=True)
    assert page.status_code == 200
    assert b'type="password"' in page.content
    assert not Campaign.objects.exists()
    load(ANQIU)
    assert Unit.objects.count() == 27


def test_a_bureau_is_founded_only_on_an_empty_database():
    found(ANQIU)
    before = rows()
    with pytest.raises(CommandError, match="There is a bureau already"):
        found(FANGZI)
    assert rows() == before


def test_a_demonstration_is_no_place_for_a_real_bureau():
    Installation.objects.create(is_demo=True, created_at=timezone.now())
    with pytest.raises(CommandError, match="demonstration"):
        found(FANGZI)
    assert not Bureau.objects.exists()


def test_founding_tells_of_a_bad_file_and_a_bad_address(tmp_path):
    before = rows()
    with pytest.raises(CommandError, match=r"campaign\.year"):
        found(changed(tmp_path, FANGZI, ("year = 2017\n", 'year = "x"\n')))
    with pytest.raises(CommandError, match="no e-mail address"):
        found(FANGZI, "li")
    assert rows() == before
