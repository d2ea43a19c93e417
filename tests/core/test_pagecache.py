"""The kept public pages: the same for everyone. Attack A32 with a control, and what a page is kept under."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.access import ACCESS
from portal.core import pagecache
from tests import stories
from tests.core.small_site import seen_by

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("empty_shelf")]
DISGUISES = {
    "htmx": {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "main"},
    "forwarded host": {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_FORWARDED": "host=evil.example"},
    "authorization": {"HTTP_AUTHORIZATION": "Basic c3RhZmY6c2VjcmV0"},
    "another tongue": {"HTTP_ACCEPT_LANGUAGE": "de-CH, en;q=0.1, *;q=0.05"},
    "odd tongue": {"HTTP_ACCEPT_LANGUAGE": "zh-" + "x" * 300 + ";q=nonsense,\t,,"},
    "language cookie": {"HTTP_COOKIE": "lang=en"},
    "old session": {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}=0123456789abcdef0123456789abcdef"},
    "other cookies": {"HTTP_COOKIE": "csrftoken=abc; utm=1; messages=x"},
}


# --- A32: private data in the public cache ----------------------------------------------------------


def public_addresses(publication) -> dict[str, str]:
    """Every public address under a language, for both languages. A new one needs no entry unless it takes new words."""
    promise = publication.commitments.first()
    words = {"bureau": publication.bureau_code, "unit": publication.unit_code}
    codes = {"document": publication.code, "commitment": promise.code}
    found = {}
    for name in (name for name, row in ACCESS.items() if row.about == "public"):
        for lang in ("zh", "en"):
            have = {"lang": lang, **words, "code": codes.get(name, publication.code)}
            for keys in (("lang",), ("lang", "bureau"), ("lang", "code"), ("lang", "bureau", "unit"),
                         ("lang", "bureau", "code")):  # fmt: skip
                try:
                    found[f"{name} {lang}"] = reverse(name, kwargs={key: have[key] for key in keys})
                except NoReverseMatch:
                    continue
    return found


def forget_everything() -> None:
    pagecache.forget()
    cache.clear()


def alone(address: str) -> bytes:
    """The page as a stranger reads it when nobody has read before."""
    forget_everything()
    return seen_by(Client(), address)


def leak(address: str, expected: bytes, first: Client, **extra) -> str:
    """What strangers get differently when somebody else has read first; nothing when all is well."""
    forget_everything()
    first.get(address, **extra)
    for stranger in (Client(), Client()):
        response = stranger.get(address)
        if response.content != expected:
            return f"{address} differs"
        if response.cookies:
            return f"{address} sets {list(response.cookies)}"
    return ""


@pytest.fixture
def staff(db):
    user = get_user_model().objects.create_user("style-office", "s@example.test", "x", name="某某")
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def addresses(db):
    """Every public page of a bureau with one published paper; not the one that takes a token, nor the lists of
    bulletins and of draws, which are there once a bulletin or a draw is.
    """
    story = stories.culture()
    paper = story.paper("bureau", "published")
    found = public_addresses(paper.campaign.publications.get())
    left_out = ("verify", "public_bulletins", "public_draws")
    kept = {name: address for name, address in found.items() if not name.startswith(left_out)}
    assert {name.split()[0] for name in kept} >= {"home", "about", "bureau", "units", "unit", "commitment", "document"}
    return kept


def test_staff_or_a_disguise_first_then_anonymous_reads_the_same_bytes(addresses, staff, settled):
    leaks = []
    for address in addresses.values():
        expected = alone(address)
        leaks.append(leak(address, expected, staff))
        leaks += [leak(address, expected, Client(), **odd) for odd in DISGUISES.values()]
    assert list(filter(None, leaks)) == []


def test_pages_are_kept(db, settled):
    """The check above would be idle otherwise."""
    for name in ("home", "about", "accessibility"):
        for lang in ("zh", "en"):
            assert seen_by(Client(), reverse(name, args=[lang])) == seen_by(Client(), reverse(name, args=[lang]))
    assert len(pagecache.shelf.pages) == 6


def test_control_a_cached_page_of_a_person_is_noticed(staff, settled, small_site):
    """The check itself: `cache_page` on a page of one's own gives it to the next stranger."""
    assert leak("/zh/careless/", alone("/zh/careless/"), staff) == "/zh/careless/ differs"
    assert leak("/zh/whoami/", alone("/zh/whoami/"), staff) == ""


