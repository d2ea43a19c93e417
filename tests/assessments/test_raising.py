"""Raising: next year's paper begins from this year's results, and the years stand side by side in public."""

import json
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.actions import raising
from assessments.models import Assessment, Case
from assessments.queries import raising as queries
from commitments.models import Commitment, Line, Publication
from objectives import actions as papers
from objectives.models import Benchmark, Campaign, KindRule, Paper, Target
from objectives.states import Comparison, ObjectiveKind
from portal.core import pagecache
from portal.core.errors import Refused
from portal.core.models import Deed
from tests import stories
from tests.judged import judged
from units.models import Post, Role

pytestmark = pytest.mark.django_db
KIND = "municipal_school"


@pytest.fixture
def story():
    """A school with three promises, one of them above its target; next year's campaign is open."""
    story = judged(KIND)
    Assessment.objects.update(
        phase="published", notified_at=timezone.now(), published_at=timezone.now(),
        published_by=story.people["style_office"],
    )  # fmt: skip
    story.following = following(story)
    return story


def following(story):
    """The bureau's campaign of the year after, with the same rules."""
    old = story.campaign
    new = Campaign.objects.create(
        bureau=old.bureau, code=f"{old.bureau.code}-{old.year + 1}", year=old.year + 1,
        number_prefix=old.number_prefix, title_zh=old.title_zh, title_en=old.title_en,
        paper_title_zh=old.paper_title_zh, paper_title_en=old.paper_title_en,
        starts_on=timezone.localdate() - timedelta(days=1), ends_on=timezone.localdate() + timedelta(days=300),
        rules=old.rules, content={}, file_hash="1" * 64, loaded_at=timezone.now(), loaded_by="test",
    )  # fmt: skip
    for rule in KindRule.objects.filter(campaign=old):
        KindRule.objects.create(
            campaign=new, kind=rule.kind, route=rule.route, publisher=rule.publisher, sections=rule.sections,
            basis=rule.basis,
        )  # fmt: skip
    return new


def reached(number, value, **more):
    commitment = Commitment.objects.get(number=number)
    Line.objects.filter(commitment=commitment).update(actual=value, status="kept")
    Commitment.objects.filter(pk=commitment.pk).update(value_now=value, status="kept", **more)
    return commitment


def begin(story, **more):
    return raising.begin_raised(
        story.following, story.units[KIND], by=story.people[f"{KIND}_staff"], at=timezone.now(), **more
    )


def visitor(user=None):
    client = Client()
    if user:
        client.force_login(user)
        client.cookies["lang"] = "en"
    return client


def test_the_new_paper_begins_from_the_results(story):
    first = reached("1.1", Decimal(36))
    paper = begin(story)
    one, two = paper.objectives.order_by("position")
    assert (one.kind, one.text_zh, one.due_on) == (ObjectiveKind.BENCHMARK, "图书角覆盖31个教室", None)
    assert one.leader == Post.objects.get(unit=story.units[KIND], role=Role.HEAD)
    assert one.benchmark == Benchmark.objects.get() and one.measures.count() == 2
    target = one.targets.get()
    assert (target.continues, target.baseline, target.promised_before) == (first.code, 36, 31)
    assert (target.result_before, target.value, target.benchmark_value) == (36, None, None)
    other = two.targets.get()
    assert other.result_before is None and other.promised_before == 32, "nothing was reported: no result to beat"
    deed = Deed.objects.get(verb="paper.raised")
    assert deed.facts["continued"] == 2 and deed.facts["withdrawn"] == 0
    assert queries.taken_up(paper) == {first.code, Commitment.objects.get(number="2.1").code}


