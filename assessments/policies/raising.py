"""Who begins a paper from last cycle's results: the unit's own people, as with any paper."""

from django.utils.translation import gettext as _

from objectives.models import Paper
from objectives.policies import can_begin, can_edit
from portal.core.verdicts import Verdict
from units.models import Unit
from units.policies import Standing


def can_raise(who: Standing, unit: Unit, paper: Paper | None, *, has_results: bool, untouched: bool) -> Verdict:
    """While there is no paper for the year, or one into which nobody has written yet. Nobody has to."""
    verdict = can_begin(who, unit)
    if not verdict:
        return verdict
    if not has_results:
        return Verdict(_("There is no earlier result of this unit to begin from."))
    if paper is not None:
        verdict = can_edit(who, paper)
        if verdict and not untouched:
            return Verdict(_("The paper was begun and holds text: it is not written over. Go on writing in it."))
    return verdict
