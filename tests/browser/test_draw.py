"""A draw in front of witnesses: two secrets, one result, replayed by a stranger in a browser of their own."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessments import drawing
from assessments.actions import draws
from assessments.models import Draw, Inspection
from assessments.queries import draws as queries
from assessments.states import SeedKind
from tests import judged
from tests.browser.pages import PHONE
from tests.browser.test_access_for_all import faults_of
from units.models import Post, Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def prepared(story):
    root = story.units["bureau"]
    data = {
        "seed_kind": SeedKind.TWO_SECRETS, "first_officer": Post.objects.get(unit=root, role=Role.HEAD),
        "second_officer": Post.objects.get(unit=root, role=Role.AUDITOR), "share": "5",
    }  # fmt: skip
    return draws.prepare(story.assessment, data, by=story.people["style_office"], at=timezone.now())


def opens(person, act: str) -> None:
    person.tap(person.page.locator(".todo").get_by_role("link", name=person.words(act, "draw")))
    expect(person.page.locator("h1")).to_be_visible()


def puts_in(officer) -> str:
    """A commitment made in the browser; returns the secret, which no request has carried."""
    sent = []
    officer.page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    officer.from_desk("Put it in")
    officer.tap(officer.button("Make one for me"))
    secret = officer.page.locator("[data-secret]").input_value()
    expect(officer.page.locator("input[name=commitment]")).not_to_have_value("")
    officer.tap(officer.button("Put in the commitment"))
    officer.is_told("Your commitment is in. Keep the secret itself safe, and to yourself.")
    assert len(secret) == 32 and sent and not [each for each in sent if secret in each]
    return secret


def reveals(officer, secret: str) -> None:
    opens(officer, "Reveal")
    officer.page.fill("#id_secret", secret)
    officer.tap(officer.button("Reveal the secret"))
    officer.is_told("Your secret is in and matches. It is shown once both are in.")


def test_a_draw_in_front_of_witnesses(visit):
    story = judged.judged("department", "town_school", "municipal_school")
    judged.inspectors(story)
    draw = prepared(story)
    office, head, auditor = (visit(story.people[name]) for name in ("style_office", "bureau_head", "auditor"))
    mine, yours = puts_in(head), puts_in(auditor)
    office.open("/work/")
    opens(office, "Announce")
    office.page.fill("#id_witnesses", "派驻纪检组、家长代表")
    office.tap(office.button("Announce the draw"))
    office.is_told("Announced. The lists are frozen; the public page is there.")
    for officer, secret in ((head, mine), (auditor, yours)):
        officer.open("/work/")
        reveals(officer, secret)
    office.open("/work/")
    office.from_desk("Hold the draw")
    office.tap(office.button("Hold the draw"))
    office.is_told("Drawn. The inspectors were told, and everyone can replay it.")
    assert Inspection.objects.count() == 3
    draw = Draw.objects.get(pk=draw.pk)
    address = f"/zh/north/draws/{timezone.localdate().year}-1/"

    stranger = visit(**PHONE)
    stranger.open(address)
    stranger.sees("Draw %(number)s", number=draw.number)
    assert stranger.page.evaluate("document.documentElement.scrollWidth") <= PHONE["size"]["width"]
    stranger.tap(stranger.button("Replay in this browser"))
    expect(stranger.page.locator("[data-told][data-done]")).to_have_text(
        stranger.words("Equal: all %%s lines of the result are what your browser worked out.").replace("%s", "3")
    )
    worked = stranger.page.locator("[data-lines] tbody tr td:nth-child(2)").all_inner_texts()
    assert worked == [line.replace("\t", " ") for line in queries.file_of(draw, "result.txt").splitlines()]

    result = queries.file_of(draw, "result.txt")
    first = result.partition("\n")[0]
    stranger.page.route("**/result.txt", lambda route: route.fulfill(body=result.replace(first, "changed")))
    stranger.tap(stranger.button("Replay in this browser"))
    expect(stranger.page.locator(".is-unequal")).to_have_count(1)
    stranger.page.route("**/objects.txt", lambda route: route.fulfill(body="department\tother\tother\n"))
    stranger.tap(stranger.button("Replay in this browser"))
    expect(stranger.page.locator("[data-told]")).to_contain_text("objects.txt")

    plain = visit(lang="en", java_script_enabled=False)
    plain.open(address.replace("/zh/", "/en/"))
    plain.sees("Without this portal")
    expect(plain.button("Replay in this browser")).to_be_hidden()


def test_pages_of_a_draw_can_be_used_by_all(visit):
    story = judged.judged("department", "town_school")
    listed = judged.inspectors(story)
    by, key, year = story.people["style_office"], str(story.assessment.pk), timezone.localdate().year
    draw = prepared(story)
    office, head = visit(by), visit(story.people["bureau_head"])
    page = f"/work/draws/{draw.pk}/"
    faults = faults_of(head, [page])
    faults += faults_of(office, ["/work/draws/", page, f"{page}prepare/", "/work/inspectors/"])
    faults += faults_of(office, [f"/work/inspectors/{listed[1].pk}/"])
    for place, name in ((1, "bureau_head"), (2, "auditor")):
        commitment = drawing.commitment(key, place, f"secret {place}")
        draws.commit(draw, commitment, by=story.people[name], at=timezone.now())
    draws.announce(draw, by=by, at=timezone.now())
    public = visit()
    faults += faults_of(office, [page]) + faults_of(public, [f"/zh/north/draws/{year}-1/"])
    for place, name in ((1, "bureau_head"), (2, "auditor")):
        draws.reveal(draw, f"secret {place}", by=story.people[name], at=timezone.now())
    draws.hold(draw, by=by, at=timezone.now())
    faults += faults_of(public, [f"/zh/north/draws/{year}-1/", "/zh/north/draws/"])
    assert faults == []
