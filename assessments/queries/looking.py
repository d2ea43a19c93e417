"""The ledger lines of a case as those read them who look at its originals: a constant number of questions."""

from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from assessments.models import Case
from assessments.policies import looking as policies
from assessments.policies.inspections import visible_sheets
from commitments.models import Amendment, Entry, Evidence, Line
from commitments.policies.evidence import ANSWERABLE
from units.policies import Standing

WITH = ("unit__bureau", "publication", "assessment__campaign", "self_assessment")


def one(who: Standing, pk) -> Case | None:
    return policies.looking(who).select_related(*WITH).filter(pk=pk).first()


def handed_in() -> QuerySet[Evidence]:
    """Evidence that its unit stands by: of reports that were sent, and of orders that were answered."""
    still_gathered = Q(rectification__state__in=ANSWERABLE)
    sent = Q(entry=None) | Q(entry__sheet__sent_at__isnull=False)
    return Evidence.objects.filter(sent, removed_at=None).exclude(still_gathered)


def lines(case: Case) -> list[Line]:
    """Every line of the case's publication, each with `reports` (the newest first), `files` and, on its promise,
    `amended` (the changes in force, the newest first).
    """
    reports = Entry.objects.filter(sheet__sent_at__isnull=False).select_related("sheet__month")
    changes = Amendment.objects.in_force().order_by("-number")
    rows = Line.objects.filter(publication=case.publication_id).select_related("commitment", "verified_post")
    rows = rows.prefetch_related(
        Prefetch("entries", reports.order_by("-sheet__month__code"), to_attr="reports"),
        Prefetch("evidence", handed_in().order_by("added_at"), to_attr="files"),
        Prefetch("commitment__amendments", changes, to_attr="amended"),
    )
    return list(rows.order_by("position"))


def file(case: Case, pk: UUID) -> Evidence | None:
    """A file under one of the case's lines, if it was handed in."""
    rows = handed_in().filter(line__publication=case.publication_id).select_related("line")
    return rows.filter(pk=pk).first()


def own_sheet(who: Standing, case: Case):
    """The sheet for which this person looks, to go back to; None for those who check again."""
    return visible_sheets(who).filter(inspection__case=case).first()


def own_appeal(who: Standing, case: Case):
    """The appeal for which this person looks; None for inspectors."""
    return policies.checking(who).filter(case=case).first()
