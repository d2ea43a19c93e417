"""Changing a published promise: asked for with a reason, approved along the route, numbered, shown before and after."""

import copy
import uuid
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from commitments.actions import amendments as acts
from commitments.models import Amendment, AmendmentStep, Commitment, Line, Publication
from commitments.policies import amendments as policies
from commitments.queries import amendments as queries
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from tests import stories
from tests.promised import promised
from tests.worlds import shared
from units.models import Post, Role, Tenure
from units.policies import standing

pytestmark = pytest.mark.django_db
WHY = "教室改造推迟，年内可用教室减少。"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


world = shared(stories.education)


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


def promise(story, kind="municipal_school", number="2.1"):
    return next(row for row in promised(story, kind) if row.number == number)


def ask(story, row, kind="amendment", *, by=None, reason_zh=WHY, at=None, **changes):
    unit = next(key for key, unit in story.units.items() if unit.pk == row.publication.unit_id)
    by = by or story.people[f"{unit}_staff"]
    return acts.ask(row, kind, changes, reason_zh=reason_zh, by=by, at=at or timezone.now())


def open_step(change):
    return AmendmentStep.objects.open().select_related("amendment").get(amendment=change)


def approve(story, change, who):
    return acts.approve(open_step(change), by=story.people[who], at=timezone.now())


def approve_all(story, change, *people):
    for who in people:
        approve(story, change, who)
    change.refresh_from_db()
    return change


SCHOOL = ("municipal_school_head", "linked_leader", "style_office")


# --- the good paths ------------------------------------------------------------------------------


def test_a_municipal_school_s_change_goes_to_its_head_its_leader_and_the_style_office(story):
    row = promise(story)
    later = row.due_on + timedelta(days=7)
    snapshot = Publication.objects.get(pk=row.publication_id).snapshot
    change = ask(story, row, value=Decimal(28), due_on=later, text_zh="图书角覆盖28个教室")
    assert [step.role for step in change.steps.all()] == ["head", "linked_leader", "style_office"]
    assert change.lowers
    approve_all(story, change, *SCHOOL)
    row.refresh_from_db()
    assert (change.state, change.number) == ("in_force", 1)
    assert change.before["value"] == "32" and change.after["value"] == "28"
    assert (row.target["value"], row.target["due_on"], row.due_on) == ("28", later.isoformat(), later)
    assert row.text_zh == "图书角覆盖28个教室"
    line = Line.objects.get(commitment=row)
    assert (line.target, line.due_on, line.text_zh) == (Decimal(28), later, row.text_zh)
    assert Publication.objects.get(pk=row.publication_id).snapshot == snapshot
    verbs = Deed.objects.about(change).order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["amendment.asked", *["amendment.approved"] * 3, "amendment.in_force"]


def test_a_town_school_s_change_ends_at_its_town_office(story):
    row = promise(story, "town_school")
    change = ask(story, row, due_on=row.due_on + timedelta(days=3))
    approve_all(story, change, "town_school_head", "town_office_approver")
    assert change.state == "in_force"


def test_when_the_head_asks_the_route_begins_after_the_head(story):
    row = promise(story)
    change = ask(story, row, value=Decimal(40), by=story.people["municipal_school_head"])
    assert [step.role for step in change.steps.all()] == ["linked_leader", "style_office"]
    assert not change.lowers


def test_changes_are_numbered_within_their_paper(story):
    first = promise(story)
    second = Commitment.objects.get(publication=first.publication_id, number="1.1")
    one = approve_all(story, ask(story, first, value=Decimal(40)), *SCHOOL)
    two = approve_all(story, ask(story, second, value=Decimal(40)), *SCHOOL)
    three = approve_all(story, ask(story, first, value=Decimal(39)), *SCHOOL)
    assert [one.number, two.number, three.number] == [1, 2, 3]


