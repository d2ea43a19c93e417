"""What a signature looks like on paper: opinion, handwriting, seal, date, drawn once as a small vector PDF."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal.core import pdf

# Raise when the drawing changes, so that stamps kept from before are drawn anew.
EDITION = 1
CSS = """
@page { size: %(width)gpt %(height)gpt; margin: 0; }
html, body { margin: 0; width: 100%%; height: 100%%; }
body { position: relative; font: 13pt/1.5 "KaiTi", "STKaiti", "AR PL KaitiM GB", "Noto Serif CJK SC", serif; }
body:lang(en) { font-size: 11pt; font-family: "Charter", "Noto Serif", "Noto Serif CJK SC", serif; }
p { margin: 0; }
svg { display: block; width: 100%%; height: 100%%; }
.note { font: 8.5pt/1.5 "Noto Serif CJK SC", serif; color: #333; }
div.pen { position: absolute; left: 2mm; bottom: 7mm; width: 34mm; height: 15mm; }
.name { position: absolute; left: 3mm; bottom: 8mm; font-size: 17pt; }
.for { position: absolute; left: 0; bottom: 1mm; max-width: 55%%; }
.date { position: absolute; right: 1.5mm; bottom: 1mm; white-space: nowrap; }
.date { font: 9.5pt/1.5 "Noto Serif CJK SC", serif; }
.seal { position: absolute; right: 0; bottom: 0; width: 30mm; height: 30mm; opacity: .88; }
"""


@dataclass(frozen=True)
class Appearance:
    """All that stands in one signature box. `width` and `height` are the field's, in points.

    `handwriting` and `seal` are SVG from `portal.core.seals`; everything else is plain text. A filing stamp
    has an opinion, notes (receipt number, post) and a date, and neither handwriting nor name.
    """

    width: float
    height: float
    opinion: str = ""
    notes: tuple[str, ...] = ()
    handwriting: str = ""
    name: str = ""
    on_behalf: str = ""
    seal: str = ""
    date: str = ""
    language: str = "zh-Hans"


def draw(appearance: Appearance) -> bytes:
    """The appearance as a one-page PDF of exactly its size. Drawn at the first call, kept for the next ones."""
    place = _place(appearance)
    if place.exists():
        return place.read_bytes()
    drawn = pdf.draw_html(_html(appearance), CSS % {"width": appearance.width, "height": appearance.height})
    _keep(place, drawn)
    return drawn


def _html(appearance: Appearance) -> str:
    """Where there is handwriting it stands for the name; a name alone is set in type."""
    parts = [
        ("p", "opinion", appearance.opinion),
        *(("p", "note", note) for note in appearance.notes),
        ("div", "pen", _drawing(appearance.handwriting)),
        ("p", "name", "" if appearance.handwriting else appearance.name),
        ("p", "note for", appearance.on_behalf),
        ("p", "date", appearance.date),
        ("div", "seal", _drawing(appearance.seal)),
    ]
    body = format_html_join("", '<{0} class="{1}">{2}</{0}>', (part for part in parts if part[2]))
    return format_html(
        '<!doctype html><html lang="{}"><title>{}</title><body>{}</body></html>',
        appearance.language,
        appearance.name or appearance.opinion,
        body,
    )


def _drawing(svg: str) -> SafeString:
    """Our own drawings are numbers and outlines, made by `portal.core.seals`; nothing a person typed."""
    if svg and not svg.startswith("<svg "):
        raise ValueError("Only a drawing made by portal.core.seals may stand in a stamp.")
    return mark_safe(svg)  # noqa: S308 -- see the docstring; titles inside are escaped where they are made


def _place(appearance: Appearance) -> Path:
    words = json.dumps([EDITION, CSS, asdict(appearance)], ensure_ascii=False, sort_keys=True)
    return Path(settings.DATA_DIR) / "stamps" / f"{hashlib.sha256(words.encode()).hexdigest()}.pdf"


def _keep(place: Path, drawn: bytes) -> None:
    """Whole or not at all. Losing it costs one more drawing, so it is not forced to disk."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=place.parent, prefix=".draft-")
    with os.fdopen(handle, "wb") as file:
        file.write(drawn)
    os.replace(draft, place)
