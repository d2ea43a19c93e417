"""Where the bulletin's annex on contacts with benchmark units gets its rows from: a later floor registers itself."""

from collections.abc import Callable

from commitments.periods import Period
from objectives import benchmark_queries

Source = Callable[[object, Period], list[dict]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """`source(campaign, quarter)` gives rows {"unit", "benchmark", "times", "last_on"}; asked when figures are made."""
    if source not in _sources:
        _sources.append(source)


def rows(campaign, quarter: Period) -> list[dict]:
    """Every contact on record; empty while nothing here records any, and then the annex is left out."""
    return [row for source in _sources for row in source(campaign, quarter)]


def noted(campaign, quarter: Period) -> list[dict]:
    """What the units noted on their benchmarking pages: contacts whose day lies in the quarter."""
    return benchmark_queries.contacts_between(campaign, quarter.first, quarter.last)
