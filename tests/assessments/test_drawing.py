"""The draw itself, purely: fair, stratified, balanced, and the same wherever it is worked out."""

import importlib.util
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments import drawing
from assessments.drawing import Eligible, Listed

SCRIPT = Path(drawing.__file__).with_name("replay_draw.py")


def script():
    spec = importlib.util.spec_from_file_location("published_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PUBLISHED = script()


def rule(objects="", inspectors="", **more):
    told = {
        "format": drawing.FORMAT, "number": "n", "assessment": "7", "method": "sample", "share": 1000, "least": 1,
        "each": 2, "excluded": [], "seed": {"kind": "public_number", "source": "s", "on": None, "commitments": []},
        "objects": {"sha256": drawing.hash_of(objects)}, "inspectors": {"sha256": drawing.hash_of(inspectors)},
    }  # fmt: skip
    return drawing.rule_text({**told, **more})


def listed(count, kind="school"):
    return [Listed(kind, f"{kind}-{n:04d}", f"第{n}小学") for n in range(count)]


def people(count):
    return [Eligible(f"I{n:02d}", f"home-{n}") for n in range(1, count + 1)]


CODES = st.from_regex(r"[a-z][a-z0-9-]{0,7}", fullmatch=True)


@st.composite
def worlds(draw):
    codes = draw(st.lists(CODES, min_size=1, max_size=40, unique=True))
    kinds = draw(st.lists(CODES, min_size=1, max_size=4, unique=True))
    objects = [Listed(draw(st.sampled_from(kinds)), code, draw(st.text(max_size=8))) for code in codes]
    each = draw(st.integers(2, 3))
    free = people(each)
    others = [
        Eligible(f"I{n}", "x", frozenset(draw(st.sets(st.sampled_from(codes)))))
        for n in range(50, 50 + draw(st.integers(0, 6)))
    ]
    method = draw(st.sampled_from(["sample", "census"]))
    facts = {"method": method, "share": draw(st.integers(1, 10_000)), "least": draw(st.integers(1, 5)), "each": each}
    return (
        objects,
        free + others,
        facts,
        draw(st.text(min_size=1, max_size=20).filter(lambda text: text == text.strip("\r\n"))),
    )


@given(worlds(), st.randoms())
@settings(max_examples=150, deadline=None)
def test_every_draw_keeps_its_rule_and_is_the_same_by_the_published_script(world, random):
    objects, inspectors, facts, seed = world
    told, away = drawing.objects_text(objects), drawing.inspectors_text(inspectors)
    text = rule(told, away, **facts)
    turns = drawing.draw(objects, inspectors, text, seed)
    assert PUBLISHED.replay(told.encode(), away.encode(), text.encode(), seed) == drawing.result_text(turns)

    mixed, others = random.sample(objects, len(objects)), random.sample(inspectors, len(inspectors))
    assert (drawing.objects_text(mixed), drawing.inspectors_text(others)) == (told, away), "files are canonical"
    assert drawing.draw(mixed, others, text, seed) == turns, "no order of reading matters"
    back = drawing.read_objects(told), drawing.read_inspectors(away)
    assert drawing.draw(*back, text, seed) == turns, "the files hold all that the draw needs"

    of_kind, by_kind = Counter(row.kind for row in objects), Counter(row.kind for row in turns)
    for kind, count in of_kind.items():
        many = count if facts["method"] == "census" else max(facts["least"], -(-count * facts["share"] // 10_000))
        assert by_kind[kind] == min(many, count)
    assert [row.turn for row in turns] == [n for kind in sorted(by_kind) for n in range(1, by_kind[kind] + 1)]
    assert {(row.kind, row.code) for row in turns} <= {(row.kind, row.code) for row in objects}
    recused = {row.number: row.recused for row in inspectors}
    for row in turns:
        assert len(set(row.inspectors)) == facts["each"]
        assert not [number for number in row.inspectors if row.code in recused[number]]


def test_each_unit_is_drawn_equally_often():
    """Chi-square over 2,000 seeds: 3 of 30 units each time; 29 degrees of freedom pass 58.3 once in a thousand."""
    objects, inspectors, text, drawn = listed(30), people(2), rule(), Counter()
    for seed in range(2000):
        drawn.update(row.code for row in drawing.draw(objects, inspectors, text, f"seed {seed}"))
    expected = 2000 * 3 / 30
    chi = sum((drawn[row.code] - expected) ** 2 / expected for row in objects)
    assert sum(drawn.values()) == 6000 and chi < 58.3


def test_each_inspector_and_each_pair_is_drawn_equally_often():
    """Chi-square over 1,500 seeds of the pairs of 5 inspectors: 9 degrees of freedom; 27.9 once in a thousand."""
    objects, inspectors, text, pairs = listed(1), people(5), rule(), Counter()
    for seed in range(1500):
        pairs.update(tuple(sorted(row.inspectors)) for row in drawing.draw(objects, inspectors, text, f"s{seed}"))
    assert len(pairs) == 10 and sum((count - 150) ** 2 / 150 for count in pairs.values()) < 27.9


@given(st.integers(4, 12), st.integers(1, 60), st.text(min_size=1, max_size=9))
@settings(max_examples=40, deadline=None)
def test_work_is_spread_so_that_nobody_has_two_more_than_another(inspectors, units, seed):
    turns = drawing.draw(listed(units), people(inspectors), rule(method="census"), seed)
    load = Counter(number for row in turns for number in row.inspectors)
    assert max(load.values()) - min(load[row.number] for row in people(inspectors)) <= 1


def test_any_change_of_list_rule_or_seed_is_another_draw():
    objects, inspectors = listed(400), people(4)
    base = drawing.draw(objects, inspectors, rule(), "1")
    codes = [row.code for row in base]
    assert codes != [row.code for row in drawing.draw(objects, inspectors, rule(), "2")]
    assert codes != [row.code for row in drawing.draw(objects, inspectors, rule("another list"), "1")]
    assert codes != [row.code for row in drawing.draw(objects, inspectors, rule(number="other"), "1")]


def test_a_seed_of_each_digit_counts_and_a_known_draw_stays_what_it_is():
    """Written down once: another way of computing would show here."""
    turns = drawing.draw([*listed(20), *listed(3, "office")], people(3), rule(), "07 12 33")
    assert drawing.result_text(turns) == EXPECTED
    assert drawing.commitment("7", 1, "密 secret") == PUBLISHED.commitment("7", "1", "密 secret")


EXPECTED = """office\t1\toffice-0001\tI01,I03
school\t1\tschool-0006\tI02,I03
school\t2\tschool-0016\tI01,I02
"""


def test_the_next_in_line_is_the_following_turn():
    key, codes = drawing.key_of(rule(), "1"), [row.code for row in listed(50)]
    line = drawing.first_in_line(key, codes, 50)
    assert sorted(line) == codes and drawing.first_in_line(key, codes, 3) == line[:3]
    assert drawing.next_in_line(key, codes, line[:3]) == (4, line[3])
    assert drawing.next_in_line(key, codes, {line[0], line[2]}) == (2, line[1])
    assert drawing.next_in_line(key, codes, set(codes)) is None


def test_the_bound_that_saves_sorting_never_changes_who_is_first():
    key, codes = drawing.key_of(rule(), "1"), [f"u{n}" for n in range(3000)]
    whole = drawing.first_in_line(key, codes, 3000)
    for many in (0, 1, 2, 30, 299, 1500, 2999):
        assert drawing.first_in_line(key, codes, many) == whole[:many]


def test_too_few_inspectors_name_the_unit():
    objects = listed(3)
    own = [Eligible("I01", "a", frozenset({objects[1].code})), Eligible("I02", "b"), Eligible("I03", "c")]
    assert drawing.too_few(objects, own, each=2) == []
    assert drawing.too_few(objects, own, each=3) == [(objects[1], 2)]
    assert len(drawing.too_few(objects, own[:1], each=2)) == 3
    with pytest.raises(drawing.NotEnough, match=objects[1].code):
        drawing.draw(objects, own, rule(method="census", each=3), "1")
