"""Chinese words that the documents of results share. Documents speak Chinese, whoever reads them."""

from decimal import Decimal

from assessments import scoring
from assessments.appealing import Window
from assessments.models import Assessment, Case
from assessments.states import AdjustmentKind, Grade, Source
from objectives.prints import day_zh

GRADES = {Grade.EXCELLENT: "优秀", Grade.GOOD: "良好", Grade.PASS: "合格", Grade.FAIL: "不合格"}
SOURCES = {Source.MACHINE: "台账计分", Source.INSPECTED: "实地查看", Source.RECHECKED: "申诉复核"}
KINDS = {AdjustmentKind.BONUS: "加分", AdjustmentKind.DEDUCTION: "扣分", AdjustmentKind.VETO: "一票否决"}
WHY = {
    "veto": "按总分为{grade}，因一票否决事项定为{last}",
    "cap": "按总分为{grade}，因同类单位优秀比例已满定为{last}",
}


def figure(value) -> str:
    """Two decimals, as totals are rounded; a dash where nothing was scored."""
    return "—" if value is None else f"{Decimal(value):.2f}"


def points(value) -> str:
    """Points of one criterion: at most two decimals, half a cent goes up, without idle zeros."""
    if value is None:
        return "不适用"
    told = f"{scoring.rounded(Decimal(value)):.2f}"
    return told.rstrip("0").rstrip(".")


def grade(key: str) -> str:
    return GRADES.get(Grade(key), "") if key else "未评定"


def why(case: Case) -> str:
    """Why the grade is not the one of the total; empty when it is."""
    if case.why_grade not in WHY:
        return ""
    return WHY[case.why_grade].format(grade=grade(case.grade_by_total), last=grade(case.grade))


def figures(case: Case) -> dict:
    """The columns side by side, as documents print them."""
    return {
        "self": figure(case.self_total), "machine": figure(case.machine), "inspected": figure(case.inspected),
        "review": figure(case.review), "bonus": figure(case.bonus), "total": figure(case.total),
        "grade_zh": grade(case.grade), "rank": case.rank,
    }  # fmt: skip


def signals(case: Case) -> str:
    """What the public told of the unit, beside the score and outside of it."""
    return "；".join(f"{row['label_zh']}{row.get('value', '')}" for row in case.signals.get("rows", ()))


def standard(assessment: Assessment) -> str:
    """The standard by title, version and number."""
    found = assessment.standard
    number = f"，{found.document.number}" if found.document_id else ""
    return f"《{found.title_zh}》（第{found.version}版{number}）"


def how_counted(window: Window) -> str:
    """How the last day of an appeal came about, in one sentence."""
    told = f"自{day_zh(window.told_on)}通知之次日起{len(window.counted)}个工作日"
    if window.free:
        runs = "、".join(
            day_zh(first) if first == last else f"{day_zh(first)}至{day_zh(last)}" for first, last in window.free
        )
        told += f"，其间{runs}为休息日或者节假日，不计入"
    return f"{told}，至{day_zh(window.until_on)}（含当日）止"
