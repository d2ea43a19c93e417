"""Who reaches the addresses of results."""

from portal.core.access import Row

ACCESS: dict[str, Row] = {}
