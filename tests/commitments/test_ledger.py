"""The ledger: who sees which lines, filtered and paged; people are named, what is done is checked, then closed."""

import copy
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from commitments.actions import ledger as acts
from commitments.actions.dispatch import Overtaken
from commitments.models import Commitment, Entry, Line, SavedView, Sheet
from commitments.queries import ledger as queries
from commitments.queries.ledger import Wanted
from portal.core import desk
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import ledgers, months, stories
from tests.worlds import shared
from units.models import Post, Role, Tenure
from units.policies import standing

pytestmark = pytest.mark.django_db


world = shared(lambda: ledgers.kept("municipal_school", "town_school", "department"))


@pytest.fixture
def story(world):
    with translation.override("en"):
        yield copy.deepcopy(world)


def now():
    return timezone.now()


def visitor(user) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = "en"
    return client


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def line_of(story, kind="municipal_school", number="1.1") -> Line:
    return Line.objects.select_related("unit").get(unit=story.units[kind], number=number)


def post_of(story, kind="municipal_school", role=Role.STAFF) -> Post:
    return Post.objects.select_related("unit").get(unit=story.units[kind], role=role)


def assign(story, line, who="municipal_school_head", version=None, **facts) -> Line:
    line.refresh_from_db()
    version = line.version if version is None else version
    return acts.assign(line, version=version, by=story.people[who], at=now(), **facts)


def done(story, kind="municipal_school") -> Line:
    """The unit reports its first promise as kept, in the first month."""
    month = months.open_months(story, story.first + timedelta(days=22))[0]
    months.report(story, kind, month, "31", on=month.due_on, done_on=month.due_on)
    line = line_of(story, kind)
    assert line.status == "kept"
    return line


def found(story, who, **wanted) -> list[tuple[str, str]]:
    person = standing(story.people[who], on=timezone.localdate())
    rows = queries.found(person, story.campaign, Wanted(**wanted))
    return [(line.unit.code, line.number) for line in rows]


# --- who sees what, filters, order, pages --------------------------------------------------------

SCHOOL, DEPARTMENT, TOWN = "municipal-school", "department", "town-school"


@pytest.mark.parametrize(
    ("who", "units"),
    [
        ("style_office", {SCHOOL, DEPARTMENT}),
        ("auditor", {SCHOOL, DEPARTMENT}),
        ("line_leader", {DEPARTMENT}),
        ("linked_leader", {SCHOOL}),
        ("town_office_approver", {TOWN}),
        ("municipal_school_head", {SCHOOL}),
        ("municipal_school_staff", {SCHOOL}),
        ("administrator", set()),
    ],
)
def test_everyone_sees_the_lines_of_their_own_part(story, who, units):
    assert {unit for unit, _number in found(story, who)} == units


def test_the_page_of_a_foreign_line_does_not_exist(story):
    foreign = visitor(stories.culture().people["style_office"])
    there = foreign.get(reverse("ledger_line", args=[line_of(story).code]))
    nowhere = foreign.get(reverse("ledger_line", args=["no-such-line"]))
    assert there.status_code == nowhere.status_code == 404 and there.content == nowhere.content
    assert visitor(story.people["department_head"]).get(
        reverse("ledger_line", args=[line_of(story).code])
    ).status_code == 404  # fmt: skip
    assert visitor(story.people["administrator"]).get(reverse("ledger")).status_code == 404
    assert visitor(story.people["administrator"]).get(reverse("ledger_names")).status_code == 404


def test_the_worst_stand_first_and_filters_narrow(story):
    Line.objects.filter(unit=story.units["department"], number="2.1").update(status="overdue", rank=10)
    assert found(story, "style_office")[0] == (DEPARTMENT, "2.1")
    assert found(story, "style_office", light="overdue") == [(DEPARTMENT, "2.1")]
    assert {unit for unit, _n in found(story, "style_office", kind="municipal_school")} == {SCHOOL}
    assert {unit for unit, _n in found(story, "style_office", words="Department")} == {DEPARTMENT}
    assert found(story, "style_office", before=date(2020, 1, 1)) == []
    by_unit = found(story, "style_office", sort="unit")
    assert by_unit == [(SCHOOL, "1.1"), (SCHOOL, "2.1"), (DEPARTMENT, "1.1"), (DEPARTMENT, "2.1")]
    assert len(found(story, "style_office", sort="due")) == 4


