"""Evidence is judged by content and made anew, private, dated, and never used twice unseen."""

import io
import struct
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image, ImageFile
from weasyprint import HTML, Attachment

from commitments.actions import dispatch
from commitments.actions import evidence as acts
from commitments.models import Evidence, Line, Sheet
from commitments.policies import evidence as policy
from commitments.queries.evidence import reused
from portal.core import cleaning, uploads, vault
from portal.core.errors import Refused
from portal.core.models import Deed
from portal.core.verdicts import YES
from tests import months, stories
from units.policies import standing

pytestmark = pytest.mark.django_db
SECRET = b"36.0615N"


def picture(form="JPEG", size=(60, 40), colour="teal", **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **more)
    return out.getvalue()


def located() -> bytes:
    """A photograph as a telephone takes it: on its side, with place, camera and a comment."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (36.0, 6.0, 15.0)})
    return picture(size=(80, 40), exif=exif, comment=b"<script>alert(1)</script>")


def pdf(body="<h1>台账</h1>", **more) -> bytes:
    return HTML(string=body).write_pdf(**more)


def scripted(action: bytes) -> bytes:
    """A small PDF whose opening does something."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 4 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
        action,
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)


def vast_png(side=20_000) -> bytes:
    """A few bytes that claim to be a picture of 400 million pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9999)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Published papers and an open month; built once, every test is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        story = months.kept("municipal_school", "town_school")
        months.open_months(story, story.first + timedelta(days=22))
        yield story
        transaction.set_rollback(True)


@pytest.fixture
def story(world):
    with translation.override("en"):
        yield world


@pytest.fixture
def sheet(story):
    return Sheet.objects.get(unit=story.units["municipal_school"])


def add(story, sheet, data, *, place=1, who="municipal_school_staff", **more):
    facts = {"title": "新建的图书角", "happened_on": story.first, "at": timezone.now(), **more}
    entry = sheet.entries.get(line__position=place)
    return acts.add(entry=entry, upload=io.BytesIO(data), by=story.people[who], **facts)


def judged(data: bytes) -> str:
    """What is wrong with a file, as the child process finds it; empty when it is accepted."""
    try:
        cleaning.clean(data)
    except cleaning.Fault as fault:
        return str(fault)
    except Exception:
        return "damaged"
    return ""


def refused(story, sheet, data, match, **more):
    """It is refused in these words, and nothing was stored."""
    deeds = Deed.objects.count()
    with pytest.raises(Refused, match=match):
        add(story, sheet, data, **more)
    assert not Evidence.objects.exists() and Deed.objects.count() == deeds


# --- what is kept --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_drawn_anew_as_a_jpeg(story, sheet, form):
    kept = add(story, sheet, picture(form, size=(3000, 100)))
    drawn = Image.open(io.BytesIO(vault.get(kept.sha256)))
    assert (kept.kind, drawn.format, drawn.size) == ("jpeg", "JPEG", (2400, 80))
    assert Deed.objects.get(verb="evidence.added").facts["original"] == kept.original


def test_place_camera_and_comments_of_a_photograph_are_gone_and_it_stands_upright(story, sheet):
    before = located()
    assert SECRET in before and b"script" in before
    kept = vault.get(add(story, sheet, before).sha256)
    assert SECRET not in kept and b"script" not in kept and b"Exif" not in kept
    assert Image.open(io.BytesIO(kept)).size == (40, 80)


def test_a_pdf_is_written_anew_without_its_author_and_what_hung_on_its_end(story, sheet):
    kept = add(story, sheet, pdf("<meta name=author content=Somebody><h1>x</h1>") + b"<script>alert(1)</script>")
    data = vault.get(kept.sha256)
    assert kept.kind == "pdf" and data.startswith(b"%PDF-")
    assert b"Somebody" not in data and b"<script" not in data


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"<html><script>alert(1)</script>", "unknown"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "unknown"),
        (b"GIF89a" + b"\0" * 40, "unknown"),
        (b"PK\x03\x04" + b"\0" * 40, "unknown"),
        (b"MZ\x90\0", "unknown"),
        (b"RIFF\0\0\0\0WAVEfmt ", "unknown"),
        (b"\n%PDF-1.7 with something before it", "unknown"),
        (b"", "unknown"),
        (b"%PDF-1.7\nnothing behind it", "damaged"),
        (b"%PDF-1.7\nnothing behind it\n%%EOF", "damaged"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "damaged"),
        (picture(size=(900, 900), colour="red")[:-400], "damaged"),
        (vast_png(20_000), "pixels"),
        (vast_png(8_000), "pixels"),
        (scripted(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "active"),
        (scripted(b"<< /S /Launch /F (cmd.exe) >>"), "active"),
        (scripted(b"<< /S /#4aavaScript /J#53 (app.alert(1)) >>"), "active"),
        (scripted(b"<< /S /SubmitForm /F (http://example.test) >>"), "active"),
        (scripted(b"<< /S /GoToR /F (other.pdf) >>"), "active"),
        (scripted(b"[3 0 R /Fit]"), ""),
    ],
)
def test_files_are_judged_by_their_content(monkeypatch, data, fault):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)  # as in the process of its own: no printer there
    assert judged(data) == fault


def test_a_pdf_with_files_packed_inside_or_a_lock_is_refused():
    assert judged(pdf(attachments=[Attachment(string="x", name="a.exe")])) == "active"
    assert judged(locked()) == "locked"


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"<svg onload='alert(1)'/>", "neither.*Accepted are"),
        (b"", "empty"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, "damaged"),
        (vast_png(), "40 million"),
        (scripted(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "scripts"),
    ],
    ids=["svg", "empty", "damaged", "vast", "script"],
)
def test_a_refusal_says_what_is_wrong_and_stores_nothing(story, sheet, data, match):
    refused(story, sheet, data, match)


def test_whatever_a_file_does_only_the_process_that_reads_it_dies_of_it(monkeypatch):
    monkeypatch.setattr(uploads, "SECONDS", 0.01)
    with translation.override("en"), pytest.raises(Refused, match="damaged"):
        uploads.cleaned(picture())


def locked() -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 -- for this one file
    from pyhanko.pdf_utils.writer import copy_into_new_writer  # noqa: PLC0415 -- for this one file

    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf())))
    writer.encrypt("secret", "secret")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_file_that_is_too_large_is_refused():
    for head, size in ((b"%PDF-", uploads.LARGEST_PDF), (b"\xff\xd8\xff", uploads.LARGEST_PICTURE)):
        with translation.override("en"), pytest.raises(Refused, match="too large"):
            uploads.cleaned(head + b"\0" * size)


def test_its_day_lies_within_the_campaign_and_it_is_named_without_personal_numbers(story, sheet):
    refused(story, sheet, picture(), "not come yet", happened_on=timezone.localdate() + timedelta(days=1))
    before = story.campaign.starts_on - timedelta(days=1)
    refused(story, sheet, picture(), "before the campaign", happened_on=before)
    refused(story, sheet, picture(), "what the file shows", title="  ")
    refused(story, sheet, picture(), "telephone", title="王老师13912345678")


# --- who, and until when -------------------------------------------------------------------------


def test_only_the_unit_itself_adds_evidence(story, sheet):
    for who in ("department_staff", "style_office", "linked_leader", "auditor", "town_school_head"):
        refused(story, sheet, picture(), "unit itself|hidden", who=who)


def test_after_sending_nothing_is_added_and_nothing_taken_back(story, sheet):
    kept, head = add(story, sheet, picture()), story.people["municipal_school_head"]
    sheet = months.fill(sheet, "20", by=head, on=sheet.month.due_on)
    dispatch.send(sheet, version=sheet.version, by=head, at=months.at(sheet.month.due_on))
    with pytest.raises(Refused, match="was sent"):
        acts.remove(kept, by=head, at=timezone.now())
    with pytest.raises(Refused, match="was sent"):
        add(story, sheet, picture(colour="red"))
    assert Evidence.objects.get().removed_at is None


def sends_meanwhile(story, sheet, monkeypatch) -> None:
    """The head sends the month while the staff's file is being made anew."""
    clean = uploads.cleaned

    def slowly(data):
        head = story.people["municipal_school_head"]
        filled = months.fill(sheet, "20", by=head, on=sheet.month.due_on)
        dispatch.send(filled, version=filled.version, by=head, at=months.at(sheet.month.due_on))
        return clean(data)

    monkeypatch.setattr(uploads, "cleaned", slowly)


