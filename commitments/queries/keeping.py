"""What the public reads of keeping: frozen months only, and overdue days."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.utils import timezone

from commitments import states
from commitments.models import Commitment, Entry, Month

MOST_STORIES = 3


@dataclass(frozen=True, slots=True)
class Told:
    """One frozen month of a promise: figure and words only of a report that was sent, never of a draft.

    `late_on` is the day of a report that came after the freeze.
    """

    month: str
    status: str
    value: Decimal | None
    plan_share: Decimal | None
    word: str
    problem: str
    late_on: date | None


def history(commitment: Commitment) -> list[Told]:
    """The frozen months of a promise, the newest first."""
    rows = (
        Entry.objects.filter(line__commitment=commitment)
        .exclude(public="")
        .order_by("-sheet__month__code")
        .values_list(
            "sheet__month__code", "public", "value", "plan_share", "word", "problem", "sheet__after_freeze",
            "sheet__sent_at", named=True,
        )
    )  # fmt: skip
    return [_told(row) for row in rows]


def _told(row) -> Told:
    sent_on = timezone.localdate(row.sheet__sent_at) if row.sheet__sent_at else None
    return Told(
        month=row.sheet__month__code,
        status=row.public,
        value=row.value if sent_on else None,
        plan_share=row.plan_share,
        word=row.word if sent_on else "",
        problem=row.problem if sent_on else "",
        late_on=sent_on if row.sheet__after_freeze else None,
    )


def behind(code: str, year: int, *, unit: str = "", most: int = MOST_STORIES) -> list[Commitment]:
    """The latest promises of a bureau's year (or of one unit), the worst first, with their publications."""
    rows = Commitment.objects.filter(
        publication__bureau_code=code, publication__year=year, status__in=states.LATE
    ).select_related("publication")
    if unit:
        rows = rows.filter(publication__unit_code=unit)
    return list(rows.annotate(rank=F("line__rank")).order_by("rank", "due_on", "publication__order", "position")[:most])


def last_words(commitments: list[Commitment]) -> dict:
    """The newest frozen explanation of each promise that was sent: {commitment id: Entry}, one query."""
    rows = (
        Entry.objects.filter(line__commitment__in=commitments, sheet__sent_at__isnull=False)
        .exclude(public="")
        .exclude(word="", problem="")
        .select_related("sheet__month", "line")
        .order_by("sheet__month__code")
    )
    return {entry.line.commitment_id: entry for entry in rows}


def newest_month(campaign_id: int) -> Month | None:
    """The newest frozen month of a campaign."""
    return Month.objects.filter(campaign=campaign_id, frozen_at__isnull=False).order_by("-code").first()
