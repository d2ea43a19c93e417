"""Letters about changes of promises: to the next in the chain, and to the unit."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from commitments.models import Amendment, AmendmentStep
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from units.models import Role
from units.policies import holders


def next_in_chain(step: AmendmentStep, *, at: datetime) -> None:
    """Tell the holders of the step's post that a request waits for them."""
    amendment = step.amendment
    unit = amendment.publication.unit
    with translation.override(LETTERS_SPEAK):
        facts = {"unit": unit.name_zh, "kind": amendment.get_kind_display(), "number": amendment.commitment.number}
        subject = _("Please decide: %(kind)s of a promise of %(unit)s") % facts
        body = _("%(unit)s asks for a change of promise %(number)s (%(kind)s). It waits for you.") % facts
    for user in holders(Role(step.role), unit, on=local_day(at)):
        _post(f"change-step-{step.pk}", user, subject, body, amendment, at)


def in_force(amendment: Amendment, *, at: datetime) -> None:
    """Tell the unit that the change is in force and public."""
    with translation.override(LETTERS_SPEAK):
        facts = {"number": amendment.number, "promise": amendment.commitment.number}
        subject = _("In force: change %(number)s of promise %(promise)s") % facts
        body = _("The change is public with its reason, before and after. What was signed has not moved.")
    _tell_unit(amendment, "change-in-force", subject, body, at)


def refused(amendment: Amendment, *, post: str, at: datetime) -> None:
    """Tell the unit that the request was refused, with the reason word for word."""
    with translation.override(LETTERS_SPEAK):
        subject = _("Refused: the change of promise %(promise)s") % {"promise": amendment.commitment.number}
        body = _("%(post)s refused the request: %(reason)s") % {"post": post, "reason": amendment.refusal}
    _tell_unit(amendment, "change-refused", subject, body, at)


def _tell_unit(amendment: Amendment, key: str, subject: str, body: str, at: datetime) -> None:
    unit, on = amendment.publication.unit, local_day(at)
    people = {user.pk: user for role in (Role.STAFF, Role.HEAD) for user in holders(role, unit, on=on)}
    for user in people.values():
        _post(f"{key}-{amendment.pk}", user, subject, body, amendment, at)


def _post(key: str, user, subject: str, body: str, amendment: Amendment, at: datetime) -> None:
    path = f"/work/changes/{amendment.pk}/"
    letters.post(f"{key}-{user.pk}", to=user, subject=subject, body=body, path=path, at=at)
