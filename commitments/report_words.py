"""What a month's report says about itself: when it is due, how complete it is, what became of it. Pure."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from commitments import phrases, progress
from commitments.models import Month, Sheet
from portal.core.lights import CELLS
from portal.core.wording import day, distance, moment, said, weekday_day
from portal.core.workdays import ONE_DAY, Workdays


def due(month: Month, *, on: date, workdays: Workdays) -> str:
    """due Fri 20 Oct, in 2 working days."""
    if month.due_on <= on:
        words = distance(month.due_on, on)
    else:
        days = workdays.between(on + ONE_DAY, month.due_on)
        words = ngettext("in %(n)s working day", "in %(n)s working days", days) % {"n": days}
    return _("due %(day)s, %(words)s") % {"day": weekday_day(month.due_on), "words": words}


def opening(count: int) -> str:
    """How many promises, and what there is to do."""
    text = ngettext(
        "One promise, filled in from the last report. Only touch it if something moved.",
        "All %(n)s promises, filled in from the last report. Only touch what moved.",
        count,
    )
    return text % {"n": phrases.in_words(count)}


def answered(done: int, of: int, wrong: int) -> str:
    """7 of 7 answered, 1 to correct."""
    facts = {"done": done, "of": of, "wrong": wrong}
    if wrong:
        return _("%(done)s of %(of)s answered, %(wrong)s to complete.") % facts
    return _("%(done)s of %(of)s answered.") % facts


def saved(at: datetime) -> str:
    return _("Saved at %(time)s.") % {"time": timezone.localtime(at).strftime("%H:%M")}


def receiver(sheet: Sheet) -> str:
    """Who receives the report, in words."""
    return said(sheet.receiver, "name") if sheet.receiver else _("the style office")


def consequence(sheet: Sheet, *, is_head: bool) -> str:
    """What happens with the one click, before it is made."""
    month = sheet.month
    if month.frozen_at:
        after = _("The month is frozen: what is sent now is kept beside it, marked late with its true time.")
    else:
        after = _("What was sent becomes public at the freeze on %(day)s.") % {"day": day(month.freezes_on)}
    first = (
        _("The report goes to %(office)s and does not change any more.")
        if is_head
        else _("The head reads and sends it.")
    )
    return phrases.together(first % {"office": receiver(sheet)}, after)


def lateness(sheet: Sheet) -> str:
    """On time, or how late."""
    if not sheet.days_late:
        return pgettext("report", "on time")
    return ngettext("late, %(n)s day", "late, %(n)s days", sheet.days_late) % {"n": sheet.days_late}


def sent(sheet: Sheet) -> str:
    """When, by which post and how late a report was sent."""
    facts = {"moment": moment(sheet.first_sent_at), "post": said(sheet.sent_post, "title"), "late": lateness(sheet)}
    return _("Sent %(moment)s by %(post)s, %(late)s.") % facts


def frozen(sheet: Sheet) -> str:
    """What the frozen month says of this report; empty before the freeze."""
    month = sheet.month
    if not sheet.cell or not month.frozen_at:
        return ""
    facts = {"day": day(month.frozen_at), "cell": CELLS[sheet.cell][2]}
    if sheet.after_freeze:
        words = _("The month was frozen on %(day)s as “%(cell)s”. This report is kept beside it, marked late.")
    else:
        words = _("The month was frozen on %(day)s as “%(cell)s”. Its figures do not change any more.")
    return words % facts


def state(sheet: Sheet) -> tuple[str, str]:
    """The state of a sheet in a list: a colour and a word."""
    if sheet.state == "sent":
        return ("yellow", lateness(sheet)) if sheet.days_late else ("green", pgettext("report", "Sent, on time"))
    if sheet.state == "returned":
        return "yellow", pgettext("report", "Returned")
    if sheet.cell == "not_reported":
        return "red", CELLS["not_reported"][2]
    if not sheet.lines:
        return "grey", CELLS["nothing_to_report"][2]
    return "grey", pgettext("report", "With the head") if sheet.state == "ready" else pgettext("report", "Open")


def title(sheet: Sheet) -> str:
    return progress.month_name(sheet.month.code)
