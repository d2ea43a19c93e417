"""The pages of inspections: declare, write, send; nothing typed is lost; lists ask a constant number of questions."""

import json
import re
import uuid

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.actions import inspections as acts
from assessments.actions import photos
from assessments.models import Finding, Inspection, Opinion, Photo, SelfAssessment, SelfMark
from assessments.queries import rounds
from commitments.actions import documents
from commitments.models import Rectification
from portal.core.models import Deed
from tests.assessments import drawn
from tests.commitments.test_evidence import SECRET, located, picture
from tests.judged import marked
from tests.stories import add_unit

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield drawn.world("department")
        transaction.set_rollback(True)


@pytest.fixture
def story(world):
    savepoint = transaction.savepoint()
    world.assessment.refresh_from_db()
    yield world
    transaction.savepoint_rollback(savepoint)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = "en"
    return client


def at(opinion) -> str:
    return reverse("inspection_sheet", args=[opinion.pk])


def typed(story, opinion, **more) -> dict:
    points, spot = (story.criteria[key].pk for key in ("completion", "on-the-spot"))
    return {
        "act": "save", "version": opinion.version, f"c{points}-points": "52.5", f"c{points}-seen": "看了台账",
        f"c{spot}-points": "１２", f"c{spot}-seen": "看了教室", "visited_on": f"{timezone.localdate()}",
        "talked_to": "教务主任", "words": "", "finding_id": [str(uuid.uuid4()), ""], "finding_text": ["灭火器过期", ""],
        "finding_criterion": [str(spot), ""],
    } | more  # fmt: skip


def test_first_the_declaration_then_the_sheet_with_what_is_claimed_and_known(story):
    (one,) = story.inspections
    opinion = drawn.sheets(one)[0]
    Opinion.objects.filter(pk=opinion.pk).update(clear_at=None)
    marked(one.case, completion=48.25, reporting=15)
    said = SelfAssessment.objects.create(case=one.case, saved_at=timezone.now())
    SelfMark.objects.create(self_assessment=said, criterion=story.criteria["completion"], points=58)
    client = browser(opinion.inspector.user)
    page = client.get(at(opinion))
    assert "Declare it and open the sheet" in page.text and "48.25" not in page.text and "X-Sheet" not in page.headers
    assert client.post(at(opinion), typed(story, opinion)).status_code == 409
    assert client.post(at(opinion), {"act": "declare"}).status_code == 302
    page = client.get(at(opinion))
    assert page.headers["X-Sheet"] == "open" and page.headers["Cache-Control"] == "no-store, private"
    assert "The portal computes 48.25 of 60." in page.text and "I02" in page.text
    assert "gives itself" not in page.text, "not signed by its head"
    said.document = documents.freeze(
        "self_report", campaign=story.campaign, number="第1号", title="专题报告", content={"body": {}},
        by=story.people["department_head"], at=timezone.now(),
    )  # fmt: skip
    said.sent_at, said.sent_by = timezone.now(), story.people["department_head"]
    said.save()
    assert "The unit gives itself 58 of 60." in client.get(at(opinion)).text
    SelfAssessment.objects.update(
        sent_at=timezone.now(), sent_by=story.people["department_head"], document_id=None
    ) if False else None


def test_a_sheet_is_saved_sent_and_read_without_a_script(story):
    (one,) = story.inspections
    opinion = drawn.sheets(one)[0]
    client = browser(opinion.inspector.user)
    assert client.post(at(opinion), typed(story, opinion)).status_code == 302
    stored = Opinion.objects.get(pk=opinion.pk)
    assert stored.version == 2 and stored.marks.get(criterion__key="on-the-spot").points == 12
    assert Finding.objects.get().text == "灭火器过期"
    page = client.get(at(opinion))
    assert 'value="52.5"' in page.text and "灭火器过期" in page.text and "Saved in the portal at" in page.text
    gap = typed(story, stored, act="send", talked_to="")
    page = client.post(at(opinion), gap)
    assert page.status_code == 422 and "Say whom you talked to" in page.text
    assert Opinion.objects.get(pk=opinion.pk).sent_at is None
    stored = Opinion.objects.get(pk=opinion.pk)
    page = client.post(at(opinion), typed(story, stored, act="send", finding_id=[], finding_text=[]), follow=True)
    assert "does not change any more unless a leader" in page.text and "52.5 of 60 points" in page.text
    assert "X-Sheet" not in page.headers
    again = client.post(at(opinion), typed(story, stored, act="send"), follow=True)
    assert "You sent this sheet on" in again.text
    assert Deed.objects.filter(verb="inspection.sent").count() == 1


