"""Totals, grades, caps and places: the pure rules, and that the database's own arithmetic gives the same."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import rules, scoring, totalling
from assessments.models import Adjustment, Case, Mark
from assessments.scoring import DEFAULT_GRADES, Scored, Totalled
from assessments.states import Source
from tests.judged import judged, post_of

points = st.decimals(0, 100, places=4, allow_nan=False, allow_infinity=False)
lines = st.lists(
    st.tuples(st.none() | st.decimals(0, 1, places=4), st.decimals("0.01", 100, places=2)).map(
        lambda row: Scored(None if row[0] is None else (row[0] * row[1]).quantize(Decimal("0.0001")), row[1])
    ),
    max_size=10,
)
adjustments = st.decimals(-30, 5, places=2)
totals = st.decimals(0, 105, places=2)


@given(lines, adjustments)
def test_a_total_stays_within_the_scale(rows, added):
    total = scoring.total(rows, added=added, most=Decimal(5))
    applies = any(row.points is not None for row in rows)
    assert (total is not None) == applies
    assert total is None or (0 <= total <= 105 and total == round(total, 2))


@given(lines, adjustments, st.integers(0, 9))
def test_more_points_never_make_a_worse_total(rows, added, place):
    applied = [row for row in rows if row.points is not None]
    if not applied:
        return
    row = applied[place % len(applied)]
    better = [Scored(row.worth, row.worth) if each is row else each for each in rows]
    assert scoring.total(better, added=added) >= scoring.total(rows, added=added)
    assert scoring.total(rows, added=added + 1) >= scoring.total(rows, added=added)


def test_half_a_cent_goes_up_once_after_summing():
    thirds = [Scored(Decimal("3.3325"), Decimal(25)) for _line in range(4)]  # 13.33 in sum; 13.32 or 13.36 line by line
    assert scoring.total(thirds) == Decimal("13.33")
    assert scoring.total([Scored(Decimal("89.995"), Decimal(100))]) == Decimal("90.00")
    assert scoring.total([Scored(Decimal("89.9949"), Decimal(100))]) == Decimal("89.99")


def test_what_does_not_apply_is_left_out_and_the_rest_scaled():
    rows = [Scored(Decimal(45), Decimal(60)), Scored(None, Decimal(10)), Scored(Decimal(15), Decimal(30))]
    assert scoring.total(rows) == Decimal("66.67")
    assert scoring.total([Scored(None, Decimal(10))]) is None
    assert scoring.grade(None, DEFAULT_GRADES) == ""


def test_bonuses_together_are_worth_no_more_than_their_most():
    assert scoring.added([Decimal(4), Decimal(4)], [Decimal("1.5")], most=Decimal(5)) == Decimal("3.5")
    full = [Scored(Decimal(100), Decimal(100))]
    assert scoring.total(full, added=Decimal(5)) == 105
    assert scoring.total([Scored(Decimal(2), Decimal(100))], added=Decimal(-9)) == 0


def test_a_later_mark_stands_over_an_earlier_one():
    machine, inspected, rechecked = Source.MACHINE, Source.INSPECTED, Source.RECHECKED
    assert scoring.counting({machine: Decimal(5), inspected: Decimal(4)}) == ("inspected", Decimal(4))
    assert scoring.counting({inspected: Decimal(4), rechecked: None}) == ("rechecked", None)
    assert scoring.counting({}) is None


@given(totals, totals)
def test_a_better_total_is_never_a_worse_grade(one, other):
    order = [row["key"] for row in DEFAULT_GRADES]
    low, high = sorted((one, other))
    assert order.index(scoring.grade(high, DEFAULT_GRADES)) <= order.index(scoring.grade(low, DEFAULT_GRADES))


@pytest.mark.parametrize(
    ("total", "grade"), [("90", "excellent"), ("89.99", "good"), ("60", "pass"), ("59.99", "fail"), ("0", "fail")]
)
def test_a_threshold_belongs_to_its_grade(total, grade):
    assert scoring.grade(Decimal(total), DEFAULT_GRADES) == grade


cases = st.lists(
    st.tuples(st.sampled_from("ab"), st.none() | st.sampled_from([Decimal(n) for n in (50, 85, 90, 91, 95)]),
              st.booleans()).map(tuple),
    max_size=15,
)  # fmt: skip


def _rows(found) -> list[Totalled]:
    return [
        Totalled(place, kind, total, scoring.grade(total, DEFAULT_GRADES), vetoed)
        for place, (kind, total, vetoed) in enumerate(found)
    ]


@given(cases, st.integers(0, 100), st.integers(0, 2))
def test_the_cap_keeps_its_share_and_equals_share_a_fate(found, share, least):
    rows = _rows(found)
    graded = scoring.capped(rows, DEFAULT_GRADES, top_share=Decimal(share), least=least)
    for kind in {row.kind for row in rows}:
        members = [row for row in rows if row.kind == kind]
        best = [row for row in members if graded[row.key][0] == "excellent"]
        assert len(best) * 100 <= len(members) * share or len(best) <= least
        for row in members:
            for other in members:
                if row.total == other.total and row.vetoed == other.vetoed:
                    assert graded[row.key] == graded[other.key]
    for row in rows:
        grade, why = graded[row.key]
        assert (grade != row.grade) == bool(why), "a grade that differs from the total says why"
        assert grade == "fail" or not (row.vetoed and row.total is not None)


def test_of_a_kind_with_three_units_one_may_be_graded_best_although_a_third_is_more_than_the_share():
    rows = _rows([("a", Decimal(total), False) for total in (95, 92, 70)] + [("b", Decimal(95), False)])
    for least, best in ((0, []), (1, [0, 3]), (2, [0, 1, 3])):
        graded = scoring.capped(rows, DEFAULT_GRADES, top_share=Decimal(30), least=least)
        assert [place for place, (grade, _why) in graded.items() if grade == "excellent"] == best


def test_equals_that_do_not_all_fit_go_down_together():
    rows = _rows([("a", Decimal(total), False) for total in (95, 92, 92, 90, 70, 70, 70, 70, 70, 70)])
    graded = scoring.capped(rows, DEFAULT_GRADES, top_share=Decimal(25), least=1)
    assert [graded[place] for place in range(4)] == [
        ("excellent", ""),
        ("good", "cap"),
        ("good", "cap"),
        ("good", "cap"),
    ]


def test_places_are_shared_and_a_vetoed_unit_has_none():
    rows = _rows(
        [("a", Decimal(95), True), ("a", Decimal(92), False), ("a", Decimal(92), False), ("a", Decimal(60), False)]
    )
    assert scoring.ranks(rows) == {1: 1, 2: 1, 3: 3}


def test_an_event_counts_in_the_year_in_which_it_happened():
    year = {"starts_on": date(2026, 2, 1), "ends_on": date(2027, 1, 31)}
    assert scoring.counts_in(date(2027, 1, 31), **year)
    assert not scoring.counts_in(date(2027, 2, 1), **year)


FACTS = {
    "completion": st.integers(1, 30).flatmap(lambda lines: st.integers(0, lines).map(
        lambda kept: {"lines": lines, "kept": kept, "part": kept, "unchecked": 0, "late": 0, "left_out": 1})),
    "reporting": st.fixed_dictionaries({"months": st.integers(1, 12), "late": st.integers(0, 4),
                                        "missed": st.integers(0, 4)}),
    "rectification": st.fixed_dictionaries({"orders": st.integers(0, 9), "closed_late": st.integers(0, 4),
                                            "overdue": st.integers(0, 4)}),
    "contacts": st.just({"pairs": 1, "owed": 4, "made": 3}),
    "visit": st.just({"visits": 1, "joined": 0, "filed": 1}),
    "gaps": st.just({"pairs": 2, "filed": 1}),
    "openness": st.just({"on": "2026-06-01", "until": "2026-05-20", "days": 12, "weeks": 2}),
    "review": st.just({"reviews": 2, "mean": 88.5}),
}  # fmt: skip


@given(st.data(), st.sampled_from(sorted(rules.RULES)), points)
def test_every_rule_tells_its_points_in_one_sentence_with_its_numbers(data, key, found):
    facts = data.draw(FACTS[key])
    told = rules.explained(key, facts, points=found, worth=Decimal(100))
    assert rules.form.shown(found) in told
    assert told.strip().endswith((".", "。"))


def test_a_rule_that_does_not_apply_says_so():
    for key, facts in {"completion": {"lines": 0}, "reporting": {"months": 0}, "review": {"reviews": 0},
                       "contacts": {"pairs": 0}, "openness": {"until": None}}.items():  # fmt: skip
        assert rules.explained(key, facts, points=None, worth=10)
    assert rules.explained("", {}, points=None, worth=10) == ""


def adjust(story):
    """Bonuses over their most, a deduction; a veto that counts, one that nobody confirmed, one that was taken back."""
    opened_at, office = story.assessment.opened_at, story.people["style_office"]
    by = {"made_at": opened_at, "made_by": office, "made_post": post_of(office), "reason": "示例",
          "happened_on": date(2026, 6, 1)}  # fmt: skip
    for kind, what, value in (("municipal_school", "bonus", 4), ("municipal_school", "bonus", 4),
                              ("department", "deduction", "1.55")):  # fmt: skip
        Adjustment.objects.create(case=story.cases[kind], kind=what, points=value, **by)
    leads = story.people["bureau_head"]
    confirmed = {"confirmed_at": opened_at, "confirmed_by": leads, "confirmed_post": post_of(leads)}
    taken_back = {"taken_back_at": opened_at, "taken_back_why": "示例"}
    veto = {"kind": "veto", "criterion": story.criteria["accident"], **by}
    Adjustment.objects.create(case=story.cases["town_office"], **veto, **confirmed)
    Adjustment.objects.create(case=story.cases["department"], **veto, **confirmed, **taken_back)
    Adjustment.objects.create(case=story.cases["municipal_school"], **veto)
    Adjustment.objects.create(case=story.cases["department"], kind="bonus", points=1, **by, **taken_back)


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_database_puts_together_what_the_pure_rules_do():
    """Every source, an inspected mark over a machine's, adjustments that count and that do not, a tie at the cap."""
    story = judged()
    assessment = story.assessment
    told = {
        "municipal_school": [("completion", "machine", "53.9949"), ("completion", "inspected", "54.0000"),
                             ("reporting", "machine", "15"), ("openness", "machine", None)],
        "department": [("completion", "machine", "60"), ("reporting", "machine", "10.3333"),
                       ("openness", "machine", "10"), ("openness", "rechecked", "3.3333")],
        "town_office": [("completion", "machine", "60"), ("reporting", "machine", "15"), ("openness", "machine", "10")],
        "town_school": [("openness", "machine", None)],
    }  # fmt: skip
    for kind, marks in told.items():
        for key, source, value in marks:
            Mark.objects.create(case=story.cases[kind], criterion=story.criteria[key], source=source, points=value)
    adjust(story)
    Case.objects.update(kind_key="same")
    for _twice in range(2):
        totalling.put_together(assessment)
    found = {row.unit_id: row for row in Case.objects.all()}
    pure = {}
    for kind, case in story.cases.items():
        by_criterion: dict = {}
        for mark in case.marks.select_related("criterion"):
            by_criterion.setdefault(mark.criterion, {})[Source(mark.source)] = mark.points
        rows = [Scored(scoring.counting(each)[1], criterion.points) for criterion, each in by_criterion.items()]
        counting = [row for row in case.adjustments.all() if scoring.counts(
            row.kind, is_confirmed=bool(row.confirmed_at), is_taken_back=bool(row.taken_back_at))]  # fmt: skip
        kinds = {what: [row.points for row in counting if row.kind == what] for what in ("bonus", "deduction", "veto")}
        added = scoring.added(kinds["bonus"], kinds["deduction"], most=Decimal(5))
        total = scoring.total(rows, added=added, most=Decimal(5))
        pure[kind] = Totalled(kind, "same", total, scoring.grade(total, assessment.standard.grades),
                              bool(kinds["veto"]))  # fmt: skip
        assert found[case.unit_id].total == total, kind
        assert found[case.unit_id].bonus == added, kind
    standard = assessment.standard
    graded = scoring.capped(pure.values(), standard.grades, top_share=standard.top_share, least=standard.top_least)
    places = scoring.ranks(pure.values())
    for kind, case in story.cases.items():
        row = found[case.unit_id]
        assert (row.grade, row.why_grade) == graded[kind], kind
        assert (row.rank, row.grade_by_total) == (places.get(kind), pure[kind].grade), kind
    school = found[story.cases["municipal_school"].unit_id]
    assert (school.inspected, school.machine) == (Decimal("90.00"), Decimal("91.99"))
    assert (school.total, school.rank) == (Decimal("97.00"), 1)
