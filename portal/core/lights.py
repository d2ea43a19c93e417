"""Statuses and buckets: the one place that ties each to its colour and its word."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

COLOURS = ("green", "yellow", "red", "grey")
STATUSES = {
    "kept": ("green", _("Kept")),
    "ahead": ("green", _("Ahead")),
    "on_schedule": ("green", _("On schedule")),
    "behind": ("yellow", _("Behind")),
    "well_behind": ("red", _("Well behind")),
    "overdue": ("red", _("Overdue")),
    "not_reported": ("grey", _("Not reported")),
    "nothing_to_report": ("grey", _("Nothing to report")),
    "not_measurable": ("grey", _("Not yet measurable")),
    "withdrawn": ("grey", _("Withdrawn")),
}
BUCKETS = {
    "done": _("Done"),
    "ahead": _("Ahead"),
    "on_schedule": _("On schedule"),
    "behind": _("Behind"),
    "other": _("Not yet measurable"),
}
CELLS = {
    "on_time": ("time", "green", _("On time")),
    "late": ("late", "yellow", _("Late")),
    "not_reported": ("none", "red", _("Not reported")),
    "nothing_to_report": ("nil", "grey", _("Nothing to report")),
    "open": ("open", "", pgettext_lazy("report", "Open")),
    "not_open": ("", "", _("Not open yet")),
}


def tone(status) -> str:
    """The colour of a status; a colour is its own."""
    return str(status) if str(status) in COLOURS else STATUSES[str(status)][0]


def word(status) -> str:
    """The word of a status; a bare colour has none."""
    return "" if str(status) in COLOURS else STATUSES[str(status)][1]
