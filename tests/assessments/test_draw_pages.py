"""Pages of draws: the office's, the officers', and what anyone reads and downloads."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from assessments import drawing
from assessments.actions import draws, inspectors
from assessments.models import Draw, Inspection, Inspector
from assessments.queries import draws as queries
from assessments.views.public_draws import SCRIPT
from tests import judged, stories
from tests.assessments.test_draws import announced, now, public_number, two_secrets, world
from units.models import Post, Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def client_of(user=None):
    client = Client(headers={"accept-language": "en"})
    client.cookies["lang"] = "en"
    if user:
        client.force_login(user)
    return client


def test_the_public_reads_a_draw_from_its_announcement_and_takes_its_files():
    story = world()
    reader, slug = client_of(), f"{timezone.localdate().year}-1"
    page, files = f"/en/north/draws/{slug}/", f"/draws/north/{slug}/"
    draw = draws.prepare(story.assessment, public_number(excluded=[{"unit": "town-office", "why": "已撤并"}]),
                         by=story.office, at=now())  # fmt: skip
    assert [reader.get(path).status_code for path in (page, "/en/north/draws/", files + "rule.json")] == [404] * 3
    draw = draws.announce(draw, by=story.office, at=now())
    told = reader.get(page).content.decode()
    assert draw.number in told and "nobody knows it yet" in told and "已撤并" in told and "js/draw.js" not in told
    assert reader.get(files + "seed.txt").status_code == reader.get(files + "result.txt").status_code == 404
    draws.hold(draw, seed="20 17", by=story.office, at=now(2))
    draw = Draw.objects.get()
    told = reader.get(page).content.decode()
    assert "I01" in told and "Replay in this browser" in told and "python replay_draw.py" in told
    for name in queries.FILES:
        answer = reader.get(files + name)
        assert answer.content.decode() == queries.file_of(draw, name) and "immutable" in answer["Cache-Control"]
        assert answer["Content-Type"].startswith("text/plain")
        assert drawing.hash_of(answer.content.decode())[:4] in told
    assert reader.get("/draws/replay_draw.py").content == SCRIPT.read_bytes()
    everything = told + "".join(queries.file_of(draw, name) for name in queries.FILES)
    assert not [row.user.name for row in Inspector.objects.all() if row.user.name in everything], "no person is named"
    for path in (files + "other.txt", "/draws/south/2026-1/rule.json", "/en/north/draws/x/", "/en/south/draws/"):
        assert reader.get(path).status_code == 404
    assert draw.number in reader.get("/en/north/draws/").content.decode()
    few = CaptureQueriesContext(connection)
    with few:
        reader.get(page + "?again")
    assert len(few) <= 9 and "session" not in str(few.captured_queries)


def test_a_void_draw_stays_public_with_its_reason():
    story = world("department")
    draw = announced(story)
    draws.void(draw, why="当日未开奖", by=story.office, at=now())
    told = client_of().get(f"/en/north/draws/{timezone.localdate().year}-1/").content.decode()
    assert "当日未开奖" in told and "never came to be" in told


def test_office_and_officers_go_through_a_draw_on_its_pages():
    story = world("department", "town_school")
    office, key = client_of(story.office), str(story.assessment.pk)
    assert "Prepare a draw" in office.get("/work/draws/").content.decode()
    new = reverse("draw_new", args=[story.assessment.pk])
    posted = {
        "version": "1", "method": "sample", "share": "3", "least": "1", "each": "2", "seed_kind": "two_secrets",
        "first_officer": Post.objects.get(unit=story.units["bureau"], role=Role.HEAD).pk,
        "second_officer": Post.objects.get(unit=story.units["bureau"], role=Role.AUDITOR).pk,
        "excluded": "department 停办", "witnesses": "纪检组",
    }  # fmt: skip
    assert office.get(new).status_code == 200
    answer = office.post(new, posted)
    assert answer.status_code == 422 and "write a colon" in answer.content.decode()
    answer = office.post(new, {**posted, "excluded": "", "each": "1"})
    assert answer.status_code == 409 and "two inspectors" in answer.content.decode() and not Draw.objects.exists()
    office.post(new, {**posted, "excluded": "north办局机关科室：停办"})
    draw = Draw.objects.get()
    assert draw.excluded == [{"unit": "department", "why": "停办"}]
    page = reverse("draw", args=[draw.pk])
    assert "at least 5 per cent" in office.get(page).content.decode()
    edit = reverse("draw_edit", args=[draw.pk])
    assert office.post(edit, {**posted, "version": draw.version, "excluded": ""}).status_code == 302
    assert office.post(edit, {**posted, "version": draw.version, "excluded": ""}).status_code == 409, "overtaken"
    assert office.post(page, {"act": "announce"}).status_code == 409

    officers = {1: client_of(story.people["bureau_head"]), 2: client_of(story.people["auditor"])}
    for place, client in officers.items():
        assert "Put in the commitment" in client.get("/work/").content.decode()
        told = client.get(page).content.decode()
        assert f'data-place="{place}"' in told and "Hold the draw" not in told
        assert client.post(page, {"act": "commit", "commitment": ""}).status_code == 422
        client.post(page, {"act": "commit", "commitment": drawing.commitment(key, place, f"secret number {place}")})
    assert office.post(page, {"act": "announce", "witnesses": "家长代表"}).status_code == 302
    assert office.post(page, {"act": "hold"}).status_code == 409
    assert office.get(edit).status_code == 302
    wrong = officers[1].post(page, {"act": "reveal", "secret": "another secret"})
    assert wrong.status_code == 409 and "does not match" in wrong.content.decode()
    assert officers[1].post(page, {"act": "reveal", "secret": "secret number 1"}).status_code == 302
    public = client_of().get(f"/en/north/draws/{timezone.localdate().year}-1/").content.decode()
    assert "secret number 1" not in public + officers[2].get(page).content.decode() and "secret revealed" in public
    officers[2].post(page, {"act": "reveal", "secret": "secret number 2"})
    assert "Hold the draw" in office.get("/work/").content.decode()
    assert office.post(page, {"act": "hold", "witnesses": "纪检组"}).status_code == 302
    assert Inspection.objects.count() == 2 and Draw.objects.get().witnesses == "纪检组"
    answer = office.post(page, {"act": "hold"})
    assert answer.status_code == 409 and "stays drawn" in answer.content.decode()
    assert office.post(page, {"act": "void", "why": "x"}).status_code == 409
    assert office.post(page, {"act": "assign"}).status_code == 404
    assert "Draw" in office.get("/work/record/").content.decode()


def test_who_reaches_the_pages_of_a_draw():
    story = world("department", "town_school")
    foreign = stories.culture()
    draw = draws.prepare(story.assessment, two_secrets(story), by=story.office, at=now())
    people = story.people
    page, edit = reverse("draw", args=[draw.pk]), reverse("draw_edit", args=[draw.pk])
    new, one = reverse("draw_new", args=[story.assessment.pk]), reverse("inspector", args=[story.listed[1].pk])
    lists = ("/work/draws/", "/work/inspectors/")
    for user, allowed in (
        (story.office, {page, edit, new, one, *lists}),
        (people["auditor"], {page, one, *lists}),
        (people["bureau_head"], {page}),
        (people["line_leader"], {one}),
        (people["department_head"], set()),
        (people["administrator"], set()),
        (foreign.people["style_office"], set(lists)),
        (foreign.people["bureau_staff"], set()),
    ):
        client = client_of(user)
        for path in (page, edit, new, one, *lists):
            assert client.get(path).status_code == (200 if path in allowed else 404), (user, path)
        if page not in allowed:
            assert client.post(page, {"act": "announce"}).status_code == 404
    assert client_of().get(page)["Location"].startswith("/accounts/login/")
    answer = client_of(people["auditor"]).post(page, {"act": "announce"})
    assert answer.status_code == 409 and Draw.objects.get().state == "prepared"
    assert client_of(people["auditor"]).post("/work/inspectors/", {"person": "x"}).status_code == 409


def test_the_list_of_inspectors_on_its_pages():
    story = judged.judged("department", "town_school")
    office = client_of(story.people["style_office"])
    add = lambda person: office.post("/work/inspectors/", {"person": person, "field_zh": "财务"})  # noqa: E731
    assert add("nobody").status_code == 422 and not Inspector.objects.exists()
    assert add("north-auditor").status_code == 302
    assert add("north-auditor").status_code == 409
    found = Inspector.objects.get()
    page = reverse("inspector", args=[found.pk])
    few = CaptureQueriesContext(connection)
    with few:
        office.get("/work/inspectors/")
    for name in ("line_leader", "linked_leader", "department_staff"):
        inspectors.enlist(story.people[name], bureau=story.bureau, by=story.people["style_office"], at=now())
    more = CaptureQueriesContext(connection)
    with more:
        told = office.get("/work/inspectors/").content.decode()
    assert len(more) == len(few) and "I04" in told
    assert office.post(page, {"act": "recuse", "unit": "nowhere", "reason": "relative"}).status_code == 422
    assert office.post(page, {"act": "recuse", "unit": "department", "reason": "other"}).status_code == 409
    assert office.post(page, {"act": "recuse", "unit": "department", "reason": "relative"}).status_code == 302
    recusal = found.recusals.get()
    own = client_of(found.user)
    assert own.post(page, {"act": "lift", "recusal": recusal.pk}).status_code == 409
    assert office.post(page, {"act": "lift", "recusal": recusal.pk}).status_code == 302
    announced_draw = draws.announce(
        draws.prepare(story.assessment, public_number(), by=story.people["style_office"], at=now()),
        by=story.people["style_office"], at=now(),
    )  # fmt: skip
    assert announced_draw.number in office.get(page).content.decode()
    assert office.post(page, {"act": "strike"}).status_code == 409
    draws.void(announced_draw, why="重来", by=story.people["style_office"], at=now() + timedelta(minutes=1))
    assert office.post(page, {"act": "strike"}).status_code == 302
