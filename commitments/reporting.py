"""What a month's report must hold: one list stops the sending and is shown beside the page. Pure over rows in hand."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from commitments import lights
from commitments.models import Entry, Line
from portal.core.errors import Refused

LARGEST = Decimal(10) ** 11
PERCENT = ("%", "％")


@dataclass(frozen=True, slots=True)
class Missing:
    """What an entry still lacks: the field it concerns, and the sentence."""

    entry: int
    field: str
    sentence: str


def missing_to_send(entries: list[Entry], *, on: date) -> list[Missing]:
    """Everything that keeps a sheet from being sent; needs entries with their line and its commitment."""
    return [each for entry in entries for each in missing_in(entry, on=on)]


def missing_in(entry: Entry, *, on: date) -> list[Missing]:
    line, found = entry.line, []

    def lack(field: str, sentence: str) -> None:
        found.append(Missing(entry.pk, field, sentence))

    if not entry.choice:
        lack("choice", _("Choose: no change, update, stuck, or nothing to report."))
    if entry.choice == "update" and line.in_words and not entry.said:
        lack("said", _("Say how it stands: not begun, under way or done."))
    if entry.choice == "update" and not line.in_words and entry.value is None:
        lack("value", _("Write the figure as it is now."))
    if entry.choice == "stuck" and not entry.problem:
        lack("problem", _("Say what it is stuck on."))
    if entry.choice == "nothing" and line.due_on < on:
        lack("choice", _("The day of this promise has passed: “nothing to report” is no answer any more."))
    if entry.choice in ("update", "stuck"):
        if impossible := impossible_value(line, entry.value):
            lack("value", impossible)
        if lights.fell(line, entry.before, entry.value) and not entry.why:
            lack("why", _("The figure was %(before)s. If it went the wrong way, say why.")
                 % {"before": f"{entry.before.normalize():f}"})  # fmt: skip
        if entry.choice == "update" and is_done(line, entry) and not entry.done_on:
            lack("done_on", _("Write the day on which it was done."))
        if entry.done_on and entry.done_on > on:
            lack("done_on", _("That day has not come yet; write the day on which it was done."))
    return found


def impossible_value(line: Line, value: Decimal | None) -> str:
    """Why a figure cannot be true; empty when it can."""
    if value is None:
        return ""
    if value < 0:
        return _("A figure below zero is not possible here.")
    unit = line.commitment.target["unit_zh"] if line.commitment else ""
    if unit in PERCENT and value > 100:
        return _("A percentage is at most 100; you wrote %(value)s.") % {"value": f"{value.normalize():f}"}
    return ""


def require_storable(entry: Entry, value: Decimal | None) -> None:
    """Refuse what is no figure at all, or has more digits than any real one; half-finished is welcome otherwise."""
    if value is not None and (not value.is_finite() or abs(value) >= LARGEST):
        raise Refused(
            _("%(number)s: a figure has at most eleven digits before the point; nothing was stored.")
            % {"number": entry.line.number}
        )


def is_done(line: Line, entry: Entry) -> bool:
    """Whether this entry says that the promise is kept."""
    if line.in_words:
        return entry.said == "done"
    return entry.value is not None and line.target is not None and lights.met(line.comparison, line.target, entry.value)


def derive(entry: Entry, *, on: date, thresholds: lights.Thresholds) -> None:
    """Fill in what the entry means on the day it is sent: shares and status. Carries figures on for “no change”."""
    line = entry.line
    if entry.choice in ("no_change", "nothing") or (entry.choice == "stuck" and entry.value is None):
        entry.value = entry.before
    if entry.choice != "update" and not entry.said:
        entry.said = entry.said_before
    if line.in_words:
        actual = lights.WORDS_SHARE.get(entry.said)
    else:
        actual = lights.share(line.comparison, line.baseline, line.target, entry.value)
    entry.plan_share = lights.planned(line.starts_on, line.due_on, line.milestones, on)
    entry.actual_share = actual
    entry.status = lights.status(
        plan=entry.plan_share, actual=_measured(line, entry, actual), due_on=line.due_on, on=on, thresholds=thresholds,
        choice=entry.choice,
    )  # fmt: skip


def _measured(line: Line, entry: Entry, actual: Decimal | None) -> Decimal | None:
    """Words say “done” or nothing that can be set against a plan: until then they are not measurable."""
    return None if line.in_words and entry.said != "done" else actual
