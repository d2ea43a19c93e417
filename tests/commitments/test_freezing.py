"""What a freeze makes public: what was sent, and nothing that only lay in a draft; late, silent and kept promises."""

import copy
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from commitments.actions import dispatch
from commitments.models import Commitment, Entry, Line, Sheet
from commitments.queries import keeping
from commitments.sweeps import lights
from portal.core.models import Deed
from tests import ledgers, months
from tests.worlds import shared

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
SCHOOL = "municipal_school"
world = shared(lambda: ledgers.kept(SCHOOL))


@pytest.fixture
def story(world):
    with translation.override("en"):
        yield copy.deepcopy(world)


@pytest.fixture
def first(story):
    """The first month, open."""
    return months.open_months(story, story.first + timedelta(days=22))[0]


def opened_next(story, month):
    """The month after it, open as well."""
    return next(each for each in months.open_months(story, month.period.next.first + timedelta(days=20))
                if each.code > month.code)  # fmt: skip


def sheet_of(story, month) -> Sheet:
    return Sheet.objects.get(month=month, unit=story.units[SCHOOL])


def line_of(story) -> Line:
    return Line.objects.filter(unit=story.units[SCHOOL]).order_by("position").first()


def promise_of(story) -> Commitment:
    return Commitment.objects.get(line=line_of(story))


def head(story):
    return story.people[f"{SCHOOL}_head"]


def refresh(day) -> int:
    return lights.refresh(on=day, at=months.at(day))


# --- drafts stay drafts ----------------------------------------------------------------------------


def test_words_that_were_never_sent_are_not_public_after_the_freeze(story, first):
    months.fill(sheet_of(story, first), "20", by=head(story), on=first.due_on, problem="草稿里的难题", why="草稿")
    months.freeze(story, first)
    told = keeping.history(promise_of(story))[0]
    assert (told.status, told.value, told.word, told.problem) == ("not_reported", None, "", "")
    assert keeping.last_words([promise_of(story)]) == {}


def test_words_that_were_returned_and_not_sent_again_are_not_public(story, first):
    sheet = months.report(story, SCHOOL, first, "20", on=first.due_on)
    dispatch.return_sheet(sheet, reason="请核对。", by=story.people["style_office"], at=months.at(first.due_on))
    months.freeze(story, first)
    told = keeping.history(promise_of(story))[0]
    assert (told.value, told.word) == (None, "") and keeping.last_words([promise_of(story)]) == {}


def test_a_figure_that_was_returned_and_not_sent_again_is_not_public_either(story, first):
    line = line_of(story)
    sheet = months.report(story, SCHOOL, first, "20", on=first.due_on)
    dispatch.return_sheet(sheet, reason="请核对。", by=story.people["style_office"], at=months.at(first.due_on))
    months.freeze(story, first)
    assert (promise_of(story).status, line_of(story).status) == ("not_reported", "not_reported")
    assert promise_of(story).value_now is None
    months.report(story, SCHOOL, first, str(line.target), on=first.freezes_on, done_on=first.due_on)
    refresh(first.freezes_on + timedelta(days=1))
    assert promise_of(story).status == "kept"


def test_a_promise_that_only_a_returned_report_called_kept_is_not_public_as_kept(story, first):
    line = line_of(story)
    sheet = months.report(story, SCHOOL, first, str(line.target), on=first.due_on, done_on=first.due_on)
    dispatch.return_sheet(sheet, reason="请核对。", by=story.people["style_office"], at=months.at(first.due_on))
    months.freeze(story, first)
    assert (promise_of(story).status, promise_of(story).value_now) == ("not_measurable", None)


def test_words_that_come_after_the_freeze_are_told_with_their_day(story, first):
    months.freeze(story, first)
    late = first.freezes_on + timedelta(days=3)
    months.report(story, SCHOOL, first, "20", on=late)
    told = keeping.history(promise_of(story))[0]
    assert (told.status, told.word, told.late_on) == ("not_reported", "又建成几间。", late)


# --- no change -------------------------------------------------------------------------------------


def test_no_change_after_a_late_older_report_keeps_what_that_report_said(story, first):
    second = opened_next(story, first)
    months.report(story, SCHOOL, first, "18", on=second.opens_on)
    sheet = months.report(story, SCHOOL, second, on=second.due_on)
    assert sheet.entries.order_by("line__position").first().value == Decimal(18)
    assert line_of(story).actual == Decimal(18)


def test_a_report_between_two_that_were_sent_leaves_the_later_one_alone(story, first):
    second = opened_next(story, first)
    sheet = months.report(story, SCHOOL, second, "25", on=second.due_on)
    before = list(sheet.entries.values_list("before", "value"))
    months.report(story, SCHOOL, first, "18", on=second.due_on)
    assert list(sheet.entries.values_list("before", "value")) == before


