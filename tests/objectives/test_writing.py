"""Writing: what people type is read as they mean it, and nobody's words are overwritten without their knowing."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.translation import override

from objectives import actions
from objectives.forms.fields import UNKNOWN
from objectives.models import Benchmark, Measure, Objective, Paper, Target
from objectives.states import ObjectiveKind
from portal.core.errors import Refused
from portal.core.models import Deed
from tests import stories
from tests.objectives.typed import read
from units.models import Post, Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def story():
    return stories.education()


@pytest.fixture
def paper(story):
    return story.paper("municipal_school", objectives=3)


@pytest.fixture
def staff(story):
    return story.people["municipal_school_staff"]


@pytest.fixture
def first(paper):
    return paper.objectives.get(position=1)


def part(forms) -> dict:
    assert forms.is_valid(), errors(forms)
    return forms.part()


def errors(forms):
    return {bound.html_name: list(bound.errors) for form in forms.all for bound in form if bound.errors}


def store(objective, by, *, version=None, **changes):
    """Type something into the form of an objective and save it."""
    forms = read(objective.paper, objective, **changes)
    assert forms.is_valid(), errors(forms)
    version = objective.version if version is None else version
    return actions.save_objective(objective, forms.part(), version=version, by=by, at=timezone.now())


# --- reading what was typed ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "figure"),
    [
        ("90", "90"), ("９０", "90"), ("12.5", "12.5"), ("１２．５", "12.5"), ("1,200", "1200"),
        ("1，200，000", "1200000"), (" 7 ", "7"), ("-2.5", "-2.5"), ("－2", "-2"), ("0", "0"), ("90.000", "90"),
        ("99999999999.999", "99999999999.999"),
    ],
)  # fmt: skip
def test_a_figure_is_read_in_every_usual_writing(paper, first, typed, figure):
    forms = read(paper, first, **{"targets-0-value": typed})
    assert forms.is_valid()
    assert forms.part()["targets"][0]["value"] == Decimal(figure)


@pytest.mark.parametrize("typed", ["abc", "九十", "1e5", "NaN", "Infinity", "1,20", "12.", "5-6", "90个", "\x00"])
def test_what_is_no_figure_is_told_with_what_is_expected(paper, first, typed):
    forms = read(paper, first, **{"targets-0-value": typed})
    assert not forms.is_valid()
    assert errors(forms) == {"targets-0-value": [f"“{typed}” is not a figure. Write digits, e.g. 90 or 12.5."]}


@pytest.mark.parametrize("typed", ["123456789012", "1.2345"])
def test_a_figure_too_long_for_the_paper_is_told(paper, first, typed):
    forms = read(paper, first, **{"targets-0-baseline": typed})
    assert "too many digits" in errors(forms)["targets-0-baseline"][0]


@pytest.mark.parametrize("typed", ["90%", "90 %", "９０％", "90.0%"])
def test_a_percent_sign_belongs_to_the_unit_of_measure(paper, first, typed):
    forms = read(paper, first, **{"targets-0-value": typed, "targets-0-unit_zh": ""})
    assert forms.is_valid()
    target = forms.part()["targets"][0]
    assert (target["value"], target["unit_zh"]) == (Decimal(90), "%")


def test_a_percent_sign_beside_another_unit_is_a_contradiction(paper, first):
    forms = read(paper, first, **{"targets-0-value": "90%", "targets-0-unit_zh": "场"})
    assert "in percent, the unit of measure is “场”" in errors(forms)["targets-0-unit_zh"][0]


def test_a_full_width_percent_sign_as_unit_is_the_ordinary_one(paper, first):
    assert part(read(paper, first, **{"targets-0-unit_zh": "％"}))["targets"][0]["unit_zh"] == "%"


@pytest.mark.parametrize("typed", ["not known", "Not known", "不详", "未知"])
def test_a_benchmark_s_figure_may_be_said_in_words_to_be_unknown(paper, first, typed):
    forms = read(paper, first, **{"targets-0-benchmark_value": typed})
    assert forms.is_valid()
    target = forms.part()["targets"][0]
    assert (target["benchmark_value"], target["benchmark_unknown"]) == (None, True)


def test_an_unknown_benchmark_s_figure_is_shown_in_the_reader_s_words(paper, first):
    Target.objects.filter(objective=first).update(benchmark_value=None, benchmark_unknown=True)
    form = read(paper, first).targets.forms[0]
    assert form.initial["benchmark_value"] == UNKNOWN
    assert form["benchmark_value"].value() == "not known"


@pytest.mark.parametrize(
    "typed",
    [
        "2017-05-22",
        "2017/5/22",
        "2017.5.22",
        "2017年5月22日",
        "2017 年 5 月 22 日",
        "２０１７年５月２２日",
        "20170522",
        "2017年5月22号",
    ],
)
def test_a_day_is_read_in_every_usual_writing(paper, first, typed):
    forms = read(paper, first, due_on=typed)
    assert forms.is_valid()
    assert forms.part()["due_on"] == date(2017, 5, 22)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2017-02-31", "There is no 31 February. Write 2017-02-28."),
        ("2016年2月30日", "There is no 30 February. Write 2016-02-29."),
        ("2017-06-00", "There is no 0 June. Write 2017-06-01."),
        ("2017-13-01", "There is no month 13. Write a month from 1 to 12, e.g. 2017-12-31."),
        ("5月22日", "“5月22日” has no year. Write year, month and day, e.g. 2017-12-31."),
        ("next week", "“next week” is not a date. Write year, month and day, e.g. 2017-12-31."),
        ("0217-05-22", "“0217-05-22” is not a date. Write year, month and day, e.g. 2017-12-31."),
    ],
)
def test_a_day_that_is_none_is_told_with_what_to_write(paper, first, typed, words):
    assert errors(read(paper, first, due_on=typed)) == {"due_on": [words]}


@pytest.mark.parametrize(("typed", "count"), [("102", 102), ("１０２", 102), ("1,200", 1200), ("0", 0)])
def test_a_number_of_people_is_read(paper, typed, count):
    forms = read(paper, consulted_people=typed)
    assert forms.is_valid() and forms.part()["consulted_people"] == count


@pytest.mark.parametrize("typed", ["1.5", "-1", "50%", "many", "999999999"])
def test_a_number_of_people_is_whole_and_not_negative(paper, typed):
    assert "Write digits, e.g. 102." in errors(read(paper, consulted_people=typed))["consulted_people"][0]


def test_a_consultation_neither_ends_before_it_begins_nor_adopts_more_than_it_heard(paper):
    forms = read(
        paper, consulted_from="2017-05-12", consulted_to="2017-05-11", opinions_heard="3", opinions_adopted="4"
    )
    assert set(errors(forms)) == {"consulted_to", "opinions_adopted"}


def test_measures_are_lines_and_there_are_at_most_as_many_as_the_campaign_allows(paper, first):
    assert part(read(paper, first, measures="一\r\n\r\n  二 \r\n"))["measures"] == ["一", "二"]
    assert errors(read(paper, first, measures="一\n二\n三\n四")) == {"measures": ["At most 3 lines; there are 4."]}
    told = errors(read(paper, first, measures="一\n" + "长" * 201))["measures"]
    assert told == ["Line 2 has 201 characters: write at most 200."]


def test_english_lines_follow_the_measures_and_are_never_more(paper, first):
    forms = read(paper, first, measures="一\n二", measures_en="\nTwo")
    assert forms.is_valid() and forms.part()["measures_en"] == ["", "Two"]
    assert "measures_en" in errors(read(paper, first, measures="一", measures_en="One\nTwo"))


def test_a_sentence_is_one_line_and_of_a_length_that_fits(paper, first):
    assert part(read(paper, first, text_zh="上半句，\r\n下半句"))["text_zh"] == "上半句，下半句"
    told = errors(read(paper, first, text_zh="字" * 201))["text_zh"]
    assert told == ["201 characters are too many: write at most 200."]


def test_a_draft_may_be_empty_everywhere(paper, first):
    empty = {"text_zh": "", "due_on": "", "measures": "", "leader": "", "benchmark": "", "sections": []}
    row = dict.fromkeys(("text_zh", "baseline", "value", "unit_zh", "benchmark_value", "text_en", "unit_en"), "")
    forms = read(paper, first, **empty, **{f"targets-0-{name}": value for name, value in row.items()})
    assert forms.is_valid()
    assert forms.part()["targets"] == [] and forms.part()["leader"] is None


def test_posts_and_benchmarks_of_others_cannot_be_chosen(story, paper, first):
    other = Post.objects.get(unit=story.units["department"], role=Role.HEAD)
    foreign = Benchmark.objects.create(
        bureau=story.bureau, unit=story.units["department"], key="theirs", name_zh="他人标杆", tier="city"
    )
    assert set(errors(read(paper, first, leader=other.pk, benchmark=foreign.pk))) == {"leader", "benchmark"}


def test_the_bureau_s_own_paper_chooses_among_the_leading_posts_of_all_its_units(story):
    own = story.paper("bureau")
    offered = set(read(own, own.objectives.first()).form.fields["leader"].queryset)
    assert Post.objects.get(unit=story.units["department"], role=Role.HEAD) in offered
    assert not {post for post in offered if post.role in (Role.STAFF, Role.ADMINISTRATOR)}


# --- storing -------------------------------------------------------------------------------------


def test_a_save_stores_everything_typed_and_counts_the_version_up(first, staff):
    typed = {"text_zh": "新的目标", "measures": "一\n二", "measures_en": "One", "due_on": "2027年1月5日"}
    figures = {"targets-0-value": "９０％", "targets-0-unit_zh": ""}
    saved = store(first, staff, sections=["ethics"], **typed, **figures)
    saved = Objective.objects.get(pk=saved.pk)
    assert (saved.version, saved.text_zh, saved.due_on) == (first.version + 1, "新的目标", date(2027, 1, 5))
    assert saved.sections == ["ethics"]
    assert [(row.text_zh, row.text_en) for row in saved.measures.all()] == [("一", "One"), ("二", "")]
    target = saved.targets.get()
    assert (target.value, target.unit_zh) == (Decimal(90), "%")
    assert saved.paper.saved_by == staff


def test_saving_what_is_stored_changes_nothing_on_whichever_version(first, staff):
    before = Paper.objects.get(pk=first.paper_id).saved_at
    rows = [model.history.count() for model in (Objective, Target, Paper)]
    assert store(first, staff).version == first.version
    assert store(first, staff, version=1).version == first.version
    assert Paper.objects.get(pk=first.paper_id).saved_at == before
    assert [model.history.count() for model in (Objective, Target, Paper)] == rows


def test_a_save_writes_history_only_for_the_rows_that_changed(first, staff):
    before = Target.history.count(), Paper.history.count()
    store(first, staff, text_zh="新的目标")
    assert (Target.history.count(), Paper.history.count()) == before
    assert first.history.first().history_user == staff


def test_a_save_on_an_old_version_is_refused_and_names_who_was_faster(story, first, staff):
    head = story.people["municipal_school_head"]
    store(first, head, text_zh="主任的文本")
    store(first.paper.objectives.get(position=2), staff, text_zh="别处的修改")
    with pytest.raises(actions.Overtaken) as told:
        store(first, staff, version=first.version, text_zh="干事的文本")
    assert told.value.current.text_zh == "主任的文本"
    assert told.value.saved_by == head and str(head) in str(told.value)
    assert Objective.objects.get(pk=first.pk).text_zh == "主任的文本"


def test_a_consultation_note_is_guarded_by_the_paper_s_version(story, paper, staff):
    head, at = story.people["municipal_school_head"], timezone.now()
    mine, theirs = read(paper, consulted_how="座谈"), read(paper, consulted_how="问卷")
    assert mine.is_valid() and theirs.is_valid()
    actions.save_consultation(paper, theirs.part(), version=paper.version, by=head, at=at)
    with pytest.raises(actions.Overtaken) as told:
        actions.save_consultation(paper, mine.part(), version=paper.version, by=staff, at=at)
    assert told.value.saved_by == head
    again = actions.save_consultation(paper, theirs.part(), version=paper.version, by=staff, at=at)
    assert again.version == paper.version + 1


def test_saving_an_objective_leaves_the_version_of_the_note_alone(paper, first, staff):
    store(first, staff, text_zh="新的目标")
    assert Paper.objects.get(pk=paper.pk).version == paper.version


def test_targets_are_rewritten_by_their_own_identity_not_by_their_place(first, staff):
    kept = first.targets.get()
    Target.objects.filter(pk=kept.pk).update(position=2, is_striven_for=True)
    Target.objects.create(objective=first, position=1, text_zh="先前的目标")
    row = dict.fromkeys(("text_zh", "baseline", "value", "unit_zh", "benchmark_value", "text_en", "unit_en"), "")
    store(first, staff, **{f"targets-0-{name}": value for name, value in row.items()})
    left = first.targets.get()
    assert (left.pk, left.position, left.is_striven_for) == (kept.pk, 1, True)


def test_a_target_typed_into_the_next_row_is_the_same_one_at_the_second_save(first, staff):
    row = {"targets-1-text_zh": "第二个目标", "targets-1-value": "5", "targets-1-unit_zh": "次"}
    data = read(first.paper, first, **row)
    assert data.is_valid()
    saved = actions.save_objective(first, data.part(), version=first.version, by=staff, at=timezone.now())
    second = saved.targets.get(position=2)
    again = actions.save_objective(first, data.part(), version=saved.version, by=staff, at=timezone.now())
    assert again.version == saved.version
    assert again.targets.get(position=2).pk == second.pk


def test_a_target_of_another_objective_is_never_rewritten(paper, first, staff):
    theirs = paper.objectives.get(position=2).targets.get()
    store(first, staff, **{"targets-0-pk": str(theirs.pk), "targets-0-text_zh": "改写别人的"})
    theirs.refresh_from_db()
    assert theirs.objective_id != first.pk and theirs.text_zh != "改写别人的"
    assert first.targets.get().text_zh == "改写别人的"


def test_a_changed_measure_loses_the_english_that_was_not_given_again(first, staff):
    Measure.objects.filter(objective=first).update(text_en="As before")
    data = stories.objective_data(1, leader=first.leader, benchmark=first.benchmark, due_on=first.due_on)
    data["measures"] = [first.measures.first().text_zh, "全新的措施"]
    saved = actions.save_objective(first, data, version=first.version, by=staff, at=timezone.now())
    assert [row.text_en for row in saved.measures.all()] == ["As before", ""]


# --- begin, add, move, remove --------------------------------------------------------------------


def test_a_paper_is_begun_once_with_the_benchmarking_objective(story):
    unit, by = story.units["department"], story.people["department_staff"]
    papers = {actions.begin(story.campaign, unit, by=by, at=timezone.now()).pk for _time in range(2)}
    assert len(papers) == 1
    assert Objective.objects.get(paper__unit=unit).kind == ObjectiveKind.BENCHMARK
    assert Deed.objects.filter(verb="paper.begun").count() == 1


def test_strangers_neither_begin_nor_write(story, first):
    stranger = story.people["department_staff"]
    with pytest.raises(Refused):
        actions.begin(story.campaign, story.units["municipal_school"], by=stranger, at=timezone.now())
    with pytest.raises(Refused):
        store(first, stranger, text_zh="外人的文本")


def test_a_frozen_paper_is_written_by_nobody(story, staff):
    paper = story.paper("municipal_school", "in_route")
    first = paper.objectives.first()
    for act in (
        lambda: store(first, staff, text_zh="迟到的修改"),
        lambda: actions.add_objective(paper, by=staff, at=timezone.now()),
        lambda: actions.move_objective(first, up=False, by=staff, at=timezone.now()),
        lambda: actions.remove_objective(first, by=staff, at=timezone.now()),
    ):
        with pytest.raises(Refused, match="frozen"):
            act()


def test_a_date_in_the_past_is_no_moment_to_write_at(first, staff):
    with pytest.raises(Refused):
        actions.add_objective(first.paper, by=staff, at=timezone.now() - timedelta(days=1))


def texts(paper):
    return list(paper.objectives.order_by("position").values_list("position", "text_zh"))


def test_an_objective_changes_places_and_stays_within_the_list(paper, staff):
    one, two, three = (text for _n, text in texts(paper))
    middle = paper.objectives.get(position=2)
    actions.move_objective(middle, up=True, by=staff, at=timezone.now())
    assert texts(paper) == [(1, two), (2, one), (3, three)]
    assert actions.move_objective(middle, up=True, by=staff, at=timezone.now()).position == 1
    actions.move_objective(middle, up=False, by=staff, at=timezone.now())
    assert texts(paper) == [(1, one), (2, two), (3, three)]


def test_moving_does_not_overtake_a_colleague_who_writes(paper, first, staff):
    actions.move_objective(first, up=False, by=staff, at=timezone.now())
    assert Objective.objects.get(pk=first.pk).version == first.version


def test_after_a_removal_the_others_close_ranks_and_a_second_removal_is_harmless(paper, first, staff):
    _one, two, three = (text for _n, text in texts(paper))
    for _time in range(2):
        actions.remove_objective(first, by=staff, at=timezone.now())
    assert texts(paper) == [(1, two), (2, three)]


def test_what_a_colleague_wrote_meanwhile_is_not_removed_unseen(story, first, staff):
    store(first, story.people["municipal_school_head"], text_zh="主任的文本")
    with pytest.raises(actions.Overtaken):
        actions.remove_objective(first, by=staff, at=timezone.now(), version=first.version)
    assert Objective.objects.filter(pk=first.pk).exists()


def test_a_removed_objective_cannot_be_saved(first, staff):
    forms = read(first.paper, first, text_zh="太迟了")
    assert forms.is_valid()
    actions.remove_objective(first, by=staff, at=timezone.now())
    with pytest.raises(Refused, match="removed"):
        actions.save_objective(first, forms.part(), version=first.version, by=staff, at=timezone.now())


def test_a_paper_holds_no_endless_list(paper, staff, monkeypatch):
    monkeypatch.setattr("objectives.actions.writing.MOST_OBJECTIVES", 3)
    with pytest.raises(Refused, match="at most 3"):
        actions.add_objective(paper, by=staff, at=timezone.now())


def test_a_benchmark_of_another_unit_cannot_be_rewritten(story, staff):
    theirs = Benchmark.objects.create(
        bureau=story.bureau, unit=story.units["department"], key="theirs", name_zh="他人标杆", tier="city"
    )
    unit = story.units["municipal_school"]
    with pytest.raises(Refused):
        actions.save_benchmark(unit, {"name_zh": "改写"}, by=staff, at=timezone.now(), benchmark=theirs)


# --- two colleagues at once ----------------------------------------------------------------------


def together(*acts):
    """Run the acts at the same moment, each on a connection of its own; what each returned or raised."""
    barrier, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        barrier.wait()
        try:
            outcomes[place] = act()
        except Refused as told:
            outcomes[place] = told
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.fixture
def two_texts(transactional_db):
    """An objective that two colleagues opened at once, and what each of them typed."""
    story = stories.education()
    paper = story.paper("municipal_school")
    row = paper.objectives.get(position=1)
    people = [story.people["municipal_school_staff"], story.people["municipal_school_head"]]
    parts = []
    for text in ("甲写的目标", "乙写的目标"):
        forms = read(paper, row, text_zh=text)
        assert forms.is_valid()
        parts.append(forms.part())
    return row, list(zip(parts, people, strict=True))


@pytest.mark.pg
def test_of_two_colleagues_who_save_one_objective_one_is_told(two_texts):
    row, typed = two_texts
    outcomes = together(
        *(
            lambda part=part, by=by: actions.save_objective(row, part, version=row.version, by=by, at=timezone.now())
            for part, by in typed
        )
    )
    (told,) = [each for each in outcomes if isinstance(each, actions.Overtaken)]
    stored = Objective.objects.get(pk=row.pk)
    assert told.current.text_zh == stored.text_zh
    assert stored.version == row.version + 1


@pytest.mark.pg
def test_control_whoever_does_not_name_the_version_read_loses_a_colleague_s_text(two_texts):
    row, typed = two_texts

    def save(part, by):
        now = Objective.objects.get(pk=row.pk).version
        try:
            return actions.save_objective(row, part, version=now, by=by, at=timezone.now())
        except actions.Overtaken as told:
            version = told.current.version
            return actions.save_objective(row, part, version=version, by=by, at=timezone.now())

    outcomes = together(*(lambda part=part, by=by: save(part, by) for part, by in typed))
    assert [isinstance(each, Objective) for each in outcomes] == [True, True]
    assert Objective.objects.get(pk=row.pk).version == row.version + 2
