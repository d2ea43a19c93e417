"""Who can sign in to the demonstration, and what waits for them."""

import locale
import unicodedata
from datetime import date

from django.contrib.auth import get_user_model
from django.utils import translation

from portal.core import desk
from portal.demo import cast
from units.models import Tenure
from units.policies import standing

HEAD = ("login 账号", "who 岗位", "what waits 待办")
NOTHING = "–"


def told(*, on: date) -> str:
    """A table for the terminal: the featured logins, then how all others are named."""
    rows = [HEAD, *(_row(login, on) for login in cast.FEATURED)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEAD) - 1)]
    lines = ["  ".join([*(_padded(text, width) for text, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
             for row in rows]  # fmt: skip
    return "\n".join(
        [
            "",
            f"Demo logins 演示账号 – password 密码: {cast.PASSWORD}",
            f"Signing passphrase 签字口令: {cast.PASSPHRASE}  (who has not signed yet chooses one 未签过字的首次自设)",
            "",
            *lines,
            "",
            "Others follow the same names 其余账号同理: school1…4-head|-staff, town1…3-head|-office|-staff,",
            "town1…3-school1…4-head|-staff, section1…4-…, institute1…2-…, director, culture-library-head …",
            "",
        ]
    )


def _row(login: str, on: date) -> tuple[str, str, str]:
    user = get_user_model().objects.filter(username=login).first()
    tenure = Tenure.objects.of(user, on=on).first() if user else None
    if tenure is None:
        return login, NOTHING, NOTHING
    post, unit = tenure.post, tenure.post.unit
    who = f"{unit.name_zh}{post.title_zh} {user.name} / {post.title_en}"
    with translation.override(_language()):
        items = [_waits(item) for item in desk.items_for(standing(user, on=on), on=on)]
    return login, who, "; ".join(items[:2]) + (" …" if len(items) > 2 else "") or NOTHING


def _waits(item: desk.Item) -> str:
    return f"{item.count} {item.what}" if item.count > 1 else item.what


def _language() -> str:
    """That of the terminal: Chinese where it says so, else English."""
    return "zh-hans" if (locale.getlocale()[0] or "").startswith("zh") else "en"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
