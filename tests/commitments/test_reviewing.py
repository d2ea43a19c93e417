"""The arithmetic of a review, by example and by law."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commitments import reviewing
from commitments.states import ANSWERS, GROUPS

WEIGHTS = {"leaders": 30, "peers": 20, "public": 50}
MINIMUMS = {"leaders": 3, "peers": 5, "public": 5}

numbers = st.integers(0, 60)
counts = st.fixed_dictionaries(dict.fromkeys(reviewing.ANSWERS, numbers))
tallies = st.fixed_dictionaries(dict.fromkeys(reviewing.GROUPS, counts))
weights = st.fixed_dictionaries({group: st.integers(0, 100) for group in reviewing.GROUPS})
minimums = st.fixed_dictionaries({group: st.integers(0, 20) for group in reviewing.GROUPS})


def given_answers(satisfied=0, basically=0, not_=0, unknown=0):
    return {"satisfied": satisfied, "basically": basically, "not": not_, "unknown": unknown}


def test_groups_and_answers_are_those_of_the_tables():
    assert reviewing.GROUPS == tuple(key for key, _name in GROUPS)
    assert reviewing.ANSWERS == tuple(key for key, _name in ANSWERS)


def test_three_groups_that_all_count_are_weighed_as_set():
    found = reviewing.score(
        {"leaders": given_answers(3), "peers": given_answers(0, 5), "public": given_answers(5, 0, 5)},
        WEIGHTS, MINIMUMS,
    )  # fmt: skip
    assert found.score == Decimal("76.50")  # 0.3 × 100 + 0.2 × 70 + 0.5 × 65
    assert not found.redistributed
    assert [found.groups[group].share for group in WEIGHTS] == [Decimal(30), Decimal(20), Decimal(50)]


def test_a_group_below_its_minimum_is_left_out_and_its_weight_goes_to_the_others_in_proportion():
    found = reviewing.score(
        {"leaders": given_answers(3), "peers": given_answers(0, 0, 4, 9), "public": given_answers(0, 0, 5)},
        WEIGHTS, MINIMUMS,
    )  # fmt: skip
    assert found.redistributed
    assert not found.groups["peers"].enough
    assert found.groups["peers"].score is None
    assert found.score == reviewing.rounded(Fraction(30 * 100 + 50 * 30, 80)) == Decimal("56.25")
    assert found.groups["leaders"].share == Decimal("37.50")


def test_dont_know_is_no_valid_ballot():
    found = reviewing.score({"leaders": given_answers(unknown=50)}, WEIGHTS, MINIMUMS)
    assert found.score is None
    assert found.groups["leaders"].valid == 0


def test_a_minimum_of_nought_still_asks_for_one_ballot():
    assert reviewing.score({}, WEIGHTS, dict.fromkeys(WEIGHTS, 0)).score is None


def test_half_a_cent_goes_up_and_only_the_sum_is_rounded():
    assert reviewing.rounded(Fraction(9)) == Decimal("9.00")
    assert reviewing.rounded(Fraction(80005, 1000)) == Decimal("80.01")
    assert reviewing.rounded(Fraction(8000499, 100000)) == Decimal("80.00")
    thirds = {"leaders": given_answers(1, 1, 1), "public": given_answers(1, 1, 1)}
    found = reviewing.score(thirds, {"leaders": 1, "public": 1}, {"leaders": 1, "public": 1})
    assert found.score == Decimal("66.67")


def test_ties_share_a_place_and_the_next_place_stays_empty():
    scores = {"a": Decimal("90.00"), "b": Decimal("80.00"), "c": Decimal("90.00"), "d": None}
    assert reviewing.ranks(scores) == {"a": 1, "c": 1, "b": 3}


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2017, 6, 1), date(2017, 6, 30), True),
        (date(2017, 5, 12), date(2017, 6, 30), True),
        (date(2017, 5, 1), date(2017, 6, 30), False),
        (date(2017, 7, 1), date(2017, 12, 31), False),
        (date(2017, 7, 1), date(2017, 7, 20), True),
        (date(2016, 2, 1), date(2016, 2, 29), True),
    ],
)
def test_a_half_with_one_month_of_keeping_is_a_baseline(first, last, expected):
    assert reviewing.is_baseline(first, last) is expected


def test_whole_months():
    assert reviewing.whole_months(date(2017, 7, 1), date(2017, 12, 31)) == 6
    assert reviewing.whole_months(date(2017, 7, 2), date(2017, 12, 30)) == 4
    assert reviewing.whole_months(date(2017, 7, 2), date(2017, 7, 30)) == 0
    assert reviewing.whole_months(date(2017, 11, 1), date(2018, 1, 31)) == 3


@given(tallies, weights, minimums)
def test_a_score_lies_between_not_satisfied_and_satisfied(tallies, weights, minimums):
    found = reviewing.score(tallies, weights, minimums)
    assert found.score is None or Decimal(30) <= found.score <= Decimal(100)
    for group in found.groups.values():
        assert group.enough == (group.score is not None)
        assert group.score is None or Decimal(30) <= group.score <= Decimal(100)


@given(weights, st.sets(st.sampled_from(reviewing.GROUPS)))
def test_what_is_left_after_redistribution_is_a_whole_in_the_old_proportions(weights, counting):
    parts = reviewing.shares(weights, counting)
    if not parts:
        assert all(weights[group] == 0 for group in counting)
        return
    assert sum(parts.values()) == 1
    for one in parts:
        for other in parts:
            assert parts[one] * weights[other] == parts[other] * weights[one]


@given(tallies, weights, minimums, st.sampled_from(reviewing.GROUPS))
def test_a_better_answer_never_lowers_a_score(tallies, weights, minimums, group):
    assume(tallies[group]["not"] > 0)
    better = {**tallies, group: {**tallies[group], "not": tallies[group]["not"] - 1,
                                 "basically": tallies[group]["basically"] + 1}}  # fmt: skip
    before = reviewing.score(tallies, weights, minimums).score
    after = reviewing.score(better, weights, minimums).score
    assert (before is None and after is None) or after >= before


@given(tallies, weights, minimums, st.integers(2, 9))
def test_only_proportions_of_weights_matter(tallies, weights, minimums, times):
    many = {group: weight * times for group, weight in weights.items()}
    assert reviewing.score(tallies, weights, minimums).score == reviewing.score(tallies, many, minimums).score


@given(tallies, weights, minimums)
def test_dont_know_changes_nothing(tallies, weights, minimums):
    silent = {group: {**counts, "unknown": 0} for group, counts in tallies.items()}
    assert reviewing.score(tallies, weights, minimums) == reviewing.score(silent, weights, minimums)


@given(st.dictionaries(st.integers(), st.none() | st.decimals(30, 100, places=2), max_size=20))
def test_a_place_is_one_more_than_how_many_are_better(scores):
    places = reviewing.ranks(scores)
    assert places.keys() == {who for who, each in scores.items() if each is not None}
    for who, place in places.items():
        assert place == 1 + sum(each is not None and each > scores[who] for each in scores.values())
