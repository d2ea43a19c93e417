"""The vault: bytes under their own hash, never changed, never silently wrong."""

import hashlib
import os
import threading

import pytest

from portal.core import vault


@pytest.fixture(autouse=True)
def empty_vault(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_what_is_put_comes_back_under_its_hash():
    name = vault.put(b"a document")
    assert name == hashlib.sha256(b"a document").hexdigest()
    assert vault.get(name) == b"a document" and vault.holds(name)


def test_a_document_lies_under_the_first_digits_of_its_name_and_cannot_be_written():
    place = vault.path(vault.put(b"x"))
    assert place.parent.name == place.name[2:4] and place.parent.parent.name == place.name[:2]
    assert place.stat().st_mode & 0o777 == 0o440


def test_putting_twice_is_harmless_and_leaves_no_draft(tmp_path):
    name = vault.put(b"x")
    before = vault.path(name).stat().st_ino
    assert vault.put(b"x") == name and vault.path(name).stat().st_ino == before
    assert [each.name for each in tmp_path.rglob("*") if each.is_file()] == [name]


def test_many_may_put_the_same_document_at_once(tmp_path):
    threads = [threading.Thread(target=vault.put, args=(b"y" * 100_000,)) for _ in range(8)]
    [each.start() for each in threads]
    [each.join() for each in threads]
    assert len([each for each in tmp_path.rglob("*") if each.is_file()]) == 1


def test_changed_bytes_are_never_handed_out_and_the_good_ones_may_be_put_back():
    name = vault.put(b"the truth")
    vault.path(name).chmod(0o640)
    vault.path(name).write_bytes(b"the truth, improved")
    with pytest.raises(vault.Damaged):
        vault.get(name)
    vault.put(b"the truth")
    assert vault.get(name) == b"the truth"


def test_a_missing_document_is_damage():
    with pytest.raises(vault.Damaged):
        vault.get("0" * 64)


def test_a_full_disk_leaves_nothing_behind(monkeypatch, tmp_path):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        vault.put(b"x")
    assert not [each for each in tmp_path.rglob("*") if each.is_file()]


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n", "0" * 62 + "/x", "０" * 64]
)
def test_only_a_hash_is_a_name(name):
    with pytest.raises(ValueError, match="hexadecimal"):
        vault.get(name)
