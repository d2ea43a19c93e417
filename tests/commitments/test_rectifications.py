"""Rectification within a time limit: a signed order, its receipt, plan and report, a check by somebody else."""

import copy
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from commitments.actions import extensions, rectifications
from commitments.models import Evidence, Extension, Line, OfficialDocument, Rectification
from commitments.policies import rectifications as policies
from commitments.queries import rectifications as queries
from commitments.sweeps import rectifications as sweeps
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from portal.core.workdays import loaded
from tests import stories
from tests.promised import promised
from tests.worlds import shared
from units.models import Post, Role, Tenure
from units.policies import standing

pytestmark = pytest.mark.django_db
TEXTS = {"finding": "图书角进度连续两个月落后。", "demand": "查明原因，倒排时间。", "public_zh": "图书角进度整改"}
COURSE = ("issued", "received", "planned", "reported", "closed")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def built():
    story = stories.education()
    add_person(story, "second_clerk", Role.STYLE_OFFICE, "bureau")
    return story


world = shared(built)


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


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


def test_the_style_office_takes_back_what_lies_before_a_vacant_post(story):
    order = played(story, "to_sign")
    Tenure.objects.filter(post=order.signer).update(until_on=timezone.localdate() - timedelta(days=1))
    for who in ("bureau_head", "municipal_school_head", "auditor"):
        with pytest.raises(Refused):
            do(story, order, "recall", who)
    number = order.document.number
    order = do(story, order, "recall", "style_office")
    assert (order.state, order.document) == ("draft", None)
    assert Deed.objects.get(verb="order.recalled").facts["number"] == number
    with pytest.raises(Refused, match="Nobody holds the post"):
        do(story, order, "send_to_sign", "style_office")
    with pytest.raises(Refused, match="does not lie before a leader"):
        do(story, order, "recall", "style_office")


def test_what_is_issued_is_not_taken_back(story):
    with pytest.raises(Refused, match="was issued on"):
        do(story, played(story, "issued"), "recall", "style_office")


def test_the_leader_is_told_that_an_order_was_taken_back_and_it_is_taken_back_on_its_page(story):
    order = played(story, "to_sign")
    office, page = visitor(story.people["style_office"]), reverse("rectification", args=[order.pk])
    assert "Take it back from the leader" in office.get(page).content.decode()
    assert "Take it back from the leader" not in visitor(story.people["bureau_head"]).get(page).content.decode()
    assert office.post(page, {"act": "recall"}).status_code == 302
    assert Letter.objects.get(key__startswith="order-recalled").to == story.people["bureau_head"]
    assert visitor(story.people["bureau_head"]).get(page).status_code == 404


def test_a_signature_that_comes_after_the_order_went_back_is_refused_in_words(story):
    order = played(story, "to_sign")
    document = order.document
    do(story, order, "return_unsigned", "bureau_head", reason="问题写具体。")
    with pytest.raises(Refused, match="went back to the style office"):
        rectifications.issue(document, by=story.people["bureau_head"], at=timezone.now())


def test_no_order_is_drafted_for_a_leader_whose_post_is_vacant(story):
    post = post_of(story, "bureau", Role.HEAD)
    Tenure.objects.filter(post=post).delete()
    with pytest.raises(Refused, match="Nobody holds the post"):
        draft(story)


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


def post(story, who, order, act, **data):
    client = visitor(story.people[who])
    return client.post(reverse("rectification", args=[order.pk]), {"act": act, **data}, follow=True)


def order_form(story, **changes):
    return {
        "version": "1", "finding": "进度落后。", "demand": "倒排时间。", "basis": "", "public_zh": "", "public_en": "",
        "due_on": loaded().add(timezone.localdate(), 8).isoformat(), "repeats": "",
        "signer": post_of(story, "bureau", Role.HEAD).pk, **changes,
    }  # fmt: skip


