"""Visits: warned of duplicates and crowding, refused on days of key work, approved, joined, written up, counted."""

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from objectives import matching, quarters, visit_checks, visiting
from objectives.actions import blackouts, pairings, visits
from objectives.actions.writing import Overtaken
from objectives.models import Blackout, Contact, Visit
from objectives.visiting import CROWDING, DUPLICATE, JOIN, Trip
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import stories
from tests.objectives.learning import approved, asked, at, done, filed, learning, matched, planned, trip, whole_rows


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


# --- warnings, purely ----------------------------------------------------------------------------


def pure(key, day, *units, days=1, host="甲校", kind="go_out"):
    first = date.fromisoformat(day)
    return Trip(key, host, kind, first, first + timedelta(days=days - 1), frozenset(units))


@pytest.mark.parametrize(
    ("others", "keys"),
    [
        ([], []),
        ([pure(1, "2026-03-20", "we")], [DUPLICATE]),
        ([pure(1, "2026-03-11", "we")], [DUPLICATE]),
        ([pure(1, "2026-03-10", "we")], []),
        ([pure(1, "2026-05-28", "they")], [JOIN]),
        ([pure(1, "2026-04-30", "they")], []),
        ([pure(1, "2026-05-02", "they", "we")], [DUPLICATE]),
        ([pure(1, "2026-05-02", "they"), pure(2, "2026-05-20", "others")], [JOIN, CROWDING]),
        ([pure(1, "2026-05-02", "they"), pure(2, "2026-05-20", "others", kind="online")], [JOIN]),
        ([pure(1, "2026-05-10", "we", host="乙校")], []),
    ],
)
def test_the_calendar_warns_of_what_the_plan_forbids(others, keys):
    mine = pure(0, "2026-05-10", "we")
    assert [each.key for each in visiting.warnings(mine, others, most=2)] == keys
    assert visiting.warnings(pure(0, "2026-05-10", "we", kind="online"), others, most=2) == []


def test_a_visit_over_the_turn_of_a_month_crowds_both_months():
    mine = pure(0, "2026-05-31", "we", days=2)
    others = [pure(1, "2026-05-04", "a"), pure(2, "2026-06-20", "b")]
    found = [each for each in visiting.warnings(mine, others, most=1) if each.key == CROWDING]
    assert [(each.month.month, each.count) for each in found] == [(5, 2), (6, 2)]


def test_a_pair_owes_a_contact_only_where_it_stood_for_a_month():
    facts = {"until_on": None, "ends_on": date(2026, 12, 31)}
    assert quarters.is_owed("2026-Q3", since_on=date(2026, 9, 1), **facts)
    assert not quarters.is_owed("2026-Q3", since_on=date(2026, 9, 2), **facts)
    assert not quarters.is_owed("2026-Q2", since_on=date(2026, 9, 2), **facts)
    assert not quarters.is_owed("2026-Q4", since_on=date(2026, 9, 2), until_on=date(2026, 12, 31), ends_on=None)
    assert list(quarters.between(date(2026, 11, 2), date(2027, 4, 1))) == ["2026-Q4", "2027-Q1", "2027-Q2"]


# --- from the plan to the contact ----------------------------------------------------------------


@pytest.mark.django_db
def test_a_visit_goes_from_plan_to_contact_and_counts_once_the_analysis_is_filed():
    story = learning()
    staff, office = story.people["municipal_school_staff"], story.people["style_office"]
    pair = matched(story)
    day = story.today - timedelta(days=20)
    visit = done(story, "municipal_school", day)
    assert visit.state == "done" and not Contact.objects.exists()
    filed(story, pair)
    contact = Contact.objects.get()
    assert (contact.pairing, contact.visit, contact.on, contact.way) == (pair, visit, day, "visit")
    assert contact.quarter == quarters.code_of(day)
    filed_again = Contact.objects.count()
    visits_verbs = list(Deed.objects.about(visit).order_by("number").values_list("verb", flat=True))
    assert visits_verbs == ["visit.planned", "visit.asked", "visit.approved", "visit.written_up"]
    assert Letter.objects.filter(to=office, key__startswith="visit-asked").exists()
    assert Letter.objects.filter(to=staff, key__startswith="visit-decided").exists()
    later = done(story, "municipal_school", day + timedelta(days=3), despite="继续跟进")
    assert Contact.objects.count() == filed_again + 1 and later.warnings == [DUPLICATE]
    with pytest.raises(Refused, match="Made and written up"):
        visits.cancel(later, reason="不去了", by=staff, at=timezone.now())


