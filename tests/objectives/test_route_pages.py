"""Papers under way, as people meet them: list, page, sign, return, file, publish."""

import copy
import json

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commitments.models import Publication
from objectives import actions, tasks
from objectives.models import Document, Paper, Return, Revision, Step
from objectives.states import State
from portal.core import signers, vault
from portal.core.models import Deed, SignerKey
from tests import stories
from tests.stories import PASSPHRASE, STROKES
from tests.worlds import shared
from units.models import Post, Role, Tenure

pytestmark = pytest.mark.django_db
TICKS = ["achievable", "operable", "assessable", "concise", "own_duties"]


world = shared(stories.education)


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


def visitor(user):
    """A browser of this person, reading English."""
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = "en"
    return client


def page(client, name, paper, **data):
    return client.get(reverse(name, args=[paper.pk]), data)


def text(response):
    return " ".join(response.content.decode().split())


def act(client, story, paper, follow=True, step=None, **data):
    """Post the sign page's form for the open step, as a browser would."""
    step = step or story.step(paper)
    revision = Revision.objects.get(paper=paper, round=step.round)
    form = {"step": step.pk, "fingerprint": revision.fingerprint, "read": "on", "checklist": TICKS, **data}
    return client.post(reverse("paper_act", args=[paper.pk]), form, follow=follow)


def first_visit(**changes):
    return {"new_passphrase": PASSPHRASE, "again": PASSPHRASE, "strokes": json.dumps(STROKES), **changes}


# --- the list and the page -----------------------------------------------------------------------


def test_the_list_asks_the_same_number_of_questions_for_one_paper_and_for_three(story):
    auditor = visitor(story.people["auditor"])
    story.paper("department", "in_route")
    with CaptureQueriesContext(connection) as one:
        assert auditor.get(reverse("papers")).status_code == 200
    story.paper("municipal_school", "half")
    story.paper("town_school", "returned")
    with CaptureQueriesContext(connection) as three:
        assert text(auditor.get(reverse("papers"))).count('href="/work/papers/') == 4
    assert len(three) == len(one)


def test_the_list_says_who_a_paper_waits_for_and_offers_to_begin(story):
    story.paper("municipal_school", "half")
    leader = visitor(story.people["linked_leader"])
    assert "Waiting for the linked leader since" in text(leader.get(reverse("papers")))
    staff = visitor(story.people["department_staff"])
    answer = staff.get(reverse("papers"))
    begin = reverse("paper_begin", args=[story.campaign.code, story.units["department"].pk])
    assert f'action="{begin}"' in text(answer)


@pytest.mark.parametrize("state", ["draft", "in_route", "half", "returned", "complete", "published"])
def test_the_page_of_a_paper_tells_its_state_to_its_unit(story, state):
    paper = story.paper("municipal_school", state)
    answer = page(visitor(story.people["municipal_school_staff"]), "paper", paper)
    assert answer.status_code == 200
    expected = {
        "draft": "A draft", "in_route": "Waiting for the head", "half": "Waiting for the linked leader",
        "returned": "Returned to the unit", "complete": "not yet public", "published": "Signed by all and public",
    }  # fmt: skip
    assert expected[state] in text(answer)


def test_a_returned_paper_shows_reason_and_comments_word_for_word(story):
    paper = story.paper("municipal_school", "returned")
    answer = text(page(visitor(story.people["municipal_school_staff"]), "paper", paper))
    assert "请写明数字。" in answer
    assert "目标值？" in answer
    assert reverse("paper_edit", args=[paper.pk]) in answer


def test_the_page_shows_what_changed_between_rounds(story):
    paper = second_round(story)
    answer = text(page(visitor(story.people["auditor"]), "paper", paper))
    assert "Changes since round 1" in answer
    assert "<del>31</del><ins>77</ins>" in answer


