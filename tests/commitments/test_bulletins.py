"""Bulletins: drafted once from frozen months, named units and no persons, signed by one leader, public, corrected."""

import copy
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from commitments import bulletin_words, queries
from commitments.actions import bulletins, documents
from commitments.models import Bulletin, Entry, Line, Month, OfficialDocument, Sheet
from commitments.numbers import next_number
from commitments.queries.quarters import figures_of
from commitments.sweeps.bulletins import draft_due
from commitments.sweeps.printing import print_waiting
from objectives import benchmark_queries
from portal.core.errors import Refused
from portal.core.models import Deed, Letter
from portal.core.signing.verify import Verdict, examine
from tests import quarters, stories
from tests.months import at
from tests.stories import PASSPHRASE
from tests.worlds import shared
from units.models import Post, Role, Tenure

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


world = shared(quarters.played)


@pytest.fixture
def story(world):
    return copy.deepcopy(world)


def figures(story) -> dict:
    return figures_of(story.campaign, story.quarter, at=timezone.now())


def drafted(story, on=None) -> Bulletin:
    on = on or max(timezone.localdate(), story.months[-1].freezes_on + timedelta(days=1))
    draft_due(on=on, at=timezone.now())
    return Bulletin.objects.get(campaign=story.campaign)


def office(story):
    return story.people[Role.STYLE_OFFICE]


def leader(story, role=Role.LINKED_LEADER) -> Post:
    return Post.objects.get(role=role, unit=story.units["bureau"])


def sent(story, bulletin=None) -> Bulletin:
    bulletin = bulletin or drafted(story)
    return bulletins.send(
        bulletin, version=bulletin.version, signer=leader(story), by=office(story), at=timezone.now()
    )  # fmt: skip


def signed(story, bulletin, **other) -> Bulletin:
    by = story.people[Role.LINKED_LEADER]
    story.enrol(by)
    facts = {"fingerprint": bulletin.document.fingerprint, "passphrase": PASSPHRASE, "post": bulletin.signer, "by": by}
    facts |= {"at": timezone.now(), "then": bulletins.signed(by=by, at=timezone.now())}
    documents.sign(bulletin.document, **facts | other)
    return Bulletin.objects.get(pk=bulletin.pk)


def published(story) -> Bulletin:
    bulletin = signed(story, sent(story))
    return bulletins.publish(bulletin, by=office(story), at=timezone.now())


# --- figures ---------------------------------------------------------------------------------------


def test_the_figures_are_those_counted_by_hand(story):
    found = figures(story)
    counts = {row["key"]: (row["count"], row["percent"]) for row in found["buckets"]}
    assert counts == {
        "done": (2, "20.0"), "ahead": (1, "10.0"), "on_schedule": (2, "20.0"), "behind": (3, "30.0"),
        "other": (2, "20.0"),
    }  # fmt: skip
    assert found["total"] == 10
    rows = {row["unit"]: row for row in found["units"]}
    names = {key: unit.name_zh for key, unit in story.units.items()}
    school, second = rows[names["municipal_school"]], rows[names["second_school"]]
    assert (school["done"], school["ahead"], school["on_time"], school["rank"]) == (1, 1, 3, 1)
    assert (second["behind"], second["late"], second["on_time"], second["rank"]) == (1, 1, 2, 2)
    department = rows[names["department"]]
    assert (department["missing"], department["behind"], department["other"]) == (2, 1, 1)
    assert department["rank"] is None
    assert rows[names["town_office"]]["other"] == 1
    assert found["praised"] == [names["municipal_school"]]
    late = [(row["unit"], row["cell"]) for row in found["late"]]
    assert late == [(names["second_school"], "late"), *[(names["department"], "not_reported")] * 2]
    assert [(row["unit"], row["plan"], row["actual"]) for row in found["behind"]] == [
        (names["department"], "71%", ""), (names["second_school"], "71%", "29%"),
    ]  # fmt: skip
    assert [row["unit"] for row in found["withdrawn"]] == [names["town_office"]]
    assert not found["first_month"] and len(found["months"]) == 3


def test_what_lies_in_a_draft_or_was_returned_is_not_told(story):
    Entry.objects.filter(sheet__unit=story.units["department"], public="overdue", sheet__month=story.months[-1]).update(
        problem="草稿里的难题", why="草稿", actual_share=Decimal("12.0")
    )
    row = next(row for row in figures(story)["behind"] if row["unit"] == story.units["department"].name_zh)
    assert (row["status"], row["actual"], row["why"]) == ("overdue", "", "")


