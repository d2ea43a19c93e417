"""Who inspects, plans, reopens and orders, and who may know of an inspection at all. Lists and gates agree.

An inspector's right is guardian's grant on the one inspection: no grant, no page. It ends with the round, or when
the inspector stands back. The unit itself never sees an inspection.
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessments.models import Assessment, Finding, Inspection, InspectionUserObjectPermission, Opinion, Photo
from assessments.policies import draws
from assessments.policies.appeals import checking
from assessments.states import InspectionState, Phase
from objectives.policies import HIDDEN
from portal.core.verdicts import YES, Verdict
from portal.core.wording import moment
from units.models import Post, Role, Unit
from units.policies import LEADERS, Standing

OFFICES = (Role.STYLE_OFFICE, Role.AUDITOR)


def granted(user) -> QuerySet:
    """Ids of the inspections that this person may see by name."""
    rows = InspectionUserObjectPermission.objects.filter(user=user, permission__codename="inspect")
    return rows.values("content_object_id")


def visible_sheets(who: Standing) -> QuerySet[Opinion]:
    """One's own sheets, as long as the grant lasts and the round is open."""
    if who.is_nobody:
        return Opinion.objects.none()
    rows = Opinion.objects.filter(inspector__user=who.user, inspection__in=granted(who.user))
    return rows.filter(inspection__closed_at=None).exclude(inspection__state=InspectionState.UNABLE)


def visible(who: Standing) -> QuerySet[Inspection]:
    """Inspections as those see them who run or oversee them: style office and auditor all of their bureau; leaders
    in charge of the unit, and the head of the bureau, once they are settled; so do the two who check an appeal of the
    unit again, as long as they do.
    """
    reach = Q(state=InspectionState.SETTLED, case__in=checking(who).values("case"))
    for post in who.posts:
        reach |= _reach_of(post, who)
    return Inspection.objects.filter(reach)


def _reach_of(post: Post, who: Standing) -> Q:
    settled, bureau = Q(state=InspectionState.SETTLED), Q(case__unit__bureau=post.unit.bureau_id)
    match Role(post.role):
        case Role.STYLE_OFFICE | Role.AUDITOR:
            return bureau
        case Role.LINE_LEADER | Role.LINKED_LEADER:
            units = [pk for name, pk in who.grants if name == LEADERS[Role(post.role)]]
            return settled & bureau & Q(case__unit__in=units)
        case Role.HEAD if post.unit.parent_id is None:
            return settled & bureau & ~Q(case__unit=post.unit_id)
    return Q(pk__in=[])


def visible_photos(who: Standing) -> QuerySet[Photo]:
    """Of one's own sheet; of every sheet for style office and auditor, once it was sent, and for the two who check an
    appeal of the unit again, as long as they do.
    """
    theirs = Q()
    for post in who.posts_as(*OFFICES):
        theirs |= Q(opinion__inspection__case__unit__bureau=post.unit.bureau_id)
    theirs |= Q(opinion__inspection__case__in=checking(who).values("case"))
    reach = Q(opinion__in=visible_sheets(who)) | theirs & Q(opinion__inspection__state=InspectionState.SETTLED)
    return Photo.objects.filter(reach, removed_at=None)


def office_post(who: Standing, inspection: Inspection) -> Post | None:
    return who.bureau_post(Role.STYLE_OFFICE, inspection.case.unit.bureau_id)


def leading_post(who: Standing, unit: Unit) -> Post | None:
    """The post in which this person may open again what was settled: in charge of the unit, or head of the bureau."""
    for role in LEADERS:
        if post := who.leader_post(role, unit):
            return post
    heads = who.posts_as(Role.HEAD)
    return next(
        (p for p in heads if p.unit.parent_id is None and p.unit.bureau_id == unit.bureau_id and p.unit_id != unit.pk),
        None,
    )


# --- what inspectors may do -----------------------------------------------------------------------


def can_see(who: Standing, opinion: Opinion) -> Verdict:
    return YES if visible_sheets(who).filter(pk=opinion.pk).exists() else HIDDEN


def can_declare(who: Standing, opinion: Opinion) -> Verdict:
    """Before anything is written the inspector declares to have no interest."""
    return _open(who, opinion)


def can_stand_back(who: Standing, opinion: Opinion) -> Verdict:
    return _open(who, opinion)


def can_write(who: Standing, opinion: Opinion) -> Verdict:
    """One's own sheet, after the declaration, until it is sent and while the round is open."""
    if not (verdict := _open(who, opinion)):
        return verdict
    if opinion.clear_at is None:
        return Verdict(_("First declare whether you have an interest in this unit."))
    return YES


