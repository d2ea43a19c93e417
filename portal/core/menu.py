"""The workspace menu: every app adds its entries; the ground never imports upward."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its label, the name of its address, and for whom it is shown (`is_for(who)`)."""

    label: str
    name: str
    is_for: Callable
    order: int


_entries: dict[str, Entry] = {}
MOST = 6
"""Entries in the open, so that they fit one line; the rest stand under “More”, unless only one would. An entry that is
called from there may have a long name: it takes the room of two.
"""


def everyone(who) -> bool:
    return True


def register(label, name: str, *, order: int, is_for: Callable = everyone) -> None:
    """Add an entry, once a name; call it in an AppConfig.ready(). `label` is a lazy translation."""
    _entries[name] = Entry(label, name, is_for, order)


def entries_for(who, *, path: str) -> list[dict]:
    """What a person's menu holds, in order; the entry whose address begins `path` most closely is current."""
    shown = sorted((entry for entry in _entries.values() if entry.is_for(who)), key=lambda entry: entry.order)
    urls = [(entry.label, reverse(entry.name)) for entry in shown]
    here = max((url for _label, url in urls if path.startswith(url)), key=len, default="")
    return [{"label": label, "url": url, "current": url == here} for label, url in urls]


def in_two(entries: list[dict]) -> dict:
    """The menu as it is drawn: what stands in the open, and what under “More”; the current page is always open."""
    if len(entries) <= MOST + 1:
        return {"open": entries, "more": []}
    called = [entry for entry in entries[MOST:] if entry["current"]]
    shown = [*entries[: MOST - 2 * len(called)], *called]
    return {"open": shown, "more": [entry for entry in entries if entry not in shown]}
