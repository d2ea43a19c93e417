"""Who looks at the ledger lines of a case with their evidence, without being of the unit or receiving its reports.

Two kinds of people do, each for as long as the task lasts: a drawn inspector, by guardian's grant, from the declaration
to have no interest until the round closes; and each of the two who check again on appeal, until both have handed in.
The page is `case_lines`, its files are `case_evidence`; both ask `can_look`, and lists ask `looking`.
"""

from django.db.models import Q, QuerySet

from assessments.models import Case
from assessments.policies.appeals import checking
from assessments.policies.inspections import visible_sheets
from objectives.policies import HIDDEN
from portal.core.verdicts import YES, Verdict
from units.policies import Standing


def looking(who: Standing) -> QuerySet[Case]:
    """The cases whose lines and evidence this person may read now."""
    if who.is_nobody:
        return Case.objects.none()
    drawn = visible_sheets(who).filter(clear_at__isnull=False)
    return Case.objects.filter(Q(pk__in=drawn.values("inspection__case")) | Q(pk__in=checking(who).values("case")))


def can_look(who: Standing, case: Case) -> Verdict:
    return YES if looking(who).filter(pk=case.pk).exists() else HIDDEN
