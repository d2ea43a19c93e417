"""Telling the units: the notice says what stands at that moment, rounded half-up, and signing waits for nobody."""

import copy
import io
import json
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from assessments import result_pages, result_text, result_words, results_xlsx, signals
from assessments.actions import results
from assessments.models import Adjustment, Case
from assessments.queries import freshness
from assessments.queries import results as queries
from portal.core.models import Deed
from tests.assessments.results import case_of, later, notified, office, plain_documents, scored, settled, signer
from tests.judged import post_of
from tests.stories import PASSPHRASE
from tests.worlds import shared

pytestmark = [pytest.mark.django_db]
world = shared(scored)


@pytest.fixture
def story(world):
    with translation.override("en"), plain_documents():
        yield copy.deepcopy(world)


def taken_off(story, points=10, **facts):
    """A deduction entered after the results were put together."""
    return Adjustment.objects.create(
        case=case_of(story), kind="deduction", points=points, happened_on=timezone.localdate(), reason="瞒报一次事故",
        made_at=later(), made_by=office(story), made_post=post_of(office(story)), **facts,
    )  # fmt: skip


def told(case) -> dict:
    return json.loads(case.notice.content)["body"]


def test_what_was_entered_after_putting_together_counts_in_the_notice(story):
    settled(story)
    assert case_of(story).total == Decimal("94.00")
    taken_off(story)
    results.notify(story.assessment, by=office(story), at=later())
    case = case_of(story)
    assert (case.total, case.grade, case.why_grade) == (Decimal("84.00"), "good", "")
    body = told(case)
    assert body["figures"]["total"] == "84.00" and body["figures"]["bonus"] == "-10.00" and body["why_zh"] == ""
    assert [row["reason"] for row in body["adjustments"]] == ["瞒报一次事故"]
    deed = Deed.objects.get(verb="assessment.notified")
    assert deed.facts["results"] != Deed.objects.get(verb="assessment.settled").facts["results"]
    assert {kind["key"]: kind["mean"] for kind in case.assessment.summary["kinds"]}["municipal_school"] == "84.00"


def test_totals_are_old_once_something_was_entered_taken_back_or_inspected_after_them(story):
    assert not freshness.is_old(story.assessment)
    settled(story)
    assert not freshness.is_old(story.assessment)
    row = taken_off(story, taken_back_at=None)
    Adjustment.objects.update(made_at=later() - timedelta(hours=1))
    assert not freshness.is_old(story.assessment)
    Adjustment.objects.update(made_at=later() + timedelta(hours=1))
    assert freshness.is_old(story.assessment)
    Adjustment.objects.filter(pk=row.pk).update(made_at=later() - timedelta(hours=1), taken_back_at=later(5))
    assert freshness.is_old(story.assessment)
    results.settle(story.assessment, by=office(story), at=later(6))
    assert not freshness.is_old(story.assessment)


def test_half_a_cent_goes_up_on_pages_in_notices_and_in_the_published_mean(story):
    assert result_pages.shown(Decimal("8.125")) == "8.13"
    assert result_pages.shown(Decimal("8.1249")) == "8.12"
    points = {"8.125": "8.13", "8.1": "8.1", "8": "8", "0.005": "0.01"}
    assert {each: result_words.points(Decimal(each)) for each in points} == points
    cases = Case.objects.filter(assessment=story.assessment).order_by("pk")
    cases.update(kind_key="municipal_school")
    for case, total in zip(cases, ("85.12", "85.13"), strict=True):
        Case.objects.filter(pk=case.pk).update(total=total)
    assert queries.summary_of(story.assessment)["kinds"][0]["mean"] == "85.13"


def test_what_the_public_told_stands_beside_the_score_where_any_unit_has_some_and_nowhere_otherwise(story, monkeypatch):
    told = {"key": "letters", "label_zh": "群众来信", "label_en": "Letters", "value": 7}
    settled(story)
    assert (result_pages.has_signals(story.assessment), len(heads(story))) == (False, 13)
    assert not result_text.content(story.assessment, signer(story))["has_signals"]
    monkeypatch.setattr(signals, "_sources", [lambda case: told if case.kind_key == "department" else {}])
    settled(story)
    assert result_pages.has_signals(story.assessment) and heads(story)[-1] == "群众反映"
    body = result_text.content(story.assessment, signer(story))
    rows = {row["unit"]: row["signals"] for kind in body["kinds"] for row in kind["rows"]}
    assert sorted(rows.values()) == ["", "群众来信7"]


def heads(story) -> list:
    sheet = openpyxl.load_workbook(io.BytesIO(results_xlsx.write(story.assessment))).active
    return [cell.value for row in sheet.iter_rows() for cell in row if row[0].value == "密级"]


@pytest.mark.pg
def test_a_signature_takes_the_chain_of_the_record_last(story):
    """Whoever waits for a row while holding the chain stops everyone who writes; two who do so stop each other."""
    assessment = notified(story)
    at = later((assessment.appeal_until_on - timezone.localdate()).days + 1)
    document = results.draft(assessment, signer=signer(story), by=office(story), at=at)
    assessment.refresh_from_db()
    facts = {"fingerprint": document.fingerprint, "passphrase": PASSPHRASE, "by": story.people["bureau_head"]}
    with CaptureQueriesContext(connection) as asked:
        results.publish(assessment, **facts, at=at)
    statements = [row["sql"] for row in asked.captured_queries]
    chain = next(place for place, sql in enumerate(statements) if "pg_advisory_xact_lock" in sql)
    rows = [place for place, sql in enumerate(statements) if "FOR UPDATE" in sql or "FOR NO KEY UPDATE" in sql]
    changed = [place for place, sql in enumerate(statements) if sql.startswith("UPDATE")]
    assert rows and max(rows) < chain and max(changed) < chain
    verbs = Deed.objects.order_by("-number").values_list("verb", flat=True)[:2]
    assert set(verbs) == {"document.signed", "assessment.published"}
