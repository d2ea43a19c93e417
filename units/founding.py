"""The first hour of a real bureau: its units and posts from a campaign file, and one person who can let others in."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.core.campaign_file import CampaignFile
from portal.core.errors import Refused
from portal.core.models import Installation
from units.actions import appoint
from units.loading import LoadedBureau, load_bureau
from units.models import Bureau, Post, Role

FIRST_POSTS = (Role.STYLE_OFFICE, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Founded:
    """The new bureau, the account of its first person, who has no password yet, and the address to set one."""

    loaded: LoadedBureau
    user: object
    posts: list[Post]
    link: str


@transaction.atomic
def found_bureau(file: CampaignFile, *, email: str, by, at: datetime) -> Founded:
    """Set up the bureau of a file on an empty database. Its first person runs the style office and lets others in.

    Raises `Refused` when a bureau is there already, the database plays a demonstration, or the file has no such post.
    """
    installation, _is_new = Installation.objects.get_or_create(pk=1, defaults={"is_demo": False, "created_at": at})
    if installation.is_demo:
        raise Refused(_("This database plays a demonstration. A real bureau needs a database of its own."))
    if there := Bureau.objects.first():
        raise Refused(
            _("There is a bureau already (%(code)s). This command is for an empty database.") % {"code": there.code}
        )
    loaded = load_bureau(file, by=by, at=at)
    posts = [post for role in FIRST_POSTS for post in loaded.posts.values() if post.role == role]
    if not any(post.role == Role.STYLE_OFFICE for post in posts):
        raise Refused(_("The file gives the style office no post (role style_office)."))
    user = get_user_model()(username=email, email=email)
    user.set_unusable_password()
    user.save()
    firsts = {post.role: post for post in reversed(posts)}
    for post in firsts.values():
        appoint(user, post, by=by, at=at)
    return Founded(loaded, user, list(firsts.values()), password_link(user))


def password_link(user) -> str:
    """The address at which this person sets a password: good once, until `PASSWORD_RESET_TIMEOUT` has passed."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)
