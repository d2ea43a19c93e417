"""Who reaches the addresses of inspections on the spot."""

from portal.core.access import Row

ACCESS: dict[str, Row] = {}
