"""What must be there before the first act: the demonstration's own mark, both campaigns, the people."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from objectives import loading
from objectives.models import Campaign
from portal.core import campaign_file, special_days
from portal.core.errors import Refused
from portal.core.models import Deed, Installation, Letter
from portal.demo import cast, keeping, lastyear, script
from portal.demo.play import Play
from units.models import Bureau

FILES = {"anqiu-edu": "anqiu-education-2017.toml", "fangzi-culture": "fangzi-culture-2017.toml"}
CAMPAIGNS = settings.BASE_DIR / "objectives" / "campaigns"
REAL = (
    "This database is in real use. The demo plays only on an empty database, or on one that it began itself. "
    "本库为正式库，演示只能在空库或演示库上进行。"
)
FUTURE = "{on} has not come yet. The demo plays at most up to today, {today}. 演示日期不能晚于今天（{today}）。"


def require_demo() -> None:
    """Refuse a database that is in real use, or that holds anything the demonstration did not bring."""
    row = Installation.objects.filter(pk=1).first()
    if (row and not row.is_demo) or (row is None and (Bureau.objects.exists() or Deed.objects.exists())):
        raise Refused(REAL)


@transaction.atomic
def play(*, on: date | None, now: datetime) -> Play:
    """Play both campaigns up to a day, or to now; all of it or nothing. What was played stays as it is."""
    today = timezone.localdate(now)
    on = on or today
    if on > today:
        raise Refused(FUTURE.format(on=on, today=today))
    require_demo()
    workdays, year = special_days.known(), script.plan_year(on)
    until = min(now, script.end_of(on))
    if _is_past(year):
        return Play(year)
    opening = script.moment(year, 0, "09:00", workdays)
    Installation.objects.get_or_create(pk=1, defaults={"is_demo": True, "created_at": now})
    last_letter = Letter.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    before = _last_year(year - 1, workdays)
    _load(year, FILES, workdays, at=opening)
    played = Play(year, played=before)
    played.run(script.acts(year, workdays), until=until)
    played.played += keeping.play(year, until=until, workdays=workdays)
    _keep_letters_in(last_letter)
    return played


def _is_past(year: int) -> bool:
    """Whether a later year is played already: what is older then rests."""
    return Campaign.objects.filter(year__gt=year, bureau__code__in=FILES).exists()


def _last_year(year: int, workdays) -> int:
    """Play the sample bureau's cycle of the year before, unless it is there already; returns how many acts."""
    if lastyear.is_played(year):
        return 0
    opening, files = script.moment(year, 0, "09:00", workdays), {lastyear.BUREAU: FILES[lastyear.BUREAU]}
    _load(year, files, workdays, at=opening, quarters=[4])
    return lastyear.play(year, workdays=workdays).played


def _load(year: int, files: dict[str, str], workdays, *, at: datetime, quarters: list[int] | None = None) -> None:
    there = set(Campaign.objects.filter(year=year, bureau__code__in=files).values_list("bureau__code", flat=True))
    for code, name in files.items():
        if code not in there:
            file = campaign_file.read(CAMPAIGNS / name).redated(year, workdays)
            if quarters:
                file.sections["cadence"]["bulletin_quarters"] = quarters
            outcome = loading.load(file, by="command", at=at)
            cast.appoint_all(outcome.campaign.bureau, at=at)


def _keep_letters_in(last: int) -> None:
    """Letters of the past lie in the portal as read or unread; none of them is mailed today."""
    Letter.objects.filter(pk__gt=last, handed_at=None).update(handed_at=F("posted_at"))
