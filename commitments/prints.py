"""Official documents as PDF: printed once from the frozen text alone, then marked by one signature or stamp.

Documents speak Chinese and are laid out by GB/T 9704: the same for every reader.
"""

import json
import re
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from commitments import closing
from commitments.models import DocumentKind, OfficialDocument
from objectives.prints import DOCUMENTS_SPEAK, day_zh
from portal.core import pdf, seals
from portal.core.clock import is_demo
from portal.core.signing import pades
from portal.core.signing.authority import Authority

FIELD = "signature"
SEALED = frozenset(
    {
        DocumentKind.BULLETIN,
        DocumentKind.ORDER,
        DocumentKind.SELF_REPORT,
        DocumentKind.DECISION,
        DocumentKind.RESULT,
        DocumentKind.MUNICIPAL,
    }
)
"""Kinds on which a round seal is pressed: the bureau's, or that of the unit that speaks (`body.agency`). A unit without
a seal says `body.seal` False."""
HANDWRITTEN = frozenset({DocumentKind.ORDER, DocumentKind.SELF_REPORT, DocumentKind.DECISION})
"""Kinds that show the signer's handwriting. A bulletin names posts and units, never a person."""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LINE = 19
"""Characters of a title in one line."""
HEAD_ROOM, HEAD_LARGEST, HEAD_SMALLEST = 395, 42, 18
"""Points that the agency's name in the red head may fill, and the sizes of its type."""


def content_of(document: OfficialDocument) -> dict:
    """The frozen facts: format, kind, number, title, bureau, campaign, frozen_on, and the kind's own `body`."""
    return json.loads(document.content)


def base(document: OfficialDocument) -> bytes:
    """The printed document: PDF/A-3 with its canonical JSON attached and one empty signature field."""
    content = content_of(document)
    with translation.override(DOCUMENTS_SPEAK):
        html = render_to_string(f"pdf/{document.kind}.html", facts(document))
    return pdf.print_html(
        html,
        title=f"{content['title']} {content['number']}",
        created=document.frozen_at,
        identifier=bytes.fromhex(document.fingerprint)[:16],
        attachments=[("document.json", document.content.encode(), "签发文本（规范JSON）")],
        signature_boxes=[(FIELD, FIELD, "签发" if document.needs_signature else "平台签章")],
    )


def facts(document: OfficialDocument) -> dict:
    """What the templates of every kind may print. Beside each day `…_on` of the body stands `…_on_zh`."""
    content = content_of(document)
    address = f"{settings.SITE_URL}/v/{document.code}"
    body = content["body"]
    return {
        "content": content,
        "body": with_days(body),
        "said": _lines(body.get("said")),
        "demand": _lines(body.get("demand")),
        "month_zh": f"{int(body['month'][-2:])}月" if body.get("month") else "",
        "document": document,
        "agency": agency(content),
        "head_size": max(HEAD_SMALLEST, min(HEAD_LARGEST, int(HEAD_ROOM / (len(agency(content)) + 2) / 1.1))),
        "title_lines": body.get("title_lines") or balanced(content["title"]),
        "frozen_zh": day_zh(date.fromisoformat(content["frozen_on"])),
        "qr": seals.qr(address, "核验二维码"),
        "address": address,
        "is_demo": is_demo(),
    }


def signed(base: bytes, document: OfficialDocument, *, post, person, key, certificate, strokes, at: datetime) -> bytes:
    """The document with the leader's personal signature, the bureau's name, the day and its seal."""
    content = content_of(document)
    name = agency(content)
    seal = document.kind in SEALED and content["body"].get("seal", True)
    draws = strokes and document.kind in HANDWRITTEN
    mark = closing.Closing(
        *pades.field_size(base, FIELD),
        agency=name,
        date=day_zh(timezone.localdate(at)),
        note=f"签发岗位：{post.title_zh}",
        handwriting=seals.handwriting_svg(strokes, str(person)) if draws else "",
        seal=seals.round_seal(name, sample=is_demo()) if seal else "",
    )
    return pades.sign(
        base, field=FIELD, key=key, certificate_pem=certificate, stamp_pdf=closing.draw(mark),
        reason=f"{post.title_zh}：签发", at=at, authority=Authority.open(demo=is_demo()), first=True, final=True,
    )  # fmt: skip


def stamped(base: bytes, document: OfficialDocument, *, at: datetime) -> bytes:
    """The document closed under the portal's organisational key: the bureau's name and the day, no seal."""
    authority = Authority.open(demo=is_demo())
    mark = closing.Closing(
        *pades.field_size(base, FIELD),
        agency=agency(content_of(document)),
        date=day_zh(timezone.localdate(at)),
        note="平台组织证书签章",
    )
    return pades.sign(
        base, field=FIELD, key=authority.stamp_key, certificate_pem=authority.stamp_certificate,
        stamp_pdf=closing.draw(mark), reason=f"印发 {document.number}", at=at, authority=authority,
        first=True, final=True,
    )  # fmt: skip


def agency(content: dict) -> str:
    """Who issues it, as the head and the seal name them: the bureau, or the unit that `body.agency` names. A sample's
    mark is no part of a name.
    """
    return (content["body"].get("agency") or content["bureau"]["name_zh"]).replace("（示例）", "")


def with_days(value):
    """The same facts, each ISO day `…_on` also told in Chinese as `…_on_zh`, a `month_code` as `month_zh`."""
    if isinstance(value, list):
        return [with_days(each) for each in value]
    if not isinstance(value, dict):
        return value
    told = {key: with_days(each) for key, each in value.items()}
    days = {key: each for key, each in value.items() if key.endswith("_on") and each and DAY.fullmatch(str(each))}
    if "month_code" in value:
        told["month_zh"] = f"{int(value['month_code'][-2:])}月"
    return told | {f"{key}_zh": day_zh(date.fromisoformat(each)) for key, each in days.items()}


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def balanced(title: str) -> list[str]:
    """A title in one line, or in two or three of about one length; figures and Latin words stay whole."""
    lines = -(-len(title) // LINE)
    if lines < 2:
        return [title]
    size = -(-len(title) // lines)
    ends = [match.end() for match in re.finditer(r"[A-Za-z0-9.,%]+|.", title)]
    cut = min(ends, key=lambda end: (abs(end - size) + 3 * (title[end : end + 1] in "的，、）”》度年月日季"), end))
    return [title[:cut], *(balanced(title[cut:]) if lines > 2 else [title[cut:]])]
