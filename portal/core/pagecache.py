"""Whole public pages kept in the process: anonymous reading of public addresses, nothing else.

First of all middleware, so that a hit touches no session, no user and no template. Every kept page carries the
version of the content it was made from, read before it was made; a page is only shown under that same version:
on SQLite the file's data version as one connection of its own sees it (other connections' commits change it, also
those of this process), on PostgreSQL the newest deed, asked for at most every 200 ms. The day is part of the
version, because pages count days. Within a transaction, and for readers who are logged in, nothing is kept and
nothing kept is shown.
"""

import re
import sqlite3
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from http import HTTPStatus
from urllib.parse import quote

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.http import HttpResponse
from django.http.response import ResponseHeaders
from django.utils import timezone
from django.utils.http import parse_etags

from portal.core import deeds

PUBLIC = re.compile(r"/(zh|en)/(?!verify/)")
FRESH = "public, max-age=0, must-revalidate"
PERSONAL = "private, no-cache"
MOST_PAGES = 2000
MOST_BYTES = 64 * 1024 * 1024
LARGEST_PAGE = 300_000
POLL_SECONDS = 0.2
WITHOUT_A_BODY = ("Cache-Control", "Content-Location", "ETag", "Vary")
"""Headers of a 304: the reader keeps the others with the page (RFC 9110, 15.4.5)."""


@dataclass(frozen=True, slots=True)
class Page:
    """One answer, ready to be given again. `etag` names the body, so that it tells nothing but what the body tells.

    Every answer shares the page's headers: this middleware is the outermost, so nobody changes them afterwards.
    """

    body: bytes
    headers: ResponseHeaders
    headers_alone: ResponseHeaders
    etag: str

    @classmethod
    def of(cls, response: HttpResponse) -> "Page":
        etag = response.get("ETag") or f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
        headers = dict(response.items()) | {"ETag": etag, "Cache-Control": FRESH}
        alone = {name: value for name, value in headers.items() if name in WITHOUT_A_BODY}
        return cls(response.content, ResponseHeaders(headers), ResponseHeaders(alone), etag)

    def answer(self, known: str) -> HttpResponse:
        """The page, or 304 for a reader who has it already: `known` is what they said in If-None-Match."""
        if known and (known == self.etag or self._is_among(known)):
            response = HttpResponse(content_type="none", status=HTTPStatus.NOT_MODIFIED)
            response.headers = self.headers_alone
        else:
            response = HttpResponse(self.body, content_type="none")
            response.headers = self.headers
        return response

    def _is_among(self, known: str) -> bool:
        return known.strip() == "*" or self.etag in (etag.removeprefix("W/") for etag in parse_etags(known))


class Shelf:
    """The pages of this process: those asked for last stay, within bounds of number and memory."""

    def __init__(self):
        self.pages: OrderedDict[tuple, Page] = OrderedDict()
        self.size = 0
        self.version: object = None
        self.lock = threading.Lock()

    def find(self, version: tuple, key: tuple) -> Page | None:
        with self.lock:
            if version != self.version:
                self._clear()
                self.version = version
            page = self.pages.get((version, key))
            if page is not None:
                self.pages.move_to_end((version, key))
            return page

    def keep(self, version: tuple, key: tuple, page: Page) -> None:
        """Under the version that was read before the page was made: a later one makes it unfindable."""
        if len(page.body) > LARGEST_PAGE:
            return
        with self.lock:
            if version != self.version or (version, key) in self.pages:
                return
            self.pages[version, key] = page
            self.size += len(page.body)
            while len(self.pages) > MOST_PAGES or self.size > MOST_BYTES:
                _key, oldest = self.pages.popitem(last=False)
                self.size -= len(oldest.body)

    def clear(self) -> None:
        with self.lock:
            self._clear()

    def _clear(self) -> None:
        self.pages.clear()
        self.size = 0


class Watch:
    """Tells whether content may have changed, without reading content."""

    def __init__(self):
        self.lock = threading.Lock()
        self.file: sqlite3.Connection | None = None
        self.name: object = None
        self.commits = 0
        self.seen: tuple = (-1, 0.0, None)

    def version(self):
        """Changes with every commit that could concern a page; None when that cannot be known."""
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.in_atomic_block:
            return None
        return self._of_file(connection) if connection.vendor == "sqlite" else self._of_record()

    def missed_nothing(self) -> None:
        """This process has just committed: ask again before the next page."""
        with self.lock:
            self.commits += 1

    def _of_file(self, connection):
        """Only a connection that stays open can compare; Django's own are closed with each request."""
        name = connection.settings_dict["NAME"]
        with self.lock:
            if self.file is None or self.name != name:
                if connection.is_in_memory_db():
                    return None
                self.close()
                self.file = sqlite3.connect(f"file:{quote(str(name))}?mode=rw", uri=True, check_same_thread=False)
                self.name, self.commits = name, self.commits + 1
            ((number,),) = self.file.execute("PRAGMA data_version").fetchall()
            return self.commits, number

    def _of_record(self):
        commits, looked_at, newest = self.seen
        now = time.monotonic()
        if commits != self.commits or now - looked_at > POLL_SECONDS:
            commits = self.commits
            newest = deeds.head()
            self.seen = (commits, now, newest)
        return commits, newest

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None


shelf = Shelf()
watch = Watch()


def forget() -> None:
    """Drop every kept page of this process; other processes notice by the version."""
    watch.missed_nothing()
    shelf.clear()


class Today:
    """The local day, without working it out for each request."""

    def __init__(self):
        self.until = 0.0
        self.day = None

    def __call__(self):
        if time.time() >= self.until:
            now = timezone.localtime()
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            self.day, self.until = now.date(), min(midnight.timestamp(), time.time() + 60)
        return self.day


today = Today()


class PublicPages:
    """Serve a kept public page, or keep the one just made."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD") or not PUBLIC.match(request.path_info):
            return self.get_response(request)
        cookies = request.COOKIES if "HTTP_COOKIE" in request.META else {}
        if settings.SESSION_COOKIE_NAME in cookies or "HTTP_AUTHORIZATION" in request.META:
            response = self.get_response(request)
            response.headers.setdefault("Cache-Control", PERSONAL)
            return response
        content = watch.version()
        if content is None:
            return self.get_response(request)
        version, key = (content, today()), _key(request, large=cookies.get("size") == "large")
        page = shelf.find(version, key)
        if page is None:
            response = self.get_response(request)
            if not _is_for_everyone(request, response):
                return response
            page = Page.of(response)
            if request.method == "GET":
                shelf.keep(version, key, page)
        return page.answer(request.META.get("HTTP_IF_NONE_MATCH", ""))


def _key(request, *, large: bool) -> tuple:
    """All that a public page may depend on: its whole address and the size of type.

    The host stands here as it was sent. One that is not ours never has a kept page: making it refuses the host.
    """
    said = request.META.get
    host = said("HTTP_HOST"), said("HTTP_X_FORWARDED_HOST"), said("HTTP_X_FORWARDED_PORT")
    return request.scheme, host, request.path_info, said("QUERY_STRING"), large


def _is_for_everyone(request, response) -> bool:
    """Whether the next reader may be given the same: nothing personal was read, set or asked to be left alone."""
    session = getattr(request, "session", None)
    varies = {name.strip().lower() for name in response.get("Vary", "").split(",")}
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Cache-Control")
        and varies <= {"", "cookie"}
        and not (session is not None and session.accessed)
    )