def test_a_file_that_was_still_being_read_when_the_month_was_sent_is_not_added(story, sheet, monkeypatch):
    sends_meanwhile(story, sheet, monkeypatch)
    with pytest.raises(Refused, match="was sent"):
        add(story, sheet, picture())
    assert not Evidence.objects.exists()


def test_without_asking_again_such_a_file_would_slip_in(story, sheet, monkeypatch):
    sends_meanwhile(story, sheet, monkeypatch)
    monkeypatch.setattr(policy, "can_change", lambda *args, **more: YES)
    assert add(story, sheet, picture())


def test_what_is_taken_back_keeps_its_row_and_is_read_by_nobody(story, sheet):
    kept, staff = add(story, sheet, picture()), story.people["municipal_school_staff"]
    acts.remove(kept, by=staff, at=timezone.now())
    acts.remove(kept, by=staff, at=timezone.now())
    assert Evidence.objects.get().removed_at and Deed.objects.filter(verb="evidence.removed").count() == 1
    assert client_of(staff).get(reverse("evidence", args=[kept.pk])).status_code == 404


def test_the_same_file_twice_in_one_place_is_one(story, sheet):
    add(story, sheet, picture())
    with pytest.raises(Refused, match="already here"):
        add(story, sheet, picture())
    assert Evidence.objects.count() == 1


