"""Letters: rows posted in the transaction of the act, delivered later by the worker."""

import logging
import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from portal.core.models import Letter

MOST_TRIES = 8
CLAIM_LASTS = timedelta(minutes=5)
log = logging.getLogger(__name__)
_waking = threading.Lock()


def post(key: str, *, to, subject: str, body: str, path: str = "", at: datetime) -> Letter:
    """Put a letter into the portal, once per key, and ask for delivery after commit.

    `path` is the page the letter leads to. Posting the same key again changes nothing; `post_again` asks anew.
    """
    letter, is_new = Letter.objects.get_or_create(
        key=key, defaults={"to": to, "subject": subject, "body": body, "path": path, "posted_at": at}
    )
    if is_new:
        transaction.on_commit(wake)
    return letter


def post_again(key: str, **letter) -> Letter:
    """As `post`; a letter of that key that was read already lies unread again, for its matter still waits."""
    posted = post(key, **letter)
    if posted.read_at is not None:
        posted.read_at = None
        posted.save(update_fields=["read_at"])
    return posted


def post_many(rows: Iterable[Letter]) -> None:
    """Put many letters (unsaved rows with key, to, subject, body, path, posted_at) into the portal, once per key each.

    For sweeps that tell thousands: one statement a thousand letters, and one ring of the bell.
    """
    Letter.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    transaction.on_commit(wake)


def wake() -> None:
    """Ring for the worker without waiting: a broker that is down or hung never holds up a request."""
    if not _waking.acquire(blocking=False):
        return
    threading.Thread(target=_ring, name="letters-wake", daemon=True).start()


def _ring() -> None:
    from portal.core.tasks import deliver_letters  # noqa: PLC0415 -- tasks import this module

    try:
        deliver_letters.apply_async(retry=False, expires=60)
    except Exception as problem:
        log.warning("The worker could not be woken: %s", type(problem).__name__)
    finally:
        _waking.release()


def deliver_waiting(*, at: datetime, most: int = 200) -> int:
    """Hand waiting letters to the mail server; safe to run twice and in parallel. Returns how many went.

    Each letter is claimed before it is sent. If the process dies in between, the claim lapses after
    five minutes and the letter goes once more under the same Message-ID. Letters that wait for their next
    try take nobody's place.
    """
    due = Letter.objects.waiting().filter(Q(claimed_at=None) | Q(claimed_at__lt=at - CLAIM_LASTS))
    keys = due.order_by("posted_at").values_list("pk", "claimed_at")[:most]
    return sum(_deliver(pk, claimed, at) for pk, claimed in list(keys))


def _deliver(pk: int, seen_claim: datetime | None, at: datetime) -> bool:
    if not Letter.objects.waiting().filter(pk=pk, claimed_at=seen_claim).update(claimed_at=at):
        return False
    letter = Letter.objects.select_related("to").get(pk=pk)
    try:
        if letter.to.email:
            _message(letter).send()
    except Exception as problem:
        _remember_failure(letter, problem, at)
        return False
    Letter.objects.filter(pk=pk).update(handed_at=at, problem="")
    return True


def _message(letter: Letter) -> EmailMessage:
    link = f"\n\n{settings.SITE_URL}{letter.path}" if letter.path else ""
    domain = settings.SERVER_EMAIL.rpartition("@")[2]
    return EmailMessage(
        letter.subject,
        f"{letter.body}{link}",
        to=[letter.to.email],
        headers={"Message-ID": f"<letter-{letter.pk}@{domain}>"},
    )


def _remember_failure(letter: Letter, problem: Exception, at: datetime) -> None:
    letter.tries += 1
    letter.problem = f"{type(problem).__name__}: {problem}"[:200]
    letter.failed_at = at if letter.tries >= MOST_TRIES else None
    letter.claimed_at = at + CLAIM_LASTS * (2**letter.tries - 1)
    letter.save(update_fields=["tries", "problem", "failed_at", "claimed_at"])
    log.warning("Letter %s was not taken: %s", letter.pk, type(problem).__name__)


def mark_read(user, *, path: str) -> None:
    """Opening the page a letter leads to is reading it."""
    Letter.objects.unread().filter(to=user, path=path).update(read_at=timezone.now())
