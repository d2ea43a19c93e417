"""Who puts results together, tells them, signs and publishes them, and who may read which case before that."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessments import appealing
from assessments.models import Adjustment, Appeal, Assessment, Case
from assessments.policies import draws
from assessments.states import AdjustmentKind, AppealState, Phase
from commitments.policies import bulletins
from objectives.policies import HIDDEN
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day
from units.models import Post, Role
from units.policies import LEADERS, Standing

BEFORE_NOTICE = (Phase.OPEN, Phase.INSPECTING, Phase.SCORED)
OWN = (Role.HEAD, Role.STAFF)


def office_post(who: Standing, assessment: Assessment) -> Post | None:
    """The style-office post in which a person runs this assessment."""
    return who.bureau_post(Role.STYLE_OFFICE, assessment.campaign.bureau_id)


def run_by(who: Standing) -> QuerySet[Assessment]:
    """The assessments that this person runs: those of the bureaus in whose style office they serve."""
    offices = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    return Assessment.objects.filter(campaign__bureau__in=offices)


def visible(who: Standing) -> QuerySet[Case]:
    """Cases with their totals: those this person oversees, and the own unit's, once it was told."""
    own = {post.unit_id for post in who.posts_as(*OWN)}
    return Case.objects.filter(_overseen(who) | Q(unit__in=own, notified_at__isnull=False))


def overseen(who: Standing) -> QuerySet[Case]:
    """Cases of others: the style office all of its bureau at any time. From the notice on the auditor and the head of
    the bureau read all of it, a leader the units in their charge, a town office its schools.
    """
    return Case.objects.filter(_overseen(who))


def _overseen(who: Standing) -> Q:
    reach = Q(pk__in=[])
    for post in who.posts:
        reach |= _reach_of(post, who)
    return reach


def _reach_of(post: Post, who: Standing) -> Q:
    told, bureau = Q(notified_at__isnull=False), Q(assessment__campaign__bureau=post.unit.bureau_id)
    match Role(post.role):
        case Role.STYLE_OFFICE:
            return bureau
        case Role.AUDITOR:
            return told & bureau
        case Role.LINE_LEADER | Role.LINKED_LEADER:
            units = [pk for name, pk in who.grants if name == LEADERS[Role(post.role)]]
            return told & bureau & Q(unit__in=units)
        case Role.TOWN_OFFICE:
            return told & Q(unit__parent=post.unit_id)
        case Role.HEAD if post.unit.parent_id is None:
            return told & bureau
        case Role.HEAD | Role.STAFF if post.unit.parent_id is not None:
            return told & Q(unit__parent=post.unit_id)
    return Q(pk__in=[])


def read_by(who: Standing) -> QuerySet[Assessment]:
    """Assessments of which this person reads a list: those they run, and those with a case they oversee."""
    offices = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    return Assessment.objects.filter(
        Q(campaign__bureau__in=offices) | Q(pk__in=overseen(who).order_by().values("assessment"))
    )


def reads(who: Standing) -> bool:
    """Whether the list of results is this person's matter, by their posts alone."""
    return bool(who.posts_as(Role.STYLE_OFFICE, Role.AUDITOR, Role.TOWN_OFFICE, *LEADERS)) or _heads_a_bureau(who)


def reads_whole(who: Standing, assessment: Assessment) -> bool:
    """Whether this person reads every unit of the assessment, and so its counts: style office, auditor, head."""
    bureau = assessment.campaign.bureau_id
    if who.bureau_post(Role.STYLE_OFFICE, bureau):
        return True
    return bool(assessment.notified_at) and (
        who.bureau_post(Role.AUDITOR, bureau) is not None or _heads_a_bureau(who, bureau)
    )


def _heads_a_bureau(who: Standing, bureau_id: int | None = None) -> bool:
    heads = [post.unit for post in who.posts_as(Role.HEAD) if post.unit.parent_id is None]
    return any(bureau_id in (None, unit.bureau_id) for unit in heads)


def own_post(who: Standing, case: Case) -> Post | None:
    return who.post(Role.HEAD, case.unit) or who.post(Role.STAFF, case.unit)


def signing_posts(who: Standing) -> list[Post]:
    """The posts in which this person may sign for a bureau: those that `signers` gives."""
    return [
        post for post in who.posts
        if post.role in LEADERS or (post.role == Role.HEAD and post.unit.parent_id is None)
    ]  # fmt: skip


def signers(bureau_id: int) -> QuerySet[Post]:
    """Posts that may sign for the bureau: its leaders’ and its head’s, as for a bulletin."""
    return bulletins.signers(bureau_id)


