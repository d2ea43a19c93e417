"""Last year's cycle in figures: which units took part, what they promised, and what became of it.

What a unit had reached at the end of last year is where its paper of this year begins, so both tell one story.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from portal.demo import texts
from portal.demo.script import Scene

BUREAU = "anqiu-edu"


@dataclass(frozen=True, slots=True)
class Before:
    """One unit's last year: its objectives by key, the figures in their texts, and what was reached in the end."""

    objectives: tuple[str, ...]
    figures: dict
    reached: dict[str, str]


UNITS = {
    "ms01": Before(
        ("methods", "letters", "open", "faults", "satisfaction"),
        {"methods": 2, "methods_now": 0, "methods_there": 7, "sent": 1, "letters_now": 64, "open": 60, "open_now": 48,
         "faults": 9, "satisfaction": 91, "satisfaction_now": 86, "families": 180},
        {"methods": "2", "letters": "81", "open": "62", "faults": "0", "satisfaction": "91"},
    ),
    "ms02": Before(
        ("methods", "letters", "open", "satisfaction"),
        {"methods": 1, "methods_now": 0, "methods_there": 6, "sent": 1, "letters_now": 58, "open": 55, "open_now": 41,
         "satisfaction": 89, "satisfaction_now": 84, "families": 160},
        {"methods": "1", "letters": "76", "open": "54", "satisfaction": "89"},
    ),
    "to01": Before(
        ("methods", "places", "pass", "courses"),
        {"methods": 1, "methods_now": 0, "methods_there": 7, "places": 780, "places_now": 690, "kindergartens": 1,
         "pass": 94, "pass_now": 91, "weak": 4, "courses": 2, "courses_now": 0, "teachers": 4},
        {"methods": "1", "places": "780", "pass": "93.5", "courses": "2"},
    ),
    "ts0101": Before(
        ("methods", "homes", "books", "courses"),
        {"methods": 1, "methods_now": 0, "methods_there": 6, "sent": 1, "homes_now": 20, "books": 28, "books_now": 22,
         "courses_now": 70},
        {"methods": "1", "homes": "60", "books": "28", "courses": "82"},
    ),
    "dp01": Before(
        ("methods", "once", "days", "trained"),
        {"methods": 1, "methods_now": 0, "methods_there": 5, "once": 82, "once_now": 71, "days": 6, "days_now": 9,
         "trained": 70, "trained_now": 58},
        {"methods": "1", "once": "82", "days": "6", "trained": "70"},
    ),
}  # fmt: skip
SCRIPT: dict[str, dict[str, list[Scene]]] = {
    BUREAU: {
        "ms01": [("write", 1, "09:20"), ("submit", 2, "15:10"), ("sign", 2, "17:05"), ("audit", 4, "09:40"),
                 ("file", 5, "10:30")],
        "ms02": [("write", 1, "14:20"), ("submit", 3, "10:05"), ("sign", 3, "16:20"), ("audit", 5, "09:15"),
                 ("file", 5, "16:00")],
        "to01": [("write", 1, "10:40"), ("submit", 3, "09:25"), ("sign", 4, "08:55"), ("file", 5, "11:10")],
        "ts0101": [("write", 2, "09:10"), ("submit", 3, "14:40"), ("sign", 4, "10:20"), ("approve", 5, "15:05"),
                   ("publish", 6, "09:30")],
        "dp01": [("write", 1, "15:30"), ("submit", 2, "10:15"), ("put_forward", 2, "16:10"), ("audit", 4, "15:20"),
                 ("file", 6, "10:00")],
    }
}  # fmt: skip
"""The same acts as this year, without a return: `script` says what they mean."""
NOT_RAISED = {
    ("ms01", "faults"): "隐患清零是底线，没有更高的数值；今年新排查出14处，仍以全部整改为目标，期限比去年提前。",
}
"""Why a target of this year does not lie above what was reached last year: it is published with the paper."""
LEAD = timedelta(days=25)
"""So long before its day a promise that is kept was reached."""
STUCK = {
    ("ts0101", "homes", 10): ("农忙季节学生家长外出多，入户时间安排不开。", "请镇街协调村委会统一安排时间。"),
    ("ms02", "open", 11): ("两名公开课教师休产假，排课延后。", ""),
    ("to01", "pass", 11): ("三所村小缺数学专任教师。", "请人事科统筹支教教师。"),
}
"""What units said of a month in which they were stuck."""


def text_of(unit: str, year: int) -> texts.Text:
    """A unit's paper of last year: its texts of this year, fewer and with last year's figures."""
    row = UNITS[unit]
    return texts.text_of(unit, year, only=row.objectives, figures=row.figures)


def row_of(entry, sheet, day: date) -> dict:
    """One line of a month's report: the way from the beginning to what was reached in the end, as far as it is gone."""
    line, unit = entry.line, sheet.unit.code
    key = UNITS[unit].objectives[int(line.number.split(".")[0]) - 1]
    now = value_on(line.baseline, Decimal(UNITS[unit].reached[key]), line.starts_on, line.due_on, day)
    if entry.before == now:
        return {"choice": "no_change"}
    entry.value = now
    measure = line.commitment.target["unit_zh"]
    row = {"choice": "update", "value": now, "word": f"目前为{now.normalize():f}{measure}。"}
    if said := STUCK.get((unit, key, day.month)):
        row |= {"choice": "stuck", "problem": said[0], "request": said[1]}
    return row


def value_on(baseline: Decimal | None, reached: Decimal, starts_on: date, due_on: date, on: date) -> Decimal:
    """The figure on a day; whole where beginning and end are whole."""
    start = baseline or Decimal(0)
    gone = Decimal((on - starts_on).days) / Decimal(max((due_on - LEAD - starts_on).days, 1))
    step = (
        Decimal(1) if start == start.to_integral_value() and reached == reached.to_integral_value() else Decimal("0.1")
    )
    walked = (abs(reached - start) * min(gone, Decimal(1)) / step).to_integral_value(ROUND_HALF_UP) * step
    return start + walked * (1 if reached >= start else -1)
