"""What a paper still lacks: each rule alone, hard or soft, with the field that it leads to."""

import copy
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from objectives import actions, missing
from objectives.missing import MUST, OK, SOFT
from objectives.models import Benchmark, KindRule, Objective, Paper
from objectives.states import Comparison, ObjectiveKind
from portal.core.errors import Refused
from tests import stories
from tests.worlds import shared

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def built():
    made = stories.education()
    made.draft = made.paper("municipal_school", objectives=2)
    return made


world = shared(built)


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


@pytest.fixture
def paper(story):
    return story.draft


def lacks(paper, level=MUST):
    paper = Paper.objects.in_full().get(pk=paper.pk)
    rule = KindRule.objects.get(campaign=paper.campaign, kind=paper.unit.kind)
    return [lack for lack in missing.missing_to_submit(paper, rule) if lack.level == level]


def texts(paper, level=MUST):
    return [lack.text for lack in lacks(paper, level)]


def objective(paper, number=1):
    return Objective.objects.get(paper=paper, position=number)


def change(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def rules(paper, **values):
    change(paper.campaign, rules=paper.campaign.rules | values)


def test_a_complete_paper_lacks_nothing_that_blocks(paper):
    assert lacks(paper) == []
    assert texts(paper, OK) == ["consultation note", "every required head answered"]


def test_what_blocks_stands_before_advice_and_advice_before_what_is_done(paper):
    change(objective(paper), due_on=None)
    full = Paper.objects.in_full().get(pk=paper.pk)
    rule = KindRule.objects.get(campaign=paper.campaign, kind=paper.unit.kind)
    levels = [lack.level for lack in missing.missing_to_submit(full, rule)]
    assert levels == sorted(levels, key=(MUST, SOFT, OK).index)
    assert {MUST, SOFT, OK} == set(levels)


def test_the_gate_of_submission_is_the_same_list(story, paper):
    change(objective(paper, 2), due_on=None)
    paper.objectives.get(position=2).measures.all().delete()
    with pytest.raises(Refused) as told:
        actions.submit(paper, by=story.people["municipal_school_staff"], at=timezone.now())
    for text in texts(paper):
        assert text in str(told.value)


@pytest.mark.parametrize(
    ("change_to", "text", "anchor", "short"),
    [
        ({"text_zh": " "}, "Objective 1: what is to be reached", "id_text_zh", "Not written yet"),
        ({"due_on": None}, "Objective 1: a deadline", "id_due_on", "No deadline"),
        ({"leader": None}, "Objective 1: the accountable leader's post", "id_leader", "No leader"),
        ({"benchmark": None}, "Objective 1: its benchmark unit", "id_benchmark", "No benchmark unit"),
        ({"kind": ObjectiveKind.DUTY}, "Objective 1 must be the benchmarking one", "id_kind", "Not benchmarking"),
    ],
)
def test_an_objective_must_have(paper, change_to, text, anchor, short):
    change(objective(paper), **change_to)
    assert [(lack.text, lack.anchor, lack.short, lack.objective) for lack in lacks(paper)] == [(text, anchor, short, 1)]


def test_an_objective_must_have_a_measure_and_a_target(paper):
    objective(paper).measures.all().delete()
    objective(paper).targets.all().delete()
    assert [lack.short for lack in lacks(paper)] == ["No measure", "No target"]


@pytest.mark.parametrize(("edge", "blocked"), [("starts_on", 0), ("ends_on", 0), ("before", 1), ("after", 1)])
def test_a_deadline_lies_inside_the_campaign_its_first_and_last_day_included(paper, edge, blocked):
    days = {
        "starts_on": paper.campaign.starts_on,
        "ends_on": paper.campaign.ends_on,
        "before": paper.campaign.starts_on - timedelta(days=1),
        "after": paper.campaign.ends_on + timedelta(days=1),
    }
    change(objective(paper), due_on=days[edge])
    assert len(lacks(paper)) == blocked


@pytest.mark.parametrize(
    ("change_to", "field"),
    [
        ({"text_zh": ""}, "text_zh"),
        ({"value": None}, "value"),
        ({"unit_zh": ""}, "unit_zh"),
        ({"baseline": None}, "baseline"),
        ({"benchmark_value": None}, "benchmark_value"),
    ],
)
def test_the_benchmarking_target_leads_to_the_field_that_is_empty(paper, change_to, field):
    change(objective(paper).targets.get(), **change_to)
    assert [lack.anchor for lack in lacks(paper)] == [f"id_targets-0-{field}"]


def test_a_benchmark_s_figure_may_be_said_to_be_not_known(paper):
    change(objective(paper).targets.get(), benchmark_value=None, benchmark_unknown=True)
    assert lacks(paper) == []


@pytest.mark.parametrize("name", ["baseline", "benchmark_value"])
def test_other_objectives_need_neither_a_baseline_nor_a_benchmark_s_figure(paper, name):
    change(objective(paper, 2).targets.get(), **{name: None})
    assert lacks(paper) == []


@pytest.mark.parametrize("comparison", [Comparison.SOME, Comparison.HELD, Comparison.RANK, Comparison.ASSIGNED])
def test_a_checkable_milestone_needs_no_figure(paper, comparison):
    change(objective(paper, 2).targets.get(), comparison=comparison, value=None, unit_zh="")
    assert lacks(paper) == []


def test_each_empty_part_of_the_consultation_note_blocks_by_its_own_field(paper):
    change(paper, consulted_from=None, consulted_to=None, consulted_how="", consulted_people=None)
    anchors = [lack.anchor for lack in lacks(paper)]
    assert anchors == ["id_consulted_from", "id_consulted_how", "id_consulted_people"]
    change(paper, consulted_from=date(2026, 1, 5), consulted_people=1, opinions_heard=None)
    assert [lack.anchor for lack in lacks(paper)] == ["id_consulted_to", "id_consulted_how", "id_opinions_heard"]


def test_a_campaign_may_ask_no_consultation_and_no_benchmarking_first(paper):
    change(paper, consulted_how="", consulted_people=None)
    change(objective(paper), benchmark=None, kind=ObjectiveKind.DUTY)
    rules(paper, consultation_required=False, first_is_benchmarking=False)
    assert lacks(paper) == []


def test_a_paper_without_objectives_blocks(paper):
    paper.objectives.all().delete()
    assert texts(paper) == ["At least one objective"]


@pytest.mark.parametrize(("count", "warns"), [(7, True), (8, False), (12, False), (13, True)])
def test_far_from_ten_objectives_is_advised_against(story, count, warns):
    found = texts(story.paper("municipal_school", objectives=count), SOFT)
    assert (f"{count} objectives; about 10 are expected" in found) == warns


def test_a_long_sentence_is_advised_against_by_its_characters_without_spaces(paper):
    change(objective(paper), text_zh="字" * 60 + " " * 9)
    assert not [lack for lack in lacks(paper, SOFT) if lack.objective]
    change(objective(paper), text_zh="字" * 61)
    assert [(lack.text, lack.short) for lack in lacks(paper, SOFT) if lack.objective] == [
        ("Objective 1 is long: 61 characters", "Long")
    ]


def test_a_long_paper_is_advised_against_unless_its_kind_is_exempt(paper):
    change(objective(paper), text_zh="字" * 60)
    rules(paper, chars_about=20)
    assert any("of about 20 characters" in text for text in texts(paper, SOFT))
    KindRule.objects.update(length_exempt=True)
    assert not any("of about 20 characters" in text for text in texts(paper, SOFT))


def test_the_length_counts_sentences_measures_and_targets_but_no_repetition(paper):
    paper.objectives.filter(position=2).delete()
    change(objective(paper), text_zh="五个字的 句子吧")
    paper.objectives.get().measures.all().delete()
    change(paper.objectives.get().targets.get(), text_zh="五个字的 句子吧")
    assert missing.characters(Paper.objects.in_full().get(pk=paper.pk)) == 7


def test_unanswered_heads_and_focuses_are_named(paper):
    for row in paper.objectives.all():
        change(row, sections=["study"])
    found = texts(paper, SOFT)
    assert "No objective answers the head “Teachers' ethics”" in found
    assert "No objective aims at: Bottleneck of development" in found
    assert not any("strongly voiced" in text for text in found)


def test_the_names_of_heads_follow_the_reader_s_language(paper):
    for row in paper.objectives.all():
        change(row, sections=[])
    with override("zh-hans"):
        assert any("师德建设" in text for text in texts(paper, SOFT))


def test_an_uncompared_benchmark_is_advised_against(paper):
    change(Benchmark.objects.get(), learnable=None)
    assert "The benchmark unit: the four answers on comparability" in texts(paper, SOFT)


@pytest.mark.parametrize(
    "number",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "１３８１２３４５６７８",
        "37078419900101123X",
        "370784 19900101 123x",
    ],
)  # fmt: skip
def test_a_personal_number_blocks_wherever_it_stands_and_is_not_repeated(paper, number):
    change(objective(paper, 2), text_zh=f"请拨打{number}报名")
    (lack,) = lacks(paper)
    assert lack.objective == 2 and lack.anchor == "id_text_zh" and lack.short == "Personal number"
    assert number not in lack.text
    change(objective(paper, 2), text_zh="报名")
    change(paper, consulted_how=f"电话{number}")
    assert [lack.anchor for lack in lacks(paper)] == ["id_consulted_how"]


@pytest.mark.parametrize(
    "text", ["2017年5月22日至2018年1月20日", "投入1381234567元", "编号138123456789", "12812345678"]
)
def test_dates_sums_and_other_numbers_are_no_personal_numbers(paper, text):
    change(objective(paper, 2), text_zh=text)
    assert lacks(paper) == []


def test_the_list_costs_no_query_of_its_own(paper, django_assert_num_queries):
    full = Paper.objects.in_full().get(pk=paper.pk)
    rule = KindRule.objects.select_related("kind").get(campaign=paper.campaign, kind=paper.unit.kind)
    with django_assert_num_queries(0):
        missing.missing_to_submit(full, rule)
