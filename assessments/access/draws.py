"""Who reaches the addresses of draws and the list of inspectors."""

from portal.core.access import Row

ACCESS: dict[str, Row] = {}