def test_town_schools_are_told_by_their_office_and_never_named(story):
    bulletin = drafted(story)
    school, office_name = story.units["town_school"].name_zh, story.units["town_office"].name_zh
    towns = bulletin.figures["towns"]
    assert [(row["unit"], row["schools"], row["promises"], row["behind"], row["done"]) for row in towns] == [
        (office_name, 1, 2, 1, 1)
    ]
    assert school not in str(bulletin.figures) and school not in str(bulletin.text)


def test_equal_units_share_a_rank(story):
    Entry.objects.filter(line__unit=story.units["second_school"], public="behind").update(public="kept")
    Entry.objects.filter(line__unit=story.units["second_school"], public="on_schedule").update(public="ahead")
    Sheet.objects.filter(cell="late").update(cell="on_time")
    ranks = {row["unit"]: row["rank"] for row in figures(story)["units"] if row["kind"] == "municipal_school"}
    assert set(ranks.values()) == {1} and len(ranks) == 2


def test_counting_asks_the_same_number_of_questions_however_many_units_there_are(story):
    with CaptureQueriesContext(connection) as five:
        figures(story)
    Entry.objects.filter(sheet__unit=story.units["town_office"]).delete()
    Sheet.objects.filter(unit=story.units["town_office"]).delete()
    with CaptureQueriesContext(connection) as four:
        figures(story)
    assert len(five) == len(four)


def test_words_that_name_a_person_are_left_out_of_the_annex(story):
    person = story.people["department_head"]
    Entry.objects.filter(public="behind").update(problem=f"{person.name}请假")
    assert {row["why"] for row in figures(story)["behind"] if row["actual"]} == {"（含个人信息，略）"}
    Entry.objects.filter(public="behind").update(problem="联系13812345678")
    assert "138" not in str(figures(story)["behind"])


def test_contacts_come_from_the_benchmarking_pages_and_the_annexes_stay_numbered(story, monkeypatch):
    bulletin = drafted(story)
    assert [annex["key"] for annex in bulletins.content_of(bulletin)["annexes"]] == ["summary", "behind", "late"]
    monkeypatch.setattr(benchmark_queries, "contacts_between", lambda *_asked: [{"unit": "甲校", "times": 2}])
    bulletin = bulletins.recompute(bulletin, version=bulletin.version, by=office(story), at=timezone.now())
    bulletin.figures["behind"] = []
    assert [annex["key"] for annex in bulletins.content_of(bulletin)["annexes"]] == ["summary", "late", "contacts"]


# --- drafting --------------------------------------------------------------------------------------


def test_a_bulletin_is_drafted_once_when_every_month_is_frozen(story):
    Month.objects.filter(pk=story.months[-1].pk).update(frozen_at=None)
    on, now = timezone.localdate(), timezone.now()
    assert draft_due(on=on, at=now) == 0
    quarters.freeze(story.months[-1])
    assert draft_due(on=story.quarter.last, at=now) == 0, "the quarter is not over on its last day"
    assert draft_due(on=on, at=now) == 1
    assert draft_due(on=on, at=now) == 0
    bulletin = Bulletin.objects.get()
    assert (bulletin.quarter, bulletin.state, bulletin.edition) == (story.quarter.code, "draft", 1)
    assert Deed.objects.filter(verb="bulletin.drafted").count() == 1
    assert Letter.objects.filter(key__contains="drafted").count() == 1
    assert set(bulletin.text) == set(bulletin_words.SECTIONS) and all(bulletin.text.values())


def test_a_draft_after_its_due_day_says_that_it_caught_up(story):
    bulletin = drafted(story, on=story.months[-1].freezes_on + timedelta(days=1))
    assert not bulletin.caught_up and bulletin.due_on > story.months[-1].freezes_on
    Bulletin.objects.all().delete()
    assert drafted(story, on=bulletin.due_on + timedelta(days=1)).caught_up


# --- editing, sending, returning -------------------------------------------------------------------