def second_round(story):
    """A municipal school's paper, signed and returned in round 1, changed, and signed by its head in round 2."""
    paper = story.paper("municipal_school", "half")
    story.act(paper)
    office, staff = story.people["style_office"], story.people["municipal_school_staff"]
    actions.send_back(story.step(paper), reason="改", remarks={}, by=office, at=timezone.now())
    objective = paper.objectives.first()
    target = objective.targets.first()
    target.value = 77
    target.save()
    actions.submit(Paper.objects.get(pk=paper.pk), by=staff, at=timezone.now())
    story.act(paper)
    paper.refresh_from_db()
    return paper


def test_an_act_one_may_not_do_stays_visible_with_its_reason(story):
    paper = story.paper("municipal_school", "half")
    answer = text(page(visitor(story.people["municipal_school_head"]), "paper", paper))
    assert 'aria-disabled="true"' in answer
    assert "The paper now waits for: Linked leader." in answer


def test_a_paper_of_another_bureau_does_not_exist(story):
    foreign = stories.culture()
    paper = story.paper("municipal_school", "half")
    client = visitor(foreign.people["style_office"])
    for name in ("paper", "paper_act", "paper_document"):
        assert page(client, name, paper).status_code == 404


# --- signing -------------------------------------------------------------------------------------


def test_one_form_makes_the_key_and_signs(story):
    paper = story.paper("municipal_school", "in_route")
    head = story.people["municipal_school_head"]
    client = visitor(head)
    shown = text(page(client, "paper_act", paper))
    assert 'autocomplete="new-password"' in shown
    assert "I have read all 2 objectives and agree" in shown
    answer = act(client, story, paper, **first_visit())
    assert answer.redirect_chain == [(reverse("paper", args=[paper.pk]), 302)]
    assert "The paper now goes to: Linked leader" in text(answer)
    assert SignerKey.objects.get(user=head).strokes
    assert Document.objects.filter(revision__paper=paper, signed=1).count() == 1
    assert Deed.objects.filter(verb="signer.enrolled", bureau=story.bureau.code).exists()


def test_opening_the_sign_page_writes_nothing(story):
    paper = story.paper("municipal_school", "in_route")
    client = visitor(story.people["municipal_school_head"])
    with CaptureQueriesContext(connection) as asked:
        page(client, "paper_act", paper)
    writes = [query["sql"] for query in asked if query["sql"].split()[0] not in ("SELECT", "SAVEPOINT", "RELEASE")]
    assert not writes
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"again": "another one 1"}, "not the same"),
        ({"new_passphrase": "12345678", "again": "12345678"}, "easily guessed"),
        ({"strokes": "[[[1,1]]]"}, "empty or too short"),
        ({"strokes": "{"}, "could not be read"),
        ({"read": ""}, "Tick that you have read"),
    ],
)
def test_what_is_wrong_with_a_first_signature_is_said_and_nothing_is_made(story, changes, words):
    paper = story.paper("municipal_school", "in_route")
    answer = act(visitor(story.people["municipal_school_head"]), story, paper, **first_visit(**changes))
    assert words in text(answer)
    assert PASSPHRASE not in text(answer)
    assert not SignerKey.objects.exists()
    assert not Step.objects.filter(paper=paper, done_at__isnull=False).exists()


def test_a_wrong_passphrase_says_how_many_tries_are_left_and_keeps_the_drawing(story):
    paper = story.paper("municipal_school", "in_route")
    story.enrol(story.people["municipal_school_head"])
    client = visitor(story.people["municipal_school_head"])
    drawn = json.dumps(STROKES)
    answer = act(client, story, paper, passphrase="not this one", strokes=drawn)
    assert "4 tries are left" in text(answer)
    assert f'name="strokes" value="{drawn}"' in text(answer)
    assert "not this one" not in text(answer)
    assert act(client, story, paper, passphrase=PASSPHRASE).redirect_chain


