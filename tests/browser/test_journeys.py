"""Papers on their way, as people meet them in a browser: each route once, from the editor to the public."""

import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from commitments import actions as public_actions
from commitments.models import Commitment, Publication
from objectives.models import Document, Paper, Revision
from objectives.states import State
from portal.core import vault
from portal.core.clock import is_demo
from portal.core.models import SignerKey
from portal.core.signing import certificates
from portal.core.signing.authority import Authority
from portal.core.wording import moment
from tests.browser.pages import HANDWRITING, PHONE
from tests.conftest import database_url
from tests.stories import PASSPHRASE, culture
from units.models import Post, Role, Tenure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
MOST_TAPS = 8
SECOND_OBJECTIVE = {
    "id_text_zh": "课间饮水覆盖24个教室",
    "id_targets-0-text_zh": "通直饮水的教室",
    "id_targets-0-baseline": "6",
    "id_targets-0-value": "24",
    "id_targets-0-unit_zh": "间",
    "id_measures": "七月完成管道\n八月试水",
    "id_leader": "主要负责人",
}


# --- 1. a municipal school, from the missing words to the stranger who verifies ------------------


def test_a_municipal_school_writes_signs_and_publishes_and_anyone_can_check_it(visit, story, tmp_path):
    paper = story.paper("municipal_school", objectives=1)
    write_what_is_missing(visit(story.people["municipal_school_staff"]), story, paper)
    head_signs_on_a_phone(visit(story.people["municipal_school_head"], **PHONE), story.people["municipal_school_head"])
    story.enrol(story.people["linked_leader"])
    leader_audits(visit(story.people["linked_leader"]))
    office_files_and_publishes(visit(story.people["style_office"]), paper)

    citizen = visit(**PHONE)
    pdf = citizen_reads_the_promise(citizen, paper)
    file = tmp_path / "promise.pdf"
    file.write_bytes(pdf)
    names = [str(story.people[name]) for name in ("municipal_school_head", "linked_leader")]
    citizen_verifies(citizen, file, [*names, "作风办备案章"])
    the_command_agrees(file, names)
    somebody_elses_program_agrees(file, tmp_path)
    nothing_that_was_signed_has_moved(paper, pdf)


def write_what_is_missing(staff, story, paper):
    """The first objective stands; the second is added, written and saved by itself."""
    due_on = paper.objectives.get().due_on.isoformat()
    staff.from_desk("Open and submit")
    staff.tap(staff.link("Edit the paper"))
    staff.tap(staff.button("Add an objective"))
    refused = staff.page.locator("#beside").get_by_role("button", name=staff.words("Submit to the head"))
    expect(refused).to_be_disabled()
    staff.fill_objective(SECOND_OBJECTIVE | {"id_due_on": due_on})
    expect(refused).to_be_enabled()
    staff.submit()
    with staff.speaking():
        role = str(Role.HEAD.label)
    told = "Submitted; the text is frozen. The paper now waits for: %(role)s, %(unit)s."
    staff.is_told(told, role=role, unit=paper.unit.name_zh)
    staff.sees("课间饮水覆盖24个教室")


def head_signs_on_a_phone(head, user):
    """From the desk to the signed paper: enrolled, drawn and signed with few touches."""
    head.taps = 0
    head.from_desk("Read and sign")
    head.draw()
    head.write("#id_new_passphrase", PASSPHRASE)
    head.write("#id_again", PASSPHRASE)
    head.agree("Sign and send to the linked leader")
    head.is_told("Signed.")
    assert head.taps <= MOST_TAPS
    (stroke,) = SignerKey.objects.get(user=user).strokes
    assert len(stroke) >= len(HANDWRITING)
    assert max(x for x, _y in stroke) - min(x for x, _y in stroke) > 500


