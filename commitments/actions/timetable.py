"""The style office sets the days of its campaign's clock. Months that are open keep the days they opened with."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from commitments import timetables
from commitments.models import Timetable
from commitments.periods import Period, may_be_due
from objectives.models import Campaign
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from units.models import Role
from units.policies import standing

FIELDS = (
    "due", "number", "opens_before", "remind_before", "remind_after", "remind_hour", "spacing", "freezes_after",
    "bulletin_after", "review_open_days", "weights", "minimums", "behind_at", "well_behind_at", "rectify_days",
    "exceptions",
)  # fmt: skip


@transaction.atomic
def set_timetable(campaign: Campaign, changes: dict, *, version: int, by, at: datetime) -> Timetable:
    """Change the timetable; the deed holds what was and what is. The same settings again leave no deed.

    Raises `Refused` for a stranger, a colleague's newer version, a day for a month that is open already, and a day
    that lies neither in its month nor in the next.
    """
    post = standing(by, on=local_day(at)).bureau_post(Role.STYLE_OFFICE, campaign.bureau_id)
    if post is None:
        raise Refused(_("The style office sets the timetable."))
    timetables.of(campaign)
    timetable = Timetable.objects.select_for_update().get(campaign=campaign)
    if timetable.version != version:
        raise Refused(_("A colleague changed the timetable while you had it open. Yours was not stored."))
    was = {name: getattr(timetable, name) for name in FIELDS}
    moved = {name: value for name, value in changes.items() if name in FIELDS and was[name] != value}
    if not moved:
        return timetable
    _require_exceptions(campaign, was["exceptions"], moved.get("exceptions", was["exceptions"]))
    for name, value in moved.items():
        setattr(timetable, name, value)
    timetable.version += 1
    timetable.save()
    record(
        "timetable.changed", about=timetable, by=by, at=at, bureau=campaign.bureau.code, post=post.title_zh,
        before={name: was[name] for name in moved}, after=moved,
    )  # fmt: skip
    return timetable


def _require_exceptions(campaign: Campaign, before: dict, after: dict) -> None:
    """An open month's days are known to every unit: they do not move. A mistyped year must not freeze a month."""
    opened = set(campaign.months.values_list("code", flat=True))
    touched = {code for code in {*before, *after} if before.get(code) != after.get(code)}
    for code in sorted(touched):
        month = Period.parse(code)
        if code in opened:
            raise Refused(_("%(month)s is open: its days do not move any more.") % {"month": month.code})
        if code in after and not may_be_due(month, date.fromisoformat(after[code])):
            raise Refused(_("A month’s reports are due within that month or the one after it."))
