"""The campaign files that ship: what the plans say, all of it, and nothing else; and files that must be refused."""

import re
import tomllib
from collections import Counter
from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from portal.core import campaign_file
from portal.core.campaign_file import BadCampaignFile, find, parse, read
from tests.broken_campaigns import BROKEN
from tests.campaigns import ANQIU, BOTH, FANGZI, edited

ANQIU_FIGURES = {
    "items_about": 10, "chars_about": 1000, "items_warn_below": 8, "items_warn_above": 12, "measures_most": 3,
}  # fmt: skip
SEED_PHRASES = {
    ANQIU: (
        "14th Party Congress", "Two studies and one doing", "Five spirits", "Five directions", "Seven mechanisms",
        "about 10", "about 1 0,000", "The first item", "The total index moves forward", "a number of", "In mid-May",
        "at least once every quarter", "one unit", "The first stage", "before May 22nd", "middle and late May",
        "early June-65438+end of February", "first responsible person", "promise one thing", "1 month 1 day",
        "quarterly report", "half-year review", "2065438+0865438+1mid-October", "2018 65438+1mid-October",
        "Before May 23rd",
    ),
    FANGZI: (
        "14th Party Congress", "(1) advanced", "first place", "benchmarked in the city", "90%", "full coverage", "40%",
        "achieving the first", "The second mass culture", "one of the influential brands", "more than 30",
        "One scene and one village a year", "45 performances", "fifth batch", "more than two projects", "more than 10",
        "all have Confucian", "One town", "three belts", "two bases", "One household, one file", "100%",
        "Double random and one male", "within the year", "first person in charge", "the first level",
        "Five is clear", "Promise one thing", "January 1 scheduling", "the least links", "a number of standardized",
    ),
}  # fmt: skip


def targets(file) -> list[dict]:
    objectives = file["printed_paper"]["objective"]
    return [target for row in objectives for measure in row["measure"] for target in measure["target"]]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


# --- the good files ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path.stem)
def test_every_number_of_the_plan_points_at_its_place(path):
    file = read(path)
    for number in file["number"]:
        for pointer in number["used"]:
            held = find(file.sections, pointer)
            assert held not in (None, "", ()), pointer
            if number["value"] is not None:
                assert (len(held) if isinstance(held, list) else held) == number["value"], pointer


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path.stem)
def test_every_number_of_the_plan_is_accounted_for(path):
    seeds = [number["seed"] for number in read(path)["number"]]
    missing = [phrase for phrase in SEED_PHRASES[path] if not any(phrase.lower() in seed.lower() for seed in seeds)]
    assert not missing


def test_fangzi_has_five_objectives_eleven_measures_and_fifteen_targets():
    file = read(FANGZI)
    objectives = file["printed_paper"]["objective"]
    assert [len(row["measure"]) for row in objectives] == [2, 2, 2, 3, 2]
    assert [sum(len(measure["target"]) for measure in row["measure"]) for row in objectives] == [4, 4, 5, 1, 1]
    kinds = Counter(target["comparison"] for target in targets(file))
    assert kinds == {"ge": 5, "eq": 4, "ordinal": 2, "some": 1, "held": 1, "rank": 1, "assigned": 1}
    figures = [target["value"] for target in targets(file) if target["value"] is not None]
    assert figures == [90, 100, 40, 2, 30, 45, 5, 2, 10, 100, 100]
    assert len(figures) == 11


def test_fangzi_prints_no_figure_that_the_plan_does_not_print():
    file = read(FANGZI)
    for target in targets(file):
        assert target["baseline"] is None
        assert target["benchmark_value"] is None
    for benchmark in file["benchmark"]:
        answers = [benchmark[name] for name in ("similar_line", "similar_base", "learnable", "catchable")]
        assert answers == [None] * 4
    assert [row["tier"] for row in file["benchmark"]] == ["city", "province"]
    completed = [target["key"] for target in targets(file) if target["state"] == "completed_before_start"]
    assert completed == ["fifth-batch"]
    striven = [target["key"] for target in targets(file) if target["is_striven_for"]]
    assert striven == ["squares-coverage"]


def test_fangzi_names_posts_and_no_persons():
    raw = FANGZI.read_text(encoding="utf-8")
    printed = [row["leader_printed_en"] for row in read(FANGZI)["printed_paper"]["objective"]]
    assert printed[0] == printed[2] == printed[3] == "Responsible person A"
    assert (printed[1], printed[4]) == ("Responsible persons A, B and C", "Responsible person B")
    assert not re.search(r"Zhao|Lijie|Xianglong|Huang Jiang", raw)


def test_anqiu_has_five_kinds_four_routes_and_a_sample_of_each():
    file = read(ANQIU)
    routes = {row["kind"]: tuple(row["route"]) for row in file["kind_rule"]}
    assert routes == {
        "town_school": ("head:sign", "town_office:approve"),
        "town_office": ("head:sign+seal", "style_office:file"),
        "municipal_school": ("head:sign+seal", "linked_leader:audit", "style_office:file"),
        "department": ("head:submit", "line_leader:audit", "style_office:file"),
        "affiliated": ("head:submit", "line_leader:audit", "style_office:file"),
    }
    assert len(set(routes.values())) == 4
    assert [row["kind"] for row in file["kind_rule"] if row["publisher"] == "unit"] == ["town_school"]
    assert [row["kind"] for row in file["kind_rule"] if row["length_exempt"]] == ["affiliated"]
    count = Counter(unit["kind"] for unit in file["unit"])
    assert count == {
        "bureau": 1, "style_office": 1, "town_office": 3, "town_school": 12, "municipal_school": 4,
        "department": 4, "affiliated": 2,
    }  # fmt: skip
    for unit in file["unit"]:
        assert unit["is_sample"]
        assert unit["name_zh"].endswith("（示例）")
        assert unit["name_en"].endswith(" (sample)")


