"""Who reaches the addresses of appeals."""

from portal.core.access import Row

ACCESS: dict[str, Row] = {}
