"""What self-assessments put on desks and into the menu and the record."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.policies import selfchecks as policies
from assessments.queries import selfchecks as queries
from portal.core import desk, lenses, menu
from portal.core.desk import Item
from portal.core.wording import said
from units.models import Role
from units.policies import Standing


def register() -> None:
    """Called once, when the app is ready."""
    desk.register(items)
    menu.register(
        gettext_lazy("Self-assessment"), "selfchecks", order=45,
        is_for=lambda who: who.posts_as(*policies.READERS),
    )  # fmt: skip
    lenses.register("assessments.selfassessment", queries.as_things)


def items(who: Standing, *, on: date) -> Iterator[Item]:
    """One row a self-assessment that is still to be handed in, for whoever's move it is."""
    if not who.posts_as(*policies.OWN):
        return
    for case in queries.waiting(who):
        check = queries.check_of(case)
        is_head = bool(who.post(Role.HEAD, case.unit))
        unit = said(case.unit, "name")
        if check is not None and check.document_id:
            if not is_head:
                continue
            what, act = _("Sign the special report of %(unit)s"), _("Read and sign")
        elif check is not None:
            what, act = _("Finish the self-assessment of %(unit)s"), _("Write on")
        else:
            what, act = _("Begin the self-assessment of %(unit)s"), _("Begin")
        yield Item(
            what=what % {"unit": unit},
            why=_("Due before the leading group’s assessment. The ledger has filled in what it knows."),
            act=act,
            to=reverse("selfcheck", args=[case.pk]),
            due_on=case.assessment.self_due_on,
        )
