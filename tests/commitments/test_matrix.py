"""Who has reported: the matrix, the month's lists, returns, a town office's counts; each office sees its own."""

import copy
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from commitments.actions import aggregates, dispatch
from commitments.models import Aggregate, Chaser, Entry, Line, Month, Sheet
from commitments.queries import matrix, monthly
from portal.core import desk
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from portal.core.workdays import loaded
from tests import ledgers, months, stories
from tests.worlds import shared
from units.policies import standing

pytestmark = pytest.mark.django_db
OVERSEERS = ("style_office", "auditor", "town_office_approver", "line_leader", "linked_leader")
OTHERS = ("administrator", "municipal_school_head", "municipal_school_staff", "department_staff")


world = shared(lambda: ledgers.kept("municipal_school", "town_school", "department"))


@pytest.fixture
def story(world):
    with translation.override("en"):
        yield copy.deepcopy(world)


@pytest.fixture
def month(story) -> Month:
    found = months.open_months(story, story.first + timedelta(days=22))[0]
    Letter.objects.all().delete()
    return found


def visitor(user) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = "en"
    return client


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def sheet_of(story, kind) -> Sheet:
    return Sheet.objects.get(unit=story.units[kind])


def board(story, who, on) -> dict:
    """Unit code → state of the first month's cell, as one person sees it on a day."""
    person = standing(story.people[who], on=on)
    columns = matrix.columns(story.campaign)
    rows, _following = matrix.rows(person, story.campaign, columns, on=on)
    return {row.publication.unit_code: row.cells[0].state for row in rows}


def test_the_four_things_are_different_and_so_are_open_and_not_yet_open(story, month):
    late = month.due_on + timedelta(days=1)
    assert board(story, "style_office", month.opens_on) == {"municipal-school": "open", "department": "open"}
    months.report(story, "municipal_school", month, "20", on=month.due_on)
    months.report(story, "department", month, "20", on=late)
    assert board(story, "style_office", late) == {"municipal-school": "on_time", "department": "late"}
    Sheet.objects.filter(unit=story.units["department"]).update(lines=0)
    assert board(story, "style_office", late)["department"] == "nothing_to_report"
    assert board(story, "town_office_approver", late) == {"town-school": "not_reported"}
    columns = matrix.columns(story.campaign)
    assert columns[-1].month is None, "months to come stand there, not yet open"


def test_a_frozen_cell_stays_and_a_late_report_stands_beside_it(story, month):
    months.freeze(story, month)
    late = month.freezes_on + timedelta(days=3)
    sheet = months.report(story, "municipal_school", month, "20", on=late)
    month.refresh_from_db()
    assert matrix.state_of(sheet, month, late) == "not_reported"
    assert matrix.word_of(sheet, month, late).startswith("Not reported; came ")


def test_each_office_sees_its_own_units_and_no_others(story, month):
    on = month.opens_on
    own = {"municipal-school", "department"}
    assert set(board(story, "style_office", on)) == set(board(story, "auditor", on)) == own
    assert set(board(story, "line_leader", on)) == {"department"}
    assert set(board(story, "linked_leader", on)) == {"municipal-school"}
    assert set(board(story, "town_office_approver", on)) == {"town-school"}


def test_the_sentence_comes_first(story, month):
    late = month.due_on + timedelta(days=2)
    who = standing(story.people["style_office"], on=late)
    months.report(story, "department", month, "20", on=late)
    missing, was_late = matrix.counted(who, month)
    assert (missing, was_late) == (1, 1)
    name = month.period.first.strftime("%B %Y")
    told = matrix.sentence(month, missing, was_late, on=late)
    assert told == f"One unit has not reported {name}; one was late."
    assert matrix.sentence(month, 0, 0, on=late) == f"Every unit has reported {name}."
    assert "more than 1,000" in matrix.sentence(month, 1001, 0, on=late).lower()