def test_ten_files_in_one_place_are_enough(story, sheet, monkeypatch):
    monkeypatch.setattr(acts, "MOST", 1)
    add(story, sheet, picture())
    with pytest.raises(Refused, match="already 1 files"):
        add(story, sheet, picture(colour="red"))


def test_a_file_used_elsewhere_is_kept_and_shown_as_reused(story, sheet):
    first = add(story, sheet, picture())
    again = add(story, sheet, picture(), place=2)
    other = add(story, sheet, picture(colour="red"), place=2)
    today = timezone.localdate()
    for who in ("style_office", "auditor", "municipal_school_head"):
        found = reused([first, again, other], standing(story.people[who], on=today))
        assert (found[first.pk], found[again.pk], found[other.pk]) == ([again], [first], []), who


def test_reuse_names_no_place_that_the_reader_may_not_see(story, sheet):
    kept = add(story, sheet, picture())
    school = Sheet.objects.get(month=sheet.month, unit=story.units["town_school"])
    add(story, school, picture(), who="town_school_staff")
    today = timezone.localdate()
    assert reused([kept], standing(story.people["style_office"], on=today)) == {kept.pk: []}


# --- reading it ----------------------------------------------------------------------------------


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = "en"
    return client


READERS = {
    "municipal_school": {"municipal_school_staff", "municipal_school_head", "style_office", "auditor", "linked_leader"},
    "town_school": {"town_school_staff", "town_school_head", "town_office_approver"},
}


@pytest.mark.parametrize("kind", ["municipal_school", "town_school"])
def test_it_opens_for_the_unit_and_those_who_receive_it_and_exists_for_nobody_else(story, sheet, kind):
    mine = Sheet.objects.get(month=sheet.month, unit=story.units[kind])
    kept = add(story, mine, picture(), who=f"{kind}_staff")
    foreign = stories.culture()
    people = story.people | {f"foreign {name}": user for name, user in foreign.people.items()}
    path = reverse("evidence", args=[kept.pk])
    opened = {name for name, user in people.items() if client_of(user).get(path).status_code == 200}
    assert opened == READERS[kind]
    assert Client().get(path).status_code == 302
    today = timezone.localdate()
    listed = {name for name, user in people.items() if policy.visible(standing(user, on=today)).exists()}
    assert listed == opened


