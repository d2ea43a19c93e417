"""What everyone reads of one unit's result: why it is what it is, and nothing that may tell of a person."""

import copy
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from assessments.models import Adjustment, Appeal, Assessment, Case, Mark
from assessments.states import Phase
from commitments.actions import documents
from commitments.models import DocumentKind
from tests.assessments.results import case_of, head, later, notified, office, plain_documents, published
from tests.assessments.test_grounds import SEEN, looked_at
from tests.judged import post_of
from tests.worlds import shared

pytestmark = [pytest.mark.django_db]
UNIT = "municipal-school"


def told():
    """Published, after an appeal of the school; a deduction stands, a bonus was taken back, a veto never counted."""
    story = looked_at()
    by, case = office(story), case_of(story)
    entered = {
        "case": case,
        "happened_on": timezone.localdate(),
        "made_at": later(),
        "made_by": by,
        "made_post": post_of(by),
    }
    Adjustment.objects.create(kind="deduction", points=2, reason="迟报一次", **entered)
    Adjustment.objects.create(
        kind="bonus", points=1, reason="重复计入", taken_back_at=later(), taken_back_why="核实不成立", **entered
    )
    Mark.objects.filter(case=case, criterion__key="reporting").update(facts={"months": 9, "late": 0, "missed": 0})
    with plain_documents():
        notified(story)
        decision = documents.freeze(
            DocumentKind.DECISION, campaign=story.campaign, number="北申〔2026〕1号", title="复核决定", content={},
            by=by, at=later(6),
        )  # fmt: skip
        Appeal.objects.create(
            case=case, state="decided", grounds="王老师说漏计", filed_at=later(5), filed_by=head(story),
            filed_post=post_of(head(story)), outcome="upheld", decision="李老师复核", decided_at=later(6),
            document=decision,
        )  # fmt: skip
        published(story)
    return story


world = shared(told)


@pytest.fixture
def story(world):
    with translation.override("en"):
        yield copy.deepcopy(world)


def address(story, unit: str = UNIT, lang: str = "en") -> str:
    return f"/{lang}/{story.bureau.code}/results/{story.campaign.year}/{unit}/"


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_everyone_reads_why_and_nothing_of_what_was_written_on_the_spot(story):
    there = Client(headers={"accept-language": "en"})
    page = text(there.get(address(story)))
    total = Case.objects.get(pk=case_of(story).pk).total
    assert f"{total}" in page and "Every score" in page and "completion" in page
    assert "Months reported on time: 9 of 9. That gives 15." in page
    assert "Deduction 2 迟报一次" in page and "重复计入" not in page
    assert "No. 北申〔2026〕1号: The result stands" in page
    assert "What inspectors wrote down on the spot is not public" in page
    hidden = (*SEEN, "消防通道堆物", "王老师", "李老师", "I01", *(user.name for user in story.people.values()))
    assert not [word for word in hidden if word in page]
    assert "The unit did not appeal" in text(there.get(address(story, "department")))
    chinese = text(Client().get(address(story, lang="zh")))
    assert "迟报一次" in chinese and f"{total}" in chinese


def test_the_list_the_unit_and_its_years_lead_to_it(story):
    there, target = Client(headers={"accept-language": "en"}), address(story)
    code, year = story.bureau.code, story.campaign.year
    for place in (f"results/{year}/?kind=municipal_school", f"units/{UNIT}/", f"units/{UNIT}/years/"):
        assert f'href="{target}"' in there.get(f"/en/{code}/{place}").content.decode(), place
    back = re.search(r'href="([^"]+)#unit-municipal-school"', there.get(target).content.decode()).group(1)
    assert f'id="unit-{UNIT}"' in there.get(back.replace("&amp;", "&")).content.decode()


def test_only_what_is_published_is_there_and_nothing_depends_on_who_asks(story):
    there, clerk = Client(headers={"accept-language": "en"}), Client(headers={"accept-language": "en"})
    clerk.force_login(office(story))
    assert text(there.get(address(story))) == text(clerk.get(address(story)))
    for unit in ("nobody", "town-school"):
        assert there.get(address(story, unit)).status_code == 404
    for year in (story.campaign.year - 1, "x", "99999"):
        assert there.get(f"/en/{story.bureau.code}/results/{year}/{UNIT}/").status_code == 404
    assert there.post(address(story)).status_code == 405
    Assessment.objects.update(phase=Phase.NOTIFIED, published_at=None, published_by=None)
    assert there.get(address(story)).status_code == 404


def test_it_asks_the_same_however_much_there_is_to_tell(story):
    there = Client()

    def asked(unit):
        there.get(address(story, unit))
        with CaptureQueriesContext(connection) as questions:
            assert there.get(address(story, unit)).status_code == 200
        return len(questions)

    few = asked("department")
    row = Adjustment.objects.filter(taken_back_at=None).get()
    for days in (1, 2, 3):
        row.pk, row.happened_on = None, timezone.localdate() - timedelta(days=days)
        row.criterion = story.criteria["completion"]
        row.save(force_insert=True)
    assert asked(UNIT) == few
