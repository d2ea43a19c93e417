"""Seals, handwriting and QR codes: drawn for every name, read by every reader, and refused when malformed."""

import contextlib
import json
import math
import subprocess
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import pdf, seals
from portal.core.errors import Refused

SVG = "{http://www.w3.org/2000/svg}"
TWENTY = "安丘市青云山路小学幼儿园党政综合办公室一"
NAMES = ["局", "安丘市教育局", TWENTY, "龘靐齉爩𠮷喆堃", "A&B <局>", "\U000e0001坊", ""]


def numbers(path: str) -> list[float]:
    for letter in "MLHVCQZhvz":
        path = path.replace(letter, " ")
    return [float(each) for each in path.replace("-", " -").split()]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sample", [True, False])
def test_a_seal_is_drawn_for_every_name_inside_its_circle(name, sample):
    drawing = ElementTree.fromstring(seals.round_seal(name, sample=sample))
    assert name in drawing.find(f"{SVG}title").text
    assert drawing.find(f"{SVG}text") is None
    outline = drawing.findall(f"{SVG}path")[0].get("d")
    assert all(2 < each < 198 for each in numbers(outline))


def test_a_sample_seal_carries_the_words_on_the_seal_itself():
    real, sample = (seals.round_seal("安丘市教育局", sample=each) for each in (False, True))
    assert len(sample) > len(real) + 500
    assert "样章" in sample and "样章" not in real


def test_a_rare_character_of_a_name_is_drawn_and_an_unknown_one_becomes_a_box():
    assert seals.round_seal("𠮷", sample=False) != seals.round_seal("□", sample=False)
    path = ElementTree.fromstring(seals.round_seal("\U000e0001", sample=False)).find(f"{SVG}path")
    box = ElementTree.fromstring(seals.round_seal("□", sample=False)).find(f"{SVG}path")
    assert path.get("d") == box.get("d")


def test_the_characters_of_a_long_name_shrink_and_do_not_touch(monkeypatch):
    drawn = []
    monkeypatch.setattr(seals, "_outline", lambda *place: drawn.append(place) or "")

    def placed(name):
        drawn.clear()
        seals._arc(name)
        return list(drawn)

    assert placed(TWENTY)[0][1] < placed("安丘市教育局")[0][1]
    for count in range(2, 30):
        for (_a, size, x, y, _t, narrow), (_b, _s, following_x, following_y, *_r) in pairwise(placed("局" * count)):
            apart = math.dist((x, y), (following_x, following_y))
            # What is between the middles shrinks towards the star; characters do not fill their em there.
            assert apart * 0.92 > size * narrow * 0.85
            assert math.dist((x, y), (100, 100)) + size / 2 < 92


def test_a_seal_is_the_same_in_every_language():
    from django.utils import translation  # noqa: PLC0415 -- this test alone speaks two languages

    drawings = set()
    for language in ("en", "zh-hans"):
        seals.round_seal.cache_clear()
        with translation.override(language):
            drawings.add(seals.round_seal("安丘市教育局", sample=True))
    assert len(drawings) == 1


def test_a_label_cannot_break_out_of_a_drawing():
    drawing = seals.qr("https://portal.example/v/1", "</title><script>alert(1)</script>")
    assert ElementTree.fromstring(drawing).find(f"{SVG}title").text.startswith("</title>")
    assert "<script>" not in drawing


def test_a_qr_code_shows_every_dark_module_once():
    import segno  # noqa: PLC0415 -- compared with its own matrix

    drawing = ElementTree.fromstring(seals.qr("https://portal.example/v/AQ-2017", "核验"))
    runs = drawing.findall(f"{SVG}path")[1].get("d").split("M")[1:]
    dark = sum(int(run.split("h")[1].split("v")[0]) for run in runs)
    assert dark == sum(map(sum, segno.make("https://portal.example/v/AQ-2017", error="m").matrix))


def test_handwriting_is_cropped_to_what_was_written():
    drawing = ElementTree.fromstring(seals.handwriting_svg([[(400.0, 100.0), (500.0, 150.0), (520.0, 160.0)]]))
    left, top, width, height = map(float, drawing.get("viewBox").split())
    assert 390 < left < 400 and 90 < top < 100 and width < 140 and height < 80


A_POINT = st.tuples(st.floats(0, 1000), st.floats(0, 400))


@given(st.lists(st.lists(A_POINT, min_size=1, max_size=20), min_size=8, max_size=64))
def test_every_valid_handwriting_makes_a_drawing(strokes):
    drawn = seals.handwriting_svg(seals.parse_strokes(json.dumps(strokes)))
    assert ElementTree.fromstring(drawn).get("viewBox")


@given(st.text(max_size=200))
def test_any_text_is_either_strokes_or_refused(text):
    with contextlib.suppress(Refused):
        assert seals.parse_strokes(text)


POINT = [1, 1]


@pytest.mark.parametrize(
    "strokes",
    [
        "", "null", "{}", "[]", "[[]]", "nonsense", "[[[1,2]]]", "[[[NaN,1]]]", "[" * 100_000, " " * 400_000,
        json.dumps([[POINT] * 7]),
        json.dumps([[POINT] * 8 + [[1001, 1]]]),
        json.dumps([[POINT] * 8 + [[1, 401]]]),
        json.dumps([[POINT] * 8 + [[-1, 1]]]),
        json.dumps([[POINT] * 8 + [[True, 1]]]),
        json.dumps([[POINT] * 8 + [["1", 1]]]),
        json.dumps([[POINT] * 8 + [[1, 1, 1]]]),
        json.dumps([[POINT] * 8 + [{"x": 1}]]),
        json.dumps([[POINT] * 8 + [[10**400, 1]]]),
        "[[" + "[1,1]," * 8 + "[Infinity,1]]]",
        json.dumps([[POINT]] * 65),
        json.dumps([[POINT] * 4001]),
    ],
    ids=lambda text: text[:24] + str(len(text)),
)  # fmt: skip
def test_malformed_handwriting_is_refused_with_a_sentence(strokes):
    with pytest.raises(Refused) as refused:
        seals.parse_strokes(strokes)
    assert len(str(refused.value)) > 5


def test_seals_print_as_drawings_with_their_names_read_aloud(tmp_path):
    body = "".join(seals.round_seal(name, sample=True) for name in NAMES)
    page = tmp_path / "seals.pdf"
    page.write_bytes(pdf.draw_html(f"<html lang=zh><body>{body}</body></html>", "svg { width: 42mm; height: 42mm }"))
    fonts = subprocess.run(["pdffonts", page], capture_output=True, check=True, text=True).stdout
    assert len(fonts.splitlines()) == 2
