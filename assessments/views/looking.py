"""The ledger lines of a drawn unit, or of a case that is checked again, with the originals named in them. To read."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from assessments import looking_pages
from assessments.models import Case
from assessments.policies import selfchecks
from assessments.queries import looking as queries
from portal.core import inert
from units.frame import reader


@require_safe
@login_required
def lines(request, pk):
    """Every promise of the case: what was promised and reached, each report, each change, and the evidence."""
    found, who = _case(request, pk), reader(request)
    facts = looking_pages.lines_facts(found, queries.lines(found))
    facts["special_report"] = selfchecks.readable(who).filter(pk=found.pk).exists()
    return render(request, "work/inspections/lines.html", facts | _whence(who, found))


@require_safe
@login_required
def evidence(request, pk, file: UUID):
    """One file under these lines, always as a download."""
    kept = queries.file(_case(request, pk), file)
    if kept is None:
        raise Http404
    return inert.handed_out(kept.sha256, kept.kind, name=f"{kept.line.number}-{kept.pk}")


def _case(request, pk) -> Case:
    found = queries.one(reader(request), pk)
    if found is None:
        raise Http404
    return found


def _whence(who, case: Case) -> dict:
    """The page from which the reader came: one's own sheet, or the appeal."""
    if sheet := queries.own_sheet(who, case):
        return {"back": reverse("inspection_sheet", args=[sheet.pk]), "is_sheet": True}
    return {"back": reverse("appeal", args=[queries.own_appeal(who, case).pk]), "is_sheet": False}
