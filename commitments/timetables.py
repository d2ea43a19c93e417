"""The timetable of a campaign and the days it gives: what is due when, for the clock and for the page that shows it."""

from dataclasses import dataclass
from datetime import date

from commitments.models import Publication, Timetable
from commitments.periods import MonthDates, Period, between, dates_of
from objectives.models import Campaign
from portal.core.clock import local_day
from portal.core.workdays import Workdays

KEEP = "keep"


def of(campaign: Campaign) -> Timetable:
    """The campaign's timetable; made with the usual days when nobody has set any."""
    return Timetable.objects.get_or_create(campaign=campaign)[0]


@dataclass(frozen=True, slots=True)
class Keeping:
    """The stage in which promises are kept: from its first to its last day."""

    starts_on: date
    ends_on: date


def keeping_of(campaign: Campaign) -> Keeping:
    """The keep stage; the whole campaign where its file names none."""
    stage = campaign.stages.filter(key=KEEP).first()
    return Keeping(stage.from_on, stage.to_on) if stage else Keeping(campaign.starts_on, campaign.ends_on)


def periods_of(campaign: Campaign, keeping: Keeping, kind: str) -> list[Period]:
    """The months, quarters or halves of the keep stage that the campaign's cadence names (all when it names none),
    from the first full month after the first publication: before it there was nothing to keep.
    """
    rows = Publication.objects.filter(campaign=campaign).order_by("published_at")
    first = rows.values_list("published_at", flat=True).first()
    published_on = local_day(first) if first else None
    cadence = campaign.content.get("cadence", {})
    named = {
        "month": cadence.get("dispatch_months"),
        "quarter": cadence.get("bulletin_quarters"),
        "half": cadence.get("review_halves"),
    }[kind]
    lengths = {"month": 1, "quarter": 3, "half": 6}
    if published_on is None:
        return []
    found = between(max(keeping.starts_on, first_full_month(published_on)), keeping.ends_on, kind)
    return [each for each in found if not named or (each.first_month - 1) // lengths[kind] + 1 in named]


def first_full_month(day: date) -> date:
    """The first day of the first month that is kept whole: who joins in August reports from September."""
    return day if day.day == 1 else Period.of(day, "month").next.first


def days_of(month: Period, timetable: Timetable, workdays: Workdays) -> MonthDates:
    """The days of one month, with the exception that the style office made for it."""
    exception = timetable.exceptions.get(month.code)
    return dates_of(month, timetable.rule, workdays, due_on=date.fromisoformat(exception) if exception else None)


def bulletin_due(quarter_freeze: date, timetable: Timetable, workdays: Workdays) -> date:
    """The day by which a quarter's bulletin is to be out, counted from the freeze of its last month."""
    return workdays.add(quarter_freeze, timetable.bulletin_after)


def review_days(half: Period, keeping: Keeping, timetable: Timetable, workdays: Workdays) -> tuple[date, date]:
    """First and last day of a half's ballots: from the first working day after the half, for the days set."""
    last = min(half.last, keeping.ends_on)
    opens = workdays.add(last, 1)
    return opens, workdays.add(opens, timetable.review_open_days - 1)
