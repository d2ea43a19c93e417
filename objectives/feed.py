"""The calendar of visits as calendar programs read it (RFC 5545). Says only what its reader may see."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from objectives import benchmark_policies as policies
from objectives import benchmark_queries, contact_words, quarters, visit_queries
from objectives.models import Blackout, CalendarFeed, Contact, Pairing, Visit
from objectives.states import VisitState
from portal.core import workdays
from portal.core.wording import said
from units.policies import Standing, standing

BACK, AHEAD = timedelta(days=180), timedelta(days=400)
ONE_DAY = timedelta(days=1)


def of_token(token_hash: str) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(token_hash=token_hash).select_related("user").first()


def text(feed: CalendarFeed, *, site_url: str, on: date) -> bytes:
    """The calendar of the feed's owner on a day; the same facts give the same bytes. Empty without a post."""
    who = standing(feed.user, on=on)
    calendar = Calendar()
    calendar.add("prodid", "-//Chengnuo//Visits//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Visits to benchmark units"))
    host = site_url.partition("://")[2].partition("/")[0].partition(":")[0]
    for visit in _visits(who, on):
        calendar.add_component(_visit(visit, who, site_url, host))
    for blackout in policies.visible_blackouts(who).filter(to_on__gte=on - BACK, from_on__lte=on + AHEAD):
        calendar.add_component(_blackout(blackout, host, feed.made_at))
    for pairing, due_on, code in _due(who, on):
        calendar.add_component(_contact(pairing, due_on, code, site_url, host))
    return calendar.to_ical()


def _visits(who: Standing, on: date) -> list[Visit]:
    """Visits to come, the next ones first; what room is left goes to past ones, the latest first."""
    rows = visit_queries.visible(who).filter(to_on__gte=on - BACK, from_on__lte=on + AHEAD)
    rows = visit_queries.with_units(rows.exclude(state=VisitState.CANCELLED))
    coming = list(rows.filter(to_on__gte=on).order_by("from_on", "pk")[: visit_queries.MOST])
    past = rows.filter(to_on__lt=on).order_by("-from_on", "pk")[: visit_queries.MOST - len(coming)]
    return [*coming, *past]


def _visit(visit: Visit, who: Standing, site_url: str, host: str) -> Event:
    moment = max(each for each in (visit.planned_at, visit.asked_at, visit.decided_at, visit.written_at) if each)
    facts = {"unit": said(visit.unit, "name"), "host": said(visit.benchmark, "name")}
    event = _event(f"visit-{visit.pk}@{host}", visit.from_on, visit.to_on, moment)
    event.add("summary", _("%(unit)s to %(host)s") % facts)
    words = [f"{visit.get_kind_display()} · {visit.get_state_display()}", visit.purpose]
    if policies.reads_visit(who, visit):
        words += [line for line in (visit.participants, visit.plan) if line]
    event.add("description", "\n".join(words))
    event.add("status", "TENTATIVE" if visit.state in (*policies.OPEN, VisitState.ASKED) else "CONFIRMED")
    event.add("sequence", visit.version)
    event.add("url", f"{site_url}/work/visits/{visit.pk}/")
    return event


def _blackout(blackout: Blackout, host: str, moment: datetime) -> Event:
    event = _event(f"blackout-{blackout.pk}@{host}", blackout.from_on, blackout.to_on, moment)
    event.add("summary", _("Days without visits: %(why)s") % {"why": said(blackout, "why")})
    return event


def _due(who: Standing, on: date) -> list[tuple[Pairing, date, str]]:
    """Contacts that one's own units still owe this quarter, with their day."""
    units = [unit.pk for unit in policies.own_units(who)]
    if not units:
        return []
    code, calendar = quarters.code_of(on), workdays.loaded()
    rows = Pairing.objects.filter(unit__in=units, until_on=None, campaign__starts_on__lte=on, campaign__ends_on__gte=on)
    pairs = list(rows.select_related("campaign", "benchmark"))
    made = list(Contact.objects.filter(pairing__in=pairs, quarter=code).values_list("pairing", flat=True))
    return [
        (pair, quarters.due_on(code, calendar, ends_on=pair.campaign.ends_on), code)
        for pair in pairs
        if made.count(pair.pk) < benchmark_queries.contacts_a_quarter(pair.campaign)
        and quarters.is_owed(code, since_on=pair.since_on, until_on=None, ends_on=pair.campaign.ends_on)
    ]


def _contact(pairing: Pairing, due_on: date, code: str, site_url: str, host: str) -> Event:
    moment = datetime.combine(pairing.since_on, datetime.min.time(), timezone.get_default_timezone())
    event = _event(f"contact-{pairing.pk}-{code}@{host}", due_on, due_on, moment)
    facts = {"host": said(pairing.benchmark, "name"), "quarter": contact_words.name_of(code)}
    event.add("summary", _("Contact due: %(host)s, %(quarter)s") % facts)
    event.add("url", f"{site_url}/work/contacts/")
    return event


def _event(uid: str, first: date, last: date, moment: datetime) -> Event:
    """A whole-day event; its end is the day after the last, as the standard counts."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", moment.astimezone(UTC))
    event.add("dtstart", first)
    event.add("dtend", last + ONE_DAY)
    event.add("transp", "TRANSPARENT")
    return event
