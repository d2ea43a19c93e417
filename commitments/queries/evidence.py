"""Evidence as pages list it, and where the same file was used before."""

from collections import defaultdict
from collections.abc import Iterable

from commitments.models import Evidence
from commitments.policies.evidence import visible
from units.policies import Standing


def of_entries(entries: Iterable) -> dict[int, list[Evidence]]:
    """What stands under each entry, by its id: one query. Ask only for entries the reader may see."""
    found: dict[int, list[Evidence]] = defaultdict(list)
    for row in Evidence.objects.filter(entry__in=[entry.pk for entry in entries], removed_at=None):
        found[row.entry_id].append(row)
    return found


def reused(rows: Iterable[Evidence], who: Standing) -> dict:
    """Other places of the same original, by id of the evidence: one query, within what the reader may see."""
    rows = list(rows)
    if not rows:
        return {}
    same = visible(who).filter(original__in={row.original for row in rows})
    places = defaultdict(list)
    for row in same.select_related("line__unit", "entry__sheet__month"):
        places[row.original].append(row)
    return {row.pk: [other for other in places[row.original] if other.pk != row.pk] for row in rows}
