"""The dispatch meeting: written down, decisions followed until settled, closed as numbered and stamped minutes."""

import json
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from commitments.actions import documents
from commitments.actions import meetings as acts
from commitments.actions.dispatch import Overtaken
from commitments.models import Decision, Meeting, Month, OfficialDocument
from commitments.queries import meetings as queries
from portal.core import desk
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import ledgers, months, stories
from units.policies import standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    with translation.override("en"):
        yield ledgers.kept("municipal_school", "town_school", "department")


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


def hold(story, month, who="style_office", version=0, **more) -> Meeting:
    facts = {"held_on": month.due_on, "place": "三楼会议室", "chaired_by": "分管副局长", "said": "听取了进展。"} | more
    return acts.hold(month, **facts, version=version, by=story.people[who], at=months.at(month.due_on))


def decide(story, meeting, who="style_office", **more) -> Decision:
    facts = {
        "what": "倒排时间",
        "unit": story.units["department"],
        "due_on": meeting.held_on + timedelta(days=10),
    } | more
    return acts.decide(meeting, **facts, by=story.people[who], at=months.at(meeting.held_on))


def close(story, meeting, who="style_office") -> Meeting:
    return acts.close(meeting, by=story.people[who], at=months.at(meeting.held_on, 15))


def next_month(story) -> Month:
    return months.open_months(story, story.first + timedelta(days=53))[1]


def test_a_meeting_is_written_down_and_closed_as_stamped_minutes(story, month):
    meeting = hold(story, month)
    decide(story, meeting)
    meeting = close(story, meeting)
    document = OfficialDocument.objects.get()
    assert meeting.document == document and document.kind == "minutes" and not document.needs_signature
    assert "纪要〔" in document.number and document.files.filter(signed=1).exists()
    body = json.loads(document.content)["body"]
    assert body["place"] == "三楼会议室" and [row["what"] for row in body["decisions"]] == ["倒排时间"]
    assert documents.pdf_of(document).startswith(b"%PDF-")
    verbs = list(Deed.objects.filter(verb__startswith="meeting.").order_by("number").values_list("verb", flat=True))
    assert verbs == ["meeting.held", "meeting.changed", "meeting.closed"]


def test_the_units_are_told_once_the_minutes_are_closed_and_not_before(story, month):
    meeting = hold(story, month)
    decision = decide(story, meeting)
    head = story.people["department_head"]
    assert not Letter.objects.exists() and queries.of_units({story.units["department"].pk}) == []
    assert visitor(head).get(reverse("decision", args=[decision.pk])).status_code == 404
    close(story, meeting)
    told = set(Letter.objects.values_list("to__username", flat=True))
    assert told == {"north-department_head", "north-department_staff"}
    who = standing(head, on=month.due_on)
    (item,) = [item for item in desk.items_for(who, on=month.due_on) if item.what == "倒排时间"]
    assert item.due_on == decision.due_on
    assert visitor(head).get(reverse("decision", args=[decision.pk])).status_code == 200


def test_an_open_decision_comes_back_at_the_next_meeting_until_it_is_settled(story, month):
    meeting = hold(story, month)
    decision = decide(story, meeting)
    close(story, meeting)
    second = next_month(story)
    office, head = story.people["style_office"], story.people["department_head"]
    assert queries.carried(second) == [decision]
    at = months.at(second.due_on)
    with pytest.raises(Refused, match="has not told yet"):
        acts.settle(decision, by=office, at=at)
    acts.report_outcome(decision, "已排定日期。", by=head, at=at)
    assert queries.carried(second)[0].outcome == "已排定日期。"
    acts.settle(decision, by=office, at=at)
    assert queries.carried(second) == [decision], "settled since the meeting before: it is still told"
    later = close(story, hold(story, second))
    followed = json.loads(later.document.content)["body"]["followed"]
    assert followed[0]["outcome"] == "已排定日期。"
    with pytest.raises(Refused, match="settled"):
        acts.report_outcome(decision, "又一次", by=head, at=at)
    third = months.open_months(story, story.first + timedelta(days=84))[2]
    assert queries.carried(third) == []


def test_closed_minutes_do_not_change(story, month):
    meeting = hold(story, month)
    decision = decide(story, meeting)
    meeting = close(story, meeting)
    for act in (
        lambda: close(story, meeting),
        lambda: decide(story, meeting),
        lambda: hold(story, month, version=meeting.version),
        lambda: acts.drop(decision, by=story.people["style_office"], at=months.at(month.due_on)),
    ):
        with pytest.raises(Refused, match="minutes are closed"):
            act()
    assert OfficialDocument.objects.count() == 1 and Decision.objects.count() == 1


@pytest.mark.parametrize(
    "who", ["auditor", "linked_leader", "department_head", "town_office_approver", "administrator"]
)
def test_only_the_style_office_writes(story, month, who):
    with pytest.raises(Refused):
        hold(story, month, who)
    meeting = hold(story, month)
    for act in (decide, close):
        with pytest.raises(Refused):
            act(story, meeting, who)
    assert not Decision.objects.exists() and not OfficialDocument.objects.exists()


