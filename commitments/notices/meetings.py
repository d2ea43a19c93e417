"""Letters about what a dispatch meeting decided: to the units that it concerns."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from commitments.models import Decision
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.wording import day
from units.models import Role
from units.policies import holders


def decided(decisions: list[Decision], *, at: datetime) -> None:
    """Tell staff and head of each unit what was decided for it, one letter a decision."""
    for decision in decisions:
        with translation.override(LETTERS_SPEAK):
            facts = {"what": decision.what, "day": day(decision.due_on)}
            subject = _("Decided for your unit, due %(day)s") % facts
            body = _("The dispatch meeting decided: %(what)s (due %(day)s). Please tell what becomes of it.") % facts
        people = {user.pk: user for role in (Role.STAFF, Role.HEAD)
                  for user in holders(role, decision.unit, on=local_day(at))}  # fmt: skip
        for user in people.values():
            key, path = f"decision-{decision.pk}-{user.pk}", f"/work/decisions/{decision.pk}/"
            letters.post(key, to=user, subject=subject, body=body, path=path, at=at)