def test_words_come_over_as_words_and_what_was_withdrawn_is_left_out(story):
    held = Commitment.objects.get(number="1.1")
    held.target = held.target | {"comparison": Comparison.HELD, "value": None}
    held.save()
    Commitment.objects.filter(number="2.1").update(withdrawn_on=date(2026, 9, 1))
    paper = begin(story)
    (one,) = paper.objectives.all()
    target = one.targets.get()
    assert target.continues == held.code and target.text_zh == held.target["text_zh"]
    assert (target.value, target.baseline, target.result_before, target.promised_before) == (None,) * 4
    assert Deed.objects.get(verb="paper.raised").facts["withdrawn"] == 1


def test_a_benchmarking_objective_stays_first_and_a_retired_benchmark_is_not_taken_over(story):
    Commitment.objects.filter(number="1.1").update(withdrawn_on=date(2026, 9, 1))
    Benchmark.objects.update(retired_at=timezone.now())
    one, two = begin(story).objectives.order_by("position")
    assert one.kind == ObjectiveKind.BENCHMARK and one.benchmark is None and not one.targets.exists()
    assert two.targets.get().continues.endswith("2.1")


def test_it_is_refused_without_results_or_over_a_text_and_to_anybody_else(story):
    unit, now = story.units[KIND], timezone.now()
    for name in ("style_office", "department_staff", "linked_leader"):
        with pytest.raises(Refused):
            raising.begin_raised(story.following, unit, by=story.people[name], at=now)
    department = story.units["department"]
    with pytest.raises(Refused):
        raising.begin_raised(story.following, department, by=story.people["department_staff"], at=now)
    Assessment.objects.update(published_at=None, published_by=None)
    with pytest.raises(Refused):
        begin(story)
    assert not Paper.objects.filter(campaign=story.following).exists()
    Campaign.objects.filter(pk=story.campaign.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    paper = begin(story)
    count = Target.objects.filter(objective__paper=paper).count()
    with pytest.raises(Refused, match="holds text|已有内容"):
        begin(story)
    assert Target.objects.filter(objective__paper=paper).count() == count == 2


def test_an_empty_paper_can_still_be_filled_from_the_results(story):
    empty = papers.begin(story.following, story.units[KIND], by=story.people[f"{KIND}_staff"], at=timezone.now())
    assert begin(story).pk == empty.pk and empty.objectives.count() == 2


# --- pages ----------------------------------------------------------------------------------------


def address(story):
    return reverse("raise_paper", args=[story.following.code, story.units[KIND].pk])


def test_the_page_says_what_was_reached_and_what_is_left(story):
    reached("1.1", Decimal(36))
    staff = visitor(story.people[f"{KIND}_staff"])
    text = staff.get(address(story)).content.decode()
    assert "reached: 36 rooms" in text and "Begin an empty paper" in text
    assert address(story) in staff.get(reverse("desk")).content.decode()
    for name in ("style_office", "department_staff"):
        assert visitor(story.people[name]).get(address(story)).status_code == 404
        assert visitor(story.people[name]).post(address(story)).status_code == 404
    assert staff.post(address(story)).status_code == 302
    paper = Paper.objects.get(campaign=story.following)
    paper.objectives.get(position=2).delete()
    text = staff.get(address(story)).content.decode()
    assert "Continued in the new paper" in text and "Not continued" in text and "not written over" not in text
    assert staff.post(address(story), follow=True).content.decode().count("holds text") == 1


# --- the years ------------------------------------------------------------------------------------


@contextmanager
def public_pages():
    pagecache.forget()
    yield
    pagecache.forget()


def next_year(story, **target):
    """Next year's publication, as the public reads it: the first promise continued, the second left out."""
    old = Publication.objects.get(unit=story.units[KIND])
    snapshot = json.loads(json.dumps(old.snapshot))
    snapshot["objectives"] = snapshot["objectives"][:1]
    line = snapshot["objectives"][0]["targets"][0]
    line |= {"value": "40", "continues": Commitment.objects.get(publication=old, number="1.1").code} | target
    revision = story.revision(old)
    new = Publication.objects.create(
        revision=revision, campaign=story.following, unit=old.unit, code="NEXT2345", bureau_code=old.bureau_code,
        year=old.year + 1, unit_code=old.unit_code, unit_name_zh=old.unit_name_zh, unit_name_en=old.unit_name_en,
        kind_key=old.kind_key, kind_name_zh=old.kind_name_zh, kind_name_en=old.kind_name_en, place=old.place,
        order=old.order, count=1, document="0" * 64, snapshot=snapshot, published_at=timezone.now(),
        published_by=old.published_by, published_post=old.published_post,
    )  # fmt: skip
    return Commitment.objects.create(
        publication=new, code=f"NO-{new.year}-municipal-school-1.1", number="1.1", position=1, objective_number=1,
        text_zh="图书角", text_en="Reading corners", due_on=date(new.year, 11, 30), target=line,
    )  # fmt: skip


@pytest.fixture
def two_years(story):
    reached("1.1", Decimal(36))
    Case.objects.update(total=Decimal("87.50"), grade="good", grade_by_total="good")

    def revision(old):
        row = old.revision
        paper = Paper.objects.create(
            campaign=story.following, unit=old.unit, state="published", round=1, begun_at=timezone.now(),
            saved_at=timezone.now(),
        )  # fmt: skip
        row.pk, row.paper, row.code, row.number = None, paper, "NEXT2345", f"{row.number}-next"
        row.save(force_insert=True)
        return row

    story.revision = revision
    story.next = next_year(story, promised_before="31", result_before="36")
    return story


def years(story, lang="en"):
    with public_pages():
        return visitor().get(reverse("unit_years", args=[lang, "north", "municipal-school"]))


def test_the_years_tell_results_and_what_was_raised(two_years):
    answer = years(two_years)
    text = answer.content.decode()
    assert answer.status_code == 200 and "87.50" in text and "Good" in text
    assert "Last year: 31 rooms promised, 36 rooms reached. Now: at least 40 rooms." in text and "Raised" in text
    assert "1 promise of" in text and "is not continued" in text
    assert years(two_years, "zh").status_code == 200
    with public_pages():
        assert "/years/" in visitor().get(reverse("unit", args=["en", "north", "municipal-school"])).content.decode()
        told = visitor().get(reverse("commitment", args=["en", "north", two_years.next.code])).content.decode()
    assert "Last year’s result" in told and "The promise was 31 rooms." in told and "because" not in told


def test_a_target_that_is_not_raised_says_why_in_public(two_years):
    promise = two_years.next
    promise.target = promise.target | {"value": "36", "why_not_raised": "教室都有了"}
    promise.save()
    text = years(two_years).content.decode()
    assert "Not raised" in text and "The unit’s reason: 教室都有了" in text
    with public_pages():
        told = visitor().get(reverse("commitment", args=["en", "north", promise.code])).content.decode()
    assert "This year’s target does not lie above it, because: 教室都有了" in told


def test_nothing_unpublished_is_told_and_questions_do_not_grow(two_years):
    with CaptureQueriesContext(connection) as asked:
        years(two_years)
    Assessment.objects.update(published_at=None, published_by=None)
    assert "87.50" not in years(two_years).content.decode()
    Commitment.objects.filter(pk=two_years.next.pk).delete()
    Publication.objects.filter(year=two_years.following.year).delete()
    with CaptureQueriesContext(connection) as fewer:
        assert years(two_years).status_code == 200
    assert len(asked) == len(fewer)
    with public_pages():
        assert (
            "/years/" not in visitor().get(reverse("unit", args=["en", "north", "municipal-school"])).content.decode()
        )
    for unit in ("department", "no-such-unit"):
        with public_pages():
            assert visitor().get(reverse("unit_years", args=["en", "north", unit])).status_code == 404


def test_other_bureaus_years_are_not_told(two_years):
    stories.culture()
    with public_pages():
        assert visitor().get(reverse("unit_years", args=["en", "south", "municipal-school"])).status_code == 404
