"""Who reaches the addresses of closing archives."""

from portal.core.access import Row

ACCESS: dict[str, Row] = {}