def test_the_lists_that_ask_for_work(story):
    line = done(story)
    assert len(found(story, "style_office", only="nobody")) == 4
    assign(story, line, undertaker=post_of(story))
    assert (SCHOOL, "1.1") not in found(story, "style_office", only="nobody")
    assert found(story, "style_office", only="unverified") == [(SCHOOL, "1.1")]
    acts.verify(line, by=story.people["style_office"], at=now())
    assert found(story, "style_office", only="unverified") == []
    assert found(story, "style_office", only="verified") == [(SCHOOL, "1.1")]
    acts.close(line, by=story.people["style_office"], at=now())
    assert found(story, "style_office", only="closed") == [(SCHOOL, "1.1")]
    assert (SCHOOL, "1.1") not in found(story, "style_office", only="live")


@pytest.mark.parametrize("sort", ["worst", "unit", "due"])
def test_pages_follow_each_other_without_gap_or_repetition(story, sort):
    Line.objects.filter(number="2.1").update(rank=10, status="overdue", due_on=story.first)
    person = standing(story.people["style_office"], on=timezone.localdate())
    wanted = Wanted(sort=sort)
    whole, after, seen = list(queries.found(person, story.campaign, wanted)), "", []
    for _page in range(4):
        lines, after = queries.page(queries.found(person, story.campaign, wanted), wanted, after, most=1)
        seen += lines
    assert seen == whole and after == ""
    assert queries.page(queries.found(person, story.campaign, wanted), wanted, "x|y", most=1)[0] == whole[:1]


def test_the_number_of_questions_does_not_grow_with_the_lines(story):
    def questions(path):
        client = visitor(story.people["style_office"])
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    few = questions(f"{reverse('ledger')}?q=Department")
    assert questions(reverse("ledger")) == few
    assert questions(f"{reverse('ledger')}?light=overdue") == few
    before = _asked_for_names(story)
    line = line_of(story)
    copy = {field.attname: getattr(line, field.attname) for field in Line._meta.concrete_fields if field.name != "id"}
    Line.objects.create(**copy | {"code": "more", "position": 9, "commitment_id": None})
    assert _asked_for_names(story) == before


