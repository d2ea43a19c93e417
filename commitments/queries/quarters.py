"""The figures of a quarter's bulletin, counted by the database from frozen months alone.

Town schools report to their town office and are told here by office, never by name.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from commitments import states
from commitments.models import Entry, Evidence, Line, Month, Sheet
from commitments.periods import Period
from commitments.queries import quarter_acts as told
from commitments.timetables import keeping_of, periods_of
from objectives import benchmark_queries
from objectives.missing import PERSONAL_NUMBER
from objectives.models import Campaign
from units.models import Tenure

BUCKETS = {"done": "已完成", "ahead": "超进度", "on_schedule": "达进度", "behind": "欠进度", "other": "其他"}
CELLS = {
    "on_time": Count("pk", filter=Q(cell="on_time")),
    "late": Count("pk", filter=Q(cell="late")),
    "missing": Count("pk", filter=Q(cell="not_reported")),
    "nothing": Count("pk", filter=Q(cell="nothing_to_report")),
}
LEFT_OUT = "（含个人信息，略）"
UNSENT = {"actual_share": None, "problem": "", "why": ""}
"""What a bulletin may tell of a report that lies in its draft or was returned: nothing."""


def months_of(campaign: Campaign, quarter: Period) -> list[Period]:
    """The months of the keep stage, as the campaign dispatches them, that lie in the quarter."""
    found = periods_of(campaign, keeping_of(campaign), "month")
    return [month for month in found if quarter.first <= month.first <= quarter.last]


def figures_of(campaign: Campaign, quarter: Period, *, at: datetime) -> dict:
    """Everything a bulletin counts, as JSON values. The same frozen months always give the same figures;
    orders and changes are told as they stand at `at`.
    """
    codes = [month.code for month in months_of(campaign, quarter)]
    months = list(campaign.months.filter(code__in=codes).order_by("code"))
    last = months[-1]
    named, towns = _of_units(months, last), _of_towns(months, last)
    statuses = _totals([*named.values(), *towns.values()])
    behind = _behind(last)
    whole = keeping_of(campaign)
    schools = told.town_schools(campaign)
    return {
        "quarter": quarter.code,
        "first_month": len(months) == 1 and months[0].period.first <= whole.starts_on <= months[0].period.last,
        "months": [_month(month) for month in months],
        "total": sum(statuses.values()),
        "buckets": _shares(statuses),
        "units": _ranked(list(named.values())),
        "towns": list(towns.values()),
        "reports": _reports(months),
        "behind": behind,
        "late": _late(months),
        "praised": _praised(named, months),
        "withdrawn": _withdrawn(last),
        "after_freeze": _after_freeze(campaign, quarter),
        "lowered": told.lowered(campaign, quarter, schools),
        "rectifications": told.rectifications(campaign, quarter, schools, at=at),
        "contacts": benchmark_queries.contacts_between(campaign, quarter.first, quarter.last),
    }


def people_of(campaign: Campaign) -> set[str]:
    """The names of everyone who ever held a post in the bureau: no bulletin may print one."""
    names = Tenure.objects.filter(post__unit__bureau=campaign.bureau_id).values_list("user__name", flat=True)
    return {name.strip() for name in names.distinct() if len(name.strip()) > 1}


def personal_in(texts: Iterable[str], people: set[str]) -> list[str]:
    """Names of persons, mobile and identity numbers that stand in the texts."""
    whole = "\n".join(texts)
    return [*sorted(name for name in people if name in whole), *PERSONAL_NUMBER.findall(whole)]


def _of_units(months: list[Month], last: Month) -> dict:
    """One row for every unit that reports to the bureau itself, by kind and place in the tree."""
    sheets = Sheet.objects.filter(month__in=months, receiver=None)
    rows = sheets.order_by("publication__kind_key", "publication__order").values(
        "unit_id", name=F("publication__unit_name_zh"), kind=F("publication__kind_key"),
        kind_zh=F("publication__kind_name_zh"),
    )  # fmt: skip
    found = {row.pop("unit_id"): _named(row) | _nothing() for row in rows.annotate(**CELLS)}
    _add_promises(found, last, "unit_id", of_schools=False)
    return found


def _of_towns(months: list[Month], last: Month) -> dict:
    """One row for every town office: its schools together."""
    sheets = Sheet.objects.filter(month__in=months).exclude(receiver=None).order_by("receiver__path")
    rows = sheets.values("receiver_id", name=F("receiver__name_zh"))
    rows = rows.annotate(schools=Count("unit_id", distinct=True), **CELLS)
    found = {row.pop("receiver_id"): _named(row) | _nothing() for row in rows}
    _add_promises(found, last, "receiver_id", of_schools=True)
    return found


def _named(row: dict) -> dict:
    """The row with its unit's published name as `unit`; while the database counts, that word is a column's."""
    row["unit"] = row.pop("name")
    return row


def _nothing() -> dict:
    return {"promises": 0, **dict.fromkeys(BUCKETS, 0)}


def _add_promises(found: dict, last: Month, owner: str, *, of_schools: bool) -> None:
    """Count promises by bucket as the last month froze them; closed and withdrawn ones have no entry any more."""
    entries = Entry.objects.filter(
        sheet__month=last, sheet__receiver__isnull=not of_schools, line__commitment__isnull=False
    ).exclude(line__withdrawn_at__lte=last.frozen_at)
    statuses = entries.order_by().values_list(f"sheet__{owner}", "public")
    for key, status, count in statuses.annotate(n=Count("pk")):
        _add(found, key, states.BUCKET.get(status, "other"), count)
    lines = Line.objects.filter(
        campaign=last.campaign_id, commitment__isnull=False, publication__sheets__month=last,
        publication__sheets__receiver__isnull=not of_schools,
    ).order_by()  # fmt: skip
    withdrawn = Q(withdrawn_at__lte=last.frozen_at)
    kept = ~withdrawn & (Q(done_before=True) | Q(closed_at__lte=last.frozen_at))
    without_entry = ~Exists(Entry.objects.filter(line=OuterRef("pk"), sheet__month=last))
    for bucket, rows in (("other", lines.filter(withdrawn)), ("done", lines.filter(kept & Q(without_entry)))):
        for key, count in rows.values_list(f"publication__sheets__{owner}").annotate(n=Count("pk")):
            _add(found, key, bucket, count)


def _add(found: dict, key, bucket: str, count: int) -> None:
    if row := found.get(key):
        row[bucket] += count
        row["promises"] += count


def _totals(rows: list[dict]) -> dict[str, int]:
    return {bucket: sum(row[bucket] for row in rows) for bucket in BUCKETS}


def _shares(counts: dict[str, int]) -> list[dict]:
    total = sum(counts.values())
    return [
        {"key": key, "name_zh": name, "count": counts[key], "percent": percent(counts[key], total)}
        for key, name in BUCKETS.items()
    ]


def percent(part: int, whole: int) -> str:
    """26.7: one decimal, rounded half up."""
    return str((Decimal(100 * part) / (whole or 1)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _ranked(rows: list[dict]) -> list[dict]:
    """Rank within a kind by what is not behind, then by reports on time, then by what is done; equal is equal.

    Units of different kinds promise different things and are never compared; a kind of one has no rank.
    """

    def score(row: dict) -> tuple:
        whole = Decimal(row["promises"] or 1)
        return Decimal(row["behind"]) / whole, row["late"] + 2 * row["missing"], -Decimal(row["done"]) / whole

    by_kind: dict[str, list] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(score(row))
    for row in rows:
        peers = by_kind[row["kind"]]
        row["rank"] = 1 + sum(other < score(row) for other in peers) if len(peers) > 1 else None
    return rows


def _month(month: Month) -> dict:
    frozen_on = timezone.localdate(month.frozen_at)
    return {"code": month.code, "due_on": month.due_on.isoformat(), "frozen_on": frozen_on.isoformat()}


def _reports(months: list[Month]) -> list[dict]:
    """How each month's reports came in, all units together."""
    rows = Sheet.objects.filter(month__in=months).order_by("month__code").values(month_code=F("month__code"))
    return list(rows.annotate(**CELLS))


