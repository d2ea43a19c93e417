"""Quarterly bulletins are drafted by the clock, once a quarter, when all its months are frozen."""

from datetime import date, datetime

from django.db import transaction

from commitments import bulletin_words, timetables
from commitments.models import Bulletin
from commitments.notices import bulletins as notices
from commitments.periods import Period
from commitments.queries.quarters import figures_of, months_of
from objectives.models import Campaign
from portal.core.deeds import record
from portal.core.workdays import Workdays, loaded


def draft_due(*, on: date, at: datetime) -> int:
    """Draft the bulletin of every quarter of keeping that is over and frozen; returns how many were new.

    Twice, late or on two workers at once: the row of the quarter exists once.
    """
    workdays, drafted = loaded(), 0
    campaigns = Campaign.objects.filter(months__frozen_at__isnull=False).distinct().select_related("bureau")
    for campaign in campaigns.order_by("pk"):
        done = set(campaign.bulletins.values_list("quarter", flat=True))
        keeping = timetables.keeping_of(campaign)
        for quarter in timetables.periods_of(campaign, keeping, "quarter"):
            if quarter.code not in done:
                drafted += _draft(campaign, quarter, on=on, at=at, workdays=workdays)
    return drafted


def _draft(campaign: Campaign, quarter: Period, *, on: date, at: datetime, workdays: Workdays) -> bool:
    months = months_of(campaign, quarter)
    codes = [month.code for month in months]
    frozen = dict(campaign.months.filter(code__in=codes, frozen_at__isnull=False).values_list("code", "freezes_on"))
    if not months or months[-1].last >= on or len(frozen) < len(months):
        return False
    due_on = timetables.bulletin_due(frozen[codes[-1]], timetables.of(campaign), workdays)
    figures = figures_of(campaign, quarter, at=at)
    with transaction.atomic():
        bulletin, is_new = Bulletin.objects.get_or_create(
            campaign=campaign, quarter=quarter.code, edition=1,
            defaults={
                "months": codes, "figures": figures, "text": bulletin_words.draft(figures), "due_on": due_on,
                "drafted_at": at, "caught_up": on > due_on,
            },
        )  # fmt: skip
        if is_new:
            record("bulletin.drafted", about=bulletin, by="clock", at=at, bureau=campaign.bureau.code,
                   quarter=quarter.code, caught_up=bulletin.caught_up)  # fmt: skip
            notices.drafted(bulletin, at=at)
    return is_new