def test_a_withdrawn_promise_stays_in_every_count_and_changes_no_more(story):
    row = promise(story)
    change = approve_all(story, ask(story, row, "withdrawal"), *SCHOOL)
    row.refresh_from_db()
    line = Line.objects.get(commitment=row)
    assert change.lowers and (change.before, change.after) == ({}, {})
    assert (row.status, row.withdrawn_on) == ("withdrawn", timezone.localdate())
    assert (line.status, line.rank, line.is_live) == ("withdrawn", 90, False)
    assert row.publication.count == row.publication.commitments.count() == 2
    for kind in ("amendment", "correction", "withdrawal"):
        with pytest.raises(Refused, match="was withdrawn on"):
            ask(story, row, kind, **({"text_zh": "改"} if kind != "withdrawal" else {}))


def test_a_correction_mends_words_only(story):
    row = promise(story)
    change = approve_all(story, ask(story, row, "correction", text_zh="图书角复盖32个教室"), *SCHOOL)
    row.refresh_from_db()
    assert not change.lowers
    assert row.text_zh == "图书角复盖32个教室"
    assert row.target["value"] == "32"


def test_the_light_follows_a_lowered_target(story):
    row = promise(story)
    figures = {"as_of": timezone.localdate(), "month": "2026-06"}
    Line.objects.filter(commitment=row).update(actual=28, actual_share=81, plan_share=90, status="behind", **figures)
    Commitment.objects.filter(pk=row.pk).update(value_now=28, share_now=81, status="behind", **figures)
    approve_all(story, ask(story, row, value=Decimal(28)), *SCHOOL)
    row.refresh_from_db()
    assert (row.status, row.share_now) == ("kept", 100)
    assert Line.objects.get(commitment=row).status == "kept"


def test_the_next_in_the_chain_and_the_unit_hear_of_it(story):
    row = promise(story)
    Letter.objects.all().delete()
    change = ask(story, row, value=Decimal(28))
    path = f"/work/changes/{change.pk}/"
    told = [("municipal_school_head",), ("linked_leader",), ("style_office",)]
    for who in told:
        letter = Letter.objects.exclude(to=None).order_by("-pk").first()
        assert (letter.to, letter.path) == (story.people[who[0]], path)
        approve(story, change, who[0])
    last = Letter.objects.filter(path=path).order_by("-pk")[:2]
    assert {letter.to for letter in last} == {
        story.people["municipal_school_head"],
        story.people["municipal_school_staff"],
    }


def test_a_refusal_ends_the_request_and_leaves_the_promise(story):
    row = promise(story)
    change = ask(story, row, value=Decimal(28))
    approve(story, change, "municipal_school_head")
    acts.refuse(open_step(change), reason="理由不充分。", by=story.people["linked_leader"], at=timezone.now())
    change.refresh_from_db()
    row.refresh_from_db()
    assert (change.state, change.number, change.refusal) == ("refused", None, "理由不充分。")
    assert row.target["value"] == "32"
    assert Letter.objects.filter(body__contains="理由不充分。").count() == 2
    assert ask(story, row, value=Decimal(29)).state == "asked"


# --- what is refused -----------------------------------------------------------------------------


def refused(story, row, match, kind="amendment", **changes):
    with pytest.raises(Refused, match=match):
        ask(story, row, kind, **changes)
    assert not Amendment.objects.exists()
    assert not Deed.objects.filter(verb="amendment.asked").exists()


def test_what_is_no_change_or_not_sound_is_refused_and_leaves_nothing(story):
    row = promise(story)
    ends, starts = story.campaign.ends_on, story.campaign.starts_on
    refused(story, row, "Nothing would change", value=Decimal("32.0"))
    refused(story, row, "inside the campaign", due_on=ends + timedelta(days=1))
    refused(story, row, "inside the campaign", due_on=starts - timedelta(days=1))
    refused(story, row, "already passed", due_on=timezone.localdate() - timedelta(days=1))
    refused(story, row, "Say why", value=Decimal(30), reason_zh="  ")
    refused(story, row, "mobile or identity number", value=Decimal(30), reason_zh="请致电13812345678")
    refused(story, row, "mobile or identity number", text_zh="联系 11010519491231002X")
    refused(story, row, "cannot be empty", text_zh=" ")
    refused(story, row, "at most 300", value=Decimal(30), reason_zh="长" * 301)
    refused(story, row, "not taken out", benchmark_value=None)
    refused(story, row, "mends clerical errors", "correction", text_zh="图书角覆盖28个教室")
    refused(story, row, "mends clerical errors", "correction", value=Decimal(30))
    refused(story, row, "changes nothing else", "withdrawal", text_zh="不做了")
    refused(story, row, "Choose what", "erasure")


