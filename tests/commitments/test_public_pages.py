"""What anyone can read: only what is published, the same for everyone, in few questions and few bytes."""

import copy
import gzip
import hashlib
import re
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone, translation

from commitments import phrases
from commitments.models import Commitment, Publication
from commitments.views import public
from objectives import actions, prints
from objectives.models import Benchmark, Paper, Revision
from portal.core import deeds, pagecache, vault
from tests import stories
from tests.worlds import shared
from units.models import Post, Role, Tenure, Unit

pytestmark = pytest.mark.django_db

CANARY = "鹦鹉canary"
DRAFT_STATES = {"municipal_school": "in_route", "department": "returned", "town_school": "half", "town_office": "draft"}
PERSONAL_TABLES = ("django_session", "core_user", "account_", "auth_", "guardian", "units_tenure")


@pytest.fixture(autouse=True)
def fresh_pages():
    pagecache.forget()
    cache.clear()


@contextmanager
def plainly():
    """No page reads what is in a document: a few bytes do, and a story is told in no time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prints, "base", lambda revision, **_more: f"%PDF {revision.number}".encode())
        for name in ("signed", "stamped"):
            patch.setattr(prints, name, lambda document, step, *_more, **_other: document + b"+")
        yield


@pytest.fixture(autouse=True)
def plain_documents():
    with plainly():
        yield


def built():
    story = stories.education()
    with plainly():
        story.paper("municipal_school", "published")
    return story


world = shared(built)


@pytest.fixture
def school(world):
    """One school's paper, published."""
    return copy.deepcopy(world)


def read(address: str, **headers) -> str:
    response = Client().get(address, headers=headers)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def addresses(code: str = "north") -> list[str]:
    """Every public address of a bureau's published rows, and some that lead nowhere."""
    found = ["/en/", "/zh/", "/en/about/", "/en/accessibility/", "/p/NOTHING", f"/en/{code}/units/?q=zzz"]
    found += [f"/en/{code}/units/?q={CANARY}", f"/en/{code}/units/?q=Canary+school", "/en/canary/", "/en/canary/units/"]
    for lang in ("en", "zh"):
        found += [f"/{lang}/{code}/", f"/{lang}/{code}/units/", f"/{lang}/{code}/units/?kind=municipal_school"]
        for row in Publication.objects.of_bureau(code):
            found += [f"/{lang}/{code}/units/{row.unit_code}/", f"/{lang}/documents/{row.code}.pdf", f"/p/{row.code}"]
        for each in Commitment.objects.filter(publication__bureau_code=code):
            found += [f"/{lang}/{code}/promises/{each.code}/", f"/p/{each.code}"]
    return found


# --- what stands on them --------------------------------------------------------------------------


def test_the_front_page_has_one_sentence_a_bureau(school):
    stories.culture().paper("bureau", "published")
    page = text(read("/en/"))
    year = timezone.localdate().year
    assert f"Two promises for {year}: none reported yet." in page
    assert page.index("Bureau of north") < page.index("Bureau of south")


def test_a_bureau_with_units_lists_them_by_kind(school):
    page = read("/en/north/")
    assert "Municipal school" in text(page)
    assert 'href="/en/north/units/municipal-school/"' in page
    assert 'action="/en/north/units/"' in page
    assert "north" not in read("/en/").split("<main")[0]


def test_a_bureau_of_one_paper_shows_every_promise_under_its_task():
    stories.culture().paper("bureau", "published")
    page = read("/en/south/")
    assert page.count('class="task"') == 2
    assert "classrooms with a corner (1)" in page
    assert 'role="search"' not in page


def test_a_unit_tells_posts_and_never_names(school):
    page = read("/en/north/units/municipal-school/")
    head, leader, _office = (signer["post_en"] for signer in Publication.objects.get().snapshot["signers"])
    assert f"{head} signed and sealed on" in text(page)
    assert f"{leader} audited and signed on" in text(page)
    assert "102 people were asked" in text(page)
    assert Benchmark.objects.get(bureau=school.bureau).name_en in page
    assert not any(user.name in page for user in school.people.values())
    assert not any(f"<h2>{heading}" in page for heading in ("Overdue", "Messages", "Month by month", "Changes"))


