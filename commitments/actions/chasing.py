"""Chasing units whose report has not come: one letter a person, nobody twice within the spacing."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commitments import reminding, report_policies
from commitments.models import Month, Sheet
from portal.core.clock import local_day, require_honest
from portal.core.deeds import record
from portal.core.errors import Refused
from units.models import Post, Role
from units.policies import Standing, standing


@transaction.atomic
def chase(month: Month, sheets: Iterable[Sheet] | None = None, *, by, at: datetime) -> reminding.Told:
    """Write to those whose report is missing, of all units that report to this office or of the sheets given.

    Who was told within the spacing is spared and named with the day. Two at once: one letter each, told once.
    """
    require_honest(at)
    month = Month.objects.select_for_update(of=("self",)).select_related("campaign__bureau").get(pk=month.pk)
    who = standing(by, on=local_day(at))
    rows = Sheet.objects.missing().filter(report_policies.received(who), month=month, lines__gt=0)
    if sheets is not None:
        wanted = {sheet.pk for sheet in sheets}
        rows = rows.filter(pk__in=wanted)
    if not rows.exists():
        raise Refused(_("There is nobody to chase: no report that comes to your office is missing."))
    told = reminding.remind(rows, key=f"chase-{month.pk}-{local_day(at)}", on=local_day(at), at=at, by=by)
    if told.people:
        post = _office_post(who, month)
        record("report.chased", about=month, by=by, at=at, bureau=month.campaign.bureau.code, post=post.title_zh,
               month=month.code, people=told.people, spared=told.spared)  # fmt: skip
    return told


def _office_post(who: Standing, month: Month) -> Post:
    """The post in which one chases: the style office's of the bureau, else the town office's."""
    bureau = month.campaign.bureau_id
    return who.bureau_post(Role.STYLE_OFFICE, bureau) or who.bureau_post(Role.TOWN_OFFICE, bureau)
