"""What the calendar warns of when a visit is planned: duplicates, crowding of one host, days of key work. Pure.

Source: key work is not delayed, visits are not duplicated, and one host is not crowded. How many visits one host
takes a month, and how soon a second visit to it is a duplicate, the portal chose; the first is a setting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from objectives.states import VisitKind

TOO_SOON = timedelta(days=60)
HOST_VISITS_A_MONTH = 2
DUPLICATE, JOIN, CROWDING = "duplicate", "join", "crowding"


@dataclass(frozen=True)
class Trip:
    """A visit as the warnings look at it. `units` are the unit that makes it and those that joined."""

    key: object
    host: str
    kind: str
    from_on: date
    to_on: date
    units: frozenset

    @property
    def goes_there(self) -> bool:
        """An online exchange takes nobody's house; it crowds nobody, and needs no second journey."""
        return self.kind != VisitKind.ONLINE


@dataclass(frozen=True)
class Warned:
    """One warning: which, the visits it speaks of, and for crowding the month and how many it would be."""

    key: str
    trips: tuple[Trip, ...]
    month: date | None = None
    count: int = 0


def warnings(trip: Trip, others: Iterable[Trip], *, most: int = HOST_VISITS_A_MONTH) -> list[Warned]:
    """What speaks against this trip. `others` are standing visits of the same bureau, in any order."""
    if not trip.goes_there:
        return []
    there = sorted(
        (each for each in others if each.host == trip.host and each.key != trip.key and each.goes_there),
        key=lambda each: (each.from_on, str(each.key)),
    )
    found = []
    again = tuple(each for each in there if each.units & trip.units and _gap(trip, each) <= TOO_SOON)
    if again:
        found.append(Warned(DUPLICATE, again))
    joinable = tuple(each for each in there if not each.units & trip.units and months(each) & months(trip))
    if joinable:
        found.append(Warned(JOIN, joinable))
    for month in sorted(months(trip)):
        same = tuple(each for each in there if month in months(each))
        if len(same) + 1 > most:
            found.append(Warned(CROWDING, same, month, len(same) + 1))
    return found


def months(trip: Trip) -> set[date]:
    """The first days of the months in which the trip lies."""
    found, day = set(), trip.from_on.replace(day=1)
    while day <= trip.to_on:
        found.add(day)
        day = (day + timedelta(days=31)).replace(day=1)
    return found


def _gap(one: Trip, other: Trip) -> timedelta:
    """Days between two trips; none when they overlap."""
    return max(other.from_on - one.to_on, one.from_on - other.to_on, timedelta(0))


def blacked_out(from_on: date, to_on: date, blackouts: Sequence):
    """The first of the days without visits (`from_on`, `to_on`) on which these days fall, or None."""
    return next((each for each in blackouts if each.from_on <= to_on and each.to_on >= from_on), None)