def test_a_measured_promise_is_drawn_with_its_benchmark(school):
    page = read(f"/en/north/promises/NO-{timezone.localdate().year}-municipal-school-1.1/")
    assert 'class="ruler"' in page
    name = Benchmark.objects.get(bureau=school.bureau).name_en
    assert f"the benchmark, {name}, has 48 rooms" in page
    assert "Not yet measurable" in text(page)
    assert "Undertaker: not named yet" in text(page)
    assert 'id="share" popover' in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"comparison": "ordinal", "value": "5", "unit_zh": "批"}, "this is no. 5 of its series"),
        ({"comparison": "some", "value": None}, "“a number of”"),
        ({"comparison": "held", "value": None}, "kept once it has been held"),
        ({"comparison": "rank", "value": None}, "a place among the best"),
        ({"comparison": "assigned", "value": None}, "assigned from above"),
        ({"comparison": "ge", "value": None}, "The plan prints no figure."),
        ({"state": "completed_before_start"}, "done before the plan began"),
    ],
)
def test_a_promise_without_a_figure_says_why_instead_of_drawing(school, change, sentence):
    promise = Commitment.objects.first()
    promise.target = promise.target | change
    promise.save()
    page = read(f"/en/north/promises/{promise.code}/")
    assert 'class="ruler"' not in page
    assert sentence in text(page)


def test_what_was_done_before_the_plan_is_kept_and_counted_so(school):
    promise = Commitment.objects.first()
    promise.target, promise.status = promise.target | {"state": "completed_before_start"}, "kept"
    promise.save()
    assert "one kept and one not yet measurable" in text(read("/en/north/units/municipal-school/"))
    assert "one kept" in text(read("/en/north/"))
    assert "Green: the signed paper says" in text(read(f"/en/north/promises/{promise.code}/"))


def test_words_of_units_are_shown_as_words(school):
    evil = "<script>alert(1)</script>\"'&"
    publication = Publication.objects.get()
    publication.unit_name_en = evil
    publication.snapshot["unit"]["name_en"] = publication.snapshot["unit"]["name_zh"] = evil
    publication.snapshot["objectives"][0]["measures"][0]["text_en"] = evil
    publication.save()
    Commitment.objects.update(text_en=evil)
    for address in addresses():
        if "/p/" not in address and ".pdf" not in address:
            assert "<script>alert" not in Client().get(address).content.decode(), address
    assert "<script>alert" not in read("/en/north/units/?q=%3Cscript%3Ealert(1)%3C/script%3E")


SEARCHES = [("municipal", 1), ("市直", 1), ("education bureau", 1), ("nowhere", 0), ("%00zzz", 0)]


@pytest.mark.parametrize(("words", "found"), SEARCHES)
def test_units_are_found_by_name_and_place(school, words, found):
    page = read(f"/en/north/units/?q={words}")
    assert page.count('class="unit-list"') == found
    assert ("No unit with public promises is called" in text(page)) == (not found)


def test_the_directory_turns_its_pages(school, monkeypatch):
    school.paper("department", "published")
    monkeypatch.setattr(public, "UNITS_A_PAGE", 1)
    first, second = read("/en/north/units/"), read("/en/north/units/?page=2")
    assert ('rel="next"' in first, 'rel="prev"' in first) == (True, False)
    assert ('rel="next"' in second, 'rel="prev"' in second) == (False, True)
    assert read("/en/north/units/?page=999").count('class="unit-list"') == 1
    assert read("/en/north/units/?page=x&kind=%27--").count('class="unit-list"') == 1


def test_both_languages_know_of_each_other(school):
    page = read("/en/north/units/?q=school")
    for code, lang in (("zh-Hans", "zh"), ("en", "en")):
        assert f'rel="alternate" hreflang="{code}" href="http://127.0.0.1:8000/{lang}/north/units/?q=school"' in page
    assert '<html lang="en"' in page


def test_the_record_is_published_once_a_day(school):
    assert deeds.head()[1][:8] not in read("/en/north/").replace(" ", "")


# --- documents and short addresses ----------------------------------------------------------------