def test_anqiu_rules_and_days_are_the_plans():
    file = read(ANQIU)
    paper = file["paper"]
    assert {name: paper[name] for name in ANQIU_FIGURES} == ANQIU_FIGURES
    assert paper["title_fixed"]
    assert paper["first_is_benchmarking"]
    assert paper["consultation_required"]
    days = {row["key"]: (row["from_on"], row["to_on"]) for row in file["stage"]}
    assert days == {
        "set": (date(2017, 5, 11), date(2017, 5, 22)),
        "commit": (date(2017, 5, 11), date(2017, 5, 31)),
        "keep": (date(2017, 6, 1), date(2017, 12, 31)),
        "assess": (date(2018, 1, 11), date(2018, 1, 20)),
    }
    filing = next(row for row in file["deadline"] if row["key"] == "file_with_style_office")
    assert filing["on"] == date(2017, 5, 23)
    assert "town_school" not in filing["kinds"], "town schools end at their town office"


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path.stem)
def test_every_chinese_text_is_chinese_and_every_english_one_english(path):
    def walk(value, name=""):
        if isinstance(value, dict):
            for key, entry in value.items():
                yield from walk(entry, key)
        elif isinstance(value, list):
            for entry in value:
                yield from walk(entry, name)
        elif isinstance(value, str) and value.strip("%"):
            yield name, value

    for name, text in walk(tomllib.loads(path.read_text(encoding="utf-8"))):
        assert not re.search(r"\b(bid|bids|tender|tendering|bidding)\b", text) or name in ("seed", "phrase")
        if name.endswith("_zh"):
            assert re.search("[一-鿿]", text), text
            assert not re.search("[,;:!?]", text), text
        if name.endswith("_en"):
            assert not re.search("[一-鿿，。：；（）]", text), text


# --- reading -------------------------------------------------------------------------------------


def test_comments_order_and_spaces_do_not_change_a_files_fingerprint():
    same = edited(
        FANGZI,
        ("# --- who", "# who"),
        ('key = "kuiwen"\ntier = "city"', 'tier="city"\nkey="kuiwen"'),
        ("value = 90\n", "value = 90.0\n"),
        ("title_fixed = false\n", ""),
    )
    assert parse(same).fingerprint == read(FANGZI).fingerprint
    changed = parse(edited(FANGZI, ('name_en = "Library"', 'name_en = "The Library"')))
    differing = [name for name, value in changed.fingerprints.items() if read(FANGZI).fingerprints[name] != value]
    assert differing == ["unit"]


def test_windows_line_ends_and_byte_order_mark_are_read():
    raw = b"\xef\xbb\xbf" + FANGZI.read_bytes().replace(b"\n", b"\r\n")
    assert parse(raw).fingerprint == read(FANGZI).fingerprint


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_a_broken_file_is_told_of_in_full(broken):
    with pytest.raises(BadCampaignFile) as caught:
        parse(broken.content)
    told = {}
    for problem in caught.value.problems:
        told.setdefault(problem.key, "")
        told[problem.key] += str(problem)
    for key, word in broken.keys.items():
        assert word in told.get(key, ""), (key, told)
    assert not [key for key in told if key not in broken.keys and not key.startswith(broken.also)]
    assert len(caught.value.problems) == len(set(caught.value.problems))


def test_there_are_at_least_thirty_broken_files():
    assert len(BROKEN) >= 30
    assert len({broken.name for broken in BROKEN}) == len(BROKEN)


def test_a_section_has_one_owner():
    with pytest.raises(ValueError, match="already have an owner"):
        campaign_file.register("other", {"unit": None}, lambda sections, problems: None)


# --- no file makes the reader fail ---------------------------------------------------------------

WRONG = (None, -1, Decimal("NaN"), "x" * 500, date(1900, 1, 1), [[], {}, None], {"a": 1})


def places(value, path=()):
    """Every place of a file: keys of tables, and the first entry of each list."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield (*path, key)
            yield from places(entry, (*path, key))
    elif isinstance(value, list) and value:
        yield (*path, 0)
        yield from places(value[0], (*path, 0))


def spoiled(data: dict, path: tuple, value):
    data = deepcopy(data)
    place = data
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return data


def small(path) -> dict:
    """The file with few units and no account of numbers: every kind of place is still in it."""
    data = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    data["number"] = data["number"][:1]
    if "printed_paper" in data:
        del data["printed_paper"]["objective"][1:], data["catch_up"][1:]
    return data


@pytest.mark.parametrize("path", BOTH, ids=lambda path: path.stem)
def test_any_place_may_hold_anything_and_the_reader_answers(path, monkeypatch):
    data = small(path)
    wanted = {"campaign", "unit", "unit_kind", "kind_rule", "paper", "stage", "printed_paper"}
    spoiled_now = [data]
    monkeypatch.setattr(campaign_file, "_toml", lambda raw: spoiled_now[0])
    told = []
    for place in places(data):
        for value in WRONG:
            spoiled_now[0] = spoiled(data, place, value)
            try:
                parse(b"")
            except BadCampaignFile as bad:
                told.append(bad)
    assert wanted & data.keys()
    assert len(told) > 1000
    assert all(problem.key and problem.wrong for bad in told for problem in bad.problems)
