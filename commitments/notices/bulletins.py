"""Letters about bulletins: to the style office that edits them, to the leader who signs."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from commitments import bulletin_words
from commitments.models import Bulletin
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.wording import day
from units.models import Role, Tenure


def drafted(bulletin: Bulletin, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Drafted: the bulletin of %(quarter)s") % _facts(bulletin)
        body = _(
            "Every month of the quarter is frozen, and the portal drafted the bulletin from it. "
            "Please edit it and send it to the leader by %(day)s."
        ) % {"day": day(bulletin.due_on)}
    _post(bulletin, "drafted", _office(bulletin, at), subject, body, at)


def to_sign(bulletin: Bulletin, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("To sign: the bulletin of %(quarter)s") % _facts(bulletin)
        body = _("%(number)s waits for your signature. You can also return it with a reason.") % {
            "number": bulletin.document.number
        }
    holders = Tenure.objects.on(local_day(at)).filter(post=bulletin.signer, user__is_active=True)
    _post(bulletin, f"sign-{bulletin.document_id}", holders, subject, body, at)


def recalled(bulletin: Bulletin, *, number: str, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Taken back: the bulletin of %(quarter)s") % _facts(bulletin)
        body = _("The style office took back %(number)s. There is nothing to sign for you now.") % {"number": number}
    holders = Tenure.objects.on(local_day(at)).filter(post=bulletin.signer, user__is_active=True)
    _post(bulletin, f"recalled-{bulletin.version}", holders, subject, body, at)


def signed(bulletin: Bulletin, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Signed: the bulletin of %(quarter)s") % _facts(bulletin)
        body = _("%(number)s is signed. Nothing is public before you publish it.") % {
            "number": bulletin.document.number
        }
    _post(bulletin, f"signed-{bulletin.document_id}", _office(bulletin, at), subject, body, at)


def returned(bulletin: Bulletin, *, at: datetime) -> None:
    with translation.override(LETTERS_SPEAK):
        subject = _("Returned: the bulletin of %(quarter)s") % _facts(bulletin)
        body = _("The leader returned it: %(reason)s") % {"reason": bulletin.returned_reason}
    _post(bulletin, f"returned-{bulletin.version}", _office(bulletin, at), subject, body, at)


def _facts(bulletin: Bulletin) -> dict:
    return {"quarter": bulletin_words.quarter_zh(bulletin.quarter)}


def _office(bulletin: Bulletin, at: datetime):
    return Tenure.objects.on(local_day(at)).filter(
        user__is_active=True, post__role=Role.STYLE_OFFICE, post__unit__bureau=bulletin.campaign.bureau_id
    )


def _post(bulletin: Bulletin, stage: str, tenures: Iterable, subject: str, body: str, at: datetime) -> None:
    for tenure in tenures.select_related("user"):
        key = f"bulletin-{bulletin.pk}-{stage}-{tenure.user_id}"
        letters.post(key, to=tenure.user, subject=subject, body=body, path=f"/work/bulletins/{bulletin.pk}/", at=at)
