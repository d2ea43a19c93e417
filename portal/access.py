"""The roof's own addresses, and every floor's table in one."""

from assessments.access import ACCESS as ASSESSMENTS
from commitments.access import ACCESS as COMMITMENTS
from objectives.access import ACCESS as OBJECTIVES
from portal.core.access import page, public
from units.access import ACCESS as UNITS
from units.access import OFFICES

ROOF = {
    "front": public(),
    "set_choice": public("POST"),
    "desk": page(),
    "clock": page(*OFFICES),
}
ACCESS = {**ROOF, **UNITS, **OBJECTIVES, **COMMITMENTS, **ASSESSMENTS}

THIRD_PARTY = ("account_", "mfa_", "admin:")
"""Names that a library's own guards and tests cover: login and its reset, second factors, Django's admin."""