def test_what_cannot_be_stored_is_told_with_what_was_typed(story):
    (one,) = story.inspections
    opinion = drawn.sheets(one)[0]
    client = browser(opinion.inspector.user)
    points = f"c{story.criteria['completion'].pk}-points"
    page = client.post(at(opinion), typed(story, opinion, **{points: "viel"}))
    assert page.status_code == 422 and "viel" in page.text
    page = client.post(at(opinion), typed(story, opinion, **{points: "61"}))
    assert page.status_code == 409 and "goes from 0 to 60" in page.text and "灭火器过期" in page.text
    assert Deed.objects.filter(verb="inspection.not_allowed").count() == 1
    client.post(at(opinion), typed(story, opinion, words="手机上写的"))
    page = client.post(at(opinion), typed(story, opinion, words="电脑上写的"))
    assert page.status_code == 409 and "手机上写的" in page.text and "电脑上写的" in page.text
    assert re.search(r'name="version" value="2"', page.text), "saving again is knowing"
    assert Opinion.objects.get(pk=opinion.pk).words == "手机上写的"


def test_more_findings_than_a_sheet_holds_are_refused_not_forgotten(story):
    opinion = drawn.sheets(story.inspections[0])[0]
    client, many = browser(opinion.inspector.user), [str(uuid.uuid4()) for _each in range(31)]
    found = {"finding_id": many, "finding_text": ["灭火器过期"] * 31, "finding_criterion": [""] * 31}
    answer = client.post(at(opinion), typed(story, opinion) | found, headers={"X-Sheet": "fetch"})
    told = json.loads(answer.content)
    assert answer.status_code == 422 and told["state"] == "unclear" and "At most 30 findings" in told["errors"][""]
    page = client.post(at(opinion), typed(story, opinion) | found)
    assert page.status_code == 422 and "At most 30 findings" in page.text
    assert page.text.count("灭火器过期") >= 31, "all that was typed is still there"
    assert not Finding.objects.exists() and Opinion.objects.get(pk=opinion.pk).saved_at is None
    found["finding_text"] = ["灭火器过期"] * 30 + [" "]
    assert client.post(at(opinion), typed(story, opinion) | found).status_code == 302
    assert Finding.objects.count() == 30


def test_points_other_than_the_computed_ones_need_what_was_seen(story):
    (one,) = story.inspections
    opinion = drawn.sheets(one)[0]
    marked(one.case, completion="48.255")
    points, seen, spot = (f"c{story.criteria[key].pk}-{name}" for key, name in
                          (("completion", "points"), ("completion", "seen"), ("on-the-spot", "seen")))  # fmt: skip
    client = browser(opinion.inspector.user)

    def sent(**more):
        stored = Opinion.objects.get(pk=opinion.pk)
        answer = client.post(at(opinion), typed(story, stored, act="send") | more, headers={"X-Sheet": "fetch"})
        return json.loads(answer.content)

    assert "The portal computes 48.26 of 60." in client.get(at(opinion)).text, "rounded half-up, as promised"
    told = sent(**{points: "50", seen: " ", spot: ""})
    assert told["state"] == "incomplete"
    assert "computes 48.26. Say what you saw" in told["errors"][f"id_{seen}"]
    assert "supports your points" in told["errors"][f"id_{spot}"]
    page = client.post(at(opinion), typed(story, Opinion.objects.get(pk=opinion.pk), act="send") | {spot: ""})
    assert page.status_code == 422 and f'id="id_{spot}_error"' in page.text
    assert sent(**{points: "48.26", seen: "", spot: "看了三间教室"})["state"] == "sent"


def test_a_finding_that_only_moved_to_another_criterion_is_a_difference(story):
    opinion = drawn.sheets(story.inspections[0])[0]
    client, pk = browser(opinion.inspector.user), str(uuid.uuid4())
    spot, completion = (str(story.criteria[key].pk) for key in ("on-the-spot", "completion"))

    def fetch(criterion, **more):
        found = {"finding_id": [pk], "finding_text": ["门窗破损"], "finding_criterion": [criterion]}
        answer = client.post(at(opinion), typed(story, opinion) | found | more, headers={"X-Sheet": "fetch"})
        return json.loads(answer.content)

    assert fetch(spot)["state"] == "saved"
    told = fetch(completion)
    assert told["state"] == "conflict" and told["theirs"]["findings"] == [[pk, "门窗破损", spot]]
    assert "门窗破损 · on-the-spot" in told["html"] and "门窗破损 · completion" in told["html"]
    assert fetch(completion, version=2)["state"] == "saved"
    assert Finding.objects.get().criterion.key == "completion"


