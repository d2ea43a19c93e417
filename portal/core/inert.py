"""Files that somebody brought, handed out so that no browser runs anything of them: a download, never a page."""

import logging

from django.http import Http404, HttpResponse

from portal.core import vault

POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"
TYPES = {"jpeg": ("image/jpeg", "jpg"), "pdf": ("application/pdf", "pdf")}
log = logging.getLogger(__name__)


def handed_out(sha256: str, kind: str, *, name: str) -> HttpResponse:
    """The file under this hash, saved as `name` with its ending. Ask the policy first. 404 when it is damaged."""
    try:
        data = vault.get(sha256)
    except vault.Damaged:
        log.error("The file %s (%s) is missing or damaged.", name, sha256)
        raise Http404 from None
    content_type, ending = TYPES[kind]
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
