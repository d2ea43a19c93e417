"""Sheets of inspectors become one mark: bounded by what was given, the same in any order, settled as the rule says."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import inspecting

WORTH = {1: Decimal(60), 2: Decimal(15), 3: Decimal(0)}
POINTS = {key: st.none() | st.decimals(0, int(most), places=2) for key, most in WORTH.items()}
SHEETS = st.lists(st.fixed_dictionaries(POINTS), min_size=1, max_size=5)


def sheet(*points):
    return {key: None if each is None else Decimal(each) for key, each in enumerate(points, start=1)}


@pytest.mark.parametrize(
    ("points", "total"),
    [
        (("60", "15", None), "100.00"),
        (("30", "7.5", None), "50.00"),
        (("40", None, None), "66.67"),
        ((None, "0.01", None), "0.07"),
        (("12.345", None, None), "20.58"),
        ((None, None, "0"), None),
    ],
)
def test_a_total_is_out_of_a_hundred_over_what_was_judged(points, total):
    assert inspecting.total(sheet(*points), WORTH) == (total and Decimal(total))


def test_exactly_as_far_as_allowed_is_allowed():
    first, near, far = sheet("54", "15", None), sheet("46.5", "15", None), sheet("46.49", "15", None)
    assert inspecting.apart(first, near, WORTH) == Decimal("10.00")
    assert not inspecting.differ(first, near, WORTH, most=Decimal(10))
    assert inspecting.differ(first, far, WORTH, most=Decimal(10))


def test_two_are_settled_by_their_mean_and_three_by_their_median():
    two = [sheet("40", "10", None), sheet("45", "10.01", None)]
    found = inspecting.settled(two)
    assert found[1] == inspecting.Settled(Decimal("42.5"), (Decimal(40), Decimal(45)), "mean")
    assert found[2].points == Decimal("10.005") and 3 not in found
    three = inspecting.settled([*two, sheet("12", None, None)])
    assert three[1].points == 40 and three[1].how == "median"
    assert three[2].given == (Decimal(10), Decimal("10.01")) and three[2].points == Decimal("10.005")


@pytest.mark.parametrize(("points", "wrong"), [("0", False), ("15", False), ("15.01", True), ("-0.01", True)])
def test_points_lie_on_their_criterion_s_scale(points, wrong):
    assert inspecting.fault(Decimal(points), WORTH[2]) is wrong
    assert inspecting.fault(None, WORTH[2]) is False


@given(SHEETS)
def test_a_mark_lies_between_what_was_given_and_does_not_depend_on_the_order(sheets):
    found = inspecting.settled(sheets)
    for key, mark in found.items():
        assert min(mark.given) <= mark.points <= max(mark.given) <= WORTH[key]
    backwards = inspecting.settled(sheets[::-1])
    assert {key: mark.points for key, mark in backwards.items()} == {key: mark.points for key, mark in found.items()}


@given(st.fixed_dictionaries(POINTS), st.fixed_dictionaries(POINTS))
def test_totals_are_bounded_and_a_point_more_is_never_a_total_less(first, second):
    for each in (first, second):
        found = inspecting.total(each, WORTH)
        assert found is None or 0 <= found <= 100
    better = {key: WORTH[key] if points is not None else None for key, points in first.items()}
    if inspecting.total(first, WORTH) is not None:
        assert inspecting.total(better, WORTH) >= inspecting.total(first, WORTH)
    assert inspecting.apart(first, second, WORTH) == inspecting.apart(second, first, WORTH)
