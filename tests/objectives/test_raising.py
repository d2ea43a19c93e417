"""Raising: last year's result stands beside a target, and a target not above it says why, in public."""

import json
from decimal import Decimal

import pytest
from django.utils import timezone
from django.utils.translation import override

from objectives import actions, differences, fingerprints, missing, raising, telling
from objectives.missing import MUST
from objectives.models import KindRule, Paper, Revision, Target
from objectives.states import Comparison
from portal.core.errors import Refused
from tests import stories
from tests.objectives.typed import posted, read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


def target(comparison="ge", result="36", value="30", **more):
    figures = {"result_before": result, "value": value, "promised_before": more.pop("promised", None)}
    return Target(
        comparison=comparison,
        **{name: None if text is None else Decimal(text) for name, text in figures.items()},
        **more,
    )


@pytest.mark.parametrize(
    ("comparison", "result", "value", "wants"),
    [
        ("ge", "36", "37", False),
        ("ge", "36", "36.000", True),
        ("ge", "36", "30", True),
        ("le", "5", "4", False),
        ("le", "5", "5", True),
        ("le", "0", "0", True),
        ("eq", "12", "13", False),
        ("eq", "12", "12", True),
        ("eq", "12", "10", True),
        ("ge", "36", None, False),
        ("ge", None, "1", False),
        ("held", "36", None, True),
        ("ordinal", "3", "4", True),
    ],
)
def test_a_target_not_above_the_result_wants_a_reason(comparison, result, value, wants):
    assert raising.wants_reason(target(comparison, result, value)) is wants


def test_last_year_is_told_in_both_languages():
    names = {"unit_zh": "个", "unit_en": "rooms"}
    frozen = {"continues": "AQ-2025-x-1.1", "promised_before": "30", "result_before": "36", **names}
    assert raising.last_year(frozen, "en") == "last year: 30 rooms → reached 36 rooms"
    assert raising.last_year({"continues": "AQ-2025-x-1.1", **names}, "en") == "continues a promise of last year"
    assert raising.last_year(names, "en") == ""


# --- in the paper ---------------------------------------------------------------------------------


@pytest.fixture
def story():
    return stories.education()


@pytest.fixture
def paper(story):
    return story.paper("municipal_school", objectives=2)


def raised(paper, **more):
    """The first objective's target continues a promise that reached 36; its value is 31."""
    row = Target.objects.get(objective__paper=paper, objective__position=1)
    facts = {"continues": "NO-2025-municipal-school-1.1", "promised_before": 30, "result_before": 36} | more
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    return row


def full(paper):
    return Paper.objects.in_full().get(pk=paper.pk)


def lacks(paper):
    rule = KindRule.objects.get(campaign=paper.campaign, kind=paper.unit.kind)
    return [lack for lack in missing.missing_to_submit(full(paper), rule) if lack.level == MUST]


def content(paper):
    return fingerprints.content_of(full(paper), number="N", round_=1, route=[])


def test_papers_that_continue_nothing_keep_their_fingerprint(paper):
    frozen = content(paper)
    keys = {key for objective in frozen["objectives"] for line in objective["targets"] for key in line}
    assert not keys & {"continues", "promised_before", "result_before", "why_not_raised"}
    before = fingerprints.fingerprint(fingerprints.canonical(frozen))
    Target.objects.filter(objective__paper=paper).update(why_not_raised="没有上年结果的理由不入文")
    assert fingerprints.fingerprint(fingerprints.canonical(content(paper))) == before


def test_without_the_reason_nothing_is_submitted_and_with_it_the_frozen_text_holds_it(story, paper):
    row, staff = raised(paper), story.people["municipal_school_staff"]
    (lack,) = lacks(paper)
    assert lack.anchor == "id_targets-0-why_not_raised" and lack.objective == 1
    assert "last year’s result (36 rooms)" in lack.text
    with pytest.raises(Refused, match="does not lie above"):
        actions.submit(paper, by=staff, at=timezone.now())
    row.why_not_raised = "教室总数减少，36个已全覆盖。"
    row.save()
    assert lacks(paper) == []
    actions.submit(paper, by=staff, at=timezone.now())
    frozen = json.loads(Revision.objects.get(paper=paper).content)
    line = frozen["objectives"][0]["targets"][0]
    assert (line["continues"], line["promised_before"], line["result_before"]) == (row.continues, "30", "36")
    assert line["why_not_raised"] == row.why_not_raised
    shown = telling.articles(frozen)[0]["targets"][0]
    assert shown["before"] == "last year: 30 rooms → reached 36 rooms" and shown["why"] == row.why_not_raised


def test_a_raised_target_needs_no_reason_and_an_old_one_is_not_frozen(paper):
    row = raised(paper, value=40, why_not_raised="先前的理由")
    assert lacks(paper) == []
    assert "why_not_raised" not in content(paper)["objectives"][0]["targets"][0]
    before = content(paper)
    row.value = 35
    row.save()
    parts = [part.label for change in differences.between(before, content(paper)) for part in change.parts]
    assert any("why it is not raised" in label for label in parts)


def test_a_personal_number_in_the_reason_is_found(paper):
    raised(paper, why_not_raised="请咨询13800138000")
    assert any("mobile or identity number" in lack.text for lack in lacks(paper))


def test_the_editor_shows_last_year_asks_for_the_reason_and_never_takes_the_result_from_a_form(story, paper, client):
    row, staff = raised(paper), story.people["municipal_school_staff"]
    first = paper.objectives.get(position=1)
    client.force_login(staff)
    client.cookies["lang"] = "en"
    page = client.get(f"/work/papers/{paper.pk}/edit/?item=1").content.decode()
    assert "last year: 30 rooms → reached 36 rooms" in page and 'name="targets-0-why_not_raised"' in page
    plain = client.get(f"/work/papers/{paper.pk}/edit/?item=2").content.decode()
    assert 'name="targets-0-why_not_raised"' not in plain
    data = posted(paper, first, **{"targets-0-why_not_raised": "生源减少", "targets-0-result_before": "1"})
    assert read(paper, first).is_valid()
    response = client.post(f"/work/papers/{paper.pk}/objectives/{first.pk}/save/", data)
    assert response.status_code == 302, response.content.decode()[:400]
    row.refresh_from_db()
    assert row.why_not_raised == "生源减少" and row.result_before == 36 and row.continues


def test_exactly_keeps_no_side():
    assert not raising.lies_above(Comparison.EXACTLY, Decimal(3), Decimal(0))
    assert raising.lies_above(Comparison.AT_MOST, Decimal(3), Decimal(0))
