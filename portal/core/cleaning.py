"""A stranger's picture or PDF made anew: what is drawn stays, everything hidden in the file goes. Needs no Django.

Run as a program: `python cleaning.py` reads one file from standard input, cleans it under limits of time and
memory, and prints one line of JSON (`kind`, or the `fault` that stops it), then the clean bytes.
"""

import io
import json
import logging
import sys
from collections.abc import Iterator

from PIL import Image, ImageOps
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

SECONDS = 15
BYTES = 1_500_000_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2400
QUALITY = 82
MOST_OBJECTS = 200_000
PICTURES = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"RIFF": "WEBP"}
PDF, END = b"%PDF-", b"%%EOF"

ACTIVE_KEYS = {"/JavaScript", "/JS", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
ACTIVE_NAMES = {
    *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound"),
    *("/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Screen", "/3D"),
}
NAMED_BY = ("/S", "/Subtype", "/Type")
"""Where a PDF says what kind of action, annotation or stream something is."""


class Fault(Exception):
    """Why a file is not accepted: unknown, damaged, pixels, locked or active."""


def clean(data: bytes) -> tuple[str, bytes]:
    """The kind ("jpeg" or "pdf") and the new bytes. Raises `Fault`, or whatever a broken file makes a library raise."""
    if data.startswith(PDF):
        return "pdf", _pdf(data)
    form = next((form for head, form in PICTURES.items() if data.startswith(head)), "")
    if not form or (form == "WEBP" and data[8:12] != b"WEBP"):
        raise Fault("unknown")
    return "jpeg", _picture(data, form)


def _picture(data: bytes, form: str) -> bytes:
    """Drawn anew on white, turned upright, at most `LONGEST_SIDE` long: no place, no camera, no second content."""
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Fault("pixels")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            drawn = ImageOps.exif_transpose(opened)
            drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            drawn = drawn.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise Fault("pixels") from problem
    sheet = Image.new("RGB", drawn.size, "white")
    sheet.paste(drawn, mask=drawn.getchannel("A"))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _pdf(data: bytes) -> bytes:
    """Written anew from what its pages reach; nothing that acts, nothing that is packed inside, no metadata."""
    end = data.rfind(END)
    if end < 0:
        raise Fault("damaged")
    reader = PdfFileReader(io.BytesIO(data[: end + len(END)] + b"\n"))
    if reader.encrypted:
        raise Fault("locked")
    root = reader.root
    for each in _reached(root):
        if _is_active(each):
            raise Fault("active")
    if int(root["/Pages"]["/Count"]) < 1:
        raise Fault("damaged")
    root.pop(generic.pdf_name("/Metadata"), None)
    out = io.BytesIO()
    copy_into_new_writer(reader, {"info": None}).write(out)
    return out.getvalue()


def _reached(start) -> Iterator[generic.DictionaryObject]:
    """Every dictionary that can be reached, each once."""
    waiting, known, count = [start], set(), 0
    while waiting:
        each = waiting.pop()
        if isinstance(each, generic.IndirectObject):
            if (each.idnum, each.generation) in known:
                continue
            known.add((each.idnum, each.generation))
            each = each.get_object()
        count += 1
        if count > MOST_OBJECTS:
            raise Fault("damaged")
        if isinstance(each, generic.DictionaryObject):
            yield each
            waiting += [each.raw_get(name) for name in each]
        elif isinstance(each, generic.ArrayObject):
            waiting += [each.raw_get(place) for place in range(len(each))]


def _is_active(each: generic.DictionaryObject) -> bool:
    if ACTIVE_KEYS & set(each):
        return True
    return any(str(each[name]) in ACTIVE_NAMES for name in NAMED_BY if name in each)


def main() -> None:
    """Clean one file within the limits; whatever it does, only this process dies of it."""
    import resource  # noqa: PLC0415 -- the child alone limits itself

    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    logging.disable(logging.CRITICAL)
    try:
        kind, data = clean(sys.stdin.buffer.read())
        head = {"kind": kind}
    except Fault as fault:
        head, data = {"fault": str(fault)}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + data)


if __name__ == "__main__":
    main()