def test_a_frozen_month_is_counted_from_its_summary(story, month):
    frozen = months.freeze(story, month)
    who = standing(story.people["style_office"], on=frozen.freezes_on)
    with CaptureQueriesContext(connection) as asked:
        assert matrix.counted(who, frozen) == (2, 0), "the town school is its town office's matter"
    assert len(asked) == 0


@pytest.mark.parametrize("who", OVERSEERS)
def test_the_page_opens_for_those_who_look_after_others(story, month, who):
    answer = visitor(story.people[who]).get(reverse("dispatch"))
    assert answer.status_code == 200 and "Who has reported" in text(answer)


@pytest.mark.parametrize("who", OTHERS)
def test_for_everyone_else_it_does_not_exist(story, month, who):
    client = visitor(story.people[who])
    for path in (reverse("dispatch"), reverse("dispatch_list", args=[month.code, "late"])):
        assert client.get(path).status_code == 404
    assert client.post(reverse("dispatch_chase", args=[month.code])).status_code == 404


def test_another_bureau_sees_nothing_of_it(story, month):
    client = visitor(stories.culture().people["style_office"])
    assert "municipal" not in text(client.get(reverse("dispatch"))).lower()
    for name, args in (("dispatch_list", [month.code, "late"]), ("meeting", [month.code])):
        assert client.get(reverse(name, args=args)).status_code == 404
    there = client.get(f"{reverse('dispatch')}?campaign={story.campaign.code}")
    assert there.status_code in (200, 404) and "municipal" not in text(there).lower()


def test_the_number_of_questions_does_not_grow_with_the_units(story, month):
    def questions(who, path):
        client = visitor(story.people[who])
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    paths = [reverse("dispatch")] + [reverse("dispatch_list", args=[month.code, which]) for which in monthly.LISTS]
    Sheet.objects.exclude(unit=story.units["municipal_school"]).update(lines=0)
    few = [questions("style_office", path) for path in paths]
    ledgers.publish(story, "town_office")
    Sheet.objects.update(lines=2)
    many = [questions("style_office", path) for path in paths]
    assert many == few


def test_units_are_paged_by_their_place_in_the_tree(story, month, monkeypatch):
    who, columns = standing(story.people["style_office"], on=month.opens_on), matrix.columns(story.campaign)
    first, following = matrix.rows(who, story.campaign, columns, on=month.opens_on, most=1)
    second, end = matrix.rows(who, story.campaign, columns, on=month.opens_on, after=following, most=1)
    assert [row.publication.unit_code for row in first + second] == ["municipal-school", "department"] and end == ""


# --- lists of the month --------------------------------------------------------------------------


def test_late_units_are_listed_with_the_day_they_were_told(story, month):
    day = loaded().add(month.due_on, 1)
    who = standing(story.people["style_office"], on=day)
    months.report(story, "department", month, "20", on=day)
    Chaser.objects.create(sheet=sheet_of(story, "municipal_school"), to=story.people["municipal_school_staff"], on=day)
    rows, _following = monthly.late(who, month, on=day)
    assert {row.unit.code: row.told_on for row in rows} == {"municipal-school": day, "department": None}
    assert monthly.late(who, month, on=month.opens_on)[0][0].unit.code == "department", "nobody is late before the day"


def test_what_is_stuck_is_seen_only_once_it_is_sent(story, month):
    who = standing(story.people["style_office"], on=month.due_on)
    sheet, head = sheet_of(story, "municipal_school"), story.people["municipal_school_head"]
    facts = {"problem": "等待经费", "request": "请财务科拨款", "choice": "stuck"}
    sheet = months.fill(sheet, "20", by=head, on=month.due_on, **facts)
    assert monthly.stuck(who, month)[0] == [] and monthly.requests(who, month)[0] == []
    dispatch.send(sheet, version=sheet.version, by=head, at=months.at(month.due_on))
    assert [entry.problem for entry in monthly.stuck(who, month)[0]] == ["等待经费"]
    assert [entry.request for entry in monthly.requests(who, month)[0]] == ["请财务科拨款"]
    page = visitor(story.people["style_office"]).get(reverse("dispatch_list", args=[month.code, "stuck"]))
    assert "等待经费" in text(page)


