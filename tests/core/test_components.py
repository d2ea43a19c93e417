"""The drawn parts of a page: where things stand, which words they carry, and that nothing is shown by colour alone."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.core import charts, differences, gallery, lights, wording
from portal.core.verdicts import Verdict

WORDS = {"target": "45 promised", "value": "29 by 30 September", "baseline": "28 in 2016", "benchmark": "Kuiwen 48"}


def render(source, **facts):
    return Template("{% load components i18n %}" + source).render(Context(facts))


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


# --- the ruler ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "percent", "end"),
    [
        ([45, 48], False, 50),
        ([30], False, 35),
        ([0], False, 1),
        ([100], False, 110),
        ([100], True, 100),
        ([43, 40], True, 45),
    ],
)
def test_a_ruler_ends_at_a_round_number_beyond_its_figures(values, percent, end):
    assert charts.Scale.beyond(values, percent=percent).end == end


@given(st.lists(st.decimals(0, 10**7, places=2), min_size=1, max_size=5), st.booleans())
def test_every_figure_stands_on_the_ruler_and_zero_is_zero(values, mirrored):
    scale = charts.Scale.beyond(values, mirrored=mirrored)
    assert all(0 <= scale.at(value) <= 1 for value in values)
    assert scale.at(0) == (1 if mirrored else 0)
    assert 1 <= len(scale.ticks) - 1 <= 11


texts = st.text("ab 9承诺截至", min_size=1, max_size=14)
places = st.floats(0, 1).map(lambda share: round(share, 3))
labels = st.builds(charts.Label.tied, texts, places)


@given(labels, labels, st.sampled_from([charts.TRACK, 24, 40, 60]))
def test_two_labels_never_touch_on_any_track(one, other, track):
    one, other = charts.seat(one, other)
    assert one.far != other.far or charts.apart(one, other, track)


@given(labels, labels, st.sampled_from([charts.TRACK, 24, 40, 60]))
def test_a_leader_never_crosses_the_other_label(one, other, track):
    one, other = charts.seat(one, other)
    led, near = (one, other) if one.led else (other, one)
    place = led.at * track
    assert not led.led or not near.left(track) < place < near.right(track)


def test_a_label_near_an_end_is_flush_to_its_place():
    assert [charts.Label.tied("45", at).anchor for at in (0.05, 0.5, 0.95)] == ["start", "middle", "end"]


def test_the_outer_of_two_close_labels_moves_to_the_far_row():
    promised, now = charts.seat(charts.Label.tied("45 promised", 0.9), charts.Label.tied("29 by 30 September", 0.58))
    assert (promised.far, promised.led, now.far) == (True, True, False)


def test_a_passed_mark_keeps_its_row_and_ends_at_its_place():
    promised, now = charts.seat(charts.Label.tied("40% promised", 0.8), charts.Label.tied("43% in August", 0.86))
    assert (promised.far, promised.anchor, now.far) == (False, "end", True)


def test_fewer_is_better_fills_towards_zero_at_the_right():
    drawing = charts.ruler(target=0, value=3, baseline=14, mirrored=True, words=WORDS)
    assert drawing.target == "100%"
    assert float(drawing.fill.rstrip("%")) > 75


def test_without_a_report_the_track_is_empty():
    drawing = charts.ruler(target=30, baseline=0, words=WORDS | {"value": "no report yet"})
    assert drawing.fill == ""
    assert [line.kind for line in drawing.lines if line.kind == "g-lead"] == []


def test_missing_baseline_and_benchmark_are_left_out():
    drawing = charts.ruler(target=30, value=12, words=WORDS)
    assert drawing.bench == ""
    assert {text.words for text in drawing.texts} == {WORDS["target"], WORDS["value"]}


def test_a_ruler_says_every_number_in_one_sentence():
    html = render(
        "{% ruler target=45 value=29 baseline=28 benchmark=48 plan=34 unit='performances' status='behind'"
        " as_of=as_of due=due baseline_year=2016 benchmark_name='Kuiwen' %}",
        as_of=date(2017, 9, 30),
        due=date(2017, 12, 31),
    )
    assert (
        'aria-label="28 performances in 2016; 29 performances by 30 September; 45 performances promised by '
        '31 December 2017; the plan asks for 34 performances by now; the benchmark, Kuiwen, has 48 performances."'
    ) in html
    assert "g-fill--yellow" in html


# --- bars and months ---------------------------------------------------------------------------


def test_an_empty_bucket_has_no_segment_but_keeps_its_legend():
    counts = {"done": 3, "behind": 1}
    assert [(part.bucket, part.width) for part in charts.bar(counts)] == [("done", "75%"), ("behind", "25%")]
    assert "<b>0</b> Ahead" in render("{% legend counts %}", counts=counts)


def test_an_empty_bar_draws_nothing():
    assert charts.bar({}) == []


def test_two_months_are_no_trend():
    assert charts.spark([(8, 8), (14, 15), (None, 22)]) == []


def test_a_month_not_reported_has_a_plan_and_no_bar():
    drawn = charts.spark([(8, 8), (14, 15), (None, 22), (20, None)])
    assert (drawn[2].y, drawn[2].plan_y != "", drawn[3].plan_y) == ("", True, "")


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", lights.STATUSES)
def test_a_light_is_a_shape_and_a_word(status):
    html = render("{% light status %}", status=status)
    assert "<svg" in html
    assert str(lights.word(status)) in html


@pytest.mark.parametrize(
    ("expression", "english", "chinese"),
    [
        ("day|day", "31 December 2017", "2017年12月31日"),
        ("friday|weekday_day", "Fri 20 Oct", "10月20日 周五"),
        ("at|moment", "18 October 2017, 08:30", "2017年10月18日8:30"),
        ("figure|amount", "1,234.5", "1,234.5"),
        ("figure|amount:'%'", "1,234.5%", "1,234.5%"),
        ("both|said:'name'", "Bureau of Culture", "文化局"),
        ("half|said:'name'", "文化局", "文化局"),
        ("'4f1d09ac7b'|fingerprint", "4f1d 09ac 7b", "4f1d 09ac 7b"),
    ],
)
def test_filters_speak_both_languages(expression, english, chinese):
    facts = {
        "day": date(2017, 12, 31),
        "friday": date(2017, 10, 20),
        "at": datetime(2017, 10, 18, 0, 30, tzinfo=UTC),
        "figure": Decimal("1234.500"),
        "both": {"name_zh": "文化局", "name_en": "Bureau of Culture"},
        "half": {"name_zh": "文化局", "name_en": ""},
    }
    assert render("{{ " + expression + " }}", **facts) == english
    with translation.override("zh-hans"):
        assert render("{{ " + expression + " }}", **facts) == chinese


@pytest.mark.parametrize(
    ("days", "words"),
    [(-3, "overdue by 3 days"), (-1, "overdue by 1 day"), (0, "today"), (1, "tomorrow"), (2, "in 2 days")],
)
def test_distance_counts_days(days, words):
    today = date(2017, 10, 18)
    assert wording.distance(date.fromordinal(today.toordinal() + days), today) == words


def test_round_amounts_keep_their_zeros():
    assert [wording.amount(value) for value in (Decimal("100"), Decimal("1E+2"), 0, None)] == ["100", "100", "0", ""]


# --- before and after --------------------------------------------------------------------------


@given(st.text("ab 12月日。", max_size=24), st.text("ab 12月日。", max_size=24))
def test_a_difference_gives_back_both_texts(before, after):
    run = differences.pieces(before, after)
    assert "".join(piece.text for piece in run if piece.kind != "new") == before
    assert "".join(piece.text for piece in run if piece.kind != "gone") == after


def test_chinese_differs_by_character_english_by_word():
    run = differences.pieces("聘请演出队一支", "聘请演出队两支")
    assert [(piece.kind, piece.text) for piece in run][1:3] == [("gone", "一"), ("new", "两")]
    run = differences.pieces("one professional troupe", "one professional and one amateur troupe")
    assert [piece.text for piece in run if piece.kind == "new"] == ["and one amateur "]


def test_a_difference_escapes_what_people_wrote():
    html = render("{% diff before after %}", before="<b>a</b>", after="<script>")
    assert "<script>" not in html
    assert "<b>a" not in html


# --- acts and fields ---------------------------------------------------------------------------


def test_a_refused_act_stays_and_says_why():
    html = render("{% act_button 'Publish' to='/x/' verdict=no %}", no=Verdict("The linked leader has not signed yet."))
    assert 'aria-disabled="true"' in html
    assert "The linked leader has not signed yet." in html
    assert 'href="/x/"' not in html


def test_a_hidden_act_is_not_drawn():
    assert "Publish" not in render("{% act_button 'Publish' to='/x/' verdict=no %}", no=Verdict("no", hidden=True))


class ReportForm(forms.Form):
    by = forms.DateField(help_text="A working day")
    way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_a_wrong_field_is_tied_to_its_hint_and_error():
    form = ReportForm({"by": "31-02-2017"})
    html = render("{% field form.by %}", form=form)
    assert 'aria-describedby="id_by_helptext id_by_error"' in html
    assert 'aria-invalid="true"' in html
    assert all(f'id="{part}"' in html for part in ("id_by", "id_by_helptext", "id_by_error"))


def test_the_summary_links_every_error_to_its_control():
    html = render("{% errors_summary form %}", form=ReportForm({"by": "31-02-2017"}))
    assert 'href="#id_by"' in html
    assert 'href="#id_way_0"' in html
    assert render("{% errors_summary form %}", form=ReportForm()).strip() == ""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_gallery_draws_every_component_without_inline_code(language):
    with translation.override(language):
        html = render_to_string("gallery.html", {**gallery.facts(), "menu": []})
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html