def test_a_colleagues_edit_is_never_overwritten(story):
    bulletin = drafted(story)
    text = {**bulletin.text, "praised": ["甲单位表现突出。"]}
    saved = bulletins.save(bulletin, text, version=bulletin.version, by=office(story), at=timezone.now())
    with pytest.raises(bulletins.Overtaken) as told:
        bulletins.save(bulletin, bulletin.text, version=bulletin.version, by=office(story), at=timezone.now())
    assert told.value.bulletin.text["praised"] == ["甲单位表现突出。"]
    again = bulletins.save(bulletin, text, version=1, by=office(story), at=timezone.now())
    assert again.version == saved.version, "saving what is stored already changes nothing"


def test_only_the_bureaus_own_office_edits(story):
    bulletin = drafted(story)
    other = stories.culture()
    for user in (other.people[Role.STYLE_OFFICE], story.people["department_head"], story.people[Role.LINKED_LEADER]):
        with pytest.raises(Refused):
            bulletins.save(bulletin, {}, version=1, by=user, at=timezone.now())
    assert Bulletin.objects.get().version == 1


@pytest.mark.parametrize("words", ["请联系13812345678。", "身份证370784199001011234。", "NAME表现突出。"])
def test_a_person_in_the_text_is_refused_before_a_number_is_spent(story, words):
    words = words.replace("NAME", story.people["department_head"].name)
    bulletin = drafted(story)
    text = {**bulletin.text, "named": [words]}
    bulletin = bulletins.save(bulletin, text, version=bulletin.version, by=office(story), at=timezone.now())
    with pytest.raises(Refused, match="names units, never a person"):
        sent(story, bulletin)
    assert OfficialDocument.objects.count() == 0
    assert next_number(story.campaign, "bulletin", year=2026).endswith("〕1号")


def test_what_keeps_a_bulletin_from_the_leader(story):
    bulletin, now = drafted(story), timezone.now()
    head = Post.objects.get(unit=story.units["department"], role=Role.HEAD)
    with pytest.raises(Refused, match="does not sign for it"):
        bulletins.send(bulletin, version=bulletin.version, signer=head, by=office(story), at=now)
    leader(story).tenures.update(until_on=timezone.localdate())
    with pytest.raises(Refused, match="Nobody holds the post"):
        bulletins.send(bulletin, version=bulletin.version, signer=leader(story), by=office(story), at=now)
    leader(story).tenures.update(until_on=None)
    text = {**bulletin.text, "named": []}
    bulletin = bulletins.save(bulletin, text, version=bulletin.version, by=office(story), at=now)
    with pytest.raises(Refused, match="存在问题"):
        sent(story, bulletin)
    assert Bulletin.objects.get().state == "draft" and OfficialDocument.objects.count() == 0


def test_a_returned_bulletin_is_a_draft_again_and_gets_the_next_number(story):
    bulletin = sent(story)
    first, by = bulletin.document, story.people[Role.LINKED_LEADER]
    with pytest.raises(Refused, match="reads exactly these words"):
        bulletins.send_back(bulletin, reason=" ", by=by, at=timezone.now())
    with pytest.raises(Refused, match="Another post signs"):
        bulletins.send_back(bulletin, reason="不行", by=office(story), at=timezone.now())
    bulletin = bulletins.send_back(bulletin, reason="第三部分请核实。", by=by, at=timezone.now())
    assert (bulletin.state, bulletin.document, bulletin.returned_reason) == ("draft", None, "第三部分请核实。")
    again = sent(story, bulletin)
    assert first.number.endswith("1号") and again.document.number.endswith("2号")
    again.document = first
    with pytest.raises(Refused, match="signed no more"):
        signed(story, again)
    assert OfficialDocument.objects.get(pk=first.pk).signed_at is None


# --- signing, publishing, correcting ---------------------------------------------------------------


def test_the_office_takes_a_bulletin_back_from_a_post_that_nobody_holds_any_more(story):
    bulletin = sent(story)
    Tenure.objects.filter(post=bulletin.signer).update(until_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Refused):
        bulletins.recall(bulletin, by=story.people["auditor"], at=timezone.now())
    bulletin = bulletins.recall(bulletin, by=office(story), at=timezone.now())
    assert (bulletin.state, bulletin.document) == ("draft", None)
    assert Deed.objects.get(verb="bulletin.recalled").facts["number"]
    with pytest.raises(Refused, match="does not wait for a signature"):
        bulletins.recall(bulletin, by=office(story), at=timezone.now())
    assert bulletins.send(
        bulletin, version=bulletin.version, signer=leader(story, Role.LINE_LEADER), by=office(story), at=timezone.now()
    ).state == "to_sign"  # fmt: skip


