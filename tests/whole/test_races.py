"""Two people at once: exactly one act happens, the other is told. Each race has a control without its guard.

Real PostgreSQL, a connection a person. `slow` widens the window between asking and writing, so that a control
fails every time and not by luck.
"""

import threading
import time

import pytest
from django.db import connection
from django.utils import timezone

from commitments import actions as public_actions
from objectives import actions, fingerprints, policies
from objectives.models import Document, Objective, Paper, Revision, Step
from objectives.models.paper import PaperQuerySet
from portal.core.deeds import first_break
from portal.core.errors import Refused
from portal.core.models import Deed
from tests import stories
from units.models import Post, Role, Tenure

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]
WINDOW = 0.4


@pytest.fixture
def slow(monkeypatch):
    """Everyone hesitates between being allowed and acting."""
    for name in ("can_act", "can_edit"):
        ask = getattr(policies, name)

        def hesitate(*args, ask=ask):
            verdict = ask(*args)
            time.sleep(WINDOW)
            return verdict

        monkeypatch.setattr(policies, name, hesitate)


@pytest.fixture
def unguarded(monkeypatch):
    """The guard taken away: the paper is read without a lock."""

    def read(self, pk):
        return self.select_related("campaign__bureau", "unit__kind").get(pk=pk)

    monkeypatch.setattr(PaperQuerySet, "locked", read)


def together(*acts):
    """Run the acts at the same moment, each on its own connection; returns what each returned or raised."""
    barrier, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        barrier.wait()
        try:
            outcomes[place] = act()
        except Exception as problem:
            outcomes[place] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def second_holder(story, role, unit):
    """A colleague who holds the same post."""
    user = stories.get_user_model().objects.create_user("colleague", "c@example.test", "x", name="colleague")
    Tenure.objects.create(post=Post.objects.get(unit=unit, role=role), user=user, from_on="2020-01-01")
    story.enrol(user)
    return user


def two_heads_submit():
    story = stories.education()
    paper = story.paper("department", "in_route")
    people = [story.people["department_head"], second_holder(story, Role.HEAD, paper.unit)]
    step, fingerprint = story.step(paper), Revision.objects.get(paper=paper).fingerprint
    return together(
        *(
            lambda by=by: actions.act_without_signature(step, fingerprint=fingerprint, by=by, at=timezone.now())
            for by in people
        )
    )


def test_of_two_heads_submitting_at_once_one_submits_and_the_other_is_told_who_did(slow):
    outcomes = two_heads_submit()
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refused) == 1
    assert "north-department_head" in str(refused[0]) or "colleague" in str(refused[0])
    assert Deed.objects.filter(verb="paper.put_forward").count() == 1


def test_control_without_the_lock_both_heads_submit(slow, unguarded):
    two_heads_submit()
    assert Deed.objects.filter(verb="paper.put_forward").count() == 2


def two_approvers_sign():
    story = stories.education()
    paper = story.paper("town_school", "half")
    people = [
        story.people["town_office_approver"],
        second_holder(story, Role.TOWN_OFFICE, story.units["town_office"]),
    ]
    story.enrol(people[0])
    step, fingerprint = story.step(paper), Revision.objects.get(paper=paper).fingerprint
    outcomes = together(
        *(
            lambda by=by: actions.sign(
                step, fingerprint=fingerprint, passphrase=stories.PASSPHRASE, by=by, at=timezone.now()
            )
            for by in people
        )
    )
    return paper, outcomes


def test_of_two_approvers_at_once_one_approves_and_the_document_has_one_mark_more(slow):
    paper, outcomes = two_approvers_sign()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDone", "Step"]
    assert Document.objects.filter(revision__paper=paper).count() == 3
    assert Deed.objects.filter(verb="paper.approved").count() == 1


def test_control_without_the_lock_the_second_approver_is_not_told_but_fails(slow, unguarded):
    _paper, outcomes = two_approvers_sign()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "Step"]


def one_head_clicks_twice():
    story = stories.education()
    paper = story.paper("municipal_school", "in_route")
    head = story.people["municipal_school_head"]
    story.enrol(head)
    step, fingerprint = story.step(paper), Revision.objects.get(paper=paper).fingerprint

    def click():
        return actions.sign(step, fingerprint=fingerprint, passphrase=stories.PASSPHRASE, by=head, at=timezone.now())

    return paper, together(click, click)


def test_a_double_click_signs_once(slow):
    paper, outcomes = one_head_clicks_twice()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDone", "Step"]
    assert Step.objects.filter(paper=paper, done_at__isnull=False).count() == 1
    assert Deed.objects.filter(verb="paper.signed").count() == 1


def test_control_without_the_lock_the_second_click_fails_in_the_database(slow, unguarded):
    _paper, outcomes = one_head_clicks_twice()
    assert "Refused" not in {type(outcome).__name__ for outcome in outcomes}


def edit_while_submitting():
    story = stories.education()
    paper = story.paper("municipal_school")
    staff, head = story.people["municipal_school_staff"], story.people["municipal_school_head"]
    objective = paper.objectives.get(position=2)
    leader = Post.objects.get(unit=paper.unit, role=Role.HEAD)
    data = stories.objective_data(2, leader=leader, benchmark=None, due_on=objective.due_on)
    data["text_zh"] = "提交之后才改的目标"
    outcomes = together(
        lambda: actions.submit(paper, by=head, at=timezone.now()),
        lambda: actions.save_objective(objective, data, version=objective.version, by=staff, at=timezone.now()),
    )
    frozen = Revision.objects.get(paper=paper).content
    now = Paper.objects.in_full().get(pk=paper.pk)
    content = fingerprints.content_of(now, number="", round_=1, route=[])["objectives"]
    return outcomes, content[1]["text_zh"] in frozen


def test_an_edit_that_races_with_submission_is_frozen_with_it_or_refused(slow):
    outcomes, text_is_frozen = edit_while_submitting()
    assert text_is_frozen
    assert isinstance(outcomes[0], Revision)
    assert isinstance(outcomes[1], Objective | Refused)


def test_control_without_the_lock_the_text_moves_under_the_signers(slow, unguarded, monkeypatch):
    monkeypatch.setattr(actions.writing, "require_honest", lambda at: time.sleep(WINDOW))
    _outcomes, text_is_frozen = edit_while_submitting()
    assert not text_is_frozen


def two_clerks_publish():
    story = stories.education()
    paper = story.paper("town_school", "complete")
    people = [story.people["town_school_head"], story.people["town_school_staff"]]
    return together(*(lambda by=by: public_actions.publish(paper, by=by, at=timezone.now()) for by in people))


def test_of_two_publishing_at_once_one_publishes(slow):
    outcomes = two_clerks_publish()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Publication", "Refused"]
    assert Deed.objects.filter(verb="paper.published").count() == 1


def test_the_record_stays_one_chain_under_many_hands():
    story = stories.education()
    papers = [story.paper(kind) for kind in ("municipal_school", "town_office", "department", "town_school")]
    together(
        *(
            lambda paper=paper, kind=kind: actions.submit(paper, by=story.people[f"{kind}_staff"], at=timezone.now())
            for paper, kind in zip(
                papers, ("municipal_school", "town_office", "department", "town_school"), strict=True
            )
        )
    )
    assert first_break() is None
    assert Deed.objects.filter(verb="paper.submitted").count() == 4
