"""A forgotten signing passphrase: asked for by its owner, confirmed by the office above; then a new key."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal.core import letters, signers
from portal.core.clock import local_day
from portal.core.errors import Refused
from portal.core.models import Letter, SignerKey
from portal.core.wording import day
from units.models import Role, Tenure
from units.policies import holders

LETTERS_SPEAK = "zh-hans"


def confirmers(user, *, on: date) -> dict:
    """Who may confirm a new key for this person: the town office for its schools, else the bureau's style office.

    Never the person alone: they are left out.
    """
    found = {}
    for tenure in Tenure.objects.of(user, on=on).select_related("post__unit__parent"):
        unit = tenure.post.unit
        above = holders(Role.TOWN_OFFICE, unit, on=on) if tenure.post.role == Role.HEAD and unit.parent_id else []
        for person in above or holders(Role.STYLE_OFFICE, unit, on=on):
            found[person.pk] = person
    found.pop(user.pk, None)
    return found


@transaction.atomic
def ask(user, *, at: datetime) -> None:
    """Put the request before everyone who may confirm it; asking twice changes nothing but what was read meanwhile."""
    key = signers.key_of(user)
    if key is None:
        raise Refused(_("You have no signing key yet; the sign page makes one."))
    people = confirmers(user, on=local_day(at))
    if not people:
        raise Refused(_("Nobody holds the post that could confirm it. Ask the administrator of your bureau."))
    with translation.override(LETTERS_SPEAK):
        subject = _("Forgotten signing passphrase: %(name)s") % {"name": user}
        body = _("%(name)s asks for a new signing key. See or phone them before you confirm it.") % {"name": user}
    for person in people.values():
        path = reverse("passphrase_reset", args=[key.pk])
        letters.post_again(_name(key, person), to=person, subject=subject, body=body, path=path, at=at)


@transaction.atomic
def confirm(key: SignerKey, *, by, at: datetime) -> None:
    """End the old key: its owner makes a new one on their next sign page. What it signed stays valid."""
    if request_before(by, key, on=local_day(at)) is None:
        raise Refused(_("No request of this person waits for you."))
    post = Tenure.objects.of(key.user, on=local_day(at)).first()
    code = post.post.unit.bureau.code if post else ""
    signers.revoke(key, by=by, at=at, bureau_code=code, why=_("The passphrase was forgotten."))
    Letter.objects.unread().filter(key__startswith=f"passphrase-{key.pk}-").update(read_at=at)
    with translation.override(LETTERS_SPEAK):
        subject, body = (
            _("Your new signing key"),
            _("Confirmed by %(name)s: choose a new passphrase when you sign next."),
        )
    letters.post(
        f"new-key-{key.pk}", to=key.user, subject=subject, body=body % {"name": by}, path=reverse("desk"), at=at
    )


def request_before(person, key: SignerKey, *, on: date) -> Letter | None:
    """The request for this key that lies before this person, if they still hold the post for it."""
    letter = Letter.objects.filter(key=_name(key, person), to=person).first()
    return letter if letter and person.pk in confirmers(key.user, on=on) else None


def asked_on(user) -> str:
    """The day on which a person's open request was made, in words; empty when there is none."""
    key = signers.key_of(user)
    first = Letter.objects.filter(key__startswith=f"passphrase-{key.pk}-").last() if key else None
    return day(first.posted_at) if first else ""


def _name(key: SignerKey, person) -> str:
    return f"passphrase-{key.pk}-{person.pk}"