def _asked_for_names(story) -> int:
    client = visitor(story.people["municipal_school_head"])
    client.get(reverse("ledger_names"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("ledger_names")).status_code == 200
    return len(asked)


def test_filters_are_kept_under_a_name_and_hold_only_what_the_filter_knows(story):
    client = visitor(story.people["style_office"])
    kept = {"name": "逾期", "light": "overdue", "sort": "due", "evil": "javascript:", "campaign": story.campaign.code}
    answer = client.post(reverse("ledger_view"), kept)
    assert answer.status_code == 302
    view = SavedView.objects.get()
    assert view.query == "light=overdue&sort=due" and view.user == story.people["style_office"]
    assert "逾期" in text(client.get(reverse("ledger")))
    assert "逾期" not in text(visitor(story.people["auditor"]).get(reverse("ledger")))
    assert client.post(reverse("ledger_view"), {"name": ""}).status_code == 302 and SavedView.objects.count() == 1
    visitor(story.people["auditor"]).post(reverse("ledger_view"), {"delete": "逾期"})
    assert SavedView.objects.count() == 1, "nobody forgets for somebody else"
    client.post(reverse("ledger_view"), {"delete": "逾期"})
    assert not SavedView.objects.exists()


# --- naming people -------------------------------------------------------------------------------


def test_head_and_staff_name_who_answers_and_the_ledger_remembers(story):
    line = line_of(story)
    named = assign(story, line, undertaker=post_of(story), department="总务处", note="每周看一次")
    assert (named.undertaker, named.department, named.version) == (post_of(story), "总务处", line.version + 1)
    deed = Deed.objects.get(verb="line.assigned")
    assert deed.facts["changed"] == ["undertaker", "department", "note"] and deed.words.text == "总务处\n每周看一次"
    last = named.history.order_by("-history_id").first()
    assert last.undertaker == post_of(story) and last.history_user == story.people["municipal_school_head"]
    assign(story, line, "municipal_school_staff", undertaker=None)
    assert line_of(story).undertaker is None and line_of(story).department == "总务处"


def test_naming_the_same_again_leaves_no_trace(story):
    line = line_of(story)
    assign(story, line, undertaker=post_of(story))
    before = line_of(story).version, line.history.count(), Deed.objects.count()
    assign(story, line, undertaker=post_of(story))
    assert (line_of(story).version, line.history.count(), Deed.objects.count()) == before


@pytest.mark.parametrize("who", ["style_office", "auditor", "town_office_approver", "department_head", "linked_leader"])
def test_nobody_else_names_people(story, who):
    with pytest.raises(Refused):
        assign(story, line_of(story), who, undertaker=post_of(story))
    assert line_of(story).undertaker is None and not Deed.objects.filter(verb="line.assigned").exists()


def test_only_posts_that_can_answer_are_named(story):
    line = line_of(story)
    leader = Post.objects.get(role=Role.LINKED_LEADER)
    assert assign(story, line, leader=leader).leader == leader
    for facts, words in (
        ({"undertaker": post_of(story, "department")}, "post of the unit itself"),
        ({"leader": post_of(story, "department", Role.HEAD)}, "leader of the bureau"),
        ({"leader": Post.objects.get(role=Role.ADMINISTRATOR)}, "leader of the bureau"),
        ({"leader": Post.objects.get(unit=stories.culture().units["bureau"], role=Role.HEAD)}, "leader of the bureau"),
        ({"note": "电话13812345678"}, "telephone"),
    ):
        with pytest.raises(Refused, match=words):
            assign(story, line, **facts)
    assert line_of(story).note == ""


def test_milestones_rise_within_the_time_of_the_promise(story):
    line = line_of(story)
    first = {"on": (line.starts_on + timedelta(days=10)).isoformat(), "share": "30", "text": "三成"}
    assert assign(story, line, milestones=[first]).milestones == [first]
    second = {"on": (line.starts_on + timedelta(days=5)).isoformat(), "share": "60", "text": ""}
    for wrong in ([first, second], [first | {"share": "101"}], [first | {"on": "2001-01-01"}], [first] * 13):
        with pytest.raises(Refused):
            assign(story, line, milestones=wrong)
    assert line_of(story).milestones == [first]


def test_two_people_at_once_do_not_write_over_each_other(story):
    line = line_of(story)
    assign(story, line, note="甲")
    with pytest.raises(Overtaken):
        assign(story, line, "municipal_school_staff", version=line.version - 1, note="乙")
    assert line_of(story).note == "甲"


def test_a_successor_answers_without_anybody_naming_anew(story):
    line = assign(story, line_of(story), undertaker=post_of(story))
    tenure = Tenure.objects.get(user=story.people["municipal_school_staff"])
    tenure.until_on = timezone.localdate()
    tenure.save()
    successor = stories.get_user_model().objects.create_user("successor", name="继任者")
    Tenure.objects.create(post=post_of(story), user=successor, from_on=timezone.localdate())
    assert queries.holders_of({line.undertaker_id}, on=timezone.localdate()) == {line.undertaker_id: ["继任者"]}
    page = text(visitor(story.people["municipal_school_head"]).get(reverse("ledger_line", args=[line.code])))
    assert "继任者" in page and "north-municipal_school_staff" not in page


def test_the_desk_asks_for_names_and_is_overdue_from_the_keep_stage_on(story):
    def items(on):
        who = standing(story.people["municipal_school_staff"], on=on)
        return [item for item in desk.items_for(who, on=on) if item.what.startswith("Name a person")]

    (item,) = items(story.first)
    assert item.what == "Name a person for 2 promises" and item.due_on == story.first
    assert desk.grouped([item], on=story.first + timedelta(days=1))["overdue"] == [item]
    assert desk.grouped([item], on=story.first - timedelta(days=60))["overdue"] == []
    for number in ("1.1", "2.1"):
        assign(story, line_of(story, number=number), undertaker=post_of(story))
    assert items(story.first) == []


def test_all_lines_are_named_on_one_page(story):
    client, post = visitor(story.people["municipal_school_staff"]), post_of(story)
    page = text(client.get(reverse("ledger_names")))
    assert page.count("No one named") >= 2
    lines = Line.objects.filter(unit=story.units["municipal_school"])
    typed = {f"who-{line.pk}": post.pk for line in lines} | {f"version-{line.pk}": line.version for line in lines}
    assert client.post(reverse("ledger_names"), typed).status_code == 302
    assert set(lines.values_list("undertaker", flat=True)) == {post.pk}
    assert Deed.objects.filter(verb="line.assigned").count() == 2
    stale = client.post(reverse("ledger_names"), typed | {f"who-{lines[0].pk}": ""})
    assert stale.status_code == 409 and "A colleague changed promise" in text(stale)
    strange = client.post(reverse("ledger_names"), typed | {f"who-{lines[0].pk}": post_of(story, "department").pk})
    assert strange.status_code == 422
    assert set(lines.values_list("undertaker", flat=True)) == {post.pk}, "all or nothing"


# --- checked and closed --------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["style_office", "auditor", "linked_leader"])
def test_somebody_else_checks_and_the_public_reads_the_day(story, who):
    line = acts.verify(done(story), "现场看过。", by=story.people[who], at=now())
    assert line.verified_by == story.people[who] and line.verified_post.unit == story.units["bureau"]
    assert Commitment.objects.get(line=line).verified_on == timezone.localdate()
    deed = Deed.objects.get(verb="line.verified")
    assert deed.words.text == "现场看过。" and deed.facts == {"line": line.code}


def test_who_may_not_check(story):
    line = done(story)
    insider = story.people["style_office"]
    for who in ("municipal_school_head", "municipal_school_staff", "line_leader", "administrator",
                "town_office_approver", "department_head"):  # fmt: skip
        with pytest.raises(Refused):
            acts.verify(line, by=story.people[who], at=now())
    Tenure.objects.create(post=post_of(story), user=insider, from_on=date(2020, 1, 1))
    with pytest.raises(Refused, match="belong to this unit"):
        acts.verify(line, by=insider, at=now())
    auditor = story.people["auditor"]
    Sheet.objects.filter(entries__line=line).update(sent_by=auditor)
    with pytest.raises(Refused, match="reported this yourself"):
        acts.verify(line, by=auditor, at=now())
    assert line_of(story).verified_at is None and not Deed.objects.filter(verb="line.verified").exists()


@pytest.mark.parametrize("who", ["style_office", "auditor"])
def test_the_offices_of_a_bureau_check_and_close_what_the_bureau_itself_promised(story, who):
    ledgers.publish(story, "bureau")
    line = done(story, "bureau")
    with pytest.raises(Refused):
        acts.verify(line, by=story.people["bureau_head"], at=now())
    acts.verify(line, by=story.people[who], at=now())
    assert acts.close(line, by=story.people["style_office"], at=now()).closed_at


def test_an_office_whose_holder_is_also_head_or_staff_of_the_bureau_does_not_check_its_promises(story):
    ledgers.publish(story, "bureau")
    line, office = done(story, "bureau"), story.people["style_office"]
    Tenure.objects.create(post=post_of(story, "bureau"), user=office, from_on=date(2020, 1, 1))
    with pytest.raises(Refused, match="belong to this unit"):
        acts.verify(line, by=office, at=now())


def test_a_town_office_checks_and_closes_for_its_schools_and_the_style_office_does_not(story):
    line = done(story, "town_school")
    with pytest.raises(Refused):
        acts.verify(line, by=story.people["style_office"], at=now())
    line = acts.verify(line, by=story.people["town_office_approver"], at=now())
    with pytest.raises(Refused, match="town office"):
        acts.close(line, by=story.people["style_office"], at=now())
    assert acts.close(line, by=story.people["town_office_approver"], at=now()).closed_at


def test_only_what_the_unit_calls_done_is_checked_and_only_once(story):
    office = story.people["style_office"]
    with pytest.raises(Refused, match="nothing to check yet"):
        acts.verify(line_of(story), by=office, at=now())
    line = acts.verify(done(story), by=office, at=now())
    with pytest.raises(Refused, match="checked already"):
        acts.verify(line, by=office, at=now())


def test_only_what_was_checked_is_closed_and_then_nothing_changes(story):
    office, line = story.people["style_office"], done(story)
    with pytest.raises(Refused, match="Only what somebody checked"):
        acts.close(line, by=office, at=now())
    acts.verify(line, by=office, at=now())
    with pytest.raises(Refused):
        acts.close(line, by=story.people["auditor"], at=now())
    line = acts.close(line, by=office, at=now())
    assert Commitment.objects.get(line=line).closed_on == timezone.localdate()
    with pytest.raises(Refused, match="closed"):
        acts.close(line, by=office, at=now())
    with pytest.raises(Refused, match="closed"):
        assign(story, line, note="迟了")
    assert Deed.objects.filter(verb="line.closed").count() == 1


def test_a_check_that_finds_it_undone_puts_the_line_back_and_tells_the_unit(story):
    first = months.open_months(story, story.first + timedelta(days=22))[0]
    months.report(story, "municipal_school", first, "20", on=first.due_on)
    second = months.open_months(story, story.first + timedelta(days=53))[1]
    months.report(story, "municipal_school", second, "31", on=second.due_on, done_on=second.due_on)
    third = months.open_months(story, story.first + timedelta(days=84))[2]
    line = line_of(story)
    with pytest.raises(Refused, match="Say what is not done"):
        acts.reject(line, " ", by=story.people["style_office"], at=now())
    line = acts.reject(line, "缺三间教室。", by=story.people["style_office"], at=now())
    assert line.actual == Decimal(20) and line.status not in ("kept", "overdue") and line.done_on is None
    assert line.month == second.code, "what was reported stays told"
    entry = Entry.objects.get(line=line, sheet__month=third)
    assert entry.before == Decimal(20), "“no change” does not bring it back"
    told = Letter.objects.filter(key__startswith="not-done-")
    assert set(told.values_list("to__username", flat=True)) == {
        "north-municipal_school_staff", "north-municipal_school_head",
    }  # fmt: skip
    assert "缺三间教室。" in told.first().body
    with pytest.raises(Refused, match="nothing to check yet"):
        acts.verify(line, by=story.people["style_office"], at=now())


def test_a_first_report_that_was_wrong_leaves_nothing_measured(story):
    line = acts.reject(done(story), "没有建成。", by=story.people["auditor"], at=now())
    assert line.actual is None and line.status == "not_measurable"


# --- the page of a line --------------------------------------------------------------------------


def test_the_page_marks_what_is_not_clear(story):
    page = text(visitor(story.people["style_office"]).get(reverse("ledger_line", args=[line_of(story).code])))
    assert "The five clears" in page and "No one named" in page and "No leader named" not in page
    assert "Name the people" not in page, "only the unit itself"


def test_acts_are_done_on_the_page_and_what_was_typed_survives_a_refusal(story):
    line = done(story)
    path = reverse("ledger_line", args=[line.code])
    office, unit = visitor(story.people["style_office"]), visitor(story.people["municipal_school_head"])
    line.refresh_from_db()
    typed = {"act": "assign", "version": line.version, "undertaker": post_of(story).pk, "leader": "", "note": "注意",
             "milestones": "", "department": ""}  # fmt: skip
    assert unit.post(path, typed | {"milestones": "某天"}).status_code == 422
    stale = unit.post(path, typed | {"version": 99})
    assert stale.status_code == 409 and "注意" in text(stale)
    assert unit.post(path, typed).status_code == 302 and line_of(story).note == "注意"
    assert office.post(path, typed).status_code == 409
    refused = office.post(path, {"act": "reject", "words": " "})
    assert refused.status_code == 409 and "Say what is not done" in text(refused)
    assert office.post(path, {"act": "verify", "words": "看过"}).status_code == 302
    assert unit.post(path, {"act": "close"}).status_code == 409
    assert office.post(path, {"act": "close"}).status_code == 302
    assert office.post(path, {"act": "dance"}).status_code == 409
    assert "Closed on" in text(office.get(path))


def test_drafts_of_the_unit_are_not_shown_to_anybody_else(story):
    month = months.open_months(story, story.first + timedelta(days=22))[0]
    sheet = Sheet.objects.get(month=month, unit=story.units["municipal_school"])
    months.fill(sheet, "20", by=story.people["municipal_school_head"], on=month.due_on)
    page = text(visitor(story.people["style_office"]).get(reverse("ledger_line", args=[line_of(story).code])))
    assert "又建成几间。" not in page
