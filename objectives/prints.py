"""The paper as a document: printed once from the frozen revision, then marked by each act.

Documents speak Chinese: they are the bureau's papers, the same for every reader.
"""

import json
from datetime import date, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from objectives import phrases, raising
from objectives.models import Revision, Step
from objectives.routes import LEAVES_MARK, Act
from portal.core import pdf, seals
from portal.core.clock import is_demo
from portal.core.signing import pades, stamps
from portal.core.signing.authority import Authority

DOCUMENTS_SPEAK = "zh-hans"
OPINIONS = {
    Act.SIGN: "同意报送。",
    Act.AUDIT: "已审核，同意。",
    Act.APPROVE: "同意，准予公开。",
    Act.FILE: "收讫备案，要件齐全。",
}
HEADS = {
    "head": "单位主要负责人意见",
    "town_office": "镇街教管办意见",
    "line_leader": "分管领导意见",
    "linked_leader": "联系局领导意见",
    "style_office": "作风办备案",
}


def base(revision: Revision, *, at: datetime) -> bytes:
    """Print the revision: PDF/A-3 with its canonical JSON attached and one empty field a mark."""
    steps = [step for step in _steps(revision) if step.act in LEAVES_MARK]
    content = json.loads(revision.content)
    with translation.override(DOCUMENTS_SPEAK):
        html = render_to_string("pdf/paper.html", _facts(revision, content, steps))
    return pdf.print_html(
        html,
        title=f"{content['title_zh']} {content['unit']['name_zh']}",
        created=at,
        identifier=bytes.fromhex(revision.fingerprint)[:16],
        attachments=[("revision.json", revision.content.encode(), "签字文本（规范JSON）")],
        signature_boxes=[(step.field, step.field, HEADS[step.role]) for step in steps],
    )


def signed(document: bytes, step: Step, revision: Revision, *, post, person, key, certificate, strokes, at) -> bytes:
    """The document with one personal signature more."""
    content = json.loads(revision.content)
    width, height = pades.field_size(document, step.field)
    mark = stamps.Appearance(
        width=width,
        height=height,
        opinion=OPINIONS[Act(step.act)],
        handwriting=seals.handwriting_svg(strokes, str(person)) if strokes else "",
        name=str(person),
        seal=seals.round_seal(seal_text(content), sample=is_demo()) if step.seal else "",
        date=day_zh(timezone.localdate(at)),
    )
    return pades.sign(
        document,
        field=step.field,
        key=key,
        certificate_pem=certificate,
        stamp_pdf=stamps.draw(mark),
        reason=f"{post.title_zh}：{OPINIONS[Act(step.act)]}",
        at=at,
        authority=Authority.open(demo=is_demo()),
        first=_is_first(step, revision),
        final=_is_last(step, revision),
    )


def stamped(document: bytes, step: Step, revision: Revision, *, post, at: datetime) -> bytes:
    """The document closed by the style office's filing stamp, under the portal's organisational key."""
    authority = Authority.open(demo=is_demo())
    width, height = pades.field_size(document, step.field)
    mark = stamps.Appearance(
        width=width,
        height=height,
        opinion=OPINIONS[Act.FILE],
        notes=(f"备案号 {step.receipt}", f"经办岗位 {post.title_zh}"),
        date=day_zh(timezone.localdate(at)),
    )
    return pades.sign(
        document,
        field=step.field,
        key=authority.stamp_key,
        certificate_pem=authority.stamp_certificate,
        stamp_pdf=stamps.draw(mark),
        reason=f"{post.title_zh}：备案 {step.receipt}",
        at=at,
        authority=authority,
        first=_is_first(step, revision),
        final=_is_last(step, revision),
    )


def seal_text(content: dict) -> str:
    """The name on the unit's seal; a sample's mark is not part of its name."""
    return content["unit"]["name_zh"].replace("（示例）", "")


def day_zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _facts(revision: Revision, content: dict, steps: list[Step]) -> dict:
    address = f"{settings.SITE_URL}/v/{revision.code}"
    rows = [_row(objective, content) for objective in content["objectives"]]
    return {
        "content": content,
        "rows": rows,
        "many_targets": any(len(row["lines"]) > 1 for row in rows),
        "blocks": [{"field": step.field, "head": HEADS[step.role]} for step in steps],
        "revision": revision,
        "qr": seals.qr(address, "核验二维码"),
        "address": address,
        "consultation": consultation_zh(content["consultation"]),
        "is_demo": is_demo(),
    }


def _row(objective: dict, content: dict) -> dict:
    year = content["campaign"]["year"]
    return {
        **objective,
        "due": _due_zh(objective["due_on"], year),
        "lines": [
            {"text": target["text_zh"] if target["text_zh"] != objective["text_zh"] else "",
             "goal": phrases.from_to(target, "zh"),
             "before": raising.last_year(target, "zh"),
             "why": target.get("why_not_raised", ""),
             "due": _due_zh(target["due_on"], year) if target["due_on"] != objective["due_on"] else ""}
            for target in objective["targets"]
        ],
    }  # fmt: skip


def _due_zh(text: str | None, year: int) -> str:
    if not text:
        return ""
    day = date.fromisoformat(text)
    return f"{day.month}月{day.day}日" if day.year == year else day_zh(day)


def consultation_zh(note: dict) -> str:
    """The consultation note as one sentence: counts and adopted points only."""
    if not note["from"]:
        return ""
    first, last = date.fromisoformat(note["from"]), date.fromisoformat(note["to"])
    days = day_zh(first) if first == last else f"{day_zh(first)}至{last.month}月{last.day}日"
    counts = f"征求{note['people']}人意见，收到意见{note['heard']}条，采纳{note['adopted']}条。"
    points = f"采纳要点：{note['points']}" if note["points"] else ""
    return f"{days}以{note['how']}方式{counts}{points}"


def _steps(revision: Revision) -> list[Step]:
    return list(Step.objects.filter(paper=revision.paper_id, round=revision.round).order_by("position"))


def _is_first(step: Step, revision: Revision) -> bool:
    return step.position == min(s.position for s in _steps(revision) if s.act in LEAVES_MARK)


def _is_last(step: Step, revision: Revision) -> bool:
    return step.position == max(s.position for s in _steps(revision) if s.act in LEAVES_MARK)
