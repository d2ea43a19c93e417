"""The course of a rectification within a time limit (限期整改): its states, its days, what may follow what. Pure.

Source: domain 2.8. Asked for before the day it may be extended, after it only explained; what is closed stays
closed, and the same fault again is a new order that names the old one.
"""

from datetime import date

from portal.core.workdays import Workdays

DRAFT, ISSUED, RECEIVED, PLANNED, REPORTED, CLOSED = "draft", "issued", "received", "planned", "reported", "closed"
COURSE = (ISSUED, RECEIVED, PLANNED, REPORTED, CLOSED)
TO_REPORT = (ISSUED, RECEIVED, PLANNED)
"""States in which the unit still has to report: these can become overdue, and these can be extended."""
REMIND_BEFORE = 3
"""Working days before the day on which the unit is reminded."""


def due_day(on: date, days: int, workdays: Workdays) -> date:
    """The day by which it is to be done: so many working days after the order."""
    return workdays.add(on, days)


def is_overdue(state: str, due_on: date, *, on: date) -> bool:
    """On the day itself it is not late yet."""
    return state in TO_REPORT and on > due_on


def may_extend(due_on: date, *, on: date) -> bool:
    """An extension is asked for up to and on the day, never after it."""
    return on <= due_on


def is_later_workday(day: date, due_on: date, workdays: Workdays) -> bool:
    """What a new day must be: definite, a working day, after the present one."""
    return day > due_on and workdays.is_workday(day)


def remind_until(on: date, workdays: Workdays) -> date:
    """The last due day of which a unit is reminded on this day."""
    return workdays.add(on, REMIND_BEFORE)


def course_of(state: str) -> list[tuple[str, str]]:
    """(step, done | current | to_come): what is waited for next is the current step."""
    place = COURSE.index(state) + 1 if state in COURSE else 0
    return [(step, "done" if n < place else "current" if n == place else "to_come") for n, step in enumerate(COURSE)]