@pytest.mark.django_db
def test_a_town_school_asks_its_town_office_and_nobody_else_decides():
    story = learning()
    visit = asked(story, "town_school", story.today + timedelta(days=9))
    for who in ("style_office", "linked_leader", "town_school_head", "auditor", "second_school_head"):
        with pytest.raises(Refused):
            visits.approve(visit, by=story.people[who], at=timezone.now())
    with pytest.raises(Refused, match="why"):
        visits.send_back(visit, reason=" ", by=story.people["town_office_approver"], at=timezone.now())
    back = visits.send_back(visit, reason="请改到下月", by=story.people["town_office_approver"], at=timezone.now())
    staff = story.people["town_school_staff"]
    data = trip(story.today + timedelta(days=40))
    changed = visits.change(back, data, version=back.version, by=staff, at=timezone.now())
    with pytest.raises(Overtaken):
        visits.change(changed, data | {"people": 9}, version=back.version, by=staff, at=timezone.now())
    again = visits.ask(changed, by=staff, at=timezone.now())
    assert (again.state, again.reason, again.decided_by) == ("asked", "", None)


@pytest.mark.django_db
def test_warnings_need_a_reason_and_a_new_one_is_told_before_it_is_overridden():
    story = learning(a_month=1)
    day = story.today.replace(day=1) + timedelta(days=70)
    asked(story, "second_school", day)
    staff = story.people["municipal_school_staff"]
    mine = planned(story, "municipal_school", day + timedelta(days=1))
    with pytest.raises(visit_checks.Warned) as told:
        visits.ask(mine, by=staff, at=timezone.now())
    assert [each.key for each in told.value.warnings] == [JOIN, CROWDING]
    with pytest.raises(visit_checks.Warned, match="something new"):
        visits.ask(mine, despite="专题不同", seen=[JOIN], by=staff, at=timezone.now())
    assert Visit.objects.get(pk=mine.pk).state == "planned"
    stands = visits.ask(mine, despite="专题不同", seen=[JOIN, CROWDING], by=staff, at=timezone.now())
    assert (stands.warnings, stands.despite) == ([CROWDING, JOIN], "专题不同")
    letter = Letter.objects.get(to=story.people["style_office"], key__startswith=f"visit-asked-{mine.pk}")
    assert "专题不同" in letter.body


