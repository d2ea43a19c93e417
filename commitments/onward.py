"""Where the public goes on from the page of a bureau or of a unit: later floors register their links here."""

from collections.abc import Callable

BUREAU, UNIT = "bureau", "unit"
Source = Callable[..., list[dict]]
_sources: dict[str, list[Source]] = {BUREAU: [], UNIT: []}


def register(page: str, source: Source) -> None:
    """`source(bureau)` or `source(bureau, unit)`, by their codes, gives links {"label", "url", "note"} to what is
    public, the newest first, in a constant number of questions.
    """
    if source not in _sources[page]:
        _sources[page].append(source)


def links(page: str, *codes: str) -> list[dict]:
    """Every link of a page; none while no floor above has anything public."""
    return [link for source in _sources[page] for link in source(*codes)]
