"""Who keeps the list of inspectors, who runs a draw, who knows of it, and which units an inspector stays away from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessments.models import Assessment, Draw, Inspector, Recusal
from assessments.states import DrawState, Phase, RecusalReason, SeedKind
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day
from units.models import STEP, Charge, Post, Role, Tenure, Unit
from units.policies import Standing

HIDDEN = Verdict("hidden", hidden=True)
READERS = (Role.STYLE_OFFICE, Role.AUDITOR)


# --- who stays away ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Away:
    """A place in the tree that an inspector stays away from. `is_branch`: also from what is above and below it."""

    path: str
    reason: str
    is_branch: bool = False

    def covers(self, path: str) -> bool:
        if self.is_branch and (path.startswith(self.path) or self.path.startswith(path)):
            return True
        return path == self.path


def away(inspectors: Iterable[Inspector], *, on: date) -> dict[int, list[Away]]:
    """Where each inspector (by id) stays away: where they serve, with all above and below; what they lead, with all
    below; where they served before; and what was declared. Four queries for any number of inspectors.

    Whoever serves in the bureau itself stays away from the bureau itself, and not from everything under it.
    """
    by_user = {row.user_id: row.pk for row in inspectors}
    found: dict[int, list[Away]] = {pk: [] for pk in by_user.values()}
    for user, path, until_on in Tenure.objects.filter(user__in=by_user).values_list(
        "user", "post__unit__path", "until_on"
    ):
        serves = until_on is None or until_on > on
        reason = RecusalReason.OWN_UNIT if serves else RecusalReason.FORMER_UNIT
        found[by_user[user]].append(Away(path, reason, is_branch=serves and len(path) > STEP))
    charges = Charge.objects.on(on).filter(post__tenures__in=Tenure.objects.on(on).filter(user__in=by_user))
    for user, path in charges.values_list("post__tenures__user", "unit__path"):
        if user in by_user:
            found[by_user[user]].append(Away(path, RecusalReason.IN_CHARGE, is_branch=len(path) > STEP))
    declared = Recusal.objects.filter(inspector__in=found).values_list("inspector", "unit__path", "reason")
    for inspector, path, reason in declared:
        found[inspector].append(Away(path, reason))
    return found


def why_away(inspector: Inspector, unit: Unit, *, on: date) -> str:
    """The reason for which an inspector may not inspect a unit (a `RecusalReason`); empty when nothing forbids it."""
    places = away([inspector], on=on)[inspector.pk]
    return next((place.reason for place in places if place.covers(unit.path)), "")


# --- the list of inspectors ----------------------------------------------------------------------


def office_post(who: Standing, bureau_id: int) -> Post | None:
    return who.bureau_post(Role.STYLE_OFFICE, bureau_id)


def can_keep_list(who: Standing, bureau_id: int) -> Verdict:
    return YES if office_post(who, bureau_id) else Verdict(_("The style office keeps the list of inspectors."))


def can_recuse(who: Standing, inspector: Inspector) -> Verdict:
    """The style office, and inspectors for themselves."""
    if office_post(who, inspector.bureau_id) or inspector.user_id == who.user.pk:
        return YES
    return Verdict(_("The style office keeps the list of inspectors."))


def frozen_in(inspector: Inspector) -> Draw | None:
    """The announced draw whose frozen list names this inspector."""
    rows = Draw.objects.filter(assessment__campaign__bureau=inspector.bureau_id, state=DrawState.ANNOUNCED)
    return rows.filter(announced_at__gte=inspector.listed_at).first()


def lists_are_free(inspector: Inspector) -> Verdict:
    """No draw is announced: what its frozen list says of an inspector cannot change before it is held."""
    if draw := frozen_in(inspector):
        return Verdict(
            _("Draw %(number)s is announced: its list of inspectors is frozen until it is held or void. Whoever is "
              "drawn for a unit and should stay away from it stands back then.") % {"number": draw.number}
        )  # fmt: skip
    return YES


# --- draws ---------------------------------------------------------------------------------------


def visible(who: Standing) -> QuerySet[Draw]:
    """Style office and auditor all of their bureau; an officer of two secrets the draws that name the post."""
    reach = Q(pk__in=[])
    for post in who.posts:
        reach |= Q(first_officer=post.pk) | Q(second_officer=post.pk)
        if post.role in READERS:
            reach |= Q(assessment__campaign__bureau=post.unit.bureau_id)
    return Draw.objects.filter(reach)


def run_post(who: Standing, draw: Draw) -> Post | None:
    return office_post(who, draw.assessment.campaign.bureau_id)


def place_of(who: Standing, draw: Draw) -> int:
    """1 or 2 for the officer of that secret, else 0. Whoever holds both posts is neither."""
    mine = {post.pk for post in who.posts}
    places = [place for place, post in enumerate((draw.first_officer_id, draw.second_officer_id), 1) if post in mine]
    return places[0] if len(places) == 1 else 0


def can_prepare(who: Standing, assessment: Assessment) -> Verdict:
    if not office_post(who, assessment.campaign.bureau_id):
        return Verdict(_("The style office runs the draw."))
    if not (verdict := has_room(assessment, on=who.on)):
        return verdict
    under_way = assessment.draws.filter(state__in=(DrawState.PREPARED, DrawState.ANNOUNCED)).first()
    if under_way:
        return Verdict(_("A draw is under way already. Hold it or declare it void first."))
    return YES


def has_room(assessment: Assessment, *, on: date) -> Verdict:
    """Whether what is drawn on that day can still be inspected: the round is open, and its last day not over."""
    is_open = assessment.phase in (Phase.OPEN, Phase.INSPECTING) and not assessment.inspections_closed_at
    if not is_open or on > assessment.inspect_to_on:
        return Verdict(_("A draw is possible while the assessment is open and its inspections are not closed."))
    return YES


def waiting(assessment: Assessment) -> Draw | None:
    """The draw that is announced and not held yet: its frozen list binds."""
    return Draw.objects.filter(assessment=assessment, state=DrawState.ANNOUNCED).first()


def none_waiting(assessment: Assessment) -> Verdict:
    """Whether no draw is announced: a round does not end under a draw whose result is bound already."""
    if draw := waiting(assessment):
        words = _("Draw %(number)s is announced: hold it or declare it void first.")
        return Verdict(words % {"number": draw.number})
    return YES


def can_change(who: Standing, draw: Draw) -> Verdict:
    if not run_post(who, draw):
        return Verdict(_("The style office runs the draw."))
    if draw.state != DrawState.PREPARED:
        return Verdict(_("The lists and the rule were frozen on %(day)s: nothing of them changes any more.")
                       % {"day": day(draw.announced_at)})  # fmt: skip
    return YES


def can_commit(who: Standing, draw: Draw) -> Verdict:
    """The officer of either secret, until the draw is announced."""
    if draw.seed_kind != SeedKind.TWO_SECRETS:
        return Verdict(_("This draw takes its seed from a public number."))
    if not place_of(who, draw):
        return Verdict(_("Only the two officers whose posts the draw names put a commitment in."))
    if draw.state != DrawState.PREPARED:
        return Verdict(_("The draw is announced: the commitments stand as they are."))
    return YES


def can_announce(who: Standing, draw: Draw) -> Verdict:
    if draw.state == DrawState.VOID:
        return Verdict(_("This draw is void."))
    if not (verdict := can_change(who, draw)):
        return verdict
    if draw.seed_kind == SeedKind.TWO_SECRETS and not (draw.first_commitment and draw.second_commitment):
        return Verdict(_("Both officers must put in the commitment to their secret first."))
    if draw.seed_on and draw.seed_on <= who.on:
        return Verdict(_("The seed must come later than the announcement. Name a day after today."))
    last = draw.assessment.inspect_to_on
    if draw.seed_on and draw.seed_on > last:
        return Verdict(_("The inspections end on %(day)s, before the seed is known. Name an earlier day.")
                       % {"day": day(last)})  # fmt: skip
    return has_room(draw.assessment, on=who.on)


def can_discard(who: Standing, draw: Draw) -> Verdict:
    """The style office, what was never announced: it spent no number and bound nobody."""
    if not run_post(who, draw):
        return Verdict(_("The style office runs the draw."))
    if draw.state != DrawState.PREPARED:
        return Verdict(_("Only what was never announced is discarded. An announced draw is declared void."))
    return YES


def can_reveal(who: Standing, draw: Draw) -> Verdict:
    """Each officer their own secret, once, from the day that was announced."""
    if draw.seed_kind != SeedKind.TWO_SECRETS or not place_of(who, draw):
        return Verdict(_("Only the two officers whose posts the draw names reveal a secret."))
    if not (verdict := _is_announced(draw)):
        return verdict
    if (draw.first_secret, draw.second_secret)[place_of(who, draw) - 1]:
        return Verdict(_("Your secret is in already."))
    return _is_time(who, draw)


def can_hold(who: Standing, draw: Draw) -> Verdict:
    """The style office, once, not before the seed can be known, and while the round is open."""
    if not run_post(who, draw):
        return Verdict(_("The style office runs the draw."))
    if not (verdict := _is_announced(draw)):
        return verdict
    if not has_room(draw.assessment, on=who.on):
        return Verdict(_("The round of inspections is over: this draw can only be declared void."))
    if draw.seed_kind == SeedKind.TWO_SECRETS and not (draw.first_secret and draw.second_secret):
        return Verdict(_("Both officers must reveal their secret first."))
    return _is_time(who, draw)


def can_void(who: Standing, draw: Draw) -> Verdict:
    """The style office, while nobody can know the result, or once the round is over; the number stays spent.

    A public number may never be announced: then a draw can be void after its day, and its page says that it was.
    """
    if not run_post(who, draw):
        return Verdict(_("The style office runs the draw."))
    is_decided = draw.state == DrawState.ANNOUNCED and draw.first_secret and draw.second_secret
    if is_decided and has_room(draw.assessment, on=who.on):
        return Verdict(_("Both secrets are in: the result is decided. Hold the draw."))
    return _is_announced(draw)


def _is_announced(draw: Draw) -> Verdict:
    if draw.state == DrawState.DRAWN:
        return Verdict(_("Draw %(number)s was held on %(day)s. What was drawn stays drawn.")
                       % {"number": draw.number, "day": day(draw.drawn_at)})  # fmt: skip
    if draw.state == DrawState.VOID:
        return Verdict(_("Draw %(number)s was declared void on %(day)s; its number is spent.")
                       % {"number": draw.number, "day": day(draw.void_at)})  # fmt: skip
    if draw.state != DrawState.ANNOUNCED:
        return Verdict(_("The draw is not announced yet."))
    return YES


def _is_time(who: Standing, draw: Draw) -> Verdict:
    if draw.seed_on and who.on < draw.seed_on:
        return Verdict(_("The draw cannot be held before %(day)s: so it was announced.") % {"day": day(draw.seed_on)})
    return YES
