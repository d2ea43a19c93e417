"""The special report as it is frozen: four chapters and a table of criteria with the ledger's and the unit's points.

Pure over rows in hand; JSON values only. The unit itself is the issuing agency.
"""

from collections.abc import Iterable
from decimal import Decimal

from assessments import scoring, selfchecking
from assessments.models import Case, SelfAssessment

HEADS = {
    "did": "一、承诺完成情况",
    "short": "二、存在的不足及原因",
    "learned": "三、对标学习情况",
    "next": "四、下一步提标打算",
}


def title(case: Case) -> str:
    return f"{case.unit.name_zh}{case.assessment.campaign.year}年度自查自评专题报告"[:160]


def content(check: SelfAssessment, rows: Iterable[selfchecking.Row], *, seal: bool) -> dict:
    """What the template pdf/self_report.html finds as `body`."""
    case, rows = check.case, list(rows)
    campaign, standard = case.assessment.campaign, case.assessment.standard
    return {
        "agency": case.unit.name_zh,
        "seal": seal,
        "year": campaign.year,
        "unit": {"code": case.unit.code, "name_zh": case.unit.name_zh, "kind_zh": case.unit.kind.name_zh},
        "addressee": f"{campaign.bureau.name_zh}作风办：",
        "due_on": case.assessment.self_due_on.isoformat(),
        "standard": {
            "title_zh": standard.title_zh,
            "version": standard.version,
            "fingerprint": standard.fingerprint,
        },
        "chapters": [
            {"key": name, "head": head, "paragraphs": _lines(getattr(check, name))} for name, head in HEADS.items()
        ],
        "rows": [_row(row) for row in rows],
        "total": _points(selfchecking.total(rows)),
    }


def _row(row: selfchecking.Row) -> dict:
    return {
        "key": row.criterion.key,
        "group": row.criterion.group,
        "name_zh": row.criterion.name_zh,
        "worth": _points(row.criterion.points),
        "applies": row.applies,
        "ledger": _points(None if row.ledger is None else scoring.rounded(row.ledger)),
        "own": _points(row.mark.points if row.applies else None),
        "words": row.mark.words if row.applies else "",
    }


def _points(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