def test_lists_are_paged_by_unit_and_place(story, month, monkeypatch):
    monkeypatch.setattr(monthly, "PAGE", 1)
    who = standing(story.people["style_office"], on=month.due_on)
    for kind in ("municipal_school", "department"):
        months.report(story, kind, month, "20", "20", on=month.due_on, choice="stuck", problem="缺人")
    seen, after = [], ""
    for _page in range(4):
        rows, after = monthly.stuck(who, month, after=after)
        seen += [(row.sheet.unit.code, row.line.position) for row in rows]
    assert seen == [(code, place) for code in ("municipal-school", "department") for place in (1, 2)] and after == ""
    assert monthly.stuck(who, month, after="nonsense")[0], "a key nobody gave out shows the first page"


def test_reports_that_look_wrong_are_named_with_the_reason(story, month):
    who = standing(story.people["style_office"], on=month.due_on)
    months.report(story, "municipal_school", month, "31", "12", on=month.due_on, done_on=month.due_on, why="")
    months.report(story, "department", month, None, None, on=month.due_on)
    Line.objects.filter(unit=story.units["department"]).update(same_months=3, status="behind")
    Entry.objects.filter(value=12).update(before=15, why="重新核实")
    reasons = {(odd.entry.sheet.unit.code, odd.entry.line.number): odd.why for odd in monthly.odd(who, month)}
    assert reasons["municipal-school", "1.1"] == "Done, without any evidence."
    assert reasons["municipal-school", "2.1"] == "The figure went from 15 to 12: 重新核实"
    assert "three times in a row" in reasons["department", "1.1"]


def test_the_same_words_as_before_are_noticed(story, month):
    months.report(story, "department", month, "20", on=month.due_on)
    second = months.open_months(story, story.first + timedelta(days=53))[1]
    months.report(story, "department", second, "21", on=second.due_on)
    who = standing(story.people["style_office"], on=second.due_on)
    assert any("same words" in odd.why for odd in monthly.odd(who, second))


# --- chasing and returning in the browser --------------------------------------------------------


def test_chasing_says_who_was_written_to_and_who_was_spared(story, month, monkeypatch):
    Month.objects.update(due_on=timezone.localdate() - timedelta(days=1), opens_on=month.opens_on,
                         freezes_on=timezone.localdate() + timedelta(days=5),
                         head_from=timezone.localdate() + timedelta(days=3))  # fmt: skip
    client = visitor(story.people["style_office"])
    assert "Chase the two for" in text(client.get(reverse("dispatch")))
    said = text(client.post(reverse("dispatch_chase", args=[month.code]), follow=True))
    assert "2 people were written to." in said
    said = text(client.post(reverse("dispatch_chase", args=[month.code]), follow=True))
    assert "2 people were told before and are spared today: north-" in said
    assert Letter.objects.filter(key__startswith="chase-").count() == 2


def test_a_single_unit_is_chased_and_a_foreign_one_does_not_exist(story, month):
    client, path = visitor(story.people["style_office"]), reverse("dispatch_chase", args=[month.code])
    assert client.post(path, {"sheet": sheet_of(story, "department").pk}).status_code == 302
    told = {letter.to.username for letter in Letter.objects.select_related("to")}
    assert told == {"north-department_staff", "north-department_head"}, "it is months late: the head too"
    for strange in (sheet_of(story, "town_school").pk, "nonsense"):
        assert client.post(path, {"sheet": strange}).status_code == 404
    assert Letter.objects.count() == 2