def test_a_returned_report_follows_the_older_one_that_came_meanwhile(story, first):
    second = opened_next(story, first)
    sheet = months.report(story, SCHOOL, second, on=second.due_on)
    dispatch.return_sheet(sheet, reason="请核对。", by=story.people["style_office"], at=months.at(second.due_on))
    months.report(story, SCHOOL, first, "18", on=second.due_on)
    months.report(story, SCHOOL, second, on=second.due_on)
    assert line_of(story).actual == Decimal(18)


# --- kept ------------------------------------------------------------------------------------------


def kept_in(story, month) -> Line:
    line = line_of(story)
    months.report(story, SCHOOL, month, str(line.target), on=month.due_on, done_on=month.due_on)
    assert line_of(story).status == "kept"
    return line


def test_a_promise_that_is_kept_stays_kept_when_its_unit_is_silent_after_its_day(story, first):
    line = kept_in(story, first)
    second = opened_next(story, first)
    Line.objects.update(due_on=first.due_on)
    months.freeze(story, second)
    frozen = dict(Entry.objects.filter(sheet__month=second).values_list("line", "public"))
    assert frozen.pop(line.pk) == "kept"
    assert set(frozen.values()) == {"overdue"}


@pytest.mark.parametrize("sends", [True, False])
def test_a_promise_that_was_closed_is_frozen_as_kept_whether_its_unit_reports_or_not(story, first, sends):
    line, at = kept_in(story, first), months.at(first.due_on)
    second = opened_next(story, first)
    facts = {"verified_at": at, "verified_by": head(story), "verified_post": head(story).tenures.get().post}
    Line.objects.filter(pk=line.pk).update(closed_at=at, **facts)
    if sends:
        months.report(story, SCHOOL, second, on=second.due_on)
    months.freeze(story, second)
    assert Entry.objects.get(sheet__month=second, line=line).public == "kept"


def test_a_month_before_the_promise_was_kept_is_not_called_kept(story, first):
    second = opened_next(story, first)
    line = kept_in(story, second)
    months.freeze(story, first)
    assert Entry.objects.get(sheet__month=first, line=line).public == "not_reported"


# --- silence ---------------------------------------------------------------------------------------


def test_silence_is_public_at_the_freeze_and_no_day_sooner(story, first):
    months.report(story, SCHOOL, first, "20", on=first.due_on)
    months.freeze(story, first)
    before = promise_of(story).status
    second = opened_next(story, first)
    refresh(second.due_on + timedelta(days=1))
    assert line_of(story).status == "not_reported" and promise_of(story).status == before
    months.freeze(story, second)
    assert promise_of(story).status == "not_reported"


def test_a_report_after_the_freeze_ends_the_silence(story, first):
    months.freeze(story, first)
    assert promise_of(story).status == "not_reported"
    late = first.freezes_on + timedelta(days=2)
    months.report(story, SCHOOL, first, "20", on=late)
    refresh(late)
    assert promise_of(story).status == line_of(story).status != "not_reported"


def test_a_late_report_of_a_frozen_month_is_public_while_the_month_after_it_is_still_open(story, first):
    months.freeze(story, first)
    second = opened_next(story, first)
    late = second.due_on + timedelta(days=1)
    months.report(story, SCHOOL, first, "20", on=late)
    refresh(late)
    assert (promise_of(story).value_now, promise_of(story).month) == (Decimal(20), first.code)
    deeds = Deed.objects.count()
    assert refresh(late) == 0 and Deed.objects.count() == deeds


def test_an_old_silence_does_not_make_a_new_one_public_before_its_freeze(story, first):
    months.freeze(story, first)
    late = first.freezes_on + timedelta(days=2)
    months.report(story, SCHOOL, first, "20", on=late)
    refresh(late)
    before = promise_of(story).status
    second = opened_next(story, first)
    refresh(second.due_on + timedelta(days=1))
    assert line_of(story).status == "not_reported" and promise_of(story).status == before


# --- the record ------------------------------------------------------------------------------------


def test_lights_that_the_day_changes_stand_in_the_record_once(story, first):
    Line.objects.update(due_on=first.due_on)
    day = first.due_on + timedelta(days=1)
    assert refresh(day) > 0 and refresh(day) == 0
    deed = Deed.objects.get(verb="lights.changed")
    assert deed.by == "clock" and deed.facts["lines"] == 2 and deed.facts["shown"] == 2


def test_figures_that_a_freeze_makes_public_stand_in_the_record(story, first):
    months.report(story, SCHOOL, first, "20", on=first.due_on)
    months.freeze(story, first)
    assert Deed.objects.get(verb="lights.changed").facts == {"lines": 0, "shown": 2}
