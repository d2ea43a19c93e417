"""What draws and the list of inspectors put on desks and into the menu and the record."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from assessments import onward
from assessments.models import Draw, Inspector
from assessments.policies import draws as policies
from assessments.states import DrawState
from commitments import onward as links
from portal.core import desk, lenses, menu
from portal.core.desk import Item
from portal.core.lenses import Shown
from units.policies import Standing


def register() -> None:
    """Called once, when the app is ready."""
    desk.register(items)
    links.register(links.BUREAU, onward.draws_of_bureau)
    lenses.register("assessments.draw", draws_as_things)
    lenses.register("assessments.inspector", inspectors_as_things)
    menu.register(gettext_lazy("Draws"), "draws", order=46, is_for=lambda who: who.posts_as(*policies.READERS))


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """For officers their commitment and their secret; for the style office what can be announced or held. Once the
    round is over only what is still announced is left to see to: it can only be void.
    """
    rows = policies.visible(who).filter(state__in=(DrawState.PREPARED, DrawState.ANNOUNCED))
    for draw in rows.select_related("assessment__campaign__bureau") if who.posts else ():
        has_room = policies.has_room(draw.assessment, on=on)
        for can, what, act in _ACTS if has_room else _AFTER:
            if can(who, draw) and not _is_in(who, draw, act):
                words = {"number": draw.number}
                yield Item(what=what() % words, why=_WHY[act](), act=_LABELS[act](), to=reverse("draw", args=[draw.pk]),
                           due_on=draw.seed_on if act in ("hold", "reveal") else None, order=2)  # fmt: skip


def _is_in(who: Standing, draw: Draw, act: str) -> bool:
    """Whether this officer's commitment is in already; it may be replaced, but waits for nobody."""
    place = policies.place_of(who, draw)
    return act == "commit" and bool((draw.first_commitment, draw.second_commitment)[place - 1])


_ACTS = (
    (policies.can_commit, lambda: _("Put in the commitment to your secret"), "commit"),
    (policies.can_reveal, lambda: _("Reveal your secret: draw %(number)s"), "reveal"),
    (policies.can_announce, lambda: _("Announce the draw that is prepared"), "announce"),
    (policies.can_hold, lambda: _("Hold the draw %(number)s"), "hold"),
)
_AFTER = ((policies.can_void, lambda: _("Declare the draw %(number)s void"), "void"),)
_WHY = {
    "commit": lambda: _("The draw cannot be announced before both commitments are in."),
    "reveal": lambda: _("The draw cannot be held before both secrets are in."),
    "announce": lambda: _("From then on lists and rule are frozen and public."),
    "hold": lambda: _("The seed can be known from today."),
    "void": lambda: _("The round of inspections is over, and the draw was not held."),
}
_LABELS = {
    "commit": lambda: _("Put it in"),
    "reveal": lambda: pgettext("draw", "Reveal"),
    "announce": lambda: pgettext("draw", "Announce"),
    "hold": lambda: _("Hold the draw"),
    "void": lambda: _("See to it"),
}


def draws_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Draws in the record: those this person may know of."""
    rows = policies.visible(who).filter(pk__in=ids).values_list("pk", "number")
    return {str(pk): Shown(number or _("A draw in preparation"), f"/work/draws/{pk}/") for pk, number in rows}


def inspectors_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Inspectors in the record, by number, for whoever reads the list."""
    bureaus = {post.unit.bureau_id for post in who.posts_as(*policies.READERS)}
    rows = Inspector.objects.filter(pk__in=ids, bureau__in=bureaus).values_list("pk", "number")
    return {str(pk): Shown(number, f"/work/inspectors/{pk}/") for pk, number in rows}