def _behind(last: Month) -> list[dict]:
    entries = Entry.objects.filter(
        sheet__month=last, sheet__receiver=None, line__commitment__isnull=False, public__in=states.LATE
    ).exclude(line__withdrawn_at__lte=last.frozen_at)
    rows = entries.order_by("sheet__publication__kind_key", "sheet__order", "line__position").values(
        "public", "plan_share", "actual_share", "problem", "why", name=F("sheet__publication__unit_name_zh"),
        code=F("line__code"), promise=F("line__text_zh"), due_on=F("line__due_on"), sent=F("sheet__sent_at"),
    )  # fmt: skip
    rows = [_named(row) if row["sent"] else _named(row) | UNSENT for row in rows]
    people = people_of(last.campaign) if any(row["problem"] or row["why"] for row in rows) else set()
    return [_late_promise(row, people) for row in rows]


def _late_promise(row: dict, people: set[str]) -> dict:
    why = row["problem"] or row["why"]
    return {
        **{key: row[key] for key in ("unit", "code", "promise")},
        "due_on": row["due_on"].isoformat(),
        "status": row["public"],
        "plan": _share(row["plan_share"]),
        "actual": _share(row["actual_share"]),
        "why": LEFT_OUT if personal_in([why], people) else why,
    }


def _share(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}%"


def _late(months: list[Month]) -> list[dict]:
    """Units that did not report on time, month by month."""
    sheets = Sheet.objects.filter(month__in=months, receiver=None, cell__in=("late", "not_reported"))
    rows = sheets.order_by("month__code", "publication__kind_key", "order")
    rows = rows.values("cell", days=F("days_late"), month_code=F("month__code"), name=F("publication__unit_name_zh"))
    return list(map(_named, rows))


def _praised(named: dict, months: list[Month]) -> list[str]:
    """On time in every month, something proved, nothing behind."""
    proofs = Evidence.objects.filter(entry__sheet__month__in=months, removed_at=None)
    proved = set(proofs.values_list("entry__sheet__unit", flat=True).distinct())
    return [
        row["unit"] for key, row in named.items()
        if key in proved and row["on_time"] and not (row["late"] or row["missing"] or row["behind"])
    ]  # fmt: skip


def _withdrawn(last: Month) -> list[dict]:
    lines = Line.objects.filter(
        campaign=last.campaign_id, commitment__isnull=False, withdrawn_at__lte=last.frozen_at,
        publication__sheets__month=last, publication__sheets__receiver=None,
    )  # fmt: skip
    rows = lines.order_by("order", "position").values(
        "withdrawn_at", name=F("publication__unit_name_zh"), promise=F("text_zh")
    )
    return [_named(row) | {"withdrawn_on": told.day_of(row.pop("withdrawn_at"))} for row in rows]


def _after_freeze(campaign: Campaign, quarter: Period) -> list[dict]:
    """Reports of earlier months that came only after their freeze: told once, in the bulletin that follows."""
    before = Period.of(quarter.first - timedelta(days=1), "quarter")
    codes = [month.code for month in months_of(campaign, before)]
    sheets = Sheet.objects.filter(
        month__campaign=campaign, month__code__in=codes, receiver=None, after_freeze=True, sent_at__isnull=False
    )
    rows = sheets.order_by("month__code", "order")
    return list(map(_named, rows.values(month_code=F("month__code"), name=F("publication__unit_name_zh"))))