def test_the_second_click_is_told_that_it_is_done(story):
    paper = story.paper("municipal_school", "in_route")
    step, client = story.step(paper), visitor(story.people["municipal_school_head"])
    act(client, story, paper, **first_visit())
    answer = act(client, story, paper, step=step, **first_visit())
    assert "You already did this on" in text(answer)
    assert 'class="notice" role="status"' in text(answer)
    assert Document.objects.filter(revision__paper=paper, signed=1).count() == 1


def test_who_comes_second_learns_who_was_first_and_when(story):
    paper = story.paper("town_office", "half")
    step = story.step(paper)
    colleague = get_user_model().objects.create_user("colleague", name="同事")
    Tenure.objects.create(post=Post.objects.get(role=Role.STYLE_OFFICE), user=colleague, from_on=timezone.localdate())
    story.act(paper)
    revision = Revision.objects.get(paper=paper)
    answer = visitor(colleague).post(
        reverse("publish", args=[paper.pk]), {"step": step.pk, "fingerprint": revision.fingerprint}, follow=True
    )
    assert "north-style_office already did this on" in text(answer)


def test_a_text_that_is_not_the_one_read_is_not_signed(story):
    paper = story.paper("municipal_school", "in_route")
    answer = act(visitor(story.people["municipal_school_head"]), story, paper, fingerprint="0" * 64, **first_visit())
    assert "The text changed while you were reading" in text(answer)
    assert not Step.objects.filter(paper=paper, done_at__isnull=False).exists()


def test_an_auditor_ticks_five_points_or_returns(story):
    paper = story.paper("municipal_school", "half")
    client = visitor(story.people["linked_leader"])
    assert "Not ticked: Concise" in text(act(client, story, paper, **first_visit(checklist=[*TICKS[:3], TICKS[4]])))
    act(client, story, paper, **first_visit())
    assert Step.objects.get(paper=paper, position=2).checklist == TICKS


def test_a_signer_of_an_earlier_round_sees_what_changed_since(story):
    paper = second_round(story)
    shown = text(page(visitor(story.people["linked_leader"]), "paper_act", paper))
    assert "You signed round 1; that signature no longer counts." in shown
    assert "Changed since you last signed" in shown
    assert 'id="objective-1" class="is-changed"' in shown


def test_a_department_head_submits_without_pad_or_passphrase(story):
    paper = story.paper("department", "in_route")
    client = visitor(story.people["department_head"])
    shown = text(page(client, "paper_act", paper))
    assert 'name="strokes"' not in shown
    assert 'type="password"' not in shown
    assert "The paper now goes to: Line leader" in text(act(client, story, paper))


def test_who_may_not_act_is_led_to_the_paper(story):
    paper = story.paper("municipal_school", "half")
    client = visitor(story.people["municipal_school_head"])
    assert page(client, "paper_act", paper).status_code == 302
    answer = act(client, story, paper, passphrase=PASSPHRASE)
    assert 'role="alert"><p>The paper now waits for: Linked leader.' in text(answer)


def test_the_passphrase_reaches_no_table(story):
    paper = story.paper("municipal_school", "in_route")
    canary = "canary zeppelin 91"
    act(
        visitor(story.people["municipal_school_head"]), story, paper, **first_visit(new_passphrase=canary, again=canary)
    )
    key = SignerKey.objects.get()
    assert canary not in json.dumps(key.sealed)
    assert not Deed.objects.filter(facts__icontains=canary).exists()
    assert signers.unlock(key.user, canary, at=timezone.now())


# --- returning -----------------------------------------------------------------------------------


def test_a_return_carries_the_reason_and_comments(story):
    paper = story.paper("municipal_school", "half")
    step, client = story.step(paper), visitor(story.people["linked_leader"])
    form = {"step": step.pk, "reason": "第一项没有数字", "remark_2": "谁负责？"}
    answer = client.post(reverse("paper_return", args=[paper.pk]), form, follow=True)
    assert "The unit was told, with your words." in text(answer)
    sent_back = Return.objects.get(paper=paper)
    assert (sent_back.reason, [(r.objective, r.text) for r in sent_back.remarks.all()]) == (
        "第一项没有数字", [(2, "谁负责？")]
    )  # fmt: skip


