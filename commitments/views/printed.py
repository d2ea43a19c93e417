"""An official document handed out as PDF: the same on every page that has one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from commitments.actions import documents
from commitments.models import OfficialDocument


def hand_out(request, document: OfficialDocument, *, name: str = "", back: str, **kwargs):
    """Its newest PDF, to be shown in the browser; while it is being printed, back to the page it belongs to, told so.

    `name` is the file's, by default the document's number. `back` and `kwargs` are the address of that page.
    """
    try:
        data = documents.pdf_of(document)
    except documents.NotPrinted as told:
        messages.info(request, str(told))
        return redirect(back, **kwargs)
    shown_as = content_disposition_header(as_attachment=False, filename=name or f"{document.number}.pdf")
    return HttpResponse(data, content_type="application/pdf", headers={"Content-Disposition": shown_as})
