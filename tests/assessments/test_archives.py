"""Closing archives: what stands in them, what does not, and that any change is found without the portal."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from assessments import archiving, verify_archive
from assessments.actions import archives
from assessments.models import Archive, Assessment, Case, Draw
from assessments.policies import archives as policies
from assessments.sweeps import archives as sweeps
from commitments.actions import documents
from commitments.models import Line, Month, Publication, Sheet
from objectives.models import Campaign
from portal.core import deeds, jobs, vault
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import judged, stories
from tests.months import plain_paper
from tests.promised import promised
from units.policies import standing

OURS, THEIRS = "本单位写的话", "别的单位写的话"


MINUTES = {
    "month": "2026-06", "held_on": "2026-06-30", "place": "三楼", "chaired_by": "分管副局长", "present": "各科室",
    "said": "通报情况。", "decisions": [], "followed": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """A department's published paper, stamped minutes, an assessment whose result is out, a draw, two bureaus' deeds.
    Everything is signed and printed for real, once.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield _story()
        transaction.set_rollback(True)


@pytest.fixture
def story(world, db):
    """The world; what a test changes is rolled back."""
    savepoint = transaction.savepoint()
    yield world
    transaction.savepoint_rollback(savepoint)


def _story():
    story, now = stories.education(), timezone.now()
    story.office = story.people["style_office"]
    story.paper("department", "published")
    minutes = documents.freeze(
        "minutes", campaign=story.campaign, number="北教作风纪〔2026〕1号", title="会议纪要", by=story.office, at=now,
        needs_signature=False, content=MINUTES,
    )  # fmt: skip
    documents.stamp(minutes, at=now)
    story.foreign = stories.culture()
    deeds.record("meeting.held", about=story.campaign, by=story.office, at=now, bureau="north", words=OURS)
    deeds.record("meeting.held", about=story.foreign.campaign, by=story.foreign.people["style_office"], at=now,
                 bureau="south", words=THEIRS, place=THEIRS)  # fmt: skip
    story.standard = judged.frozen_standard(story)
    today = timezone.localdate()
    story.assessment = Assessment.objects.create(
        campaign=story.campaign, standard=story.standard, phase="published", self_due_on=today, inspect_from_on=today,
        inspect_to_on=today, notified_at=now, published_at=now, published_by=story.office,
    )  # fmt: skip
    publication = Publication.objects.get()
    Case.objects.create(assessment=story.assessment, unit=publication.unit, publication=publication, total="91.50",
                        order=publication.order, kind_key="department", grade="excellent")  # fmt: skip
    lists = {name: vault.put(f"{name}\n".encode()) for name in ("objects_hash", "inspectors_hash", "result_hash")}
    Draw.objects.create(assessment=story.assessment, number="北教抽〔2026〕1号", state="drawn", rule="{}", seed="12345",
                        announced_at=now, announced_by=story.office, announced_post=judged.post_of(story.office),
                        drawn_at=now, drawn_by=story.office, **lists)  # fmt: skip
    return story


def made(story) -> Path:
    archives.ask(story.campaign, by=story.office, at=timezone.now())
    assert sweeps.make_waiting(on=timezone.localdate(), at=timezone.now()) == 1
    return archiving.place_of(Archive.objects.latest("asked_at").sha256)


def difference(place: Path) -> str:
    with pytest.raises(verify_archive.Difference) as found:
        verify_archive.check(str(place))
    return str(found.value)


def rewritten(place: Path, target: Path, name: str, change) -> Path:
    """The archive with one file changed (None: left out), its list, its seal and its sums made to fit."""
    with zipfile.ZipFile(place) as old:
        parts = {each: old.read(each) for each in old.namelist()}
    parts[name] = change(parts[name])
    parts = {each: data for each, data in parts.items() if data is not None}
    manifest = json.loads(parts.pop("manifest.json"))
    with zipfile.ZipFile(target, "w") as new:
        package = archiving.Package(new)
        for each, data in parts.items():
            package.add(each, [data])
        kept = {**manifest["files"], **package.files}
        manifest["files"] = kept if change(b"{}") is None else package.files
        package.add("manifest.json", [json.dumps(manifest).encode()])
        new.comment = archiving.SEAL + b"0" * 64
    archiving._seal(target)
    return target


