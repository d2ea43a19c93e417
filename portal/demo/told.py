"""Texts of the year of keeping: orders, the change of a promise, a meeting. Days are (month, day) of the plan year."""

ORDERS = (
    {
        "bureau": "anqiu-edu", "unit": "to01", "number": "9.1", "due": (11, 6),
        "days": {"draft": (10, 12), "sign": (10, 13), "receive": (10, 14), "plan": (10, 16), "report": (11, 2),
                 "check": (11, 5)},
        "texts": {
            "finding": "9月30日到期的“31处校园安全隐患全部整改销号”未按期完成，仍有8处未整改。",
            "basis": "任务目标书第9项；9月调度情况",
            "demand": "查明原因，逐处明确措施、责任岗位和完成日期，11月6日前全部整改并书面报告。",
            "public_zh": "8处校园安全隐患限期整改", "public_en": "Eight safety faults to be put right by a set day",
        },
        "plan": "8处隐患逐处列表：围墙加固3处10月25日前完工，线路改造5处10月30日前完工；分管副主任包点，每周三报进度。",
        "report": "8处隐患全部整改完毕，围墙经住建部门验收，线路经供电所检测，照片和验收单随附备查。",
        "check": "抽看5处，与报告一致，同意销号。",
    },
    {
        "bureau": "fangzi-culture", "unit": "bureau", "number": "1.3", "due": (11, 30),
        "days": {"draft": (11, 9), "sign": (11, 10), "receive": (11, 11), "plan": (11, 13)},
        "texts": {
            "finding": "农村综合性文化广场覆盖率比计划低近三成，11个村尚未开工。",
            "basis": "任务目标书第1项；10月调度情况",
            "demand": "逐村列出开工、完工日期和责任科室，11月30日前报送并完成其中6个村。",
            "public_zh": "11个村的文化广场限期建设", "public_en": "Squares of eleven villages to be built by a set day",
        },
        "plan": "11个村分两批：6个村11月底前完工，5个村12月20日前完工；产业科包村，每周一报进度。",
    },
)  # fmt: skip
CHANGE = {
    "unit": "ms01", "number": "8.1", "asked": (11, 2), "approved": (11, 5), "due": (12, 25),
    "reason_zh": "书架供货厂停产检修一个月，11个教室的书架要到12月中旬才能到货；承诺的36个教室不变。",
    "reason_en": "The maker of the shelves stood still for a month; eleven rooms get theirs in mid-December. "
                 "The promise of 36 rooms does not change.",
}  # fmt: skip
MEETING = {
    "bureau": "anqiu-edu", "held": (10, 15), "told": (10, 28),
    "place": "局三楼会议室", "chaired_by": "分管副局长", "present": "作风办、各科室、镇街教管办、市直学校",
    "said": "通报9月报送情况和滞后事项，逐项研究求助事项。会议强调：数字要真，原因要实，措施要到岗位。",
}  # fmt: skip
DECISIONS = (
    {
        "what": "协调书架供货，10月底前给出到货时间表", "unit": "dp01", "due": (10, 30),
        "outcome": "已与供货厂签补充协议，12月15日前全部到货。",
    },
    {"what": "校舍中心到现场确定两所村小围墙加固方案", "unit": "af01", "due": (10, 23), "outcome": ""},
)  # fmt: skip
