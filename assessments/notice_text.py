"""What the notice of a result says: the unit's own figures, each score with its source, and how to appeal."""

from assessments import result_words as words
from assessments.appealing import Window
from assessments.models import Adjustment, Case

TITLE = "考核结果通知书"


def content(case: Case, marks: dict, adjustments: list[Adjustment], window: Window) -> dict:
    """The body of one notice. `marks` are those that count, by criterion."""
    return {
        "unit_zh": case.unit.name_zh,
        "year": case.assessment.campaign.year,
        "standard_zh": words.standard(case.assessment),
        "figures": words.figures(case),
        "why_zh": words.why(case),
        "lines": [
            {"name_zh": criterion.name_zh, "worth": words.points(worth), "points": words.points(points),
             "source_zh": words.SOURCES[source]}
            for source, points, worth, criterion in marks.values() if not criterion.is_veto
        ],
        "adjustments": [
            {"kind_zh": words.KINDS[each.kind], "points": words.points(each.points) if each.points else "",
             "reason": each.reason, "happened_on": each.happened_on.isoformat()}
            for each in adjustments
        ],
        "until_on": window.until_on.isoformat(),
        "how_zh": words.how_counted(window),
    }  # fmt: skip
