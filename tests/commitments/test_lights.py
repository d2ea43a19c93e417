"""Which light a line shows, from its figures and days alone."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitments import lights
from commitments.states import RANK

D = Decimal
START, DUE = date(2017, 6, 1), date(2017, 12, 31)
PLAIN = lights.Thresholds()
FIGURES = st.decimals(0, 10_000, places=1)
COMPARISONS = st.sampled_from(["ge", "le", "eq"])


@dataclass
class Line:
    comparison: str
    baseline: Decimal | None
    target: Decimal | None


@pytest.mark.parametrize(
    ("comparison", "baseline", "target", "actual", "expected"),
    [
        ("ge", 28, 45, 29, "5.9"),
        ("ge", None, 45, 29, "64.4"),
        ("ge", None, 90, 90, "100"),
        ("ge", 60, 90, 95, "100"),
        ("ge", 60, 90, 40, "0"),
        ("le", 63, 40, 51, "52.2"),
        ("le", 6, 3, 3, "100"),
        ("le", None, 3, 6, "50.0"),
        ("le", None, 0, 5, "0.0"),
        ("eq", 14, 0, 3, "78.6"),
        ("eq", 14, 0, 0, "100"),
        ("eq", 14, 0, 15, "0"),
        ("eq", 0, 7, 4, "57.1"),
        ("ge", 0, 100_000, 99_999, "99.9"),
        ("ge", 50, 90, None, None),
        ("some", None, None, 3, None),
    ],
)
def test_the_share_of_the_way(comparison, baseline, target, actual, expected):
    figures = (None if figure is None else D(figure) for figure in (baseline, target, actual))
    assert lights.share(comparison, *figures) == (None if expected is None else D(expected))


@given(COMPARISONS, st.none() | FIGURES, FIGURES, FIGURES)
def test_a_share_lies_between_nothing_and_all_and_all_means_met(comparison, baseline, target, actual):
    found = lights.share(comparison, baseline, target, actual)
    assert found is None or 0 <= found <= 100
    assert (found == 100) == lights.met(comparison, target, actual)


@given(COMPARISONS, FIGURES, FIGURES, FIGURES, FIGURES)
def test_a_figure_that_did_not_fall_never_lowers_the_share(comparison, baseline, target, one, other):
    if comparison == "eq":  # beyond its figure an exact promise is no longer met
        one, other = (max(min(figure, max(baseline, target)), min(baseline, target)) for figure in (one, other))
    if lights.fell(Line(comparison, baseline, target), one, other):
        one, other = other, one
    before, after = (lights.share(comparison, baseline, target, figure) for figure in (one, other))
    assert before is None or after is None or before <= after


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (START, "0"),
        (date(2017, 9, 15), "49.8"),
        (DUE - timedelta(days=1), "99.5"),
        (DUE, "100"),
        (date(2018, 5, 1), "100"),
    ],
)
def test_the_plan_asks_pro_rata_where_there_are_no_milestones(on, expected):
    assert lights.planned(START, DUE, [], on) == D(expected)


def test_the_plan_follows_milestones():
    steps = [{"on": "2017-08-31", "share": 20}, {"on": "2017-10-31", "share": 70}]
    days = (date(2017, 8, 1), date(2017, 9, 1), date(2017, 11, 30), DUE)
    assert [lights.planned(START, DUE, steps, day) for day in days] == [D(0), D(20), D(70), D(100)]


@pytest.mark.parametrize(
    ("plan", "actual", "expected"),
    [
        (50, 100, "kept"), (50, 61, "ahead"), (50, 60, "on_schedule"), (50, 40, "on_schedule"), (50, "39.9", "behind"),
        (50, 20, "behind"), (50, "19.9", "well_behind"), (50, None, "not_measurable"),
    ],
)  # fmt: skip
def test_ten_and_thirty_points_are_the_borders(plan, actual, expected):
    actual = None if actual is None else D(actual)
    assert lights.status(plan=D(plan), actual=actual, due_on=DUE, on=START, thresholds=PLAIN) == expected


def test_after_its_day_only_kept_is_green():
    late = DUE + timedelta(days=1)
    facts = {"plan": D(100), "due_on": DUE, "on": late, "thresholds": PLAIN}
    assert lights.status(actual=D("99.9"), **facts) == "overdue"
    assert lights.status(actual=None, choice="nothing", **facts) == "overdue"
    assert lights.status(actual=D(100), **facts) == "kept"


@given(st.decimals(0, 100, places=1), st.none() | st.decimals(0, 100, places=1), st.dates(START, date(2018, 6, 1)))
def test_every_status_has_its_place_in_the_list(plan, actual, on):
    assert lights.status(plan=plan, actual=actual, due_on=DUE, on=on, thresholds=PLAIN) in RANK
