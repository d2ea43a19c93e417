"""How an official document closes: the bureau's name over the day, its seal pressed on both (GB/T 9704)."""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from portal.core import pdf

CSS = """
@page { size: %(width)gpt %(height)gpt; margin: 0; }
html, body { margin: 0; width: 100%%; height: 100%%; }
body { position: relative; color: #000; }
body { font: 16pt/29pt "FangSong", "STFangsong", "FangSong_GB2312", "Noto Serif CJK SC", serif; }
p { margin: 0; white-space: nowrap; }
svg { display: block; width: 100%%; height: 100%%; }
.close { position: absolute; right: 64pt; top: 14mm; text-align: center; }
.seal { position: absolute; left: 50%%; top: -13mm; width: 42mm; height: 42mm; margin-left: -21mm; opacity: .86; }
.by { position: absolute; left: 32pt; top: 14mm; }
.by p { font-size: 10.5pt; line-height: 16pt; color: #333; }
div.pen { width: 38mm; height: 16mm; margin-top: 1mm; }
"""


@dataclass(frozen=True)
class Closing:
    """All that stands in the signature box; `handwriting` and `seal` are SVG from `portal.core.seals`."""

    width: float
    height: float
    agency: str
    date: str
    note: str = ""
    handwriting: str = ""
    seal: str = ""


def draw(closing: Closing) -> bytes:
    """The closing as a one-page PDF of exactly its size."""
    seal = format_html('<div class="seal">{}</div>', _drawing(closing.seal)) if closing.seal else ""
    by = [("p", "note", closing.note), ("div", "pen", _drawing(closing.handwriting))]
    html = format_html(
        '<!doctype html><html lang="zh-Hans"><title>{}</title><body>'
        '<div class="by">{}</div><div class="close"><p>{}</p><p>{}</p>{}</div></body></html>',
        closing.agency,
        format_html_join("", '<{0} class="{1}">{2}</{0}>', (part for part in by if part[2])),
        closing.agency,
        closing.date,
        seal,
    )
    return pdf.draw_html(html, CSS % {"width": closing.width, "height": closing.height})


def _drawing(svg: str) -> SafeString:
    """Our own drawings are numbers and outlines, made by `portal.core.seals`; nothing a person typed."""
    if svg and not svg.startswith("<svg "):
        raise ValueError("Only a drawing made by portal.core.seals may stand in a document.")
    return mark_safe(svg)  # noqa: S308 -- see the docstring; titles inside are escaped where they are made
