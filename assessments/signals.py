"""What the public told about a unit: a place for later floors. Each registers a source; without one nothing shows."""

from collections.abc import Callable

Source = Callable[[object], dict]
_sources: list[Source] = []


def register(source: Source) -> None:
    """`source(case)` gives {"key", "label_zh", "label_en", "value"} or an empty dict; asked when results are put
    together. Public figures only: no words of a message, no person.
    """
    if source not in _sources:
        _sources.append(source)


def any_registered() -> bool:
    return bool(_sources)


def of(case) -> dict:
    """What `Case.signals` keeps: {"rows": [...]}, or nothing."""
    rows = [row for row in (source(case) for source in _sources) if row]
    return {"rows": rows} if rows else {}
