"""Who checks a unit reads its ledger lines and their originals, as long as the check lasts; for others they are not
there.
"""

import copy
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from assessments.models import Appeal, Inspection, SelfAssessment
from assessments.policies import looking as policies
from assessments.states import AppealState
from assessments.sweeps import inspections as sweeps
from commitments.models import Amendment, Entry, Evidence, Line, Month, Rectification, Sheet
from portal.core import vault
from tests import judged, stories
from tests.assessments import drawn
from tests.assessments.test_selfchecks import _document
from tests.commitments.test_evidence import picture
from tests.worlds import shared
from units.policies import standing

pytestmark = pytest.mark.django_db
OTHERS = (
    "line_leader", "linked_leader", "department_staff", "department_head", "town_school_head", "administrator",
    "bureau_head",
)  # fmt: skip


def built():
    """Style office and auditor were drawn for the department; the town office's approver for nobody."""
    story = drawn.world("department", names=("style_office", "auditor", "town_office_approver"))
    story.foreign = stories.culture()
    case = story.case = story.cases["department"]
    case.publication.refresh_from_db()
    story.sent = report(story, months_ago=1, words="又办成一项。", is_sent=True)
    story.older = report(story, months_ago=2, words="上月办成一项。", is_sent=True)
    story.draft = report(story, months_ago=0, words="还没有写完。", is_sent=False)
    line = Line.objects.filter(publication=case.publication, commitment__isnull=False).first()
    head = story.people["department_head"]
    Amendment.objects.create(
        publication=case.publication, commitment=line.commitment, kind="correction", state="in_force", number=1,
        before={"text_zh": line.text_zh}, after={"text_zh": f"{line.text_zh}（更正）"}, reason_zh="文字笔误。",
        asked_at=timezone.now(), asked_by=head, asked_post=judged.post_of(head), decided_at=timezone.now(),
    )  # fmt: skip
    return story


world = shared(built)


@pytest.fixture
def story(world):
    with translation.override("en"):
        yield copy.copy(world)


def report(story, *, months_ago: int, words: str, is_sent: bool) -> Evidence:
    """A month's sheet of the department with one entry and one file under it."""
    day, case = timezone.localdate() - timedelta(days=31 * months_ago), story.case
    month = Month.objects.create(
        campaign=story.campaign, code=f"{day:%Y-%m}", opens_on=day, due_on=day, freezes_on=day, head_from=day,
        opened_at=timezone.now(), filled_at=timezone.now(),
    )  # fmt: skip
    head, now = story.people["department_head"], timezone.now()
    sent = {"state": "sent", "sent_at": now, "first_sent_at": now, "sent_by": head, "receipt": f"R{months_ago}",
            "sent_post": judged.post_of(head)}  # fmt: skip
    sheet = Sheet.objects.create(month=month, publication=case.publication, unit=case.unit, order=case.order,
                                 **(sent if is_sent else {}))  # fmt: skip
    line = Line.objects.filter(publication=case.publication).order_by("position").first()
    entry = Entry.objects.create(sheet=sheet, line=line, choice="update", value=Decimal(3), word=words)
    return proof(story, line, entry=entry, title=f"佐证 {months_ago}")


def proof(story, line, *, title: str, **more) -> Evidence:
    data = picture(colour=(len(title), 9, 9))
    return Evidence.objects.create(
        line=line, title=title, happened_on=timezone.localdate(), kind="jpeg", sha256=vault.put(data), size=len(data),
        original=uuid.uuid4().hex * 2, added_at=timezone.now(), added_by=story.people["department_head"], **more,
    )  # fmt: skip


def browser(user) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user:
        client.force_login(user)
    return client


def places(story) -> list[str]:
    return [reverse("case_lines", args=[story.case.pk]),
            reverse("case_evidence", args=[story.case.pk, story.sent.pk])]  # fmt: skip


def statuses(story, user) -> list[int]:
    client = browser(user)
    return [client.get(place).status_code for place in places(story)]


def rechecked(story) -> Appeal:
    """An appeal of the department that the linked leader and the town office's approver check again."""
    head = story.people["department_head"]
    return Appeal.objects.create(
        case=story.case, grounds="漏计。", filed_at=timezone.now(), filed_by=head, filed_post=judged.post_of(head),
        first=story.people["linked_leader"], second=story.people["town_office_approver"], named_at=timezone.now(),
        state=AppealState.RECHECKING,
    )  # fmt: skip


def test_a_drawn_inspector_reads_what_was_promised_reported_changed_and_proved(story):
    client = browser(drawn.sheets(story.inspections[0])[0].inspector.user)
    text = client.get(places(story)[0]).content.decode()
    told = ("又办成一项。", "上月办成一项。", "Correction 1", "文字笔误。", "佐证 1", "佐证 2", "Promised", "Reached")
    for words in told:
        assert words in text, words
    assert "还没有写完。" not in text and "佐证 0" not in text
    assert reverse("inspection_sheet", args=[drawn.sheets(story.inspections[0])[0].pk]) in text
    assert "/units/" in text and reverse("selfcheck", args=[story.case.pk]) not in text
    answer = client.get(places(story)[1])
    assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_evidence_that_was_not_handed_in_is_no_evidence_yet(story):
    client, line = browser(drawn.sheets(story.inspections[0])[0].inspector.user), story.sent.line
    order = Rectification.objects.create(
        campaign=story.campaign, unit=story.case.unit, line=line, finding="缺页", demand="补齐",
        due_on=timezone.localdate(), first_due_on=timezone.localdate(), drafted_at=timezone.now(),
        signer=judged.post_of(story.people["line_leader"]), drafted_by=story.people["style_office"], state="received",
    )  # fmt: skip
    gathered = proof(story, line, title="还在整改", rectification=order)
    removed = proof(story, line, title="收回", removed_at=timezone.now())
    for kept in (story.draft, gathered, removed):
        assert client.get(reverse("case_evidence", args=[story.case.pk, kept.pk])).status_code == 404
    Rectification.objects.filter(pk=order.pk).update(state="reported")
    assert client.get(reverse("case_evidence", args=[story.case.pk, gathered.pk])).status_code == 200
    assert "还在整改" in client.get(places(story)[0]).content.decode()


