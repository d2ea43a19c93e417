"""The ledger as a spreadsheet: out goes text and no formula; what comes back is checked row by row."""

import copy
import io
import time
import tracemalloc
import zipfile
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from commitments import sheets_xlsx
from commitments.actions import ledger as acts
from commitments.actions.ledger_import import Faulty, import_ledger
from commitments.models import Entry, Line
from portal.core import spreadsheets
from portal.core.errors import Refused
from portal.core.models import Deed
from portal.core.spreadsheets import Unreadable
from tests import fingerprint, ledgers, months, stories
from tests.worlds import shared
from units.models import Post, Role

pytestmark = pytest.mark.django_db
STARTERS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    "＝1＋1",
    "＋1",
    "－1",
    "＠x",
    '=HYPERLINK("x")',
)
HEAD = "municipal_school_head"


def built():
    made = ledgers.kept("municipal_school", "department")
    made.month = months.open_months(made, made.first + timedelta(days=22))[0]
    return made


world = shared(built)


@pytest.fixture
def story(world):
    with translation.override("en"):
        yield copy.deepcopy(world)


def now():
    return timezone.now()


def visitor(user, lang="en") -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = lang
    return client


def exported(story, who=HEAD, *, lang="en", **asked) -> bytes:
    answer = visitor(story.people[who], lang).get(reverse("ledger_xlsx"), asked)
    assert answer.status_code == 200 and answer["Content-Type"] == spreadsheets.XLSX
    return answer.content


