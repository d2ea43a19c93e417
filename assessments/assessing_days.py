"""Which days an assessment is given when nobody has set any. Pure.

Source: self-assessment before the leading group's assessment; the rest of the stage is for appeals and publication.
The shares of the stage are the portal's choice; the style office changes the days freely until the results are made.
"""

from datetime import date, timedelta

from portal.core.workdays import Workdays

ASSESS = "assess"
SELF_UNTIL, INSPECT_UNTIL = 0.25, 0.6
"""Which part of the stage self-assessment and inspections may take."""


def suggested(from_on: date, to_on: date, calendar: Workdays) -> dict[str, date]:
    """self_due_on, inspect_from_on, inspect_to_on within a stage: working days, in order."""
    length = (to_on - from_on).days
    self_due_on = calendar.on_or_after(from_on + timedelta(days=round(length * SELF_UNTIL)))
    inspect_from_on = calendar.add(self_due_on, 1)
    inspect_to_on = calendar.on_or_after(from_on + timedelta(days=round(length * INSPECT_UNTIL)))
    return {
        "self_due_on": self_due_on,
        "inspect_from_on": inspect_from_on,
        "inspect_to_on": max(inspect_from_on, inspect_to_on),
    }
