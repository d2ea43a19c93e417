"""The five clears (五明确) of a line: objective, measures, leader, undertaker, deadline. Pure over a line in hand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from commitments.models import Line
from portal.core.wording import day, said


@dataclass(frozen=True, slots=True)
class Clear:
    """One of the five: its name, what stands there; `missing` says what is not clear, else empty."""

    name: str
    words: str
    missing: str = ""


def of(line: Line) -> list[Clear]:
    """All five, missing ones with what is missing. Needs the line with unit, leader, undertaker and publication."""
    how = measures(line)
    return [
        Clear(_("Target"), said(line, "text")),
        Clear(_("Measures"), how, "" if how else _("No measure written")),
        Clear(_("Leader"), _leader(line), "" if _leader(line) else _("No leader named")),
        Clear(_("Handled by"), said(line.undertaker, "title"), "" if line.undertaker_id else _("No one named")),
        Clear(_("By when"), day(line.due_on)),
    ]


def _leader(line: Line) -> str:
    return said(line.leader, "title") or line.leader_printed


def measures(line: Line) -> str:
    """The measures of the line's objective, as they were signed."""
    number = int(line.number.replace("-", ".").split(".")[0])
    for objective in line.publication.snapshot["objectives"]:
        if objective["number"] == number:
            return "；".join(said(measure, "text") for measure in objective["measures"])
    return ""
