"""Who writes, signs, reads and chases self-assessments. Lists and gates agree.

The unit writes; its head puts it forward and signs. The style office, the auditor and the drawn inspectors read what
was handed in. A town office sees which of its schools handed in, and chases them.
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessments.models import Case, Inspection, SelfAssessment
from assessments.policies.inspections import granted
from assessments.states import InspectionState, Phase
from objectives.policies import HIDDEN
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day
from units.models import Post, Role
from units.policies import Standing

OWN = (Role.HEAD, Role.STAFF)
OFFICES = (Role.STYLE_OFFICE, Role.AUDITOR)
READERS = (*OWN, *OFFICES, Role.TOWN_OFFICE)
TAKEN = (Phase.OPEN, Phase.INSPECTING)
"""While a report is taken in: late ones too, until the results are put together."""


def own_cases(who: Standing) -> QuerySet[Case]:
    """The cases of the units for which this person writes."""
    return Case.objects.filter(unit__in=[post.unit_id for post in who.posts_as(*OWN)])


def overseen(who: Standing) -> QuerySet[Case]:
    """Cases of which this person may know whether they handed in."""
    found = Q(pk__in=[])
    for post in who.posts:
        match Role(post.role):
            case Role.STYLE_OFFICE | Role.AUDITOR:
                found |= Q(assessment__campaign__bureau=post.unit.bureau_id)
            case Role.TOWN_OFFICE:
                found |= Q(unit__parent=post.unit_id)
    return Case.objects.filter(found)


def readable(who: Standing) -> QuerySet[Case]:
    """Cases whose page this person may open: one's own always, another's once its report was handed in."""
    found = Q(unit__in=[post.unit_id for post in who.posts_as(*OWN)])
    sent = Q(self_assessment__sent_at__isnull=False)
    bureaus = {post.unit.bureau_id for post in who.posts_as(*OFFICES)}
    found |= sent & Q(assessment__campaign__bureau__in=bureaus)
    if not who.is_nobody:
        found |= sent & Q(pk__in=_inspected(who))
    return Case.objects.filter(found)


def _inspected(who: Standing):
    """Cases that this person was drawn to inspect, as long as the round is open."""
    rows = Inspection.objects.filter(pk__in=granted(who.user), closed_at=None)
    return rows.exclude(state=InspectionState.UNABLE).values("case")


def own_post(who: Standing, case: Case) -> Post | None:
    return who.post(Role.HEAD, case.unit) or who.post(Role.STAFF, case.unit)


def can_begin(who: Standing, case: Case) -> Verdict:
    """Staff or head, while the assessment takes self-assessments in."""
    if not own_post(who, case):
        return HIDDEN
    if case.assessment.phase not in TAKEN:
        return Verdict(_("The assessment takes no self-assessments now: %(phase)s.")
                       % {"phase": Phase(case.assessment.phase).label})  # fmt: skip
    return YES


def can_write(who: Standing, check: SelfAssessment) -> Verdict:
    """Until it was put forward to be signed; taken back it can be written on."""
    verdict = can_begin(who, check.case)
    if verdict and check.sent_at:
        return Verdict(_("It was signed and handed in on %(day)s. What was signed does not move.")
                       % {"day": day(check.sent_at)})  # fmt: skip
    if verdict and check.document_id:
        return Verdict(_("It lies with the head to be signed: its text is frozen. The head can take it back."))
    return verdict


def can_put_forward(who: Standing, check: SelfAssessment) -> Verdict:
    verdict = can_write(who, check)
    if verdict and not who.post(Role.HEAD, check.case.unit):
        return Verdict(_("The head puts the special report forward and signs it."))
    return verdict


def can_sign(who: Standing, check: SelfAssessment) -> Verdict:
    """The head of the unit, once it was put forward; the same holds for taking it back."""
    verdict = can_begin(who, check.case)
    if not verdict:
        return verdict
    if not who.post(Role.HEAD, check.case.unit):
        return Verdict(_("The head puts the special report forward and signs it."))
    if check.sent_at:
        return Verdict(_("It was signed and handed in on %(day)s. What was signed does not move.")
                       % {"day": day(check.sent_at)})  # fmt: skip
    if not check.document_id:
        return Verdict(_("The special report has not been put forward yet."))
    return YES


def chased_by(who: Standing) -> QuerySet[Case]:
    """Cases whose units this person may chase: the style office's bureau, the town office's schools."""
    found = Q(pk__in=[])
    for post in who.posts_as(Role.STYLE_OFFICE):
        found |= Q(assessment__campaign__bureau=post.unit.bureau_id)
    for post in who.posts_as(Role.TOWN_OFFICE):
        found |= Q(unit__parent=post.unit_id)
    return Case.objects.filter(found)