def _open(who: Standing, opinion: Opinion) -> Verdict:
    if not can_see(who, opinion):
        return HIDDEN
    if opinion.sent_at:
        words = _("You sent this sheet on %(moment)s. It does not change unless a leader opens it again.")
        return Verdict(words % {"moment": moment(opinion.sent_at)})
    return _round_open(opinion.inspection)


# --- what the style office and leaders may do -----------------------------------------------------


def can_plan(who: Standing, inspection: Inspection) -> Verdict:
    return _office_acts(who, inspection) and _unsettled(inspection)


def can_ask_third(who: Standing, inspection: Inspection) -> Verdict:
    """Where the two differ and nobody was left to give a third opinion at that time."""
    if not (verdict := _office_acts(who, inspection)):
        return verdict
    if inspection.state != InspectionState.DIFFERS or inspection.opinions.filter(sent_at=None).exists():
        return Verdict(_("A third opinion is asked for when two sheets differ, and once."))
    return YES


def can_pass_over(who: Standing, inspection: Inspection) -> Verdict:
    """A unit that cannot receive: only before the first sheet comes in, and never once it was settled."""
    if not (verdict := _office_acts(who, inspection)):
        return verdict
    came = inspection.reopened_why or inspection.opinions.filter(sent_at__isnull=False).exists()
    if inspection.state != InspectionState.ASSIGNED or came:
        return Verdict(_("A sheet has come in: the unit was inspected, so nobody takes its place."))
    if other := draws.waiting(inspection.case.assessment):
        words = _("Draw %(number)s is announced and may draw the next in line: wait until it is held or void.")
        return Verdict(words % {"number": other.number})
    return YES


def can_hand_over(who: Standing, opinion: Opinion) -> Verdict:
    """The style office, for an inspector who cannot come: as long as that sheet was not sent."""
    if not (verdict := _office_acts(who, opinion.inspection) and _unsettled(opinion.inspection)):
        return verdict
    if opinion.sent_at:
        return Verdict(_("This sheet has come in: nobody takes it over."))
    return YES


def can_reopen(who: Standing, inspection: Inspection) -> Verdict:
    """A leader in charge of the unit or the head of the bureau, while the round is open."""
    if not leading_post(who, inspection.case.unit):
        return _not_yours(who, inspection, _("A leader in charge of the unit, or the head of the bureau, opens it."))
    if inspection.state != InspectionState.SETTLED:
        return Verdict(_("Only what is settled can be opened again."))
    return _round_open(inspection)


def can_order(who: Standing, finding: Finding) -> Verdict:
    """The style office, once the sheet with the finding was sent; one order a finding."""
    inspection = finding.opinion.inspection
    if not office_post(who, inspection):
        return _not_yours(who, inspection, _("The style office starts a rectification."))
    if inspection.state != InspectionState.SETTLED:
        return Verdict(_("The inspection is not settled yet: only its inspectors know what they found."))
    if finding.rectification_id:
        return Verdict(_("A rectification was started from this finding before."))
    return YES


def can_close(who: Standing, assessment: Assessment) -> Verdict:
    """The style office, once nothing is left open. At the end of the window the clock closes it in any case.

    An announced draw is held first, or declared void while nobody can know its result.
    """
    if not who.bureau_post(Role.STYLE_OFFICE, assessment.campaign.bureau_id):
        return HIDDEN
    if assessment.inspections_closed_at:
        return Verdict(_("The round was closed on %(moment)s.") % {"moment": moment(assessment.inspections_closed_at)})
    if assessment.phase != Phase.INSPECTING:
        return Verdict(_("No round of inspections is under way."))
    rows = Inspection.objects.filter(case__assessment=assessment)
    if rows.exclude(state__in=[InspectionState.SETTLED, InspectionState.UNABLE]).exists():
        return Verdict(_("Not every inspection is settled. Wait for the sheets, or note who could not receive."))
    return draws.none_waiting(assessment)


def _office_acts(who: Standing, inspection: Inspection) -> Verdict:
    if not office_post(who, inspection):
        return _not_yours(who, inspection, _("The style office runs the inspections."))
    return _round_open(inspection)


def _unsettled(inspection: Inspection) -> Verdict:
    if inspection.state in (InspectionState.SETTLED, InspectionState.UNABLE):
        return Verdict(_("This inspection is over."))
    return YES


def _round_open(inspection: Inspection) -> Verdict:
    assessment = inspection.case.assessment
    if inspection.closed_at or assessment.inspections_closed_at or assessment.phase != Phase.INSPECTING:
        return Verdict(_("The round of inspections is closed. What comes up now is a matter of the appeal."))
    if inspection.state == InspectionState.UNABLE:
        return Verdict(_("This unit could not receive; another took its place."))
    return YES


def _not_yours(who: Standing, inspection: Inspection, words: str) -> Verdict:
    return Verdict(words) if visible(who).filter(pk=inspection.pk).exists() else HIDDEN
