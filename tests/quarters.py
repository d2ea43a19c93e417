"""A small quarter of keeping, played by hand: five units, ten promises, three frozen months.

| unit             | reports             | promises in the last month       |
| municipal_school | on time, with proof | kept, ahead                      |
| second_school    | first month late    | behind, on schedule              |
| department       | two months missing  | not reported, overdue            |
| town_office      | on time             | on schedule, one withdrawn       |
| town_school      | on time             | behind, kept (told by its office) |
"""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from commitments.actions import documents
from commitments.models import Entry, Evidence, Line, Month, OfficialDocument, Publication, Sheet
from commitments.periods import Period
from commitments.sweeps import dispatch
from objectives.models import Stage
from portal.core.models import Installation
from tests import stories
from tests.months import at
from tests.promised import promised
from units.models import Charge, Post, Role

PUBLIC = {
    "municipal_school": ("kept", "ahead"),
    "second_school": ("behind", "on_schedule"),
    "department": ("not_reported", "overdue"),
    "town_office": ("on_schedule", "on_schedule"),
    "town_school": ("behind", "kept"),
}
CELLS = {
    "municipal_school": ("on_time", "on_time", "on_time"),
    "second_school": ("late", "on_time", "on_time"),
    "department": ("on_time", "not_reported", "not_reported"),
    "town_office": ("on_time", "on_time", "on_time"),
    "town_school": ("on_time", "on_time", "on_time"),
}


def played(*kinds: str, frozen: bool = True, only_last_month: bool = False) -> stories.Story:
    """The story with `quarter` (the last one that is over) and `months`; `kinds` narrow it to some units."""
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": True, "created_at": timezone.now()})
    story = stories.education()
    if not kinds or "second_school" in kinds:
        unit = stories.add_unit(story, "second_school", parent=story.units["bureau"])
        unit.name_zh = "第二实验小学"
        unit.save()
        post = Post.objects.get(unit=story.units["bureau"], role=Role.LINKED_LEADER)
        Charge.objects.create(post=post, unit=unit, from_on=date(2020, 1, 1))
    today = timezone.localdate()
    quarter = story.quarter = Period.of(Period.of(today, "quarter").first - timedelta(days=1), "quarter")
    first = quarter.last.replace(day=1) if only_last_month else quarter.first
    story.campaign.starts_on = quarter.first - timedelta(days=90)
    story.campaign.save()
    Stage.objects.create(
        campaign=story.campaign, position=3, key="keep", name_zh="践诺阶段", name_en="Keep",
        from_on=first, to_on=story.campaign.ends_on,
    )  # fmt: skip
    for kind in kinds or PUBLIC:
        promised(story, kind)
    Publication.objects.update(published_at=at(first - timedelta(days=7)))
    dispatch.open_due(on=quarter.last, at=timezone.now())
    story.months = list(Month.objects.filter(code__lte=quarter.last.strftime("%Y-%m")).order_by("code"))
    for kind in kinds or PUBLIC:
        _report(story, kind)
    if frozen:
        for month in story.months:
            freeze(month)
    return story


def freeze(month: Month) -> None:
    Month.objects.filter(pk=month.pk).update(frozen_at=at(month.freezes_on + timedelta(days=1)))


def _report(story: stories.Story, kind: str) -> None:
    unit = story.units[kind]
    head = story.people[f"{kind}_head"]
    for place, month in enumerate(story.months):
        cell = CELLS[kind][place - len(story.months)]
        sheet = Sheet.objects.get(month=month, unit=unit)
        sent = {"state": "sent", "sent_at": at(month.due_on), "first_sent_at": at(month.due_on), "sent_by": head,
                "sent_post": head.tenures.get().post, "receipt": f"{kind}-{month.code}"}  # fmt: skip
        days = {"days_late": 2} if cell == "late" else {}
        Sheet.objects.filter(pk=sheet.pk).update(cell=cell, **days, **({} if cell == "not_reported" else sent))
        for entry, status in zip(sheet.entries.order_by("line__position"), PUBLIC[kind], strict=True):
            late = status == "behind"
            Entry.objects.filter(pk=entry.pk).update(
                public=status, choice="update", plan_share=Decimal("71.0"),
                actual_share=Decimal("29.0") if late else None, problem="场地改造延期" if late else "",
            )  # fmt: skip
    lines = Line.objects.filter(unit=unit).order_by("position")
    if kind == "municipal_school":
        prove(lines[0], head)
    if kind == "town_office":
        withdraw(lines[1], at(story.months[-1].due_on))


def prove(line: Line, by) -> Evidence:
    entry = Entry.objects.filter(line=line).order_by("sheet__month__code").first()
    return Evidence.objects.create(
        line=line, entry=entry, title="照片", happened_on=date(2026, 1, 5), kind="jpeg", sha256="1" * 64,
        original="2" * 64, size=10, added_at=timezone.now(), added_by=by,
    )  # fmt: skip


def withdraw(line: Line, moment) -> None:
    Line.objects.filter(pk=line.pk).update(withdrawn_at=moment)


def long_bulletin(campaign, *, units: int = 120, behind: int = 100, late: int = 60):
    """A frozen bulletin of about twenty pages, for measuring `prints.base(document)`."""
    names = [f"第{place}实验小学" for place in range(1, units + 1)]
    kinds = [("municipal_school", "市直学校"), ("town_office", "镇街教管办"), ("department", "局机关科室")]
    counts = {"promises": 10, "done": 2, "ahead": 1, "on_schedule": 5, "behind": 1, "other": 1}
    counts |= {"on_time": 3, "late": 0, "missing": 0, "nothing": 0}
    rows = [
        {"unit": name, "kind": key, "kind_zh": kind, "rank": place + 1, **counts}
        for key, kind in kinds
        for place, name in enumerate(names[: units // len(kinds)])
    ]
    figures = {
        "quarter": "2026-Q3", "total": 10 * len(rows), "units": rows, "towns": [], "contacts": [],
        "buckets": [{"key": "done", "name_zh": "已完成", "count": 10 * len(rows), "percent": "100.0"}],
        "behind": [
            {"unit": names[place % units], "code": "", "promise": f"建成图书角的教室（第{place}项）",
             "due_on": "2026-12-10", "status": "behind", "plan": "71%", "actual": "29%", "why": "场地改造延期"}
            for place in range(behind)
        ],
        "late": [
            {"unit": names[place % units], "cell": "late", "days": 2, "month_code": f"2026-0{7 + 3 * place // late}"}
            for place in range(late)
        ],
    }  # fmt: skip
    paragraph = "欠进度单位要查明原因，倒排时间，逐月报告进展；迟报单位要明确专人，按期报送。" * 4
    content = {
        "title_lines": ["关于2026年第三季度", "公开承诺事项进展情况的通报"], "addressee": "各科室、局属各单位：",
        "lead": paragraph, "corrects": None, "figures": figures,
        "sections": [{"title": f"{number}、总体情况", "paragraphs": [paragraph] * 3} for number in "一二三四五"],
        "annexes": [{"key": "summary", "title": "进度汇总表"}, {"key": "behind", "title": "滞后事项清单"},
                    {"key": "late", "title": "未按时报送单位"}],
    }  # fmt: skip
    return documents.freeze(
        "bulletin", campaign=campaign, number=f"长〔2026〕{OfficialDocument.objects.count() + 1}号",
        title="".join(content["title_lines"]), content=content, by="clock", at=timezone.now(),
    )  # fmt: skip
