"""The ledger as a spreadsheet: out as filtered, and back in filled in."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from commitments import sheets_xlsx
from commitments.actions import ledger_import
from commitments.forms.ledger import FilterForm
from commitments.queries import ledger as queries
from commitments.queries.campaigns import KEEPERS
from commitments.views import watching
from portal.core import spreadsheets
from portal.core.errors import Refused
from units.frame import reader
from units.models import Role

REFUSED, UNCLEAR = 409, 422
OWN = (Role.HEAD, Role.STAFF)


@require_safe
@login_required
def export(request):
    """Everything the filter finds, in one sheet; a ledger too long for a sheet asks for a narrower filter."""
    campaign, _campaigns = watching.campaign(request, KEEPERS)
    if campaign is None:
        raise Http404
    who = reader(request)
    form = FilterForm(request.GET, kinds=queries.kinds(campaign))
    rows = queries.found(who, campaign, form.wanted).select_related(*queries.RELATED, "publication", "verified_post")
    lines = list(rows[: spreadsheets.MOST_ROWS + 1])
    if len(lines) > spreadsheets.MOST_ROWS:
        words = _("More than %(n)s promises fit this filter. Narrow it, then export.")
        messages.error(request, words % {"n": f"{spreadsheets.MOST_ROWS:,}"})
        return redirect("ledger")
    entries = queries.open_entries({post.unit_id for post in who.posts_as(*OWN)})
    book = sheets_xlsx.write(lines, entries, queries.titles_of_evidence(lines))
    response = HttpResponse(book, content_type=spreadsheets.XLSX)
    response["Content-Disposition"] = f'attachment; filename="ledger-{campaign.code}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def bring_in(request):
    """Upload a filled-in export: stored whole, or every mistake told with its row and column."""
    if not reader(request).posts_as(*OWN):
        raise Http404
    facts = {"faults": [], "told": ""}
    if request.method != "POST":
        return render(request, "work/ledger/import.html", facts)
    file = request.FILES.get("file")
    if file is None:
        return render(request, "work/ledger/import.html", {"told": _("Choose the file first.")}, status=UNCLEAR)
    try:
        if file.size > spreadsheets.MOST_BYTES:
            raise Refused(_("The file is larger than %(n)s MB.") % {"n": spreadsheets.MOST_BYTES // 2**20})
        count = ledger_import.import_ledger(file.read(), by=request.user, at=request.now)
    except ledger_import.Faulty as told:
        facts |= {"faults": told.faults, "told": str(told)}
        return render(request, "work/ledger/import.html", facts, status=UNCLEAR)
    except Refused as told:
        return render(request, "work/ledger/import.html", facts | {"told": str(told)}, status=REFUSED)
    words = ngettext("%(n)s promise has changed.", "%(n)s promises have changed.", count) % {"n": count}
    messages.success(request, words if count else _("Nothing in the file differs from the ledger; nothing changed."))
    return redirect("ledger_import")
