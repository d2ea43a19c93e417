"""Bringing people in: an account by e-mail and name, a post, and a link that works once."""

from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.core import letters
from portal.core.clock import local_day
from portal.core.errors import Refused
from portal.core.verdicts import require
from units import actions, managing
from units.models import Post, Tenure
from units.policies import standing

LETTERS_SPEAK = "zh-hans"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person newly in a post. `path` is the page where a new account chooses its password; empty for an old one."""

    tenure: Tenure
    path: str


@transaction.atomic
def invite(
    post: Post, *, name: str, email: str, by, at: datetime, from_on: date | None = None, is_acting: bool = False
) -> Invitation:
    """Give a post to the person of this e-mail address; make their account if there is none, and tell them.

    Raises `Refused` where the inviter may not fill the post, or would fill it with themselves.
    """
    require(managing.can_appoint(standing(by, on=local_day(at)), post))
    user = get_user_model().objects.filter(email__iexact=email).first() or _open_account(name, email)
    if user.pk == by.pk:
        raise Refused(_("Nobody gives themselves a post: ask a colleague."))
    tenure = actions.appoint(user, post, by=by, at=at, from_on=from_on, is_acting=is_acting)
    path = "" if user.has_usable_password() else way_in(user)
    with translation.override(LETTERS_SPEAK):
        subject = _("You were given a post: %(post)s") % {"post": post}
        body = (
            _("Choose your password with this link; it works once.")
            if path
            else _("Sign in with your account as before.")
        )
    letters.post(f"appointed-{tenure.pk}", to=user, subject=subject, body=body, path=path or reverse("desk"), at=at)
    return Invitation(tenure, path)


@transaction.atomic
def end(tenure: Tenure, *, by, at: datetime, why: str) -> None:
    """End a person's time in a post, with the reason; refused where the person who asks may not."""
    require(managing.can_end(standing(by, on=local_day(at)), tenure))
    if not why.strip():
        raise Refused(_("Say why the post ends: the record keeps the words."))
    actions.end_tenure(tenure, by=by, at=at, why=why.strip()[:200])


def way_in(user) -> str:
    """The address at which a person sets a password: void once they have, or when it is too old."""
    token = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": token})


def _open_account(name: str, email: str):
    """An account without a password; its login name is made from the address and is nobody else's."""
    users = get_user_model().objects
    stem = slugify(email.partition("@")[0])[:100] or "user"
    taken = set(users.filter(username__startswith=stem).values_list("username", flat=True))
    username = next(each for n in range(len(taken) + 1) if (each := f"{stem}{n or ''}") not in taken)
    user = users.model(username=username, email=email, name=name)
    user.set_unusable_password()
    user.save()
    return user
