"""Workbooks out and in. What goes out holds values only; what comes in from strangers is checked before it is opened.

Out: every text is forced to be text, so that “=1+1” is no formula, and marked so that programs keep it as text.
In: a size, a ratio and a number of parts; no macros, no nested archives, no document types or entities; real bytes
are counted, whatever the archive says of itself; rows and columns are counted while they are read.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from portal.core.errors import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES, MOST_UNPACKED, MOST_RATIO, MOST_PARTS = 5 * 2**20, 20 * 2**20, 100, 200
MOST_ROWS, MOST_COLUMNS = 5_000, 60
PART = re.compile(r"(?:[\w\[\]. -]+/)*[\w\[\]. -]*\.(?:xml|rels|vml|png|jpe?g|emf|wmf|gif)|xl/printerSettings/\w+\.bin")
MARKUP = (".xml", ".rels", ".vml")
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY", b"\0")
"""Document types and entities; a NUL means an encoding in which they could hide."""
MAIN = b"spreadsheetml.sheet.main+xml"
CHUNK = 2**16
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
GREY = PatternFill("solid", fgColor="FFECE9E2")


class Unreadable(Refused):
    """The file is no workbook that can be read here; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that goes out: its heading, its width in characters, whether it may be filled in."""

    heading: str
    width: int = 14
    is_open: bool = False


@dataclass(slots=True)
class Table:
    """The first sheet of a workbook as texts: (row number, texts); cells that hold a formula, by row and column."""

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    formulas: list[tuple[int, int]] = field(default_factory=list)


def write(title: str, columns: Sequence[Column], rows: Iterable[Sequence]) -> bytes:
    """One sheet with a frozen heading, widths that fit, wrapped lines. Closed columns are grey."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(UNPRINTABLE.sub("", re.sub(r"[\[\]:*?/\\]", " ", title))[:31] or "1")
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.append([_cell(sheet, column.heading, bold=True, fill=not column.is_open) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet, value, *, bold: bool = False, fill: bool = False) -> WriteOnlyCell:
    """A number stays a number, a day a day; everything else is text and nothing but text."""
    if isinstance(value, int | float | Decimal | date) and not isinstance(value, bool):
        cell = WriteOnlyCell(sheet, value)
    else:
        cell = WriteOnlyCell(sheet, clean(value))
        cell.data_type = "s"
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    if fill:
        cell.fill = GREY
    return cell


def clean(value) -> str:
    """A text as a cell can hold it."""
    return UNPRINTABLE.sub("", "" if value is None else str(value))


def read(data: bytes) -> Table:
    """The first sheet of a stranger's workbook. Raises `Unreadable`, fast, for everything that is not one."""
    _require_harmless(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            return _table(book.worksheets[0])
        finally:
            book.close()
    except Unreadable:
        raise
    except Exception as problem:
        raise Unreadable(_("This workbook cannot be read. Save it again as .xlsx and try once more.")) from problem


def _table(sheet) -> Table:
    table = Table()
    for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
        if number > MOST_ROWS + 1:
            raise Unreadable(_("The sheet has more than %(n)s rows.") % {"n": f"{MOST_ROWS:,}"})
        texts = [_text(cell.value) for cell in row]
        table.formulas += [(number, place) for place, cell in enumerate(row) if cell.data_type == "f"]
        if any(texts):
            table.rows.append((number, texts))
    return table


def _text(value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(repr(value)).normalize():f}"
    return str(value).strip()


def _require_harmless(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file is larger than %(n)s MB.") % {"n": MOST_BYTES // 2**20})
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise Unreadable(_("This is an old .xls file, or it has a password. Save it as .xlsx without a password."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_parts(archive.infolist(), len(data))
            _require_workbook(archive)
            _count_bytes(archive)
    except Unreadable:
        raise
    except Exception as problem:
        raise Unreadable(_("This is no .xlsx workbook.")) from problem


def _require_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    """What the archive says of itself, before a byte of it is unpacked."""
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * size:
        raise Unreadable(_("This file unpacks to far more than a workbook of this kind holds."))
    if len({part.filename for part in parts}) < len(parts):
        raise Unreadable(_("This is no .xlsx workbook."))
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise Unreadable(_("This is no .xlsx workbook."))
        end = part.header_offset + part.compress_size
        if "vba" in part.filename.lower() or "macro" in part.filename.lower():
            raise Unreadable(_("This workbook holds macros. Save it as .xlsx without them."))
        if not part.is_dir() and (part.flag_bits & 1 or not PART.fullmatch(part.filename) or ".." in part.filename):
            raise Unreadable(_("This workbook holds parts that are not read here."))


def _require_workbook(archive: zipfile.ZipFile) -> None:
    kinds = archive.read("[Content_Types].xml")
    if b"macroEnabled" in kinds:
        raise Unreadable(_("This workbook holds macros. Save it as .xlsx without them."))
    if MAIN not in kinds:
        raise Unreadable(_("This is no .xlsx workbook."))


def _count_bytes(archive: zipfile.ZipFile) -> None:
    """Unpack everything once, counting, and look for what makes XML dangerous."""
    total = 0
    for part in archive.infolist():
        is_markup, tail = part.filename.endswith(MARKUP), b""
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK):
                total += len(chunk)
                if total > MOST_UNPACKED:
                    raise Unreadable(_("This file unpacks to far more than a workbook of this kind holds."))
                if is_markup and any(word in (tail + chunk).upper() for word in FORBIDDEN):
                    raise Unreadable(_("This workbook holds document types or entities, which are not read here."))
                tail = chunk[-16:]
