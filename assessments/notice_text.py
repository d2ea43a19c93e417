"""What the notice of a result says: the unit's own figures, each score with its source, how to appeal, and as an annex
what inspectors saw.
"""

from assessments import result_words as words
from assessments.appealing import Window
from assessments.models import Adjustment, Case
from assessments.queries.grounds import Grounds

TITLE = "考核结果通知书"
ANNEX = {"key": "grounds", "title": "现场评分依据"}


def content(
    case: Case, marks: dict, adjustments: list[Adjustment], window: Window, grounds: Grounds | None = None
) -> dict:
    """The body of one notice. `marks` are those that count, by criterion; `grounds` what inspectors saw, if any did."""
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
        **(_annex(grounds) if grounds else {}),
    }  # fmt: skip


def _annex(grounds: Grounds) -> dict:
    """What was seen by criterion, then what was found wrong. Inspectors stand by their numbers."""
    rows: dict[int, dict] = {}
    for each in grounds.seen:
        criterion = each.criterion
        line = {"name_zh": criterion.name_zh, "worth": words.points(criterion.points), "rows": []}
        row = {"by": each.by, "points": words.points(each.points), "words": each.words}
        rows.setdefault(criterion.pk, line)["rows"].append(row)
    found = [
        {"by": each.by, "name_zh": each.criterion.name_zh if each.criterion else "", "words": each.words}
        for each in grounds.found
    ]  # fmt: skip
    return {"annexes": [ANNEX], "grounds": list(rows.values()), "findings": found}
