"""Who may do what in benchmarking, and why not. Every list and its gate agree.

Everyone with a post in a bureau may know which benchmarks it has, who is matched with them, and who visits whom and
when. Plans, findings and gap analyses are read by the unit itself and by those who look after it.
"""

from django.db.models import Q
from django.utils.translation import gettext as _

from objectives.models import Benchmark, Blackout, Campaign, Pairing, Visit
from objectives.policies import HIDDEN, UNIT_ROLES
from objectives.states import VisitState
from portal.core.verdicts import YES, Verdict
from units.models import Post, Role, Unit
from units.policies import LEADERS, Standing

STANDING = (VisitState.ASKED, VisitState.APPROVED, VisitState.DONE)
OPEN = (VisitState.PLANNED, VisitState.RETURNED)
WHOLE_BUREAU = (Role.STYLE_OFFICE, Role.AUDITOR)


def bureaus(who: Standing) -> set[int]:
    return {post.unit.bureau_id for post in who.posts}


def unit_post(who: Standing, unit: Unit) -> Post | None:
    """The post in which this person acts for that unit: its head or its staff."""
    return who.post(Role.HEAD, unit) or who.post(Role.STAFF, unit)


def own_units(who: Standing) -> list[Unit]:
    return list({post.unit_id: post.unit for post in who.posts_as(*UNIT_ROLES)}.values())


def readable(who: Standing, unit: str = "unit") -> Q:
    """Rows whose unit this person looks after: one's own, one's schools, one's charges, or the whole bureau."""
    own = [post.unit_id for post in who.posts_as(*UNIT_ROLES)]
    offices = [post.unit_id for post in who.posts_as(Role.TOWN_OFFICE)]
    whole = [post.unit.bureau_id for post in who.posts_as(*WHOLE_BUREAU)]
    led = [unit_id for codename, unit_id in who.grants if codename in LEADERS.values()]
    return (
        Q(**{f"{unit}__in": own})
        | Q(**{f"{unit}__parent__in": offices})
        | Q(**{f"{unit}__bureau__in": whole})
        | Q(**{f"{unit}__in": led})
    )


def reads(who: Standing, unit: Unit) -> bool:
    """The same question about one unit, without asking the database again for people of units."""
    if unit_post(who, unit) or any(who.bureau_post(role, unit.bureau_id) for role in WHOLE_BUREAU):
        return True
    if any(post.unit_id == unit.parent_id for post in who.posts_as(Role.TOWN_OFFICE)):
        return True
    return any(who.leader_post(role, unit) for role in LEADERS)


# --- benchmarks and pairs ------------------------------------------------------------------------


def can_enter(who: Standing, bureau_id: int, unit: Unit | None) -> Verdict:
    """Units enter their own benchmarks, the style office the bureau's."""
    if unit is not None:
        return YES if unit.bureau_id == bureau_id and unit_post(who, unit) else HIDDEN
    if bureau_id not in bureaus(who):
        return HIDDEN
    if who.bureau_post(Role.STYLE_OFFICE, bureau_id):
        return YES
    return Verdict(_("Benchmarks of the whole bureau are entered by the style office."))


def can_change(who: Standing, benchmark: Benchmark) -> Verdict:
    if benchmark.bureau_id not in bureaus(who):
        return HIDDEN
    if benchmark.retired_at:
        return Verdict(_("This benchmark was taken off the registry."))
    if benchmark.unit_id is None:
        return can_enter(who, benchmark.bureau_id, None)
    if unit_post(who, benchmark.unit):
        return YES
    return Verdict(_("Only the unit that entered this benchmark changes it."))


def can_retire(who: Standing, benchmark: Benchmark) -> Verdict:
    """The style office takes any benchmark of the bureau off the registry."""
    if benchmark.bureau_id not in bureaus(who):
        return HIDDEN
    if not who.bureau_post(Role.STYLE_OFFICE, benchmark.bureau_id):
        return Verdict(_("The style office takes benchmarks off the registry."))
    return Verdict(_("This benchmark was taken off the registry.")) if benchmark.retired_at else YES


def can_match(who: Standing, unit: Unit, benchmark: Benchmark) -> Verdict:
    """A unit matches itself with a benchmark of the bureau, or one of its own."""
    if not (unit_post(who, unit) or who.bureau_post(Role.STYLE_OFFICE, unit.bureau_id)):
        return HIDDEN
    if benchmark.bureau_id != unit.bureau_id:
        return HIDDEN
    if benchmark.unit_id not in (None, unit.pk):
        return Verdict(_("This benchmark was entered by another unit for itself."))
    if benchmark.retired_at:
        return Verdict(_("This benchmark was taken off the registry: nobody new is matched with it."))
    return YES


def needs_reason(benchmark: Benchmark) -> bool:
    """Whether a question of the comparability rule was answered with no: who matches a unit with it says why."""
    return False in (benchmark.similar_line, benchmark.similar_base, benchmark.learnable, benchmark.catchable)


def can_end(who: Standing, pairing: Pairing) -> Verdict:
    if not reads(who, pairing.unit):
        return HIDDEN
    if not (unit_post(who, pairing.unit) or who.bureau_post(Role.STYLE_OFFICE, pairing.unit.bureau_id)):
        return Verdict(_("The unit itself or the style office ends this."))
    return Verdict(_("This pair has ended.")) if pairing.until_on else YES


def can_write_gaps(who: Standing, pairing: Pairing) -> Verdict:
    if not reads(who, pairing.unit):
        return HIDDEN
    if not unit_post(who, pairing.unit):
        return Verdict(_("Only the unit itself writes its gap analysis."))
    return Verdict(_("This pair has ended.")) if pairing.until_on else YES


