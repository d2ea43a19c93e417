"""Pairs of units and benchmarks: made by papers and by people, analysed on every dimension, filed whole, ended."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from objectives import contact_words, gaps, matching
from objectives.actions import contacts, pairings, registry
from objectives.actions.writing import Overtaken
from objectives.models import Benchmark, Gap, Objective, Pairing
from portal.core.errors import Refused
from portal.core.models import Deed
from portal.core.workdays import Workdays
from tests import stories
from tests.campaigns import FANGZI
from tests.months import plain_paper
from tests.objectives.learning import at, client_of, filed, learning, matched, text_of, whole_rows
from tests.promised import promised
from units.models import Post, Role, Tenure

pytestmark = pytest.mark.django_db
ENTRY = {
    "name_zh": "青岛市先进学校", "name_en": "", "tier": "province", "similar_line": "true", "similar_base": "true",
    "learnable": "true", "catchable": "false", "note": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_a_published_paper_matches_its_unit_with_the_benchmarks_it_names():
    story = learning()
    with plain_paper():
        promised(story, "municipal_school")
    pair = Pairing.objects.get()
    assert (pair.unit, pair.benchmark, pair.since_on) == (
        story.units["municipal_school"], story.benchmark, timezone.localdate(),
    )  # fmt: skip
    assert Deed.objects.filter(verb="pairing.begun", about_id=str(pair.pk)).count() == 1
    assert matching.ensure_pairings(story.campaign, by="clock", at=timezone.now()) == 0
    staff = client_of(story.people["municipal_school_staff"])
    page = text_of(staff.get(reverse("gaps", args=[pair.pk])))
    for figure in ("10", "48"):
        assert f'value="{figure}"' in page, "the paper's figures are offered"
    objective = Objective.objects.filter(paper__unit=pair.unit).first()
    rows = whole_rows() + [
        {"kind": "indicator", "indicator": "图书角", "our_value": Decimal(10), "their_value": Decimal(48),
         "measure": "个", "gap": "", "cause": "", "adopt": "", "objective": objective}
    ]  # fmt: skip
    by = story.people["municipal_school_staff"]
    saved = pairings.save_gaps(pair, rows[:7], version=1, by=by, at=timezone.now())
    with pytest.raises(Refused, match="the objective in which it appears"):
        pairings.file_gaps(saved, version=saved.version, by=by, at=timezone.now())
    saved = pairings.save_gaps(pair, rows, version=saved.version, by=by, at=timezone.now())
    done = pairings.file_gaps(saved, version=saved.version, by=by, at=timezone.now())
    assert done.gaps_filed_by == by
    with pytest.raises(Refused, match="not whole"):
        pairings.save_gaps(done, rows[1:], version=done.version, by=by, at=timezone.now())
    assert Gap.objects.filter(pairing=pair).count() == 8
    head = client_of(story.people["municipal_school_head"], "zh")
    assert "−38个" in text_of(head.get(reverse("gaps", args=[pair.pk])))


def test_the_gap_between_two_figures_is_counted_with_its_sign():
    with translation.override("zh-hans"):
        assert gaps.difference(Decimal("10"), Decimal("48"), "个") == "−38个"
        assert gaps.difference(Decimal("99.5"), Decimal("98"), "%") == "+1.5%"
        assert gaps.difference(Decimal("3"), Decimal("3"), "个") == "0个"
        assert gaps.difference(None, Decimal("3")) == ""


def test_an_analysis_is_never_overwritten_silently_and_stays_on_the_page():
    story = learning()
    pair, by = matched(story), story.people["municipal_school_staff"]
    saved = pairings.save_gaps(pair, whole_rows(), version=1, by=by, at=timezone.now())
    again = pairings.save_gaps(pair, whole_rows(), version=1, by=by, at=timezone.now())
    assert again.version == saved.version == 2
    with pytest.raises(Overtaken):
        pairings.save_gaps(pair, whole_rows(gap="别的"), version=1, by=by, at=timezone.now())
    head = client_of(story.people["municipal_school_head"])
    typed = {"version": "1", "indicators": "0", "d-vision-gap": "视野不够开阔", "act": "save"}
    answer = head.post(reverse("gaps", args=[pair.pk]), typed)
    assert answer.status_code == 409
    assert "视野不够开阔" in text_of(answer) and "有差距" in text_of(answer)
    figure = {"version": "2", "indicators": "1", "i-0-indicator": "升学率", "i-0-our_value": "很多"}
    answer = head.post(reverse("gaps", args=[pair.pk]), figure)
    assert answer.status_code == 422 and "is not a figure" in text_of(answer)
    filing = {"version": "2", "indicators": "0", "d-vision-gap": "视野不够开阔", "act": "file"}
    answer = head.post(reverse("gaps", args=[pair.pk]), filing)
    assert answer.status_code == 409 and "not whole yet" in text_of(answer)
    assert Gap.objects.filter(pairing=pair).count() == 1, "what was typed is stored, filed it is not"
    number = whole_rows(cause="请联系 13800138000")
    with pytest.raises(Refused, match="telephone"):
        pairings.save_gaps(pair, number, version=3, by=by, at=timezone.now())


def test_pairs_are_made_and_ended_by_the_unit_or_the_style_office_alone():
    story, foreign = learning(), stories.culture()
    school, now = story.units["municipal_school"], timezone.now()
    for who in ("second_school_staff", "linked_leader", "auditor"):
        with pytest.raises(Refused):
            pairings.match(school, story.benchmark, campaign=story.campaign, by=story.people[who], at=now)
    other = Benchmark.objects.create(bureau=story.bureau, unit=story.units["second_school"], key="own", tier="city",
                                     name_zh="别人的标杆")  # fmt: skip
    with pytest.raises(Refused, match="another unit"):
        pairings.match(school, other, campaign=story.campaign, by=story.people["municipal_school_staff"], at=now)
    with pytest.raises(Refused):
        pairings.match(school, Benchmark.objects.get(bureau=foreign.bureau), campaign=story.campaign,
                       by=story.people["municipal_school_staff"], at=now)  # fmt: skip
    pair = matched(story)
    with pytest.raises(Refused, match="Say why"):
        pairings.end(pair, why=" ", by=story.people["municipal_school_head"], at=now)
    ended = pairings.end(pair, why="对方机构合并", by=story.people["style_office"], at=now)
    assert (ended.until_on, ended.ended_why) == (timezone.localdate(), "对方机构合并")
    with pytest.raises(Refused, match="has ended"):
        pairings.save_gaps(ended, whole_rows(), version=1, by=story.people["municipal_school_staff"], at=now)
    assert matched(story, on=story.today).until_on is None
    registry.retire(story.benchmark, why="已撤并", by=story.people["style_office"], at=now)
    with pytest.raises(Refused, match="off the registry"):
        pairings.match(story.units["second_school"], story.benchmark, campaign=story.campaign,
                       by=story.people["second_school_staff"], at=now)  # fmt: skip


def test_a_pair_matched_again_owes_nothing_for_the_time_between_and_keeps_what_was_held():
    """Ended on 20 February and matched again on 12 October: the first three quarters are no misses."""
    story, calendar = learning(), Workdays()
    story.campaign.starts_on, story.campaign.ends_on = date(2026, 1, 1), date(2026, 12, 31)
    story.campaign.save()
    staff = story.people["municipal_school_staff"]

    def cells(pair):
        pair.noted = list(pair.contacts.all())
        columns = contact_words.columns(story.campaign, calendar)
        on = date(2026, 11, 2)
        found = [contact_words.cell(pair, each, story.campaign, calendar, needed=1, on=on) for each in columns]
        return [cell["state"] for cell in found]

    pair = matched(story, on=date(2026, 1, 1))
    contacts.note(pair, on=date(2026, 2, 3), way="call", about="课后服务", by=staff, at=at(date(2026, 2, 3)))
    pairings.end(pair, why="对方改制", by=staff, at=at(date(2026, 2, 20)))
    again = matched(story, on=date(2026, 10, 12))
    assert (again.pk, again.since_on, again.until_on) == (pair.pk, date(2026, 10, 12), None)
    assert cells(again) == ["done", "none", "none", "open"]
    late = contacts.note(again, on=date(2026, 2, 9), way="call", about="教研", by=staff, at=at(date(2026, 10, 13)))
    assert late.quarter == "2026-Q1"
    assert Deed.objects.about(pair).filter(verb="pairing.begun").latest("number").facts["since"] == "2026-10-12"
    pairings.end(again, why="又改", by=staff, at=at(date(2026, 11, 2)))
    short = matched(story, on=date(2026, 11, 3))
    assert short.since_on == date(2026, 10, 12), "a break of a day is no new beginning: it wipes out no miss"


def test_a_benchmark_that_falls_short_is_chosen_with_a_reason_that_everyone_reads():
    story = learning()
    Benchmark.objects.filter(pk=story.benchmark.pk).update(catchable=False)
    with pytest.raises(Refused, match="comparability rule"):
        matched(story)
    assert not Pairing.objects.exists()
    staff = client_of(story.people["municipal_school_staff"])
    page = reverse("registry_entry", args=[story.benchmark.pk])
    assert 'name="why"' in text_of(staff.get(page))
    bare, unit = reverse("registry_match", args=[story.benchmark.pk]), str(story.units["municipal_school"].pk)
    refused = staff.post(bare, {"unit": unit, "why": " "})
    assert refused.status_code == 409 and "comparability rule" in text_of(refused)
    numbered = staff.post(bare, {"unit": unit, "why": "联系 13800138000"})
    assert numbered.status_code == 409 and "13800138000" in text_of(numbered), "what was typed stays"
    why = "规模差距大，但教研做法可学"
    assert staff.post(bare, {"unit": unit, "why": why}).status_code == 302
    pair = Pairing.objects.get()
    assert pair.why_chosen == why and Deed.objects.about(pair).get(verb="pairing.begun").words.text == why
    for shown in (page, reverse("gaps", args=[pair.pk])):
        assert why in text_of(staff.get(shown)), shown
    Benchmark.objects.filter(pk=story.benchmark.pk).update(catchable=None)
    second = client_of(story.people["second_school_staff"])
    assert "comparability rule" not in text_of(second.get(page)).partition("Who is matched")[2], "asked where needed"
    assert matched(story, "second_school").why_chosen == ""


def test_the_style_office_matches_any_unit_of_its_bureau_and_finds_it_by_its_name():
    story, foreign = learning(), stories.culture()
    office, page = client_of(story.people["style_office"]), reverse("registry_entry", args=[story.benchmark.pk])
    school, match = story.units["municipal_school"], reverse("registry_match", args=[story.benchmark.pk])
    found = text_of(office.get(page, {"q": school.name_zh}))
    assert f"?unit={school.pk}" in found
    assert "No unit of that name" in text_of(office.get(page, {"q": foreign.units["bureau"].name_zh + "没有"}))
    chosen = text_of(office.get(page, {"unit": str(school.pk)}))
    assert f'value="{school.pk}"' in chosen
    strange = foreign.units["bureau"]
    assert f'value="{strange.pk}"' not in text_of(office.get(page, {"unit": str(strange.pk)}))
    assert office.post(match, {"unit": str(strange.pk)}).status_code == 404
    assert office.post(match, {"unit": "x"}).status_code == 404
    assert office.post(match, {"unit": str(school.pk)}).status_code == 302
    pair = Pairing.objects.get()
    assert pair.unit == school and Deed.objects.about(pair).get().post
    other = client_of(story.people["second_school_staff"])
    assert other.post(match, {"unit": str(school.pk)}).status_code == 404
    assert "Find the unit" not in text_of(other.get(page))


def test_an_office_person_who_also_holds_a_post_in_a_unit_is_offered_both_kinds_of_entry():
    story = learning()
    user = story.people["style_office"]
    listed = text_of(client_of(user).get(reverse("benchmarks")))
    assert "for=bureau" in listed and "for=unit" not in listed
    post = Post.objects.get(unit=story.units["municipal_school"], role=Role.STAFF)
    Tenure.objects.create(post=post, user=user, from_on="2017-01-01")
    listed, new = text_of(client_of(user).get(reverse("benchmarks"))), reverse("registry_new")
    assert "for=bureau" in listed and "for=unit" in listed
    assert "For the whole bureau" in text_of(client_of(user).get(new, {"for": "bureau"}))
    assert "For the whole bureau" not in text_of(client_of(user).get(new, {"for": "unit"}))
    assert client_of(user).post(f"{new}?for=bureau", ENTRY).status_code == 302
    assert Benchmark.objects.get(name_zh=ENTRY["name_zh"]).unit is None


def test_the_registry_says_which_answer_fails_keeps_history_and_counts_its_questions():
    story = learning()
    staff, office = client_of(story.people["municipal_school_staff"]), client_of(story.people["style_office"])
    assert staff.post(reverse("registry_new"), ENTRY | {"tier": ""}).status_code == 422
    made = staff.post(reverse("registry_new"), ENTRY)
    row = Benchmark.objects.get(name_zh=ENTRY["name_zh"])
    assert made.status_code == 302 and row.unit == story.units["municipal_school"] and row.host
    assert staff.post(reverse("registry_edit", args=[row.pk]), ENTRY | {"catchable": "true"}).status_code == 302
    page = text_of(staff.get(reverse("registry_entry", args=[row.pk])))
    assert "“No” became “Yes”" in page and "A benchmark unit was entered or changed" in page
    assert "Match" in page
    assert staff.post(reverse("registry_match", args=[row.pk]), {"unit": row.unit_id}).status_code == 302
    assert office.post(reverse("registry_edit", args=[row.pk]), ENTRY).status_code == 302, "told why not"
    assert Benchmark.objects.get(pk=row.pk).catchable is True
    assert office.post(reverse("registry_retire", args=[row.pk]), {"why": ""}).status_code == 422
    bureau_s = office.post(reverse("registry_new"), ENTRY | {"name_zh": "全局标杆"})
    assert bureau_s.status_code == 302 and Benchmark.objects.get(name_zh="全局标杆").unit is None
    listed = text_of(staff.get(reverse("benchmarks")))
    assert "Not comparable: Can be caught up with – no" in listed and "Public service" in listed
    assert office.get(reverse("benchmarks")).status_code == 200

    def questions(name, *args):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert office.get(reverse(name, args=args)).status_code == 200
        return len(asked)

    one = [questions("benchmarks"), questions("contacts")]
    for unit in ("second_school", "department", "town_office"):
        filed(story, matched(story, unit))
    assert [questions("benchmarks"), questions("contacts")] == one
    assert office.post(reverse("registry_retire", args=[row.pk]), {"why": "已撤并"}).status_code == 302
    assert ENTRY["name_zh"] not in text_of(office.get(reverse("benchmarks")))


def test_an_analysis_is_read_by_who_looks_after_the_unit_and_to_others_does_not_exist():
    story, foreign = learning(), stories.culture()
    pair = filed(story, matched(story))
    school = filed(story, matched(story, "town_school"))
    reads = {
        pair: {"municipal_school_staff", "municipal_school_head", "linked_leader", "style_office", "auditor"},
        school: {"town_school_staff", "town_school_head", "town_office_approver", "style_office", "auditor"},
    }
    for row, readers in reads.items():
        for who, user in story.people.items():
            client = client_of(user)
            for name in ("gaps", "contact_note"):
                expected = 200 if who in readers else 404
                assert client.get(reverse(name, args=[row.pk])).status_code == expected, (who, name)
    stranger = client_of(foreign.people["style_office"])
    for name, key in [("gaps", pair.pk), ("contact_note", pair.pk), ("registry_entry", story.benchmark.pk)]:
        assert stranger.get(reverse(name, args=[key])).status_code == 404
    leader = client_of(story.people["linked_leader"])
    answer = leader.post(reverse("gaps", args=[pair.pk]), {"version": pair.version, "indicators": "0", "act": "save"})
    assert answer.status_code == 409 and Gap.objects.filter(pairing=pair).count() == 7
    assert pair.since_on == story.campaign.starts_on and timedelta(0) < story.today - pair.since_on


def test_the_fangzi_plan_pairs_its_bureau_with_two_benchmarks_in_three_fields_to_catch_up_in():
    call_command("load_campaign", str(FANGZI), stdout=StringIO(), skip_checks=True)
    pairs = Pairing.objects.order_by("benchmark__tier")
    assert [(pair.unit.code, pair.benchmark.key) for pair in pairs] == [("bureau", "kuiwen"), ("bureau", "chengyang")]
    call_command("load_campaign", str(FANGZI), stdout=StringIO(), skip_checks=True)
    assert Pairing.objects.count() == Deed.objects.filter(verb="pairing.begun").count() == 2
    head = get_user_model().objects.create_user("head", "head@example.test", "x", name="局长")
    post = Post.objects.filter(unit=pairs[0].unit, role=Role.HEAD).first()
    post = post or Post.objects.create(unit=pairs[0].unit, role=Role.HEAD, key="head", title_zh="局长")
    Tenure.objects.create(post=post, user=head, from_on="2017-01-01")
    for page in (reverse("benchmarks"), reverse("gaps", args=[pairs[0].pk])):
        shown = text_of(client_of(head, "zh").get(page))
        for name in ("奎文区文广新局", "公共文化服务体系建设", "非物质文化遗产保护", "文化审批服务"):
            assert name in shown, (page, name)
