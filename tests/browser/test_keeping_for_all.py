"""The pages of keeping judged by axe-core, in both languages, by day and at night, on a desk and in a hand."""

import pytest
from django.urls import reverse
from django.utils import timezone

from commitments.models import Bulletin, Line, Month, Publication, Review
from commitments.sweeps import bulletins, reviews
from tests.browser.test_access_for_all import faults_of
from tests.quarters import played

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story(transactional_db):
    """A quarter of keeping with its bulletin drafted and its months frozen."""
    story, at = played(), timezone.now()
    bulletins.draft_due(on=timezone.localdate(at), at=at)
    reviews.open_due(on=timezone.localdate(at), at=at)
    return story


def test_the_offices_pages_of_keeping_can_be_used_by_all(visit, story):
    office = visit(story.people["style_office"])
    month, line = Month.objects.order_by("code").last(), Line.objects.order_by("rank", "pk").first()
    pages = [
        reverse(name) for name in ("desk", "dispatch", "ledger", "bulletins", "reviews", "rectifications", "timetable")
    ]
    pages += [
        reverse("changes"),
        reverse("meeting", args=[month.code]),
        reverse("ledger_line", args=[line.code]),
    ]
    pages += [reverse("bulletin", args=[Bulletin.objects.get().pk]), reverse("rectification_new") + f"?line={line.pk}"]
    pages += [reverse("review", args=[row.pk]) for row in Review.objects.all()[:1]]
    assert faults_of(office, pages) == []


def test_what_the_public_reads_of_keeping_can_be_used_by_all(visit, story):
    publication = Publication.objects.order_by("order").first()
    reader = visit()
    pages = [reverse("bureau", args=["zh", publication.bureau_code])]
    pages += [reverse("unit", args=["zh", row.bureau_code, row.unit_code]) for row in Publication.objects.all()]
    late = Line.objects.filter(commitment__isnull=False).order_by("rank", "pk").first()
    pages += [reverse("commitment", args=["zh", publication.bureau_code, late.commitment.code])]
    assert faults_of(reader, pages) == []