def test_only_the_unit_itself_tells_what_became_of_it(story, month):
    meeting = hold(story, month)
    decision = decide(story, meeting)
    close(story, meeting)
    at = months.at(month.due_on, 16)
    for who in ("municipal_school_head", "style_office", "auditor"):
        with pytest.raises(Refused, match="unit itself"):
            acts.report_outcome(decision, "好", by=story.people[who], at=at)
    with pytest.raises(Refused, match="Say what became"):
        acts.report_outcome(decision, " ", by=story.people["department_head"], at=at)
    with pytest.raises(Refused, match="telephone"):
        acts.report_outcome(decision, "找13812345678", by=story.people["department_head"], at=at)
    with pytest.raises(Refused, match="style office settles"):
        acts.settle(decision, by=story.people["department_head"], at=at)


def test_days_and_units_of_a_decision_must_make_sense(story, month):
    with pytest.raises(Refused, match="not come yet"):
        hold(story, month, held_on=month.due_on + timedelta(days=1))
    with pytest.raises(Refused, match="before the month was opened"):
        hold(story, month, held_on=month.opens_on - timedelta(days=1))
    meeting = hold(story, month)
    with pytest.raises(Refused, match="on or after"):
        decide(story, meeting, due_on=meeting.held_on - timedelta(days=1))
    for unit in (story.units["town_school"], stories.culture().units["bureau"]):
        with pytest.raises(Refused, match="reports to the style office"):
            decide(story, meeting, unit=unit)
    with pytest.raises(Refused, match="Say what"):
        decide(story, meeting, what=" ")


def test_two_clerks_at_once_do_not_write_over_each_other(story, month):
    meeting = hold(story, month)
    hold(story, month, version=meeting.version, said="甲")
    with pytest.raises(Overtaken):
        hold(story, month, version=meeting.version, said="乙")
    with pytest.raises(Overtaken):
        hold(story, month, said="丙")
    assert Meeting.objects.get().said == "甲"


def test_the_page_writes_and_closes_and_keeps_what_was_typed(story, month):
    Month.objects.update(opens_on=timezone.localdate() - timedelta(days=9), due_on=timezone.localdate(),
                         freezes_on=timezone.localdate() + timedelta(days=5))  # fmt: skip
    client, path = visitor(story.people["style_office"]), reverse("meeting", args=[month.code])
    assert client.get(path).status_code == 200
    today = timezone.localdate().isoformat()
    typed = {"act": "hold", "version": 0, "held_on": today, "place": "会议室", "said": "听取进展"}
    assert client.post(path, typed | {"held_on": ""}).status_code == 422
    refused = client.post(path, typed | {"held_on": (timezone.localdate() + timedelta(days=3)).isoformat()})
    assert refused.status_code == 409 and "听取进展" in text(refused)
    assert client.post(path, typed).status_code == 302
    assert client.post(path, typed).status_code == 409, "the second click meets the first"
    unit = story.units["department"].pk
    assert client.post(path, {"act": "decide", "what": "限期办结", "unit": unit, "due_on": today}).status_code == 302
    assert client.post(path, {"act": "decide", "what": "无单位", "due_on": today}).status_code == 422
    decision = Decision.objects.get()
    assert client.post(path, {"act": "drop", "decision": decision.pk}).status_code == 302
    assert client.post(path, {"act": "decide", "what": "限期办结", "unit": unit, "due_on": today}).status_code == 302
    assert client.post(path, {"act": "close"}).status_code == 302
    assert client.get(reverse("meeting_minutes", args=[month.code]))["Content-Type"] == "application/pdf"
    head = visitor(story.people["department_head"])
    mine = reverse("decision", args=[Decision.objects.get().pk])
    assert head.post(mine, {"outcome": ""}).status_code == 409
    assert head.post(mine, {"outcome": "已办结"}).status_code == 302
    assert visitor(story.people["municipal_school_head"]).get(mine).status_code == 404


def test_who_reads_minutes(story, month):
    path = reverse("meeting", args=[month.code])
    for who in ("style_office", "auditor", "line_leader", "linked_leader"):
        assert visitor(story.people[who]).get(path).status_code == 200
    for who in ("town_office_approver", "department_head", "administrator"):
        assert visitor(story.people[who]).get(path).status_code == 404
    assert visitor(stories.culture().people["style_office"]).get(path).status_code == 404
    assert visitor(story.people["auditor"]).post(path, {"act": "close"}).status_code == 409
    assert visitor(story.people["style_office"]).get(reverse("meeting_minutes", args=[month.code])).status_code == 404


def test_the_number_of_questions_does_not_grow_with_the_decisions(story, month):
    meeting, path = hold(story, month), reverse("meeting", args=[month.code])
    client = visitor(story.people["style_office"])

    def questions():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    decide(story, meeting)
    questions()
    few = questions()
    decide(story, meeting)
    decide(story, meeting, unit=story.units["municipal_school"])
    assert questions() == few


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False])
def test_two_clerks_close_the_same_minutes_once(story, month, guarded, monkeypatch):
    """The lock of the month is the guard: without it both give a number."""
    meeting, barrier, refused = hold(story, month), threading.Barrier(2), []
    if not guarded:
        taken = acts._taken

        def both_look_first(*asked):
            found = taken(*asked)
            barrier.wait(10)
            return found

        unlocked = SimpleNamespace(select_for_update=lambda **_of: Month.objects.all())
        monkeypatch.setattr(acts, "Month", SimpleNamespace(objects=unlocked))
        monkeypatch.setattr(acts, "_taken", both_look_first)

    def run():
        try:
            close(story, meeting)
        except Refused:
            refused.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _clerk in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(refused), OfficialDocument.objects.count()) == ((1, 1) if guarded else (0, 2))
