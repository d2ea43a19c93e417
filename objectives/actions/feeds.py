"""A person's own address of the calendar: made anew, or taken back. The token itself is never kept."""

import secrets
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext as _

from objectives.models import CalendarFeed
from portal.core.clock import local_day, require_honest
from portal.core.deeds import record
from portal.core.errors import Refused
from units.policies import standing


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def make(*, by, at: datetime) -> str:
    """Give the person a new secret address and return its token, once; an earlier address ends."""
    require_honest(at)
    who = standing(by, on=local_day(at))
    if who.is_nobody:
        raise Refused(_("You hold no post today: there is no calendar to read."))
    token = secrets.token_urlsafe(32)
    feed, _is_new = CalendarFeed.objects.update_or_create(
        user=by, defaults={"token_hash": hash_of(token), "made_at": at}
    )
    record("feed.made", about=feed, by=by, at=at, bureau=who.posts[0].unit.bureau.code, post=who.posts[0].title_zh)
    return token


@transaction.atomic
def stop(*, by) -> None:
    """Take the address back; whoever asks for it finds nothing any more."""
    CalendarFeed.objects.filter(user=by).delete()
