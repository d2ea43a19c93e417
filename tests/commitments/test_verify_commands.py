"""The two commands with which anyone who runs the portal can check it."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from objectives.models import Document
from portal.core import deeds, vault
from portal.core.models import Deed
from tests import stories

pytestmark = pytest.mark.django_db


def run(name: str, *args) -> str:
    out = io.StringIO()
    call_command(name, *map(str, args), stdout=out)
    return out.getvalue()


def failed(name: str, *args) -> CommandError:
    with pytest.raises(CommandError) as error:
        run(name, *args)
    return error.value


def test_a_paper_is_judged_at_every_point_of_its_way(tmp_path):
    story = stories.education()
    story.paper("municipal_school", "published")
    file = tmp_path / "paper.pdf"
    first, whole = (vault.get(Document.objects.get(signed=signed).sha256) for signed in (1, 3))

    file.write_bytes(whole)
    said = run("verify_document", file)
    assert "genuine, signed by 3 of 3, complete" in said
    assert story.people["municipal_school_head"].name in said

    file.write_bytes(first)
    assert "genuine, signed by 1 of 3, not complete" in run("verify_document", file)

    file.write_bytes(whole + b"\n% added")
    altered = failed("verify_document", file)
    assert altered.returncode == 1
    assert str(altered).startswith("altered: ")


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [(b"%PDF-1.4\n%%EOF", 1, "not issued here"), (b"a letter", 2, "not a PDF file"), (None, 2, "cannot be read")],
)
def test_other_files_say_what_they_are(tmp_path, data, code, words):
    file = tmp_path / "file.pdf"
    if data is not None:
        file.write_bytes(data)
    error = failed("verify_document", file)
    assert (error.returncode, words in str(error)) == (code, True)


def test_a_whole_record_holds():
    stories.education().paper("municipal_school", "in_route")
    assert run("verify_record").startswith(f"the record holds: {Deed.objects.count()} deeds")


def test_the_first_broken_deed_is_named():
    stories.education().paper("municipal_school", "in_route")
    number, newest = deeds.head()
    Deed.objects.create(
        number=number + 2, at=timezone.now(), verb="forged", by="command", previous=newest, hash="0" * 64
    )
    error = failed("verify_record")
    assert error.returncode == 1
    assert str(error) == f"deed {number + 1}: missing"


def test_an_empty_record_holds():
    assert run("verify_record").startswith("the record holds: 0 deeds")
