"""What the published result says: basis, counts, the list of units by kind. Units are named, persons are not."""

from assessments import result_words as words
from assessments.models import Assessment, Standard
from assessments.queries import results as queries
from assessments.states import Grade
from units.models import Post

MOST_LISTED = 2000
"""Units that an annex names; a longer list stands on the public page alone."""


def title(assessment: Assessment) -> str:
    return f"关于{assessment.campaign.year}年度{assessment.campaign.title_zh}考核结果的通报"


def content(assessment: Assessment, signer: Post) -> dict:
    """The body of the result document. `signer_id` is the post that signs it."""
    summary = queries.summary_of(assessment)
    listed = summary["units"] <= MOST_LISTED
    return {
        "signer_id": signer.pk,
        "signer_zh": signer.title_zh,
        "addressee": "各科室、局属各单位：",
        "lead": _lead(assessment, summary),
        "sections": [
            {"title": "一、总体情况", "paragraphs": [_overall(summary), *map(of_kind, summary["kinds"])]},
            {"title": "二、抽查与申诉", "paragraphs": [acts(summary)]},
            {"title": "三、计分办法", "paragraphs": _method(assessment)},
        ],
        "annexes": [{"key": "units", "title": "各单位考核结果"}] if listed else [],
        "kinds": _kinds(assessment, summary) if listed else [],
        "has_signals": summary["signals"],
        "summary": summary,
    }


def _lead(assessment: Assessment, summary: dict) -> str:
    return (
        f"依据{words.standard(assessment)}，作风办对{summary['units']}个单位{assessment.campaign.year}年度公开承诺"
        "完成情况进行了考核。考核结果已逐一通知被考核单位，申诉期限届满，申诉均已办结，现通报如下。"
    )


def counts(grades: dict) -> str:
    """优秀3个，良好5个…, also those without any."""
    return "，".join(f"{words.GRADES[grade]}{grades.get(grade, 0)}个" for grade in Grade)


def together(summary: dict) -> dict:
    return {grade: sum(kind["grades"].get(grade, 0) for kind in summary["kinds"]) for grade in Grade.values}


def _overall(summary: dict) -> str:
    return f"参加考核的单位共{summary['units']}个：{counts(together(summary))}。"


def of_kind(kind: dict) -> str:
    """One kind of unit in a sentence."""
    mean = f"，平均{kind['mean']}分" if kind["mean"] else ""
    more = f"；因优秀比例已满由优秀调整为良好{kind['capped']}个" if kind["capped"] else ""
    more += f"；因一票否决定为不合格{kind['vetoed']}个" if kind["vetoed"] else ""
    return f"{kind['name_zh']}{kind['units']}个：{counts(kind['grades'])}{mean}{more}。"


def acts(summary: dict) -> str:
    """Draws, inspected units and appeals in figures."""
    draw = f"本次考核公开抽签{summary['draws']}次" + (
        f"（另有{summary['draws_void']}次作废，编号不再使用）" if summary["draws_void"] else ""
    )
    appeals = (
        f"收到申诉{summary['appeals']}件，均由未参加原查看的两人复核并书面决定，其中改变结果{summary['appeals_changed']}件"
        if summary["appeals"]
        else "未收到申诉"
    )
    return f"{draw}，实地查看{summary['inspected']}个单位；{appeals}。"


def _method(assessment: Assessment) -> list[str]:
    standard = assessment.standard
    grades = "、".join(f"{words.GRADES[row['key']]}{row['at_least']}分以上" for row in standard.grades[:-1])
    least = words.GRADES[standard.grades[-1]["key"]]
    return [
        "各项指标得分相加后按适用指标折算为百分制，加分、扣分计入，合计后四舍五入保留两位小数；"
        "实地查看的得分替代台账计分，申诉复核的得分替代原得分。",
        f"等次：{grades}（均含本数），其余为{least}；"
        f"同类单位中优秀不超过{words.points(standard.top_share)}%{_room(standard)}；位次只在同类单位内排列。",
    ]


def _room(standard: Standard) -> str:
    least = standard.top_least
    return f"（按比例不足{least}个的可为{least}个）" if least else ""


def _kinds(assessment: Assessment, summary: dict) -> list[dict]:
    rows: dict[str, list[dict]] = {kind["key"]: [] for kind in summary["kinds"]}
    for case in queries.cases_in_order(assessment):
        rows[case.kind_key].append(
            {"unit": case.publication.unit_name_zh, **words.figures(case), "note": note(case),
             **({"signals": words.signals(case)} if summary["signals"] else {})}
        )  # fmt: skip
    return [{"name_zh": kind["name_zh"], "rows": rows[kind["key"]]} for kind in summary["kinds"]]


def note(case) -> str:
    """What a reader of the list must know of a grade: veto, cap, an appeal."""
    told = {"veto": "一票否决", "cap": "优秀比例已满"}.get(case.why_grade, "")
    if case.before:
        was = f"申诉后重算，原{words.figure(case.before['total'])}分、{words.grade(case.before['grade'])}"
        told = f"{told}；{was}" if told else was
    return told
