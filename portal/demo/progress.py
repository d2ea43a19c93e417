"""How the sample promises go, month by month: figures on their way, some slower than the plan. Pure.

The way is walked pro rata at a unit's pace; what goes otherwise stands in `COURSE`.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

PACE = {"ms01": "1.06", "to01": "1.02", "dp01": "1.16", "af01": "1.0", "ts0101": "1.05", "bureau": "1.08"}
LATE_DAYS = {("to01", 7): 2, ("af01", 8): 3, ("ts0101", 9): 1, ("ms01", 7): 1}
"""Working days after the due day on which a unit sent a month's report; everybody else is in time."""
MISSING = {("to01", 9), ("af01", 6)}
"""Reports that never came."""
HEADWAY = 6
"""Days by which units are ahead of their pace when they report: what is due this week is done."""
EARLY = ("dp01",)
"""Units that have sent the newest month already."""


@dataclass(frozen=True, slots=True)
class Course:
    """A promise that goes its own way. `pace` until `better_from` (a month of the year), then at its unit's."""

    pace: str
    better_from: int = 13
    problem: str = ""
    request: str = ""
    word: str = ""


COURSE = {
    ("to01", "9.1"): Course(
        "0.74", 10, "还有8处隐患在两所村小，围墙加固要等汛期过后才能施工。", "请市局校舍中心派人现场定方案。",
        "其余23处已经整改，每处都有前后照片。",
    ),
    ("to01", "2.1"): Course("0.9", 10, "新建园消防验收晚了三周，少开两个班。", "", "验收已过，10月补招。"),
    ("ms01", "8.1"): Course(
        "0.72", 13, "书架加工厂交货晚，11个教室的书架还没到。", "请招标办协调供货。",
        "已到的当天上墙上书，家长志愿者参与选书。",
    ),
    ("ms01", "6.1"): Course("0.8", 10, "实验楼3处线路要停课改造。", "", "国庆假期完成最后3处。"),
    ("af01", "3.1"): Course(
        "0.8", 13, "两个学科缺教研员，集备资源录制慢。", "请人事科年内补齐教研员。", "本月录制体育、美术两科。"
    ),
    ("bureau", "1.3"): Course(
        "0.58", 13, "11个村的广场用地9月才落实。", "请各街道先交地后补手续。", "已交地的4个村开工。",
    ),
    ("bureau", "2.3"): Course(
        "0.78", 13, "8月4场因雨停演，9月剧团参加会演。", "", "停演的4场已改期，10月起两个剧团同时下乡。",
    ),
}  # fmt: skip
SAID = {
    "1.2": ("under_way", 11, "示范点名单已定，正在施工。"),
    "2.1": ("under_way", 9, "第二届艺术节已经闭幕。"),
    "2.4": ("under_way", 10, "读书竞赛和阅读月已经办完。"),
    "4-2": ("under_way", 13, "申报两个项目，一个已入库。"),
    "4-3": ("under_way", 13, "坊茨小镇三处老建筑完成修缮。"),
    "5-2": ("under_way", 13, "抽查清单和人员名录已公布。"),
}
"""Promises in words: how they stand, the month in which they are done, and what was said then."""


def value_on(
    unit: str, number: str, baseline: Decimal | None, target: Decimal, starts_on: date, due_on: date, on: date
) -> Decimal:
    """The figure on a day: whole where the target and the beginning are whole, else one decimal."""
    start = Decimal(0) if baseline is None else baseline
    course = COURSE.get((unit, number))
    pace = Decimal(PACE[unit] if course is None or on.month >= course.better_from else course.pace)
    gone = Decimal((on - starts_on).days + HEADWAY) / Decimal(max((due_on - starts_on).days, 1))
    if course and on.month < course.better_from:
        gone = min(gone, Decimal(1))
    way = min(gone * pace, Decimal(1))
    step = Decimal(1) if start == start.to_integral_value() and target == target.to_integral_value() else Decimal("0.1")
    walked = (abs(target - start) * way / step).to_integral_value(ROUND_HALF_UP) * step
    return target if way == 1 else start + walked * (1 if target >= start else -1)


def word_of(unit: str, number: str, before: Decimal | None, now: Decimal, measure: str) -> str:
    """What was done, in one sentence of a report."""
    course = COURSE.get((unit, number))
    if course and course.word:
        return course.word
    total = f"{now.normalize():f}{measure}"
    if before is None or before == now:
        return f"目前为{total}。"
    moved = f"{abs(now - before).normalize():f}"
    if measure == "%":
        return f"{'提高' if now > before else '下降'}{moved}个百分点，达到{total}。"
    return f"本月{'新增' if now > before else '减少'}{moved}{measure}，{'累计' if now > before else '还剩'}{total}。"
