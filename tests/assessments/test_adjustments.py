"""Bonus, deduction and veto: what may be entered, what counts, and how it is taken back."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from assessments.actions import adjustments, results
from assessments.models import Adjustment, Case
from portal.core import vault
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import stories
from tests.assessments.results import adjusted, case_of, head, later, notified, office, scored, settled, vetoed
from tests.judged import post_of
from units.models import Tenure

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def test_a_bonus_and_a_deduction_count_and_one_taken_back_does_not():
    story = scored()
    adjusted(story)
    minus = adjusted(story, kind="deduction", points=Decimal("0.5"), reason="材料迟交")
    settled(story)
    assert Case.objects.get(pk=story.cases["municipal_school"].pk).total == Decimal("95.50")
    adjustments.take_back(minus, why="核实后不成立", by=office(story), at=later())
    results.settle(story.assessment, by=office(story), at=later())
    case = Case.objects.get(pk=story.cases["municipal_school"].pk)
    assert (case.total, case.bonus) == (Decimal("96.00"), Decimal(2))
    assert Adjustment.objects.get(pk=minus.pk).taken_back_why == "核实后不成立"
    with pytest.raises(Refused, match="taken back on"):
        adjustments.take_back(minus, why="再来一次", by=office(story), at=later())


def test_a_veto_counts_once_a_leader_confirmed_it_and_until_then_no_unit_is_told():
    story = scored()
    veto = vetoed(story, confirmed=False)
    settled(story)
    case = Case.objects.get(pk=story.cases["municipal_school"].pk)
    assert (case.grade, case.why_grade, case.rank) == ("good", "cap", 1)
    with pytest.raises(Refused, match="A veto waits for a leader’s confirmation"):
        results.notify(story.assessment, by=office(story), at=later())
    told = set(Letter.objects.filter(key__contains="-confirm-").values_list("to__name", flat=True))
    assert told == {story.people[name].name for name in ("bureau_head", "line_leader", "linked_leader")}
    leader = story.people["line_leader"]
    adjustments.confirm(veto, by=leader, at=later())
    with pytest.raises(Refused, match="confirmed on"):
        adjustments.confirm(veto, by=leader, at=later())
    with pytest.raises(Refused, match="only the style office takes it back"):
        adjustments.take_back(veto, why="改主意", by=leader, at=later())
    deed = Deed.objects.get(verb="adjustment.confirmed")
    assert (deed.by, deed.facts["proof"]) == (str(leader.pk), veto.proof)
    notified(story)
    case.refresh_from_db()
    assert (case.grade_by_total, case.grade, case.why_grade, case.rank) == ("excellent", "fail", "veto", None)


def test_only_another_person_who_leads_confirms_and_only_a_veto():
    story = scored()
    maker, veto, bonus = office(story), vetoed(story, confirmed=False), adjusted(story)
    Tenure.objects.create(post=post_of(story.people["line_leader"]), user=maker, from_on="2020-01-01")
    attempts = [
        (veto, maker, "You entered it yourself"), (veto, story.people["auditor"], "hidden"),
        (veto, head(story), "hidden"), (veto, stories.culture().people["style_office"], "hidden"),
        (bonus, story.people["bureau_head"], "hidden"),
    ]  # fmt: skip
    for what, by, words in attempts:
        with pytest.raises(Refused, match=words):
            adjustments.confirm(what, by=by, at=later())
    for by in (story.people["auditor"], head(story)):
        with pytest.raises(Refused, match="hidden"):
            adjustments.take_back(veto, why="改主意", by=by, at=later())
    with pytest.raises(Refused, match="hidden"):
        adjustments.take_back(bonus, why="改主意", by=story.people["bureau_head"], at=later())
    assert not Adjustment.objects.exclude(confirmed_at=None).exists()
    adjustments.take_back(veto, why="事实不清。", by=story.people["bureau_head"], at=later())
    refused = Letter.objects.get(key__contains="-refused-")
    assert (refused.to, "事实不清" in refused.body) == (maker, True)
    with pytest.raises(Refused, match="taken back on"):
        adjustments.confirm(veto, by=story.people["bureau_head"], at=later())
    notified(story)


def test_nothing_is_entered_without_the_document_it_rests_on():
    story = scored()
    for facts, words in (
        ({"upload": None}, "Attach the document"), ({"proof_title": " "}, "Attach the document"),
        ({"proof_title": "电话13812345678"}, "telephone"), ({"reason": "家长电话13812345678"}, "telephone"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=words):
            adjusted(story, **facts)
    facts = {"upload": BytesIO(b"MZ"), "proof_title": "通知", "by": office(story), "at": later()}
    facts |= {"kind": "bonus", "points": Decimal(1), "happened_on": timezone.localdate(), "reason": "示例"}
    with pytest.raises(Refused, match="neither a photograph nor a PDF"):
        adjustments.make(case_of(story), **facts)
    assert not Adjustment.objects.exists()
    made = adjusted(story)
    assert (made.proof_kind, made.proof_title, vault.holds(made.proof)) == ("pdf", "现场会通知", True)


def test_whoever_changes_a_result_locks_the_assessment_first():
    story = scored()
    with CaptureQueriesContext(connection) as made:
        bonus = adjusted(story)
    with CaptureQueriesContext(connection) as taken:
        adjustments.take_back(bonus, why="核实不成立", by=office(story), at=later())
    for captured, row in ((made, 'FROM "assessments_case"'), (taken, 'FROM "assessments_adjustment"')):
        asked = [query["sql"] for query in captured if "SELECT" in query["sql"]]
        first = next(place for place, sql in enumerate(asked) if 'FROM "assessments_assessment"' in sql)
        assert first < max(place for place, sql in enumerate(asked) if row in sql)


def test_what_the_standard_does_not_allow_is_refused_and_nothing_is_stored():
    story = scored()
    adjusted(story, points=Decimal(4))
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
            adjusted(story, **facts)
    for person in ("municipal_school_head", "line_leader", "auditor"):
        with pytest.raises(Refused):
            adjusted(story, points=Decimal(1), by=story.people[person])
    assert (Adjustment.objects.count(), Deed.objects.count()) == (before, deeds)


def test_once_the_units_are_told_nothing_is_entered_any_more():
    story = scored()
    made = adjusted(story)
    results.notify(settled(story), by=office(story), at=later())
    with pytest.raises(Refused, match="only an appeal"):
        adjusted(story)
    with pytest.raises(Refused, match="only an appeal"):
        adjustments.take_back(made, why="改主意", by=office(story), at=later())
