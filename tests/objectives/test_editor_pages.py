"""The editor in the browser's words: what a request shows, stores, refuses and hides. No script is needed here."""

import copy
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from objectives import actions
from objectives.models import Benchmark, Campaign, KindRule, Objective, Paper, Target
from objectives.states import State
from tests import stories
from tests.objectives.typed import posted
from tests.worlds import shared
from units.models import Post

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def built():
    made = stories.education()
    made.draft = made.paper("municipal_school", objectives=3)
    return made


world = shared(built)


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


@pytest.fixture
def paper(story):
    return story.draft


@pytest.fixture
def first(paper):
    return paper.objectives.get(position=1)


def signed_in(user, **options):
    client = Client(**options)
    client.force_login(user)
    client.cookies["lang"] = "en"
    return client


@pytest.fixture
def staff(story):
    return signed_in(story.people["municipal_school_staff"])


def at(name, paper, **kwargs):
    return reverse(name, kwargs={"pk": paper.pk, **kwargs})


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def told(response):
    return [str(message) for message in response.context["messages"]]


# --- the page ------------------------------------------------------------------------------------


def test_the_page_opens_the_first_objective_and_lists_the_others(staff, paper):
    page = staff.get(at("paper_edit", paper))
    assert page.status_code == 200
    assert page.context["number"] == 1
    assert "1. The benchmarking objective" in words(page) and "The other two" in words(page)
    assert re.search(r"due \w+ \d+ \w+, in \d working days?", words(page))


@pytest.mark.parametrize(
    ("item", "number"),
    [("2", 2), ("consultation", 0), ("4", 1), ("0", 1), ("-1", 1), ("²", 1), ("x" * 99, 1), ("9" * 99, 1)],
)
def test_an_item_opens_by_its_number_and_nonsense_opens_the_first(staff, paper, item, number):
    assert staff.get(at("paper_edit", paper), {"item": item}).context["number"] == number


def test_a_paper_without_objectives_opens_the_consultation_note(staff, paper):
    paper.objectives.all().delete()
    page = staff.get(at("paper_edit", paper))
    assert page.context["opened"] is None and "At least one objective" in words(page)


def test_what_is_missing_leads_to_its_field_here_or_elsewhere(staff, paper):
    paper.objectives.update(due_on=None)
    Paper.objects.update(consulted_how="")
    page = staff.get(at("paper_edit", paper), {"item": "2"}).content.decode()
    for link in ("?item=1#id_due_on", '"#id_due_on"', "?item=3#id_due_on", "?item=consultation#id_consulted_how"):
        assert link in page, link
    assert 'aria-disabled="true"' in page and "Four things are missing, listed above." in page


def test_every_anchor_of_the_list_is_a_field_of_the_form(staff, story):
    begun = actions.begin(
        story.campaign, story.units["department"], by=story.people["department_staff"], at=timezone.now()
    )
    client = signed_in(story.people["department_staff"])
    for item in ("1", "consultation"):
        page = client.get(at("paper_edit", begun), {"item": item}).content.decode()
        anchors = re.findall(r'<a href="#(id_[^"]+)"', page)
        assert anchors
        assert [anchor for anchor in anchors if f'id="{anchor}"' not in page] == []


def test_the_consequence_stands_before_the_button(staff, paper):
    page = staff.get(at("paper_edit", paper)).content.decode()
    assert page.index("the text is frozen") < page.index("Submit to the head")


@pytest.mark.parametrize("item", ["1", "consultation"])
def test_the_page_costs_the_same_for_one_three_and_ten_objectives(story, item, django_assert_max_num_queries):
    counts = []
    for kind, objectives in (("municipal_school", 1), ("department", 3), ("town_office", 10)):
        paper = story.paper(kind, objectives=objectives)
        client = signed_in(story.people[f"{kind}_staff"])
        with django_assert_max_num_queries(40) as captured:
            assert client.get(at("paper_edit", paper), {"item": item}).status_code == 200
        counts.append(len(captured.captured_queries))
    assert counts[0] == counts[1] == counts[2]


def test_a_save_in_place_costs_the_same_for_three_and_ten_objectives(story, django_assert_max_num_queries):
    counts = []
    for kind, objectives in (("municipal_school", 3), ("town_office", 10)):
        row = story.paper(kind, objectives=objectives).objectives.get(position=2)
        client = signed_in(story.people[f"{kind}_staff"])
        data = posted(row.paper, row, text_zh="改写的目标")
        with django_assert_max_num_queries(80) as captured:
            client.post(at("objective_save", row.paper, objective=row.pk), data, **HTMX)
        counts.append(len(captured.captured_queries))
    assert counts[0] == counts[1]


