"""A closing archive is asked for; the clock makes it."""

from datetime import datetime

from django.db import transaction

from assessments.models import Archive
from assessments.policies import archives as policies
from assessments.queries import archives as queries
from objectives.models import Campaign
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.verdicts import require
from units.policies import standing


@transaction.atomic
def ask(campaign: Campaign, *, by, at: datetime) -> Archive:
    """Ask for the closing archive of a campaign. The clock makes it; whoever asked is told when it is there.

    Raises `Refused` while another one is being made, or before there is a result.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("bureau").get(pk=campaign.pk)
    who = standing(by, on=local_day(at))
    verdict = policies.can_ask(
        who, campaign, published_at=queries.published_at(campaign), under_way=queries.under_way(campaign), on=who.on
    )
    require(verdict)
    archive = Archive.objects.create(campaign=campaign, asked_at=at, asked_by=by, progress={"step": "waiting"})
    record("archive.asked", about=archive, by=by, at=at, bureau=campaign.bureau.code,
           post=policies.office_post(who, campaign).title_zh, campaign=campaign.code)  # fmt: skip
    return archive
