"""What a change may touch, what it changes, and whether it lowers the promise: pure rules."""

from datetime import date
from decimal import Decimal

import pytest

from commitments import amending

NOW = {"text_zh": "全年演出45场", "text_en": "45 shows", "value": "45", "due_on": "2026-10-31", "benchmark_value": "60"}
TARGET = {"text_zh": "演出", "text_en": "shows", "value": "45", "due_on": "2026-10-31", "benchmark_value": "60",
          "benchmark_unknown": False, "unit_zh": "场"}  # fmt: skip


def change(**wanted):
    return amending.difference(NOW, wanted)


def test_only_what_says_something_else_is_a_change():
    same = change(text_zh=" 全年演出45场 ", value=Decimal("45.000"), due_on=date(2026, 10, 31), benchmark_value=None)
    assert same == ({"benchmark_value": "60"}, {"benchmark_value": None})
    assert change(value=Decimal("45.0")) == ({}, {})
    assert change(value=Decimal(40), text_en="40 shows") == (
        {"value": "45", "text_en": "45 shows"}, {"value": "40", "text_en": "40 shows"}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("comparison", "value", "lower"),
    [("ge", 40, True), ("ge", 50, False), ("eq", 44, True), ("eq", 46, False), ("le", 50, True), ("le", 40, False)],
)
def test_an_easier_target_lowers_the_promise(comparison, value, lower):
    assert amending.lowers("amendment", comparison, *change(value=Decimal(value))) is lower


def test_a_later_day_lowers_the_promise_and_an_earlier_one_does_not():
    assert amending.lowers("amendment", "ge", *change(due_on=date(2026, 11, 1)))
    assert not amending.lowers("amendment", "ge", *change(due_on=date(2026, 10, 30)))


def test_more_until_later_still_lowers():
    assert amending.lowers("amendment", "ge", *change(value=Decimal(50), due_on=date(2026, 12, 1)))


def test_withdrawing_lowers_and_mending_words_does_not():
    assert amending.lowers("withdrawal", "ge", {}, {})
    assert not amending.lowers("correction", "ge", *change(text_zh="全年演出共45场"))
    assert not amending.lowers("amendment", "ge", *change(benchmark_value=Decimal(50)))


def test_each_kind_may_touch_only_its_fields():
    assert amending.foreign_fields("correction", ["text_zh", "value", "due_on"]) == ["value", "due_on"]
    assert amending.foreign_fields("withdrawal", ["text_zh"]) == ["text_zh"]
    assert amending.foreign_fields("amendment", list(NOW)) == []


def test_another_figure_in_the_words_is_no_clerical_error():
    assert amending.changes_figures(*change(text_zh="全年演出40场"))
    assert amending.changes_figures(*change(text_en="45 shows by 2027"))
    assert not amending.changes_figures(*change(text_zh="全年共演出45场"))


def test_the_target_moves_with_the_change_and_keeps_the_rest():
    after = amending.target_after(TARGET, {"value": "40", "text_zh": "演出场次", "benchmark_value": "55"}, titled=False)
    assert after == {**TARGET, "value": "40", "benchmark_value": "55"}
    assert amending.target_after(TARGET, {"text_zh": "演出场次"}, titled=True)["text_zh"] == "演出场次"
    assert TARGET["value"] == "45"
