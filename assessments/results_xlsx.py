"""The results as a workbook for the municipal leading group: internal, texts only as texts, nothing that calculates."""

from collections.abc import Iterator
from decimal import Decimal

from assessments import result_text
from assessments import result_words as words
from assessments.models import Assessment, Case
from assessments.queries import results as queries
from portal.core import spreadsheets
from portal.core.spreadsheets import Column

TITLE = "考核结果（内部资料）"
COLUMNS = (
    Column("密级", 10), Column("单位类别", 18), Column("单位", 28), Column("自评", 9), Column("台账计分", 9),
    Column("实地查看", 9), Column("半年评议", 9), Column("加扣分", 9), Column("总分", 9), Column("按总分等次", 11),
    Column("等次", 9), Column("位次", 7), Column("说明", 40),
)  # fmt: skip
SIGNALS = Column("群众反映", 24)


def write(assessment: Assessment) -> bytes:
    """Every unit by kind, the highest total first, each row marked internal."""
    told = bool(assessment.summary.get("signals"))
    return spreadsheets.write(TITLE, (*COLUMNS, SIGNALS) if told else COLUMNS, _rows(assessment, told))


def _rows(assessment: Assessment, told: bool) -> Iterator[list]:
    names = {kind["key"]: kind["name_zh"] for kind in assessment.summary.get("kinds", ())}
    for case in queries.cases_in_order(assessment).iterator(chunk_size=1000):
        yield [*_row(case, names), words.signals(case)] if told else _row(case, names)


def _row(case: Case, names: dict) -> list:
    columns = (case.self_total, case.machine, case.inspected, case.review, case.bonus, case.total)
    figures = ["" if value is None else Decimal(value) for value in columns]
    return [
        "内部资料", names.get(case.kind_key, case.kind_key), case.publication.unit_name_zh, *figures,
        words.grade(case.grade_by_total), words.grade(case.grade), case.rank or "", result_text.note(case),
    ]  # fmt: skip