@pytest.mark.django_db
def test_a_unit_joins_a_trip_instead_and_the_visit_counts_for_both():
    story = learning()
    day = story.today - timedelta(days=15)
    for unit in ("municipal_school", "second_school"):
        filed(story, matched(story, unit), on=story.today - timedelta(days=60))
    visit = approved(story, "second_school", day, on=day - timedelta(days=9))
    joiner, school = story.people["municipal_school_staff"], story.units["municipal_school"]
    with pytest.raises(Refused, match="your own visit"):
        visits.join(visit, story.units["second_school"], by=story.people["second_school_staff"], at=at(day))
    for _twice in range(2):
        visits.join(visit, school, people=3, by=joiner, at=at(day - timedelta(days=2)))
    assert Letter.objects.filter(key__startswith="visit-joined").count() == 2
    visits.write_up(visit, held_on=day, came=7, findings="很好。", by=story.people["second_school_staff"], at=at(day))
    assert set(Contact.objects.values_list("pairing__unit__code", flat=True)) == {"municipal-school", "second-school"}
    with pytest.raises(Refused, match="written up"):
        visits.leave(visit, school, by=joiner, at=timezone.now())
    foreign = stories.culture()
    with pytest.raises(Refused):
        visits.join(visit, foreign.units["bureau"], by=foreign.people["bureau_staff"], at=timezone.now())


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_visit_in_exam_week_is_refused_and_that_it_was_tried_stands_on_record():
    story = learning()
    office, staff = story.people["style_office"], story.people["municipal_school_staff"]
    first = story.today + timedelta(days=20)
    standing = asked(story, "second_school", first)
    draft = planned(story, "municipal_school", first + timedelta(days=31))
    blackouts.set_days(story.bureau, from_on=first, to_on=first + timedelta(days=4), why_zh="期中考试", by=office,
                       at=timezone.now())  # fmt: skip
    assert Letter.objects.filter(key__startswith=f"visit-blacked-out-{standing.pk}").count() == 2
    with pytest.raises(Refused, match="期中考试"):
        planned(story, "municipal_school", first - timedelta(days=1), to_on=first)
    with pytest.raises(Refused, match="days without visits"):
        visits.change(draft, trip(first), version=draft.version, by=staff, at=timezone.now())
    with pytest.raises(Refused, match="期中考试"):
        visits.approve(standing, by=office, at=timezone.now())
    tries = Deed.objects.filter(verb="visit.not_allowed").order_by("number")
    assert [each.about for each in tries] == ["units.unit", "objectives.visit", "objectives.visit"]
    assert tries[0].facts["from_on"] == (first - timedelta(days=1)).isoformat()
    assert "期中考试" in tries[2].words.text
    assert Visit.objects.count() == 2
    assert set(Visit.objects.values_list("state", flat=True)) == {"planned", "asked"}
    blackouts.lift(Blackout.objects.get(), by=office, at=timezone.now())
    assert visits.approve(standing, by=office, at=timezone.now()).state == "approved"


@pytest.mark.django_db
def test_days_set_after_a_visit_was_approved_do_not_keep_it_from_being_written_up():
    """Past days cannot be set; days that became key days after the approval stay good, any other day must be free."""
    story = learning()
    office, staff = story.people["style_office"], story.people["municipal_school_staff"]
    day = story.today - timedelta(days=1)
    visit = approved(story, "municipal_school", day, to_on=story.today, on=day - timedelta(days=9))
    facts = {"why_zh": "期末考试", "by": office, "at": timezone.now()}
    with pytest.raises(Refused, match="past"):
        blackouts.set_days(story.bureau, from_on=day, to_on=story.today, **facts)
    blackouts.set_days(story.bureau, from_on=story.today, to_on=story.today + timedelta(days=3), **facts)
    late = approved(story, "second_school", day, on=day - timedelta(days=9), despite="另有专题")
    with pytest.raises(Refused, match="期末考试"):
        visits.write_up(late, held_on=story.today, came=4, findings="好。", by=story.people["second_school_staff"],
                        at=timezone.now())  # fmt: skip
    done_ = visits.write_up(visit, held_on=story.today, came=4, findings="好。", by=staff, at=timezone.now())
    assert (done_.state, done_.held_on) == ("done", story.today)


