"""Bringing people in: an account by e-mail and name, a post, and a link that works once."""

from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q
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
    """A person newly in a post. `path` is where the account made just now chooses its password; else it is empty.

    An account that was there before gets its link by letter alone, so that no inviter can take it over.
    """

    tenure: Tenure
    path: str


@transaction.atomic
def invite(
    post: Post, *, name: str, email: str, by, at: datetime, from_on: date | None = None, is_acting: bool = False
) -> Invitation:
    """Give a post to the person of this e-mail address; make their account if there is none, and tell them.

    Raises `Refused` where the inviter may not fill the post, or would fill it with themselves, or where it is not
    clear whose address this is. A link that an account without a password got before works no more.
    """
    require(managing.can_appoint(standing(by, on=local_day(at)), post))
    known = _known(email)
    user = known or _open_account(name, email)
    if user.pk == by.pk:
        raise Refused(_("Nobody gives themselves a post: ask a colleague."))
    tenure = actions.appoint(user, post, by=by, at=at, from_on=from_on, is_acting=is_acting)
    path = "" if user.has_usable_password() else _only_way_in(user)
    with translation.override(LETTERS_SPEAK):
        subject = _("You were given a post: %(post)s") % {"post": post}
        body = (
            _("Choose your password with this link; it works once.")
            if path
            else _("Sign in with your account as before.")
        )
    letters.post(f"appointed-{tenure.pk}", to=user, subject=subject, body=body, path=path or reverse("desk"), at=at)
    return Invitation(tenure, path="" if known else path)


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


def _only_way_in(user) -> str:
    """A new way in; those given out before are void from now on, for others may hold them."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    return way_in(user)


def _known(email: str):
    """The one person of this address, or None for nobody; refused where two accounts lay claim to it."""
    users = get_user_model().objects
    claimed = Q(email__iexact=email) | Q(pk__in=EmailAddress.objects.filter(email__iexact=email).values("user"))
    people = list(users.filter(claimed)[:2])
    if not people:
        return None
    if len(people) > 1 or people[0].email.lower() != email.lower():
        raise Refused(_("More than one account uses this address, or it is not clear whose it is. Take another one."))
    return people[0]


def _open_account(name: str, email: str):
    """An account without a password; its login name is made from the address and is nobody else's.

    The address is kept in small letters: the login page looks for it like that.
    """
    users = get_user_model().objects
    stem = slugify(email.partition("@")[0])[:100] or "user"
    taken = set(users.filter(username__startswith=stem).values_list("username", flat=True))
    username = next(each for n in range(len(taken) + 1) if (each := f"{stem}{n or ''}") not in taken)
    user = users.model(username=username, email=email.lower(), name=name)
    user.set_unusable_password()
    user.save()
    return user