def test_looking_changes_nothing(staff, paper):
    before = Paper.objects.values().get(pk=paper.pk)
    for item in ("1", "2", "consultation"):
        staff.get(at("paper_edit", paper), {"item": item})
    staff.get(at("benchmark_new", paper))
    assert Paper.objects.values().get(pk=paper.pk) == before


# --- saving --------------------------------------------------------------------------------------


def test_the_save_button_stores_and_comes_back_to_the_same_objective(staff, paper, first):
    second = paper.objectives.get(position=2)
    response = staff.post(at("objective_save", paper, objective=second.pk), posted(paper, second, text_zh="新的目标"))
    assert response.status_code == 302 and response["Location"].endswith("?item=2#saved")
    second.refresh_from_db()
    assert second.text_zh == "新的目标"


def test_a_save_in_place_answers_with_the_new_version_and_the_list(staff, paper, first):
    url = at("objective_save", paper, objective=first.pk)
    answer = staff.post(url, posted(paper, first, due_on=""), **HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200 and "<html" not in text
    assert f'name="version" value="{first.version + 1}"' in text
    assert "Objective 1: a deadline" in text and "Saved at" in text
    assert staff.post(url, posted(paper, first, due_on=""), **HTMX).status_code == 200


def test_what_cannot_be_read_is_told_at_its_field_and_nothing_is_stored(staff, paper, first):
    data = posted(paper, first, text_zh="不会保存", due_on="2017-02-31", **{"targets-0-value": "abc"})
    response = staff.post(at("objective_save", paper, objective=first.pk), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "There is no 31 February. Write 2017-02-28." in page and "“abc” is not a figure." in page
    assert 'value="2017-02-31"' in page and 'value="abc"' in page and "不会保存" in page
    assert 'href="#id_due_on"' in page and 'href="#id_targets-0-value"' in page
    assert Objective.objects.get(pk=first.pk).text_zh != "不会保存"


def test_what_cannot_be_read_in_place_names_field_and_words(staff, paper, first):
    data = posted(paper, first, due_on="2017-02-31")
    answer = staff.post(at("objective_save", paper, objective=first.pk), data, **HTMX)
    assert answer.status_code == 422
    assert 'data-for="id_due_on"' in answer.content.decode() and "There is no 31 February" in words(answer)


@pytest.mark.parametrize(
    "spoilt", [{"version": ""}, {"version": "abc"}, {"targets-TOTAL_FORMS": "x"}, {"kind": "hero"}]
)
def test_a_spoilt_form_is_refused_without_a_crash(staff, paper, first, spoilt):
    for headers in ({}, HTMX):
        data = posted(paper, first, text_zh="不会保存", **spoilt)
        assert staff.post(at("objective_save", paper, objective=first.pk), data, **headers).status_code == 422
    assert staff.post(at("objective_save", paper, objective=first.pk), {}).status_code == 422
    assert Objective.objects.get(pk=first.pk).text_zh != "不会保存"


def test_further_targets_are_typed_without_a_script(staff, paper, first):
    rows = {
        f"targets-{n}-{name}": value
        for n in (1, 2, 3)
        for name, value in (("text_zh", f"第{n + 1}个目标"), ("value", "5"), ("unit_zh", "次"))
    }
    staff.post(at("objective_save", paper, objective=first.pk), posted(paper, first, **rows))
    assert list(first.targets.values_list("position", flat=True)) == [1, 2, 3, 4]


def test_the_consultation_note_is_stored(staff, paper):
    response = staff.post(
        at("consultation_save", paper), posted(paper, consulted_how="会议", adopted_points="增加一项")
    )
    assert response["Location"].endswith("?item=consultation#saved")
    assert Paper.objects.get(pk=paper.pk).adopted_points == "增加一项"


def test_only_declared_fields_are_taken_from_a_form(staff, story, paper, first):
    """Every field name of every model is posted beside the form's own (attack A04)."""
    models = (Objective, Target, Paper)
    names = {field.attname for model in models for field in model._meta.fields} | {
        field.name for model in models for field in model._meta.fields
    }
    hostile = dict.fromkeys(names, "1") | {"state": State.PUBLISHED, "due_phrase_zh": "年底", "is_striven_for": "on"}
    hostile |= {"responsible": [str(story.units["department"].pk)], "campaign": "2", "unit": "x", "history": "x"}
    data = posted(paper, first, text_zh="新的目标")
    data |= {f"targets-0-{name}": value for name, value in hostile.items() if f"targets-0-{name}" not in data}
    data = {name: value for name, value in hostile.items() if name not in data} | data
    before = {model: list(model.objects.order_by("pk").values()) for model in models}
    assert staff.post(at("objective_save", paper, objective=first.pk), data).status_code == 302
    changed = {
        (model.__name__, name)
        for model in models
        for old, new in zip(before[model], model.objects.order_by("pk").values(), strict=True)
        for name in old
        if old[name] != new[name]
    }
    assert changed == {("Objective", "text_zh"), ("Objective", "version"), ("Paper", "saved_at")}
    assert not first.responsible.exists()


def test_every_form_needs_its_token(story, paper, first):
    client = signed_in(story.people["municipal_school_staff"], enforce_csrf_checks=True)
    for name, kwargs in (
        ("objective_save", {"objective": first.pk}),
        ("objective_move", {"objective": first.pk}),
        ("objective_remove", {"objective": first.pk}),
        ("consultation_save", {}),
        ("objective_add", {}),
        ("benchmark_new", {}),
        ("paper_submit", {}),
    ):
        assert client.post(at(name, paper, **kwargs), {}).status_code == 403, name


def test_words_that_look_like_markup_are_only_words(staff, paper, first):
    hostile = "<a hx-post=/work/ hx-trigger=load>\"'<script>alert(1)</script>"
    staff.post(at("objective_save", paper, objective=first.pk), posted(paper, first, text_zh=hostile))
    staff.post(at("consultation_save", paper), posted(paper, consulted_how=hostile))
    for item in ("1", "2", "consultation"):
        page = staff.get(at("paper_edit", paper), {"item": item}).content.decode()
        assert "<script>alert" not in page and "<a hx-post=/work/" not in page


# --- somebody was faster -------------------------------------------------------------------------


def overtaken(story, paper, first):
    """A colleague saves while the form of `staff` is open; what `staff` then posts."""
    mine = posted(paper, first, text_zh="干事的文本", measures="干事的措施")
    theirs = posted(paper, first, text_zh="主任的文本")
    head = signed_in(story.people["municipal_school_head"])
    assert head.post(at("objective_save", paper, objective=first.pk), theirs).status_code == 302
    return mine


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_both_texts_are_shown_and_nothing_is_lost(story, staff, paper, first, headers):
    response = staff.post(at("objective_save", paper, objective=first.pk), overtaken(story, paper, first), **headers)
    page = words(response)
    assert response.status_code == 409
    assert "north-municipal_school_head saved this part" in page
    assert "Keep mine" in page and "Take theirs" in page
    shown = response.content.decode()
    assert "干事" in shown and "主任" in shown and 'name="measures" value="干事的措施"' in shown
    assert Objective.objects.get(pk=first.pk).text_zh == "主任的文本"


def test_keep_mine_stores_my_text_over_theirs(story, staff, paper, first):
    url = at("objective_save", paper, objective=first.pk)
    page = staff.post(url, overtaken(story, paper, first)).content.decode()
    form = page[page.index("data-keep-mine") : page.index("Keep mine</button>")]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', form)
    data = {}
    for name, value in hidden:
        data.setdefault(name, []).append(value)
    assert staff.post(url, data).status_code == 302
    stored = Objective.objects.get(pk=first.pk)
    assert stored.text_zh == "干事的文本" and stored.version == first.version + 2
    assert [row.text_zh for row in stored.measures.all()] == ["干事的措施"]
    assert stored.sections == first.sections and stored.targets.get().value == first.targets.get().value


def test_a_repeated_request_of_mine_is_no_conflict(staff, paper, first):
    data = posted(paper, first, text_zh="新的目标")
    url = at("objective_save", paper, objective=first.pk)
    assert [staff.post(url, data, **HTMX).status_code for _time in range(2)] == [200, 200]
    assert Objective.objects.get(pk=first.pk).version == first.version + 1


def test_the_note_has_the_same_guard(story, staff, paper):
    head = signed_in(story.people["municipal_school_head"])
    mine, theirs = posted(paper, consulted_how="座谈会"), posted(paper, consulted_how="问卷调查")
    assert head.post(at("consultation_save", paper), theirs).status_code == 302
    response = staff.post(at("consultation_save", paper), mine)
    assert response.status_code == 409 and 'value="座谈会"' in response.content.decode()


# --- list ----------------------------------------------------------------------------------------


def order(paper):
    return list(paper.objectives.order_by("position").values_list("pk", flat=True))


def test_an_objective_is_added_at_the_end_and_opened(staff, paper):
    response = staff.post(at("objective_add", paper))
    assert response["Location"].endswith("?item=4#id_text_zh")
    assert staff.get(response["Location"].split("#")[0]).context["number"] == 4


def test_a_move_keeps_open_what_was_open(staff, paper, first):
    one, two, three = order(paper)
    url = at("objective_move", paper, objective=two)
    response = staff.post(url, {"direction": "up", "open": one})
    assert order(paper) == [two, one, three]
    assert "?item=2&arrange=1" in response["Location"]
    answer = staff.post(url, {"direction": "down", "open": "consultation"}, **HTMX)
    assert "Objective 1 is now number 2 of 3." in words(answer)
    assert order(paper) == [one, two, three]
    assert f'id="down-{two}"' in answer.content.decode()


def test_a_move_beyond_the_end_or_nowhere_changes_nothing(staff, paper):
    before = order(paper)
    url = at("objective_move", paper, objective=before[0])
    answer = staff.post(url, {"direction": "up", "open": before[0]}, **HTMX)
    assert "Objective 1 of 3 stays where it is." in words(answer)
    staff.post(url, {"direction": "sideways"})
    assert order(paper) == before


def test_a_removal_asks_first_and_closes_ranks(staff, paper):
    one, two, three = order(paper)
    page = staff.get(at("paper_edit", paper), {"item": "1", "arrange": "1"}).content.decode()
    assert page.count("Take out objective") == 3
    response = staff.post(at("objective_remove", paper, objective=two), {"open": three})
    assert order(paper) == [one, three]
    assert "?item=2&arrange=1" in response["Location"]


def test_an_objective_that_changed_meanwhile_is_not_removed(story, staff, paper, first):
    overtaken(story, paper, first)
    url = at("objective_remove", paper, objective=first.pk)
    response = staff.post(url, {"version": str(first.version)}, follow=True)
    assert any("saved this part" in message for message in told(response))
    assert first.pk in order(paper)


# --- benchmark -----------------------------------------------------------------------------------

BENCHMARK = {
    "name_zh": "先进学校", "name_en": "", "tier": "province", "similar_line": "true", "similar_base": "false",
    "learnable": "", "catchable": "true", "note": "寄宿制",
}  # fmt: skip


def test_a_benchmark_is_entered_and_can_then_be_chosen(staff, story, paper):
    response = staff.post(at("benchmark_new", paper) + "?item=2", BENCHMARK)
    assert response["Location"].endswith("?item=2#id_benchmark")
    row = Benchmark.objects.get(name_zh="先进学校")
    assert (row.unit, row.bureau, row.tier) == (paper.unit, story.bureau, "province")
    assert (row.similar_line, row.similar_base, row.learnable, row.catchable) == (True, False, None, True)
    assert "先进学校" in staff.get(at("paper_edit", paper)).content.decode()


def test_its_answers_can_be_changed(staff, paper):
    staff.post(at("benchmark_new", paper), BENCHMARK)
    row = Benchmark.objects.get(name_zh="先进学校")
    page = staff.get(at("benchmark_edit", paper, benchmark=row.pk))
    assert page.context["form"]["similar_base"].value() == "false"
    staff.post(at("benchmark_edit", paper, benchmark=row.pk), BENCHMARK | {"learnable": "true"})
    row.refresh_from_db()
    assert row.learnable is True


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"name_zh": ""}, "Write the unit’s full name."),
        ({"tier": ""}, "Choose city"),
        ({"name_zh": "省级示范学校"}, "in the list"),
    ],
)
def test_a_benchmark_without_a_name_or_entered_twice_is_told(staff, paper, typed, expected):
    response = staff.post(at("benchmark_new", paper), BENCHMARK | typed)
    assert response.status_code == 422 and expected in words(response)
    assert Benchmark.objects.count() == 1


