"""The ledger of quarterly contacts in shapes and words: a pair a row, a quarter a column. Runs no queries."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives import quarters
from objectives.models import Campaign, Pairing
from portal.core.wording import in_chinese
from portal.core.workdays import Workdays

DONE, OPEN, DUE, MISSED, NONE, COMING = "done", "open", "due", "missed", "none", "coming"
COLOURS = {DONE: "green", OPEN: "grey", DUE: "yellow", MISSED: "red"}


def name_of(code: str) -> str:
    """2026-Q3 as people say it: Q3 2026, 2026年第3季度."""
    year, number = code[:4], code[-1]
    return f"{year}年第{number}季度" if in_chinese() else f"Q{number} {year}"


def missing(code: str, count: int) -> str:
    """How many pairs miss a contact in a quarter."""
    return _("Missing in %(quarter)s: %(n)s") % {"quarter": name_of(code), "n": count}


def columns(campaign: Campaign, calendar: Workdays) -> list[dict]:
    """The quarters of a campaign with their due days."""
    return [
        {"code": code, "name": name_of(code), "due_on": quarters.due_on(code, calendar, ends_on=campaign.ends_on)}
        for code in quarters.between(campaign.starts_on, campaign.ends_on)
    ]


def cell(pairing: Pairing, column: dict, campaign: Campaign, calendar: Workdays, *, needed: int, on: date) -> dict:
    """Where a pair stands in a quarter: state, colour, word. `pairing.noted` are its contacts."""
    found = [contact for contact in pairing.noted if contact.quarter == column["code"]]
    state = _state(pairing, column, campaign, calendar, len(found) >= needed, on)
    return {
        "code": column["code"], "name": column["name"], "due_on": column["due_on"], "contacts": found, "state": state,
        "colour": COLOURS.get(state, ""), "word": _word(state, column["due_on"], len(found), needed, on),
    }  # fmt: skip


def _state(pairing, column, campaign, calendar, is_done: bool, on: date) -> str:
    if is_done:
        return DONE
    owed = quarters.is_owed(column["code"], since_on=pairing.since_on, until_on=pairing.until_on,
                            ends_on=campaign.ends_on)  # fmt: skip
    if not owed:
        return NONE
    if on > column["due_on"]:
        return MISSED
    if on < quarters.span(column["code"])[0]:
        return COMING
    return DUE if on >= calendar.add(column["due_on"], -quarters.REMIND_BEFORE) else OPEN


def _word(state: str, due_on: date, count: int, needed: int, on: date) -> str:
    if state == DONE:
        return ngettext("%(n)s contact", "%(n)s contacts", count) % {"n": count}
    if state == MISSED:
        return _("Missed: %(n)s of %(needed)s") % {"n": count, "needed": needed} if needed > 1 else _("Missed")
    if state in (DUE, OPEN):
        days = (due_on - on).days
        if not days:
            return _("Due today")
        return ngettext("Due in %(days)s day", "Due in %(days)s days", days) % {"days": days}
    return _("Not owed") if state == NONE else _("To come")
