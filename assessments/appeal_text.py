"""What the written decision on an appeal says."""

from assessments import result_words as words
from assessments.models import Adjustment, Appeal
from assessments.states import Outcome
from portal.core.clock import local_day

FOUND = {True: "应予撤销", False: "应予维持"}


def title(appeal: Appeal) -> str:
    return f"关于{appeal.case.unit.name_zh}考核申诉的复核决定"[:160]


def content(appeal: Appeal, rows: list[dict], lifted: list[Adjustment]) -> dict:
    """The body: what was appealed against, what each of the two found, what it comes to, and why. `lifted` was taken
    back before the decision. Nobody is named.
    """
    case = appeal.case
    return {
        "unit_zh": case.unit.name_zh,
        "standard_zh": words.standard(case.assessment),
        "filed_on": local_day(appeal.filed_at).isoformat(),
        "said": appeal.grounds,
        "notice": case.notice.number if case.notice_id else "",
        "figures": words.figures(case),
        "points": [_score(row) for row in rows if "after" in row],
        "adjustments": [_adjustment(row) for row in rows if "falls" in row],
        "falls": [_kind(row["point"].adjustment) for row in rows if row.get("falls")],
        "lifted": [_kind(each) for each in lifted],
        "raises": any(row["changes"] for row in rows if "after" in row),
        "is_changed": appeal.outcome == Outcome.CHANGED,
        "for_fraud": appeal.for_fraud,
        "demand": appeal.decision,
    }  # fmt: skip


def _score(row: dict) -> dict:
    point = row["point"]
    return {
        "name_zh": point.criterion.name_zh, "worth": words.points(point.criterion.points), "says": point.says,
        "before": words.points(row["before"]), "first": words.points(point.first_points),
        "second": words.points(point.second_points), "first_words": point.first_words,
        "second_words": point.second_words, "after": words.points(row["after"]),
    }  # fmt: skip


def _adjustment(row: dict) -> dict:
    """A deduction or veto: what it was for, what each of the two found, what becomes of it."""
    point, found = row["point"], row["point"].adjustment
    return {
        "kind_zh": _kind(found), "reason": found.reason, "happened_on": found.happened_on.isoformat(),
        "says": point.says, "first_zh": FOUND[point.first_falls], "second_zh": FOUND[point.second_falls],
        "first_words": point.first_words, "second_words": point.second_words,
        "after_zh": "已撤销" if row["is_gone"] else "撤销" if row["falls"] else "维持",
    }  # fmt: skip


def _kind(found: Adjustment) -> str:
    return words.KINDS[found.kind] + (f"{words.points(found.points)}分" if found.points else "")
