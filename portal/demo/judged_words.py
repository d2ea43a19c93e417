"""Texts of last year's assessment: what inspectors saw, what was found, an appeal and its decision."""

INSPECTORS = (
    ("dp02", "人事管理"), ("dp03", "校园安全"), ("af01", "教学研究"), ("af02", "教育信息化"), ("ms03", "学校管理"),
    ("to02", "农村教育"),
)  # fmt: skip
"""Units whose heads are on the list of inspectors, and the field of each."""
SECRETS = ("凌河两岸 三十七号柳", "青云山 七月初九 西坡")
"""The two officers' secrets; nobody but them knew one before both were revealed."""
SEEN = "查看台账所列原始资料，随机抽看3项，与现场一致。"
SEEN_LESS = "抽看3项，1项佐证不全，现场与台账有出入。"
TALKED_TO = "主要负责人、经办人、服务对象各1人"
OVERALL = "组织有力，资料较全；佐证归档还要及时。"
FINDING = "抽看的校舍维修项目中，2个项目缺少家长代表参加验收的记录。"
ORDER_PLAN = "5个工作日内补齐2个项目的验收记录；今后验收前三日通知家长代表，记录随项目归档。"
ORDER_REPORT = "2个项目已请家长代表补充查验并签字，验收记录已归档；验收通知办法已印发各校。"
ORDER_CHECK = "抽看2个项目的验收记录，签字齐全，同意销号。"
ABOVE_LEDGER = ("ms02", "completion", "4", "公开课已上54%，差一个百分点，两名教师产假后即补上，申请按实际进度计分。")
"""Unit, criterion, points above the ledger's, and why: what a unit gives itself beyond what the portal computes."""
BONUS = ("ms01", "2", (11, 20), "课堂教学做法在全市教学现场会上作交流。")
APPEAL = {
    "unit": "ts0101", "criterion": "reporting",
    "grounds": "9月月报迟报一天，是因为当日全镇停电检修，平台无法登录，已按规定电话报告教管办。请核实后不作迟报处理。",
    "says": "停电检修有供电所通知，次日上午即补报。",
    "words": ("供电所停电通知和教管办电话记录属实。", "查看通知原件和电话记录，情况属实。"),
    "decision": "经两名复核人员分别核查，9月因停电检修推迟一天报送属实，且当日已报告教管办，不作迟报处理，"
                "“月度进展按期报送”按满分计。",
}  # fmt: skip
