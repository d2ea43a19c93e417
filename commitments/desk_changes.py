"""What waits for a person in the matter of changes: requests to decide."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commitments import change_words
from commitments.models import AmendmentStep
from commitments.queries import amendments as queries
from portal.core.desk import Item
from portal.core.wording import day, said
from units.policies import Standing

ONE_BY_ONE = 3
"""So many requests stand on the desk singly; more are told as one row with their count."""


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """Requests whose open step is this person's; a constant number of questions."""
    steps = queries.open_for(who)
    if len(steps) <= ONE_BY_ONE:
        yield from map(_one, steps)
        return
    names = pgettext("between names", ", ").join(_unit(step) for step in steps[:3])
    yield Item(
        what=_("requests for a change to decide"), why=_("%(names)s and others.") % {"names": names},
        act=_("See the list"), to=reverse("changes"), count=len(steps), order=1,
    )  # fmt: skip


def _one(step: AmendmentStep) -> Item:
    change = step.amendment
    facts = {"kind": change.get_kind_display(), "unit": _unit(step)}
    lowers = _("It lowers the promise.") if change.lowers else ""
    asked = _("Promise %(promise)s, asked for on %(day)s.") % {
        "promise": change_words.promise(change.commitment), "day": day(change.asked_at),
    }  # fmt: skip
    return Item(
        what=_("Decide a change of %(unit)s: %(kind)s") % facts, why=f"{asked} {lowers}".strip(),
        act=_("Read and decide"), to=reverse("change", args=[change.pk]), order=1,
    )  # fmt: skip


def _unit(step: AmendmentStep) -> str:
    return said(step.amendment.publication.unit, "name")
