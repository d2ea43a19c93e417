"""The script: who does what with which paper, on which working day of the campaign. Pure.

Day 1 is the first working day from 11 May. There are always at least eight before 22 May is over, so whatever the
year, papers that are published are signed in time.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from portal.core.workdays import ONE_DAY, Workdays

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENING = (5, 11)
BUREAUS = ("anqiu-edu", "fangzi-culture")
WITHIN_A_STEP = ("sign", "put_forward", "audit", "approve", "file")

Scene = tuple[str, int, str]
ANQIU: dict[str, list[Scene]] = {
    "ms01": [
        ("write", 1, "09:40"), ("submit", 3, "15:10"), ("sign", 3, "17:20"), ("send_back", 4, "10:05"),
        ("revise", 5, "11:30"), ("sign", 5, "17:20"), ("audit", 7, "08:51"), ("file", 7, "15:30"),
    ],
    "ms02": [("write", 2, "10:20"), ("submit", 6, "16:05"), ("sign", 7, "09:15")],
    "ms03": [("write", 2, "14:30"), ("submit", 5, "10:40"), ("sign", 5, "16:45"), ("send_back", 7, "09:20")],
    "ms04": [("draft", 3, "16:10")],
    "to01": [("write", 1, "10:30"), ("submit", 4, "09:50"), ("sign", 5, "09:10"), ("file", 6, "11:05")],
    "to02": [("write", 2, "09:20"), ("submit", 6, "14:40"), ("sign", 7, "10:30")],
    "to03": [("draft", 4, "15:35")],
    "ts0101": [
        ("write", 2, "08:50"), ("submit", 4, "11:10"), ("sign", 4, "16:30"), ("approve", 5, "10:15"),
        ("publish", 6, "09:05"),
    ],
    "ts0102": [("write", 2, "15:20"), ("submit", 5, "08:55"), ("sign", 6, "09:35"), ("approve", 8, "10:40")],
    "ts0103": [("write", 3, "10:05"), ("submit", 7, "15:50"), ("sign", 8, "08:40")],
    "ts0104": [("draft", 5, "10:25")],
    "ts0201": [("draft", 4, "09:30")],
    "ts0202": [("write", 3, "14:15"), ("submit", 8, "11:20")],
    "ts0301": [("draft", 6, "16:20")],
    "dp01": [("write", 1, "14:20"), ("submit", 3, "09:30"), ("put_forward", 3, "14:05"), ("audit", 5, "15:40"),
             ("file", 6, "16:10")],
    "dp02": [("write", 2, "11:15"), ("submit", 5, "15:30"), ("put_forward", 6, "08:45"), ("audit", 8, "09:25")],
    "dp03": [("write", 3, "09:10"), ("submit", 7, "10:20"), ("put_forward", 7, "16:35")],
    "dp04": [("draft", 5, "14:45")],
    "af01": [("write", 1, "16:00"), ("submit", 4, "10:35"), ("put_forward", 4, "15:15"), ("audit", 6, "08:35"),
             ("file", 7, "09:40")],
    "af02": [("write", 3, "15:45"), ("submit", 8, "10:10")],
}  # fmt: skip
FANGZI: dict[str, list[Scene]] = {
    "bureau": [("consult", 2, "09:30"), ("submit", 5, "10:00"), ("sign", 6, "15:20"), ("file", 7, "10:03")],
}
SCRIPT = dict(zip(BUREAUS, (ANQIU, FANGZI), strict=True))


@dataclass(frozen=True, order=True)
class Act:
    """One scene at its moment. `key` says which step of the paper it is, so that it is played once."""

    at: datetime
    bureau: str
    unit: str
    verb: str
    key: tuple


def plan_year(on: date) -> int:
    """The year whose campaign runs on that day: before 11 May still last year's."""
    return on.year if (on.month, on.day) >= OPENING else on.year - 1


def moment(year: int, day: int, clock: str, workdays: Workdays) -> datetime:
    """A working-hours moment on the given working day of the campaign; day 0 is the last one before it."""
    eve = date(year, *OPENING) - ONE_DAY
    on = workdays.add(eve, day) if day > 0 else workdays.on_or_before(eve)
    return datetime.combine(on, time.fromisoformat(clock), SHANGHAI)


def acts(year: int, workdays: Workdays, played: dict[str, dict[str, list[Scene]]] = SCRIPT) -> list[Act]:
    """Every act of a campaign year in the order in which they happen."""
    found = []
    for bureau, papers in played.items():
        for unit, scenes in papers.items():
            keys = _keys([verb for verb, _day, _clock in scenes])
            for (verb, day, clock), key in zip(scenes, keys, strict=True):
                found.append(Act(moment(year, day, clock, workdays), bureau, unit, verb, key))
    return sorted(found)


def _keys(verbs: list[str]) -> list[tuple]:
    """What each act leaves behind: a round, a step of a round, a return, a publication."""
    keys, round_, place = [], 0, 0
    for verb in verbs:
        if verb in ("submit", "revise"):
            round_, place = round_ + 1, 0
            keys.append(("round", round_))
        elif verb in WITHIN_A_STEP:
            place += 1
            keys.append(("step", round_, place))
        elif verb == "send_back":
            keys.append(("return", round_))
        else:
            keys.append((verb if verb in ("publish", "consult") else "begun",))
    return keys


def end_of(day: date) -> datetime:
    """The last moment of a day."""
    return datetime.combine(day, time.max, SHANGHAI)
