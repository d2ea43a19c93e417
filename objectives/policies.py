"""Who may do what with a paper, and why not. Every list (`visible`) and its gate agree; a test proves it."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from objectives.models import Paper, Step
from objectives.routes import Act
from objectives.states import State
from portal.core.verdicts import YES, Verdict
from units.models import Post, Role, UnitUserObjectPermission
from units.policies import LEADERS, Standing

HIDDEN = Verdict("hidden", hidden=True)
UNIT_ROLES = (Role.STAFF, Role.HEAD)


def visible(who: Standing) -> QuerySet[Paper]:
    """The papers this person may know of today."""
    reach = Q(pk__in=[])
    for post in who.posts:
        reach |= _reach_of(post, who)
    return Paper.objects.filter(reach)


def _reach_of(post: Post, who: Standing) -> Q:
    """A unit sees its own papers always; everyone along the route sees them from the first submission."""
    has_step = Exists(
        Step.objects.filter(paper=OuterRef("pk"), role=post.role).filter(
            Q(unit=post.unit_id) if post.role == Role.TOWN_OFFICE else Q()
        )
    )
    bureau = Q(unit__bureau=post.unit.bureau_id)
    match Role(post.role):
        case Role.STAFF | Role.HEAD:
            return Q(unit=post.unit_id)
        case Role.TOWN_OFFICE:
            return Q(has_step)
        case Role.LINE_LEADER | Role.LINKED_LEADER:
            granted = UnitUserObjectPermission.objects.filter(
                user=who.user, permission__codename=LEADERS[Role(post.role)], content_object=OuterRef("unit")
            )
            return bureau & Q(has_step) & Q(Exists(granted))
        case Role.STYLE_OFFICE:
            return bureau & Q(has_step)
        case Role.AUDITOR:
            return bureau & Q(round__gte=1)
    return Q(pk__in=[])


def can_view(who: Standing, paper: Paper) -> Verdict:
    return YES if visible(who).filter(pk=paper.pk).exists() else HIDDEN


def can_begin(who: Standing, unit) -> Verdict:
    """Staff or head of the unit begin its paper."""
    return YES if _unit_post(who, unit) else HIDDEN


def can_edit(who: Standing, paper: Paper) -> Verdict:
    """Staff and head of the unit write, while the paper is a draft or was returned."""
    if not _unit_post(who, paper.unit):
        return HIDDEN if not can_view(who, paper) else Verdict(_("Only the unit itself writes its paper."))
    if not paper.is_editable:
        return Verdict(_("The text was submitted and is frozen. It can change only if it is returned."))
    return YES


def can_submit(who: Standing, paper: Paper) -> Verdict:
    """Whoever may edit may submit; what is still missing is the gate of `actions.submit`."""
    return can_edit(who, paper)


def acting_post(who: Standing, step: Step) -> Post | None:
    """The post in which this person would do this step, if they hold it today."""
    role = Role(step.role)
    if role in LEADERS:
        return who.leader_post(role, step.paper.unit)
    if role == Role.STYLE_OFFICE:
        return who.bureau_post(role, step.paper.unit.bureau_id)
    return who.post(role, step.unit)


def can_act(who: Standing, step: Step | None, paper: Paper) -> Verdict:
    """Whether this person may do the open step now: sign, audit, approve, submit or file."""
    if not can_view(who, paper):
        return HIDDEN
    if paper.state != State.IN_ROUTE or step is None:
        return Verdict(_no_step_waits(paper))
    if not acting_post(who, step):
        return Verdict(_waits_for(step))
    earlier = Step.objects.filter(paper=paper, round=paper.round, done_by=who.user).first()
    if earlier:
        return Verdict(_("You already acted on this paper as %(role)s: nobody acts twice in one route.")
                       % {"role": earlier.get_role_display()})  # fmt: skip
    return YES


def can_return(who: Standing, step: Step | None, paper: Paper) -> Verdict:
    """Whoever has the open step may send the paper back with reasons."""
    return can_act(who, step, paper)


def can_download(who: Standing, paper: Paper) -> Verdict:
    return can_view(who, paper)


def _unit_post(who: Standing, unit) -> Post | None:
    return who.post(Role.HEAD, unit) or who.post(Role.STAFF, unit)


def _no_step_waits(paper: Paper) -> str:
    return {
        State.DRAFT: _("The paper has not been submitted yet."),
        State.RETURNED: _("The paper was returned; the unit is changing it."),
        State.COMPLETE: _("Every step of this paper is done."),
        State.PUBLISHED: _("The paper is signed and published."),
    }.get(paper.state, _("No step of this paper waits now."))


def _waits_for(step: Step) -> str:
    if step.act == Act.FILE:
        return _("The next step is the style office's.")
    return _("The paper now waits for: %(role)s.") % {"role": step.get_role_display()}