def test_an_archive_holds_documents_data_and_record_and_verifies_without_the_portal(story, tmp_path):
    place = made(story)
    with zipfile.ZipFile(place) as archive:
        archive.extract("verify_archive.py", tmp_path)
        names = set(archive.namelist())
        parts = {name: archive.read(name) for name in names}
    told = subprocess.run([sys.executable, "-I", str(tmp_path / "verify_archive.py"), str(place), place.stem],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert told.returncode == 0, told.stdout + told.stderr
    assert place.stem in told.stdout and "WHOLE" in told.stdout

    publication = Publication.objects.get()
    paper = f"documents/paper/{publication.revision.number}.pdf"
    assert parts[paper] == vault.get(publication.document) and parts[paper].startswith(b"%PDF")
    assert "documents/minutes/北教作风纪〔2026〕1号.pdf" in names
    rows = [json.loads(line) for line in parts["data/results.jsonl"].splitlines()]
    assert [(row["unit"], row["total"], row["grade"]) for row in rows] == [("department", "91.5", "excellent")]
    table = list(csv.DictReader(io.StringIO(parts["data/commitments.csv"].decode("utf-8-sig"))))
    assert [row["number"] for row in table] == ["1.1", "2.1"]
    assert parts["data/draws/北教抽〔2026〕1号/seed.txt"] == b"12345"
    assert not {name for name in names if name.endswith(".jsonl") and name.replace(".jsonl", ".csv") not in names} - {
        "record/deeds.jsonl"
    }
    record = [json.loads(line) for line in parts["record/deeds.jsonl"].splitlines()]
    assert len(record) == Deed.objects.count() - 1, "all but that the archive was made"
    assert {row["bureau"] for row in record if "verb" in row} == {"north"}
    everything = b"".join(parts.values()).decode(errors="replace")
    assert THEIRS not in everything and OURS not in everything
    for person in story.people.values():
        assert str(person) not in b"".join(parts[name] for name in names if name[:5] == "data/").decode()

    archive = Archive.objects.get()
    assert (archive.files, archive.size, archive.progress) == (len(names), place.stat().st_size, {})
    assert Letter.objects.get(key=f"archive-{archive.pk}").to == story.office
    deed = Deed.objects.order_by("number").last()
    assert (deed.verb, deed.by, deed.facts["sha256"]) == ("archive.made", "clock", place.stem)


def test_the_same_state_gives_the_same_bytes_and_every_change_is_found(story, tmp_path):
    first = archiving.build(story.campaign)
    steps = []
    assert archiving.build(story.campaign, told=lambda *facts: steps.append(facts)) == first
    assert {step for step, _done, _of in steps} == {"documents", "data"} and all(done <= of for _s, done, of in steps)
    place, data = archiving.place_of(first.sha256), archiving.place_of(first.sha256).read_bytes()
    assert verify_archive.check(str(place), first.sha256)["campaign"] == story.campaign.code
    with pytest.raises(verify_archive.Difference, match="another archive"):
        verify_archive.check(str(place), "0" * 64)

    dice, copy = Random(7), tmp_path / "copy.zip"
    with zipfile.ZipFile(place) as archive:
        inside = [info.header_offset for info in archive.infolist()]
    ends = [len(data) - 1, len(data) - 70, len(data) - 120]
    for spot in (0, *inside, *ends, *(dice.randrange(len(data)) for _each in range(60))):
        flipped = bytearray(data)
        flipped[spot] ^= 1 << dice.randrange(8)
        copy.write_bytes(flipped)
        assert difference(copy), spot
    copy.write_bytes(data[: len(data) // 2])
    assert difference(copy)
    assert verify_archive.main([str(tmp_path / "nowhere.zip")]) == 2
    assert verify_archive.main([str(copy)]) == 1


def test_a_clever_change_is_found_as_well_because_documents_draws_and_deeds_vouch_for_each_other(story, tmp_path):
    place, target = archiving.place_of(archiving.build(story.campaign).sha256), tmp_path / "clever.zip"
    with zipfile.ZipFile(place) as archive:
        paper = next(name for name in archive.namelist() if name.startswith("documents/paper/"))

    def tampered(data: bytes) -> bytes:
        return data.replace(b'"meeting.held"', b'"meeting.closed"')

    assert verify_archive.check(str(rewritten(place, target, "README.txt", lambda data: data)))
    assert f"{paper} is missing" in difference(rewritten(place, target, paper, lambda _data: None))
    assert "is not the document" in difference(rewritten(place, target, paper, lambda data: data + b" "))
    assert "deed" in difference(rewritten(place, target, "record/deeds.jsonl", tampered))
    record = "record/deeds.jsonl"
    cut = rewritten(place, target, record, lambda data: b"".join(data.splitlines(keepends=True)[:-1]))
    assert "does not end where" in difference(cut)
    gap = rewritten(place, target, record, lambda data: b"".join(data.splitlines(keepends=True)[1:]))
    assert "deed 1 is missing" in difference(gap)
    draw = "data/draws/北教抽〔2026〕1号/objects.txt"
    assert "announced" in difference(rewritten(place, target, draw, lambda data: data + b"x"))


def test_what_is_signed_while_an_archive_is_made_stands_in_the_next_one_and_this_one_stays_whole(story):
    """Documents, table and number of steps come from one reading."""

    def late(number: str, *, mark: bool):
        facts = {"campaign": story.campaign, "number": number, "title": "会议纪要", "content": MINUTES}
        made = documents.freeze("minutes", **facts, needs_signature=False, by=story.office, at=timezone.now())
        return documents.stamp(made, at=timezone.now()) if mark else made

    printed, moments = late("北教作风纪〔2026〕8号", mark=False), []

    def told(step, done, of):
        assert done <= of
        if step == "documents" and not moments:
            moments.append(step)
            documents.stamp(printed, at=timezone.now())
            late("北教作风纪〔2026〕9号", mark=True)

    place = archiving.place_of(archiving.build(story.campaign, told=told).sha256)
    verify_archive.check(str(place))
    with zipfile.ZipFile(place) as archive:
        assert sum(name.startswith("documents/minutes/") for name in archive.namelist()) == 1
    place = archiving.place_of(archiving.build(story.campaign).sha256)
    verify_archive.check(str(place))
    with zipfile.ZipFile(place) as archive:
        assert sum(name.startswith("documents/minutes/") for name in archive.namelist()) == 3


def test_an_archive_with_a_gap_is_not_made_and_says_why(story, tmp_path):
    sha256 = Publication.objects.get().document
    asked = archives.ask(story.campaign, by=story.office, at=timezone.now())
    aside = vault.path(sha256).rename(tmp_path / "aside")
    try:
        with pytest.raises(jobs.Unfinished):
            sweeps.make_waiting(on=timezone.localdate(), at=timezone.now())
    finally:
        aside.rename(vault.path(sha256))
    asked.refresh_from_db()
    assert asked.made_at is None and sha256 in asked.problem
    assert not list(archiving.place_of("0" * 64).parent.glob(".draft-*")), "nothing half done lies about"
    assert sweeps.make_waiting(on=timezone.localdate(), at=timezone.now()) == 0
    assert sha256 in Letter.objects.get(key=f"archive-{asked.pk}").body
    assert archives.ask(story.campaign, by=story.office, at=timezone.now())


def test_two_workers_make_one_archive_and_a_dead_one_is_followed_after_its_lease(story):
    archive = archives.ask(story.campaign, by=story.office, at=timezone.now())
    began = timezone.now()
    assert sweeps._claim(archive, began)
    assert sweeps.make_waiting(on=timezone.localdate(), at=began + timedelta(minutes=1)) == 0
    assert sweeps.make_waiting(on=timezone.localdate(), at=timezone.now() + sweeps.LEASE - timedelta(minutes=14)) == 0
    Archive.objects.update(progress={"began_at": (began - sweeps.LEASE).isoformat(), "step": "data"})
    assert sweeps.make_waiting(on=timezone.localdate(), at=began) == 1
    assert Deed.objects.filter(verb="archive.made").count() == 1


@translation.override("en")
def test_only_the_style_office_asks_and_only_once_there_is_a_result(story):
    office, now, before = story.office, timezone.now(), deeds.head()
    Assessment.objects.update(published_at=None, published_by=None, phase="notified")
    for by in (story.people["auditor"], story.people["department_head"], story.foreign.people["style_office"]):
        with pytest.raises(Refused, match="style office asks"):
            archives.ask(story.campaign, by=by, at=now)
    with pytest.raises(Refused, match="after its last day"):
        archives.ask(story.campaign, by=office, at=now)
    assert deeds.head() == before and not Archive.objects.exists()
    Campaign.objects.filter(pk=story.campaign.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    archives.ask(story.campaign, by=office, at=now)
    with pytest.raises(Refused, match="being made already"):
        archives.ask(story.campaign, by=office, at=now)
    assert Archive.objects.count() == 1


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_shows_the_progress_and_gives_the_file_to_style_office_and_auditor_alone(story):
    office = client_of(story.office)
    assert office.post("/work/archives/", {"campaign": "no-such"}).status_code == 404
    assert office.post("/work/archives/", {"campaign": story.foreign.campaign.code}).status_code == 404
    assert office.post("/work/archives/", {"campaign": story.campaign.code}).status_code == 302
    assert office.post("/work/archives/", {"campaign": story.campaign.code}).status_code == 409
    Archive.objects.update(progress={"step": "data", "done": 30, "of": 60})
    page = office.get("/work/archives/").content.decode()
    assert 'value="50"' in page and "hx-trigger" in page
    Archive.objects.update(progress={})
    sweeps.make_waiting(on=timezone.localdate(), at=timezone.now())
    archive = Archive.objects.get()
    page, path = office.get("/work/archives/").content.decode(), f"/work/archives/{archive.pk}/file/"
    assert archive.sha256 in page and path in page and "hx-trigger" not in page
    for client in (office, client_of(story.people["auditor"])):
        response = client.get(path)
        assert b"".join(response.streaming_content) == archiving.place_of(archive.sha256).read_bytes()
        assert archive.sha256[:8] in response["Content-Disposition"]
    strangers = ("department_head", "line_leader", "administrator", "town_office_approver")
    for user in (*(story.people[name] for name in strangers), *story.foreign.people.values()):
        assert client_of(user).get(path).status_code == 404
    for name in strangers:
        assert client_of(story.people[name]).get("/work/archives/").status_code == 404
    assert Client().get(path).status_code == 302
    assert not policies.visible(standing(story.foreign.people["style_office"], on=timezone.localdate())).exists()
    assert archive.sha256 not in client_of(story.foreign.people["style_office"]).get("/work/archives/").content.decode()


def test_what_a_town_school_told_its_town_office_is_not_in_the_archive(story, tmp_path):
    with plain_paper():
        promised(story, "town_school")
    lines = {line.unit.code: line for line in Line.objects.select_related("unit", "publication")}
    month = Month.objects.create(campaign=story.campaign, code="2026-06", opens_on="2026-06-20", due_on="2026-06-25",
                                 freezes_on="2026-06-30", head_from="2026-06-24", opened_at=timezone.now())  # fmt: skip
    for code, receiver, words in (("town-school", story.units["town_office"], THEIRS), ("department", None, OURS)):
        line = lines[code]
        sheet = Sheet.objects.create(month=month, publication=line.publication, unit=line.unit, receiver=receiver,
                                     order=line.unit.path)  # fmt: skip
        sheet.entries.create(line=line, word=words)
    with zipfile.ZipFile(tmp_path / "draft.zip", "w") as archive:
        package = archiving.Package(archive)
        for table in archiving.TABLES:
            rows = archiving._rows(table, story.campaign)
            package.add_table(table.name, [name for name, _path in table.columns], rows)
        told = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert OURS in told and THEIRS not in told


def test_a_table_holds_no_formula():
    assert archiving._cell("=1+1") == "'=1+1" and archiving._cell("-5.25") == "-5.25" and archiving._cell(None) == ""