@pytest.mark.django_db
def test_what_cannot_be_is_refused_and_nothing_is_stored():
    story = learning()
    staff, day = story.people["municipal_school_staff"], story.today + timedelta(days=9)
    for facts, words in [
        ({"to_on": day - timedelta(days=1)}, "before it begins"),
        ({"to_on": day + timedelta(days=15)}, "two weeks"),
        ({"from_on": story.campaign.ends_on, "to_on": story.campaign.ends_on + timedelta(days=1)}, "outside"),
        ({"people": 0}, "how many"),
        ({"plan": "联系人 13800138000"}, "telephone"),
    ]:
        with pytest.raises(Refused, match=words):
            visits.plan(story.units["municipal_school"], story.benchmark, trip(day) | facts, campaign=story.campaign,
                        by=staff, at=timezone.now())  # fmt: skip
    for who in ("second_school_staff", "style_office", "auditor"):
        with pytest.raises(Refused):
            visits.plan(story.units["municipal_school"], story.benchmark, trip(day), campaign=story.campaign,
                        by=story.people[who], at=timezone.now())  # fmt: skip
    office = story.people["style_office"]
    for first, last, words in [(day, day - timedelta(days=1), "before the first"), (day, day, ""),
                               (day, day + timedelta(days=92), "three months")]:  # fmt: skip
        with pytest.raises(Refused):
            blackouts.set_days(story.bureau, from_on=first, to_on=last, why_zh="中考" if words else " ", by=office,
                               at=timezone.now())  # fmt: skip
    with pytest.raises(Refused, match="style office"):
        blackouts.set_days(story.bureau, from_on=day, to_on=day, why_zh="中考", by=staff, at=timezone.now())
    assert not Visit.objects.exists() and not Blackout.objects.exists()
    visit = approved(story, "municipal_school", story.today - timedelta(days=9), on=story.today - timedelta(days=19))
    cases = [
        (story.today + timedelta(days=1), "好", "has not come"),
        (story.today, "", "found"),
        (story.today - timedelta(days=30), "好", "two weeks off"),
    ]
    for held_on, findings, words in cases:
        with pytest.raises(Refused, match=words):
            visits.write_up(visit, held_on=held_on, came=3, findings=findings, by=staff, at=timezone.now())


# --- two at once ---------------------------------------------------------------------------------


def two_ask_for_the_last_place(monkeypatch):
    story = learning(a_month=1)
    day = story.today.replace(day=1) + timedelta(days=70)
    mine = [planned(story, unit, day) for unit in ("municipal_school", "second_school")]
    people = [story.people["municipal_school_staff"], story.people["second_school_staff"]]
    look = visits.queries.warnings

    def look_and_hesitate(visit):
        found = look(visit)
        time.sleep(0.4)
        return found

    monkeypatch.setattr(visits.queries, "warnings", look_and_hesitate)
    barrier, outcomes = threading.Barrier(2), []

    def ask(visit, by):
        barrier.wait()
        try:
            with translation.override("en"):
                outcomes.append(visits.ask(visit, by=by, at=timezone.now()).state)
        except Refused as told:
            outcomes.append(type(told).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=pair) for pair in zip(mine, people, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_of_two_units_asking_for_the_last_place_of_a_host_one_is_warned(monkeypatch):
    assert two_ask_for_the_last_place(monkeypatch) == ["Warned", "asked"]


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_control_without_the_held_calendar_both_get_the_last_place(monkeypatch):
    monkeypatch.setattr(visit_checks, "hold_calendar", lambda bureau_id: None)
    assert two_ask_for_the_last_place(monkeypatch) == ["asked", "asked"]


def one_writes_up_while_another_files(monkeypatch):
    """Both store first and count then: neither may miss what the other stored."""
    story = learning()
    pair, staff = matched(story), story.people["municipal_school_staff"]
    pair = pairings.save_gaps(pair, whole_rows(), version=pair.version, by=staff, at=timezone.now())
    day = story.today - timedelta(days=3)
    visit = approved(story, "municipal_school", day, on=day - timedelta(days=9))
    count, ready = matching.count_visits, threading.Barrier(2)

    def count_and_hesitate(**facts):
        ready.wait(timeout=10)
        found = count(**facts)
        time.sleep(0.4)
        return found

    monkeypatch.setattr(matching, "count_visits", count_and_hesitate)
    acts = [
        lambda: visits.write_up(visit, held_on=day, came=4, findings="好。", by=staff, at=timezone.now()),
        lambda: pairings.file_gaps(pair, version=pair.version, by=story.people["municipal_school_head"],
                                   at=timezone.now()),
    ]  # fmt: skip

    def run(act):
        try:
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Contact.objects.filter(visit=visit, pairing=pair).count()


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_a_visit_written_up_while_its_analysis_is_filed_counts_once(monkeypatch):
    assert one_writes_up_while_another_files(monkeypatch) == 1


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_control_without_the_held_count_such_a_visit_is_lost(monkeypatch):
    monkeypatch.setattr(matching, "hold_count", lambda campaign_id: None)
    assert one_writes_up_while_another_files(monkeypatch) == 0
