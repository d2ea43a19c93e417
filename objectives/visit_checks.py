"""What every act on a visit asks first: what may be planned, on which days, and a reason where the calendar warns."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from objectives import benchmark_queries
from objectives import visit_queries as queries
from objectives.hosts import host_of
from objectives.missing import require_no_number
from objectives.models import Benchmark, Visit
from portal.core.errors import Refused
from portal.core.wording import day, said
from units.models import Bureau

FIELDS = ("kind", "from_on", "to_on", "purpose", "plan", "participants", "people")
LONGEST = timedelta(days=14)
MOST_PEOPLE = 60


class Warned(Refused):
    """The calendar warns and no reason was given. `warnings` are `visiting.Warned`, `near` the visits they name."""

    def __init__(self, words: str, warnings: list, near: dict):
        super().__init__(words)
        self.warnings, self.near = warnings, near


def hold_calendar(bureau_id: int) -> None:
    """One calendar a bureau, so one who asks at a time: the other then sees what the first was given."""
    Bureau.objects.select_for_update(no_key=True).get(pk=bureau_id)


def fill(visit: Visit, benchmark: Benchmark, data: dict) -> None:
    """Put what was planned into the visit; raises `Refused` for what cannot be."""
    campaign = visit.campaign
    if not benchmark_queries.choosable(visit.unit).filter(pk=benchmark.pk).exists() and benchmark.pk != (
        visit.benchmark_id
    ):
        raise Refused(_("Choose a benchmark of the bureau, or one of your own."))
    if campaign.bureau_id != visit.unit.bureau_id:
        raise Refused(_("This campaign is another bureau’s."))
    if data["to_on"] < data["from_on"]:
        raise Refused(_("The visit ends before it begins."))
    if data["to_on"] - data["from_on"] > LONGEST:
        raise Refused(_("A visit lasts at most two weeks."))
    if not (campaign.starts_on <= data["from_on"] and data["to_on"] <= campaign.ends_on):
        facts = {"first": day(campaign.starts_on), "last": day(campaign.ends_on)}
        raise Refused(_("The campaign runs from %(first)s to %(last)s; these days lie outside.") % facts)
    if not 1 <= data.get("people", 1) <= MOST_PEOPLE:
        raise Refused(_("Write how many people come along: 1 to %(most)s.") % {"most": MOST_PEOPLE})
    require_no_number(data["purpose"], data.get("plan", ""), data.get("participants", ""))
    visit.benchmark, visit.host = benchmark, benchmark.host or host_of(benchmark.name_zh)
    for name in FIELDS:
        if name in data:
            setattr(visit, name, data[name])


def require_days_free(bureau_id: int, from_on: date, to_on: date) -> None:
    found = queries.blackout_of(bureau_id, from_on, to_on)
    if found:
        facts = {"from": day(found.from_on), "to": day(found.to_on), "why": said(found, "why")}
        raise Refused(_("%(from)s to %(to)s are days without visits: %(why)s. Choose other days.") % facts)


def require_reason(found: list, near: dict, despite: str, seen) -> None:
    if not found:
        return
    if not despite:
        raise Warned(_("The calendar warns. Say why the visit is asked for all the same, or change it."), found, near)
    if seen is not None and {each.key for each in found} - set(seen):
        raise Warned(_("The calendar warns of something new since you looked. Read it, then ask again."), found, near)
