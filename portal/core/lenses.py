"""How the record shows what a deed is about: every app knows its own things and who may see them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

_lenses: dict[str, Callable] = {}


@dataclass(frozen=True, slots=True)
class Shown:
    """A thing as the record names it; `to` is its page, if it has one for this reader."""

    label: str
    to: str = ""


def register(about: str, lens: Callable) -> None:
    """Add `lens(who, ids) -> {id: Shown}` for deeds about `app.model`; ids it leaves out stay hidden from `who`."""
    _lenses[about] = lens


def shown(about: str, ids: Iterable[str], who) -> dict[str, Shown]:
    """The things of one kind that a person may see. A kind that no app guards is shown without a name."""
    lens = _lenses.get(about)
    return lens(who, set(ids)) if lens else {each: Shown("") for each in ids}
