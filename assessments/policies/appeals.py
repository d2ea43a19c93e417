"""Who appeals, who checks again, who decides, and who may know of it."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessments import appealing
from assessments.models import Adjustment, Appeal, Case, Inspector, Opinion, Recusal
from assessments.policies.results import OWN, office_post, own_post, signers
from assessments.states import AdjustmentKind, AppealState, Phase
from objectives.policies import HIDDEN
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day
from units.models import Post, Role, Tenure
from units.policies import Standing


def appealable(case: Case) -> QuerySet[Adjustment]:
    """What was taken off or vetoed and stands: a unit appeals against it as against a score."""
    rows = Adjustment.objects.filter(case=case, taken_back_at=None).exclude(kind=AdjustmentKind.BONUS)
    return rows.select_related("criterion").order_by("made_at", "pk")


def visible(who: Standing) -> QuerySet[Appeal]:
    """The style office all of its bureau; the unit its own; the two who check again, while they are at it and after;
    whoever signs the decision from the moment it is put before them.
    """
    offices = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    own = {post.unit_id for post in who.posts_as(*OWN)}
    bureaus = {post.unit.bureau_id for post in who.posts}
    reach = Q(case__assessment__campaign__bureau__in=offices) | Q(case__unit__in=own)
    reach |= (Q(first=who.user.pk) | Q(second=who.user.pk)) & Q(case__assessment__campaign__bureau__in=bureaus)
    reach |= Q(signer__in=[post.pk for post in who.posts], document__isnull=False)
    return Appeal.objects.filter(reach)


def can_file(who: Standing, case: Case) -> Verdict:
    """The head of the unit, once told, within the window, once: there is one level of appeal."""
    assessment = case.assessment
    if not who.post(Role.HEAD, case.unit):
        if who.post(Role.STAFF, case.unit):
            return Verdict(_("The head of the unit files an appeal."))
        return HIDDEN
    if Appeal.objects.filter(case=case).exists():
        return Verdict(_("An appeal was filed already: a unit appeals once."))
    if assessment.phase in (Phase.PREPARED, Phase.OPEN, Phase.INSPECTING, Phase.SCORED):
        return Verdict(_("There is no notice yet: an appeal is filed against a result that was told."))
    if not appealing.is_in_time(assessment.appeal_until_on, on=who.on):
        words = _("The last day for an appeal was %(day)s. An appeal out of time is not taken up.")
        return Verdict(words % {"day": day(assessment.appeal_until_on)})
    return YES


def checking(who: Standing) -> QuerySet[Appeal]:
    """The appeals that this person checks again now, in a bureau where they still hold a post."""
    if who.is_nobody:
        return Appeal.objects.none()
    bureaus = {post.unit.bureau_id for post in who.posts}
    rows = Appeal.objects.filter(Q(first=who.user.pk) | Q(second=who.user.pk), state=AppealState.RECHECKING)
    return rows.filter(case__assessment__campaign__bureau__in=bureaus)


def can_attach(who: Standing, appeal: Appeal) -> Verdict:
    """Head and staff of the unit, until both have handed in."""
    if not own_post(who, appeal.case):
        return _not_yours(who, appeal, _("The unit itself attaches proof to its appeal."))
    if appeal.state not in (AppealState.FILED, AppealState.RECHECKING):
        return Verdict(_("It was checked again already: nothing is attached any more."))
    return YES


def can_name(who: Standing, appeal: Appeal) -> Verdict:
    """The style office; anew, as long as one of the two has not handed in. Who has handed in is not replaced."""
    if not office_post(who, appeal.case.assessment):
        return _not_yours(who, appeal, _("The style office names who checks again."))
    if appeal.state not in (AppealState.FILED, AppealState.RECHECKING):
        return Verdict(_("It was checked again already."))
    return YES


def handed_in(appeal: Appeal, place: str) -> bool:
    """Whether the "first" or the "second" of the two has handed in."""
    names = f"{place}_points", f"{place}_falls"
    return any(getattr(point, name) is not None for point in appeal.points.all() for name in names)


def why_not_recheck(user, case: Case, *, on) -> str:
    """Why this person may not check the case again; empty when nothing stands against it."""
    held = Tenure.objects.of(user, on=on).filter(post__unit__bureau=case.unit.bureau_id)
    if not held.exists():
        return _("holds no post in this bureau")
    if Tenure.objects.filter(_near(case), user=user).exists():
        return _("serves or served in the unit, or in the office above it")
    if Opinion.objects.filter(inspection__case=case, inspector__user=user).exists():
        return _("inspected this unit")
    if Adjustment.objects.filter(Q(made_by=user) | Q(confirmed_by=user), case=case).exists():
        return _("entered a bonus, deduction or veto of this unit, or confirmed one")
    if Recusal.objects.filter(inspector__user=user, unit=case.unit).exists():
        return _("declared to stay away from this unit")
    return ""


def may_be_asked(case: Case, *, on) -> list:
    """People to choose from: the bureau's inspectors and its own posts, without those who had a part before."""
    bureau = case.assessment.campaign.bureau_id
    listed = Inspector.objects.filter(bureau=bureau, left_at=None).values("user")
    rows = Tenure.objects.on(on).filter(user__is_active=True, post__unit__bureau=bureau)
    rows = rows.filter(Q(user__in=listed) | Q(post__unit__parent=None)).select_related("user", "post")
    people = {tenure.user_id: tenure for tenure in rows.order_by("-post__unit__path", "-post__role")}
    out = _barred(case, set(people))
    return [tenure for pk, tenure in sorted(people.items()) if pk not in out]


