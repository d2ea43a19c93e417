"""The first draft of a special report (专题报告): its four chapters, told from the ledger. Chinese, as the paper is.

A unit reads it over and writes what the ledger cannot know. Pure: `Told` holds the facts that a query found.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from commitments import states
from objectives import raising
from objectives.states import MEASURED

LENGTHS = {"did": 3000, "short": 2000, "learned": 2000, "next": 2000}
STATUS_ZH = {
    states.BEHIND: "欠进度",
    states.WELL_BEHIND: "严重滞后",
    states.OVERDUE: "已逾期",
    states.NOT_REPORTED: "未报进展",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One line of the ledger. `late` are the months in which it was late or stuck, with what the unit said then."""

    number: str
    text: str
    comparison: str
    measure: str
    goal: Decimal | None
    actual: Decimal | None
    status: str
    due_on: date
    done_on: date | None = None
    is_verified: bool = False
    late: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """One benchmark: what is adopted from it, the visits made to it with their findings, and the contacts."""

    name: str
    adopted: tuple[str, ...] = ()
    visits: tuple[tuple[date, str], ...] = ()
    contacts: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    year: int
    promises: tuple[Promise, ...] = ()
    withdrawn: int = 0
    learned: tuple[Learned, ...] = field(default=())


def chapters(told: Told) -> dict[str, str]:
    """The four texts by chapter, none longer than its field holds: what does not fit is counted in the last line."""
    found = {"did": _did(told), "short": _short(told), "learned": _learned(told), "next": _next(told)}
    return {name: _fitted(lines, LENGTHS[name]) for name, lines in found.items()}


def _did(told: Told) -> list[str]:
    kept = [each for each in told.promises if each.status == states.KEPT]
    checked = sum(each.is_verified for each in kept)
    opening = f"{told.year}年度本单位公开承诺{len(told.promises)}项，已兑现{len(kept)}项，其中经核验{checked}项。"
    if told.withdrawn:
        opening += f"另有{told.withdrawn}项经批准撤回。"
    return [opening, *(f"{each.number}　{each.text}：{_result(each)}。" for each in kept)]


def _short(told: Told) -> list[str]:
    behind = [each for each in told.promises if each.status in STATUS_ZH]
    late = [each for each in told.promises if each.late and each not in behind]
    if not behind and not late:
        return ["本年度没有逾期或欠进度的承诺，各月均按计划推进。"]
    caught_up = f"，年内曾经滞后、现已赶上的{len(late)}项" if late else ""
    lines = [f"尚未兑现且进度滞后的承诺{len(behind)}项{caught_up}。"]
    for each in (*behind, *late):
        now = f"{STATUS_ZH[each.status]}，" if each in behind else "现已赶上，"
        lines.append(f"{each.number}　{each.text}：{now}{_result(each)}。{_causes(each.late)}")
    return lines


def _learned(told: Told) -> list[str]:
    if not told.learned:
        return ["本年度未登记对标单位。"]
    lines = [f"本年度与{'、'.join(each.name for each in told.learned)}对标。"]
    for each in told.learned:
        counts = f"{each.name}：学访{len(each.visits)}次，联系{len(each.contacts)}次，借鉴做法{len(each.adopted)}条。"
        lines.append(counts)
        lines += [f"借鉴：{text}" for text in each.adopted]
        lines += [f"{_day(on)}学访：{text}" for on, text in each.visits]
        lines += [f"{_day(on)}联系：{text}" for on, text in each.contacts if text]
    return lines


def _next(told: Told) -> list[str]:
    lines = ["下一年度拟以本年度实际结果为起点确定目标："]
    for each in told.promises:
        if each.actual is not None and each.comparison in MEASURED:
            side = "低于" if each.comparison == "le" else "高于"
            lines.append(f"{each.number}　{each.text}：今年达到{_figure(each.actual, each)}，下一年目标{side}该结果。")
    if len(lines) == 1:
        return ["本年度承诺没有可比较的数字结果，下一年度将尽量提出可以计数的目标。"]
    return lines


def _result(each: Promise) -> str:
    parts = []
    if each.goal is not None:
        parts.append(f"承诺{_goal(each)}")
    if each.actual is not None:
        parts.append(f"实际{_figure(each.actual, each)}")
    if each.done_on:
        parts.append(f"{_day(each.done_on)}完成")
    elif each.status != states.KEPT:
        parts.append(f"期限为{_day(each.due_on)}")
    return "，".join(parts) or "已完成"


def _goal(each: Promise) -> str:
    words = {"ge": "不少于", "le": "不超过"}.get(each.comparison, "")
    return words + _figure(each.goal, each)


def _causes(late: Iterable[tuple[str, str]]) -> str:
    late = list(late)
    if not late:
        return ""
    months = "、".join(f"{int(code[-2:])}月" for code, _why in late)
    causes = list(dict.fromkeys(why.rstrip("。") for _code, why in late if why))
    said = f"上报原因：{'；'.join(causes)}。" if causes else "当月未说明原因。"
    return f"滞后月份：{months}。{said}"


def _figure(value: Decimal, each: Promise) -> str:
    return f"{raising.plain(value)}{each.measure}"


def _day(value: date) -> str:
    return f"{value.month}月{value.day}日"


def _fitted(lines: list[str], longest: int) -> str:
    """Whole lines only; room is kept for the line that counts what was left out."""
    text = "\n".join(lines)
    if len(text) <= longest:
        return text
    kept, room = [], longest - 20
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, f"（另有{len(lines) - len(kept)}条，见台账）"])
