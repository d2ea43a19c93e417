"""Units × months: who has reported. One page asks the same few questions for ten units and for a hundred thousand."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments import phrases, report_policies, states, timetables
from commitments.models import Aggregate, Month, Publication, Sheet
from commitments.periods import Period
from objectives.models import Campaign, KindRule
from portal.core.wording import day
from units.models import Role, Unit
from units.policies import Standing

PAGE = 50
MANY = 1_000
"""Nobody counts further than this while a month is open."""
WHOLE_BUREAU = (Role.STYLE_OFFICE, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Column:
    """One month of the matrix; `month` is empty until it opens."""

    period: Period
    month: Month | None

    @property
    def label(self) -> str:
        return phrases.short_month(self.period.first)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a unit did in a month: a state of `portal.core.lights.CELLS`, its words, the sheet if it may be opened."""

    state: str
    word: str = ""
    sheet: str = ""


@dataclass(slots=True)
class Row:
    publication: Publication
    cells: list[Cell] = field(default_factory=list)


def columns(campaign: Campaign) -> list[Column]:
    """Every month of the keep stage, opened or not."""
    opened = {month.code: month for month in Month.objects.filter(campaign=campaign).order_by("code")}
    planned = timetables.periods_of(campaign, timetables.keeping_of(campaign), "month")
    codes = sorted({period.code for period in planned} | set(opened))
    return [Column(Period.parse(code), opened.get(code)) for code in codes]


def newest_due(found: list[Column], *, on: date) -> Month | None:
    """The newest month whose due day has passed, or else the newest that is open."""
    months = [column.month for column in found if column.month]
    due = [month for month in months if month.due_on < on]
    return (due or months or [None])[-1]


def rows(
    who: Standing, campaign: Campaign, found: list[Column], *, on: date, after: str = "", most: int = PAGE
) -> tuple[list[Row], str]:
    """A page of units in the order of the tree, and where the next page begins."""
    units = Publication.objects.of_bureau(campaign.bureau.code).filter(year=campaign.year)  # as their index has them
    units = units.filter(report_policies.in_ledger(who), campaign=campaign, order__gt=after)
    page = list(units.defer("snapshot").order_by("order")[: most + 1])
    following, page = (page[most - 1].order if len(page) > most else ""), page[:most]
    sheets = Sheet.objects.filter(publication__in=[row.pk for row in page], month__campaign=campaign)
    known = {(sheet.publication_id, sheet.month_id): sheet for sheet in sheets.order_by()}
    made = []
    for publication in page:
        row = Row(publication)
        for column in found:
            sheet = known.get((publication.pk, column.month.pk)) if column.month else None
            row.cells.append(_cell(sheet, column.month, on))
        made.append(row)
    return made, following


def _cell(sheet: Sheet | None, month: Month | None, on: date) -> Cell:
    if month is None:
        return Cell("not_open")
    if sheet is None:
        return Cell("not_open", _("Nothing was due: published later"))
    return Cell(state_of(sheet, month, on), word_of(sheet, month, on), str(sheet.pk) if sheet.first_sent_at else "")


def state_of(sheet: Sheet, month: Month, on: date) -> str:
    """The frozen cell; before the freeze what it would be now."""
    if sheet.cell:
        return sheet.cell
    if not sheet.lines:
        return "nothing_to_report"
    if sheet.sent_at:
        return "late" if sheet.days_late else "on_time"
    return "not_reported" if month.due_on < on else "open"


def word_of(sheet: Sheet, month: Month, on: date) -> str:
    """What the plain word of the cell leaves unsaid; empty when it leaves nothing."""
    state = state_of(sheet, month, on)
    if state == "late":
        return ngettext("Late, %(n)s day", "Late, %(n)s days", sheet.days_late) % {"n": sheet.days_late}
    if sheet.after_freeze:
        return _("Not reported; came %(day)s") % {"day": day(sheet.first_sent_at)}
    if sheet.state == "returned":
        return _("Returned, not sent again")
    return _("With the head") if sheet.state == "ready" and state == "open" else ""


def counted(who: Standing, month: Month) -> tuple[int, int]:
    """How many units have not reported a month and how many were late, up to `MANY` + 1 of each.

    For the whole bureau a frozen month has its counts; everything else is asked up to a bound.
    """
    direct = month.summary.get("direct") if month.frozen_at and who.posts_as(*WHOLE_BUREAU) else None
    if direct is not None:
        return direct.get("not_reported", 0), direct.get("late", 0)
    sheets = Sheet.objects.filter(report_policies.reach(who, "unit", "receiver"), month=month, lines__gt=0).order_by()
    return _up_to(sheets.missing()), _up_to(sheets.filter(sent_at__isnull=False, days_late__gt=0))


def waited_for(who: Standing, month: Month) -> int:
    """How many reports of the month this person's office still waits for, up to the bound."""
    rows = Sheet.objects.missing().filter(report_policies.received(who), month=month, lines__gt=0)
    return _up_to(rows.order_by())


def _up_to(rows) -> int:
    return rows.values("pk")[: MANY + 1].count()


def sentence(month: Month, missing: int, late: int, *, on: date) -> str:
    """Two units have not reported September; one was late."""
    facts = {"month": phrases.month(month.period.first), "day": day(month.due_on)}
    if month.due_on >= on:
        words = ngettext("%(n)s unit has still to report %(month)s, due on %(day)s",
                         "%(n)s units have still to report %(month)s, due on %(day)s", missing)  # fmt: skip
        none = _("Every unit has reported %(month)s, before it was due on %(day)s")
    else:
        words = ngettext("%(n)s unit has not reported %(month)s", "%(n)s units have not reported %(month)s", missing)
        none = _("Every unit has reported %(month)s")
    told = (words % (facts | {"n": number(missing)})) if missing else none % facts
    tail = (ngettext("%(n)s was late", "%(n)s were late", late) % {"n": number(late)}) if late else ""
    whole = (_("%(told)s; %(tail)s.") if tail else _("%(told)s.")) % {"told": told, "tail": tail}
    return whole[0].upper() + whole[1:]


def number(count: int) -> str:
    """In words; beyond the bound only that it is more."""
    return _("more than %(n)s") % {"n": f"{MANY:,}"} if count > MANY else phrases.in_words(count)


def aggregates(campaign: Campaign, month: Month) -> tuple[list[Aggregate], list[Unit]]:
    """What the town offices sent for their schools, and the offices that have schools and sent nothing yet."""
    sent = list(Aggregate.objects.filter(month=month).select_related("unit").order_by("unit__path"))
    for row in sent:
        row.told = {cell: row.counts["sheets"].get(cell, 0) for cell in ("on_time", "late", "not_reported")}
        row.behind = sum(row.counts["lines"].get(status, 0) for status in states.LATE)
    kinds = KindRule.objects.filter(campaign=campaign, publisher="unit").values("kind")
    schools = Publication.objects.filter(campaign=campaign, unit__kind__in=kinds).order_by().values("unit__parent")
    rows = Unit.objects.filter(pk__in=schools).exclude(pk__in=[row.unit_id for row in sent])
    return sent, list(rows.order_by("path")[:PAGE])