def test_a_report_is_returned_with_a_reason_by_the_office_that_received_it(story, month):
    sheet = months.report(story, "municipal_school", month, "20", on=month.due_on)
    client, path = visitor(story.people["style_office"]), reverse("report_return", args=[sheet.pk])
    assert path in text(client.get(reverse("report_sheet", args=[sheet.pk]))), "the report's own page leads there"
    assert path not in text(visitor(story.people["auditor"]).get(reverse("report_sheet", args=[sheet.pk])))
    assert client.get(path).status_code == 200
    assert client.post(path, {"reason": " "}).status_code == 409
    assert client.post(path, {"reason": "请补充数字。"}).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.state, sheet.return_reason) == ("returned", "请补充数字。")
    again = client.post(path, {"reason": "再一次"})
    assert again.status_code == 409 and "再一次" in text(again), "what was typed is still there"
    for who in ("auditor", "linked_leader", "municipal_school_head", "town_office_approver", "department_staff"):
        assert visitor(story.people[who]).post(path, {"reason": "x"}).status_code == 404


# --- a town office's counts ----------------------------------------------------------------------


def send(story, month, on, who="town_office_approver", word="") -> Aggregate:
    office = story.units["town_office"]
    return aggregates.send_aggregate(month, office, word, by=story.people[who], at=months.at(on))


def test_a_town_office_sends_counts_once_and_the_style_office_reads_no_school(story, month):
    months.report(story, "town_school", month, "20", on=month.due_on, choice="stuck", problem="缺人")
    sent = send(story, month, month.due_on, word="总体平稳。")
    assert sent.counts["sheets"] == {"on_time": 1} and sent.counts["stuck"] == 1
    assert sum(sent.counts["lines"].values()) == 2 and sent.receipt
    assert Deed.objects.get(verb="aggregate.sent").facts["receipt"] == sent.receipt
    with pytest.raises(Refused, match="already sent"):
        send(story, month, month.due_on)
    said = text(visitor(story.people["style_office"]).get(reverse("dispatch")))
    assert "总体平稳。" in said and "north办镇街所属学校" not in said and "Town school" not in said
    assert Aggregate.objects.count() == 1


def test_counts_wait_until_the_day_has_passed_or_every_school_has_reported(story, month):
    with pytest.raises(Refused, match="may do so until"):
        send(story, month, month.due_on)
    sent = send(story, month, month.due_on + timedelta(days=1))
    assert sent.counts["sheets"] == {"not_reported": 1} and sent.counts["lines"] == {"not_reported": 2}


def test_only_the_town_office_itself_sends_its_counts(story, month):
    late = month.due_on + timedelta(days=1)
    for who in ("style_office", "town_office_head", "town_school_head", "administrator"):
        with pytest.raises(Refused, match="Only the town office"):
            send(story, month, late, who)
    assert not Aggregate.objects.exists()


def test_the_style_office_sees_who_has_not_sent(story, month):
    facts = matrix.aggregates(story.campaign, month)
    assert facts[0] == [] and facts[1] == [story.units["town_office"]]
    send(story, month, month.due_on + timedelta(days=1))
    assert matrix.aggregates(story.campaign, month)[1] == []


def test_the_counts_go_in_one_click(story, month):
    Month.objects.update(due_on=timezone.localdate() - timedelta(days=1),
                         freezes_on=timezone.localdate() + timedelta(days=5))  # fmt: skip
    client, path = visitor(story.people["town_office_approver"]), reverse("aggregate_send", args=[month.code])
    assert "Send the counts" in text(client.get(reverse("dispatch")))
    assert "Receipt" in text(client.post(path, {"unit": story.units["town_office"].pk}, follow=True))
    assert "already sent" in text(client.post(path, {"unit": story.units["town_office"].pk}, follow=True))
    assert client.post(path, {"unit": story.units["department"].pk}).status_code == 404
    assert visitor(story.people["style_office"]).post(path, {"unit": story.units["town_office"].pk}).status_code == 404
    assert Aggregate.objects.count() == 1


def test_the_desk_tells_offices_what_is_missing(story, month):
    late = month.due_on + timedelta(days=1)

    def told(who):
        return [item.what for item in desk.items_for(standing(story.people[who], on=late), on=late)]

    assert any("school has not reported" in what for what in told("town_office_approver"))
    assert any("Send the counts of your schools" in what for what in told("town_office_approver"))
    assert any("units have not reported" in what for what in told("style_office"))
    assert not any("reported" in what for what in told("auditor"))
