"""Which light a promise shows, and the states of everything that keeps it. Lights are derived, never typed. Pure."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from objectives.states import Comparison, TargetState

KEPT, NOT_MEASURABLE, WITHDRAWN = "kept", "not_measurable", "withdrawn"
AHEAD, ON_SCHEDULE, BEHIND, WELL_BEHIND, OVERDUE = "ahead", "on_schedule", "behind", "well_behind", "overdue"
NOT_REPORTED, NOTHING_TO_REPORT = "not_reported", "nothing_to_report"
BUCKET = {
    KEPT: "done",
    AHEAD: "ahead",
    ON_SCHEDULE: "on_schedule",
    BEHIND: "behind",
    WELL_BEHIND: "behind",
    OVERDUE: "behind",
    NOT_REPORTED: "other",
    NOTHING_TO_REPORT: "other",
    NOT_MEASURABLE: "other",
    WITHDRAWN: "other",
}
"""The five buckets of the bulletin: done, ahead, on schedule, behind, other."""
RANK = {
    OVERDUE: 10,
    WELL_BEHIND: 20,
    BEHIND: 30,
    NOT_REPORTED: 40,
    NOT_MEASURABLE: 50,
    NOTHING_TO_REPORT: 55,
    ON_SCHEDULE: 60,
    AHEAD: 70,
    KEPT: 80,
    WITHDRAWN: 90,
}
"""The order of lists: the worst first."""
LATE = (OVERDUE, WELL_BEHIND, BEHIND)

SAID = [
    ("not_begun", _("Not begun")),
    ("under_way", _("Under way")),
    ("done", pgettext_lazy("progress", "Done")),
]
"""Progress in words, for what has no figure."""
CHOICES = [
    ("no_change", _("No change")),
    ("update", _("Update")),
    ("stuck", _("Stuck")),
    ("nothing", _("Nothing to report")),
]
SHEET_STATES = [
    ("open", pgettext_lazy("report", "Open")),
    ("ready", _("With the head")),
    ("sent", _("Sent")),
    ("returned", _("Returned")),
]
BULLETIN_STATES = [
    ("draft", _("Draft")),
    ("to_sign", _("With the leader")),
    ("signed", _("Signed")),
    ("published", _("Published")),
]
GROUPS = [("leaders", _("Bureau leaders")), ("peers", _("Peer units")), ("public", _("Public representatives"))]
ANSWERS = [
    ("satisfied", _("Satisfied")),
    ("basically", _("Basically satisfied")),
    ("not", _("Not satisfied")),
    ("unknown", _("Don’t know")),
]
RECTIFICATION_STATES = [
    ("draft", _("Draft")),
    ("issued", _("Issued")),
    ("received", _("Received")),
    ("planned", _("Plan filed")),
    ("reported", _("Reported, to be checked")),
    ("closed", pgettext_lazy("rectification", "Closed")),
]
"""Overdue is no state but a fact beside it: `overdue_at`."""
AMENDMENT_KINDS = [("amendment", _("Amendment")), ("correction", _("Correction")), ("withdrawal", _("Withdrawal"))]
AMENDMENT_STATES = [("asked", _("On its route")), ("in_force", _("In force")), ("refused", _("Refused"))]
FEWER = "lte"
"""How the ruler is told that less is better."""


def status_of(state: str) -> str:
    """The status of a target in this state while no month has been reported."""
    return KEPT if state == TargetState.COMPLETED_BEFORE_START else NOT_MEASURABLE


def buckets(counts: dict[str, int]) -> dict[str, int]:
    """Counts by status as counts by bucket of the bar."""
    found: dict[str, int] = {}
    for status, count in counts.items():
        found[BUCKET[status]] = found.get(BUCKET[status], 0) + count
    return found


def ruler_comparison(comparison: str) -> str:
    return FEWER if comparison == Comparison.AT_MOST else comparison