def test_a_benchmark_form_takes_only_its_own_fields(staff, story, paper):
    staff.post(at("benchmark_new", paper), BENCHMARK | {"unit": "", "bureau": "99", "key": "mine", "id": "1"})
    row = Benchmark.objects.get(name_zh="先进学校")
    assert row.unit == paper.unit and row.bureau == story.bureau and row.key != "mine"


# --- submission ----------------------------------------------------------------------------------


def test_submission_names_who_is_next(staff, paper):
    response = staff.post(at("paper_submit", paper), follow=True)
    assert response.redirect_chain[-1][0] == at("paper", paper)
    assert any("now waits for: Head, Municipal school north" in message for message in told(response))
    assert Paper.objects.get(pk=paper.pk).state == State.IN_ROUTE


def test_a_refused_submission_lists_what_is_missing(staff, paper, first):
    Objective.objects.filter(pk=first.pk).update(due_on=None)
    response = staff.post(at("paper_submit", paper), follow=True)
    assert response.redirect_chain[-1][0] == at("paper_edit", paper)
    assert any("Objective 1: a deadline" in message for message in told(response))
    assert Paper.objects.get(pk=paper.pk).state == State.DRAFT


def test_a_returned_paper_shows_the_reason_and_each_remark_at_its_objective(story):
    paper = story.paper("municipal_school", "returned", objectives=3)
    client = signed_in(story.people["municipal_school_staff"])
    remarked = paper.objectives.get(position=1)
    page = words(client.get(at("paper_edit", paper)))
    assert "请写明数字。" in page and page.count("目标值？") == 3
    client.post(at("objective_move", paper, objective=remarked.pk), {"direction": "down"})
    moved = client.get(at("paper_edit", paper), {"item": "2"})
    assert moved.context["remarks"] == ["目标值？"]
    assert "round 2" in words(moved)