def test_a_signed_and_published_bulletin_is_verified_and_genuine(story):
    bulletin = sent(story)
    assert print_waiting(on=timezone.localdate(), at=timezone.now()) == 1
    with pytest.raises(Refused, match="Only a signed bulletin"):
        bulletins.publish(bulletin, by=office(story), at=timezone.now())
    bulletin = signed(story, bulletin)
    assert bulletin.state == "signed"
    with pytest.raises(Refused):
        bulletins.publish(bulletin, by=story.people[Role.LINKED_LEADER], at=timezone.now())
    pdf = documents.pdf_of(bulletin.document)
    hidden = examine(pdf, known=queries.known_document, issued=queries.resembled_document)
    assert hidden.verdict == Verdict.GENUINE_COMPLETE and not hidden.document.facts
    bulletin = bulletins.publish(bulletin, by=office(story), at=timezone.now())
    told = examine(pdf, known=queries.known_document, issued=queries.resembled_document)
    assert told.verdict == Verdict.GENUINE_COMPLETE and told.document.facts["official"] == bulletin.document
    with pytest.raises(Refused, match="already public"):
        bulletins.publish(bulletin, by=office(story), at=timezone.now())
    with pytest.raises(Refused, match="text is frozen"):
        bulletins.save(bulletin, {}, version=bulletin.version, by=office(story), at=timezone.now())


def test_the_second_of_two_signatures_is_told_that_it_is_done(story):
    bulletin = sent(story)
    stale = Bulletin.objects.select_related("document", "signer").get(pk=bulletin.pk)
    signed(story, bulletin)
    with pytest.raises(documents.AlreadySigned):
        signed(story, stale)
    assert bulletin.document.files.filter(signed=1).count() == 1


def test_another_leader_cannot_sign_what_was_put_before_one(story):
    bulletin, other = sent(story), story.people[Role.LINE_LEADER]
    story.enrol(other)
    facts = {"by": other, "post": leader(story, Role.LINE_LEADER)}
    facts["then"] = bulletins.signed(by=other, at=timezone.now())
    with pytest.raises(Refused):
        signed(story, bulletin, **facts)
    assert OfficialDocument.objects.get().signed_at is None


def test_a_correction_is_a_new_numbered_edition_and_the_original_stays(story):
    bulletin = published(story)
    before = bulletin.document.content
    with pytest.raises(Refused, match="the reason is printed"):
        bulletins.correct(bulletin, reason="", by=office(story), at=timezone.now())
    edition = bulletins.correct(bulletin, reason="附件2漏列一项", by=office(story), at=timezone.now())
    with pytest.raises(Refused, match="exists already"):
        bulletins.correct(bulletin, reason="又一项", by=office(story), at=timezone.now())
    edition = bulletins.publish(signed(story, sent(story, edition)), by=office(story), at=timezone.now())
    content = bulletins.content_of(edition)
    assert content["corrects"] == {"number": bulletin.document.number, "reason": "附件2漏列一项"}
    assert edition.document.number != bulletin.document.number and edition.edition == 2
    bulletin.refresh_from_db()
    assert bulletin.state == "published" and bulletin.document.content == before and bulletin.document.is_public
    assert draft_due(on=timezone.localdate(), at=timezone.now()) == 0


def test_no_persons_name_stands_in_a_drafted_bulletin(story):
    bulletin = drafted(story)
    names = [user.name for user in story.people.values()]
    content = str(bulletins.content_of(bulletin))
    assert [name for name in names if name in content] == []


def test_closed_promises_count_as_done_without_an_entry(story):
    line = Line.objects.filter(unit=story.units["second_school"]).order_by("position").last()
    Entry.objects.filter(line=line, sheet__month=story.months[-1]).delete()
    moment = at(story.months[1].due_on)
    by = story.people["second_school_head"]
    post = by.tenures.get().post
    Line.objects.filter(pk=line.pk).update(
        closed_at=moment, verified_at=moment, verified_by=by, verified_post=post, actual=Decimal(40)
    )
    found = figures(story)
    row = next(each for each in found["units"] if each["unit"] == story.units["second_school"].name_zh)
    assert (row["done"], row["on_schedule"], found["total"]) == (1, 0, 10)
