"""The standard is written, must add up, is frozen once; what is frozen stays so, and every attempt is on record."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from assessments import default_standard, rules, standard_rules
from assessments.actions import assessing
from assessments.actions import standards as acts
from assessments.models import Assessment, Case, Criterion, Standard
from assessments.states import Phase
from commitments import prints
from commitments.models import OfficialDocument
from objectives.fingerprints import fingerprint
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import stories
from tests.judged import judged
from tests.months import plain_paper
from tests.promised import promised

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return stories.education()


@pytest.fixture
def really_printed():
    """For the one test that reads the printed file."""


@pytest.fixture(autouse=True)
def printer(request, monkeypatch):
    """Only one test prints; to the others the file is beside the point."""
    if "really_printed" not in request.fixturenames:
        for name in ("base", "stamped"):
            monkeypatch.setattr(prints, name, lambda *_args, **_facts: uuid4().bytes)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def begun(story) -> Standard:
    return acts.begin(story.campaign, by=office(story), at=timezone.now())


def office(story):
    return story.people["style_office"]


def frozen(story) -> Standard:
    return acts.freeze(begun(story), by=office(story), at=timezone.now())


def refused(act, *args, words: str, **kwargs):
    with pytest.raises(Refused) as told:
        act(*args, at=timezone.now(), **kwargs)
    assert words in str(told.value), told.value


def test_the_default_adds_up_names_known_rules_and_speaks_both_languages():
    rows = [Criterion(**row) for row in default_standard.criteria()]
    assert standard_rules.sum_for(rows, "any") == 100
    assert [row.key for row in rows if row.is_veto] == ["accident", "exposure", "discipline", "falsified"]
    assert [row.key for row in rows if row.looked_at] == ["completion", "gaps", "openness", "falsified"]
    for row in rows:
        standard_rules.require_criterion(row)
        assert row.is_veto or row.rule in rules.RULES
        assert row.name_en and row.scoring_en and row.source_en, row.key
    groups: dict = {}
    for row in rows:
        groups[row.group] = groups.get(row.group, 0) + row.points
    assert groups == {"A": 60, "B": 10, "C": 10, "D": 5, "E": 5, "F": 10, "V": 0}
    standard_rules.require_settings(default_standard.settings())


@pytest.mark.sqlite
def test_a_standard_is_frozen_once_and_the_database_itself_keeps_it(story, really_printed):
    standard = frozen(story)
    assert standard.fingerprint == fingerprint(standard.content)
    document = standard.document
    assert document.is_public and document.files.count() == 2, "printed and stamped"
    assert prints.content_of(document)["body"]["criteria"][0]["points"] == "60"
    row = standard.criteria.first()
    before = Deed.objects.filter(verb="standard.not_allowed").count()
    words = "nothing of it changes any more"
    refused(
        acts.save_criterion, standard, row, {"points": Decimal(50)}, edits=standard.edits, by=office(story), words=words
    )
    refused(acts.save_settings, standard, {"top_share": 90}, edits=standard.edits, by=office(story), words=words)
    refused(acts.remove_criterion, row, edits=standard.edits, by=office(story), words=words)
    refused(acts.freeze, standard, by=office(story), words=words)
    tried = Deed.objects.filter(verb="standard.not_allowed")
    assert tried.count() == before + 4
    assert tried.latest("number").facts["what"] == "freeze"
    assert OfficialDocument.objects.filter(kind="standard").count() == 1
    more = default_standard.criteria()[0] | {"key": "more", "position": 99}
    changes = (
        lambda: Criterion.objects.filter(pk=row.pk).update(points=1),
        lambda: Criterion.objects.filter(pk=row.pk).delete(),
        lambda: Criterion.objects.create(standard=standard, **more),
        lambda: Standard.objects.filter(pk=standard.pk).update(top_share=90),
        lambda: Standard.objects.filter(pk=standard.pk).update(content="{}"),
        lambda: Standard.objects.filter(pk=standard.pk).update(frozen_at=None, frozen_by=None, frozen_post=None,
                                                                fingerprint="", content=""),
    )  # fmt: skip
    for change in changes:
        with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
            change()
    again = begun(story)
    assert again.version == 2 and again.criteria.count() == standard.criteria.count()
    assert not again.is_frozen
    refused(acts.begin, story.campaign, by=office(story), words="There is a draft already")


def test_points_that_do_not_add_up_are_refused_with_what_is_missing_or_over(story):
    standard, by = begun(story), {"by": office(story), "at": timezone.now()}

    def changed(key: str, **data) -> None:
        acts.save_criterion(standard, standard.criteria.get(key=key), data, edits=standard.edits, **by)
        standard.refresh_from_db()

    changed("completion", points=Decimal("55.5"))
    refused(acts.freeze, standard, by=office(story), words="for all units add up to 95.5: 4.5 are missing")
    changed("completion", points=Decimal(60))
    changed("openness", kinds=["department"])
    assert "95" in str(standard_rules.sentences(
        standard_rules.short_of(list(standard.criteria.all()), ["department", "town_school"]),
        {"town_school": story.units["town_school"].kind}))  # fmt: skip
    refused(acts.freeze, standard, by=office(story), words="Town school add up to 95: 5 are missing")
    standard.refresh_from_db()
    assert standard.frozen_at is None and standard.document is None
    assert Deed.objects.filter(verb="standard.not_allowed").count() == 2


WRONG = [
    ({"points": Decimal(101)}, "between 0 and 100 points"),
    ({"points": Decimal(0)}, "worth nothing is not scored"),
    ({"rule": ""}, "Choose the rule"),
    ({"rule": "astrology"}, "Choose the rule"),
    ({"method": "inspection", "looked_at": False, "rule": ""}, "Nobody would score this"),
    ({"is_veto": True}, "A veto is worth no points"),
    ({"params": {"unverified_percent": "101"}}, "between 0 and 100"),
    ({"params": {"unverified_percent": "some"}}, "between 0 and 100"),
    ({"params": {"other": "1"}}, "no setting “other”"),
    ({"name_zh": " "}, "needs its name"),
    ({"key": "reporting"}, "with the key “reporting” already"),
]
UNSOUND = [
    ({"grades": [{"key": "excellent", "at_least": "80"}, {"key": "good", "at_least": "80"},
                 {"key": "pass", "at_least": "60"}, {"key": "fail", "at_least": "0"}]}, "lower than the one before"),
    ({"grades": [{"key": "excellent", "at_least": "80"}]}, "all four of them"),
    ({"grades": [{"key": "excellent", "at_least": "101"}, {"key": "good", "at_least": "80"},
                 {"key": "pass", "at_least": "60"}, {"key": "fail", "at_least": "0"}]}, "between 0 and 100"),
    ({"top_share": Decimal(101)}, "outside of 0 to 100"),
    ({"top_least": 11}, "outside of 0 to 10"),
    ({"bonus_most": Decimal(21)}, "outside of 0 to 20"),
    ({"appeal_days": 0}, "1 to 30 working days"),
    ({"title_zh": " "}, "a title"),
]  # fmt: skip


def test_what_cannot_be_scored_is_refused_and_nothing_is_stored(story):
    standard, now = begun(story), timezone.now()
    row = standard.criteria.get(key="completion")
    for data, words in WRONG:
        refused(acts.save_criterion, standard, row, data, edits=standard.edits, by=office(story), words=words)
    for data, words in UNSOUND:
        refused(acts.save_settings, standard, data, edits=standard.edits, by=office(story), words=words)
    refused(acts.save_settings, standard, {"top_share": 20}, edits=99, by=office(story), words="A colleague changed")
    refused(acts.save_settings, standard, {"top_share": 20}, edits=1, by=story.people["auditor"], words="hidden")
    standard.refresh_from_db()
    assert (standard.edits, standard.top_share) == (1, 30)
    acts.save_settings(standard, {"top_share": Decimal(25)}, edits=1, by=office(story), at=now)
    data = {"group": "G", "name_zh": "现场秩序", "points": Decimal(5), "looked_at": True, "method": "inspection",
            "scoring_zh": "现场评定", "source_zh": "现场"}  # fmt: skip
    new = acts.save_criterion(standard, None, data, edits=2, by=office(story), at=now)
    assert (new.key, new.position) == ("own-1", 13)
    acts.move_criterion(new, up=True, edits=3, by=office(story), at=now)
    assert list(standard.criteria.values_list("key", flat=True))[-2:] == ["own-1", "falsified"]
    acts.remove_criterion(new, edits=4, by=office(story), at=now)
    assert not standard.criteria.filter(key="own-1").exists()


@pytest.mark.sqlite
def test_an_assessment_is_prepared_opened_once_and_scored(story):
    by, now, today = office(story), timezone.now(), timezone.localdate()
    days = {"self_due_on": today + timedelta(days=5), "inspect_from_on": today + timedelta(days=6),
            "inspect_to_on": today + timedelta(days=20)}  # fmt: skip
    draft = begun(story)
    refused(assessing.prepare, story.campaign, draft, **days, by=by, words="Freeze the standard first")
    standard = acts.freeze(draft, by=by, at=now)
    wrong = days | {"inspect_to_on": today}
    refused(assessing.prepare, story.campaign, standard, **wrong, by=by, words="inspections begin before they end")
    assessment = assessing.prepare(story.campaign, standard, **days, by=by, at=now)
    moved = days | {"self_due_on": today + timedelta(days=6)}
    assert assessing.prepare(story.campaign, standard, **moved, by=by, at=now).self_due_on == moved["self_due_on"]
    refused(assessing.open_assessment, assessment, by=by, words="Nothing has been promised")
    refused(assessing.ask_for_scoring, assessment, by=by, words="Open the assessment first")
    with plain_paper():
        promised(story, "department")
        promised(story, "municipal_school")
    assessment = assessing.open_assessment(assessment, by=by, at=now)
    assert (assessment.phase, assessment.cases.count()) == (Phase.OPEN, 2)
    assert Case.objects.filter(marks__isnull=False).distinct().count() == 2
    told = set(Letter.objects.filter(key__startswith="assessment-opened").values_list("to", flat=True))
    assert told == {story.people[name].pk for name in ("department_head", "department_staff", "municipal_school_head",
                                                       "municipal_school_staff")}  # fmt: skip
    refused(assessing.open_assessment, assessment, by=by, words="open already")
    assert assessing.ask_for_scoring(assessment, by=by, at=now + timedelta(seconds=1)).progress["done"] == 0
    refused(assessing.ask_for_scoring, assessment, by=by, words="asked for already")
    refused(acts.begin, story.campaign, by=by, words="scored by the standard that was frozen before")
    Assessment.objects.update(phase=Phase.SCORED)
    refused(assessing.prepare, story.campaign, standard, **days, by=by, words="these days lie behind")
    refused(assessing.ask_for_scoring, assessment, by=by, words="stand still now")


def test_another_bureau_sees_and_changes_nothing(story):
    other = stories.culture()
    standard = begun(story)
    refused(acts.save_settings, standard, {"top_share": 1}, edits=1, by=office(other), words="hidden")
    refused(acts.begin, story.campaign, by=office(other), words="hidden")
    assessment = judged_of(story)
    refused(assessing.open_assessment, assessment, by=office(other), words="hidden")


def judged_of(story) -> Assessment:
    acts.freeze(Standard.objects.get(campaign=story.campaign), by=office(story), at=timezone.now())
    today = timezone.localdate()
    return Assessment.objects.create(campaign=story.campaign, standard=Standard.objects.get(campaign=story.campaign),
                                     self_due_on=today, inspect_from_on=today, inspect_to_on=today)  # fmt: skip


def test_the_standard_of_these_tests_is_guarded_as_well():
    story = judged("department")
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        story.standard.criteria.update(points=1)