def test_what_changed_since_the_return_stands_beside_the_objective(story):
    paper = story.paper("municipal_school", "returned")
    client = signed_in(story.people["municipal_school_staff"])
    first = paper.objectives.get(position=1)
    assert client.get(at("paper_edit", paper)).context["change"] is None
    client.post(at("objective_save", paper, objective=first.pk), posted(paper, first, **{"targets-0-value": "40"}))
    page = client.get(at("paper_edit", paper))
    assert "Changed since round 1" in words(page) and "<ins>40" in page.content.decode()


# --- whom it concerns ----------------------------------------------------------------------------


def test_a_paper_is_begun_by_its_unit_alone(story):
    unit = story.units["department"]
    url = reverse("paper_begin", args=[story.campaign.code, unit.pk])
    assert signed_in(story.people["municipal_school_staff"]).post(url).status_code == 404
    assert signed_in(story.people["style_office"]).post(url).status_code == 404
    response = signed_in(story.people["department_staff"]).post(url)
    begun = Paper.objects.get(unit=unit)
    assert response["Location"] == at("paper_edit", begun)


def test_a_campaign_of_another_bureau_is_not_found(story):
    foreign = stories.culture()
    url = reverse("paper_begin", args=[foreign.campaign.code, story.units["department"].pk])
    assert signed_in(story.people["department_staff"]).post(url).status_code == 404