def can_note(who: Standing, pairing: Pairing) -> Verdict:
    if not reads(who, pairing.unit):
        return HIDDEN
    return YES if unit_post(who, pairing.unit) else Verdict(_("Only the unit itself notes its contacts."))


def chased_by(who: Standing, unit: str = "unit") -> Q:
    """Rows whose unit this person may chase for its contacts: the style office's bureau, the town office's schools."""
    offices = [post.unit_id for post in who.posts_as(Role.TOWN_OFFICE)]
    whole = [post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)]
    return Q(**{f"{unit}__bureau__in": whole}) | Q(**{f"{unit}__parent__in": offices})


def chases(who: Standing) -> bool:
    return bool(who.posts_as(Role.STYLE_OFFICE, Role.TOWN_OFFICE))


# --- visits --------------------------------------------------------------------------------------


def visible_visits(who: Standing) -> Q:
    """Standing visits of one's bureaus; drafts and what came to nothing only to those who read them in full."""
    return Q(unit__bureau__in=bureaus(who), state__in=STANDING) | readable(who)


def can_see_visit(who: Standing, visit: Visit) -> Verdict:
    stands = visit.state in STANDING and visit.unit.bureau_id in bureaus(who)
    return YES if stands or reads(who, visit.unit) else HIDDEN


def reads_visit(who: Standing, visit: Visit) -> bool:
    """Whether this person reads plan and findings: who looks after the unit, and the units that joined."""
    if reads(who, visit.unit):
        return True
    return any(reads(who, companion.unit) for companion in visit.companions.all())


def can_plan(who: Standing, unit: Unit) -> Verdict:
    return YES if unit_post(who, unit) else HIDDEN


def can_change_visit(who: Standing, visit: Visit) -> Verdict:
    """Staff and head of the unit, while the visit is a plan or was sent back."""
    if not can_see_visit(who, visit):
        return HIDDEN
    if not unit_post(who, visit.unit):
        return Verdict(_("Only the unit itself changes its visit."))
    if visit.state not in OPEN:
        return Verdict(_("This visit is “%(state)s”: it cannot be changed.") % {"state": visit.get_state_display()})
    return YES


def town_kinds(campaign: Campaign) -> set[int]:
    """The kinds of units whose papers a town office approves."""
    rules = campaign.kind_rules.all()
    return {rule.kind_id for rule in rules if any(step.role == Role.TOWN_OFFICE for step in rule.steps)}


def approving_role(visit: Visit) -> Role:
    """A school whose paper its town office approves asks that office; everyone else the style office."""
    is_towns = visit.unit.kind_id in town_kinds(visit.campaign)
    return Role.TOWN_OFFICE if is_towns and visit.unit.parent_id else Role.STYLE_OFFICE


def approving_post(who: Standing, visit: Visit) -> Post | None:
    if approving_role(visit) == Role.TOWN_OFFICE:
        return next((post for post in who.posts_as(Role.TOWN_OFFICE) if post.unit_id == visit.unit.parent_id), None)
    return who.bureau_post(Role.STYLE_OFFICE, visit.unit.bureau_id)


def can_decide(who: Standing, visit: Visit) -> Verdict:
    if not can_see_visit(who, visit):
        return HIDDEN
    if visit.state != VisitState.ASKED:
        return Verdict(_("This visit is “%(state)s”: nothing waits to be decided.")
                       % {"state": visit.get_state_display()})  # fmt: skip
    if not approving_post(who, visit):
        role = approving_role(visit)
        return Verdict(_("This visit waits for: %(role)s.") % {"role": role.label})
    if visit.planned_by_id == who.user.pk:
        return Verdict(_("You planned this visit yourself: somebody else decides on it."))
    return YES


def can_cancel(who: Standing, visit: Visit) -> Verdict:
    if not can_see_visit(who, visit):
        return HIDDEN
    if not (unit_post(who, visit.unit) or approving_post(who, visit)):
        return Verdict(_("The unit itself, or who approves its visits, cancels this visit."))
    if visit.state in (VisitState.CANCELLED, VisitState.DONE):
        return Verdict(_("This visit is “%(state)s”.") % {"state": visit.get_state_display()})
    return YES


def can_join(who: Standing, visit: Visit, unit: Unit) -> Verdict:
    if not can_see_visit(who, visit) or not unit_post(who, unit) or unit.bureau_id != visit.unit.bureau_id:
        return HIDDEN
    if unit.pk == visit.unit_id:
        return Verdict(_("This is your own visit."))
    if visit.state not in (VisitState.ASKED, VisitState.APPROVED):
        return Verdict(_("Only a visit that is asked for or approved can be joined."))
    if who.on > visit.to_on:
        return Verdict(_("This visit is over."))
    return YES


def can_write_up(who: Standing, visit: Visit) -> Verdict:
    if not can_see_visit(who, visit):
        return HIDDEN
    if not unit_post(who, visit.unit):
        return Verdict(_("Only the unit itself writes up its visit."))
    if visit.state != VisitState.APPROVED:
        return Verdict(_("Only an approved visit is written up; this one is “%(state)s”.")
                       % {"state": visit.get_state_display()})  # fmt: skip
    return YES


def can_keep_blackouts(who: Standing, bureau_id: int) -> Verdict:
    if bureau_id not in bureaus(who):
        return HIDDEN
    if who.bureau_post(Role.STYLE_OFFICE, bureau_id):
        return YES
    return Verdict(_("Days without visits are set by the style office."))


def visible_blackouts(who: Standing):
    return Blackout.objects.filter(bureau__in=bureaus(who))
