"""Numbers of official documents."""

from django.db.models import Max
from django.utils.translation import gettext as _

from commitments.models import NumberSeries
from objectives.models import Campaign
from portal.core.errors import Refused

STEMS = {
    "bulletin": "通报", "order": "改", "minutes": "纪要", "amendment": "变", "review": "评", "report": "报",
    "standard": "则", "draw": "抽", "notice": "知", "decision": "决", "result": "考", "municipal": "告",
}  # fmt: skip


def next_number(campaign: Campaign, kind: str, *, year: int) -> str:
    """安教作通报〔2026〕3号: one series a bureau, kind and calendar year, whichever campaign a document is of. Counted
    under its row lock, no gaps, no leading zeros.
    """
    return next_numbers(campaign, kind, year=year, count=1)[0]


def next_numbers(campaign: Campaign, kind: str, *, year: int, count: int) -> list[str]:
    """So many numbers of a series in a row, for what is issued to many at once."""
    if kind not in STEMS:
        raise Refused(_("There is no series of numbers for “%(kind)s”.") % {"kind": kind})
    series = _locked_series(campaign, kind, year)
    first, series.last = series.last + 1, series.last + count
    series.save(update_fields=["last"])
    short = campaign.bureau.short_zh or campaign.bureau.name_zh[:4]
    return [f"{short}{STEMS[kind]}〔{year}〕{number}号" for number in range(first, series.last + 1)]


def _locked_series(campaign: Campaign, kind: str, year: int) -> NumberSeries:
    """The bureau's series of that year, kept with its first campaign: last year's campaign still issues documents when
    this year's does. What was once counted by campaign goes on from the highest number.
    """
    home = Campaign.objects.filter(bureau=campaign.bureau_id).order_by("pk").first()
    row = {"campaign": home, "kind": f"{kind}-{year}"}
    if not NumberSeries.objects.filter(**row).exists():
        by_campaign = NumberSeries.objects.filter(campaign__bureau=campaign.bureau_id, kind=kind)
        last = by_campaign.aggregate(last=Max("last"))["last"] or 0
        NumberSeries.objects.get_or_create(**row, defaults={"last": last})
    return NumberSeries.objects.select_for_update().get(**row)


def receipt(campaign: Campaign, month: str) -> str:
    """The receipt of a sent report, e.g. AQ-2026-06-17: one series a campaign and month."""
    NumberSeries.objects.get_or_create(campaign=campaign, kind=f"receipt-{month}")
    series = NumberSeries.objects.select_for_update().get(campaign=campaign, kind=f"receipt-{month}")
    series.last += 1
    series.save(update_fields=["last"])
    return f"{campaign.number_prefix}-{month}-{series.last}"