def test_a_unit_that_the_campaign_does_not_ask_is_told(story):
    KindRule.objects.filter(kind=story.units["department"].kind).delete()
    url = reverse("paper_begin", args=[story.campaign.code, story.units["department"].pk])
    response = signed_in(story.people["department_staff"]).post(url, follow=True)
    assert told(response) == ["The campaign asks no paper of this kind of unit."]
    assert Campaign.objects.count() == 1


def test_a_foreign_paper_answers_like_one_that_does_not_exist(staff, story):
    foreign = story.paper("department")
    scrub = re.compile(rb'[0-9a-f]{8}-[0-9a-f-]{27}|csrfmiddlewaretoken" value="[^"]+|"X-CSRFToken": "[^"]+')
    for name, method in (
        ("paper_edit", "get"), ("benchmark_new", "get"), ("paper_submit", "post"), ("objective_add", "post"),
        ("consultation_save", "post"),
    ):  # fmt: skip
        there = getattr(staff, method)(at(name, foreign))
        nowhere = getattr(staff, method)(reverse(name, args=[uuid.uuid4()]))
        assert there.status_code == nowhere.status_code == 404, name
        assert scrub.sub(b"", there.content) == scrub.sub(b"", nowhere.content), name


@pytest.mark.parametrize("name", ["objective_save", "objective_move", "objective_remove"])
def test_an_objective_of_another_paper_is_not_found_through_mine(staff, story, paper, name):
    """Attack A02: both ids exist, but the child does not belong to the parent."""
    theirs = story.paper("department").objectives.get(position=2)
    data = posted(paper, paper.objectives.first(), text_zh="外人的文本") | {"direction": "up"}
    for headers in ({}, HTMX):
        assert staff.post(at(name, paper, objective=theirs.pk), data, **headers).status_code == 404
    assert list(theirs.paper.objectives.values_list("pk", "text_zh").filter(pk=theirs.pk)) == [
        (theirs.pk, theirs.text_zh)
    ]


