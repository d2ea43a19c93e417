"""Who asks for a closing archive, and who reads one."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessments.models import Archive
from objectives.models import Campaign
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day
from units.models import Post, Role
from units.policies import Standing

READERS = (Role.STYLE_OFFICE, Role.AUDITOR)


def office_post(who: Standing, campaign: Campaign) -> Post | None:
    """The style-office post that asks for the archive of this campaign."""
    return who.bureau_post(Role.STYLE_OFFICE, campaign.bureau_id)


def bureaus(who: Standing) -> set[int]:
    """The bureaus whose archives this person reads."""
    return {post.unit.bureau_id for post in who.posts_as(*READERS)}


def visible(who: Standing) -> QuerySet[Archive]:
    """The style office and the auditor of the bureau; nobody else."""
    return Archive.objects.filter(campaign__bureau__in=bureaus(who))


def can_ask(who: Standing, campaign: Campaign, *, published_at: datetime | None, under_way: bool, on: date) -> Verdict:
    """The style office, once the result is published or the campaign is over, one archive at a time."""
    if not office_post(who, campaign):
        return Verdict(_("The style office asks for the closing archive."))
    if published_at is None and campaign.ends_on >= on:
        words = _("A campaign is archived once its result is published, or after its last day (%(day)s).")
        return Verdict(words % {"day": day(campaign.ends_on)})
    if under_way:
        return Verdict(_("The archive is being made already."))
    return YES