def test_an_order_goes_from_the_ledger_s_line_to_its_close_and_to_the_public(story):
    row = promised(story)[0]
    line = Line.objects.get(commitment=row)
    office = visitor(story.people["style_office"])
    address = f"{reverse('rectification_new')}?line={line.pk}"
    assert row.text_zh in text(office.get(address))
    answer = office.post(address, order_form(story), follow=True)
    order = Rectification.objects.get()
    assert (order.line, order.publication_id) == (line, row.publication_id)
    assert "Number it and send it to be signed" in text(answer)
    post(story, "style_office", order, "send")
    head = story.people["bureau_head"]
    assert "Sign 北城" not in text(visitor(head).get(reverse("desk")))
    page = text(visitor(head).get(reverse("rectification", args=[order.pk])))
    assert "Sign and issue" in page and "进度落后。" in page
    order.refresh_from_db()
    rectifications.issue(order.document, by=head, at=timezone.now())
    public = reverse("commitment", args=["en", row.publication.bureau_code, row.code])
    page = text(visitor().get(public))
    assert "In rectification until" in page and "进度落后" not in page
    post(story, "municipal_school_staff", order, "receive")
    post(story, "municipal_school_staff", order, "plan", text="王老师，下周。")
    answer = post(story, "municipal_school_staff", order, "report", text="已建成。")
    assert answer.status_code == 409 and "已建成。" in text(answer) and "at least one file" in text(answer)
    add = reverse("rectification_evidence", args=[order.pk])
    upload = SimpleUploadedFile("photo.png", picture(), "image/png")
    form = {"upload": upload, "title": "图书角", "happened_on": timezone.localdate().isoformat()}
    assert "图书角" in text(visitor(story.people["municipal_school_staff"]).post(add, form, follow=True))
    post(story, "municipal_school_staff", order, "report", text="已建成。")
    assert "Check " in text(visitor(story.people["second_clerk"]).get(reverse("desk")))
    assert 'aria-disabled="true"' in text(office.get(reverse("rectification", args=[order.pk])))
    post(story, "second_clerk", order, "pass", text="现场属实。")
    order.refresh_from_db()
    assert order.state == "closed"
    unit = reverse("unit", args=["en", row.publication.bureau_code, row.publication.unit_code])
    for page in (text(visitor().get(public)), text(visitor().get(unit))):
        assert "Put right on" in page
        assert not any(str(user) in page for user in story.people.values())


def picture():
    out = BytesIO()
    Image.new("RGB", (60, 40), "olive").save(out, "PNG")
    return out.getvalue()


def test_a_leader_signs_on_the_page_and_a_party_reads_the_pdf(story):
    order = played(story, "to_sign")
    head = story.people["bureau_head"]
    story.enrol(head)
    client = visitor(head)
    data = {"fingerprint": order.document.fingerprint, "passphrase": "wrong one here", "read": "on", "strokes": ""}
    address = reverse("rectification_sign", args=[order.pk])
    assert client.post(address, data).status_code == 409
    order.refresh_from_db()
    assert order.state == "draft"
    answer = client.post(address, data | {"passphrase": stories.PASSPHRASE}, follow=True)
    assert "Signed and issued." in text(answer)
    pdf = visitor(story.people["municipal_school_head"]).get(reverse("rectification_pdf", args=[order.pk]))
    assert pdf.content.startswith(b"%PDF")


def test_a_later_day_is_asked_for_and_granted_on_the_page(story):
    order = played(story, "planned")
    new = later(order).isoformat()
    words = {"reason": "停工。", "progress": "一半。", "wanted_on": new}
    assert "Asked." in text(post(story, "municipal_school_head", order, "later", **words))
    assert post(story, "bureau_head", order, "grant", granted_on="", decision="").status_code == 409
    assert "Decide on a later day" in text(visitor(story.people["bureau_head"]).get(reverse("desk")))
    assert "Granted." in text(post(story, "bureau_head", order, "grant", granted_on=new, decision=""))
    order.refresh_from_db()
    assert order.due_on.isoformat() == new


def test_after_the_day_the_page_says_why_nothing_is_extended(story):
    order = played(story, "planned")
    Rectification.objects.filter(pk=order.pk).update(due_on="2020-01-01", first_due_on="2020-01-01")
    page = visitor(story.people["municipal_school_head"]).get(reverse("rectification", args=[order.pk]))
    assert "may be explained, not extended" in text(page)
    words = {"reason": "停工。", "progress": "一半。", "wanted_on": later(order).isoformat()}
    answer = post(story, "municipal_school_head", order, "later", **words)
    assert answer.status_code == 409 and "停工。" in text(answer)
    assert not Extension.objects.exists()


