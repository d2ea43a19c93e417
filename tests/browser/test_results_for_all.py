"""The pages of results and appeals judged by axe-core, by day and at night, on a desk and in a hand."""

import pytest
from django.urls import reverse

from tests.assessments.results import (
    case_of,
    checked_again,
    decided,
    drafted,
    filed,
    head,
    notified,
    office,
    plain_documents,
    published,
    scored,
)
from tests.browser.test_access_for_all import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_results_and_appeals_can_be_used_by_all(visit, transactional_db):
    story = scored()
    with plain_documents():
        notified(story)
        appeal = drafted(story, checked_again(story, filed(story)))
        case = case_of(story)
        pages = [reverse("results"), reverse("result_case", args=[case.pk]), reverse("appeals")]
        assert faults_of(visit(office(story)), [*pages, reverse("appeal", args=[appeal.pk])]) == []
        other = case_of(story, "department")
        mine = [reverse("my_result"), reverse("appeal_new", args=[other.pk])]
        assert faults_of(visit(head(story, "department")), mine) == []
        decided(story, appeal)
        published(story)
    public = reverse("public_results", args=["zh", story.bureau.code, story.campaign.year])
    assert faults_of(visit(), [f"{public}?kind=municipal_school", f"{public}municipal-school/"]) == []
