"""The pages of self-assessment: filled in by the unit, nothing lost, signed by the head, listed for the offices."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.actions import selfchecks
from assessments.models import Case, SelfAssessment, SelfMark
from portal.core.models import Deed
from tests import stories
from tests.judged import judged, marked

pytestmark = pytest.mark.django_db
KIND = "municipal_school"


@pytest.fixture
def story():
    return judged(KIND, "town_school")


@pytest.fixture
def case(story):
    marked(story.cases[KIND], completion="51.3846", reporting=13, openness=None)
    return story.cases[KIND]


def visitor(user, lang="en"):
    client = Client()
    client.force_login(user)
    client.cookies["lang"] = lang
    return client


def page(client, case, status=200):
    answer = client.get(reverse("selfcheck", args=[case.pk]))
    assert answer.status_code == status
    return answer.content.decode()


def typed(story, case, **changes):
    """What the form posts, with `changes` by field; criteria by key."""
    check = SelfAssessment.objects.get(case=case)
    data = {"version": check.version, "act": "save"}
    data |= {name: getattr(check, name) for name in ("did", "short", "learned", "next")}
    for mark in SelfMark.objects.filter(self_assessment=check).select_related("criterion"):
        stem = f"m{mark.criterion_id}"
        data |= {f"{stem}-points": "" if mark.points is None else str(mark.points), f"{stem}-words": mark.words}
    for name, value in changes.items():
        key, _, part = name.rpartition("__")
        data[f"m{story.criteria[key.replace('_', '-')].pk}-{part}" if key else part] = value
    return data


def test_a_unit_writes_puts_forward_and_hands_in(story, case):
    staff, head = visitor(story.people[f"{KIND}_staff"]), visitor(story.people[f"{KIND}_head"])
    to = reverse("selfcheck", args=[case.pk])
    assert staff.get(reverse("selfchecks")).status_code == 302
    assert "Begin the self-assessment" in page(staff, case)
    assert staff.post(to, {"act": "begin"}).status_code == 302
    text = page(staff, case)
    assert "51.38" in text and "judged on the spot" in text and "does not apply" in text
    assert "2 of 3 criteria have own points." in text and "公开承诺" in text
    behind = reverse("assessment_behind", args=[case.pk, "completion"])
    assert behind in text and staff.get(behind).status_code == 200
    assert reverse("assessment_behind", args=[case.pk, "on-the-spot"]) not in text
    spot = text.split(f'id="criterion-{story.criteria["on-the-spot"].pk}"')[1].split("</li>")[0]
    assert "evidence that you handed in" in spot and reverse("report") in spot
    saved = staff.post(
        to, typed(story, case, on_the_spot__points="１２", did="做完了。"), headers={"HX-Request": "true"}
    )
    assert saved.status_code == 200 and "3 of 3" in saved.content.decode()
    assert "Own total: 84.87 of 100." in saved.content.decode()
    assert SelfAssessment.objects.get(case=case).did == "做完了。"
    assert "The head puts the special report forward" in page(staff, case)
    done = head.post(to, typed(story, case) | {"act": "forward"})
    assert done.status_code == 302 and done["Location"].endswith("#sign")
    text = page(head, case)
    assert "If you sign" in text and "做完了。" in text and "折合百分制84.87分" in text
    assert "If you sign" not in page(staff, case)
    story.enrol(story.people[f"{KIND}_head"])
    check = SelfAssessment.objects.get(case=case)
    secret = {"fingerprint": check.document.fingerprint, "read": "on"}
    wrong = head.post(reverse("selfcheck_sign", args=[case.pk]), secret | {"passphrase": "wrong wrong wrong"})
    assert wrong.status_code == 409 and SelfAssessment.objects.get(case=case).sent_at is None
    signed = head.post(reverse("selfcheck_sign", args=[case.pk]), secret | {"passphrase": stories.PASSPHRASE})
    assert signed.status_code == 302
    check.refresh_from_db()
    assert check.sent_at and check.document.signed_by == story.people[f"{KIND}_head"]
    assert Case.objects.get(pk=case.pk).self_total == Decimal("84.87")
    office = visitor(story.people["style_office"])
    assert "in time" in page(office, case)
    pdf = office.get(reverse("selfcheck_pdf", args=[case.pk]))
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
    assert Client().get(f"/zh/documents/{check.document.code}.pdf").status_code == 404, "it is not public"
    assert head.post(to, typed(story, case, did="改")).status_code == 409


def test_what_cannot_stand_is_told_at_its_field_and_nothing_is_lost(story, case):
    staff = visitor(story.people[f"{KIND}_staff"])
    selfchecks.begin(case, by=story.people[f"{KIND}_staff"], at=timezone.now())
    to = reverse("selfcheck", args=[case.pk])
    wrong = staff.post(to, typed(story, case, completion__points="61", did="打了很多字"))
    text = wrong.content.decode()
    assert (
        wrong.status_code == 422 and "Points lie between 0 and 60 here; you wrote 61." in text and "打了很多字" in text
    )
    assert Deed.objects.filter(verb="self.not_allowed").count() == 1
    told = staff.post(to, typed(story, case, completion__points="很多"), headers={"HX-Request": "true"})
    assert told.status_code == 422 and "is not a figure" in told.content.decode()
    old = typed(story, case, did="甲甲甲")
    assert staff.post(to, typed(story, case, did="乙乙乙")).status_code == 302
    clash = staff.post(to, old)
    assert clash.status_code == 409 and "甲甲甲" in clash.content.decode() and "乙乙乙" in clash.content.decode()
    assert SelfAssessment.objects.get(case=case).did == "乙乙乙"
    version = re.search(r'data-keep-mine="(\d+)"', clash.content.decode()).group(1)
    assert staff.post(to, old | {"version": version}).status_code == 302
    assert SelfAssessment.objects.get(case=case).did == "甲甲甲"


def test_for_others_it_is_not_there_until_it_was_handed_in(story, case):
    selfchecks.begin(case, by=story.people[f"{KIND}_staff"], at=timezone.now())
    scrub = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|csrfmiddlewaretoken\" value=\"[^\"]+|token&quot;: &quot;\w+")
    for name in ("style_office", "auditor", "town_office_approver", "department_staff", "linked_leader"):
        client = visitor(story.people[name])
        for part in ("selfcheck", "selfcheck_pdf"):
            there = client.get(reverse(part, args=[case.pk]))
            nowhere = client.get(reverse(part, args=[uuid.uuid4()]))
            assert there.status_code == nowhere.status_code == 404
            assert scrub.sub("", there.content.decode()) == scrub.sub("", nowhere.content.decode())
        for part in ("selfcheck", "selfcheck_sign"):
            assert client.post(reverse(part, args=[case.pk]), {"act": "begin"}).status_code == 404
    foreign = stories.culture().people["style_office"]
    assert visitor(foreign).get(reverse("selfcheck", args=[case.pk])).status_code == 404
    assert visitor(foreign).post(reverse("selfchecks_chase", args=[story.assessment.pk])).status_code == 404


def test_offices_see_who_has_handed_in_and_chase(story, case):
    office, town = visitor(story.people["style_office"]), visitor(story.people["town_office_approver"])
    to = reverse("selfchecks")
    text = office.get(to).content.decode()
    assert text.count("Not begun") == 2 and "Chase those that are missing" in text
    found = office.get(to, {"all": 1, "q": story.units["town_school"].name_en[:6].upper()}).content.decode()
    assert found.count("Not begun") == 1 and story.units["town_school"].name_en in found
    assert "No unit fits" in office.get(to, {"all": 1, "q": "nobody%"}).content.decode()
    text = town.get(to).content.decode()
    assert text.count("Not begun") == 1 and story.units["town_school"].name_en in text
    assert story.units[KIND].name_en not in text
    story.assessment.self_due_on = timezone.localdate() - timedelta(days=2)
    story.assessment.save()
    assert office.get(to).content.decode().count("overdue by 2 days") >= 2
    told = office.post(reverse("selfchecks_chase", args=[story.assessment.pk]), follow=True).content.decode()
    assert "4 people were written to." in told
    for name in ("administrator", "linked_leader"):
        assert visitor(story.people[name]).get(to).status_code == 404


def test_the_list_asks_the_same_number_of_questions_for_any_number_of_units():
    story = judged(KIND)
    client, counts = visitor(story.people["style_office"]), []
    client.get(reverse("selfchecks"))
    for _number in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("selfchecks")).status_code == 200
        counts.append(len(asked))
        extra = Case.objects.get(unit=story.units[KIND])
        for key in ("department", "town_office"):
            Case.objects.get_or_create(
                assessment=extra.assessment, unit=story.units[key],
                defaults={"publication": extra.publication, "order": story.units[key].path, "kind_key": key},
            )  # fmt: skip
    assert counts[0] == counts[1]
