"""Each route, from the first word to the last mark, through the actions alone."""

import pytest
from django.utils import timezone, translation
from guardian.shortcuts import assign_perm

from commitments.models import Commitment, Publication
from objectives import actions
from objectives.models import Document, Revision, Step
from objectives.states import State
from portal.core import deeds, signers
from portal.core.errors import Refused
from portal.core.models import Letter
from tests import stories
from units import actions as unit_actions
from units.models import Charge, Post, Role, Tenure

pytestmark = pytest.mark.django_db

MARKS = {"municipal_school": 3, "town_office": 2, "town_school": 2, "department": 2}


@pytest.mark.parametrize("kind", MARKS)
def test_every_route_ends_in_a_public_promise_with_one_mark_a_step(kind):
    story = stories.education()
    paper = story.paper(kind, "published")
    assert paper.state == State.PUBLISHED
    publication = Publication.objects.get(unit=paper.unit)
    assert Commitment.objects.filter(publication=publication).count() == 2
    newest = Document.objects.filter(revision__paper=paper).last()
    assert newest.signed == MARKS[kind]
    assert publication.document == newest.sha256
    assert deeds.first_break() is None


def test_a_town_school_never_meets_the_style_office():
    story = stories.education()
    paper = story.paper("town_school", "complete")
    assert not Step.objects.filter(paper=paper, role="style_office").exists()
    assert not Letter.objects.filter(to=story.people["style_office"]).exists()


def test_a_returned_paper_starts_a_new_round_and_old_signatures_no_longer_count():
    story = stories.education()
    paper = story.paper("municipal_school", "half")
    leader = story.actor(paper)
    actions.send_back(story.step(paper), reason="写明数字", remarks={2: "多少个？"}, by=leader, at=timezone.now())
    paper.refresh_from_db()
    assert paper.state == State.RETURNED
    actions.submit(paper, by=story.people["municipal_school_staff"], at=timezone.now())
    assert story.step(paper).round == 2
    assert story.step(paper).position == 1
    assert Step.objects.filter(paper=paper, round=1, done_at__isnull=False).count() == 1
    assert Revision.objects.filter(paper=paper).count() == 2


def test_a_wrong_passphrase_signs_nothing_and_the_fifth_closes_the_key():
    story = stories.education()
    paper = story.paper("municipal_school", "in_route")
    head, step = story.actor(paper), story.step(paper)
    story.enrol(head)
    fingerprint = Revision.objects.get(paper=paper).fingerprint
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Refused) as refusal:
            actions.sign(step, fingerprint=fingerprint, passphrase="not this one", by=head, at=timezone.now())
        assert signers.key_of(head).tries == 5 - left
    assert "15" in str(refusal.value)
    with pytest.raises(Refused):
        actions.sign(step, fingerprint=fingerprint, passphrase=stories.PASSPHRASE, by=head, at=timezone.now())
    assert story.step(paper).pk == step.pk
    assert not Document.objects.filter(revision__paper=paper).exists()


def test_a_text_that_changed_between_reading_and_signing_is_not_signed():
    story = stories.education()
    paper = story.paper("municipal_school", "in_route")
    story.enrol(story.actor(paper))
    with pytest.raises(Refused, match=r"read it again|重新阅看"):
        actions.sign(
            story.step(paper), fingerprint="0" * 64, passphrase=stories.PASSPHRASE, by=story.actor(paper),
            at=timezone.now(),
        )  # fmt: skip


def test_a_paper_whose_unit_has_no_leader_in_charge_is_not_submitted():
    story = stories.education()
    paper, staff = story.paper("municipal_school"), story.people["municipal_school_staff"]
    charge = Charge.objects.get(unit=paper.unit)
    unit_actions.end_charge(charge, by="command", at=timezone.now(), why="调整分工")
    with translation.override("en"), pytest.raises(Refused, match=r"as its Linked leader.*Tell the style office"):
        actions.submit(paper, by=staff, at=timezone.now())
    paper.refresh_from_db()
    assert paper.state == State.DRAFT
    unit_actions.put_in_charge(charge.post, paper.unit, by="command", at=timezone.now())
    actions.submit(paper, by=staff, at=timezone.now())


def test_nobody_acts_twice_in_one_route():
    story = stories.education()
    paper = story.paper("municipal_school", "half")
    head = story.people["municipal_school_head"]
    post = Post.objects.get(unit=story.units["bureau"], role=Role.LINKED_LEADER)
    Tenure.objects.create(post=post, user=head, from_on=timezone.localdate())
    assign_perm("lead_linked", head, paper.unit)
    fingerprint = Revision.objects.get(paper=paper).fingerprint
    with pytest.raises(Refused, match=r"twice|只办一个环节"):
        actions.sign(
            story.step(paper), fingerprint=fingerprint, passphrase=stories.PASSPHRASE, by=head, at=timezone.now()
        )
