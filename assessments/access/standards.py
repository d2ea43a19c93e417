"""Who reaches the addresses of standards and what they score."""

from portal.core.access import Row

ACCESS: dict[str, Row] = {}