def test_a_benchmark_of_the_bureau_or_another_unit_is_not_found_through_my_paper(staff, story, paper):
    own = Benchmark.objects.create(
        bureau=story.bureau, unit=story.units["department"], key="theirs", name_zh="他人标杆", tier="city"
    )
    for row in (own, Benchmark.objects.get(unit=None)):
        for method in ("get", "post"):
            response = getattr(staff, method)(at("benchmark_edit", paper, benchmark=row.pk), BENCHMARK)
            assert response.status_code == 404


def test_a_frozen_paper_is_told_and_shown_as_it_is(story):
    paper = story.paper("municipal_school", "in_route")
    client = signed_in(story.people["municipal_school_staff"])
    first = paper.objectives.first()
    for request in (
        lambda: client.get(at("paper_edit", paper), follow=True),
        lambda: client.get(at("benchmark_new", paper), follow=True),
        lambda: client.post(at("objective_add", paper), follow=True),
        lambda: client.post(at("objective_remove", paper, objective=first.pk), follow=True),
        lambda: client.post(at("objective_move", paper, objective=first.pk), {"direction": "down"}, follow=True),
        lambda: client.post(at("paper_submit", paper), follow=True),
    ):
        response = request()
        assert response.redirect_chain[-1][0] == at("paper", paper)
        assert "frozen" in told(response)[0]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_was_typed_while_a_colleague_submitted_can_still_be_copied(story, staff, paper, first, headers):
    data = posted(paper, first, text_zh="还没保存的话", measures="还没保存的措施")
    actions.submit(paper, by=story.people["municipal_school_head"], at=timezone.now())
    response = staff.post(at("objective_save", paper, objective=first.pk), data, **headers)
    page = response.content.decode()
    assert response.status_code == 409 and "frozen" in page
    assert "还没保存的话" in page and "还没保存的措施" in page
    assert Objective.objects.get(pk=first.pk).text_zh == first.text_zh


def test_whoever_only_reads_the_paper_is_told_that_the_unit_writes_it(story):
    paper = story.paper("municipal_school", "returned")
    office = signed_in(story.people["style_office"])
    response = office.get(at("paper_edit", paper), follow=True)
    assert told(response) == ["Only the unit itself writes its paper."]
    first = paper.objectives.first()
    assert (
        office.post(at("objective_save", paper, objective=first.pk), posted(paper, first, text_zh="改")).status_code
        == 409
    )
    assert Objective.objects.get(pk=first.pk).text_zh == first.text_zh


def test_a_post_ended_yesterday_writes_nothing_today(story, paper, first):
    user = story.people["municipal_school_staff"]
    client = signed_in(user)
    user.tenures.update(until_on=timezone.localdate())
    assert client.get(at("paper_edit", paper)).status_code == 404
    assert client.post(at("objective_add", paper)).status_code == 404
    assert Post.objects.filter(unit=paper.unit).exists()


def test_a_retired_benchmark_is_offered_to_nobody_new_and_stays_where_it_was_chosen(story, paper, first, staff):
    chosen = first.benchmark
    other = Benchmark.objects.create(bureau=chosen.bureau, key="retired", name_zh="退出标杆库的学校", tier="city",
                                     retired_at=timezone.now())  # fmt: skip
    Benchmark.objects.filter(pk=chosen.pk).update(retired_at=timezone.now())
    page = staff.get(at("paper_edit", paper)).content.decode()
    assert other.name_zh not in page
    assert f'<option value="{chosen.pk}" selected>' in page