def test_the_signed_document_is_given_byte_for_byte(school):
    publication = Publication.objects.get()
    response = Client().get(f"/en/documents/{publication.code}.pdf")
    assert hashlib.sha256(response.content).hexdigest() == publication.document
    assert response["Content-Type"] == "application/pdf"
    name = response["Content-Disposition"]
    assert re.fullmatch(r"inline; filename=\"[A-Za-z0-9-]+\.pdf\"; filename\*=UTF-8''\S+", name)
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["ETag"] == f'"{publication.document}"'


def test_a_damaged_document_is_not_shown(school):
    place = vault.path(Publication.objects.get().document)
    place.chmod(0o640)
    whole = place.read_bytes()
    try:
        place.write_bytes(whole[:-1])
        assert Client().get(f"/en/documents/{Publication.objects.get().code}.pdf").status_code == 404
    finally:
        place.write_bytes(whole)


@pytest.mark.parametrize(("accepted", "lang"), [("en-GB", "en"), ("zh-CN", "zh")])
def test_short_addresses_lead_on_in_the_readers_language(school, accepted, lang):
    code, headers = Commitment.objects.first().code, {"accept-language": accepted}
    response = Client().get(f"/p/{code}", headers=headers)
    assert response["Location"] == f"/{lang}/north/promises/{code}/"
    assert "no-store" in response["Cache-Control"]
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].replace(" ", "").split(","))
    unit = Client().get(f"/p/{Publication.objects.get().code.lower()}", headers=headers)
    assert unit["Location"] == f"/{lang}/north/units/municipal-school/"


def test_the_cookie_is_asked_before_the_browser(school):
    client = Client()
    client.cookies["lang"] = "en"
    answer = client.get(f"/p/{Commitment.objects.first().code}", headers={"accept-language": "zh-CN"})
    assert answer["Location"].startswith("/en/")


def test_what_is_not_public_is_not_there_and_looks_the_same(school):
    south = stories.culture()
    south.paper("bureau", "complete")
    hidden = Revision.objects.get(paper__unit=south.units["bureau"])
    stories.bureau("west", "西区", ()).paper("bureau", "published")
    promise = Commitment.objects.filter(publication__bureau_code="north").first()
    pages = [
        "/en/west/units/municipal-school/", "/en/west/units/nothing/", f"/en/west/promises/{promise.code}/",
        "/en/west/promises/NOTHING/", "/en/south/", "/en/nowhere/", "/en/south/units/", "/en/south/units/bureau/",
        f"/en/documents/{hidden.code}.pdf", "/en/documents/NOTHING.pdf", "/en/west/promises/a%00b/",
    ]  # fmt: skip
    answers = [Client().get(address) for address in pages]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.items())) for answer in answers}) == 1


# --- the same for everyone, in few questions -------------------------------------------------------


def test_no_page_needs_a_user_a_session_or_messages(school):
    """These requests have none: whatever touched them would fail."""
    for address in addresses():
        request = RequestFactory().get(address)
        view, args, kwargs = resolve(request.path_info)
        with translation.override("en"):
            assert view(request, *args, **kwargs).status_code in (200, 302, 404)


def test_no_page_sets_a_cookie_or_reads_personal_tables(school):
    for address in addresses():
        with CaptureQueriesContext(connection) as asked:
            response = Client().get(address)
        assert not response.cookies, address
        assert b"csrf" not in response.content, address
        assert not [query for query in asked if any(table in query["sql"] for table in PERSONAL_TABLES)], address
        if response.status_code == 200 and ".pdf" not in address:
            assert response["Vary"] == "Cookie", address


def test_being_logged_in_changes_no_public_page(school):
    client = Client()
    client.force_login(school.people["style_office"])
    for address in addresses():
        assert client.get(address).content == Client().get(address).content, address


@pytest.mark.parametrize(
    ("address", "questions"),
    [
        ("/en/", 4),
        ("/en/north/", 14),
        ("/en/north/units/", 5),
        ("/en/north/units/municipal-school/", 12),
        ("/en/north/promises/{code}/", 9),
        ("/en/about/", 2),
    ],
)
def test_a_page_asks_as_much_for_three_units_as_for_one(school, django_assert_num_queries, address, questions):
    address = address.format(code=Commitment.objects.first().code)
    with django_assert_num_queries(questions):
        read(address)
    school.paper("department", "published", objectives=3)
    school.paper("town_office", "published", objectives=3)
    pagecache.forget()
    with django_assert_num_queries(questions):
        read(address)


