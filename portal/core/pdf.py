"""Printing HTML to archive PDF: PDF/A-3a and PDF/UA-1 in one file, the same bytes for the same input."""

import atexit
import contextlib
import functools
import gc
import threading
import warnings
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pydyf
from django.conf import settings
from django.utils.translation import gettext as _

from portal.core.errors import Refused

VARIANT = "pdf/a-3a"
LONGEST = 4_000_000
POINTS_PER_PIXEL = 0.75
FAMILIES = ("Noto Serif CJK SC", "Noto Sans CJK SC")
# One print at a time: the parsed styles and the font configuration are shared, and a print holds 250 MB.
PRESS = threading.Lock()

UA_AND_ITS_SCHEMA = b"""\
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>PDF/UA part</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


class FontsMissing(Exception):
    """The document fonts are not installed; nothing can be printed until they are."""


def print_html(
    html: str,
    *,
    title: str,
    created: datetime,
    identifier: bytes,
    attachments: Sequence[tuple[str, bytes, str]] = (),
    signature_boxes: Sequence[tuple[str, str, str]] = (),
    css: str | None = None,
) -> bytes:
    """The HTML as PDF. Identical arguments give identical bytes; nothing is fetched, from nowhere.

    `html` comes from an autoescaped template: text of people stands in it as text. What it refers to
    (pictures, style sheets, files) is left out, so drawings are inline SVG. `css` is the document style
    sheet, by default `static/css/doc.css`. `attachments` are (name, bytes, description).
    `signature_boxes` are (field name, id of the element whose place it takes, label read aloud); the fields
    are empty, and part of what the first signature covers. `identifier` is 16 bytes that name the content.
    """
    require_fonts()
    if len(html) > LONGEST:
        raise Refused(_("The text is too long to be printed."))
    with _press():
        document = _laid_out(html, document_css() if css is None else css, pdf_variant=VARIANT)
        document.metadata.title = title
        document.metadata.created = document.metadata.modified = created.isoformat()
        document.metadata.attachments = [_attachment(*each, created) for each in attachments]
        places = [(name, label, _place(document, anchor)) for name, anchor, label in signature_boxes]
        return document.write_pdf(
            pdf_variant=VARIANT, pdf_identifier=identifier, finisher=functools.partial(_finish, places=places)
        )


def draw_html(html: str, css: str) -> bytes:
    """A small drawing as plain PDF, to be placed into another one. Fetches nothing either."""
    require_fonts()
    with _press():
        return _laid_out(html, css).write_pdf()


@contextlib.contextmanager
def _press() -> Iterator[None]:
    """One print at a time, cleaned up after: its boxes are rings of references and pile up to 700 MB otherwise.

    What the process held before is set aside meanwhile: to look through all of it would cost as much as the print.
    """
    with PRESS, warnings.catch_warnings():
        # WeasyPrint leaves closing its colour profile to the garbage collector.
        warnings.filterwarnings("ignore", "unclosed file.*sRGB", ResourceWarning)
        gc.freeze()
        try:
            yield
        finally:
            gc.collect()
            gc.unfreeze()


@functools.cache
def require_fonts() -> None:
    """Raise `FontsMissing` unless the document fonts are installed: without them pages break elsewhere."""
    for family in FAMILIES:
        font_file(family)


@functools.cache
def font_file(family: str, style: str = "Regular") -> Path:
    """The file of an installed font. Raises `FontsMissing` when the family is not installed."""
    from weasyprint.text.ffi import ffi, fontconfig  # noqa: PLC0415 -- slow import

    configuration = fontconfig.FcInitLoadConfigAndFonts()
    pattern, result, found = fontconfig.FcPatternCreate(), ffi.new("FcResult *"), ffi.new("FcChar8 **")

    def fact(match, name: str) -> str:
        fontconfig.FcPatternGetString(match, name.encode(), 0, found)
        return ffi.string(ffi.cast("char *", found[0])).decode()

    try:
        for name, value in (("family", family), ("style", style)):
            fontconfig.FcPatternAddString(pattern, name.encode(), value.encode())
        fontconfig.FcConfigSubstitute(configuration, pattern, fontconfig.FcMatchPattern)
        fontconfig.FcDefaultSubstitute(pattern)
        match = fontconfig.FcFontMatch(configuration, pattern, result)
        if match == ffi.NULL or fact(match, "family") != family:
            raise FontsMissing(f"The font {family} is not installed. On Debian: apt install fonts-noto-cjk")
        return Path(fact(match, "file"))
    finally:
        fontconfig.FcPatternDestroy(pattern)


@functools.cache
def document_css() -> str:
    """The style sheet of printed documents."""
    return (Path(settings.BASE_DIR) / "static" / "css" / "doc.css").read_text()


@functools.cache
def _fetcher():
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 -- slow import

    class Nothing(URLFetcher):
        def fetch(self, url, headers=None):
            raise ValueError("Printing fetches nothing.")

        open = __call__ = fetch

    return Nothing()


@functools.cache
def _fonts():
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- slow import

    # Torn down by the interpreter's own end it would complain about what is gone already.
    atexit.register(_fonts.cache_clear)
    return FontConfiguration()


@functools.lru_cache(maxsize=8)
def _style(css: str):
    from weasyprint import CSS  # noqa: PLC0415 -- slow import

    return CSS(string=css, url_fetcher=_fetcher(), font_config=_fonts())


def _laid_out(html: str, css: str, **options):
    from weasyprint import HTML  # noqa: PLC0415 -- slow import

    return HTML(string=html, url_fetcher=_fetcher()).render(font_config=_fonts(), stylesheets=[_style(css)], **options)


def _attachment(name: str, data: bytes, description: str, created: datetime):
    from weasyprint import Attachment  # noqa: PLC0415 -- slow import

    return Attachment(
        string=data,
        name=name,
        description=description,
        relationship="Source",
        # Written down with a Z behind it, whatever the zone.
        created=created.astimezone(UTC),
        modified=created.astimezone(UTC),
        url_fetcher=_fetcher(),
    )


def _place(document, anchor: str) -> tuple[int, tuple[int, ...]]:
    """Page number and rectangle of the element: CSS pixels from the top become points from the bottom."""
    for number, page in enumerate(document.pages):
        if anchor in page.anchors:
            left, top, right, bottom = page.anchors[anchor]
            edges = (left, page.height - bottom, right, page.height - top)
            return number, tuple(round(edge * POINTS_PER_PIXEL) for edge in edges)
    raise ValueError(f"The document has no element with the id {anchor!r}.")


def _finish(document, pdf: pydyf.PDF, *, places) -> None:
    _declare_accessible(pdf)
    if places:
        _lay_out_fields(pdf, places)


def _declare_accessible(pdf: pydyf.PDF) -> None:
    """Say PDF/UA-1 beside PDF/A-3a, in metadata that checkers can read uncompressed."""
    for each in pdf.objects:
        if isinstance(each, pydyf.Stream) and each.extra.get("Type") == "/Metadata":
            each.compress = False
            each.stream = [_bytes(part).replace(b"</rdf:RDF>", UA_AND_ITS_SCHEMA) for part in each.stream]
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})


def _lay_out_fields(pdf: pydyf.PDF, places) -> None:
    """Empty signature fields in the base revision, each in the structure tree, so that PDF/UA survives signing."""
    pages = [f"{number} 0 R".encode() for number in pdf.pages["Kids"][::3]]
    tree = _object(pdf, pdf.catalog["StructTreeRoot"])
    top = _object(pdf, tree["K"][0] if isinstance(tree["K"], list) else tree["K"])
    numbers = tree["ParentTree"]
    numbers = (numbers if isinstance(numbers, dict) else _object(pdf, numbers))["Nums"]
    widgets = pydyf.Array()
    for key, (name, label, (number, box)) in enumerate(places, start=max(numbers[0::2], default=-1) + 1):
        page = pages[number]
        widget = _widget(pdf, name, label, box, page, key)
        part = pydyf.Dictionary(
            {"Type": "/StructElem", "S": "/Form", "P": top.reference, "Pg": page, "Alt": pydyf.String(label)}
        )
        part["K"] = pydyf.Dictionary({"Type": "/OBJR", "Obj": widget.reference, "Pg": page})
        pdf.add_object(part)
        top["K"].append(part.reference)
        numbers.extend([key, part.reference])
        _object(pdf, page).setdefault("Annots", pydyf.Array()).append(widget.reference)
        _object(pdf, page)["Tabs"] = "/S"
        widgets.append(widget.reference)
        tree["ParentTreeNextKey"] = key + 1
    # SigFlags 3: signatures exist, and the file may only be appended to.
    pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": widgets, "SigFlags": 3})


def _widget(pdf: pydyf.PDF, name: str, label: str, box, page: bytes, key: int) -> pydyf.Dictionary:
    frame = pydyf.Array([0, 0, box[2] - box[0], box[3] - box[1]])
    blank = pydyf.Stream([], {"Type": "/XObject", "Subtype": "/Form", "BBox": frame})
    pdf.add_object(blank)
    widget = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(name),
            "TU": pydyf.String(label),
            # Print, and locked: a reader may not drag a signature elsewhere.
            "F": 132,
            "Rect": pydyf.Array(box),
            "P": page,
            "StructParent": key,
            "AP": pydyf.Dictionary({"N": blank.reference}),
        }
    )
    pdf.add_object(widget)
    return widget


def _object(pdf: pydyf.PDF, reference: bytes | str):
    return pdf.objects[int(_bytes(reference).split()[0])]


def _bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else str(text).encode()
