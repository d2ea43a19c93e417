"""Why inspectors gave their points: read by the unit and the office, frozen with the notice, never with a name."""

import copy
import json
import re
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from assessments.actions import results
from assessments.models import Draw, Finding, Inspection, Opinion, OpinionMark
from assessments.queries import grounds
from commitments.views import signing
from tests.assessments.results import case_of, head, later, office, plain_documents, scored, settled
from tests.judged import inspectors, marked, post_of
from tests.worlds import shared

pytestmark = [pytest.mark.django_db]
SEEN = ("台账第3页与现场一致", "图书角少两处")


def looked_at():
    """The school was inspected by two; a third sheet stayed open."""
    story = scored()
    by, now = office(story), timezone.now()
    draw = Draw.objects.create(
        assessment=story.assessment, number="抽签第1号", state="drawn", each=2, rule="{}", seed="1", announced_at=now,
        announced_by=by, announced_post=post_of(by), drawn_at=now, drawn_by=by, objects_hash="0" * 64,
        inspectors_hash="0" * 64, result_hash="0" * 64,
    )  # fmt: skip
    story.inspection = Inspection.objects.create(
        draw=draw, case=case_of(story), kind_key="municipal_school", turn=1, state="settled", settled_at=now
    )
    sheets = [
        Opinion.objects.create(
            inspection=story.inspection, inspector=inspector, place=place, clear_at=now, talked_to="教务主任王老师",
            words="总体良好，王老师在场", sent_at=None if place == 3 else now,
        )
        for place, inspector in enumerate(inspectors(story), start=1)
    ]  # fmt: skip
    for sheet, words, points in zip(sheets, (*SEEN, "还没写完"), ("12.5", "14", "3"), strict=True):
        OpinionMark.objects.create(
            opinion=sheet, criterion=story.criteria["on-the-spot"], points=points, seen=words
        )  # fmt: skip
    for text, key in (("一处记录缺签名", "on-the-spot"), ("消防通道堆物", None)):
        Finding.objects.create(
            opinion=sheets[1], criterion=story.criteria[key] if key else None, text=text, sent_as=uuid.uuid4(),
            noted_at=now,
        )  # fmt: skip
    marked(case_of(story), "inspected", on_the_spot="13.25")
    return story


world = shared(looked_at)


@pytest.fixture
def story(world, settings):
    settings.MFA_REQUIRED_FOR = []
    with translation.override("en"), plain_documents():
        yield copy.deepcopy(world)


def page(user, address: str) -> str:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(address).content.decode()).split())


def test_the_unit_reads_what_was_seen_by_number_and_no_name(story):
    settled(story)
    seen_by_office = page(office(story), f"/work/results/{case_of(story).pk}/")
    assert f"I01 (12.5): {SEEN[0]}" in seen_by_office
    assert "I02, found wrong: 一处记录缺签名" in seen_by_office
    assert "台账第3页" not in page(head(story), "/work/result/")
    results.notify(story.assessment, by=office(story), at=later())
    for shown in (seen_by_office, page(head(story), "/work/result/")):
        assert f"I02 (14): {SEEN[1]}" in shown and "消防通道堆物" in shown
        assert not [word for word in ("还没写完", "王老师", "教务主任", "副局长（") if word in shown]
    assert "台账第3页" not in page(head(story, "department"), "/work/result/")


def test_the_notice_carries_it_as_an_annex_and_only_for_who_was_inspected(story):
    settled(story)
    results.notify(story.assessment, by=office(story), at=later())
    body = json.loads(case_of(story).notice.content)["body"]
    assert body["annexes"] == [{"key": "grounds", "title": "现场评分依据"}]
    assert body["grounds"] == [
        {"name_zh": "on-the-spot", "worth": "15", "rows": [
            {"by": "I01", "points": "12.5", "words": SEEN[0]}, {"by": "I02", "points": "14", "words": SEEN[1]},
        ]},
    ]  # fmt: skip
    assert [(row["name_zh"], row["words"]) for row in body["findings"]] == [
        ("on-the-spot", "一处记录缺签名"), ("", "消防通道堆物"),
    ]  # fmt: skip
    assert "王老师" not in case_of(story).notice.content
    text = signing.text_of(case_of(story).notice)
    assert "附件：现场评分依据" in text and SEEN[1] in text and "消防通道堆物" in text
    other = json.loads(case_of(story, "department").notice.content)["body"]
    assert "annexes" not in other and "grounds" not in other


def test_an_open_inspection_tells_nothing_and_many_ask_no_more_than_one(story):
    one, both = [case_of(story)], [case_of(story), case_of(story, "department")]
    with CaptureQueriesContext(connection) as asked:
        assert len(grounds.of(both)) == 1
    assert len(asked) == 2
    Inspection.objects.update(state="scoring")
    assert grounds.of(one) == {}
    Inspection.objects.update(closed_at=timezone.now())
    assert len(grounds.of(one)[one[0].pk].seen) == 2