def test_an_overdue_order_is_told_to_the_public_without_the_finding(story):
    row = promised(story)[0]
    order = played(story, "planned", line=Line.objects.get(commitment=row))
    Rectification.objects.filter(pk=order.pk).update(due_on="2020-01-01", first_due_on="2020-01-01")
    page = text(visitor().get(reverse("commitment", args=["en", row.publication.bureau_code, row.code])))
    assert "Not put right in time" in page and TEXTS["public_zh"] in page and TEXTS["finding"] not in page


def test_a_draft_is_invisible_to_the_public_and_the_unit(story):
    row = promised(story)[0]
    order = played(story, "to_sign", line=Line.objects.get(commitment=row))
    page = visitor().get(reverse("commitment", args=["en", row.publication.bureau_code, row.code]))
    assert 'id="rectified"' not in text(page)
    names = ("rectification", "rectification_edit", "rectification_pdf", "rectification_evidence")
    foreign = stories.culture().people["style_office"]
    for user in (story.people["municipal_school_head"], story.people["department_head"], foreign):
        client = visitor(user)
        for name in names:
            there, nowhere = (client.get(reverse(name, args=[pk])) for pk in (order.pk, uuid.uuid4()))
            assert (there.status_code, there.content) == (404, nowhere.content), name
        assert client.post(reverse("rectification_sign", args=[order.pk])).status_code == 404
    assert visitor(foreign).get(reverse("rectification_new"), {"unit": order.unit_id}).status_code == 404
    assert visitor(foreign).get(reverse("rectification_new"), {"line": order.line_id}).status_code == 404


def test_list_and_desk_ask_as_many_questions_for_three_as_for_one(story):
    clients = [visitor(story.people["auditor"]), visitor(story.people["second_clerk"])]
    counts = []
    for kinds in (("municipal_school",), ("department", "town_school")):
        for kind in kinds:
            extension_of(story, played(story, "planned", kind), kind)
        with CaptureQueriesContext(connection) as asked:
            pages = [client.get(reverse(name)) for client in clients for name in ("rectifications", "desk")]
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert len(pages[0].context["rows"]) == 3


def extension_of(story, order, kind):
    ask(story, order, who=f"{kind}_head")


def test_the_list_begins_with_the_overdue_and_turns_pages(story, monkeypatch):
    monkeypatch.setattr(queries, "A_PAGE", 2)
    orders = [played(story, "issued", kind) for kind in ("municipal_school", "department", "town_school")]
    Rectification.objects.filter(pk=orders[2].pk).update(due_on="2020-01-01", first_due_on="2020-01-01")
    client, seen, query = visitor(story.people["style_office"]), [], {}
    while True:
        page = client.get(reverse("rectifications"), query)
        seen += [row["order"].pk for row in page.context["rows"]]
        if not page.context["following"]:
            break
        query = {"after": page.context["following"]}
    assert seen[0] == orders[2].pk and sorted(seen) == sorted(order.pk for order in orders)
    for nonsense in ("x", "2026-13-01_", f"2026-01-01_{'z' * 36}"):
        assert client.get(reverse("rectifications"), {"after": nonsense}).status_code == 200
        assert client.get(reverse("rectifications"), {"after": nonsense, "show": "closed"}).status_code == 200


def test_a_unit_is_found_by_its_name(story):
    client = visitor(story.people["style_office"])
    page = text(client.get(reverse("rectification_new"), {"q": "市直"}))
    assert f"?unit={story.units['municipal_school'].pk}" in page
    assert client.get(reverse("rectification_new"), {"unit": "x"}).status_code == 404
    answer = client.post(
        f"{reverse('rectification_new')}?unit={story.units['department'].pk}", order_form(story, demand="")
    )
    assert answer.status_code == 422 and not Rectification.objects.exists()


def test_a_draft_is_changed_on_its_page_and_a_stale_one_is_not(story):
    order = draft(story)
    client, address = visitor(story.people["style_office"]), reverse("rectification_edit", args=[order.pk])
    assert TEXTS["finding"] in text(client.get(address))
    assert client.post(address, order_form(story, finding="更具体。")).status_code == 302
    stale = client.post(address, order_form(story, finding="旧页面。"))
    assert stale.status_code == 409 and "旧页面。" in text(stale)
    order.refresh_from_db()
    assert order.finding == "更具体。"