def test_a_whole_promise_page_weighs_at_most_sixty_kilobytes(school):
    page = read(f"/zh/north/promises/{Commitment.objects.first().code}/")
    linked = re.findall(r'(?:href|src)="/static/([^"]+)"', page)
    assert len(linked) > 7
    files = [page.encode(), *(Path(finders.find(name)).read_bytes() for name in linked)]
    assert sum(len(gzip.compress(data)) for data in files) <= 60 * 1024


# --- drafts leave no trace -------------------------------------------------------------------------


def print_of(address: str) -> tuple:
    pagecache.forget()
    response = Client().get(address)
    headers = sorted(item for item in response.items() if item[0] != "Expires")
    return response.status_code, headers, hashlib.sha256(response.content).hexdigest()


def test_twenty_drafts_change_no_public_byte(school):
    pages = addresses()
    before = {address: print_of(address) for address in pages}
    write_drafts(school, 15)
    other = stories.education("canary")
    for kind, state in DRAFT_STATES.items():
        other.paper(kind, state)
    stories.culture("canary2").paper("bureau", "complete")
    assert Paper.objects.exclude(state="published").count() >= 20
    assert {address: print_of(address) for address in pages} == before
    quiet = [address for address in pages if "q=" not in address]
    assert not [address for address in quiet if CANARY.encode() in Client().get(address).content]


def write_drafts(story, count: int) -> None:
    """Papers of further schools, full of words that must not appear."""
    kind = story.units["municipal_school"].kind
    staff, at = story.people["municipal_school_staff"], timezone.now()
    for number in range(count):
        unit = Unit.objects.create(
            bureau=story.bureau, kind=kind, parent=story.units["bureau"], code=f"canary-{number}",
            path=f"{story.units['bureau'].path}9{number:05d}", name_zh=CANARY, name_en="Canary school",
            opened_on=date(2020, 1, 1),
        )  # fmt: skip
        post = Post.objects.create(unit=unit, role=Role.STAFF, key="staff", title_zh=CANARY)
        Tenure.objects.create(post=post, user=staff, from_on=date(2020, 1, 1))
        paper = actions.begin(story.campaign, unit, by=staff, at=at)
        data = stories.objective_data(1, leader=None, benchmark=None, due_on=story.campaign.ends_on)
        first = paper.objectives.get()
        actions.save_objective(first, data | {"text_zh": CANARY, "text_en": CANARY}, version=1, by=staff, at=at)


# --- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (0, "zero", "零"), (2, "two", "两"), (10, "ten", "十"), (12, "twelve", "十二"), (20, "twenty", "二十"),
        (42, "forty-two", "四十二"), (99, "ninety-nine", "九十九"), (1203, "1,203", "1,203"),
    ],
)  # fmt: skip
def test_counts_are_said_as_people_say_them(number, english, chinese):
    with translation.override("en"):
        assert phrases.in_words(number) == english
    with translation.override("zh-hans"):
        assert phrases.in_words(number) == chinese


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (date(2017, 12, 31), "in ten weeks and four days"),
        (date(2017, 10, 25), "in one week"),
        (date(2017, 10, 21), "in three days"),
        (date(2017, 10, 19), "tomorrow"),
        (date(2017, 10, 17), "this day has passed"),
    ],
)
def test_the_countdown_is_in_words(due, words):
    with translation.override("en"):
        assert phrases.countdown(due, on=date(2017, 10, 18)) == words


@pytest.mark.parametrize(
    ("keep_from", "published", "first"),
    [
        (date(2017, 6, 1), date(2017, 5, 22), date(2017, 7, 1)),
        (date(2017, 6, 1), date(2017, 8, 30), date(2017, 9, 1)),
        (None, date(2017, 12, 3), date(2018, 1, 1)),
    ],
)
def test_first_figures_follow_the_first_month_kept(keep_from, published, first):
    assert phrases.first_figures(keep_from, published) == first


def test_no_page_promises_figures_for_a_month_that_has_passed():
    with translation.override("en"):
        first = date(2017, 7, 1)
        assert "July 2017" in phrases.none_reported(first, on=date(2017, 7, 31))
        assert "July" not in phrases.none_reported(first, on=date(2017, 8, 1))
