"""Official documents as pages show them: who issued and signed them, and where the file is."""

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from commitments import prints
from commitments.models import OfficialDocument
from portal.core import language, seals
from portal.core.frame import shows_demo
from portal.core.wording import day, moment, said


def deed(document: OfficialDocument) -> dict:
    """A public document: in which post it was signed and when, its seal, fingerprint and addresses."""
    lang, name = language.current(), prints.agency(prints.content_of(document))
    seal = seals.round_seal(name, sample=shows_demo()) if document.kind in prints.SEALED else ""
    words = _("signed on %(moment)s") % {"moment": moment(document.signed_at)} if document.signed_at else ""
    return {
        "title": document.title,
        "unit": said(document.campaign.bureau, "name"),
        "signers": [(said(document.signed_post, "title"), words)] if document.signed_at else [],
        "seal": mark_safe(seal),  # noqa: S308 -- drawn here, name escaped
        "fingerprint": document.fingerprint,
        "number": document.number,
        "code": document.code,
        "signed_on": day(document.signed_at) if document.signed_at else "",
        "pdf": reverse("document", args=[lang, document.code]),
        "verify": f"{reverse('verify', args=[lang])}?code={document.code}",
    }
