"""What a town office's schools reported in a month, as counts: no school by name."""

from datetime import date

from django.db.models import Case, CharField, Count, F, Q, Value, When

from commitments import states
from commitments.models import Aggregate, Entry, Month, Sheet
from units.models import Role, Unit
from units.policies import Standing


def counts(month: Month, office: Unit, *, on: date) -> dict:
    """Sheets by cell, promises by status, and how many are stuck; as frozen, or as it stands on that day."""
    sheets = Sheet.objects.filter(month=month, receiver=office).order_by()
    missing = "not_reported" if month.due_on < on else "open"
    cell = Case(
        When(~Q(cell=""), then=F("cell")),
        When(lines=0, then=Value("nothing_to_report")),
        When(sent_at=None, then=Value(missing)),
        When(days_late=0, then=Value("on_time")),
        default=Value("late"),
        output_field=CharField(),
    )
    entries = Entry.objects.filter(sheet__month=month, sheet__receiver=office).order_by()
    sent = entries.filter(sheet__sent_at__isnull=False)
    status = Case(When(sheet__sent_at=None, then=Value(states.NOT_REPORTED)), default=F("status"))
    return {
        "sheets": dict(sheets.annotate(told=cell).values_list("told").annotate(n=Count("pk"))),
        "lines": dict(entries.annotate(told=status).values_list("told").annotate(n=Count("pk"))),
        "stuck": sent.filter(choice="stuck").count(),
    }


def offices(who: Standing) -> list[Unit]:
    """Town offices for which this person sends aggregates."""
    return [post.unit for post in who.posts_as(Role.TOWN_OFFICE)]


def due(who: Standing, *, on: date, most: int = 3) -> list[tuple[Month, Unit]]:
    """Months whose aggregate may be sent and was not: the due day has passed, or every school has reported."""
    found = []
    for office in offices(who):
        sheets = Sheet.objects.filter(receiver=office, lines__gt=0).order_by()
        done = Aggregate.objects.filter(unit=office).values("month")
        months = Month.objects.filter(pk__in=sheets.values("month"), filled_at__isnull=False).exclude(pk__in=done)
        open_ones = sheets.missing().values("month")
        months = months.filter(Q(due_on__lt=on) | ~Q(pk__in=open_ones)).select_related("campaign__bureau")
        found += [(month, office) for month in months.order_by("code")[:most]]
    return found
