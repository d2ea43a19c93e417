"""Nested structures are encoded once a level, whatever their lengths."""

import pytest
from asn1crypto import core

from portal.core.signing.encoding import BUILT

DEPTH = 9


class Shell(core.Sequence):
    _fields = [("inner", core.Any)]


def nested(size: int):
    value = core.OctetString(b"x" * size)
    for _level in range(DEPTH):
        value = Shell({"inner": value})
    return value


def counting(monkeypatch) -> list:
    """How often a level is encoded from here on."""
    times, encode = [], core.Sequence._set_contents

    def counted(self, force=False):
        times.append(1)
        encode(self, force)

    monkeypatch.setattr(core.Sequence, "_set_contents", counted)
    return times


@pytest.mark.parametrize("size", range(100, 132))
def test_each_level_is_encoded_a_few_times_at_most(monkeypatch, size):
    counted, value = counting(monkeypatch), nested(size)
    first = value.dump()
    assert len(counted) <= 3 * DEPTH
    assert first == nested(size).dump()


def test_control_the_library_alone_encodes_levels_hundreds_of_times(monkeypatch):
    for kind in BUILT:
        encode = kind.__dict__.get("_set_contents")
        if hasattr(encode, "forgets"):
            monkeypatch.setattr(kind, "_set_contents", encode.forgets)
    counted = counting(monkeypatch)
    nested(122).dump()
    assert len(counted) > 100 * DEPTH


def test_what_is_set_after_encoding_is_encoded_anew():
    value = nested(5)
    before = value.dump()
    value["inner"] = core.OctetString(b"other")
    assert value.dump() != before
    assert Shell.load(value.dump())["inner"].parsed.native == b"other"
