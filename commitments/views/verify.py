"""Is this paper genuine? A file or a code in, a plain answer out. Never cached, nothing kept."""

from django.http import HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from commitments import phrases, queries
from commitments.forms import TOO_LARGE, CodeForm, FileForm, InMemory
from commitments.models import OfficialDocument, Publication
from commitments.queries import documents as official_documents
from commitments.views import frames, showing, showing_documents
from commitments.views.public import CODE, NotPublic, public
from portal.core import language
from portal.core.signing import verify as judge
from portal.core.signing.verify import Finding, Verdict
from portal.core.wording import day, moment, said

AROUND_A_FILE = 64 * 1024
"""Bytes that a form may hold besides its file."""
TONES = {
    Verdict.GENUINE_COMPLETE: "green",
    Verdict.GENUINE_PARTIAL: "yellow",
    Verdict.ALTERED: "red",
    Verdict.NOT_ISSUED: "red",
    Verdict.NOT_PDF: "grey",
}


@public
@never_cache
def short(request, code):
    """/v/CODE, as printed on every paper: to the answer, in the reader's language. Tells nothing of the code."""
    if not CODE.fullmatch(code):
        raise NotPublic
    response = HttpResponseRedirect(f"{reverse('verify', args=[language.short_of(request)])}?code={code}")
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@csrf_exempt  # only this outer door, which turns away what is too large before anything of it is read
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request, lang):
    """The verify page. An upload is read into memory, judged, and forgotten with the request."""
    if request.method == "POST":
        if int(request.META.get("CONTENT_LENGTH") or 0) > judge.LARGEST + AROUND_A_FILE:
            return _page(request, lang, too_large=True, status=413)
        request.upload_handlers = [InMemory(request)]
    return _verify(request, lang)


@csrf_protect
def _verify(request, lang):
    if request.method != "POST":
        return _page(request, lang, code=request.GET.get("code", "").strip()[:40])
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, lang, form=form, status=400)
    data = form.cleaned_data["file"].read()
    finding = judge.examine(data, known=queries.known_document, issued=queries.resembled_document)
    return _page(request, lang, answer=_answer(finding))


def _page(request, lang, *, form=None, code="", answer=None, too_large=False, status=200):
    if code:
        answer = _by_code(code)
    return frames.page(
        request, "verify", here="verify", status=status, path=reverse("verify", args=[lang]),
        csrf_token=get_token(request), form=form or FileForm(), code_form=CodeForm(initial={"code": code}),
        answer=answer, code=code, too_large=TOO_LARGE if too_large else "",
    )  # fmt: skip


def _by_code(code: str) -> dict:
    """What is on record under a code; codes that are unknown and codes that are not public answer alike."""
    facts = _found(code) if CODE.fullmatch(code) else None
    if facts is None:
        return {
            "tone": "grey",
            "verdict": _("No published document has this code"),
            "reasons": [_("Check the letters and digits beside the QR code. 0, 1, I, L and O are never among them.")],
            "kind": "code",
        }
    return {
        "tone": "green",
        "verdict": _("A published document has this code"),
        "reasons": [_("The code shows what is on record. Whether your own copy was altered only the file can tell.")],
        "kind": "code",
        **facts,
    }


def _found(code: str) -> dict | None:
    if publication := queries.published(code):
        return _facts(publication)
    document = official_documents.public(code)
    return _official_facts(document) if document else None


def _answer(finding: Finding) -> dict:
    """A judgment as the reader is told it, the verdict first."""
    known = finding.document
    publication = known.facts.get("publication") if known else None
    document = known.facts.get("official") if known else None
    return {
        "tone": TONES[finding.verdict],
        "verdict": _verdict(finding),
        "reasons": finding.reasons,
        "kind": "file",
        "genuine": finding.verdict.genuine,
        "signatures": [_signature(fact) for fact in finding.signatures],
        "is_demo": any(fact.demo for fact in finding.signatures),
        "sha256": finding.sha256,
        **(_facts(publication) if publication else {}),
        **(_official_facts(document) if document else {}),
    }


def _verdict(finding: Finding) -> str:
    match finding.verdict:
        case Verdict.GENUINE_COMPLETE:
            return _("Genuine and complete")
        case Verdict.GENUINE_PARTIAL:
            facts = {"signed": finding.document.signed, "expected": finding.document.expected}
            return _("Genuine, signed by %(signed)d of %(expected)d, not complete") % facts
        case Verdict.ALTERED:
            return _("Altered: this is not what was signed")
        case Verdict.NOT_PDF:
            return _("Not a PDF file")
    return _("Not issued by this portal")


def _signature(fact) -> dict:
    return {
        "who": " ".join(filter(None, (fact.post, fact.signer))) or fact.field,
        "bureau": fact.bureau,
        "when": moment(fact.at) if fact.at else "",
        "sound": fact.sound,
    }


def _facts(publication: Publication) -> dict:
    """The published paper behind an answer: public fields of its own snapshot."""
    snapshot = publication.snapshot
    return {
        "facts": [
            (_("Unit"), phrases.unit_name(snapshot["unit"]), said(snapshot["bureau"], "name")),
            (_("Paper"), said(snapshot, "title"), _("no. %(number)s") % {"number": snapshot["number"]}),
            (_("Published"), day(publication.published_at), ""),
        ],
        "deed": showing.deed(publication),
        "unit_url": showing.unit_url(publication),
    }


def _official_facts(document: OfficialDocument) -> dict:
    """The public official document behind an answer."""
    return {
        "facts": [
            (_("Issued by"), said(document.campaign.bureau, "name"), ""),
            (_("Document"), document.title, _("no. %(number)s") % {"number": document.number}),
            (_("Kind"), document.get_kind_display(), ""),
        ],
        "deed": showing_documents.deed(document),
        "unit_url": "",
    }
