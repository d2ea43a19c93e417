"""Lists of one month's dispatch: late units, what is stuck, who asks for help, which reports look wrong.

Only what was sent is shown: an open sheet is the unit's own draft. Paged by the unit's place in the tree.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from commitments import lights, report_policies, states
from commitments.models import Chaser, Entry, Evidence, Line, Month, Sheet
from commitments.queries.matrix import PAGE
from portal.core import asked
from units.policies import Standing

FEW = 10
"""Reports of one reason that the list of odd ones names."""
LISTS = ("late", "stuck", "requests", "odd")


def late(who: Standing, month: Month, *, on: date, after: str = "") -> tuple[list[Sheet], str]:
    """Sheets that are missing after their day or came late, each with `told_on`, the day it was last chased."""
    wanted = Q(sent_at__isnull=False, days_late__gt=0)
    if month.due_on < on:
        wanted |= Q(sent_at=None)
    rows = _sheets(who, month).filter(wanted, lines__gt=0, order__gt=after)
    told = Chaser.objects.filter(sheet=OuterRef("pk")).order_by("-on")  # asked for the rows of this page alone
    rows = rows.annotate(told_on=Subquery(told.values("on")[:1])).select_related("unit", "month").order_by("order")
    return _page(list(rows[: PAGE + 1]), lambda sheet: sheet.order)


def missing(who: Standing, month: Month, *, most: int) -> list[Sheet]:
    """The first few units that have not reported."""
    rows = _sheets(who, month).missing().filter(lines__gt=0).select_related("unit")
    return list(rows.order_by("order")[:most])


def stuck(who: Standing, month: Month, *, after: str = "") -> tuple[list[Entry], str]:
    """What units say they are stuck on."""
    return _entries(who, month, Q(choice="stuck"), after)


def requests(who: Standing, month: Month, *, after: str = "") -> tuple[list[Entry], str]:
    """What units ask of others."""
    return _entries(who, month, ~Q(request=""), after)


def _entries(who: Standing, month: Month, wanted: Q, after: str) -> tuple[list[Entry], str]:
    order, _colon, position = after.rpartition(":")
    rows = _sent(who, month).filter(wanted)
    place = asked.number(position)
    if place is not None:
        beyond = Q(sheet__order__gt=order) | Q(sheet__order=order, line__position__gt=place)
        rows = rows.filter(beyond, sheet__order__gte=order)
    page = list(rows.order_by("sheet__order", "line__position")[: PAGE + 1])
    return _page(page, lambda entry: f"{entry.sheet.order}:{entry.line.position}")


@dataclass(frozen=True, slots=True)
class Odd:
    """One report that looks wrong, and why."""

    entry: Entry
    why: str


def odd(who: Standing, month: Month) -> list[Odd]:
    """Reports that somebody should look at, a few of each reason. None of this is proof of anything."""
    sent = _sent(who, month).order_by("sheet__order", "line__position")
    proofs = Evidence.objects.filter(line=OuterRef("line"), removed_at=None)
    before = Entry.objects.filter(
        line=OuterRef("line"), word=OuterRef("word"), sheet__month__code__lt=month.code, sheet__sent_at__isnull=False
    )
    unproved = sent.filter(status=states.KEPT, line__verified_at=None).filter(~Exists(proofs))
    fallen = sent.filter(Q(value__lt=F("before")) | Q(value__gt=F("before")))
    same = sent.exclude(word="").filter(Exists(before))
    idle = sent.filter(choice="no_change", line__same_months__gte=3, line__status__in=states.LATE)
    found = [Odd(entry, _("Done, without any evidence.")) for entry in unproved[:FEW]]
    found += [Odd(entry, _fall(entry)) for entry in fallen.exclude(why="")[:FEW] if _fell(entry)]
    found += [Odd(entry, _("The same words as in an earlier month.")) for entry in same[:FEW]]
    found += [Odd(entry, _("“No change” three times in a row, and behind.")) for entry in idle[:FEW]]
    return found


def _fell(entry: Entry) -> bool:
    return lights.fell(entry.line, entry.before, entry.value)


def _fall(entry: Entry) -> str:
    facts = {"before": f"{entry.before.normalize():f}", "now": f"{entry.value.normalize():f}", "why": entry.why}
    return _("The figure went from %(before)s to %(now)s: %(why)s") % facts


def overdue_lines(who: Standing, month: Month, *, most: int) -> list[Line]:
    """The worst promises of the ledger, for the meeting's table."""
    rows = report_policies.visible_lines(who).live().filter(campaign=month.campaign_id, rank__lte=states.RANK["behind"])
    return list(rows.select_related("unit").order_by("rank", "order", "position")[:most])


def _sheets(who: Standing, month: Month) -> QuerySet[Sheet]:
    return Sheet.objects.filter(report_policies.reach(who, "unit", "receiver"), month=month)


def _sent(who: Standing, month: Month) -> QuerySet[Entry]:
    reach = report_policies.reach(who, "sheet__unit", "sheet__receiver")
    rows = Entry.objects.filter(reach, sheet__month=month, sheet__sent_at__isnull=False)
    return rows.select_related("sheet__unit", "line")


def _page(found: list, key) -> tuple[list, str]:
    """One page of what was asked with one row more, and where the next begins."""
    return found[:PAGE], key(found[PAGE - 1]) if len(found) > PAGE else ""
