"""The record: who did what, when, in which post. One hash chain for the whole portal.

The hash of a deed covers every column and the hash before it, as canonical JSON (sorted keys, no spaces,
UTF-8). Words people typed enter only as SHA-256 over salt and text.
"""

import json
import secrets
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.db import connection, models, transaction

from portal.core import clock
from portal.core.errors import Refused
from portal.core.models import Deed, DeedWords

GENESIS = "0" * 64
CHAIN_LOCK = 7_421_017


@dataclass(frozen=True, slots=True)
class Break:
    """The first deed at which the chain does not hold, and what is wrong with it."""

    number: int
    problem: str


@transaction.atomic
def record(
    verb: str,
    *,
    about: models.Model,
    by,
    at: datetime,
    bureau: str = "",
    post: str = "",
    words: str = "",
    **facts,
) -> Deed:
    """Append one deed in the caller's transaction and return it.

    `by` is a User, or "clock" or "command". `facts` must be JSON values without personal data.
    Raises `Refused` when `at` is not now, or lies before the newest deed, and the portal is not a demonstration.
    """
    clock.require_honest(at)
    _lock_chain()
    newest = Deed.objects.order_by("-number").values_list("number", "hash", "at").first()
    number, previous, newest_at = newest or (0, GENESIS, at)
    clock.require_forward(at, newest_at)
    salt = secrets.token_hex(16) if words else ""
    deed = Deed(
        number=number + 1,
        at=at,
        verb=verb,
        bureau=bureau,
        by=by if isinstance(by, str) else str(by.pk),
        post=post,
        about=about._meta.label_lower,
        about_id=str(about.pk),
        facts=facts,
        words_hash=hash_words(salt, words) if words else "",
        previous=previous,
    )
    deed.hash = hash_of(deed)
    deed.save(force_insert=True)
    if words:
        DeedWords.objects.create(deed=deed, salt=salt, text=words)
    return deed


@contextmanager
def attempt(verb: str, *, about: models.Model, by, at: datetime, bureau: str = "", post: str = "", **facts):
    """What is refused inside is undone as always; that it was tried, and why it was refused, stands in the record.

    Use it outside of every other transaction: `with attempt("draw.again_refused", about=draw, by=by, at=at): …`
    """
    try:
        with transaction.atomic():
            yield
    except Refused as told:
        record(verb, about=about, by=by, at=at, bureau=bureau, post=post, words=str(told), **facts)
        raise


def hash_words(salt: str, text: str) -> str:
    """SHA-256 of what was typed, salted so that a removed text cannot be guessed back."""
    return sha256(f"{salt}\n{text}".encode()).hexdigest()


def hash_of(deed: Deed) -> str:
    """The hash that a deed with these columns must carry."""
    content = {
        "about": deed.about,
        "about_id": deed.about_id,
        "at": deed.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "bureau": deed.bureau,
        "by": deed.by,
        "facts": deed.facts,
        "number": deed.number,
        "post": deed.post,
        "previous": deed.previous,
        "verb": deed.verb,
        "words": deed.words_hash,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def first_break(deeds: Iterable[Deed] | None = None) -> Break | None:
    """Re-compute the chain from the beginning; None when it holds."""
    expected, previous = 1, GENESIS
    for deed in deeds or Deed.objects.select_related("words").order_by("number").iterator(chunk_size=2000):
        if deed.number != expected:
            return Break(expected, "missing")
        if deed.previous != previous or deed.hash != hash_of(deed):
            return Break(deed.number, "changed")
        words = getattr(deed, "words", None)
        if words and hash_words(words.salt, words.text) != deed.words_hash:
            return Break(deed.number, "words changed")
        expected, previous = expected + 1, deed.hash
    return None


def head() -> tuple[int, str]:
    """Number and hash of the newest deed: published daily, so that a cut-off tail is noticed."""
    return Deed.objects.order_by("-number").values_list("number", "hash").first() or (0, GENESIS)


def _lock_chain() -> None:
    """One writer at a time. SQLite's immediate transactions already give that."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
