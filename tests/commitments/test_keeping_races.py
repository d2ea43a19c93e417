"""Two people, or two workers, at one change or one order: exactly one acts. Each race has a control."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from commitments.actions import amendments, rectifications
from commitments.models import Amendment, AmendmentStep, Commitment, Rectification
from commitments.models.amendment import AmendmentQuerySet
from commitments.models.rectification import RectificationQuerySet
from commitments.policies import amendments as change_rules
from commitments.policies import rectifications as order_rules
from commitments.sweeps import rectifications as sweeps
from portal.core.models import Deed, Letter
from tests import stories
from tests.promised import promised
from tests.whole.test_races import together
from units.models import Post, Role, Tenure

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]
WINDOW = 0.4


@pytest.fixture
def slow(monkeypatch):
    """Everyone hesitates between being allowed and acting."""
    for module, name in ((change_rules, "can_decide"), (order_rules, "can_check"), (order_rules, "can_receive")):
        ask = getattr(module, name)

        def hesitate(*args, ask=ask):
            verdict = ask(*args)
            time.sleep(WINDOW)
            return verdict

        monkeypatch.setattr(module, name, hesitate)


@pytest.fixture
def unguarded(monkeypatch):
    """The guard taken away: the row is read without a lock."""

    def read(self, pk):
        return self.get(pk=pk)

    monkeypatch.setattr(AmendmentQuerySet, "locked", read)
    monkeypatch.setattr(RectificationQuerySet, "locked", read)


def colleague(story, role, unit="bureau"):
    user = stories.get_user_model().objects.create_user("colleague", "c@example.test", "x", name="colleague")
    Tenure.objects.create(
        post=Post.objects.get(unit=story.units[unit], role=role), user=user, from_on="2020-01-01"
    )  # fmt: skip
    return user


def two_clerks_approve():
    """The last step of a change, approved by two holders of the same post at once."""
    story = stories.education()
    row = promised(story)[0]
    change = amendments.ask(row, "amendment", {"value": Decimal(20)}, reason_zh="推迟。",
                            by=story.people["municipal_school_staff"], at=timezone.now())  # fmt: skip
    for who in ("municipal_school_head", "linked_leader"):
        amendments.approve(open_step(change), by=story.people[who], at=timezone.now())
    step, people = open_step(change), [story.people["style_office"], colleague(story, Role.STYLE_OFFICE)]
    acts = [lambda by=by: amendments.approve(step, by=by, at=timezone.now()) for by in people]
    return together(*acts)


def open_step(change):
    return AmendmentStep.objects.open().select_related("amendment").get(amendment=change)


def test_of_two_approving_at_once_one_approves_and_the_other_is_told(slow):
    outcomes = two_clerks_approve()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyDone", "Amendment"]
    assert Deed.objects.filter(verb="amendment.in_force").count() == 1
    assert [row.number for row in Amendment.objects.all()] == [1]


def test_control_without_the_lock_both_approve(slow, unguarded):
    outcomes = two_clerks_approve()
    assert "AlreadyDone" not in {type(outcome).__name__ for outcome in outcomes}
    assert Deed.objects.filter(verb="amendment.approved", facts__position=3).count() == 2


def two_changes_of_one_paper():
    """Two promises of one paper, their last steps approved at the same moment."""
    story = stories.education()
    rows, steps = promised(story), []
    for row in rows:
        change = amendments.ask(row, "amendment", {"value": Decimal(20)}, reason_zh="推迟。",
                                by=story.people["municipal_school_staff"], at=timezone.now())  # fmt: skip
        for who in ("municipal_school_head", "linked_leader"):
            amendments.approve(open_step(change), by=story.people[who], at=timezone.now())
        steps.append(open_step(change))
    people = [story.people["style_office"], colleague(story, Role.STYLE_OFFICE)]
    return together(
        *(
            lambda step=step, by=by: amendments.approve(step, by=by, at=timezone.now())
            for step, by in zip(steps, people, strict=True)
        )
    )


def test_two_changes_of_one_paper_get_two_numbers():
    two_changes_of_one_paper()
    assert sorted(Amendment.objects.values_list("number", flat=True)) == [1, 2]


def test_two_requests_for_one_promise_at_once_are_one_request():
    story = stories.education()
    row = promised(story)[0]
    people = [story.people["municipal_school_staff"], story.people["municipal_school_head"]]
    outcomes = together(
        *(
            lambda by=by: amendments.ask(row, "withdrawal", {}, reason_zh="取消。", by=by, at=timezone.now())
            for by in people
        )
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Amendment", "Refused"]
    assert Commitment.objects.get(pk=row.pk).withdrawn_on is None


def reported_order(story):
    signer = Post.objects.get(unit=story.units["bureau"], role=Role.HEAD)
    texts = {"finding": "落后。", "demand": "补齐。"}
    order = rectifications.draft(story.units["municipal_school"], campaign=story.campaign, texts=texts, signer=signer,
                                 by=story.people["style_office"], at=timezone.now())  # fmt: skip
    order = rectifications.send_to_sign(order, by=story.people["style_office"], at=timezone.now())
    order = rectifications.issue(order.document, by=story.people["bureau_head"], at=timezone.now())
    staff = {"by": story.people["municipal_school_staff"], "at": timezone.now()}
    order = rectifications.receive(order, **staff)
    order = rectifications.plan(order, text="下周。", **staff)
    return rectifications.report(order, text="已补齐。", **staff)


def two_check():
    story = stories.education()
    order = reported_order(story)
    people = [story.people["auditor"], colleague(story, Role.STYLE_OFFICE)]
    acts = [
        lambda by=by: rectifications.check(order, passed=True, words="属实。", by=by, at=timezone.now())
        for by in people
    ]
    return together(*acts)


def test_of_two_checking_at_once_one_closes(slow):
    outcomes = two_check()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Rectification", "Refused"]
    assert Deed.objects.filter(verb="order.closed").count() == 1


def test_control_without_the_lock_both_close(slow, unguarded):
    two_check()
    assert Deed.objects.filter(verb="order.closed").count() == 2


def test_two_workers_escalate_an_overdue_order_once():
    story = stories.education()
    order = reported_order(story)
    Rectification.objects.filter(pk=order.pk).update(state="planned", reported_by=None, reported_at=None)
    on = order.due_on + timedelta(days=1)
    marked = together(*[lambda: sweeps.overdue_due(on=on, at=timezone.now())] * 2)
    assert sorted(marked) == [0, 1]
    assert Deed.objects.filter(verb="order.overdue").count() == 1
    keys = Letter.objects.filter(key__startswith="order-overdue").values_list("key", flat=True)
    assert len(keys) == len(set(keys)) == 3
