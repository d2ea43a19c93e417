"""Every sentence the portal says exists in both languages."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

FLOORS = ("portal", "units", "objectives", "commitments", "assessments", "templates", "locale")
LANGUAGES = sorted(path.parent.parent.name for path in (settings.BASE_DIR / "locale").glob("*/LC_MESSAGES/django.po"))
PLACES = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """The catalogues, brought up to date with the code in a copy of the house."""
    copy = tmp_path_factory.mktemp("house")
    for name in FLOORS:
        source = settings.BASE_DIR / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    (copy / "locale").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", "--no-location", "--no-wrap", "--no-obsolete"]
    command += [f"--locale={name}" for name in LANGUAGES]
    alone = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=copy, env=alone, check=True, timeout=120)
    return copy / "locale"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fault", ["--untranslated", "--only-fuzzy"])
def test_every_sentence_is_translated(collected, language, fault):
    catalogue = collected / language / "LC_MESSAGES" / "django.po"
    command = ["msgattrib", fault, "--no-obsolete", "--no-wrap", catalogue]
    answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert re.findall(r'^msgid "(.+)"$', answer, re.MULTILINE) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_keeps_its_gaps(collected, language):
    """A name left out of a translation is a sentence without its subject; one misspelt is an error for the reader."""
    text = (collected / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    singles = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.MULTILINE)
    assert [
        said for said, meant in singles if sorted(set(PLACES.findall(said))) != sorted(set(PLACES.findall(meant)))
    ] == []


def test_both_languages_are_there():
    """The source speaks English, the catalogue Chinese."""
    assert LANGUAGES == ["zh_Hans"]
