"""A visit, and what the calendar warns of, in the words of a page. Runs no queries."""

from datetime import date

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from objectives import visiting
from objectives.models import Visit
from objectives.states import VisitState
from portal.core.wording import in_chinese, said, weekday_day

COLOURS = {
    VisitState.PLANNED: "grey",
    VisitState.ASKED: "yellow",
    VisitState.APPROVED: "green",
    VisitState.RETURNED: "yellow",
    VisitState.CANCELLED: "grey",
    VisitState.DONE: "green",
}
KEYS = {
    visiting.DUPLICATE: gettext_lazy("Visited twice within 60 days"),
    visiting.JOIN: gettext_lazy("Another unit goes there in the same month"),
    visiting.CROWDING: gettext_lazy("Too many visits to one host in a month"),
}


def days(visit: Visit) -> str:
    """Fri 20 Oct, or from one day to another."""
    if visit.from_on == visit.to_on:
        return weekday_day(visit.from_on)
    return _("%(first)s to %(last)s") % {"first": weekday_day(visit.from_on), "last": weekday_day(visit.to_on)}


def title(visit: Visit) -> str:
    return _("%(unit)s to %(host)s") % {"unit": said(visit.unit, "name"), "host": said(visit.benchmark, "name")}


def state(visit: Visit) -> tuple[str, str]:
    return COLOURS[VisitState(visit.state)], visit.get_state_display()


def month_name(first: date) -> str:
    return f"{first.year}年{first.month}月" if in_chinese() else dateformat.format(first, "F Y")


def warned(found: list[visiting.Warned], near: dict, host: str) -> list[dict]:
    """Each warning with its sentence; of another unit's trip, the visit that one can join."""
    rows = []
    for each in found:
        visits = [near[trip.key] for trip in each.trips if trip.key in near]
        rows.append({"key": each.key, "words": _sentence(each, visits, host), "join": _joinable(each, visits)})
    return rows


def _joinable(each: visiting.Warned, visits: list[Visit]) -> Visit | None:
    open_ = (VisitState.ASKED, VisitState.APPROVED)
    return next((visit for visit in visits if each.key == visiting.JOIN and visit.state in open_), None)


def _sentence(each: visiting.Warned, visits: list[Visit], host: str) -> str:
    if each.key == visiting.CROWDING:
        words = ngettext(
            "This would be visit %(n)s to %(host)s in %(month)s: too many for one host.",
            "This would be visit %(n)s to %(host)s in %(month)s: too many for one host.",
            each.count,
        )
        return words % {"n": each.count, "host": host, "month": month_name(each.month)}
    first = visits[0]
    facts = {"unit": said(first.unit, "name"), "host": host, "days": days(first)}
    if each.key == visiting.DUPLICATE:
        return _("Your unit visits %(host)s within 60 days already: %(days)s.") % facts
    return _("%(unit)s goes to %(host)s in the same month: %(days)s. You could join that trip.") % facts
