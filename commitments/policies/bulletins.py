"""Who drafts, signs, returns, publishes and corrects a bulletin, and why not."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from commitments.models import Bulletin
from portal.core.verdicts import YES, Verdict
from units.models import Post, Role
from units.policies import Standing

HIDDEN = Verdict("hidden", hidden=True)
LEADERS = (Role.LINE_LEADER, Role.LINKED_LEADER)


def office_post(who: Standing, bulletin: Bulletin) -> Post | None:
    """The style-office post in which a person edits and publishes this bulletin."""
    return who.bureau_post(Role.STYLE_OFFICE, bulletin.campaign.bureau_id)


def signing_post(who: Standing, bulletin: Bulletin) -> Post | None:
    """The post chosen to sign, when this person holds it."""
    return next((post for post in who.posts if post.pk == bulletin.signer_id), None)


def signers(bureau_id) -> QuerySet[Post]:
    """Posts that may sign for the bureau: its leaders' and its head's."""
    head = Q(role=Role.HEAD, unit__parent=None)
    rows = Post.objects.filter(Q(role__in=LEADERS) | head, unit__bureau=bureau_id)
    return rows.select_related("unit").order_by("unit__path", "role", "key")


def visible(who: Standing) -> QuerySet[Bulletin]:
    """The style office sees all of its bureau's; who signs sees what was sent to them; everyone what is published."""
    offices = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    bureaus = {post.unit.bureau_id for post in who.posts}
    mine = Q(signer__in=[post.pk for post in who.posts]) & ~Q(state="draft")
    public = Q(campaign__bureau__in=bureaus, state="published")
    return Bulletin.objects.filter(Q(campaign__bureau__in=offices) | mine | public)


def can_edit(who: Standing, bulletin: Bulletin) -> Verdict:
    """The style office, while it is a draft."""
    if not office_post(who, bulletin):
        return HIDDEN
    if bulletin.state != "draft":
        return Verdict(_("The text is frozen: it was sent to the leader. A returned bulletin can be edited again."))
    return YES


def can_sign(who: Standing, bulletin: Bulletin) -> Verdict:
    """The holder of the chosen post, while it waits."""
    if not signing_post(who, bulletin):
        return Verdict(_("Another post signs this bulletin.")) if office_post(who, bulletin) else HIDDEN
    if bulletin.state != "to_sign":
        return Verdict(_("This bulletin does not wait for a signature now."))
    return YES


def can_recall(who: Standing, bulletin: Bulletin) -> Verdict:
    """The style office, while it waits for a signature: nobody may hold the chosen post any more."""
    if not office_post(who, bulletin):
        words = _("The style office takes back what it put before a leader.")
        return Verdict(words) if signing_post(who, bulletin) else HIDDEN
    if bulletin.state != "to_sign":
        return Verdict(_("This bulletin does not wait for a signature now."))
    return YES


def can_publish(who: Standing, bulletin: Bulletin) -> Verdict:
    """The style office, once it is signed."""
    if not office_post(who, bulletin):
        return HIDDEN
    if bulletin.state == "published":
        return Verdict(_("The bulletin is already public."))
    if bulletin.state != "signed":
        return Verdict(_("Only a signed bulletin becomes public."))
    return YES


def can_correct(who: Standing, bulletin: Bulletin) -> Verdict:
    """The style office, the newest edition, once it is public: a correction is a document of its own."""
    if not office_post(who, bulletin):
        return HIDDEN
    if bulletin.state != "published":
        return Verdict(_("Only a published bulletin is corrected; a draft is edited."))
    if Bulletin.objects.filter(corrects=bulletin).exists():
        return Verdict(_("A correction of this bulletin exists already."))
    return YES