def leader_audits(leader):
    leader.from_desk("Audit and sign")
    leader.tap(leader.button("All five hold"))
    expect(leader.page.locator("[data-ticks] input:checked")).to_have_count(5)
    leader.write("#id_passphrase", PASSPHRASE)
    leader.agree("Sign and send to the style office")
    leader.is_told("Audited and signed.")


def office_files_and_publishes(office, paper):
    office.open(reverse("publish_queue"))
    office.tap(office.link("Check and file"))
    expect(office.page.locator("#check + .missing li.must")).to_have_count(0)
    office.tap(office.button("File and publish"))
    expect(office.page).to_have_url(re.compile(f"{reverse('publish_queue')}$"))
    office.is_told("Published: %(address)s", address="http")
    paper.refresh_from_db()
    assert paper.state == State.PUBLISHED


def citizen_reads_the_promise(citizen, paper) -> bytes:
    """From the front page to the promise, and to the document under it."""
    citizen.open("/")
    citizen.tap(citizen.page.get_by_role("heading").get_by_role("link", name=paper.unit.bureau.name_zh))
    citizen.tap(citizen.page.get_by_role("link", name=paper.unit.name_zh))
    citizen.tap(citizen.page.locator(".promises a").nth(1))
    expect(citizen.page.locator("h1")).to_contain_text(Commitment.objects.get(objective_number=2).text_zh)
    expect(citizen.page.locator(".signers li")).to_have_count(3)
    answer = citizen.fetch(citizen.link("Open the signed PDF").get_attribute("href"))
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def citizen_verifies(citizen, file, names):
    citizen.open("/zh/verify/")
    citizen.page.set_input_files("#id_file", file)
    citizen.tap(citizen.button("Check this file"))
    expect(citizen.page.locator("h1")).to_have_text(citizen.words("Genuine and complete"))
    marks = citizen.page.locator('section[aria-labelledby="s"] li')
    expect(marks).to_have_count(3)
    for mark, name in zip(marks.all(), names, strict=True):
        expect(mark).to_contain_text(name)
        expect(mark).to_contain_text(citizen.words("the signature holds"))


