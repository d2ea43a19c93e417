"""The sign panel of official documents: the same on every page that asks a leader to sign one.

The page shows the frozen text itself and includes work/_sign_document.html with `panel(…)`; its POST calls
`sign(…)`. Decorate the view with `sensitive_variables()` and `sensitive_post_parameters(*SECRETS)`.
"""

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from commitments import files, prints
from commitments.actions import documents
from commitments.forms.signing import SignDocumentForm
from commitments.models import OfficialDocument
from objectives.prints import DOCUMENTS_SPEAK
from portal.core import seals, signers
from portal.core.errors import Refused
from portal.core.signing.keys import WrongPassphrase
from units.models import Post

SECRETS = ("passphrase", "new_passphrase", "again")


def text_of(document: OfficialDocument) -> SafeString:
    """The frozen text as HTML, from the same templates as the print (pdf/_<kind>.html). Stands in lang="zh-Hans"."""
    facts = prints.facts(document)
    with translation.override(DOCUMENTS_SPEAK):
        html = render_to_string(f"pdf/_{document.kind}.html", facts)
        if facts["body"].get("annexes"):
            html += render_to_string(f"pdf/_{document.kind}_annexes.html", facts)
    return mark_safe(html)  # noqa: S308 -- rendered with autoescape


def panel(
    request, document: OfficialDocument, *, to: str, form: SignDocumentForm | None = None, button: str = ""
) -> dict:
    """What work/_sign_document.html needs, as `sign` in the page's context. The form posts to the address `to`;
    `button` is the verb and its object. `text` is the document itself: show it beside the panel.
    """
    key = signers.key_of(request.user)
    stored = seals.handwriting_svg(key.strokes, str(request.user)) if key and key.strokes else ""
    return {
        "document": document,
        "to": to,
        "button": button or _("Sign and issue"),
        "text": text_of(document),
        "form": form or _form(document, key, initial={"fingerprint": document.fingerprint}),
        "enrols": key is None,
        "shows_handwriting": document.kind in prints.HANDWRITTEN,
        "stored": mark_safe(stored),  # noqa: S308 -- drawn by portal.core.seals, which escapes the name
        "is_printed": files.newest(document) is not None,
    }


@sensitive_variables()
def sign(
    request, document: OfficialDocument, *, post: Post, then: Callable | None = None, must_be_printed: bool = False
) -> SignDocumentForm | None:
    """Sign with what was posted; None when signed, else the form with its errors (answer with 409).

    Raises `documents.AlreadySigned` for a second click: tell it as a message and lead on. Call it outside of every
    transaction; `then(document)` runs in the signature's own. `must_be_printed`: a long document is never printed
    while the signer waits; the form says to come back.
    """
    form = _form(document, signers.key_of(request.user), request.POST)
    if not form.is_valid():
        return form
    if must_be_printed and files.newest(document) is None:
        form.add_error(None, _("The document is being printed. Please come back in a minute."))
        return form
    data, common = form.cleaned_data, {"post": post, "by": request.user, "at": timezone.now(), "then": then}
    common["fingerprint"] = data["fingerprint"]
    try:
        if form.enrols:
            words = {"passphrase": data["new_passphrase"], "again": data["again"], "strokes": data["strokes"]}
            documents.enrol_and_sign(document, **words, **common)
        else:
            documents.sign(document, passphrase=data["passphrase"], strokes=form.drawn, **common)
    except documents.AlreadySigned:
        raise
    except WrongPassphrase as told:
        form.add_error(form.secret_field, str(told))
        return form
    except Refused as told:
        form.add_error(form.secret_field if form.enrols else None, str(told))
        return form
    return None


def _form(document: OfficialDocument, key, data=None, **kwargs) -> SignDocumentForm:
    return SignDocumentForm(data, enrols=key is None, draws=document.kind in prints.HANDWRITTEN, **kwargs)
