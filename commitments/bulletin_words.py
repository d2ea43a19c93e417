"""The first text of a bulletin, in the prose of official documents, from its figures. The style office edits it. Pure.

Headings and order follow the skeleton of quarterly bulletins: overall, praise, problems by name, rectification,
requirements. Units are named, persons never.
"""

from datetime import date

from commitments.periods import Period
from portal.core.wording import in_chinese

SECTIONS = {
    "opening": "总体情况",
    "praised": "表扬",
    "named": "存在问题",
    "rectifications": "限期整改",
    "requirements": "下步要求",
}
NUMERALS = "一二三四五六"
NAMED_PROMISES = 3
"""Promises of one unit that the text tells; the rest stand in the annex."""


def quarter_zh(code: str) -> str:
    """2026年第三季度."""
    period = Period.parse(code)
    return f"{period.year}年第{NUMERALS[(period.first_month - 1) // 3]}季度"


def quarter_name(code: str) -> str:
    """The quarter in the reader's language."""
    period = Period.parse(code)
    return quarter_zh(code) if in_chinese() else f"Q{(period.first_month - 1) // 3 + 1} {period.year}"


def title_lines(code: str) -> list[str]:
    return [f"关于{quarter_zh(code)}", "公开承诺事项进展情况的通报"]


def lead(campaign_zh: str, figures: dict) -> str:
    """The sentence before the first heading: on what ground, of which months."""
    months = "、".join(f"{_month(row['code'])}月" for row in figures["months"])
    frozen = _day(figures["months"][-1]["frozen_on"])
    return (
        f"按照{campaign_zh}安排，局作风办对{quarter_zh(figures['quarter'])}（{months}）公开承诺事项进展情况进行了调度。"
        f"各项数据以{frozen}冻结的月报为准。现将有关情况通报如下。"
    )


def draft(figures: dict) -> dict[str, list[str]]:
    """Paragraphs by section."""
    return {
        "opening": _opening(figures),
        "praised": [_praised(figures)],
        "named": _named(figures),
        "rectifications": _rectifications(figures),
        "requirements": _requirements(figures),
    }


def _opening(figures: dict) -> list[str]:
    counts = "；".join(f"{row['name_zh']}{row['count']}项，占{row['percent']}%" for row in figures["buckets"])
    schools = sum(row["schools"] for row in figures["towns"])
    units = f"{len(figures['units'])}个单位" + (f"及镇街所属{schools}所学校" if schools else "")
    first = "本季度为践诺阶段首月，仅统计一个月情况，不作比较。" if figures["first_month"] else ""
    told = [f"{first}{units}的{figures['total']}项公开承诺中，{counts}。各项数据由责任单位报送，经作风办核对。"]
    told.append("报送情况：" + "；".join(map(_reports, figures["reports"])) + "。")
    if figures["after_freeze"]:
        late = "、".join(f"{row['unit']}（{_month(row['month_code'])}月）" for row in figures["after_freeze"])
        told.append(f"上季度月报冻结后补报的有：{late}。上期通报不作改动，特此说明。")
    if figures["lowered"]:
        rows = "；".join(_lowered(row) for row in figures["lowered"])
        told.append(f"本季度经批准调低目标或推迟时限的承诺{len(figures['lowered'])}项：{rows}。")
    if figures["withdrawn"]:
        rows = "；".join(f"{row['unit']}“{row['promise']}”" for row in figures["withdrawn"])
        told.append(f"已按程序撤回、仍计入总数的承诺{len(figures['withdrawn'])}项：{rows}。")
    return told


def _reports(row: dict) -> str:
    named = (("on_time", "按时"), ("late", "迟报"), ("missing", "未报"), ("nothing", "无须填报"))
    counts = "、".join(f"{words}{row[key]}个" for key, words in named if row[key])
    return f"{_month(row['month_code'])}月{counts}"


def _lowered(row: dict) -> str:
    return f"{row['unit']}“{row['promise']}”（第{row['number']}号变更）" if row["promise"] else row["unit"]


def _praised(figures: dict) -> str:
    names = figures["praised"]
    if not names:
        return "本季度没有各月均按时报送、佐证齐全且无欠进度事项的单位。"
    whole = "当月" if figures["first_month"] else "各月均"
    return f"{'、'.join(names)}{whole}按时报送、佐证齐全，无欠进度事项，予以通报表扬。"


def _named(figures: dict) -> list[str]:
    told = []
    by_unit: dict[str, list] = {}
    for row in figures["behind"]:
        by_unit.setdefault(row["unit"], []).append(row)
    for unit, rows in by_unit.items():
        items = "；".join(map(_behind, rows[:NAMED_PROMISES]))
        more = f"；另有{len(rows) - NAMED_PROMISES}项见附件" if len(rows) > NAMED_PROMISES else ""
        told.append(f"{unit}{items}{more}。")
    for cell, words in (("late", "迟报"), ("not_reported", "未报")):
        months: dict[str, list] = {}
        for row in figures["late"]:
            if row["cell"] == cell:
                months.setdefault(row["unit"], []).append(f"{_month(row['month_code'])}月")
        if months:
            names = "、".join(f"{unit}（{'、'.join(late)}）" for unit, late in months.items())
            told.append(f"{words}月报的有：{names}。")
    schools = sum(row["behind"] for row in figures["towns"])
    if schools:
        offices = "、".join(f"{row['unit']}{row['behind']}项" for row in figures["towns"] if row["behind"])
        told.append(f"镇街所属学校欠进度事项{schools}项：{offices}，由各镇街教管办督促落实。")
    return told or ["本季度各单位均按时报送，无欠进度事项。"]


def _behind(row: dict) -> str:
    """“图书角覆盖31个教室”完成进度29%，序时进度应达71%."""
    due = f"，已逾期（时限{_day(row['due_on'])}）" if row["status"] == "overdue" else ""
    if not row["actual"]:
        return f"“{row['promise']}”未报送进度{due}"
    return f"“{row['promise']}”完成进度{row['actual']}，序时进度应达{row['plan']}{due}"


def _rectifications(figures: dict) -> list[str]:
    rows = figures["rectifications"]
    if not rows:
        return ["本季度没有在办的限期整改事项。"]
    still = [row for row in rows if not row["closed_on"]]
    closed = [row for row in rows if row["closed_on"]]
    told = [f"{_owing(row)}。" for row in still]
    if closed:
        done = "、".join(f"{row['unit']}（{row['number']}，{_day(row['closed_on'])}）" for row in closed)
        told.append(f"经核验已销号的有：{done}。")
    return told


def _owing(row: dict) -> str:
    if row["overdue"]:
        return f"{row['unit']}{row['number']}整改已超过{_day(row['due_on'])}时限，仍未销号"
    return f"{row['unit']}须于{_day(row['due_on'])}前完成{row['number']}整改事项，接受核验"


def _requirements(figures: dict) -> list[str]:
    told = []
    if figures["behind"] or any(row["behind"] for row in figures["towns"]):
        told.append("欠进度单位要查明原因，倒排时间，逐月报告进展。")
    if figures["late"]:
        told.append("迟报、未报单位要明确专人，按期报送；确有困难的，须在截止日前说明。")
    told.append("各单位要如实填报，不得虚报、不得倒签日期；没有变化的如实填写“无变化”。")
    return told


def _month(code: str) -> int:
    return int(code[-2:])


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"
