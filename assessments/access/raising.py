"""Who reaches raising: the unit's own staff and head. A unit's years are public."""

from portal.core.access import Row, public

ACCESS: dict[str, Row] = {
    "raise_paper": Row("unit", ("GET", "POST")),
    "unit_years": public(),
}
