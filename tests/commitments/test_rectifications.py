"""Rectification within a time limit: a signed order, its receipt, plan and report, a check by somebody else."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from commitments.actions import extensions, rectifications
from commitments.models import Evidence, Extension, Line, OfficialDocument, Rectification
from commitments.policies import rectifications as policies
from commitments.sweeps import rectifications as sweeps
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from portal.core.workdays import loaded
from tests import stories
from tests.promised import promised
from units.models import Post, Role, Tenure
from units.policies import standing

pytestmark = pytest.mark.django_db
TEXTS = {"finding": "图书角进度连续两个月落后。", "demand": "查明原因，倒排时间。", "public_zh": "图书角进度整改"}
COURSE = ("issued", "received", "planned", "reported", "closed")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def story():
    story = stories.education()
    add_person(story, "second_clerk", Role.STYLE_OFFICE, "bureau")
    return story


def add_person(story, name, role, unit):
    user = get_user_model().objects.create_user(f"north-{name}", f"{name}@example.test", "x", name=name)
    Tenure.objects.create(post=post_of(story, unit, role), user=user, from_on="2020-01-01")
    story.people[name] = user
    return user


def post_of(story, unit, role):
    return Post.objects.get(unit=story.units[unit], role=role)


def draft(story, kind="municipal_school", *, by="style_office", **facts):
    signer = facts.pop("signer", None) or post_of(story, "bureau", Role.HEAD)
    facts = {"texts": TEXTS, "campaign": story.campaign} | facts
    return rectifications.draft(
        story.units[kind], signer=signer, by=story.people[by], at=timezone.now(), **facts
    )  # fmt: skip


def do(story, order, act, who, **facts):
    return getattr(rectifications, act)(order, by=story.people[who], at=timezone.now(), **facts)


def played(story, state, kind="municipal_school", **facts):
    """An order played to a state; the signature itself is left out."""
    order, unit = draft(story, kind, **facts), kind
    if state == "draft":
        return order
    order = do(story, order, "send_to_sign", "style_office")
    if state == "to_sign":
        return order
    signer = Tenure.objects.get(post=order.signer).user
    order = rectifications.issue(order.document, by=signer, at=timezone.now())
    steps = [
        ("receive", f"{unit}_staff", {}),
        ("plan", f"{unit}_staff", {"text": "下月补齐，王老师负责。"}),
        ("report", f"{unit}_head", {"text": "已建成。"}),
        ("check", "second_clerk", {"passed": True, "words": ""}),
    ]
    for act, who, words in steps[: COURSE.index(state)]:
        order = do(story, order, act, who, **words)
    return order


# --- the good paths ------------------------------------------------------------------------------


def test_the_leader_signs_and_the_order_is_served(story):
    leader = story.people[Role.LINKED_LEADER]
    story.enrol(leader)
    order = played(story, "to_sign", signer=post_of(story, "bureau", Role.LINKED_LEADER))
    assert order.document.number == f"north办改〔{timezone.localdate().year}〕1号"
    facts = {"fingerprint": order.document.fingerprint, "passphrase": stories.PASSPHRASE, "by": leader}
    order = rectifications.sign(order, **facts, at=timezone.now())
    assert (order.state, order.document.signed_by) == ("issued", leader)
    told = Letter.objects.filter(key__startswith="order-issued").values_list("to__username", flat=True)
    assert set(told) == {"north-municipal_school_head", "north-municipal_school_staff"}


def test_an_order_is_received_planned_reported_checked_and_closed(story):
    order = played(story, "closed")
    assert (order.state, order.closed_at is not None) == ("closed", True)
    assert order.checked_by == story.people["second_clerk"]
    verbs = Deed.objects.about(order).order_by("number").values_list("verb", flat=True)
    assert list(verbs) == [f"order.{each}" for each in ("drafted", "sent", *COURSE)]


def test_a_town_school_is_ordered_by_the_head_of_the_bureau(story):
    order = played(story, "issued", "town_school")
    signers = policies.signers_for(story.units["town_school"], on=timezone.localdate())
    assert [post.role for post in signers] == ["head"]
    assert order.signer in signers


def test_the_day_counts_working_days_from_the_draft(story):
    order = draft(story)
    assert order.due_on == loaded().add(timezone.localdate(), 10)
    assert order.first_due_on == order.due_on


def test_the_auditor_may_check_too(story):
    order = do(story, played(story, "reported"), "check", "auditor", passed=True, words="现场属实。")
    assert order.state == "closed"


def test_what_is_not_put_right_goes_back_with_words(story):
    order = do(story, played(story, "reported"), "check", "second_clerk", passed=False, words="照片不是这个教室。")
    assert (order.state, order.check_words, order.reported_by) == ("planned", "照片不是这个教室。", None)
    order = do(story, order, "report", "municipal_school_staff", text="已重新拍摄。")
    assert do(story, order, "check", "second_clerk", passed=True, words="").state == "closed"


def test_a_leader_may_return_the_order_unsigned_and_its_number_is_spent(story):
    order = played(story, "to_sign")
    order = do(story, order, "return_unsigned", "bureau_head", reason="问题写具体。")
    assert (order.state, order.document) == ("draft", None)
    texts = TEXTS | {"finding": "三间教室没有图书角。"}
    facts = {"texts": texts, "signer": order.signer, "due_on": order.due_on}
    order = do(story, order, "change", "style_office", version=order.version, **facts)
    order = do(story, order, "send_to_sign", "style_office")
    assert order.document.number.endswith("2号")


def test_the_same_fault_again_is_a_new_order_that_names_the_old_one(story):
    old = played(story, "closed")
    new = do(story, draft(story, repeats=old), "send_to_sign", "style_office")
    assert old.document.number in new.document.content
    assert list(old.repeated_by.all()) == [new]


def test_a_line_needs_evidence_before_the_report(story):
    row = promised(story)[0]
    order = played(story, "planned", line=Line.objects.get(commitment=row))
    assert order.publication_id == row.publication_id
    with pytest.raises(Refused, match="at least one file"):
        do(story, order, "report", "municipal_school_head", text="已建成。")
    Evidence.objects.create(line=order.line, rectification=order, title="图书角", happened_on=timezone.localdate(),
                            kind="jpeg", sha256="0" * 64, original="1" * 64, size=9, added_at=timezone.now(),
                            added_by=story.people["municipal_school_staff"])  # fmt: skip
    assert do(story, order, "report", "municipal_school_head", text="已建成。").state == "reported"


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"texts": {**TEXTS, "finding": " "}}, "what was found"),
        ({"texts": {**TEXTS, "demand": "联系13812345678"}}, "identity number"),
        ({"texts": {**TEXTS, "public_zh": "长" * 121}}, "at most 120"),
        ({"due_on": timezone.localdate()}, "must lie ahead"),
        ({"due_on": timezone.localdate() + timedelta(days=6 - timezone.localdate().weekday() + 7)}, "no working day"),
    ],
)
def test_an_order_that_is_not_sound_is_not_drafted(story, facts, match):
    with pytest.raises(Refused, match=match):
        draft(story, **facts)
    assert not Rectification.objects.exists()


def test_only_the_style_office_drafts_and_only_a_leader_in_charge_signs(story):
    for who in ("linked_leader", "municipal_school_head", "auditor"):
        with pytest.raises(Refused):
            draft(story, by=who)
    with pytest.raises(Refused, match="leader in charge"):
        draft(story, signer=post_of(story, "bureau", Role.LINE_LEADER))
    with pytest.raises(Refused, match="leader in charge"):
        draft(story, signer=post_of(story, "municipal_school", Role.HEAD))


def test_another_unit_s_order_is_not_repeated_here(story):
    other = played(story, "closed", "department")
    with pytest.raises(Refused, match="another unit"):
        draft(story, repeats=other)


def test_the_text_is_frozen_with_its_number(story):
    order = played(story, "to_sign")
    facts = {"texts": TEXTS, "signer": order.signer, "due_on": order.due_on, "version": order.version}
    with pytest.raises(Refused, match="does not change any more"):
        do(story, order, "change", "style_office", **facts)
    with pytest.raises(Refused, match="waits for the leader"):
        rectifications.issue(order.document, by=story.people["style_office"], at=timezone.now())
    assert OfficialDocument.objects.count() == 1


def test_a_colleague_s_draft_is_not_overwritten(story):
    order = draft(story)
    facts = {"texts": TEXTS, "signer": order.signer, "due_on": order.due_on, "version": order.version}
    do(story, order, "change", "style_office", **facts)
    with pytest.raises(Refused, match="in between"):
        do(story, order, "change", "second_clerk", **facts)


def test_an_order_whose_day_came_before_the_signature_is_not_issued(story):
    order = played(story, "to_sign")
    Rectification.objects.filter(pk=order.pk).update(due_on=timezone.localdate(), first_due_on=timezone.localdate())
    with pytest.raises(Refused, match="has come"):
        rectifications.issue(order.document, by=story.people["bureau_head"], at=timezone.now())


def test_acts_out_of_turn_are_refused(story):
    order = played(story, "issued")
    for act, who, facts in (("plan", "municipal_school_staff", {"text": "x"}),
                            ("report", "municipal_school_staff", {"text": "x"}),
                            ("check", "second_clerk", {"passed": True, "words": ""}),
                            ("receive", "style_office", {}), ("receive", "department_head", {})):  # fmt: skip
        with pytest.raises(Refused):
            do(story, order, act, who, **facts)
    order.refresh_from_db()
    assert order.state == "issued"


def test_whoever_drafted_or_reported_cannot_check(story):
    order = played(story, "reported")
    Tenure.objects.create(
        post=post_of(story, "bureau", Role.STYLE_OFFICE),
        user=story.people["municipal_school_head"],
        from_on="2020-01-01",
    )
    for who in ("style_office", "municipal_school_head"):
        with pytest.raises(Refused, match="cannot be the one who checks"):
            do(story, order, "check", who, passed=True, words="")
    for who in ("style_office", "municipal_school_head"):
        rows = Rectification.objects.filter(pk=order.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(checked_by=story.people[who], checked_at=timezone.now())


def test_what_is_closed_stays_closed(story):
    order = played(story, "closed")
    with pytest.raises(Refused, match="stays closed"):
        do(story, order, "check", "auditor", passed=False, words="又坏了。")
    with pytest.raises(Refused):
        do(story, order, "report", "municipal_school_head", text="再报。")


# --- a later day ---------------------------------------------------------------------------------


def later(order, days=5):
    return loaded().add(order.due_on, days)


def ask(story, order, *, wanted_on=None, who="municipal_school_head"):
    return extensions.ask(order, reason="台风停工。", progress="已完成一半。", wanted_on=wanted_on or later(order),
                          by=story.people[who], at=timezone.now())  # fmt: skip


def test_a_later_day_is_granted_by_whoever_signed_the_order(story):
    order = played(story, "planned")
    request = ask(story, order)
    extensions.grant(request, granted_on=later(order, 3), by=story.people["bureau_head"], at=timezone.now())
    first = order.due_on
    order.refresh_from_db()
    assert (order.due_on, order.first_due_on) == (later(Rectification(due_on=first), 3), first)


def test_a_refused_later_day_leaves_the_day(story):
    order = played(story, "received")
    request = ask(story, order)
    with pytest.raises(Refused, match="Say why"):
        extensions.refuse(request, decision=" ", by=story.people["bureau_head"], at=timezone.now())
    extensions.refuse(request, decision="理由不足。", by=story.people["bureau_head"], at=timezone.now())
    due_on = order.due_on
    order.refresh_from_db()
    assert order.due_on == due_on
    assert ask(story, order).pk != request.pk


def test_after_its_day_an_order_is_explained_and_not_extended(story):
    order = played(story, "planned")
    today = timezone.localdate()
    Rectification.objects.filter(pk=order.pk).update(due_on=today, first_due_on=today)
    order.refresh_from_db()
    ask(story, order, wanted_on=loaded().add(today, 4))
    Extension.objects.all().delete()
    Rectification.objects.filter(pk=order.pk).update(due_on=today - timedelta(days=1), first_due_on="2020-01-01")
    with pytest.raises(Refused, match="may be explained, not extended"):
        ask(story, order, wanted_on=loaded().add(today, 4))
    assert not Extension.objects.exists()


def test_one_request_at_a_time_for_a_real_later_workday_decided_by_the_signer_alone(story):
    order = played(story, "received")
    saturday = order.due_on + timedelta(days=(5 - order.due_on.weekday()) % 7 or 7)
    for wanted in (order.due_on, order.due_on - timedelta(days=1), saturday):
        with pytest.raises(Refused, match="working day after"):
            ask(story, order, wanted_on=wanted)
    request = ask(story, order)
    with pytest.raises(Refused, match="One at a time"):
        ask(story, order, who="municipal_school_staff")
    for who in ("style_office", "linked_leader", "municipal_school_staff"):
        with pytest.raises(Refused):
            extensions.grant(request, granted_on=later(order), by=story.people[who], at=timezone.now())
    with pytest.raises(Refused, match="working day after"):
        extensions.grant(request, granted_on=order.due_on, by=story.people["bureau_head"], at=timezone.now())
    assert Extension.objects.get().decided_at is None


# --- the clock -----------------------------------------------------------------------------------


def sweep(on):
    return sweeps.overdue_due(on=on, at=timezone.now())


def test_an_overdue_order_is_escalated_once_to_the_leader_in_charge(story):
    order = played(story, "received")
    assert sweep(order.due_on) == 0
    assert sweep(order.due_on + timedelta(days=1)) == 1
    assert sweep(order.due_on + timedelta(days=2)) == 0
    order.refresh_from_db()
    assert order.escalated_to == post_of(story, "bureau", Role.LINKED_LEADER)
    told = Letter.objects.filter(key__startswith="order-overdue").values_list("to__username", flat=True)
    names = ["linked_leader", "municipal_school_head", "second_clerk", "style_office"]
    assert sorted(told) == [f"north-{name}" for name in names]
    assert Deed.objects.filter(verb="order.overdue").count() == 1


def test_without_a_leader_in_charge_the_head_of_the_bureau_is_told(story):
    order = played(story, "issued", "town_school")
    sweep(order.due_on + timedelta(days=1))
    order.refresh_from_db()
    assert order.escalated_to == post_of(story, "bureau", Role.HEAD)


def test_what_is_reported_or_closed_is_not_overdue(story):
    orders = [played(story, "reported"), played(story, "closed", "department")]
    assert sweep(max(order.due_on for order in orders) + timedelta(days=9)) == 0


def test_the_unit_is_reminded_three_working_days_before_and_once(story):
    order = played(story, "planned")
    days = loaded()
    Letter.objects.all().delete()
    assert sweeps.remind(on=days.add(order.due_on, -4), at=timezone.now()) == 0
    assert sweeps.remind(on=days.add(order.due_on, -3), at=timezone.now()) == 2
    assert sweeps.remind(on=days.add(order.due_on, -2), at=timezone.now()) == 0
    assert Letter.objects.count() == 2


# --- who may know of it --------------------------------------------------------------------------


def seen_by(story, foreign, order):
    names = {**story.people, **{f"foreign_{key}": user for key, user in foreign.people.items()}}
    today = timezone.localdate()
    return {str(name) for name, user in names.items() if policies.can_view(standing(user, on=today), order)}


def test_a_draft_is_the_office_s_and_an_order_its_parties_only(story):
    foreign = stories.culture()
    office = {"style_office", "second_clerk"}
    assert seen_by(story, foreign, played(story, "draft")) == office
    assert seen_by(story, foreign, played(story, "to_sign")) == office | {"bureau_head"}
    parties = {"municipal_school_staff", "municipal_school_head", "linked_leader", "auditor", "bureau_head"}
    assert seen_by(story, foreign, played(story, "issued")) == office | parties
    town = {"town_school_staff", "town_school_head", "town_office_approver", "auditor", "bureau_head"}
    assert seen_by(story, foreign, played(story, "issued", "town_school")) == office | town
