"""Letters about single promises: to the unit, when a check found that what it calls done is not."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from commitments.models import Line
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from units.models import Role
from units.policies import holders


def not_done(line: Line, *, words: str, at: datetime) -> None:
    """Tell staff and head what the check found, word for word."""
    on = local_day(at)
    with translation.override(LETTERS_SPEAK):
        facts = {"number": line.number, "unit": line.unit.name_zh}
        subject = _("Checked, and not done yet: promise %(number)s of %(unit)s") % facts
        body = _("The check found: %(words)s") % {"words": words}
    people = {user.pk: user for role in (Role.STAFF, Role.HEAD) for user in holders(role, line.unit, on=on)}
    for user in people.values():
        key, path = f"not-done-{line.pk}-{line.version}-{user.pk}", f"/work/ledger/{line.code}/"
        letters.post(key, to=user, subject=subject, body=body, path=path, at=at)
