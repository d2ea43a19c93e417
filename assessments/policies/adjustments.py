"""Bonus, deduction and veto: who enters one, who confirms a veto, who takes one back, who opens the document behind it.

Who may enter one at all stands in `policies.results`, beside the phases in which results still change.
"""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessments.models import Adjustment, Assessment
from assessments.policies.appeals import checking
from assessments.policies.results import OWN, before_notice, can_adjust, office_post, open_appeals, signing_posts
from assessments.states import AdjustmentKind, Phase
from objectives.policies import HIDDEN
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day
from units.models import Post, Role
from units.policies import Standing

__all__ = ["can_adjust", "can_confirm", "can_take_back", "leading_post", "visible", "waiting", "with_proof"]


def visible(who: Standing) -> QuerySet[Adjustment]:
    """Adjustments with a page of their own: the style office all of its bureau, who leads the bureau its vetoes."""
    offices = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    led = {post.unit.bureau_id for post in signing_posts(who)}
    reach = Q(case__assessment__campaign__bureau__in=offices)
    reach |= Q(case__assessment__campaign__bureau__in=led, kind=AdjustmentKind.VETO)
    return Adjustment.objects.filter(reach)


def with_proof(who: Standing) -> QuerySet[Adjustment]:
    """Adjustments whose document this person opens: besides those who see the page, the auditor of the bureau, the
    unit once it was told, the two who check again while they do, and who signs the decision from the moment it waits.
    """
    audited = {post.unit.bureau_id for post in who.posts_as(Role.AUDITOR)}
    own = {post.unit_id for post in who.posts_as(*OWN)}
    reach = Q(pk__in=visible(who).values("pk")) | Q(case__assessment__campaign__bureau__in=audited)
    reach |= Q(case__unit__in=own, case__notified_at__isnull=False)
    reach |= Q(case__in=checking(who).values("case"))
    reach |= Q(case__appeal__signer__in=[post.pk for post in who.posts], case__appeal__document__isnull=False)
    return Adjustment.objects.exclude(proof="").filter(reach)


def waiting(who: Standing) -> QuerySet[Adjustment]:
    """Vetoes that wait for this person: of the bureaus they lead, entered by somebody else, no unit told yet."""
    if not (led := {post.unit.bureau_id for post in signing_posts(who)}):
        return Adjustment.objects.none()
    rows = Adjustment.objects.filter(kind=AdjustmentKind.VETO, confirmed_at=None, taken_back_at=None)
    rows = rows.filter(case__assessment__campaign__bureau__in=led, case__assessment__notified_at=None)
    return rows.exclude(made_by=who.user.pk)


def leading_post(who: Standing, assessment: Assessment) -> Post | None:
    """The post of a leader, or of the bureau's head, in which this person confirms a veto."""
    return next((post for post in signing_posts(who) if post.unit.bureau_id == assessment.campaign.bureau_id), None)


def can_confirm(who: Standing, adjustment: Adjustment) -> Verdict:
    """A leader of the bureau or its head, who did not enter it; vetoes only, and before the units are told."""
    assessment = adjustment.case.assessment
    is_veto = adjustment.kind == AdjustmentKind.VETO
    if not is_veto or not leading_post(who, assessment):
        return Verdict(_("A leader of the bureau confirms a veto.")) if office_post(who, assessment) else HIDDEN
    if adjustment.taken_back_at:
        return Verdict(_("It was taken back on %(day)s.") % {"day": day(adjustment.taken_back_at)})
    if adjustment.confirmed_at:
        return Verdict(_("It was confirmed on %(day)s.") % {"day": day(adjustment.confirmed_at)})
    if adjustment.made_by_id == who.user.pk:
        return Verdict(_("You entered it yourself: another leader confirms it."))
    return before_notice(assessment)


def can_take_back(who: Standing, adjustment: Adjustment) -> Verdict:
    """The style office until the units are told; a leader a veto that is not confirmed. After the notice only while an
    appeal of that unit is open, whose decision counts anew, and never a bonus: no result becomes worse by an appeal.
    """
    assessment, is_office = adjustment.case.assessment, office_post(who, adjustment.case.assessment)
    leads = adjustment.kind == AdjustmentKind.VETO and leading_post(who, assessment)
    if not is_office and not leads:
        return HIDDEN
    if adjustment.taken_back_at:
        return Verdict(_("It was taken back on %(day)s.") % {"day": day(adjustment.taken_back_at)})
    if not is_office and adjustment.confirmed_at:
        return Verdict(_("It is confirmed: only the style office takes it back now, or the decision on an appeal."))
    appealed = open_appeals(assessment).filter(case=adjustment.case_id, document=None)
    if assessment.phase == Phase.NOTIFIED and appealed.exists():
        if adjustment.kind == AdjustmentKind.BONUS:
            return Verdict(_("A result never becomes worse by an appeal: the bonus stays."))
        return YES
    return before_notice(assessment)
