"""The report to the municipal leading group: overall, by kind, best and below standard, checks, and what is raised.

Internal: it is signed and sent, never public.
"""

from assessments import result_text
from assessments import result_words as words
from assessments.models import Assessment
from assessments.queries import municipal as queries
from assessments.states import Grade
from commitments.bulletin_words import NUMERALS
from objectives.prints import day_zh
from portal.core.clock import local_day
from units.models import Post

MARK = "内部资料"


def title(assessment: Assessment) -> str:
    return f"关于{assessment.campaign.year}年度{assessment.campaign.title_zh}考核情况的报告"


def content(assessment: Assessment, signer: Post) -> dict:
    """The body of the report. `internal` is printed above it."""
    summary = assessment.summary
    parts = [
        ("总体情况", [_overall(assessment, summary)]),
        ("分类情况", [result_text.of_kind(kind) for kind in summary["kinds"]]),
        ("优秀单位和不合格单位", _best_and_least(assessment)),
        ("抽查、申诉与整改", [result_text.acts(summary), _orders(assessment)]),
        ("提标情况", [_raised(assessment)]),
    ]
    return {
        "signer_id": signer.pk,
        "signer_zh": signer.title_zh,
        "internal": MARK,
        "addressee": "市委、市政府作风建设领导小组：",
        "lead": f"按照《{assessment.campaign.title_zh}》部署，{assessment.campaign.year}年度公开承诺考核工作已经完成，"
        "现将有关情况报告如下。",
        "sections": [
            {"title": f"{NUMERALS[place]}、{name}", "paragraphs": lines} for place, (name, lines) in enumerate(parts)
        ],
        "annexes": [{"key": "kinds", "title": "考核结果分类汇总表"}],
        "kinds": summary["kinds"],
    }


def _overall(assessment: Assessment, summary: dict) -> str:
    document = assessment.result_document
    told = result_text.counts(result_text.together(summary))
    return (
        f"依据{words.standard(assessment)}，共考核{summary['units']}个单位：{told}。"
        f"结果以{document.number}于{day_zh(local_day(assessment.published_at))}向社会公布。"
    )


def _best_and_least(assessment: Assessment) -> list[str]:
    best = _named(queries.named(assessment, Grade.EXCELLENT))
    least = _named(queries.named(assessment, Grade.FAIL))
    return [
        f"评为优秀的单位：{best}。" if best else "本年度没有评为优秀的单位。",
        f"评为不合格的单位：{least}。" if least else "本年度没有评为不合格的单位。",
    ]


def _named(names: list[str]) -> str:
    if len(names) > queries.MOST_NAMED:
        return "、".join(names[: queries.MOST_NAMED]) + "等，其余见公布的结果"
    return "、".join(names)


def _orders(assessment: Assessment) -> str:
    found = queries.rectifications(assessment)
    if not found["issued"]:
        return "本年度未下达整改通知。"
    return (
        f"下达整改通知{found['issued']}件，其中由实地查看发现的{found['inspected']}件；"
        f"已销号{found['closed']}件，尚在整改{found['open']}件，曾经逾期{found['overdue']}件。"
    )


def _raised(assessment: Assessment) -> str:
    found = queries.raised(assessment)
    if not found["all"]:
        return "下一年度目标尚未报送；届时以本年度结果为起点，目标不高于结果的须书面说明理由并公开。"
    return (
        f"下一年度已有{found['all']}项目标承接本年度承诺，其中{found['above']}项高于本年度结果，"
        f"{found['held']}项未提高并已书面说明理由。"
    )