def test_a_return_without_a_reason_stays_open_with_what_was_written(story):
    paper = story.paper("municipal_school", "half")
    form = {"step": story.step(paper).pk, "reason": " ", "remark_2": "谁负责？"}
    answer = visitor(story.people["linked_leader"]).post(reverse("paper_return", args=[paper.pk]), form)
    assert "<details open>" in text(answer)
    assert "Say what must change" in text(answer)
    assert "谁负责？" in text(answer)
    assert not Return.objects.exists()


# --- the document --------------------------------------------------------------------------------


def test_the_worker_prints_what_waits_once(story):
    story.paper("municipal_school", "in_route")
    story.paper("department", "in_route")
    now = {"on": timezone.localdate(), "at": timezone.now()}
    assert tasks.print_waiting(**now) == 2
    assert tasks.print_waiting(**now) == 0
    assert Document.objects.filter(position=0).count() == 2


def test_a_document_is_given_out_as_it_stands(story):
    paper = story.paper("municipal_school", "in_route")
    client = visitor(story.people["municipal_school_staff"])
    assert page(client, "paper_document", paper).status_code == 404
    story.act(paper)
    answer = page(client, "paper_document", paper)
    newest = Document.objects.filter(revision__paper=paper).last()
    assert b"".join(answer.streaming_content) == vault.get(newest.sha256)
    assert answer["Content-Type"] == "application/pdf"
    assert page(client, "paper_document", paper, round="x").status_code == 404


# --- filing and publishing -----------------------------------------------------------------------


def test_the_style_office_checks_form_files_and_publishes_in_one_click(story):
    paper = story.paper("municipal_school", "to_file")
    client = visitor(story.people["style_office"])
    shown = text(page(client, "paper_act", paper))
    assert "2 signatures, each intact" in shown
    assert "Title as the campaign sets it" in shown
    step, revision = story.step(paper), Revision.objects.get(paper=paper)
    form = {"step": step.pk, "fingerprint": revision.fingerprint}
    answer = client.post(reverse("publish", args=[paper.pk]), form, follow=True)
    assert "/en/north/units/municipal-school/" in text(answer)
    paper.refresh_from_db()
    assert paper.state == State.PUBLISHED
    again = client.post(reverse("publish", args=[paper.pk]), form, follow=True)
    assert "You already did this on" in text(again)
    assert Publication.objects.count() == 1


def test_a_town_school_publishes_itself_and_never_meets_the_queue(story):
    paper = story.paper("town_school", "complete")
    assert "town-school" not in text(visitor(story.people["style_office"]).get(reverse("publish_queue")))
    staff = visitor(story.people["town_school_staff"])
    assert f'action="{reverse("publish", args=[paper.pk])}"' in text(page(staff, "paper", paper))
    assert "Published:" in text(staff.post(reverse("publish", args=[paper.pk]), follow=True))
    assert "already published this" in text(staff.post(reverse("publish", args=[paper.pk]), follow=True))


def test_the_queue_asks_the_same_number_of_questions_for_one_paper_and_for_three(story):
    office = visitor(story.people["style_office"])
    story.paper("municipal_school", "to_file")
    with CaptureQueriesContext(connection) as one:
        assert text(office.get(reverse("publish_queue"))).count("Form in order") == 1
    story.paper("department", "to_file")
    story.paper("town_office", "half")
    with CaptureQueriesContext(connection) as three:
        assert text(office.get(reverse("publish_queue"))).count("Form in order") == 3
    assert len(three) == len(one)


def test_nobody_else_finds_the_queue(story):
    for key in ("auditor", "administrator", "linked_leader", "municipal_school_head"):
        assert visitor(story.people[key]).get(reverse("publish_queue")).status_code == 404
