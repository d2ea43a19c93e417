"""Who may ask for a change of a promise, who decides it, who may know of it. List and gate agree."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from commitments.amending import CORRECTION
from commitments.models import Amendment, AmendmentStep, Commitment
from objectives.policies import HIDDEN
from objectives.states import TargetState
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day
from units.models import Post, Role, UnitUserObjectPermission
from units.policies import LEADERS, Standing


def visible(who: Standing) -> QuerySet[Amendment]:
    """The changes this person may know of before the public does.

    The unit its own, everyone along the route those they decide, the auditor all of the bureau; the style office
    also those of town schools once they are in force: they end at the town office.
    """
    reach = Q(pk__in=[])
    for post in who.posts:
        reach |= _reach_of(post, who)
    return Amendment.objects.filter(reach)


def _reach_of(post: Post, who: Standing) -> Q:
    own = Q(publication__unit=post.unit_id)
    bureau = Q(publication__unit__bureau=post.unit.bureau_id)
    steps = AmendmentStep.objects.filter(amendment=OuterRef("pk"), role=post.role)
    match Role(post.role):
        case Role.STAFF | Role.HEAD:
            return own
        case Role.TOWN_OFFICE:
            return Q(Exists(steps.filter(unit=post.unit_id)))
        case Role.LINE_LEADER | Role.LINKED_LEADER:
            granted = UnitUserObjectPermission.objects.filter(
                user=who.user,
                permission__codename=LEADERS[Role(post.role)],
                content_object=OuterRef("publication__unit"),
            )
            return bureau & Q(Exists(steps)) & Q(Exists(granted))
        case Role.STYLE_OFFICE:
            return bureau & (Q(Exists(steps)) | Q(state="in_force"))
        case Role.AUDITOR:
            return bureau
    return Q(pk__in=[])


def can_view(who: Standing, amendment: Amendment) -> Verdict:
    return YES if visible(who).filter(pk=amendment.pk).exists() else HIDDEN


def asking_post(who: Standing, commitment: Commitment) -> Post | None:
    unit = commitment.publication.unit
    return who.post(Role.HEAD, unit) or who.post(Role.STAFF, unit)


def can_ask(who: Standing, commitment: Commitment) -> Verdict:
    """Staff or head of the unit, while the promise is to be kept and no other request is on its route."""
    if not asking_post(who, commitment):
        return HIDDEN
    if commitment.withdrawn_on:
        return Verdict(_("This promise was withdrawn on %(day)s. After that nothing changes.")
                       % {"day": day(commitment.withdrawn_on)})  # fmt: skip
    if commitment.closed_on:
        return Verdict(_("This promise was checked and closed on %(day)s. What is closed does not change.")
                       % {"day": day(commitment.closed_on)})  # fmt: skip
    if commitment.target["state"] == TargetState.COMPLETED_BEFORE_START:
        return Verdict(_("This was done before the plan began. There is nothing left to change."))
    open_request = Amendment.objects.asked().filter(commitment=commitment).first()
    if open_request:
        return Verdict(_("A change asked for on %(day)s is still on its route. One at a time.")
                       % {"day": day(open_request.asked_at)})  # fmt: skip
    return YES


def can_ask_kind(kind: str, commitment: Commitment, *, on: date) -> Verdict:
    """After its day a promise is neither changed nor withdrawn, only explained; clerical errors are mended always."""
    if kind != CORRECTION and on > commitment.due_on:
        return Verdict(
            _("The day has passed (%(day)s): what was not kept can no longer be changed or withdrawn. "
              "Explain it in the month’s report.") % {"day": day(commitment.due_on)}
        )  # fmt: skip
    return YES


def acting_post(who: Standing, step: AmendmentStep) -> Post | None:
    """The post in which this person would decide this step, if they hold it today."""
    role, unit = Role(step.role), step.amendment.publication.unit
    if role in LEADERS:
        return who.leader_post(role, unit)
    if role == Role.STYLE_OFFICE:
        return who.bureau_post(role, unit.bureau_id)
    return who.post(role, step.unit)


def can_decide(who: Standing, step: AmendmentStep | None, amendment: Amendment) -> Verdict:
    """Whether this person may approve or refuse the open step now. Nobody acts twice on one change."""
    if not can_view(who, amendment):
        return HIDDEN
    if amendment.state != "asked" or step is None:
        return Verdict(_("This request is decided; nothing waits any more."))
    if not acting_post(who, step):
        return Verdict(_("The request now waits for: %(role)s.") % {"role": step.get_role_display()})
    if amendment.asked_by_id == who.user.pk:
        return Verdict(_("You asked for this change yourself: somebody else decides it."))
    if AmendmentStep.objects.filter(amendment=amendment, done_by=who.user).exists():
        return Verdict(_("You already acted on this request: nobody acts twice on one change."))
    return YES
