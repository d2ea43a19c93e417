"""What the written decision on an appeal says."""

from assessments import result_words as words
from assessments.models import Appeal
from assessments.states import Outcome
from portal.core.clock import local_day


def title(appeal: Appeal) -> str:
    return f"关于{appeal.case.unit.name_zh}考核申诉的复核决定"[:160]


def content(appeal: Appeal, rows: list[dict]) -> dict:
    """The body: what was appealed against, what each of the two found, what it comes to, and why. Nobody is named."""
    case = appeal.case
    return {
        "unit_zh": case.unit.name_zh,
        "standard_zh": words.standard(case.assessment),
        "filed_on": local_day(appeal.filed_at).isoformat(),
        "said": appeal.grounds,
        "notice": case.notice.number if case.notice_id else "",
        "figures": words.figures(case),
        "points": [
            {"name_zh": row["point"].criterion.name_zh, "worth": words.points(row["point"].criterion.points),
             "says": row["point"].says, "before": words.points(row["before"]),
             "first": words.points(row["point"].first_points), "second": words.points(row["point"].second_points),
             "first_words": row["point"].first_words, "second_words": row["point"].second_words,
             "after": words.points(row["after"])}
            for row in rows
        ],
        "is_changed": appeal.outcome == Outcome.CHANGED,
        "for_fraud": appeal.for_fraud,
        "demand": appeal.decision,
    }  # fmt: skip