def test_the_phone_is_answered_in_figures_it_can_read(story):
    (one,) = story.inspections
    opinion = drawn.sheets(one)[0]
    client = browser(opinion.inspector.user)

    def fetch(**more):
        answer = client.post(at(opinion), typed(story, opinion) | more, headers={"X-Sheet": "fetch"})
        return answer.status_code, json.loads(answer.content)

    points = f"c{story.criteria['completion'].pk}-points"
    status, told = fetch(**{points: "x"})
    assert (status, told["state"]) == (422, "unclear") and f"id_{points}" in told["errors"]
    content = {"finding_id": [str(uuid.uuid4())], "finding_text": ["门窗破损"], "finding_criterion": [""]}
    status, told = fetch(**content)
    assert (status, told["state"], told["version"]) == (200, "saved", 2) and "Saved in the portal" in told["words"]
    assert fetch(**content)[1]["version"] == 2, "sent twice over a bad network"
    status, told = fetch(**content, words="别处写的")
    assert (status, told["state"], told["version"]) == (409, "conflict", 2)
    assert told["theirs"]["fields"][points] == "52.5" and told["theirs"]["findings"][0][1] == "门窗破损"
    assert "别处写的" in told["html"]
    status, told = fetch(**content, version=2, act="send", talked_to="")
    assert (status, told["state"]) == (422, "incomplete") and "id_talked_to" in told["errors"]
    status, told = fetch(**content, version=told["version"], act="send")
    assert (status, told["state"]) == (200, "sent") and told["to"] == at(opinion)


def test_a_photograph_is_added_read_and_taken_back_without_a_script(story):
    (one,) = story.inspections
    opinion = drawn.sheets(one)[0]
    client, sent_as = browser(opinion.inspector.user), uuid.uuid4()
    there = reverse("inspection_photo_add", args=[opinion.pk])

    def send(data=None, **more):
        upload = SimpleUploadedFile("IMG_1.jpg", data or located(), content_type="image/jpeg")
        line = story.criteria["on-the-spot"].pk
        data = {"upload": upload, "title": "灭火器", "sent_as": sent_as, "criterion": line}
        return client.post(there, data, **more)

    assert f'<option value="{story.criteria["on-the-spot"].pk}">' in client.get(at(opinion)).text
    assert send()["Location"] == at(opinion)
    assert json.loads(send(headers={"X-Sheet": "fetch"}).content)["state"] == "saved"
    photo = Photo.objects.get()
    assert photo.criterion == story.criteria["on-the-spot"]
    answer = client.get(reverse("inspection_photo", args=[photo.pk]))
    assert answer.headers["Content-Disposition"].startswith("attachment") and SECRET not in answer.content
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    sent_as = uuid.uuid4()
    page = send(b"<html>")
    assert page.status_code == 409 and "neither a photograph nor a PDF" in page.text
    assert client.post(there, {"sent_as": "x"}).status_code == 422
    monkey = {"CONTENT_LENGTH": str(50 * 1024 * 1024)}
    assert client.post(there, {"sent_as": sent_as}, **monkey).status_code == 413
    assert "灭火器" in client.get(at(opinion)).text
    client.post(reverse("inspection_photo_remove", args=[photo.pk]))
    assert "灭火器" not in client.get(at(opinion), follow=True).text.split("Photographs")[-1]
    assert client.get(reverse("inspection_photo", args=[photo.pk])).status_code == 404


def test_signing_out_anywhere_drops_the_sheets_that_this_browser_keeps(story):
    """No page but a sheet's own is in reach of the script that keeps sheets: so each way out drops them itself."""
    client = browser(story.people["style_office"])
    for place in (reverse("desk"), reverse("inspections"), reverse("account_logout")):
        page = client.get(place).text
        assert re.search(r"<form[^>]*logout[^>]* data-signout>", page) and "js/signout" in page, place
    kept, dropped = ((settings.BASE_DIR / "static" / "js" / name).read_text() for name in
                     ("inspect-worker.js", "signout.js"))  # fmt: skip
    assert re.search(r'SHELF = "([^"]+)"', kept)[1] == re.search(r'delete\("([^"]+)"\)', dropped)[1]


