"""The desk registry: every app says what waits for a person; the ground never imports upward."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_sources: list[Callable] = []


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the desk: what waits, why, until when, and the one act that settles it.

    `count` is shown large when it says more than 1. `due_on` None means: when you can.
    """

    what: str
    why: str
    act: str
    to: str
    due_on: date | None = None
    count: int = 1
    order: int = 0


def register(source: Callable) -> None:
    """Add `source(who, on=date) -> iterable of Item`; call it in an AppConfig.ready()."""
    if source not in _sources:
        _sources.append(source)


def items_for(who, *, on: date) -> list[Item]:
    """Everything that waits for a person, the most urgent first."""
    found: list[Item] = []
    for source in _sources:
        rows: Iterable[Item] = source(who, on=on)
        found.extend(rows)
    return sorted(found, key=lambda item: (item.due_on or date.max, item.order, item.what))


def grouped(items: list[Item], *, on: date) -> dict[str, list[Item]]:
    """Overdue, today, this week (to Sunday), later."""
    sunday = on + timedelta(days=6 - on.weekday())
    groups: dict[str, list[Item]] = {"overdue": [], "today": [], "week": [], "later": []}
    for item in items:
        if item.due_on is None or item.due_on > sunday:
            groups["later"].append(item)
        elif item.due_on < on:
            groups["overdue"].append(item)
        else:
            groups["today" if item.due_on == on else "week"].append(item)
    return groups
