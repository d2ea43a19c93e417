"""What the tests of faults stand on."""

import shutil
import tempfile
from pathlib import Path

import pytest

from portal.celery import app
from portal.core.models import Letter
from tests import faults, ledgers, multitude
from tests.conftest import database_url


@pytest.fixture
def house(transactional_db, monkeypatch):
    directory = Path(tempfile.mkdtemp(prefix="chengnuo-fault-", dir="/tmp"))  # a socket's path must be short
    house = faults.House(directory, database_url())
    faults.speak_to(house, monkeypatch)
    house.start_broker()
    try:
        yield house
    finally:
        house.empty()
        monkeypatch.undo()
        app._after_fork()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def story(transactional_db):
    """Three months of keeping, none of them open, and no letter on its way."""
    story = ledgers.kept("municipal_school", objectives=faults.LINES, ago=3)
    multitude.copy(story, "municipal_school", faults.UNITS - 1)
    Letter.objects.all().delete()
    return story
