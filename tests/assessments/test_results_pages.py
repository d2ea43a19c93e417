"""Pages of results: the office's table, a case, the unit's own page, the document to sign, and what everyone reads."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from assessments import signals
from assessments.actions import results
from assessments.models import Appeal, Assessment, Case
from assessments.queries import results as queries
from commitments import files
from portal.core.models import Deed
from tests import stories
from tests.assessments.results import (
    case_of,
    filed,
    head,
    later,
    notified,
    office,
    plain_documents,
    published,
    scored,
    settled,
    signer,
)
from tests.stories import PASSPHRASE

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def english(settings):
    settings.MFA_REQUIRED_FOR = []
    with translation.override("en"), plain_documents():
        yield


def client(user) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(user)
    return found


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_office_reads_the_table_and_every_score(monkeypatch):
    told = {"key": "letters", "label_zh": "群众来信", "label_en": "Letters", "value": 7}
    monkeypatch.setattr(signals, "_sources", [lambda case: told if case.kind_key == "municipal_school" else {}])
    story = scored()
    case = settled(story) and case_of(story)
    Case.objects.filter(pk=case.pk).update(self_total=99)
    there = client(office(story))
    page = text(there.get("/work/results/?kind=municipal_school"))
    assert "94.00" in page and "the share of the best among units of this kind is full" in page
    assert "Rates itself 5.00" not in page  # within what two inspectors may differ
    Case.objects.filter(pk=case.pk).update(self_total=100, total=80, grade="good")
    assert "Rates itself 20.00 above what was found" in text(there.get("/work/results/?kind=municipal_school"))
    assert "No unit fits" in text(there.get("/work/results/?kind=municipal_school&grade=fail"))
    for rubbish in ("after=x", "after=NaN_1", "grade=nonsense", "kind=nonsense", "after=1e999_0", "after=_" + "9" * 90):
        assert there.get(f"/work/results/?{rubbish}").status_code == 200
    address = f"/work/results/{case.pk}/"
    shown = text(there.get(address))
    assert "Every score" in shown and "What the public told Letters 7" in shown
    assert "Letters 7" in text(there.get("/work/results/?kind=municipal_school"))
    assert "What the public told" not in text(there.get(f"/work/results/{case_of(story, 'department').pk}/"))
    assert "Enter a bonus, deduction or veto" in shown and there.post(address).status_code == 405


def test_a_unit_reads_its_own_result_alone_and_only_once_it_was_told():
    story = scored()
    settled(story)
    school, mine = client(head(story)), "/work/result/"
    assert "has not been told a result yet" in text(school.get(mine))
    assert school.get(f"/work/results/{case_of(story).pk}/").status_code == 404
    results.notify(story.assessment, by=office(story), at=later())
    page = text(school.get(mine))
    assert "94.00" in page and "82.35" not in page
    assert "The last day for an appeal is" in page and "working days from the day after" in page
    behind = re.search(r'/work/assessment/[^"]+/completion/', school.get(mine).content.decode())
    assert school.get(behind.group()).status_code == 200
    assert case_of(story).read_at and Deed.objects.filter(verb="result.notice_read").count() == 1
    school.get(mine)
    assert Deed.objects.filter(verb="result.notice_read").count() == 1
    other, notice = case_of(story, "department"), "/work/results/%s/notice.pdf"
    assert school.get(f"{mine}?case={other.pk}").status_code == 200
    assert "82.35" not in text(school.get(f"{mine}?case={other.pk}"))
    assert school.get(notice % other.pk).status_code == 404
    assert school.get(notice % case_of(story).pk).status_code == 302
    files.printed(case_of(story).notice, at=timezone.now())
    answer = school.get(notice % case_of(story).pk)
    assert answer.content.startswith(b"%PDF")
    assert client(story.people["auditor"]).get(mine).status_code == 404


def test_a_list_turns_its_pages_by_place_and_leaves_nobody_out():
    story = scored("municipal_school", "department", "town_office", "town_school", points={
        "municipal_school": {"completion": 50}, "department": {"completion": 55}, "town_office": {"completion": 50},
    })  # fmt: skip
    settled(story)
    Case.objects.update(kind_key="all")
    whole = [case.unit.code for case in queries.page(story.assessment, kind="all")[0]]
    assert whole[0] == "department" and whole[-1] == "town-school" and len(whole) == 4
    walked, after = [], ""
    while True:
        cases, after = queries.page(story.assessment, kind="all", after=after, most=1)
        walked += [case.unit.code for case in cases]
        if not after:
            break
    assert walked == whole
    for place, code in enumerate(whole):
        assert [case.unit.code for case in queries.page(story.assessment, kind="all", first=code)[0]] == whole[place:]


def test_another_bureau_s_office_finds_nothing_here():
    story = scored()
    notified(story)
    stranger = client(stories.culture().people["style_office"])
    assert "No assessment has been prepared" in text(stranger.get("/work/results/"))
    campaign = story.campaign.code
    nowhere = stranger.get("/work/results/00000000-0000-4000-8000-000000000000/")
    for address in (
        f"/work/results/{case_of(story).pk}/", f"/work/results/{case_of(story).pk}/notice.pdf",
        f"/work/results/?campaign={campaign}", f"/work/results/{campaign}/internal.xlsx",
        f"/work/result/{case_of(story).pk}/appeal/",
    ):  # fmt: skip
        answer = stranger.get(address)
        assert (answer.status_code, len(answer.content)) == (404, len(nowhere.content)), address
    refused = stranger.post("/work/results/", {"act": "settle", "campaign": campaign})
    assert refused.status_code == 404
    assert client(head(story)).get("/work/results/").status_code == 404


def test_the_office_plays_the_phases_and_what_is_too_early_says_why():
    story = scored()
    there = client(office(story))
    page = text(there.get("/work/results/"))
    assert "Self-assessments are due until" in page and "Put the results together first" in page
    told = there.post("/work/results/", {"act": "settle", "campaign": story.campaign.code})
    assert told.status_code == 409 and "Self-assessments are due until" in text(told)
    Assessment.objects.update(self_due_on="2020-01-01")
    assert there.post("/work/results/", {"act": "settle", "campaign": story.campaign.code}).status_code == 302
    assert there.post("/work/results/", {"act": "notify", "campaign": story.campaign.code}).status_code == 302
    assert "they may appeal until" in text(there.get("/work/results/"))
    early = there.post("/work/results/", {"act": "draft", "signer": signer(story).pk, "campaign": story.campaign.code})
    assert early.status_code == 409 and "may appeal until" in text(early)
    assert there.post("/work/results/", {"act": "draft", "campaign": story.campaign.code}).status_code == 422


def test_the_leader_signs_and_the_public_reads_it_in_the_same_moment():
    story = scored()
    notified(story)
    Assessment.objects.update(appeal_until_on="2020-01-01", self_due_on="2019-12-01", inspect_from_on="2019-12-02")
    there, leader = client(office(story)), client(story.people["bureau_head"])
    year, public = story.campaign.year, Client(headers={"accept-language": "en"})
    address = f"/en/{story.bureau.code}/results/{year}/"
    assert public.get(address).status_code == 404
    form = {"act": "draft", "signer": signer(story).pk, "campaign": story.campaign.code}
    assert there.post("/work/results/", form).status_code == 302
    document = Assessment.objects.get().result_document
    page = f"/work/results/documents/{document.pk}/"
    files.printed(document, at=timezone.now())
    shown = text(leader.get(page))
    assert "The results are public in the same moment" in shown and "优秀比例已满" in shown
    assert client(head(story)).get(page).status_code == 404
    assert client(story.people["line_leader"]).get(page).status_code == 404
    assert "Another post signs the result" in text(there.get(page))
    sign = {"fingerprint": document.fingerprint, "passphrase": PASSPHRASE, "read": "on", "strokes": ""}
    assert leader.post(f"{page}sign/", sign | {"passphrase": "wrong words 1"}).status_code == 409
    assert public.get(address).status_code == 404
    assert leader.post(f"{page}sign/", sign).status_code == 302
    answer = text(public.get(f"{address}?kind=municipal_school"))
    assert "94.00" in answer and "How this is computed" in answer and "Units could appeal until" in answer
    assert not any(user.name in answer for user in story.people.values())
    assert "the share of the best" in answer
    assert (
        f"results/{year}/municipal-school/"
        in public.get(f"/en/{story.bureau.code}/units/municipal-school/").content.decode()
    )
    assert "The results of" in text(public.get(f"/en/{story.bureau.code}/"))
    assert "94.00" in text(public.get(f"{address}?kind=municipal_school&from=municipal-school"))
    for rubbish in ("kind=nonsense", "after=x", "from=nobody", "after=%00"):
        assert public.get(f"{address}?{rubbish}").status_code == 200
    assert public.get(f"/en/{story.bureau.code}/results/1999/").status_code == 404
    book = there.get(f"/work/results/{story.campaign.code}/internal.xlsx")
    assert book.status_code == 200 and "no-store" in book["Cache-Control"]
    assert leader.post(f"{page}return/", {"reason": "晚了"}).status_code == 302
    assert Assessment.objects.get().published_at


def test_pages_ask_as_many_questions_for_one_unit_as_for_three():
    kinds = ("municipal_school", "department", "town_office")
    story = scored(*kinds, points={key: {"completion": 50, "reporting": 10} for key in kinds})
    notified(story)
    clerk, public = client(office(story)), Client()
    address = f"/en/{story.bureau.code}/results/{story.campaign.year}/?kind=municipal_school"
    pages = [(clerk, "/work/results/?kind=municipal_school"), (clerk, "/work/appeals/"), (clerk, "/work/")]

    def asked(pages):
        found = []
        for person, page in pages:
            person.get(page)
            with CaptureQueriesContext(connection) as questions:
                assert person.get(page).status_code == 200
            found.append(len(questions))
        return found

    filed(story)
    one = asked(pages)
    for key in kinds[1:]:
        filed(story, key)
    Case.objects.update(kind_key="municipal_school")
    assert asked(pages) == one
    Appeal.objects.all().delete()
    Case.objects.filter(pk=case_of(story).pk).update(kind_key="other")
    published(story)
    three = asked([(public, address)])
    Case.objects.exclude(pk=case_of(story, "department").pk).update(kind_key="other")
    assert asked([(public, address)]) == three