def test_a_reader_who_is_logged_in_is_served_past_the_cache(staff, settled):
    response = staff.get(reverse("about", args=["zh"]))
    assert response["Cache-Control"] == pagecache.PERSONAL
    assert not pagecache.shelf.pages


def test_the_page_that_takes_a_token_is_never_kept(db, settled):
    for lang in ("zh", "en"):
        response = Client().get(reverse("verify", args=[lang]))
        assert response.status_code == HTTPStatus.OK and "no-store" in response["Cache-Control"]
    assert not pagecache.shelf.pages


# --- what is kept, and under which key ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["cookie", "varying", "never", "missing", "stream", "large", "whoami"])
def test_what_is_not_for_everyone_is_not_kept(db, settled, small_site, name):
    Client().get(f"/zh/{name}/")
    assert not pagecache.shelf.pages


def test_host_scheme_language_query_and_size_are_pages_of_their_own(db, settled, small_site):
    large = Client()
    large.cookies["size"] = "large"
    for client, address, extra in (
        (Client(), "/zh/days/", {}),
        (Client(), "/en/days/", {}),
        (Client(), "/zh/days/?q=1", {}),
        (large, "/zh/days/", {}),
        (Client(), "/zh/days/", {"HTTP_HOST": "localhost"}),
        (Client(), "/zh/days/", {"secure": True}),
    ):
        assert client.get(address, **extra).status_code == HTTPStatus.OK
    assert len(pagecache.shelf.pages) == 6


def test_a_host_that_is_not_ours_is_refused_also_for_a_kept_page(db, settled, small_site):
    Client().get("/zh/days/")
    assert Client().get("/zh/days/", HTTP_HOST="evil.example").status_code == HTTPStatus.BAD_REQUEST


def test_a_page_asked_for_by_head_is_not_kept_and_a_kept_one_answers_it(db, settled, small_site):
    first = Client().head("/zh/days/")
    assert first.status_code == HTTPStatus.OK and not pagecache.shelf.pages
    body = seen_by(Client(), "/zh/days/")
    again = Client().head("/zh/days/")
    assert body and again.headers == Client().get("/zh/days/").headers
    assert again["Content-Length"] == str(len(body))


def test_other_methods_pass_by(db, settled, small_site):
    for method in ("post", "put", "delete", "options"):
        getattr(Client(), method)("/zh/days/")
    assert not pagecache.shelf.pages


def test_nobody_changes_an_answer_after_the_cache():
    """Kept pages share their headers with every answer, so no other middleware may stand outside."""
    assert settings.MIDDLEWARE[0] == "portal.core.pagecache.PublicPages"


def test_a_kept_page_carries_every_header_of_the_first_answer(db, settled, small_site):
    first, again = Client().get("/zh/days/"), Client().get("/zh/days/")
    assert first.headers == again.headers
    assert "default-src 'none'" in again["Content-Security-Policy"]
    assert again["X-Frame-Options"] == "DENY" and again["X-Content-Type-Options"] == "nosniff"
    assert again["Vary"] == "Cookie" and again["Cache-Control"] == pagecache.FRESH and again["X-Extra"] == "kept"
    assert again["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"other", {0}', "*"])
def test_a_reader_who_has_the_page_gets_304_without_a_body(db, settled, small_site, form):
    page = Client().get("/zh/days/")
    again = Client().get("/zh/days/", HTTP_IF_NONE_MATCH=form.format(page["ETag"]))
    assert again.status_code == HTTPStatus.NOT_MODIFIED and again.content == b""
    assert again["ETag"] == page["ETag"] and again["Vary"] == "Cookie"
    assert again["Cache-Control"] == pagecache.FRESH
    assert not again.has_header("Content-Type") and again.get("Content-Length", "0") == "0"


@pytest.mark.parametrize("known", ['"other"', "", "nonsense", '"'])
def test_a_reader_who_has_another_page_gets_this_one(db, settled, small_site, known):
    assert Client().get("/zh/days/", HTTP_IF_NONE_MATCH=known).status_code == HTTPStatus.OK


def test_the_tag_names_the_content_and_tells_nothing_else(db, small_site, monkeypatch):
    """Drafts and logins move the version of the content; a stranger must not see that in the tag."""
    tags = set()
    for number in range(3):
        monkeypatch.setattr(pagecache.watch, "version", lambda number=number: number)
        tags.add(Client().get("/zh/days/")["ETag"])
    assert len(tags) == 1
