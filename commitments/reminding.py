"""Telling people of reports that have not come: whom, how often, in one letter a person and day. Set-wise."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from commitments import timetables
from commitments.models import Chaser, Sheet
from commitments.notices import LETTERS_SPEAK
from portal.core import letters
from portal.core.models import Letter
from portal.core.wording import day
from portal.core.workdays import Workdays, loaded
from units.models import Role, Tenure

CHUNK = 2_000
"""People of one transaction: memory stays flat, and a killed worker loses no more than one chunk."""
NAMED = 10
"""Reports that a letter names one by one."""
PATH = "/work/report/"


@dataclass
class Told:
    """How many people were told, and who was spared because they were told before: (name, day) of a few."""

    people: int = 0
    spared: int = 0
    examples: list[tuple[str, date]] = field(default_factory=list)


def remind(sheets: QuerySet[Sheet], *, key: str, on: date, at: datetime, by=None) -> Told:
    """Tell those who have to do with these sheets: one letter a person, under the key and the person's id.

    The staff of a unit; from the month's `head_from` the head too; the head alone once the staff are done, and
    where a unit has no staff. Nobody is told twice within the spacing of the timetable. Twice changes nothing.
    """
    told, workdays, spacing = Told(), loaded(), {}
    for people in _chunks(sheets, on=on):
        with transaction.atomic():
            _tell(sheets, people, spacing, workdays, told, key=key, on=on, at=at, by=by)
    return told


def _chunks(sheets: QuerySet[Sheet], *, on: date) -> Iterator[list[Tenure]]:
    """Who holds a post of staff or head in these units: some people at a time, each with all their posts."""
    tenures = Tenure.objects.on(on).filter(user__is_active=True, post__role__in=[Role.STAFF, Role.HEAD])
    tenures = tenures.filter(Exists(sheets.filter(unit=OuterRef("post__unit")).order_by()))
    staff = Tenure.objects.on(on).filter(user__is_active=True, post__unit=OuterRef("post__unit"), post__role=Role.STAFF)
    after = 0
    while users := list(tenures.filter(user__gt=after).order_by("user").values_list("user", flat=True)[:CHUNK]):
        rows = tenures.filter(user__gte=users[0], user__lte=users[-1]).annotate(has_staff=Exists(staff))
        yield list(rows.select_related("post", "user").order_by("user", "pk"))
        after = users[-1]


def _tell(sheets, tenures: list[Tenure], spacing: dict, workdays: Workdays, told: Told, *, key, on, at, by) -> None:
    by_unit: dict = {}
    rows = sheets.filter(unit__in={tenure.post.unit_id for tenure in tenures})
    for sheet in rows.select_related("month__campaign", "unit").order_by("month", "order"):
        by_unit.setdefault(sheet.unit_id, []).append(sheet)
    last = _last_told({tenure.user_id for tenure in tenures}, on=on)
    mine: dict = {}
    for tenure in tenures:
        concerned = [sheet for sheet in by_unit.get(tenure.post.unit_id, []) if _concerns(tenure, sheet, on)]
        if concerned:
            mine.setdefault(tenure.user, {}).update({sheet.pk: sheet for sheet in concerned})
    written, chasers = [], []
    for user, concerned in mine.items():
        before = last.get(user.pk)
        if before and workdays.add(before, _spacing(concerned.values(), spacing)) > on:
            told.spared += 1
            told.examples += [(str(user), before)] if len(told.examples) < NAMED else []
            continue
        chasers += [Chaser(sheet=sheet, to=user, on=on, by=by) for sheet in concerned.values()]
        written.append(_letter(f"{key}-{user.pk}", user, list(concerned.values()), on=on, at=at))
    Chaser.objects.bulk_create(chasers, batch_size=CHUNK, ignore_conflicts=True)
    letters.post_many(written)
    told.people += len(written)


def _concerns(tenure: Tenure, sheet: Sheet, on: date) -> bool:
    if tenure.post.role == Role.STAFF:
        return sheet.state != "ready"
    return sheet.state == "ready" or on >= sheet.month.head_from or not tenure.has_staff


def _last_told(users: set[int], *, on: date) -> dict[int, date]:
    """The newest day on which each was told; a spacing is far shorter than two months."""
    rows = Chaser.objects.filter(to__in=users, on__lte=on, on__gt=on - timedelta(days=60)).order_by()
    return dict(rows.values("to").annotate(last=Max("on")).values_list("to", "last"))


def _spacing(sheets, known: dict) -> int:
    """The shortest of the campaigns in question."""
    for sheet in sheets:
        campaign = sheet.month.campaign
        if campaign.pk not in known:
            known[campaign.pk] = timetables.of(campaign).spacing
    return min(known[sheet.month.campaign_id] for sheet in sheets)


def _letter(key: str, user, sheets: list[Sheet], *, on: date, at: datetime) -> Letter:
    with translation.override(LETTERS_SPEAK):
        first = sheets[0]
        facts = {"month": month_name(first.month.code), "unit": first.unit.name_zh}
        late = any(sheet.month.due_on < on for sheet in sheets)
        subject = _("Overdue: the report of %(month)s") if late else _("Due soon: the report of %(month)s")
        lines = [_line(sheet, on) for sheet in sheets[:NAMED]]
        if len(sheets) > NAMED:
            lines.append(_("and %(n)s more.") % {"n": len(sheets) - NAMED})
        return Letter(key=key, to=user, subject=subject % facts, body="\n".join(lines), path=PATH, posted_at=at)


def _line(sheet: Sheet, on: date) -> str:
    facts = {"unit": sheet.unit.name_zh, "month": month_name(sheet.month.code), "day": day(sheet.month.due_on)}
    if sheet.state == "ready":
        return (
            _("%(unit)s: the report of %(month)s is filled in and waits for the head to send it (due %(day)s).") % facts
        )
    if sheet.month.due_on < on:
        return _("%(unit)s: the report of %(month)s was due on %(day)s and has not come.") % facts
    return _("%(unit)s: the report of %(month)s is due on %(day)s.") % facts


def month_name(code: str) -> str:
    """2026年9月, in the language of letters."""
    year, month = code.split("-")
    return f"{year}年{int(month)}月"
