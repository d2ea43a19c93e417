"""Who reaches the addresses of self-assessments."""

from portal.core.access import Row

ACCESS: dict[str, Row] = {}
