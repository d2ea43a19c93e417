"""Papers of this year that begin from last year's results: continued promises keep their places among the new ones."""

from datetime import datetime

from assessments.actions import raising
from commitments.models import Publication
from objectives import actions
from objectives.models import Campaign, Paper
from portal.demo import before
from portal.demo.texts import Text
from units.models import Unit


def begin(campaign: Campaign, unit: Unit, text: Text, *, by, at: datetime) -> Paper | None:
    """The unit's paper begun from its results, with a place for every objective; None where it has no last year.

    A demonstration that lives into a second plan year has its own first one behind it, with the very same targets:
    then papers are written anew.
    """
    last_year = Publication.objects.filter(unit=unit, campaign__year=campaign.year - 1).first()
    if unit.code not in before.UNITS or last_year is None:
        return None
    if last_year.revision.paper.objectives.count() != len(before.UNITS[unit.code].objectives):
        return None
    paper = raising.begin_raised(campaign, unit, by=by, at=at)
    continued = before.UNITS[unit.code].objectives
    for _place in text.keys[len(continued) :]:
        actions.add_objective(paper, by=by, at=at)
    for place, key in reversed(list(enumerate(continued, start=1))):
        objective = paper.objectives.get(position=place)
        for _step in range(text.keys.index(key) + 1 - place):
            actions.move_objective(objective, up=False, by=by, at=at)
    paper.refresh_from_db()
    return paper


def with_reasons(unit: str, text: Text) -> list[dict]:
    """The objectives as first submitted; a target that is not raised says why."""
    rows = []
    for key, row in zip(text.keys, text.first, strict=True):
        why = before.NOT_RAISED.get((unit, key))
        rows.append(row | {"targets": [{**row["targets"][0], "why_not_raised": why}]} if why else row)
    return rows