def test_nobody_else_reads_them_nor_the_inspector_after_the_round(story):
    strangers = {name: story.people[name] for name in OTHERS if name in story.people}
    strangers |= {"other inspector": story.people["town_office_approver"],
                  "foreign": story.foreign.people["style_office"]}  # fmt: skip
    assert {name: statuses(story, user) for name, user in strangers.items()} == dict.fromkeys(strangers, [404, 404])
    assert statuses(story, None) == [302, 302]
    first, second = (opinion.inspector.user for opinion in drawn.sheets(story.inspections[0]))
    assert statuses(story, first) == statuses(story, second) == [200, 200]
    elsewhere = reverse("case_evidence", args=[uuid.uuid4(), story.sent.pk])
    assert browser(first).get(elsewhere).status_code == 404
    assert sweeps.close_due(on=story.assessment.inspect_to_on + timedelta(days=1), at=timezone.now()) == 1
    assert statuses(story, first) == statuses(story, second) == [404, 404]


def test_before_the_declaration_nothing_of_the_unit_is_shown(story):
    opinion = drawn.sheets(story.inspections[0])[0]
    story.inspections[0].opinions.filter(pk=opinion.pk).update(clear_at=None)
    assert statuses(story, opinion.inspector.user) == [404, 404]


def test_a_unit_that_could_not_receive_is_no_longer_looked_at(story):
    Inspection.objects.filter(case=story.case).update(state="unable", why_unable="停课")
    assert statuses(story, drawn.sheets(story.inspections[0])[0].inspector.user) == [404, 404]


def test_the_two_who_check_again_read_them_while_they_check(story):
    appeal, on = rechecked(story), timezone.localdate()
    both = (appeal.first, appeal.second)
    for user in both:
        assert statuses(story, user) == [200, 200]
        assert policies.can_look(standing(user, on=on), story.case)
        assert list(policies.looking(standing(user, on=on))) == [story.case]
        assert reverse("appeal", args=[appeal.pk]) in browser(user).get(places(story)[0]).content.decode()
    for state in (AppealState.FILED, AppealState.RECHECKED, AppealState.DECIDED):
        Appeal.objects.filter(pk=appeal.pk).update(state=state)
        for user in both:
            verdict = policies.can_look(standing(user, on=on), story.case)
            assert not verdict and verdict.hidden and statuses(story, user) == [404, 404]


def test_whoever_left_the_bureau_checks_nothing_again(story):
    appeal = rechecked(story)
    appeal.second.tenures.update(until_on=timezone.localdate() - timedelta(days=1))
    assert statuses(story, appeal.second) == [404, 404]


def test_the_sheet_leads_to_the_lines_the_public_page_and_the_special_report(story):
    opinion = drawn.sheets(story.inspections[0])[0]
    client, sheet = browser(opinion.inspector.user), reverse("inspection_sheet", args=[opinion.pk])
    text = client.get(sheet).content.decode()
    assert places(story)[0] in text and "/units/" in text
    assert reverse("selfcheck", args=[story.case.pk]) not in text
    SelfAssessment.objects.create(
        case=story.case, sent_at=timezone.now(), sent_by=story.people["department_head"], saved_at=timezone.now(),
        saved_by=story.people["department_head"], document=_document(story),
    )  # fmt: skip
    for place in (sheet, places(story)[0]):
        assert reverse("selfcheck", args=[story.case.pk]) in client.get(place).content.decode()


def test_the_page_asks_as_much_for_one_line_as_for_many(story):
    client, place = browser(drawn.sheets(story.inspections[0])[0].inspector.user), places(story)[0]
    client.get(place)
    with CaptureQueriesContext(connection) as few:
        client.get(place)
    last = Line.objects.filter(publication=story.case.publication).order_by("position").last()
    for number in range(4):
        Line.objects.create(
            campaign=last.campaign, publication=last.publication, unit=last.unit, code=f"{last.code}-{number}",
            number=f"9-{number}", position=50 + number, order=last.order, text_zh="又一项", due_on=last.due_on,
            starts_on=last.starts_on,
        )  # fmt: skip
        line = Line.objects.get(code=f"{last.code}-{number}")
        for sheet in Sheet.objects.filter(publication=story.case.publication, sent_at__isnull=False):
            entry = Entry.objects.create(sheet=sheet, line=line, choice="update", said="done")
            proof(story, line, entry=entry, title="x" * (20 + number))
    with CaptureQueriesContext(connection) as many:
        client.get(place)
    assert len(many) == len(few)