def _near(case: Case) -> Q:
    """Posts of the unit itself, and of the town office above it; the bureau is above all."""
    above = case.unit.parent
    if above is None or above.parent_id is None:
        return Q(post__unit=case.unit)
    return Q(post__unit=case.unit) | Q(post__unit=above)


def _barred(case: Case, people: set) -> set:
    """Of these people, those who had a part before: a constant number of questions for a list."""
    return {
        *Tenure.objects.filter(_near(case), user__in=people).values_list("user", flat=True),
        *Opinion.objects.filter(inspection__case=case).values_list("inspector__user", flat=True),
        *(pk for row in Adjustment.objects.filter(case=case).values_list("made_by", "confirmed_by") for pk in row),
        *Recusal.objects.filter(unit=case.unit).values_list("inspector__user", flat=True),
    }


def place_of(user, appeal: Appeal) -> str:
    """Which of the two this person is: "first", "second", or neither."""
    return {appeal.first_id: "first", appeal.second_id: "second"}.get(user.pk, "")


def can_recheck(who: Standing, appeal: Appeal) -> Verdict:
    """Each of the two, alone, once."""
    place = place_of(who.user, appeal)
    if not place or appeal.case.unit.bureau_id not in {post.unit.bureau_id for post in who.posts}:
        return _not_yours(who, appeal, _("Two people who had no part before check again."))
    if appeal.state != AppealState.RECHECKING:
        return Verdict(_("It was checked again already."))
    if handed_in(appeal, place):
        return Verdict(_("You have handed in already; the other one’s check is awaited."))
    return YES


def can_draft(who: Standing, appeal: Appeal) -> Verdict:
    """The style office, once both have checked; one decision."""
    if not office_post(who, appeal.case.assessment):
        return _not_yours(who, appeal, _("The style office drafts the decision, a leader signs it."))
    if appeal.state == AppealState.DECIDED:
        return Verdict(_("It was decided on %(day)s.") % {"day": day(appeal.decided_at)})
    if appeal.state != AppealState.RECHECKED:
        return Verdict(_("Both of the two who check again must have handed in first."))
    if appeal.document_id:
        return Verdict(_("The decision waits for a signature as No. %(number)s.") % {"number": appeal.document.number})
    return YES


def signing_post(who: Standing, appeal: Appeal) -> Post | None:
    return next((post for post in who.posts if post.pk == appeal.signer_id), None)


def can_sign(who: Standing, appeal: Appeal) -> Verdict:
    """The holder of the chosen post, while it waits; never one of the two who checked again."""
    if not appeal.document_id or not signing_post(who, appeal):
        return _not_yours(who, appeal, _("A leader of the bureau signs the decision."))
    if appeal.state == AppealState.DECIDED:
        return Verdict(_("It was decided on %(day)s.") % {"day": day(appeal.decided_at)})
    if place_of(who.user, appeal):
        return Verdict(_("Whoever checked again does not decide."))
    return YES


def may_sign(case: Case) -> QuerySet[Post]:
    return signers(case.assessment.campaign.bureau_id)


def _not_yours(who: Standing, appeal: Appeal, words: str) -> Verdict:
    return Verdict(words) if visible(who).filter(pk=appeal.pk).exists() else HIDDEN
