"""Whole public pages kept in the process: anonymous reading of cacheable addresses, nothing else.

First of all middleware, so that a hit touches no session, no user and no template. A page is kept until the
public content changes: on SQLite by the file's data version, on PostgreSQL by a row polled at most every
200 ms; `forget` is called after each publication's commit.
"""

import re
import time
import zlib

from django.db import connection
from django.http import HttpResponse

PUBLIC = re.compile(r"^/(zh|en)/(?!verify/)[^?]*$")
MOST_PAGES = 2000
POLL_SECONDS = 0.2


class _Kept:
    def __init__(self):
        self.pages: dict[tuple, tuple] = {}
        self.version: object = None
        self.looked_at = 0.0


kept = _Kept()


def forget() -> None:
    """Drop every kept page of this process; others notice by the version."""
    kept.pages.clear()
    kept.version = None


def content_version():
    """A value that changes when public content changes; asked of the database without reading content."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            return cursor.execute("PRAGMA data_version").fetchone()[0]
    now = time.monotonic()
    if kept.version is None or now - kept.looked_at > POLL_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COALESCE(MAX(number), 0) FROM core_deed")
            kept.looked_at = now
            return cursor.fetchone()[0]
    return kept.version


class PublicPages:
    """Serve a kept public page, or keep the one just made."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD") or not PUBLIC.match(request.path_info):
            return self.get_response(request)
        version = content_version()
        if version != kept.version:
            kept.pages.clear()
            kept.version = version
        key = (request.get_host(), request.get_full_path(), request.COOKIES.get("size") == "large", request.method)
        page = kept.pages.get(key)
        if page is None:
            response = self.get_response(request)
            if response.status_code != 200 or response.streaming or response.cookies:
                return response
            page = (response.content, dict(response.items()))
            if len(kept.pages) < MOST_PAGES and len(page[0]) < 300_000:
                kept.pages[key] = page
        body, headers = page
        etag = f'"{version}-{zlib.crc32(body):x}"'
        if request.META.get("HTTP_IF_NONE_MATCH") == etag:
            response = HttpResponse(status=304)
        else:
            response = HttpResponse(body)
        for name, value in headers.items():
            response.headers[name] = value
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        return response
