"""The ledger as a list: filtered, sorted, paged by key. The number of questions does not grow with its lines."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from commitments import report_policies, states
from commitments.models import Entry, Evidence, Line, Sheet
from objectives.models import Campaign
from portal.core import asked
from units.models import Tenure, Unit
from units.policies import Standing

PAGE = 50
RELATED = ("unit", "leader", "undertaker", "commitment")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the ledger is asked for. Empty means everything."""

    light: str = ""
    kind: str = ""
    words: str = ""
    before: date | None = None
    only: str = ""
    sort: str = "worst"


ONLY: dict[str, Callable[[], Q]] = {
    "nobody": lambda: Q(undertaker=None) & LIVE,
    "unverified": lambda: Q(status=states.KEPT, verified_at=None, done_before=False) & LIVE,
    "verified": lambda: Q(verified_at__isnull=False, closed_at=None),
    "closed": lambda: Q(closed_at__isnull=False),
    "live": lambda: LIVE,
}
LIVE = Q(closed_at=None, withdrawn_at=None, done_before=False)
SORTS = ("worst", "unit", "due")


def found(who: Standing, campaign: Campaign, wanted: Wanted) -> QuerySet[Line]:
    """Everything that is asked for, in its order, with what a row shows."""
    rows = report_policies.visible_lines(who).filter(campaign=campaign)
    if wanted.light:
        rows = rows.filter(status=wanted.light, rank=states.RANK[wanted.light])
    if wanted.kind:
        rows = rows.filter(unit__kind__key=wanted.kind)
    for word in wanted.words.split()[:6]:
        rows = rows.filter(Q(unit__name_zh__icontains=word) | Q(unit__name_en__icontains=word))
    if wanted.before:
        rows = rows.filter(due_on__lt=wanted.before)
    if wanted.only:
        rows = rows.filter(ONLY[wanted.only]())
    if wanted.sort == "due":
        rows = rows if wanted.only else rows.filter(LIVE)
        rows = rows.order_by("due_on", "order", "position")
    elif wanted.sort == "unit":
        rows = rows.filter(publication__bureau_code=campaign.bureau.code, publication__year=campaign.year)
        rows = rows.order_by("publication__order", "position")
    else:
        rows = rows.order_by("rank", "order", "position")
    return rows.select_related(*RELATED)


def page(rows: QuerySet[Line], wanted: Wanted, after: str, *, most: int = PAGE) -> tuple[list[Line], str]:
    """One page of `found`, and where the next begins. A key that nobody gave out shows the first page."""
    rows = _beyond(rows, wanted.sort, after.split("|")) if after else rows
    lines = list(rows[: most + 1])
    if len(lines) <= most:
        return lines, ""
    last = lines[most - 1]
    first = {"worst": last.rank, "due": last.due_on.isoformat(), "unit": ""}[wanted.sort]
    return lines[:most], f"{first}|{last.order}|{last.position}"


def _beyond(rows: QuerySet[Line], sort: str, key: list[str]) -> QuerySet[Line]:
    """Rows after the key; the plain `>=` beside the exact condition lets an index begin there."""
    try:
        first, order, position = key[0], key[1], asked.number(key[2])
        value = {"worst": asked.number, "due": date.fromisoformat, "unit": str}[sort](first)
    except (ValueError, IndexError):
        return rows
    if position is None or value is None:
        return rows
    place = "publication__order" if sort == "unit" else "order"
    same_place = Q(**{f"{place}__gt": order}) | Q(**{place: order, "position__gt": position})
    if sort == "unit":
        return rows.filter(same_place, publication__order__gte=order)
    name = {"worst": "rank", "due": "due_on"}[sort]
    return rows.filter(Q(**{f"{name}__gt": value}) | Q(**{name: value}) & same_place, **{f"{name}__gte": value})


def kinds(campaign: Campaign) -> list:
    """The kinds of units that the campaign knows, for the filter."""
    rules = campaign.kind_rules.select_related("kind").order_by("kind__key")
    return [rule.kind for rule in rules]


def line(who: Standing, code: str) -> Line | None:
    """One line by its code, if this person may see it, with everything its page says."""
    rows = report_policies.visible_lines(who).select_related(
        *RELATED, "campaign__bureau", "publication", "unit__kind", "unit__parent", "leader__unit", "verified_by",
        "verified_post",
    )  # fmt: skip
    return rows.filter(code=code).first()


def months_of(row: Line, *, drafts: bool) -> list:
    """What was reported of a line, the newest month first, with its evidence. Drafts only for the unit itself."""
    rows = row.entries.select_related("sheet__month").prefetch_related("evidence")
    if not drafts:
        rows = rows.filter(sheet__sent_at__isnull=False)
    return list(rows.order_by("-sheet__month__code"))


def holders_of(posts: set, *, on: date) -> dict:
    """Post id → names of who holds it that day; for the workspace only."""
    names: dict = {}
    for tenure in Tenure.objects.on(on).filter(post__in=posts, user__is_active=True).select_related("user"):
        names.setdefault(tenure.post_id, []).append(str(tenure.user))
    return names


def nameless(units: set) -> tuple[int, date | None]:
    """How many live lines of these units have no one named (up to 500), and by when somebody must be."""
    rows = Line.objects.without_person().filter(unit__in=units).order_by("starts_on")
    days = list(rows.values_list("starts_on", flat=True)[:500])
    return len(days), min(days, default=None)


def to_check(who: Standing, *, most: int = 200) -> int:
    """How many lines the units call done and nobody has checked, up to a bound."""
    rows = report_policies.visible_lines(who).filter(ONLY["unverified"](), rank=states.RANK[states.KEPT])
    return rows.order_by().values("pk")[:most].count()


def to_name(unit: Unit) -> list[Line]:
    """All live lines of a unit on one page, those without a person first."""
    rows = Line.objects.live().filter(unit=unit).select_related(*RELATED, "campaign")
    return sorted(rows.order_by("campaign", "position"), key=lambda row: row.undertaker_id is not None)


def newest_sheet(row: Line) -> Sheet | None:
    """The newest report in which the line stands as done: who sent it does not check it."""
    rows = Sheet.objects.filter(entries__line=row, sent_at__isnull=False)
    return rows.order_by("-month__code").first()


def of_units(units: set) -> list[Line]:
    """Every line of some units, with what a workbook says of it."""
    rows = Line.objects.filter(unit__in=units)
    return list(rows.select_related(*RELATED, "publication", "verified_post", "unit__bureau").order_by("pk"))


def open_entries(units: set) -> dict[int, Entry]:
    """Entries of the oldest report that these units have still to send, by line."""
    found: dict[int, Entry] = {}
    rows = Entry.objects.filter(sheet__unit__in=units, sheet__sent_at=None, sheet__month__filled_at__isnull=False)
    for entry in rows.select_related("sheet__month", "line").order_by("sheet__month__code"):
        found.setdefault(entry.line_id, entry)
    return found


def titles_of_evidence(lines: list[Line]) -> dict[int, list[str]]:
    """Titles of the evidence of each line."""
    found: dict[int, list[str]] = {}
    rows = Evidence.objects.filter(line__in=[line.pk for line in lines], removed_at=None)
    for line, title in rows.order_by("added_at").values_list("line", "title"):
        found.setdefault(line, []).append(title)
    return found
