"""Who reads which result, from when on: each one's own reach, read only, and for all others no such page."""

import copy
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from assessments.actions import results
from assessments.models import Case
from assessments.policies import results as policies
from assessments.queries import results as queries
from commitments import files
from commitments.models import Publication
from portal.core.models import Deed
from tests import stories
from tests.assessments.results import case_of, later, office, plain_documents, scored, settled
from tests.worlds import shared
from units.policies import standing

pytestmark = [pytest.mark.django_db]
KINDS = ("municipal_school", "department", "town_office", "town_school")
EVERYTHING = frozenset(KINDS)
READS = {
    "style_office": EVERYTHING,
    "auditor": EVERYTHING,
    "bureau_head": EVERYTHING,
    "line_leader": {"department"},
    "linked_leader": {"municipal_school"},
    "town_office_approver": {"town_school"},
    "town_office_head": {"town_school"},
    "town_office_staff": {"town_school"},
    "municipal_school_head": set(),
    "department_staff": set(),
    "administrator": set(),
    "bureau_staff": set(),
    "foreign": set(),
}
"""Whose cases each person opens from the notice on, beside the own unit's page."""


def told():
    story = scored(*KINDS, points={key: {"completion": 50} for key in KINDS})
    story.people["foreign"] = stories.culture().people["style_office"]
    return story


world = shared(told)


@pytest.fixture
def story(world, settings):
    settings.MFA_REQUIRED_FOR = []
    with translation.override("en"), plain_documents():
        story = copy.deepcopy(world)
        settled(story)
        yield story


def client(user) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(user)
    return found


def opened(story, person: str, address: str = "result_case") -> set[str]:
    there = client(story.people[person])
    answers = {kind: there.get(reverse(address, args=[case_of(story, kind).pk])).status_code for kind in KINDS}
    assert set(answers.values()) <= {200, 302, 404}
    return {kind for kind, status in answers.items() if status != 404}


def names_in(page, story) -> set[str]:
    text = page.content.decode()
    return {kind for kind in KINDS if reverse("result_case", args=[case_of(story, kind).pk]) in text}


def test_before_the_notice_only_the_style_office_opens_a_result(story):
    for person in READS:
        assert opened(story, person) == (EVERYTHING if person == "style_office" else set()), person
        if person not in ("style_office", "foreign"):
            page = client(story.people[person]).get("/work/results/")
            assert page.status_code == 404 or "has been told a result yet" in page.content.decode(), person
            assert page.status_code == 404 or not names_in(page, story), person


def test_from_the_notice_on_each_reads_what_is_in_their_charge_and_changes_nothing(story):
    results.notify(story.assessment, by=office(story), at=later())
    deeds, form = Deed.objects.count(), {"act": "settle", "campaign": story.campaign.code}
    enter = {"act": "adjust", "kind": "bonus", "points": "1", "reason": "加", "happened_on": f"{timezone.localdate()}"}
    for person, kinds in READS.items():
        assert opened(story, person) == kinds, person
        there = client(story.people[person])
        listed = [there.get(f"/work/results/?kind={kind}") for kind in KINDS]
        if person == "foreign" or not kinds:
            assert not any(names_in(page, story) for page in listed if page.status_code == 200), person
        else:
            assert set().union(*(names_in(page, story) for page in listed)) == kinds, person
        if person == "style_office":
            continue
        assert there.post("/work/results/", form).status_code == 404, person
        for kind in KINDS:
            answer = there.post(reverse("result_case", args=[case_of(story, kind).pk]), enter)
            assert answer.status_code in (404, 405), person
        assert there.get(f"/work/results/{story.campaign.code}/internal.xlsx").status_code == 404, person
    assert Deed.objects.count() == deeds


def test_a_reader_finds_no_button_and_no_count_of_units_outside_their_charge(story):
    results.notify(story.assessment, by=office(story), at=later())
    people = {"auditor": True, "bureau_head": True, "line_leader": False, "town_office_head": False}
    for person, whole in people.items():
        there = client(story.people[person])
        page = there.get("/work/results/").content.decode()
        assert "What comes next" not in page and 'name="act"' not in page, person
        assert ("Grades by kind of unit" in page) is whole, person
        kind = next(iter(READS[person]))
        case = there.get(reverse("result_case", args=[case_of(story, kind).pk])).content.decode()
        assert 'name="act"' not in case and "Every score" in case, person
        behind = set(re.findall(r'/work/assessment/[^"]+/', case))
        assert behind or person != "auditor"
        assert all(there.get(address).status_code == 200 for address in behind), person
    for person, links in (("town_office_staff", True), ("department_staff", False)):
        own = client(story.people[person]).get("/work/result/").content.decode()
        assert ("Results of the units below ours" in own) is links, person


def test_the_notice_opens_for_its_readers_and_says_when_it_is_being_printed(story):
    results.notify(story.assessment, by=office(story), at=later())
    case = case_of(story, "department")
    leader, address = client(story.people["line_leader"]), reverse("result_notice", args=[case.pk])
    assert leader.get(address)["Location"] == reverse("result_case", args=[case.pk])
    files.printed(case.notice, at=timezone.now())
    assert leader.get(address).content.startswith(b"%PDF")
    assert opened(story, "linked_leader", "result_notice") == {"municipal_school"}
    assert client(story.people["foreign"]).get(address).status_code == 404


def test_lists_and_gates_agree(story):
    results.notify(story.assessment, by=office(story), at=later())
    by_pk = {story.cases[kind].pk: kind for kind in KINDS}
    for person, kinds in READS.items():
        who = standing(story.people[person], on=timezone.localdate())
        assert {by_pk[pk] for pk in policies.overseen(who).values_list("pk", flat=True)} == kinds, person
        assert policies.read_by(who).filter(pk=story.assessment.pk).exists() is bool(kinds), person


def test_a_name_finds_units_and_stays_through_paging(story, monkeypatch):
    there = client(office(story))
    Case.objects.update(kind_key="department")
    names = dict(Case.objects.values_list("unit__code", "publication__unit_name_zh"))
    page = there.get("/work/results/", {"kind": "department", "q": names["town-school"]})
    assert names_in(page, story) == {"town_school"}
    monkeypatch.setattr(queries, "A_PAGE", 1)
    Publication.objects.update(unit_name_en="A school")
    turned = there.get("/work/results/", {"kind": "department", "q": "SCHOOL"}).content.decode()
    following = re.search(r'href="(\?[^"]*after=[^"]+)"', turned).group(1).replace("&amp;", "&")
    assert "q=SCHOOL" in following and len(names_in(there.get(f"/work/results/{following}"), story)) == 1
    for rubbish in ("%25_", "x" * 90):
        assert there.get(f"/work/results/?q={rubbish}").status_code == 200
