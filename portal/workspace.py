"""The frame of workspace pages: the menu of this person's posts, and in which post they work."""

from django.utils.functional import SimpleLazyObject

from portal.core import menu
from portal.core.wording import said
from units.frame import reader

INSIDE = ("/work/", "/accounts/")


def workspace(request) -> dict:
    """`menu` and `me` for pages behind the login; public pages get nothing and cost nothing."""
    if not request.path_info.startswith(INSIDE) or not request.user.is_authenticated:
        return {}
    who = SimpleLazyObject(lambda: reader(request))
    return {
        "menu": SimpleLazyObject(lambda: menu.in_two(menu.entries_for(who, path=request.path_info))),
        "me": SimpleLazyObject(lambda: _me(who)),
    }


def _me(who) -> dict:
    """The first post stands for the person."""
    if not who.posts:
        return {"post": str(who.user), "unit": ""}
    post = who.posts[0]
    return {"post": said(post, "title"), "unit": said(post.unit, "name")}
