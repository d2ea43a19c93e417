"""Reading changes of promises: lists by keyset, a constant number of questions for any number of rows."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from commitments import change_words
from commitments.models import Amendment, AmendmentStep, Commitment
from commitments.policies import amendments as policies
from objectives.policies import UNIT_ROLES
from objectives.states import TargetState
from portal.core.lenses import Shown
from units.models import Role
from units.policies import Standing

A_PAGE = 40
DECIDERS = (Role.HEAD, Role.TOWN_OFFICE, Role.LINE_LEADER, Role.LINKED_LEADER, Role.STYLE_OFFICE)
MOST = 200


def listed(
    who: Standing, *, decided: bool, after: tuple[datetime, UUID] | None
) -> tuple[list[Amendment], Amendment | None]:
    """A page of requests and, if more follow, the last of it. Open ones: the longest waiting first; decided: newest."""
    moment = "decided_at" if decided else "asked_at"
    rows = policies.visible(who)
    rows = rows.exclude(state="asked") if decided else rows.asked()
    if after:
        at, pk = after
        beyond = "lt" if decided else "gt"
        rows = rows.filter(Q(**{f"{moment}__{beyond}": at}) | Q(**{moment: at, "pk__gt": pk}))
    page = list(_told(rows).order_by(f"-{moment}" if decided else moment, "pk")[: A_PAGE + 1])
    return page[:A_PAGE], page[A_PAGE - 1] if len(page) > A_PAGE else None


def _told(rows: QuerySet[Amendment]) -> QuerySet[Amendment]:
    waiting = Prefetch("steps", AmendmentStep.objects.open(), to_attr="open_steps")
    return rows.select_related("commitment", "publication__unit").prefetch_related(waiting)


def one(who: Standing, pk) -> Amendment | None:
    """A request that this person may know of, with its `route` of steps."""
    rows = policies.visible(who).select_related(
        "commitment", "publication__unit", "publication__campaign__bureau", "asked_post", "asked_by"
    )
    steps = AmendmentStep.objects.select_related("done_by", "done_post", "unit")
    return rows.prefetch_related(Prefetch("steps", steps, to_attr="route")).filter(pk=pk).first()


def waiting_step(amendment: Amendment) -> AmendmentStep | None:
    """The step of a request read by `one` that is waited for now."""
    if amendment.state != "asked":
        return None
    step = next((step for step in amendment.route if step.done_at is None), None)
    if step:
        step.amendment = amendment
    return step


def open_for(who: Standing) -> list[AmendmentStep]:
    """The open steps that wait for this person, the longest asked for first."""
    if not who.posts_as(*DECIDERS):
        return []
    mine = AmendmentStep.objects.filter(amendment=OuterRef("amendment"), done_by=who.user)
    steps = (
        AmendmentStep.objects.open()
        .filter(amendment__in=policies.visible(who).asked())
        .exclude(amendment__asked_by=who.user)
        .exclude(Exists(mine))
        .select_related("amendment__publication__unit", "amendment__commitment", "unit")
        .order_by("amendment__asked_at")[:MOST]
    )
    return [step for step in steps if policies.acting_post(who, step)]


def may_ask_about(who: Standing) -> list[Commitment]:
    """Promises of this person's units that are still to be kept and have no request on its route."""
    units = [post.unit_id for post in who.posts_as(*UNIT_ROLES)]
    if not units:
        return []
    pending = Amendment.objects.asked().filter(commitment=OuterRef("pk"))
    rows = Commitment.objects.filter(publication__unit__in=units, withdrawn_on=None, closed_on=None)
    rows = rows.exclude(Exists(pending)).exclude(target__state=TargetState.COMPLETED_BEFORE_START)
    return list(rows.select_related("publication").order_by("publication__order", "position")[:MOST])


def in_force(commitment: Commitment) -> list[Amendment]:
    """What became of a promise after it was signed, newest first, each with its `route`: two questions."""
    steps = AmendmentStep.objects.select_related("done_post")
    rows = Amendment.objects.in_force().filter(commitment=commitment).order_by("-number")
    found = list(rows.prefetch_related(Prefetch("steps", steps, to_attr="route")))
    for each in found:
        each.commitment = commitment
    return found


def withdrawal_numbers(promises) -> dict:
    """Numbers of the withdrawals of these promises; asks nothing when none is withdrawn."""
    ids = [promise.pk for promise in promises if promise.withdrawn_on]
    if not ids:
        return {}
    rows = Amendment.objects.in_force().filter(commitment__in=ids, kind="withdrawal")
    return dict(rows.values_list("commitment", "number"))


def as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Changes in the record: only those this person may know of."""
    rows = policies.visible(who).filter(pk__in=ids).select_related("commitment")
    return {
        str(row.pk): Shown(f"{change_words.title(row)} · {row.commitment.code}", f"/work/changes/{row.pk}/")
        for row in rows
    }
