"""Who reaches the addresses of raising the bar."""

from portal.core.access import Row

ACCESS: dict[str, Row] = {}
