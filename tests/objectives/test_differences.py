"""No change of what is signed stays unsaid, and nothing is said where nothing changed."""

import copy
import json

import pytest
from django.db import transaction
from django.utils import translation

from objectives import differences, formcheck
from objectives.models import Revision, Step
from tests import stories

pytestmark = pytest.mark.django_db
SILENT = {"number", "round", "format"}


@pytest.fixture(scope="module")
def paper_content(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        story = stories.education()
        paper = story.paper("town_school", "half", objectives=3)
        yield json.loads(Revision.objects.get(paper=paper).content)
        transaction.set_rollback(True)


def leaves(value, path=()):
    """Every place of a single value in a nested content."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*path, key))
    elif isinstance(value, list) and value:
        for place, each in enumerate(value):
            yield from leaves(each, (*path, place))
    else:
        yield path, value


CHOICES = {
    "kind": "duty", "comparison": "exactly", "state": "completed_before_start", "due_on": "2030-01-02",
    "from": "2030-01-02", "to": "2030-02-02", "role": "linked_leader", "act": "audit",
}  # fmt: skip


def changed(key, value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if key in ("responsible", "above"):
        return [{"code": "x", "name_zh": "某单位", "name_en": "A unit"}]
    if key == "benchmark":
        return {"name_zh": "某校", "name_en": "", "tier": "city"}
    if key == "comparison":
        return "eq"
    if key in CHOICES:
        return CHOICES[key]
    if key in ("baseline", "value", "benchmark_value"):
        return "12345"
    return f"{value or ''}x"


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_every_signed_value_that_changes_is_told(paper_content, lang):
    with translation.override(lang):
        assert differences.between(paper_content, copy.deepcopy(paper_content)) == []
        for path, value in leaves(paper_content):
            if path[0] in SILENT or (path[0] == "objectives" and path[-1] == "number"):
                continue
            after = copy.deepcopy(paper_content)
            place = after
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = changed(path[-1], value)
            if place[path[-1]] != value:
                assert differences.between(paper_content, after), path


def test_a_removed_objective_does_not_make_the_others_look_changed(paper_content):
    after = copy.deepcopy(paper_content)
    del after["objectives"][1]
    after["objectives"][1]["number"] = 2
    for target in after["objectives"][1]["targets"]:
        target["number"] = "2.1"
    changes = differences.between(paper_content, after)
    assert [(change.kind, change.number) for change in changes] == [("removed", 2)]


def test_a_new_objective_is_told_as_new(paper_content):
    after = copy.deepcopy(paper_content)
    new = copy.deepcopy(after["objectives"][0])
    new |= {"number": 4, "text_zh": "全新的一件事情：安全", "text_en": ""}
    after["objectives"].append(new)
    assert [(change.kind, change.number) for change in differences.between(paper_content, after)] == [("added", 4)]


def test_objectives_that_changed_places_are_told(paper_content):
    after = copy.deepcopy(paper_content)
    after["objectives"].reverse()
    for number, objective in enumerate(after["objectives"], start=1):
        objective["number"] = number
    labels = {part.label for change in differences.between(paper_content, after) for part in change.parts}
    with translation.override("en"):
        assert labels


# --- the check of form ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("title_zh",), "另一个题目", "title"),
        (("objectives", 0, "kind"), "duty", "Objective 1"),
        (("objectives", 1, "due_on"), "2001-01-01", "Objective 2"),
        (("objectives", 2, "measures"), [], "Objective 3"),
        (("consultation", "how"), "", "consultation"),
        (("objectives", 0, "text_zh"), "电话13812345678", "identity number"),
    ],
)
def test_each_fault_of_form_is_found(path, value, words):
    story = stories.education("east")
    paper = story.paper("town_office", "half", objectives=3)
    content = json.loads(Revision.objects.get(paper=paper).content)
    steps = list(Step.objects.filter(paper=paper))
    with translation.override("en"):
        assert formcheck.faults(formcheck.check(content, story.campaign, steps, sound=True)) == 0
        place = content
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        points = formcheck.check(content, story.campaign, steps, sound=True)
        assert formcheck.faults(points) == 1
        assert words.lower() in points[0].label.lower()
        assert formcheck.faults(formcheck.check(content, story.campaign, steps, sound=False)) == 2
