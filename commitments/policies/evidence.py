"""Who sees evidence, adds it and takes it back. Lists (`visible`) and gates agree."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from commitments.models import Evidence, Line, Rectification, Sheet
from commitments.report_policies import can_fill, unit_post, visible_lines
from portal.core.verdicts import YES, Verdict
from units.policies import Standing

ANSWERABLE = ("issued", "received", "planned")
"""States of a rectification in which its unit still gathers what it will report."""


def visible(who: Standing) -> QuerySet[Evidence]:
    """Of the unit itself, of those who receive its reports, of its leaders and the auditor; never what was removed."""
    return Evidence.objects.filter(removed_at=None, line__in=visible_lines(who))


def can_change(
    who: Standing, *, line: Line, sheet: Sheet | None = None, rectification: Rectification | None = None
) -> Verdict:
    """The unit's head and staff, as long as what the evidence stands under has not been handed in."""
    if sheet is not None:
        return can_fill(who, sheet)
    if not unit_post(who, line):
        return Verdict(_("Only the unit itself adds evidence to its promises."))
    if rectification is not None and rectification.state not in ANSWERABLE:
        return Verdict(_("The report on this rectification was handed in: its evidence does not change any more."))
    return YES
