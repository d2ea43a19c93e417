"""Who may change people and posts, and why not. Pure questions."""

from django.utils.translation import gettext as _

from portal.core.verdicts import YES, Verdict
from units.models import Post, Role, Tenure
from units.policies import Standing

MANAGERS = (Role.ADMINISTRATOR, Role.STYLE_OFFICE)
READERS_OF_RECORD = (Role.AUDITOR, Role.STYLE_OFFICE)
TRUSTED = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.STYLE_OFFICE})
"""Posts that watch over others: only the administrator fills them, so that nobody widens their own reach."""

HIDDEN = Verdict("hidden", hidden=True)


def can_keep_calendar(who: Standing) -> Verdict:
    """The special days of all bureaus are kept by every administrator and style office of the portal."""
    return YES if who.posts_as(*MANAGERS) else HIDDEN


def managed_bureaus(who: Standing) -> set[int]:
    """The bureaus whose people and posts this person looks after."""
    return {post.unit.bureau_id for post in who.posts_as(*MANAGERS)}


def can_appoint(who: Standing, post: Post) -> Verdict:
    """The administrator fills every post of the bureau, the style office those of units and leaders."""
    if post.unit.bureau_id not in managed_bureaus(who):
        return HIDDEN
    if post.role in TRUSTED and not who.bureau_post(Role.ADMINISTRATOR, post.unit.bureau_id):
        return Verdict(_("Only the administrator fills this post."))
    return YES


def can_end(who: Standing, tenure: Tenure) -> Verdict:
    """As for appointing; nobody ends their own time in a post."""
    verdict = can_appoint(who, tenure.post)
    if verdict and tenure.user_id == who.user.pk:
        return Verdict(_("Nobody ends their own post: ask a colleague."))
    return verdict
