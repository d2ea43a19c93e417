"""Who makes, freezes and uses the standard of a campaign, and why not."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessments.models import Assessment, Case, Standard
from assessments.states import Phase
from objectives.models import Campaign
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day
from units.models import Post, Role
from units.policies import Standing

HIDDEN = Verdict("hidden", hidden=True)
OVERSEERS = (Role.STYLE_OFFICE, Role.AUDITOR)
RESCORED = (Phase.OPEN, Phase.INSPECTING)
"""Phases in which the machine still scores; later the marks stand still."""


def office_post(who: Standing, campaign: Campaign) -> Post | None:
    """The style-office post in which a person runs this campaign's assessment."""
    return who.bureau_post(Role.STYLE_OFFICE, campaign.bureau_id)


def visible(who: Standing) -> QuerySet[Standard]:
    """The style office and the auditor see drafts of their bureau; everyone in it reads what is frozen."""
    inside = {post.unit.bureau_id for post in who.posts_as(*OVERSEERS)}
    bureaus = {post.unit.bureau_id for post in who.posts}
    frozen = Q(campaign__bureau__in=bureaus, frozen_at__isnull=False)
    return Standard.objects.filter(Q(campaign__bureau__in=inside) | frozen)


def visible_cases(who: Standing) -> QuerySet[Case]:
    """Cases with what the machine computed: style office and auditor all of their bureau; a unit its own."""
    bureaus = {post.unit.bureau_id for post in who.posts_as(*OVERSEERS)}
    own = {post.unit_id for post in who.posts_as(Role.HEAD, Role.STAFF)}
    return Case.objects.filter(Q(assessment__campaign__bureau__in=bureaus) | Q(unit__in=own))


def oversees(who: Standing, case: Case) -> bool:
    """Whether this person sees every mark of the case before the unit was told."""
    return any(post.unit.bureau_id == case.assessment.campaign.bureau_id for post in who.posts_as(*OVERSEERS))


def can_begin(who: Standing, campaign: Campaign) -> Verdict:
    """The style office, one draft at a time."""
    if not office_post(who, campaign):
        return HIDDEN
    if campaign.standards.filter(frozen_at=None).exists():
        return Verdict(_("There is a draft already. Change or freeze that one."))
    if Assessment.objects.filter(campaign=campaign).exclude(phase=Phase.PREPARED).exists():
        return Verdict(_("The assessment is open: it is scored by the standard that was frozen before."))
    return YES


def can_edit(who: Standing, standard: Standard) -> Verdict:
    """The style office, while it is a draft."""
    if not office_post(who, standard.campaign):
        return HIDDEN
    if standard.is_frozen:
        words = _("The standard was frozen on %(day)s; nothing of it changes any more. A new version begins as a copy.")
        return Verdict(words % {"day": day(standard.frozen_at)})
    return YES


def can_prepare(who: Standing, campaign: Campaign, standard: Standard | None) -> Verdict:
    """The style office, with a frozen standard of this campaign, until the assessment is open."""
    if not office_post(who, campaign):
        return HIDDEN
    if standard is None or standard.campaign_id != campaign.pk:
        return Verdict(_("Choose a standard of this campaign."))
    if not standard.is_frozen:
        return Verdict(_("Freeze the standard first: nothing is scored by a draft."))
    return YES


def can_open(who: Standing, assessment: Assessment) -> Verdict:
    """The style office, once."""
    if not office_post(who, assessment.campaign):
        return HIDDEN
    if assessment.phase != Phase.PREPARED:
        return Verdict(_("The assessment is open already."))
    return YES


def can_score(who: Standing, assessment: Assessment) -> Verdict:
    """The style office, while units assess themselves and inspectors are on their way."""
    if not office_post(who, assessment.campaign):
        return HIDDEN
    if assessment.phase == Phase.PREPARED:
        return Verdict(_("Open the assessment first."))
    if assessment.phase not in RESCORED:
        return Verdict(_("The results are put together; the machine's marks stand still now."))
    return YES