def test_it_is_handed_out_inert(story, sheet):
    kept = add(story, sheet, pdf())
    answer = client_of(story.people["style_office"]).get(reverse("evidence", args=[kept.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"] and "script" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    assert answer.content == vault.get(kept.sha256)


def test_a_damaged_file_is_not_handed_out(story, sheet):
    kept = add(story, sheet, picture())
    Evidence.objects.update(sha256="0" * 64)
    assert client_of(story.people["style_office"]).get(reverse("evidence", args=[kept.pk])).status_code == 404


def files_page(sheet) -> str:
    return reverse("report_evidence", args=[sheet.pk, sheet.entries.get(line__position=1).pk])


def handed_in(story, data: bytes, name="bild.jpg", **more) -> dict:
    facts = {"title": "图书角", "happened_on": f"{story.first}", **more}
    return facts | {"upload": SimpleUploadedFile(name, data, content_type="image/jpeg")}


def test_a_file_is_added_and_taken_back_on_its_page(story, sheet):
    staff, page = client_of(story.people["municipal_school_staff"]), files_page(sheet)
    assert staff.post(page, handed_in(story, picture())).status_code == 302
    kept = Evidence.objects.get()
    assert "图书角" in (text := staff.get(page).content.decode()) and "Take back" in text
    assert "1 file as evidence" in staff.get(reverse("report_sheet", args=[sheet.pk])).content.decode()
    staff.post(reverse("evidence_remove", args=[kept.pk]))
    assert "Take back" not in staff.get(page).content.decode()


def test_the_page_says_what_is_wrong_with_a_file_whatever_its_name(story, sheet):
    staff, page = client_of(story.people["municipal_school_staff"]), files_page(sheet)
    answer = staff.post(page, handed_in(story, b"<html><script>alert(1)</script>", "scan.jpg"))
    text = answer.content.decode()
    assert answer.status_code == 409 and "neither a photograph nor a PDF" in text and 'value="图书角"' in text
    answer = staff.post(page, {"title": "", "happened_on": "2017-02-31"})
    assert answer.status_code == 422 and "Choose the photograph" in answer.content.decode()
    assert "There is no 31 February" in answer.content.decode() and not Evidence.objects.exists()


def test_what_is_too_large_is_turned_away_before_it_is_read(story, sheet):
    staff = client_of(story.people["municipal_school_staff"])
    answer = staff.post(files_page(sheet), handed_in(story, b"\xff\xd8\xff" + b"\0" * (13 * 1024 * 1024)))
    assert answer.status_code == 413 and "too large" in answer.content.decode()


def test_the_page_of_files_asks_for_its_own_form(story, sheet):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(story.people["municipal_school_staff"])
    assert strict.post(files_page(sheet), handed_in(story, picture())).status_code == 403


def test_those_who_read_a_report_add_nothing(story, sheet):
    office = client_of(story.people["style_office"])
    assert b'type="file"' not in office.get(files_page(sheet)).content
    assert office.post(files_page(sheet), handed_in(story, picture())).status_code == 409
    assert client_of(story.people["department_head"]).get(files_page(sheet)).status_code == 404
    assert not Evidence.objects.exists()


def test_the_receivers_read_on_the_report_that_a_file_was_used_before(story, sheet):
    add(story, sheet, picture())
    add(story, sheet, picture(), place=2)
    page = client_of(story.people["style_office"]).get(reverse("report_sheet", args=[sheet.pk])).content.decode()
    assert page.count("Also used for promise") == 2


def test_a_line_that_is_not_the_entrys_own_is_refused(story, sheet):
    other = Line.objects.filter(unit=sheet.unit).last()
    refused(story, sheet, picture(), "another promise", line=other)
