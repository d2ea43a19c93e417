"""What an address or a form asks for, before any form field has looked at it."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import UnreadablePostError

LONGEST_NUMBER = 17
EARLIEST, LATEST = 1900, 9000
NUL = "\0"
INSIDE = ("/work/", "/accounts/", "/admin/")


def number(text: str | None) -> int | None:
    """The whole number that was asked for; None where it is none, or longer than any row's key."""
    return int(text) if text and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def key(text: str | None) -> UUID | None:
    """The key of a row that was asked for; None where the text is no key."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def moment(text: str | None) -> datetime | None:
    """The moment, with its time zone, that was asked for; None where it is none that a row of this portal could have.

    A plus sign that an address turned into a space counts as a plus sign.
    """
    try:
        found = datetime.fromisoformat((text or "").replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo and EARLIEST < found.year < LATEST else None


class PlainSigns:
    """Middleware: answers 400 where a form, or an address of the workspace, holds the sign NUL: no database keeps it.

    Public pages read what is asked of them as they can. Stands after the CSRF middleware; a view that is exempt from
    that one reads its own form later.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.path_info.startswith(INSIDE) and _holds_nul(request.GET):
            raise BadRequest("The address holds the sign NUL.")
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        try:
            posted = request.POST
        except UnreadablePostError:
            return
        if _holds_nul(posted):
            raise BadRequest("The form holds the sign NUL.")


def _holds_nul(asked) -> bool:
    return any(NUL in word for name, words in asked.lists() for word in (name, *words))
