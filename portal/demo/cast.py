"""Who plays: one sample person a post. Names are invented; logins say the unit and the post."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password

from units.actions import appoint
from units.models import Bureau, Post, Role, Tenure

PASSWORD = "promise-2026"  # noqa: S105 -- printed on purpose: it opens sample data only
PASSPHRASE = "calm river 42"  # noqa: S105 -- printed on purpose as well
DEPUTY = {"key": "deputy", "role": Role.STAFF, "title_zh": "副校长", "title_en": "Deputy head teacher"}

CAST: dict[str, dict[str, dict[str, str]]] = {
    "anqiu-edu": {
        "bureau director": {"head": "周志国"},
        "bureau bureau-staff": {"staff": "秦小燕"},
        "bureau line-leader": {"line-leader-1": "李建中"},
        "bureau line-leader-2": {"line-leader-2": "于志平"},
        "bureau linked-leader": {"linked-leader-1": "方正平"},
        "bureau linked-leader-2": {"linked-leader-2": "马立军"},
        "bureau style-office": {"style-office": "徐敏"},
        "bureau admin": {"administrator": "孙伟"},
        "bureau auditor": {"auditor": "梁慧"},
        "style style": {"head": "韩志强", "staff": "郑晓梅"},
        "to01 town1": {"head": "林大川", "staff": "高娟", "approver": "于国华"},
        "to02 town2": {"head": "丁志东", "staff": "何芳", "approver": "宋立新"},
        "to03 town3": {"head": "罗建民", "staff": "谢丽", "approver": "唐春生"},
        "ts0101 town1-school1": {"head": "江永生", "deputy": "曹秀英", "staff": "邓玲"},
        "ts0102 town1-school2": {"head": "白玉华", "deputy": "彭卫东", "staff": "许静"},
        "ts0103 town1-school3": {"head": "王明立", "deputy": "苏红梅", "staff": "卢洁"},
        "ts0104 town1-school4": {"head": "蒋桂兰", "staff": "蔡蕾"},
        "ts0201 town2-school1": {"head": "贾德胜", "staff": "魏佳"},
        "ts0202 town2-school2": {"head": "叶金凤", "deputy": "余海波", "staff": "程雪"},
        "ts0203 town2-school3": {"head": "杜文斌", "staff": "钟婷"},
        "ts0204 town2-school4": {"head": "姜淑珍", "staff": "崔娜"},
        "ts0301 town3-school1": {"head": "廖永强", "staff": "金露"},
        "ts0302 town3-school2": {"head": "石秋菊", "staff": "姚瑶"},
        "ts0303 town3-school3": {"head": "范学军", "staff": "谭欣"},
        "ts0304 town3-school4": {"head": "汪素云", "staff": "陆颖"},
        "ms01 school1": {"head": "王建国", "deputy": "孔令梅", "staff": "赵敏"},
        "ms02 school2": {"head": "李文华", "deputy": "史振华", "staff": "钱蓉"},
        "ms03 school3": {"head": "田永明", "deputy": "黎春燕", "staff": "冯倩"},
        "ms04 school4": {"head": "顾惠芳", "staff": "潘悦"},
        "dp01 section1": {"head": "董立民", "staff": "袁媛"},
        "dp02 section2": {"head": "萧国栋", "staff": "邹琳"},
        "dp03 section3": {"head": "熊铁柱", "staff": "孟洋"},
        "dp04 section4": {"head": "阎秀珍", "staff": "薛凯"},
        "af01 institute1": {"head": "侯玉书", "staff": "雷婧"},
        "af02 institute2": {"head": "龙晓光", "staff": "万鹏"},
    },
    "fangzi-culture": {
        "bureau culture": {"head": "林建平", "staff": "段文静"},
        "bureau culture-style-office": {"style-office": "钱立群"},
        "bureau culture-admin": {"administrator": "汤勇"},
        "bureau culture-auditor": {"auditor": "尹丽君"},
        "business culture-business": {"head": "黎明远", "staff": "易欢"},
        "regulation culture-regulation": {"head": "常守法", "staff": "武薇"},
        "culture-centre culture-centre": {"head": "乔振声", "staff": "贺春"},
        "library culture-library": {"head": "赖书香", "staff": "龚颖"},
        "heritage-centre culture-heritage": {"head": "文继祖", "staff": "庞琪"},
    },
}
"""Bureau → "unit login" → post → name. A login of a post that stands alone is as written; else the post follows it."""

SPOKEN = {"approver": "office"}
FEATURED = (
    "school1-head", "school1-staff", "school2-head", "school3-staff", "school4-staff", "linked-leader",
    "linked-leader-2", "line-leader", "line-leader-2", "style-office", "town1-office", "town1-head",
    "town1-school1-staff", "town1-school2-head", "town2-school2-head", "section4-staff", "institute2-head",
    "auditor", "admin", "culture-head", "culture-staff", "culture-style-office",
)  # fmt: skip
"""The logins shown first: each sees something else."""


def parts(bureau: str) -> list[tuple[str, str, str, str]]:
    """(login, unit code, post key, name) of everyone in a bureau."""
    found = []
    for place, posts in CAST[bureau].items():
        unit, stem = place.split()
        alone = len(posts) == 1
        found += [(stem if alone else f"{stem}-{SPOKEN.get(key, key)}", unit, key, name) for key, name in posts.items()]
    return found


def appoint_all(bureau: Bureau, *, at: datetime) -> int:
    """Give every part that nobody plays yet to its person; returns how many."""
    posts = _posts(bureau)
    taken = set(Tenure.objects.filter(post__unit__bureau=bureau).values_list("post_id", "user__username"))
    users = {user.username: user for user in get_user_model().objects.all()}
    password, count = make_password(PASSWORD), 0
    for login, unit, key, name in parts(bureau.code):
        post = posts.get((unit, key)) or _add_deputy(bureau, unit)
        if (post.pk, login) in taken:
            continue
        user = users.get(login) or get_user_model().objects.create(
            username=login, email=f"{login}@demo.example", name=name, password=password, date_joined=at
        )
        appoint(user, post, by="command", at=at)
        count += 1
    return count


def _posts(bureau: Bureau) -> dict[tuple[str, str], Post]:
    rows = Post.objects.filter(unit__bureau=bureau).select_related("unit__bureau")
    return {(post.unit.code, post.key): post for post in rows}


def _add_deputy(bureau: Bureau, unit: str) -> Post:
    """Schools of the demonstration have a deputy head who answers for some objectives."""
    return Post.objects.create(unit=bureau.units.get(code=unit), **DEPUTY)
