"""Bonus, deduction and veto: what may be entered, what counts, and how it is taken back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from assessments.actions import adjustments, results
from assessments.models import Adjustment, Case
from portal.core.errors import Refused
from portal.core.models import Deed
from tests.assessments.results import case_of, later, office, scored, settled

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def make(story, **facts):
    words = {"kind": "bonus", "points": Decimal(2), "happened_on": timezone.localdate(), "reason": "全市现场会"}
    return adjustments.make(case_of(story), **{**words, **facts}, by=office(story), at=later())


def test_a_bonus_and_a_deduction_count_and_one_taken_back_does_not():
    story = scored()
    make(story)
    minus = make(story, kind="deduction", points=Decimal("0.5"), reason="材料迟交")
    settled(story)
    assert Case.objects.get(pk=story.cases["municipal_school"].pk).total == Decimal("95.50")
    adjustments.take_back(minus, why="核实后不成立", by=office(story), at=later())
    results.settle(story.assessment, by=office(story), at=later())
    case = Case.objects.get(pk=story.cases["municipal_school"].pk)
    assert (case.total, case.bonus) == (Decimal("96.00"), Decimal(2))
    assert Adjustment.objects.get(pk=minus.pk).taken_back_why == "核实后不成立"
    with pytest.raises(Refused, match="taken back on"):
        adjustments.take_back(minus, why="再来一次", by=office(story), at=later())


def test_a_veto_makes_the_grade_the_lowest_and_says_so():
    story = scored()
    make(story, kind="veto", points=Decimal(0), criterion=story.criteria["accident"], reason="安全责任事故")
    settled(story)
    case = Case.objects.get(pk=story.cases["municipal_school"].pk)
    assert (case.grade_by_total, case.grade, case.why_grade, case.rank) == ("excellent", "fail", "veto", None)


def test_what_the_standard_does_not_allow_is_refused_and_nothing_is_stored():
    story = scored()
    make(story, points=Decimal(4))
    before, deeds = Adjustment.objects.count(), Deed.objects.count()
    today, campaign = timezone.localdate(), story.campaign
    wrong = [
        ({"points": Decimal("1.01")}, "at most 5 points; 4 are given"),
        ({"points": Decimal(0)}, "more than 0"),
        ({"reason": "  "}, "Say what happened"),
        ({"kind": "praise"}, "Choose whether"),
        ({"kind": "veto", "criterion": story.criteria["completion"]}, "veto criterion"),
        ({"kind": "veto"}, "veto criterion"),
        ({"points": 1, "happened_on": campaign.starts_on - timedelta(days=1)}, "outside of this cycle"),
        ({"points": 1, "happened_on": today + timedelta(days=30)}, "not come yet"),
    ]
    for facts, words in wrong:
        with pytest.raises(Refused, match=words):
            make(story, **facts)
    for person in ("municipal_school_head", "line_leader", "auditor"):
        with pytest.raises(Refused):
            adjustments.make(case_of(story), kind="bonus", points=Decimal(1), happened_on=today, reason="自己加",
                             by=story.people[person], at=later())  # fmt: skip
    assert (Adjustment.objects.count(), Deed.objects.count()) == (before, deeds)


def test_once_the_units_are_told_nothing_is_entered_any_more():
    story = scored()
    made = make(story)
    results.notify(settled(story), by=office(story), at=later())
    with pytest.raises(Refused, match="only an appeal"):
        make(story)
    with pytest.raises(Refused, match="only an appeal"):
        adjustments.take_back(made, why="改主意", by=office(story), at=later())
