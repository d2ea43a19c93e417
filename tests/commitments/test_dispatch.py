"""Months open, are filled, sent, returned and frozen; a month exists once, whoever asks and how often."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import translation

from commitments.actions import dispatch
from commitments.models import Commitment, Entry, Line, Month, Publication, Sheet
from commitments.sweeps import dispatch as sweeps
from commitments.sweeps import lights
from portal.core.errors import Refused
from portal.core.models import Deed
from tests import months

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def story():
    with translation.override("en"):
        yield months.kept("municipal_school", "town_school")


@pytest.fixture
def june(story):
    """The first month, open."""
    first = story.first
    return months.open_months(story, first + timedelta(days=22))[0]


def sheet_of(story, month, kind="municipal_school") -> Sheet:
    return Sheet.objects.get(month=month, unit=story.units[kind])


def test_a_month_gives_every_unit_one_sheet_with_all_its_lines(story, june):
    assert june.filled_at and not june.caught_up
    sheet = sheet_of(story, june)
    assert sheet.lines == sheet.entries.count() == 2 and sheet.receiver is None
    assert sheet_of(story, june, "town_school").receiver == story.units["town_office"]


def test_opening_again_changes_nothing(story, june):
    before = list(Entry.objects.order_by("pk").values())
    assert sweeps.open_due(on=june.opens_on + timedelta(days=1), at=months.at(june.opens_on)) == 0
    assert sweeps.fill(june) == 0
    assert list(Entry.objects.order_by("pk").values()) == before and Month.objects.count() == 1


def test_missed_months_are_opened_in_order_and_labelled(story):
    third = story.first + timedelta(days=88)
    opened = months.open_months(story, third)
    assert len(opened) >= 3
    assert [month.code for month in opened] == sorted(month.code for month in opened)
    assert opened[0].caught_up and opened[0].due_on < third
    deeds = Deed.objects.filter(verb="month.opened").order_by("number").values_list("facts__month", flat=True)
    assert list(deeds) == [month.code for month in opened]


def test_an_opening_that_was_cut_off_goes_on_where_it_stopped(story, june):
    Sheet.objects.filter(unit=story.units["town_school"]).first().entries.all().delete()
    Sheet.objects.filter(unit=story.units["town_school"]).delete()
    Month.objects.update(filled_at=None)
    sweeps.open_due(on=june.opens_on, at=months.at(june.opens_on))
    assert sheet_of(story, june, "town_school").entries.count() == 2
    assert Month.objects.get().filled_at


def test_a_unit_that_publishes_later_reports_from_its_first_full_month(story, june):
    late = sheet_of(story, june).publication
    Entry.objects.all().delete()
    Sheet.objects.all().delete()
    late.published_at = months.at(story.first + timedelta(days=3))
    late.save()
    sweeps.fill(june)
    assert not Sheet.objects.filter(month=june, unit=late.unit).exists()


@pytest.mark.parametrize(("day", "hour", "reports"), [(0, 23, True), (1, 0, False), (1, 5, False)])
def test_the_day_of_a_publication_is_a_day_in_shanghai_on_either_database(story, june, day, hour, reports):
    Entry.objects.all().delete()
    Sheet.objects.all().delete()
    Publication.objects.update(published_at=months.at(story.first + timedelta(days=day), hour))
    sweeps.fill(june)
    assert Sheet.objects.filter(month=june).exists() == reports


def test_a_report_that_is_sent_moves_the_ledger_and_gets_a_receipt(story, june):
    sheet = months.report(story, "municipal_school", june, "20", on=june.due_on)
    assert sheet.state == "sent" and sheet.receipt and sheet.days_late == 0
    line = Line.objects.filter(unit=sheet.unit).first()
    assert (line.actual, line.month, line.actual_share) == (Decimal(20), june.code, Decimal("47.6"))
    assert line.status in ("ahead", "on_schedule") and line.word == "又建成几间。"
    assert Deed.objects.get(verb="report.sent").facts["receipt"] == sheet.receipt
    assert Commitment.objects.get(line=line).status == "not_measurable", "the public waits for the freeze"


def test_the_public_reads_the_month_once_it_is_frozen(story, june):
    months.report(story, "municipal_school", june, "20", on=june.due_on)
    month = months.freeze(story, june)
    assert month.summary["sheets"] == {"on_time": 1, "not_reported": 1}
    told = Commitment.objects.get(line__unit=story.units["municipal_school"], number="1.1")
    assert (told.month, told.value_now) == (june.code, Decimal(20)) and told.status != "not_measurable"
    silent = Commitment.objects.get(line__unit=story.units["town_school"], number="1.1")
    assert silent.status == "not_reported", "silence is never green"
    assert set(Entry.objects.filter(sheet__unit=story.units["town_school"]).values_list("public", flat=True)) == {
        "not_reported"
    }


def test_freezing_twice_changes_nothing(story, june):
    months.freeze(story, june)
    day = june.freezes_on + timedelta(days=2)
    assert sweeps.freeze_due(on=day, at=months.at(day)) == 0
    assert Deed.objects.filter(verb="month.frozen").count() == 1


def test_a_report_after_the_freeze_is_kept_beside_the_frozen_month(story, june):
    months.freeze(story, june)
    late = june.freezes_on + timedelta(days=3)
    sheet = months.report(story, "municipal_school", june, "22", on=late)
    assert sheet.after_freeze and sheet.cell == "not_reported" and sheet.days_late > 0
    assert set(sheet.entries.values_list("public", flat=True)) == {"not_reported"}
    assert Month.objects.get().summary["sheets"]["not_reported"] == 2
    assert Line.objects.filter(unit=sheet.unit).first().actual == Decimal(22)


def test_an_older_month_that_comes_late_does_not_push_a_newer_one_back(story, june):
    second = months.open_months(story, june.period.next.first + timedelta(days=20))[1]
    months.report(story, "municipal_school", second, "25", on=second.due_on)
    months.report(story, "municipal_school", june, "18", on=second.due_on)
    assert Line.objects.filter(unit=story.units["municipal_school"]).first().actual == Decimal(25)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [("-3", "below zero"), ("5", "say why")],
)
def test_impossible_or_falling_figures_keep_a_report_from_being_sent(story, june, value, sentence):
    Entry.objects.update(before=Decimal(10))
    head = story.people["municipal_school_head"]
    sheet = months.fill(sheet_of(story, june), value, by=head, on=june.due_on)
    with pytest.raises(dispatch.Incomplete) as told:
        dispatch.send(sheet, version=sheet.version, by=head, at=months.at(june.due_on))
    assert sentence in " ".join(each.sentence for each in told.value.missing)
    assert sheet_of(story, june).sent_at is None and not Deed.objects.filter(verb="report.sent").exists()


@pytest.mark.parametrize("value", ["1" + "0" * 11, "NaN", "Infinity"])
def test_what_is_no_figure_is_not_even_kept(story, june, value):
    with pytest.raises(Refused, match="eleven digits"):
        months.fill(sheet_of(story, june), value, by=story.people["municipal_school_head"], on=june.due_on)


def test_a_falling_figure_with_its_reason_is_taken(story, june):
    Entry.objects.update(before=Decimal(12))
    sheet = months.report(story, "municipal_school", june, "11", on=june.due_on, why="拆除一间危房。")
    assert sheet.sent_at


def test_a_stuck_line_says_on_what(story, june):
    sheet, head = sheet_of(story, june), story.people["municipal_school_head"]
    rows = {entry.pk: {"choice": "stuck"} for entry in sheet.entries.all()}
    sheet = dispatch.save_entries(sheet, rows, version=sheet.version, by=head, at=months.at(june.due_on))
    with pytest.raises(dispatch.Incomplete):
        dispatch.send(sheet, version=sheet.version, by=head, at=months.at(june.due_on))


def test_a_telephone_number_stops_a_report(story, june):
    with pytest.raises(Refused, match="telephone"):
        months.report(story, "municipal_school", june, "20", on=june.due_on, why="找王老师13912345678")


def test_a_report_holds_its_own_promises_only(story, june):
    foreign = sheet_of(story, june, "town_school").entries.first()
    sheet, head = sheet_of(story, june), story.people["municipal_school_head"]
    with pytest.raises(Refused, match="no such promise"):
        dispatch.save_entries(
            sheet, {foreign.pk: {"choice": "no_change"}}, version=sheet.version, by=head, at=months.at(june.due_on)
        )


def test_a_colleagues_change_is_never_overwritten(story, june):
    sheet, head = sheet_of(story, june), story.people["municipal_school_head"]
    months.fill(sheet, "15", by=story.people["municipal_school_staff"], on=june.due_on)
    with pytest.raises(dispatch.Overtaken):
        dispatch.save_entries(sheet, {}, version=1, by=head, at=months.at(june.due_on))


def test_the_staff_gives_it_to_the_head_and_the_head_sends(story, june):
    staff, head = story.people["municipal_school_staff"], story.people["municipal_school_head"]
    sheet = months.fill(sheet_of(story, june), "20", by=staff, on=june.due_on)
    with pytest.raises(Refused, match="head"):
        dispatch.send(sheet, version=sheet.version, by=staff, at=months.at(june.due_on))
    sheet = dispatch.hand_to_head(sheet, version=sheet.version, by=staff, at=months.at(june.due_on))
    assert dispatch.send(sheet, version=sheet.version, by=head, at=months.at(june.due_on)).state == "sent"


@pytest.mark.parametrize("who", ["department_head", "style_office", "municipal_school_head"])
def test_nobody_sends_for_another_unit(story, june, who):
    sheet = sheet_of(story, june, "town_school")
    with pytest.raises(Refused):
        dispatch.send(sheet, version=1, by=story.people[who], at=months.at(june.due_on))


def test_a_returned_report_comes_back_with_the_reason_and_stays_on_time(story, june):
    months.report(story, "town_school", june, "20", on=june.due_on)
    approver = story.people["town_office_approver"]
    sheet = sheet_of(story, june, "town_school")
    with pytest.raises(Refused):
        dispatch.return_sheet(sheet, reason="请核对", by=story.people["style_office"], at=months.at(june.due_on))
    dispatch.return_sheet(sheet, reason="请核对第一项。", by=approver, at=months.at(june.due_on))
    again = months.report(story, "town_school", june, "21", on=june.due_on + timedelta(days=2))
    assert again.days_late == 0 and again.return_reason == "请核对第一项。"


def test_a_promise_whose_day_has_passed_is_overdue_for_everyone(story, june):
    Line.objects.update(due_on=june.due_on)
    day = june.due_on + timedelta(days=1)
    assert lights.refresh(on=day, at=months.at(day)) > 0
    assert set(Commitment.objects.values_list("status", flat=True)) == {"overdue"}
    assert lights.refresh(on=day, at=months.at(day)) == 0


def test_the_clock_set_back_sends_nothing(story, june):
    early = june.opens_on - timedelta(days=9)
    sheet = sheet_of(story, june)
    months.fill(sheet, "20", by=story.people["municipal_school_head"], on=early)
    sheet.refresh_from_db()
    with pytest.raises(Refused, match="clock"):
        dispatch.send(sheet, version=sheet.version, by=story.people["municipal_school_head"], at=months.at(early))


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_two_workers_that_open_at_once_open_once(story):
    day, barrier, faults = story.first + timedelta(days=25), threading.Barrier(2), []

    def run():
        barrier.wait()
        try:
            sweeps.open_due(on=day, at=months.at(day))
        except Exception as problem:
            faults.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert (Month.objects.count(), Sheet.objects.count(), Entry.objects.count()) == (1, 2, 4)
    assert Deed.objects.filter(verb="month.opened").count() == 1