def can_settle(who: Standing, assessment: Assessment) -> Verdict:
    """The style office, after the machine has scored, the self-assessments fell due and the round is closed. Again as
    often as needed, until the units are told.
    """
    if not office_post(who, assessment):
        return HIDDEN
    if assessment.phase not in BEFORE_NOTICE:
        return _not_in(assessment)
    if assessment.scored_at is None:
        return Verdict(_("The machine has not scored the ledger yet: score first, then put the results together."))
    if who.on <= assessment.self_due_on:
        words = _("Self-assessments are due until %(day)s. Results are put together after that.")
        return Verdict(words % {"day": day(assessment.self_due_on)})
    if assessment.phase == Phase.INSPECTING and assessment.inspections_closed_at is None:
        return Verdict(_("The round of inspections is not closed yet. Close it first."))
    return draws.none_waiting(assessment)


def before_notice(assessment: Assessment) -> Verdict:
    """Whether results still change without an appeal, and since when not."""
    return YES if assessment.phase in BEFORE_NOTICE else _not_in(assessment)


def can_adjust(who: Standing, assessment: Assessment) -> Verdict:
    """The style office, once the assessment is open and until the units are told."""
    return before_notice(assessment) if office_post(who, assessment) else HIDDEN


def can_notify(who: Standing, assessment: Assessment) -> Verdict:
    if not office_post(who, assessment):
        return HIDDEN
    if assessment.phase in (Phase.PREPARED, Phase.OPEN, Phase.INSPECTING):
        return Verdict(_("Put the results together first."))
    if assessment.phase == Phase.SCORED and unconfirmed(assessment).exists():
        return Verdict(_("A veto waits for a leader’s confirmation. Have it confirmed, or take it back."))
    return YES if assessment.phase == Phase.SCORED else _not_in(assessment)


def unconfirmed(assessment: Assessment) -> QuerySet[Adjustment]:
    """Vetoes that nobody but who entered them stands for yet."""
    rows = Adjustment.objects.filter(case__assessment=assessment, kind=AdjustmentKind.VETO)
    return rows.filter(confirmed_at=None, taken_back_at=None)


def _is_final(assessment: Assessment, who: Standing) -> Verdict:
    """Whether nothing can change the results any more."""
    if assessment.phase == Phase.PUBLISHED:
        return _not_in(assessment)
    if assessment.phase != Phase.NOTIFIED:
        return Verdict(_("The units have not been told their results yet."))
    if appealing.is_in_time(assessment.appeal_until_on, on=who.on):
        words = _("Units may appeal until %(day)s. Results are published after that.")
        return Verdict(words % {"day": day(assessment.appeal_until_on)})
    if open_appeals(assessment).exists():
        return Verdict(_("An appeal is not decided yet: nothing is published before every appeal is decided."))
    return YES


def open_appeals(assessment: Assessment) -> QuerySet[Appeal]:
    return Appeal.objects.filter(case__assessment=assessment).exclude(state=AppealState.DECIDED)


def can_draft(who: Standing, assessment: Assessment) -> Verdict:
    """The style office, once nothing can change the results any more; one draft at a time."""
    if not office_post(who, assessment):
        return HIDDEN
    if assessment.result_document_id and not assessment.published_at:
        return Verdict(_("The result waits for the leader’s signature as No. %(number)s.")
                       % {"number": assessment.result_document.number})  # fmt: skip
    return _is_final(assessment, who)


def can_publish(who: Standing, assessment: Assessment, signer: Post | None) -> Verdict:
    """The holder of the post that the draft names; the signature publishes."""
    if not assessment.result_document_id:
        return HIDDEN
    if signer is None or signer.pk not in {post.pk for post in who.posts}:
        return Verdict(_("Another post signs the result.")) if office_post(who, assessment) else HIDDEN
    return _is_final(assessment, who)


def can_draft_municipal(who: Standing, assessment: Assessment) -> Verdict:
    """The style office, once the result is public."""
    if not office_post(who, assessment):
        return HIDDEN
    if assessment.phase != Phase.PUBLISHED:
        return Verdict(_("The report follows the published result."))
    if assessment.report_document_id:
        return Verdict(_("The report exists as No. %(number)s.") % {"number": assessment.report_document.number})
    return YES


def can_sign_municipal(who: Standing, assessment: Assessment, signer: Post | None) -> Verdict:
    if not assessment.report_document_id:
        return HIDDEN
    if signer is None or signer.pk not in {post.pk for post in who.posts}:
        return Verdict(_("Another post signs the report.")) if office_post(who, assessment) else HIDDEN
    return YES


def _not_in(assessment: Assessment) -> Verdict:
    """Why the phase forbids it: what stands now, since when."""
    if assessment.published_at:
        return Verdict(_("The result was published on %(day)s.") % {"day": day(assessment.published_at)})
    if assessment.notified_at:
        words = _("The units were told on %(day)s: from then on only an appeal changes a result.")
        return Verdict(words % {"day": day(assessment.notified_at)})
    return Verdict(_("The assessment is still being prepared."))
