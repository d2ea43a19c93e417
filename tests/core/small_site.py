"""A few pages for the tests of the page cache: one that may be kept, and all kinds that may not. Also a URL conf."""

from http import HTTPStatus

from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import cache_page, never_cache

from portal.core import deeds, pagecache
from portal.core.models import SpecialDay


def _days(request, lang):
    return HttpResponse(f"{lang} {SpecialDay.objects.count()}", headers={"Vary": "Cookie", "X-Extra": "kept"})


def _whoami(request, lang):
    return HttpResponse(f"{request.user or 'nobody'}")


def _with_cookie(request, lang):
    response = HttpResponse("cookie")
    response.set_cookie("seen", "1")
    return response


def _varying(request, lang):
    return HttpResponse(request.META.get("HTTP_ACCEPT_LANGUAGE", ""), headers={"Vary": "Cookie, Accept-Language"})


def _large(request, lang):
    return HttpResponse(b"x" * (pagecache.LARGEST_PAGE + 1))


_LANG = "<str:lang>/"
urlpatterns = [
    path(f"{_LANG}days/", _days),
    path(f"{_LANG}whoami/", _whoami),
    path(f"{_LANG}careless/", cache_page(60)(_whoami)),
    path(f"{_LANG}cookie/", _with_cookie),
    path(f"{_LANG}varying/", _varying),
    path(f"{_LANG}large/", _large),
    path(f"{_LANG}never/", never_cache(_days)),
    path(f"{_LANG}missing/", lambda request, lang: HttpResponse("missing", status=404)),
    path(f"{_LANG}stream/", lambda request, lang: StreamingHttpResponse(["a", "b"])),
]


def add_day(number: int) -> None:
    """A change of content; recorded where the record is what is watched (the embedded file cannot be emptied of it)."""
    with transaction.atomic():
        day = SpecialDay.objects.create(on=f"2031-01-{number:02}", is_workday=False, name_zh="日", name_en="Day")
        if connection.vendor == "postgresql":
            deeds.record("test.day", about=day, by="command", at=timezone.now())
            transaction.on_commit(pagecache.forget)


def seen_by(client: Client, address: str, **extra) -> bytes:
    response = client.get(address, **extra)
    assert response.status_code == HTTPStatus.OK, address
    return response.content
