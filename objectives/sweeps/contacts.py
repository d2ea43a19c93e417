"""The clock matches units with the benchmarks of their filed papers, and reminds once a quarter of contacts due."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from objectives import benchmark_notices as notices
from objectives import benchmark_queries, matching, quarters
from objectives.models import Campaign, Pairing
from portal.core import workdays

CHUNK = 2_000
"""Pairs of one transaction: memory stays flat, and a killed worker loses no more than one chunk."""


def remind_due(*, on: date, at: datetime) -> int:
    """Match what papers filed since name; from ten working days before the due day, one letter a person and quarter.

    Returns how many pairs are new and how many people were told.
    """
    calendar, done = workdays.loaded(), 0
    for campaign in Campaign.objects.filter(starts_on__lte=on, ends_on__gte=on).select_related("bureau"):
        with transaction.atomic():
            Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign.pk)
            done += matching.ensure_pairings(campaign, by="clock", at=at)
        code = quarters.code_of(on)
        due_on = quarters.due_on(code, calendar, ends_on=campaign.ends_on)
        if calendar.add(due_on, -quarters.REMIND_BEFORE) <= on <= due_on:
            done += sum(_tell(campaign, code, due_on, pairs, on=on, at=at) for pairs in _silent(campaign, code))
    return done


def _silent(campaign: Campaign, code: str) -> Iterator[list[Pairing]]:
    """Pairs that stand, owe a contact this quarter and have too few, in chunks by unit."""
    after = ""
    rows = benchmark_queries.owing(campaign, code).filter(until_on=None).select_related("unit", "benchmark")
    rows = rows.annotate(place=F("unit__path")).order_by("place", "pk")
    while chunk := list(rows.filter(place__gt=after)[:CHUNK]):
        if len(chunk) == CHUNK and chunk[0].place != chunk[-1].place:
            chunk = [pair for pair in chunk if pair.place != chunk[-1].place]
        after = chunk[-1].place
        yield chunk


@transaction.atomic
def _tell(campaign: Campaign, code: str, due_on: date, pairs: list[Pairing], *, on: date, at: datetime) -> int:
    """One letter a person, under the campaign, the quarter and the person: whoever has it is not told again."""
    Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign.pk)
    key = f"contact-{campaign.pk}-{code}"
    return notices.contacts_owed(campaign, pairs, key=key, due_on=due_on, words=notices.DUE, on=on, at=at)