def test_a_promise_told_in_words_has_no_figure_to_change(story):
    row = promise(story)
    row.target = {**row.target, "comparison": "held", "value": None}
    row.save()
    refused(story, row, "no figure", value=Decimal(3))


def test_after_its_day_a_promise_is_only_explained_or_mended(story):
    row = promise(story)
    Commitment.objects.filter(pk=row.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    refused(story, row, "The day has passed", value=Decimal(20))
    refused(story, row, "The day has passed", due_on=timezone.localdate() + timedelta(days=9))
    refused(story, row, "The day has passed", "withdrawal")
    assert ask(story, row, "correction", text_zh="图书角复盖32个教室").state == "asked"


def test_on_its_very_day_a_change_may_still_be_asked_for(story):
    row = promise(story)
    Commitment.objects.filter(pk=row.pk).update(due_on=timezone.localdate())
    assert ask(story, row, due_on=timezone.localdate() + timedelta(days=9)).lowers


def test_what_is_closed_or_was_done_before_does_not_change(story):
    row = promise(story)
    Commitment.objects.filter(pk=row.pk).update(closed_on=timezone.localdate())
    refused(story, row, "closed", value=Decimal(20))
    target = {**row.target, "state": "completed_before_start"}
    Commitment.objects.filter(pk=row.pk).update(closed_on=None, target=target)
    refused(story, row, "done before the plan", value=Decimal(20))


def test_one_request_at_a_time(story):
    row = promise(story)
    ask(story, row, value=Decimal(28))
    with pytest.raises(Refused, match="still on its route"):
        ask(story, row, value=Decimal(27))
    assert Amendment.objects.count() == 1


@pytest.mark.parametrize(
    "who", ["style_office", "linked_leader", "department_staff", "town_office_approver", "auditor"]
)
def test_only_the_unit_itself_asks(story, who):
    row = promise(story)
    assert policies.can_ask(standing(story.people[who], on=timezone.localdate()), row).hidden
    with pytest.raises(Refused):
        ask(story, row, by=story.people[who], value=Decimal(28))
    assert not Amendment.objects.exists()


def give(story, who, role, unit):
    """Another post for this person."""
    post = Post.objects.get(unit=story.units[unit], role=role)
    Tenure.objects.create(post=post, user=story.people[who], from_on="2020-01-01")


def test_nobody_acts_twice_on_one_change_the_asker_included(story):
    row = promise(story)
    give(story, "municipal_school_staff", Role.STYLE_OFFICE, "bureau")
    give(story, "municipal_school_head", Role.STYLE_OFFICE, "bureau")
    change = ask(story, row, value=Decimal(28))
    approve(story, change, "municipal_school_head")
    approve(story, change, "linked_leader")
    with pytest.raises(Refused, match="somebody else decides"):
        approve(story, change, "municipal_school_staff")
    with pytest.raises(Refused, match="nobody acts twice"):
        approve(story, change, "municipal_school_head")
    assert change.steps.filter(done_at=None).count() == 1
    assert approve_all(story, change, "style_office").state == "in_force"


def test_a_step_waits_its_turn_and_is_done_once(story):
    row = promise(story)
    change = ask(story, row, value=Decimal(28))
    with pytest.raises(Refused, match="waits for"):
        approve(story, change, "linked_leader")
    first = open_step(change)
    approve(story, change, "municipal_school_head")
    with pytest.raises(Refused, match="already did this"):
        acts.approve(first, by=story.people["municipal_school_head"], at=timezone.now())
    with pytest.raises(Refused, match="Say why"):
        acts.refuse(open_step(change), reason=" ", by=story.people["linked_leader"], at=timezone.now())
    assert change.steps.filter(done_at__isnull=False).count() == 1


def test_no_change_takes_effect_on_a_day_that_has_passed(story):
    row = promise(story)
    change = ask(story, row, due_on=timezone.localdate() + timedelta(days=1))
    approve(story, change, "municipal_school_head")
    approve(story, change, "linked_leader")
    Amendment.objects.filter(pk=change.pk).update(after={"due_on": "2020-01-01"})
    with pytest.raises(Refused, match="no date is set back"):
        approve(story, change, "style_office")
    change.refresh_from_db()
    assert (change.state, change.number) == ("asked", None)


def test_a_change_is_never_recorded_at_another_moment_than_now(story):
    row = promise(story)
    with pytest.raises(Refused, match="set back or forward"):
        ask(story, row, value=Decimal(28), at=timezone.now() - timedelta(days=2))
    assert not Amendment.objects.exists()


# --- who may know of it --------------------------------------------------------------------------


def seen_by(story, foreign, change):
    names = {**story.people, **{f"foreign_{key}": user for key, user in foreign.people.items()}}
    today = timezone.localdate()
    return {name for name, user in names.items() if policies.can_view(standing(user, on=today), change)}


def test_a_request_is_known_to_the_unit_its_route_and_the_auditor(story):
    foreign = stories.culture()
    own = {"municipal_school_staff", "municipal_school_head", "linked_leader", "style_office", "auditor"}
    assert seen_by(story, foreign, ask(story, promise(story), value=Decimal(28))) == own


def test_the_style_office_meets_a_town_school_s_change_once_it_is_public(story):
    foreign = stories.culture()
    row = promise(story, "town_school")
    change = ask(story, row, value=Decimal(28))
    known = {"town_school_staff", "town_school_head", "town_office_approver", "auditor"}
    assert seen_by(story, foreign, change) == known
    approve_all(story, change, "town_school_head", "town_office_approver")
    assert seen_by(story, foreign, change) == known | {"style_office"}


# --- the pages -----------------------------------------------------------------------------------


def visitor(user=None):
    """A browser of this person (or of nobody), reading English."""
    client = Client()
    if user:
        client.force_login(user)
    client.cookies["lang"] = "en"
    return client


def text(response):
    return " ".join(response.content.decode().split())


def form(row, **changes):
    """The form as the page offers it, with what the person changed."""
    return {
        "seen": "0", "kind": "amendment", "text_zh": row.text_zh, "text_en": row.text_en, "value": row.target["value"],
        "benchmark_value": row.target["benchmark_value"], "due_on": row.due_on.isoformat(), "reason_zh": WHY,
        "reason_en": "Rooms are rebuilt later.", **changes,
    }  # fmt: skip


def test_a_change_goes_from_the_form_to_the_public_page(story):
    row = promise(story)
    unit = visitor(story.people["municipal_school_staff"])
    page = text(unit.get(reverse("change_ask", args=[row.pk])))
    assert "Head, then Linked leader, then Style office" in page
    assert page.index("If you ask") and "with before and after" in page
    answer = unit.post(reverse("change_ask", args=[row.pk]), form(row, value="28"), follow=True)
    change = Amendment.objects.get()
    assert change.after == {"value": "28"}
    assert answer.redirect_chain[-1][0] == reverse("change", args=[change.pk])
    assert "Lowers the promise" in text(answer)
    for who in SCHOOL:
        assert "Decide a change of" in text(visitor(story.people[who]).get(reverse("desk")))
        data = {"step": open_step(change).pk, "decision": "approve"}
        answer = visitor(story.people[who]).post(reverse("change", args=[change.pk]), data, follow=True)
    assert "Amendment 1 is in force and public." in text(answer)
    public = text(visitor().get(reverse("commitment", args=["en", row.publication.bureau_code, row.code])))
    assert "Rooms are rebuilt later." in public
    assert "<del>32</del>" in public and "<ins>28</ins>" in public
    assert "Less is promised than before" in public
    assert not any(str(user) in public for user in story.people.values())


def test_a_promise_that_was_never_changed_shows_no_section(story):
    row = promise(story)
    public = text(visitor().get(reverse("commitment", args=["en", row.publication.bureau_code, row.code])))
    assert 'id="changes"' not in public


def test_a_withdrawn_promise_is_struck_through_in_lists_and_stays_readable(story):
    row = promise(story)
    approve_all(story, ask(story, row, "withdrawal"), *SCHOOL)
    unit = reverse("unit", args=["en", row.publication.bureau_code, row.publication.unit_code])
    page = text(visitor().get(unit))
    assert f"<s>{row.text_en}</s>" in page and "Withdrawn, amendment 1" in page
    public = visitor().get(reverse("commitment", args=["en", row.publication.bureau_code, row.code]))
    assert "It stays on this page and in every count." in text(public)


def test_a_refused_request_keeps_what_was_typed(story):
    row = promise(story)
    unit = visitor(story.people["municipal_school_staff"])
    address = reverse("change_ask", args=[row.pk])
    answer = unit.post(address, form(row, value="28", reason_zh="请打13812345678"))
    assert answer.status_code == 409
    assert "mobile or identity number" in text(answer) and "请打13812345678" in text(answer)
    assert unit.post(address, form(row, value="28", seen="3")).status_code == 409
    assert "a figure cannot be taken out" in text(unit.post(address, form(row, value="")))
    assert not Amendment.objects.exists()


def test_a_decision_out_of_turn_answers_409_and_changes_nothing(story):
    row = promise(story)
    change = ask(story, row, value=Decimal(28))
    step = open_step(change)
    address = reverse("change", args=[change.pk])
    leader = visitor(story.people["linked_leader"])
    assert 'aria-disabled="true"' in text(leader.get(address))
    assert leader.post(address, {"step": step.pk, "decision": "approve"}).status_code == 409
    head = visitor(story.people["municipal_school_head"])
    assert head.post(address, {"step": step.pk, "decision": "refuse", "reason": ""}).status_code == 409
    assert head.post(address, {"step": "7", "decision": "approve"}).status_code == 409
    assert not change.steps.filter(done_at__isnull=False).exists()


def test_strangers_meet_the_page_that_does_not_exist(story):
    row = promise(story)
    change = ask(story, row, value=Decimal(28))
    foreign = stories.culture()
    for user in (foreign.people["style_office"], story.people["department_staff"]):
        client = visitor(user)
        for name, pk in (("change", change.pk), ("change_ask", row.pk)):
            there = client.get(reverse(name, args=[pk]))
            nowhere = client.get(reverse(name, args=[uuid.uuid4()]))
            assert (there.status_code, there.content) == (404, nowhere.content)
            assert client.post(reverse(name, args=[pk]), form(row)).status_code == 404
    assert visitor().get(reverse("change", args=[change.pk])).status_code == 302


def test_the_list_asks_as_many_questions_for_three_as_for_one(story):
    rows = promised(story, objectives=4)
    ask(story, rows[0], value=Decimal(28))
    leader, desk = visitor(story.people["auditor"]), visitor(story.people["municipal_school_head"])
    with CaptureQueriesContext(connection) as one:
        leader.get(reverse("changes"))
    with CaptureQueriesContext(connection) as desk_one:
        desk.get(reverse("desk"))
    for row in rows[1:3]:
        ask(story, row, value=Decimal(28))
    with CaptureQueriesContext(connection) as three:
        page = text(leader.get(reverse("changes")))
    with CaptureQueriesContext(connection) as desk_three:
        desk.get(reverse("desk"))
    assert page.count("/work/changes/") >= 3
    assert (len(three), len(desk_three)) == (len(one), len(desk_one))


def test_the_list_turns_pages_without_losing_or_repeating(story, monkeypatch):
    monkeypatch.setattr(queries, "A_PAGE", 2)
    rows = promised(story, objectives=5)
    changes = [ask(story, row, value=Decimal(28)) for row in rows]
    client, seen, query = visitor(story.people["auditor"]), [], ""
    while True:
        page = client.get(reverse("changes") + query)
        seen += [row["change"].pk for row in page.context["rows"]]
        if not page.context["following"]:
            break
        query = f"?{urlencode({'after': page.context['following']})}"
    assert seen == [change.pk for change in changes]
    for nonsense in ("x", "2026-13-01T00:00:00+08:00_" + "a" * 36, "2026-01-01T00:00:00+08:00_" + "a" * 36):
        assert client.get(reverse("changes"), {"after": nonsense}).status_code == 200
