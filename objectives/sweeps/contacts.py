"""The clock matches units with the benchmarks of their filed papers, and reminds once a quarter of contacts due."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from objectives import benchmark_queries, matching, quarters
from objectives.models import Campaign, Pairing
from objectives.notices import LETTERS_SPEAK
from portal.core import letters, workdays
from portal.core.models import Letter
from portal.core.wording import day
from units.models import Role, Tenure

CHUNK = 2_000
"""Pairs of one transaction: memory stays flat, and a killed worker loses no more than one chunk."""
NAMED = 5
PATH = "/work/contacts/"


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
    """Pairs that owe a contact this quarter and have too few, in chunks by unit."""
    needed, after = benchmark_queries.contacts_a_quarter(campaign), ""
    rows = Pairing.objects.filter(campaign=campaign, until_on=None).select_related("unit", "benchmark")
    rows = rows.annotate(made=Count("contacts", filter=Q(contacts__quarter=code)), place=F("unit__path"))
    rows = rows.filter(made__lt=needed).order_by("place", "pk")
    while chunk := list(rows.filter(place__gt=after)[:CHUNK]):
        if len(chunk) == CHUNK and chunk[0].place != chunk[-1].place:
            chunk = [pair for pair in chunk if pair.place != chunk[-1].place]
        after = chunk[-1].place
        yield [
            pair for pair in chunk
            if quarters.is_owed(code, since_on=pair.since_on, until_on=None, ends_on=campaign.ends_on)
        ]  # fmt: skip


@transaction.atomic
def _tell(campaign: Campaign, code: str, due_on: date, pairs: list[Pairing], *, on: date, at: datetime) -> int:
    """One letter a person, under the campaign, the quarter and the person: whoever has it is not told again."""
    if not pairs:
        return 0
    Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign.pk)
    by_unit: dict = {}
    for pair in pairs:
        by_unit.setdefault(pair.unit_id, []).append(pair)
    tenures = Tenure.objects.on(on).filter(user__is_active=True, post__role__in=[Role.STAFF, Role.HEAD])
    people: dict[int, list[Pairing]] = {}
    for user, unit in tenures.filter(post__unit__in=by_unit).values_list("user", "post__unit"):
        people.setdefault(user, []).extend(by_unit[unit])
    stem = f"contact-{campaign.pk}-{code}"
    keys = {f"{stem}-{user}": user for user in people}
    told = set(Letter.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [_letter(key, user, people[user], due_on, at) for key, user in keys.items() if key not in told]
    if new:
        letters.post_many(new)
    return len(new)


def _letter(key: str, user: int, pairs: list[Pairing], due_on: date, at: datetime) -> Letter:
    with translation.override(LETTERS_SPEAK):
        names = pgettext("between names", ", ").join(dict.fromkeys(pair.benchmark.name_zh for pair in pairs[:NAMED]))
        subject = _("Contact due by %(day)s: %(names)s") % {"day": day(due_on), "names": names}
        body = _("At least one contact a quarter with each benchmark unit; none is noted for this quarter yet.")
    return Letter(key=key, to_id=user, subject=subject[:200], body=body, path=PATH, posted_at=at)
