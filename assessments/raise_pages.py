"""The page from which a paper is raised: last cycle's results, and what becomes of each in the new paper."""

from django.utils.translation import gettext as _

from assessments.policies import raising as policies
from assessments.queries import raising as queries
from assessments.queries.raising import Result
from commitments.models import Publication
from objectives.models import Campaign, Paper
from objectives.phrases import goal, with_unit
from objectives.raising import plain
from portal.core import language
from portal.core.wording import said
from units.models import Unit
from units.policies import Standing


def facts(who: Standing, campaign: Campaign, unit: Unit, publication: Publication, paper: Paper | None) -> dict:
    """Everything the page shows."""
    results, taken = queries.results_of(publication), queries.taken_up(paper)
    untouched = paper is not None and queries.is_untouched(paper)
    begun = paper is not None and not untouched
    rows = [_row(result, taken, begun=begun) for result in results]
    return {
        "campaign": campaign,
        "unit": unit,
        "unit_name": said(unit, "name"),
        "publication": publication,
        "paper": paper,
        "rows": rows,
        "begun": begun,
        "left": [row for row in rows if row["left"]],
        "verdict": policies.can_raise(who, unit, paper, has_results=True, untouched=untouched),
    }


def _row(result: Result, taken: set[str], *, begun: bool) -> dict:
    promise, lang = result.commitment, language.current()
    if result.is_withdrawn:
        becomes = ("grey", _("Withdrawn: left out"))
    elif not begun:
        becomes = ("", "")
    elif result.code in taken:
        becomes = ("green", _("Continued in the new paper"))
    else:
        becomes = ("yellow", _("Not continued"))
    return {
        "number": promise.number,
        "text": said(promise, "text"),
        "promised": goal(promise.target, lang),
        "reached": with_unit(plain(result.reached) or None, promise.target, lang),
        "status": promise.status,
        "becomes": becomes,
        "left": begun and not result.is_withdrawn and result.code not in taken,
    }