def the_command_agrees(file, names):
    said = subprocess.run(
        [sys.executable, ROOT / "manage.py", "verify_document", file], capture_output=True, text=True,
        env=os.environ | {"DATABASE_URL": database_url()},
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("genuine, signed by 3 of 3, complete")
    assert [name for name in names if name not in said.stdout] == []


def somebody_elses_program_agrees(file, folder):
    """Poppler, which knows nothing but the portal's root certificate."""
    (folder / "root.pem").write_text(certificates.pem(Authority.open(demo=is_demo()).root))
    database = f"sql:{folder}"
    for command in (["-N", "--empty-password"], ["-A", "-t", "CT,C,C", "-n", "root", "-i", str(folder / "root.pem")]):
        subprocess.run(["certutil", *command, "-d", database], check=True, capture_output=True)
    said = subprocess.run(
        ["pdfsig", "-nssdir", database, file], capture_output=True, check=True, text=True,
        env=os.environ | {"LC_ALL": "C.UTF-8", "TZ": "UTC"},
    ).stdout  # fmt: skip
    count = len(re.findall(r"^Signature #\d+", said, re.MULTILINE))
    assert count >= 3
    assert said.count("Signature is Valid") == said.count("Certificate is Trusted") == count


def nothing_that_was_signed_has_moved(paper, pdf):
    rows = Document.objects.filter(revision__paper=paper).order_by("position")
    kept = [vault.get(row.sha256) for row in rows]
    assert len(kept) == 4
    assert kept[-1] == pdf
    assert [n for n, (early, late) in enumerate(zip(kept, kept[1:], strict=False)) if not late.startswith(early)] == []


# --- 2. to 4. the other routes -------------------------------------------------------------------


def test_a_town_office_signs_with_its_seal_and_the_style_office_publishes_in_english(visit, story):
    paper = story.paper("town_office", "in_route")
    head = visit(story.people["town_office_head"], lang="en")
    head.from_desk("Read and sign")
    head.sees("The unit's seal is set beside your signature.")
    head.draw()
    head.write("#id_new_passphrase", PASSPHRASE)
    head.write("#id_again", PASSPHRASE)
    head.agree("Sign and send to the style office")
    head.is_told("Signed.")
    office_files_and_publishes(visit(story.people["style_office"], lang="en"), paper)

    citizen = visit(lang="en")
    citizen.open("/")
    expect(citizen.page).to_have_url(re.compile("/en/$"))
    citizen.tap(citizen.page.get_by_role("heading").get_by_role("link", name=story.bureau.name_en))
    citizen.tap(citizen.page.get_by_role("link", name=story.units["town_office"].name_en))
    expect(citizen.page.locator("h1")).to_have_text(story.units["town_office"].name_en)
    expect(citizen.page.locator(".signers li")).to_have_count(2)
    expect(citizen.page.locator(".deed .seal-mark svg")).to_be_visible()


def test_a_town_school_publishes_itself_and_the_style_office_never_meets_its_paper(visit, story):
    office = visit(story.people["style_office"])
    nothing = what_waits(office)
    paper = story.paper("town_school", "in_route")
    school = story.units["town_school"].name_zh
    assert what_waits(office) == nothing

    head = visit(story.people["town_school_head"])
    head.from_desk("Read and sign")
    head.write("#id_new_passphrase", PASSPHRASE)
    head.write("#id_again", PASSPHRASE)
    head.agree("Sign and send to the town office")
    assert what_waits(office) == nothing

    story.enrol(story.people["town_office_approver"])
    approver = visit(story.people["town_office_approver"])
    approver.from_desk("Read and approve")
    approver.tap(approver.button("All five hold"))
    approver.write("#id_passphrase", PASSPHRASE)
    approver.agree("Approve and sign")
    approver.is_told("Approved and signed.")
    assert what_waits(office) == nothing

    head.open(reverse("desk"))
    head.from_desk("Look and publish")
    head.tap(head.button("Publish"))
    head.is_told("Published: %(address)s", address="http")
    assert what_waits(office) == nothing
    assert school not in " ".join(nothing)
    citizen = visit()
    citizen.open(f"/zh/{story.bureau.code}/")
    citizen.sees(school)
    paper.refresh_from_db()
    assert paper.state == State.PUBLISHED


def what_waits(office) -> list[str]:
    """What the style office reads on its desk (but for letters and dates beside it) and in its queue."""
    office.open(reverse("desk"))
    desk = office.page.locator(".today").inner_text()
    waiting = office.page.locator("aside section").first.inner_text()
    office.open(reverse("publish_queue"))
    return [desk, waiting, office.read()]


def test_a_department_head_submits_without_a_signature_and_the_line_leader_signs(visit, story):
    paper = story.paper("department", "in_route")
    head = visit(story.people["department_head"])
    head.from_desk("Read and submit")
    head.sees("You do not sign here: your act is recorded with your name, post and time.")
    expect(head.page.locator("[data-pad], input[type=password]")).to_have_count(0)
    head.agree("Submit to the line leader")
    head.is_told("Submitted.")
    assert not SignerKey.objects.exists()

    leader = visit(story.people["line_leader"])
    leader.from_desk("Audit and sign")
    leader.tap(leader.button("All five hold"))
    leader.draw()
    leader.write("#id_new_passphrase", PASSPHRASE)
    leader.write("#id_again", PASSPHRASE)
    leader.agree("Sign and send to the style office")
    office_files_and_publishes(visit(story.people["style_office"]), paper)
    signed = Document.objects.filter(revision__paper=paper).order_by("position").values_list("signed", flat=True)
    assert list(signed) == [0, 1, 2]
    assert paper.steps.get(role=Role.STYLE_OFFICE).receipt


# --- 5. back and forth ---------------------------------------------------------------------------

REASON = "第二项写得太宽，请写清楚由谁验收。\n改后再报。"
COMMENT = "目标值偏低，去年已经做到三十个。"


def test_a_returned_paper_comes_back_with_its_change_marked_and_is_signed(visit, story):
    paper = story.paper("municipal_school", "half")
    leader_user = story.people["linked_leader"]
    story.enrol(leader_user)
    leader = visit(leader_user)
    return_with_reasons(leader)
    change_and_resubmit(visit(story.people["municipal_school_staff"]))
    story.act(paper)  # the head's signature of round 2

    leader.open(reverse("desk"))
    leader.from_desk("Audit and sign")
    second = leader.page.locator("#objective-2")
    expect(second.locator("del")).to_have_text("32")
    expect(second.locator("ins")).to_have_text("40")
    expect(leader.page.locator("#objective-1").locator("del, ins")).to_have_count(0)
    leader.tap(leader.button("All five hold"))
    leader.write("#id_passphrase", PASSPHRASE)
    leader.agree("Sign and send to the style office")
    leader.is_told("Audited and signed.")
    paper.refresh_from_db()
    assert (paper.round, story.step(paper).role) == (2, Role.STYLE_OFFICE)


def return_with_reasons(leader):
    leader.from_desk("Audit and sign")
    leader.tap(leader.page.locator("summary", has_text=leader.words("Return with reasons instead")))
    leader.page.fill("#return_reason", REASON)
    leader.page.fill("#return_remark_2", COMMENT)
    leader.tap(leader.button("Return to the unit"))
    leader.is_told("Returned. The unit was told, with your words.")


def change_and_resubmit(staff):
    """The unit reads both word for word, on the paper and where it writes."""
    staff.tap(staff.page.locator(".todo").get_by_role("link", name=staff.words("Change it")))
    for line in REASON.splitlines():
        staff.sees(line)
    staff.sees(COMMENT)
    staff.tap(staff.page.locator("#others").get_by_role("link").first)
    expect(staff.page.locator("form[data-editor]")).to_contain_text(COMMENT)
    staff.fill_objective({"id_targets-0-value": "40"})
    staff.submit()
    assert Revision.objects.filter(round=2).count() == 1


# --- 6. strangers --------------------------------------------------------------------------------


def test_a_stranger_sees_nothing_of_a_half_signed_paper(visit, story):
    story.paper("department", "published")
    reader = visit()
    before = public_texts(reader, story)
    paper = story.paper("municipal_school", "half")
    revision = Revision.objects.get(paper=paper)
    assert public_texts(reader, story) == before

    strangers = [visit(story.people[key]) for key in ("department_head", "town_office_head")]
    strangers.append(visit(culture().people["style_office"]))
    for stranger in strangers:
        assert_work_is_not_there(stranger, paper)
        assert_public_knows_nothing(stranger, revision)
    assert_public_knows_nothing(reader, revision)
    at_the_door = [reader.fetch(reverse("paper", args=[key])) for key in (paper.pk, uuid4())]
    assert [answer.status for answer in at_the_door] == [302, 302]
    assert all("/accounts/login/" in answer.headers["location"] for answer in at_the_door)

    own = visit(story.people["municipal_school_staff"])
    assert own.fetch(reverse("paper", args=[paper.pk])).status == 200
    while story.step(paper):
        story.act(paper)
    public_actions.publish(paper, by=story.people["style_office"], at=timezone.now())
    after = public_texts(reader, story)
    assert [page for page in before if after[page] == before[page]] == []


def public_texts(reader, story) -> dict[str, str]:
    """Every public page on which the school could show."""
    code, name = story.bureau.code, story.units["municipal_school"].name_zh
    pages = ["/zh/", "/en/", f"/zh/{code}/", f"/zh/{code}/units/", f"/zh/{code}/units/?q={name}"]
    pages += [f"/zh/{code}/units/?kind=municipal_school", f"/zh/{code}/units/municipal-school/"]
    return {page: f"{(answer := reader.fetch(page)).status} {answer.text()}" for page in pages}


def assert_work_is_not_there(stranger, paper):
    for name in ("paper", "paper_edit", "paper_act", "paper_document"):
        address = reverse(name, args=[paper.pk])
        nowhere = stranger.fetch(reverse(name, args=[uuid4()]))
        assert stranger.fetch(address).status == nowhere.status == 404, address
    for name in ("papers", "desk"):
        page = stranger.fetch(reverse(name)).text()
        assert paper.unit.name_zh not in page and str(paper.pk) not in page, name


def assert_public_knows_nothing(stranger, revision):
    for address in (f"/zh/documents/{revision.code}.pdf", f"/p/{revision.code}"):
        assert stranger.fetch(address).status == 404, address
    stranger.open(f"/zh/verify/?code={revision.code}")
    known = stranger.read()
    stranger.open("/zh/verify/?code=ZZZZZZZZZZZZ")
    assert known.replace(revision.code, "ZZZZZZZZZZZZ") == stranger.read()
    stranger.sees("No published document has this code")


# --- 7. two people -------------------------------------------------------------------------------


def test_who_comes_second_is_told_who_acted_and_when(visit, story):
    paper = story.paper("municipal_school", "in_route")
    first, second = story.people["municipal_school_head"], colleague_of_the_head(story)
    for user in (first, second):
        story.enrol(user)
    quick, slow = visit(first), visit(second)
    for person in (quick, slow):
        person.from_desk("Read and sign")
        person.write("#id_passphrase", PASSPHRASE)
    quick.agree("Sign and send to the linked leader")
    quick.is_told("Signed.")
    slow.agree("Sign and send to the linked leader")
    with slow.speaking():
        when = moment(paper.steps.get(role=Role.HEAD).done_at)
    slow.is_told("%(who)s already did this on %(moment)s; nothing happened twice.", who=str(first), moment=when)
    assert Document.objects.filter(revision__paper=paper).count() == 2


def colleague_of_the_head(story):
    user = get_user_model().objects.create_user("colleague", "c@example.test", "pass word 1", name="同事")
    post = Post.objects.get(unit=story.units["municipal_school"], role=Role.HEAD)
    Tenure.objects.create(post=post, user=user, from_on="2020-01-01")
    return user


# --- 8. without a script -------------------------------------------------------------------------


def test_without_a_script_a_paper_is_written_submitted_read_and_verified(visit, story):
    paper = story.paper("department")
    staff = visit(story.people["department_staff"], java_script_enabled=False)
    staff.open(f"{reverse('paper_edit', args=[paper.pk])}?item=2")
    staff.page.fill("#id_targets-0-value", "36")
    staff.tap(staff.button("Save this objective"))
    expect(staff.page.locator("#id_targets-0-value")).to_have_value("36")
    staff.submit()
    staff.sees("36")
    paper.refresh_from_db()
    while paper.state == State.IN_ROUTE:
        story.act(paper)
        paper.refresh_from_db()
    office = visit(story.people["style_office"], java_script_enabled=False)
    office.open(reverse("publish_queue"))
    office.tap(office.button("Publish"))

    reader = visit(java_script_enabled=False)
    publication = Publication.objects.get()
    reader.open(f"/p/{publication.code}")
    expect(reader.page.locator("h1")).to_have_text(story.units["department"].name_zh)
    expect(reader.page.locator(".promises li")).to_have_count(2)
    reader.open("/zh/verify/")
    reader.page.fill("#id_code", publication.code.lower())
    reader.tap(reader.button("Look up this code"))
    expect(reader.page.locator("h1")).to_have_text(reader.words("A published document has this code"))
    reader.sees(publication.snapshot["number"])
    assert Paper.objects.get().state == State.PUBLISHED
