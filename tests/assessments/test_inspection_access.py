"""Who reaches an inspection: those with a grant, as long as the round is open; nobody else, and the unit itself never.
What does not open for somebody answers as if it did not exist.
"""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.actions import photos
from assessments.models import Finding, Inspection, Opinion
from assessments.sweeps import inspections as sweeps
from portal.core.models import Deed
from tests import stories
from tests.assessments import drawn
from tests.commitments.test_evidence import picture

STRANGERS = (
    "line_leader", "linked_leader", "town_office_approver", "department_staff", "department_head", "administrator",
    "bureau_head", "foreign", "anonymous",
)  # fmt: skip


def clients(story) -> dict[str, Client]:
    """A browser for every stranger to the first inspector's sheet, the unit itself among them."""
    found = {}
    for name in STRANGERS:
        found[name] = Client()
        if name == "foreign":
            found[name].force_login(story.foreign.people["style_office"])
        elif name != "anonymous":
            found[name].force_login(story.people[name])
    return found


def addresses(opinion: Opinion, photo, finding) -> dict[str, dict]:
    """Every address about this inspection, with a form that would succeed for whom it is meant."""
    inspection = opinion.inspection
    return {
        reverse("inspection_sheet", args=[opinion.pk]): {"act": "declare"},
        reverse("inspection_photo_add", args=[opinion.pk]): {"sent_as": str(uuid.uuid4())},
        reverse("inspection_photo", args=[photo.pk]): {},
        reverse("inspection_photo_remove", args=[photo.pk]): {},
        reverse("inspection", args=[inspection.pk]): {"act": "plan", "planned_on": f"{timezone.localdate()}"},
        reverse("inspection_order", args=[finding.pk]): {"signer": "1"},
        reverse("inspections_close", args=[inspection.case.assessment_id]): {},
    }


def state_of_it() -> tuple:
    rows = Inspection.objects.order_by("pk").values_list("state", "planned_on", "version", "closed_at")
    return list(rows), list(Opinion.objects.order_by("pk").values_list("version", "sent_at")), Deed.objects.count()


def walk(story, visitors, places) -> list[str]:
    """What answered somebody who is not meant, or changed anything."""
    faults, before = [], state_of_it()
    for name, client in visitors.items():
        for place, data in places.items():
            for method in ("get", "post"):
                answer = getattr(client, method)(place, data if method == "post" else None)
                allowed = (302, 405) if name == "anonymous" else (404, 405)
                if answer.status_code not in allowed:
                    faults.append(f"{name} {method} {place}: {answer.status_code}")
    if state_of_it() != before:
        faults.append("something was changed")
    return faults


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The auditor and the style office's clerk were drawn for the department; leaders and the unit were not."""
    with django_db_blocker.unblock(), transaction.atomic():
        story = drawn.world("department", names=("style_office", "auditor", "line_leader"))
        story.foreign = stories.culture()
        yield story
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_sheet_opens_by_its_grant_alone_and_for_nobody_once_the_round_is_closed(world, settings):
    (inspection,), story = world.inspections, world
    opinion = drawn.sheets(inspection)[0]
    mine = Client()
    mine.force_login(opinion.inspector.user)
    content = drawn.data(story, findings=[{"sent_as": str(uuid.uuid4()), "criterion": None, "text": "台账缺页"}])
    drawn.save(opinion, content)
    photo = photos.add(
        opinion, upload=SimpleUploadedFile("a.jpg", picture()), sent_as=uuid.uuid4(), by=opinion.inspector.user,
        at=timezone.now(),
    )  # fmt: skip
    places, visitors = addresses(opinion, photo, Finding.objects.get()), clients(story)
    assert walk(story, visitors, places) == []
    sheet, *others = places
    for place in (sheet, reverse("inspection_photo", args=[photo.pk])):
        assert mine.get(place).status_code == 200
    other = Client()
    other.force_login(drawn.sheets(inspection)[1].inspector.user)
    for place in others[:3] + [sheet]:
        assert other.post(place, places[place]).status_code in (404, 405) and other.get(place).status_code in (404, 405)
    missing = mine.get(reverse("inspection_sheet", args=[uuid.uuid4()]))
    for place in (f"/work/inspections/sheets/{drawn.sheets(inspection)[1].pk}/",):
        hidden = mine.get(place)
        assert hidden.status_code == 404 and hidden.content == missing.content
    after = story.assessment.inspect_to_on + timedelta(days=1)
    assert sweeps.close_due(on=after, at=timezone.now()) == 1
    for place in (sheet, *others[:3]):
        for method in ("get", "post"):
            assert getattr(mine, method)(place, places[place]).status_code in (404, 405)
    assert walk(story, {name: visitors[name] for name in ("department_head", "foreign")}, places) == []
    closed = mine.get(sheet)
    assert closed.status_code == 404 and closed.content == missing.content