def sheet_of(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def changed(data: bytes, **cells) -> bytes:
    """The workbook with some cells of its second row (the first promise) written over, by the key of their column."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    places = {field.key: place for place, field in enumerate(sheets_xlsx.FIELDS, start=1)}
    for key, value in cells.items():
        key, _underscore, row = key.partition("__")
        book.active.cell(int(row or 2), places[key]).value = value
    return saved(book)


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(story, data, who=HEAD) -> int:
    return import_ledger(data, by=story.people[who], at=now())


def line_of(story, number="1.1") -> Line:
    return Line.objects.get(unit=story.units["municipal_school"], number=number)


# --- out -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("starter", STARTERS)
def test_no_text_leaves_as_a_formula(story, starter):
    Line.objects.update(note=starter, word=starter, department=starter)
    for row in sheet_of(exported(story, "style_office")).iter_rows():
        assert all(cell.data_type != "f" for cell in row)


def test_the_sheet_is_read_easily_and_speaks_the_reader_s_language(story):
    sheet = sheet_of(exported(story))
    assert sheet.freeze_panes == "A2" and sheet["A1"].value == "Code" and sheet.column_dimensions["D"].width > 30
    assert [cell.value for cell in sheet[1]] == [str(field.label) for field in sheets_xlsx.FIELDS]
    assert sheet.max_row == 3


@pytest.mark.parametrize("lang", sheets_xlsx.LANGUAGES)
def test_no_two_columns_have_the_same_heading(lang):
    with translation.override(lang):
        labels = [str(field.label) for field in sheets_xlsx.FIELDS]
    assert len(set(labels)) == len(labels)


def test_only_what_the_filter_finds_and_the_reader_may_see_goes_out(story):
    Line.objects.filter(unit=story.units["department"], number="1.1").update(status="overdue", rank=10)
    sheet = sheet_of(exported(story, "style_office", light="overdue"))
    assert sheet.max_row == 2 and sheet["C2"].value == story.units["department"].name_en
    assert sheet_of(exported(story, "style_office")).max_row == 5
    assert sheet_of(exported(story, "department_head")).max_row == 3
    assert visitor(story.people["administrator"]).get(reverse("ledger_xlsx")).status_code == 404
    assert visitor(stories.culture().people["style_office"]).get(reverse("ledger_xlsx")).status_code == 404


def test_drafts_go_out_to_the_unit_alone(story):
    entry = Entry.objects.get(line=line_of(story))
    Entry.objects.filter(pk=entry.pk).update(word="未寄出的草稿")
    words = lambda who: str([[cell.value for cell in row] for row in sheet_of(exported(story, who)).iter_rows()])  # noqa: E731
    assert "未寄出的草稿" in words(HEAD) and "未寄出的草稿" not in words("style_office")


# --- there and back ------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_out_and_back_unchanged_changes_nothing(story, lang):
    line = line_of(story)
    acts.assign(
        line,
        version=line.version,
        by=story.people[HEAD],
        at=now(),
        note="=1+1",
        department="-总务处",
        undertaker=Post.objects.get(unit=line.unit, role=Role.STAFF),
        milestones=[{"on": (line.starts_on + timedelta(days=9)).isoformat(), "share": "30", "text": "三成"}],
    )
    Entry.objects.filter(line=line).update(
        choice="update", value=Decimal("20.5"), word="+一间\n又一间", problem="@缺人"
    )
    data = exported(story, lang=lang)
    before = fingerprint.of_tables()
    assert bring(story, data) == 0
    assert fingerprint.of_tables() == before


def test_what_was_filled_in_comes_back_through_the_same_rules(story):
    data = changed(exported(story), undertaker="办公室干事", department="总务处", note="每周看",
                   milestones=f"{story.first + timedelta(days=20)} 30 三成；{story.first + timedelta(days=40)} 60",
                   value=20, word="又建成几间。", problem__3="缺人", request__3="请人事科支持")  # fmt: skip
    assert bring(story, data) == 2
    line, entry = line_of(story), Entry.objects.get(line=line_of(story))
    assert line.undertaker.role == Role.STAFF and (line.department, line.note) == ("总务处", "每周看")
    assert [each["share"] for each in line.milestones] == ["30", "60"]
    assert (entry.choice, entry.value, entry.word) == ("update", Decimal(20), "又建成几间。")
    stuck = Entry.objects.get(line=line_of(story, "2.1"))
    assert (stuck.choice, stuck.problem, stuck.request) == ("stuck", "缺人", "请人事科支持")
    assert Deed.objects.filter(verb="line.assigned").count() == 1
    assert Deed.objects.get(verb="ledger.imported").facts["lines"] == [line.code, line_of(story, "2.1").code]
    assert bring(story, exported(story)) == 0


@pytest.mark.parametrize("key", ["word", "problem", "request"])
def test_a_telephone_number_in_what_is_reported_is_a_mistake(story, key):
    with pytest.raises(Faulty) as told:
        bring(story, changed(exported(story), **{key: "找王老师13912345678"}))
    assert [fault.row for fault in told.value.faults] == [2] and "telephone" in told.value.faults[0].expected


@pytest.mark.parametrize("figure", ["1" * 26, "1" * 40, "9e999999", "1e-999999", "123456789012"])
def test_a_figure_with_too_many_digits_is_a_mistake_and_no_fault_of_ours(story, figure):
    with pytest.raises(Faulty):
        bring(story, changed(exported(story), value=figure))


@pytest.mark.parametrize("share", ["1E-999999", "1e5", "NaN", "9" * 5000, "50.12345"])
def test_a_share_of_a_milestone_that_is_no_plain_number_is_a_mistake(story, share):
    day = story.first + timedelta(days=20)
    with pytest.raises(Faulty):
        bring(story, changed(exported(story), milestones=f"{day} {share} 三成"))


def test_every_mistake_is_named_with_row_and_column_and_nothing_is_stored(story):
    foreign = Line.objects.get(unit=story.units["department"], number="1.1").code
    data = changed(exported(story), undertaker="校长助理", value="很多", due_on="2030-01-01", note="字" * 201,
                   milestones="下周 一半", code__3=foreign, department="总务处")  # fmt: skip
    before = fingerprint.of_tables()
    with pytest.raises(Faulty) as told:
        bring(story, data)
    faults = {(fault.row, fault.column): fault for fault in told.value.faults}
    assert set(faults) == {(2, "Handled by"), (2, "Figure now"), (2, "Due day"), (2, "Note"), (2, "Milestones"),
                           (3, "Code")}  # fmt: skip
    assert faults[2, "Handled by"].wrong == "校长助理" and "Unit staff" in faults[2, "Handled by"].expected
    assert faults[2, "Figure now"].expected == "a number"
    assert fingerprint.of_tables() == before


def test_a_row_twice_an_unknown_code_and_a_formula_are_mistakes(story):
    data = exported(story)
    code = line_of(story).code
    for cells, column in (
        ({"code__3": code}, "Code"),
        ({"code": "no-such"}, "Code"),
        ({"value": "=1+1"}, "Figure now"),
    ):
        with pytest.raises(Faulty) as told:
            bring(story, changed(data, **cells))
        assert told.value.faults[0].column == column


def test_a_report_that_was_sent_is_not_written_into(story):
    months.report(story, "municipal_school", story.month, "20", on=story.month.due_on)
    data = exported(story)
    assert bring(story, data) == 0
    with pytest.raises(Faulty) as told:
        bring(story, changed(data, value=25))
    assert "no report of this unit is open" in told.value.faults[0].expected


def test_one_refusal_undoes_everything(story):
    data = changed(exported(story), note="好", note__3="电话13812345678")
    before = fingerprint.of_tables()
    with pytest.raises(Refused, match="telephone"):
        bring(story, data)
    assert fingerprint.of_tables() == before


@pytest.mark.parametrize("who", ["style_office", "auditor", "department_head"])
def test_nobody_fills_in_for_another_unit(story, who):
    data, before = changed(exported(story), note="外人"), fingerprint.of_tables()
    with pytest.raises(Refused):
        bring(story, data, who)
    assert fingerprint.of_tables() == before


def test_a_workbook_without_our_heading_is_refused(story):
    for rows in ([], [["a", "b"]], [["No.", "Code"]]):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        with pytest.raises(Refused, match="first row"):
            bring(story, saved(book))


def test_the_page_tells_every_mistake_and_stores_what_is_right(story):
    client, path = visitor(story.people[HEAD]), reverse("ledger_import")
    assert client.get(path).status_code == 200 and client.post(path).status_code == 422

    def upload(data):
        return client.post(path, {"file": SimpleUploadedFile("ledger.xlsx", data, spreadsheets.XLSX)})

    faulty = upload(changed(exported(story), value="很多"))
    assert faulty.status_code == 422 and "Row 2, “Figure now”: “很多”" in faulty.content.decode()
    assert upload(b"no workbook").status_code == 409
    assert upload(changed(exported(story), note="每周看")).status_code == 302 and line_of(story).note == "每周看"
    assert visitor(story.people["style_office"]).get(path).status_code == 404


# --- hostile files -------------------------------------------------------------------------------


def packed(parts: dict[str, bytes], base: bytes = b"") -> bytes:
    """A workbook (a small sound one when none is given) with parts added or written over."""
    old = zipfile.ZipFile(io.BytesIO(base or spreadsheets.write("x", [spreadsheets.Column("a")], [["1"]])))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def sheet_xml(rows: bytes) -> bytes:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return b'<?xml version="1.0"?><worksheet ' + space + b"><sheetData>" + rows + b"</sheetData></worksheet>"


def lying(size: int) -> bytes:
    """A part that unpacks to far more than its headers say."""
    data = bytearray(packed({"xl/big.xml": b"<a>" + b" " * size + b"</a>"}))
    real = (size + 7).to_bytes(4, "little")
    return bytes(data.replace(real, (100).to_bytes(4, "little")))


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
OUTSIDE = b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>'
HOSTILE = {
    "bomb": lambda: packed({"xl/big.xml": b"<a>" + b" " * 19_000_000 + b"</a>"}),
    "bomb beyond the limit": lambda: packed({"xl/big.xml": b" " * 60_000_000}),
    "lying header": lambda: lying(60_000_000),
    "many parts": lambda: packed({f"xl/part{n}.xml": b"<a/>" for n in range(300)}),
    "nested archive": lambda: packed({"xl/inner.zip": packed({})}),
    "strange path": lambda: packed({"../evil.xml": b"<a/>"}),
    "entities": lambda: packed({"xl/sharedStrings.xml": LAUGHS}),
    "entities elsewhere": lambda: packed({"xl/styles.xml": LAUGHS}),
    "external entity": lambda: packed({"xl/workbook.xml": OUTSIDE}),
    "entities in relations": lambda: packed({"_rels/.rels": OUTSIDE}),
    "entities in another encoding": lambda: packed({"xl/styles.xml": LAUGHS.decode().encode("utf-16")}),
    "entities across chunks": lambda: packed({"xl/styles.xml": b" " * (2**16 - 5) + LAUGHS}),
    "macros": lambda: packed({"xl/vbaProject.bin": b"\xd0\xcf"}),
    "macro workbook": lambda: packed(
        {"[Content_Types].xml": b"<Types>macroEnabled spreadsheetml.sheet.main+xml</Types>"}
    ),
    "no workbook": lambda: packed({"[Content_Types].xml": b"<Types/>"}),
    "a text": lambda: b"code,number\n1,2",
    "an image": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "an old workbook": lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "nothing": lambda: b"",
    "half a file": lambda: packed({})[:800],
    "broken markup": lambda: packed({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"}),
    "too large": lambda: b"PK\x03\x04" + b"x" * (6 * 2**20),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_fast_and_small(story, name):
    data = HOSTILE[name]()
    before = fingerprint.of_tables()
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(Unreadable):
        bring(story, data)
    took, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < 10 and peak < 30 * 2**20, (name, took, peak)
    assert fingerprint.of_tables() == before


def test_a_million_rows_are_not_read():
    row = b'<row><c t="inlineStr"><is><t>x</t></is></c></row>'
    many = packed({"xl/worksheets/sheet1.xml": sheet_xml(row * 300_000)})
    padded = packed({"xl/worksheets/sheet1.xml": sheet_xml(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')})
    some = packed({"xl/worksheets/sheet1.xml": sheet_xml(row * 6_000), "docProps/x.xml": b""})
    for data in (many, padded, some):
        began = time.process_time()
        with pytest.raises(Unreadable):
            spreadsheets.read(data)
        assert time.process_time() - began < 10


def test_the_control_a_sound_file_passes():
    table = spreadsheets.read(packed({}))
    assert [texts[0] for _row, texts in table.rows] == ["a", "1"] and table.formulas == []