def test_the_style_office_plans_passes_over_orders_and_a_leader_opens_again(story):
    (one,) = story.inspections
    office, leader = browser(story.people["style_office"]), browser(story.people["line_leader"])
    there = reverse("inspection", args=[one.pk])
    assert leader.get(there).status_code == 404, "not before it is settled"
    assert office.post(there, {"act": "plan", "planned_on": ""}).status_code == 422
    assert office.post(there, {"act": "plan", "planned_on": "2001-01-01"}).status_code == 409
    assert office.post(there, {"act": "plan", "planned_on": f"{timezone.localdate()}"}).status_code == 302
    first, second = drawn.sheets(one)
    content = drawn.data(story, findings=[{"sent_as": str(uuid.uuid4()), "criterion": None, "text": "台账缺页"}])
    stored = drawn.save(first, content)
    acts.send(stored, version=stored.version, by=first.inspector.user, at=timezone.now())
    page = office.get(there)
    assert "1 of 2 sheets have come in" in page.text and "台账缺页" not in page.text
    drawn.send(story, second, {"completion": "55"})
    page = office.get(there)
    assert "52.5" in page.text and "台账缺页" in page.text
    order = reverse("inspection_order", args=[Finding.objects.get().pk])
    assert office.post(order, {"signer": ""}).status_code == 422
    signer = re.search(r'<option value="(\d+)">', page.text)[1]
    made = office.post(order, {"signer": signer})
    assert made["Location"] == reverse("rectification_edit", args=[Rectification.objects.get().pk])
    assert office.post(order, {"signer": signer}).status_code == 409
    assert office.post(there, {"act": "unable", "why": "搬迁"}).status_code == 409
    assert leader.post(there, {"act": "reopen", "why": ""}).status_code == 422
    assert leader.post(there, {"act": "reopen", "why": "新证据。"}).status_code == 302
    assert leader.get(there).status_code == 404
    close = reverse("inspections_close", args=[story.assessment.pk])
    assert office.post(close).status_code == 302 and not Deed.objects.filter(verb="inspections.closed").exists()
    assert office.post(there, {"act": "unable", "why": "整体搬迁"}).status_code == 409, "it was inspected"


def test_photographs_stand_at_their_line_and_what_was_noted_of_a_veto_is_read(story):
    (one,) = story.inspections
    first, second = drawn.sheets(one)
    veto = story.criteria["accident"]
    content = drawn.data(story)
    content["marks"][veto.pk] = {"points": None, "seen": "两份佐证日期有涂改"}
    drawn.save(first, content)
    for title, line in (("台账原件", story.criteria["completion"].pk), ("大门", None)):
        upload = SimpleUploadedFile("a.jpg", picture(colour=("teal" if line else "navy")))
        photos.add(first, upload=upload, sent_as=uuid.uuid4(), title=title, criterion=line, by=first.inspector.user,
                   at=timezone.now())  # fmt: skip
    stored = Opinion.objects.get(pk=first.pk)
    acts.send(stored, version=stored.version, by=first.inspector.user, at=timezone.now())
    drawn.send(story, second)
    text = browser(story.people["style_office"]).get(reverse("inspection", args=[one.pk])).text
    marks, rest = text.split('id="noted"')
    assert "台账原件" in marks and "大门" not in marks and "两份佐证日期有涂改" not in marks
    assert "两份佐证日期有涂改" in rest and "大门" in rest and "台账原件" not in rest
    assert "completion · " in browser(first.inspector.user).get(at(first)).text


def test_a_unit_that_cannot_receive_says_why_on_its_page_and_the_round_can_be_closed(story):
    office, there = browser(story.people["style_office"]), reverse("inspection", args=[story.inspections[0].pk])
    assert office.post(there, {"act": "unable", "why": "整体搬迁"}).status_code == 302
    assert "整体搬迁" in office.get(there).text
    office.post(reverse("inspections_close", args=[story.assessment.pk]))
    assert Deed.objects.get(verb="inspections.closed").facts == {"settled": 0, "unable": 1, "open": 0}


def more_inspections(story, count: int) -> None:
    """So many more drawn units for the same two inspectors."""
    (first, *_more) = story.inspections
    for number in range(count):
        unit = add_unit(story, "second_school", parent=story.units["bureau"])
        type(unit).objects.filter(pk=unit.pk).update(code=f"more-{number}")
        case = type(first.case).objects.create(
            assessment=story.assessment, unit=unit, publication=first.case.publication, order=unit.path, kind_key="x"
        )
        row = Inspection.objects.create(draw=story.draw, case=case, kind_key="x", turn=number + 1)
        for opinion in drawn.sheets(first):
            inspector = opinion.inspector
            Opinion.objects.create(inspection=row, inspector=inspector, place=opinion.place, clear_at=timezone.now())
            rounds.grant(row, inspector)


@pytest.mark.parametrize("name", ["inspections", "desk"])
def test_lists_ask_the_same_questions_for_one_row_and_for_three(story, name, monkeypatch):
    monkeypatch.setattr("tests.stories._person", lambda *args: None)
    client, asked = browser(story.people["style_office"]), []
    client.get(reverse(name))
    for more in (0, 2):
        more_inspections(story, more)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(reverse(name))
        asked.append(len(queries))
    assert page.status_code == 200 and asked[0] == asked[1], asked
    if name == "inspections":
        assert page.text.count("/work/inspections/sheets/") == 3 and page.text.count(">Open<") == 3
