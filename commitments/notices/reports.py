"""Who hears that a month's report waits. Letters speak Chinese: the working language of a bureau."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from commitments import progress
from commitments.models import Sheet
from objectives.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.clock import local_day
from portal.core.wording import day
from units.models import Role
from units.policies import holders


def ready(sheet: Sheet, *, by, at: datetime) -> None:
    """Tell the unit's head that the staff has filled the report in; whoever did so needs no letter."""
    with translation.override(LETTERS_SPEAK):
        facts = {"month": progress.month_name(sheet.month.code), "day": day(sheet.month.due_on)}
        subject = _("Please read and send: the report for %(month)s") % facts
        body = _("Your staff has filled in the report for %(month)s. It is due on %(day)s.") % facts
    for user in holders(Role.HEAD, sheet.unit, on=local_day(at)):
        if user.pk != by.pk:
            key = f"report-ready-{sheet.pk}-{sheet.version}-{user.pk}"
            letters.post(key, to=user, subject=subject, body=body, path=f"/work/report/{sheet.pk}/", at=at)
