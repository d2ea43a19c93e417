"""A month in the browser's words: filled in, handed over, sent once, read by whom it concerns. No script here."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from commitments import report_desk
from commitments.actions import dispatch
from commitments.forms.reporting import SheetForms, mark_of
from commitments.models import Entry, Line, Month, Sheet
from portal.core.models import Deed
from tests import months, stories
from units.policies import standing

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Published papers and an open month; built once, every test is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        story = months.kept("municipal_school", "town_school", objectives=3)
        months.open_months(story, story.first + timedelta(days=22))
        yield story
        transaction.set_rollback(True)


@pytest.fixture
def story(world):
    with translation.override("en"):
        yield world


@pytest.fixture
def june(story):
    return Month.objects.get()


@pytest.fixture
def sheet(story, june):
    return sheet_of(story)


def sheet_of(story, kind="municipal_school", month=None) -> Sheet:
    rows = Sheet.objects.filter(unit=story.units[kind])
    return rows.get(month=month) if month else rows.order_by("month__code").first()


def client_of(user, **options) -> Client:
    client = Client(**options)
    client.force_login(user)
    client.cookies["lang"] = "en"
    return client


@pytest.fixture
def staff(story):
    return client_of(story.people["municipal_school_staff"])


@pytest.fixture
def head(story):
    return client_of(story.people["municipal_school_head"])


def path(sheet) -> str:
    return reverse("report_sheet", args=[sheet.pk])


def posted(sheet, *rows: dict, **more) -> dict:
    """What a browser posts of the page as stored, with these answers typed over it, one a promise."""
    data, entries = {}, list(sheet.entries.select_related("line__commitment"))
    for number, form in enumerate(SheetForms(entries)):
        values = {bound.name: bound.value() for bound in form} | (rows[number] if number < len(rows) else {})
        data |= {f"{form.prefix}-{name}": "" if value is None else value for name, value in values.items()}
    return data | more


def entries_of(sheet) -> list[Entry]:
    return list(sheet.entries.order_by("line__position"))


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


UPDATE = {"choice": "update", "value": "20", "word": "又建成几间。"}
NO_CHANGE = {"choice": "no_change"}
ANSWERED = (UPDATE, NO_CHANGE, NO_CHANGE)


# --- the page ------------------------------------------------------------------------------------


def test_the_page_shows_every_promise_with_its_answers_and_what_happens_then(staff, sheet):
    page = staff.get(path(sheet))
    text = words(page)
    assert "All three promises, filled in from the last report" in text and "0 of 3 answered." in text
    assert page.content.decode().count('type="radio"') == 3 * 4, "nothing was measured yet: all four answers"
    assert "Send to the head" in text and "Sign off" not in text
    assert text.index("becomes public at the freeze") < text.index("Send to the head")
    assert "plan" in text and "At the beginning 10" in text


def test_the_head_signs_off_instead(head, sheet):
    assert "Sign off and send to the style office" in words(head.get(path(sheet)))


def test_a_town_school_sends_to_its_town_office(story, sheet):
    page = client_of(story.people["town_school_head"]).get(path(sheet_of(story, "town_school")))
    assert "Sign off and send to Town education office north" in words(page)


def test_nothing_to_report_is_offered_only_while_nothing_was_measured(staff, sheet):
    Entry.objects.update(before=Decimal(12))
    page = staff.get(path(sheet))
    assert page.content.decode().count('type="radio"') == 3 * 3 and "So far: 12 of 31 rooms" in words(page)


def test_a_promise_in_words_asks_how_it_stands(staff, sheet):
    Line.objects.update(comparison="", target=None)
    assert "Not begun" in words(staff.get(path(sheet)))
    staff.post(path(sheet), posted(sheet, {"choice": "update", "said": "under_way"}))
    assert entries_of(sheet)[0].said == "under_way"


def test_closed_promises_are_listed_and_ask_nothing(story, staff, june, sheet):
    third = Line.objects.filter(unit=sheet.unit).last()
    Entry.objects.filter(line=third).delete()
    Line.objects.filter(pk=third.pk).update(done_before=True)
    text = words(staff.get(path(sheet)))
    assert "Done before the plan began. Nothing to report." in text and "All two promises" in text


@pytest.mark.parametrize("objectives", [1, 3])
def test_the_page_costs_the_same_for_one_promise_and_three(story, staff, sheet, objectives, django_assert_num_queries):
    extra = sheet.entries.exclude(pk__in=[entry.pk for entry in entries_of(sheet)[:objectives]])
    extra.delete()
    staff.get(path(sheet))
    with django_assert_num_queries(9):
        staff.get(path(sheet))


# --- saving --------------------------------------------------------------------------------------


def test_a_plain_post_saves_and_nothing_leaves_the_unit(staff, sheet):
    deeds = Deed.objects.count()
    answer = staff.post(path(sheet), posted(sheet, UPDATE, NO_CHANGE))
    assert answer.status_code == 302 and answer["Location"] == f"{path(sheet)}#saved"
    first, second, third = entries_of(sheet)
    assert (first.choice, first.value, first.word) == ("update", Decimal(20), "又建成几间。")
    assert (second.choice, third.choice) == ("no_change", "") and Deed.objects.count() == deeds


def test_the_page_saves_itself_and_says_how_far_it_is(staff, sheet):
    answer = staff.post(path(sheet), posted(sheet, UPDATE, {"choice": "stuck"}), **HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200 and "Saved at" in text and "2 of 3 answered, 1 to complete." in text
    mark = mark_of(entries_of(sheet)[0])
    assert f'value="{mark}"' in text, "the page goes on from what it just stored"
    assert "<html" not in text and "Say what it is stuck on" not in text, "nobody is nagged while typing"


def test_saving_the_same_again_changes_nothing(staff, sheet):
    staff.post(path(sheet), posted(sheet, *ANSWERED))
    before = Sheet.objects.get(pk=sheet.pk).version
    staff.post(path(sheet), posted(sheet))
    assert Sheet.objects.get(pk=sheet.pk).version == before


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("20", 20),
        ("２０", 20),
        ("12.5", "12.5"),
        ("1,200", 1200),
        ("20个", 20),
        ("20 rooms", 20),
        ("", None),
        (" 7 ", 7),
    ],
)
def test_figures_are_understood_as_people_write_them(staff, sheet, typed, value):
    assert staff.post(path(sheet), posted(sheet, {"choice": "update", "value": typed})).status_code == 302
    assert entries_of(sheet)[0].value == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12,5", "Write 12.5 with a point, or 125 without comma"),
        ("1e9", "“1e9” is not a figure"),
        ("NaN", "“NaN” is not a figure"),
        ("Infinity", "is not a figure"),
        ("abc", "“abc” is not a figure"),
        ("80%", "“80%” is a percentage; this promise counts in"),
        ("1" * 12, "too many digits"),
        ("1.2345", "too many digits"),
        ("<script>", "is not a figure"),
    ],
)
def test_a_figure_that_is_none_is_told_at_its_row_and_the_other_rows_are_saved(staff, sheet, typed, sentence):
    answer = staff.post(path(sheet), posted(sheet, UPDATE | {"value": typed}, NO_CHANGE))
    text = answer.content.decode()
    assert answer.status_code == 422 and sentence in words(answer)
    first, second, _third = entries_of(sheet)
    assert f'href="#id_e{first.pk}-value"' in text and "又建成几间。" in text, "what was typed stays on the page"
    assert (first.choice, first.value) == ("", None) and second.choice == "no_change"
    assert "<script>" not in text.split("<main")[1]


def test_an_unclear_figure_is_told_while_typing_too(staff, sheet):
    answer = staff.post(path(sheet), posted(sheet, UPDATE | {"value": "abc"}, NO_CHANGE), **HTMX)
    first, second, _third = entries_of(sheet)
    assert answer.status_code == 422 and f'data-for="id_e{first.pk}-value"' in answer.content.decode()
    assert second.choice == "no_change"


def test_a_telephone_number_is_told_at_its_field(staff, sheet):
    answer = staff.post(path(sheet), posted(sheet, UPDATE | {"word": "找王老师13912345678"}))
    assert answer.status_code == 422 and "looks like a telephone" in words(answer)
    assert not Entry.objects.exclude(word="").exists()


def test_what_was_typed_under_another_answer_is_no_part_of_the_answer(staff, sheet):
    staff.post(path(sheet), posted(sheet, UPDATE))
    staff.post(path(sheet), posted(sheet, NO_CHANGE | {"value": "20", "word": "又建成几间。"}))
    first = entries_of(sheet)[0]
    assert (first.choice, first.value, first.word) == ("no_change", None, "")


@pytest.mark.parametrize("choice", ["green", "update ", "<b>"])
def test_an_answer_that_is_not_offered_is_refused(staff, sheet, choice):
    assert staff.post(path(sheet), posted(sheet, {"choice": choice})).status_code == 422
    assert not Entry.objects.exclude(choice="").exists()


def test_the_rest_is_no_change_in_one_click_and_keeps_what_was_typed(staff, sheet):
    staff.post(path(sheet), posted(sheet, UPDATE, act="rest"))
    assert [entry.choice for entry in entries_of(sheet)] == ["update", "no_change", "no_change"]


# --- two people ----------------------------------------------------------------------------------


def test_two_colleagues_who_fill_different_promises_never_meet(staff, head, sheet):
    mine, theirs = posted(sheet, UPDATE), posted(sheet, {}, UPDATE | {"value": "25"})
    assert staff.post(path(sheet), mine).status_code == head.post(path(sheet), theirs).status_code == 302
    assert [entry.value for entry in entries_of(sheet)] == [Decimal(20), Decimal(25), None]


@pytest.mark.parametrize("how", [{}, HTMX])
def test_the_same_promise_filled_twice_shows_both_texts_and_overwrites_none(staff, head, sheet, how):
    mine = posted(sheet, UPDATE | {"word": "我写的"}, NO_CHANGE)
    head.post(path(sheet), posted(sheet, UPDATE | {"value": "19", "word": "他写的"}))
    answer = staff.post(path(sheet), mine, **how)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "我" in text and "他" in text and "Keep mine" in text and ("<html" in text) is not how
    first, second, _third = entries_of(sheet)
    assert (first.word, second.choice) == ("他写的", "no_change"), "the rest is saved all the same"


def test_keeping_mine_writes_over_what_was_shown(staff, head, sheet):
    mine = posted(sheet, UPDATE | {"word": "我写的"})
    head.post(path(sheet), posted(sheet, UPDATE | {"word": "他写的"}))
    page = staff.post(path(sheet), mine).content.decode()
    form = page.split("data-keep-mine")[1].split("</form>")[0]
    fields = dict(re.findall(r'name="([^"]+)"(?: value="([^"]*)")?', form))
    staff.post(path(sheet), {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"})
    assert entries_of(sheet)[0].word == "我写的"


def test_nobody_sends_what_they_have_not_read(staff, head, sheet):
    staff.post(path(sheet), posted(sheet, *ANSWERED))
    read = posted(sheet, act="send")
    staff.post(path(sheet), posted(sheet, UPDATE | {"value": "29"}))
    answer = head.post(path(sheet), read)
    assert answer.status_code == 409 and "Read it as it stands now" in words(answer)
    assert Sheet.objects.get(pk=sheet.pk).state == "open"


def test_a_save_on_its_way_does_not_stop_the_sending(head, sheet):
    typed = posted(sheet, *ANSWERED)
    head.post(path(sheet), typed, **HTMX)
    head.post(path(sheet), typed | {"act": "send"})
    assert Sheet.objects.get(pk=sheet.pk).state == "sent"


# --- handing in ----------------------------------------------------------------------------------


def test_from_the_staff_to_the_head_to_the_office_without_a_script(story, staff, head, sheet):
    staff.post(path(sheet), posted(sheet, *ANSWERED, act="hand"))
    assert Sheet.objects.get(pk=sheet.pk).state == "ready"
    assert "With the head since" in words(staff.get(path(sheet)))
    head.post(path(sheet), posted(sheet, act="send"))
    sent = Sheet.objects.get(pk=sheet.pk)
    page = staff.get(path(sheet))
    assert sent.state == "sent" and f"Receipt {sent.receipt}" in words(page)
    assert b"<textarea" not in page.content and b'type="radio"' not in page.content


def test_everything_in_one_request_saves_and_sends(head, sheet):
    head.post(path(sheet), posted(sheet, *ANSWERED, act="send"))
    assert Sheet.objects.get(pk=sheet.pk).state == "sent"


def test_a_second_click_on_send_sends_once(head, sheet):
    data = posted(sheet, *ANSWERED, act="send")
    head.post(path(sheet), data)
    again = head.post(path(sheet), data, follow=True)
    assert "The report was sent already. Receipt" in words(again)
    assert Deed.objects.filter(verb="report.sent").count() == 1


def test_a_second_click_on_hand_over_is_told_so(staff, sheet):
    staff.post(path(sheet), posted(sheet, *ANSWERED, act="hand"))
    first = Sheet.objects.get(pk=sheet.pk).ready_at
    assert "already lies with the head" in words(staff.post(path(sheet), posted(sheet, act="hand"), follow=True))
    assert Sheet.objects.get(pk=sheet.pk).ready_at == first


def test_the_staff_cannot_send(staff, sheet):
    answer = staff.post(path(sheet), posted(sheet, *ANSWERED, act="send"))
    assert answer.status_code == 409 and "The head sends the report" in words(answer)
    assert Sheet.objects.get(pk=sheet.pk).state == "open"


def test_what_is_missing_stands_at_its_row_and_in_the_summary(head, sheet):
    answer = head.post(path(sheet), posted(sheet, UPDATE | {"value": ""}, {"choice": "stuck"}, act="send"))
    text, first, second, third = answer.content.decode(), *entries_of(sheet)
    assert answer.status_code == 422 and "3 things to correct" in words(answer)
    for target in (f"id_e{first.pk}-value", f"id_e{second.pk}-problem", f"id_e{third.pk}-choice_0"):
        assert f'href="#{target}"' in text and f'id="{target}"' in text, target
    assert text.count('aria-invalid="true"') >= 2 and "又建成几间。" in text
    assert Sheet.objects.get(pk=sheet.pk).state == "open"


def test_why_a_figure_fell_is_asked_only_then(head, sheet):
    Entry.objects.update(before=Decimal(30))
    assert 'data-asks="why" hidden' in head.get(path(sheet)).content.decode()
    answer = head.post(path(sheet), posted(sheet, UPDATE, NO_CHANGE, NO_CHANGE, act="send"))
    text = answer.content.decode()
    assert answer.status_code == 422 and "say why" in words(answer) and text.count('data-asks="why" hidden') == 2
    head.post(path(sheet), posted(sheet, UPDATE | {"why": "拆除一间危房。"}, act="send"))
    assert Sheet.objects.get(pk=sheet.pk).state == "sent"


def test_the_day_is_asked_once_the_promise_is_kept(head, sheet):
    done = UPDATE | {"value": "31"}
    answer = head.post(path(sheet), posted(sheet, done, NO_CHANGE, NO_CHANGE, act="send"))
    assert answer.status_code == 422 and "Write the day on which it was done" in words(answer)
    ahead = f"{timezone.localdate() + timedelta(days=2)}"
    answer = head.post(path(sheet), posted(sheet, done | {"done_on": ahead}, act="send"))
    assert answer.status_code == 422 and "has not come yet" in words(answer)
    head.post(path(sheet), posted(sheet, done | {"done_on": f"{timezone.localdate()}"}, act="send"))
    assert Line.objects.filter(unit=sheet.unit).first().status == "kept"


def test_a_returned_report_shows_the_reason_first_and_is_sent_again(story, head, sheet):
    head.post(path(sheet), posted(sheet, *ANSWERED, act="send"))
    dispatch.return_sheet(sheet, reason="请核对第一项的数字。", by=story.people["style_office"], at=timezone.now())
    page = words(head.get(path(sheet)))
    assert page.index("请核对第一项的数字。") < page.index("All three promises")
    head.post(path(sheet), posted(sheet, UPDATE | {"value": "21"}, act="send"))
    assert Sheet.objects.get(pk=sheet.pk).state == "sent" and entries_of(sheet)[0].value == Decimal(21)


def test_what_is_typed_into_a_report_that_was_sent_is_shown_not_lost(staff, head, sheet):
    late = posted(sheet, UPDATE | {"word": "晚到的一句"})
    head.post(path(sheet), posted(sheet, *ANSWERED, act="send"))
    for how in ({}, HTMX):
        answer = staff.post(path(sheet), late, **how)
        assert answer.status_code == 409 and "晚到的一句" in words(answer) and "was sent" in words(answer)


def test_after_the_freeze_the_page_says_that_it_comes_beside_the_frozen_month(story, head, june, sheet):
    months.freeze(story, june)
    page = words(head.get(path(sheet)))
    assert "frozen on" in page and "“Not reported”" in page and "kept beside" in page
    head.post(path(sheet), posted(sheet, *ANSWERED, act="send"))
    page = words(head.get(path(sheet)))
    assert "kept beside it, marked late" in page and re.search(r"late, \d+ days", page)


def test_the_preview_tells_what_the_public_reads_and_keeps_requests_back(head, sheet):
    stuck = {"choice": "stuck", "problem": "书架未到货", "request": "请教育局协调"}
    head.post(path(sheet), posted(sheet, UPDATE, stuck))
    page = words(head.get(reverse("report_preview", args=[sheet.pk])))
    assert "又建成几间。" in page and "20 of 31 rooms" in page and "请教育局协调" not in page


# --- who -----------------------------------------------------------------------------------------

READERS = {
    "municipal_school": {"municipal_school_staff", "municipal_school_head", "style_office", "auditor", "linked_leader"},
    "town_school": {"town_school_staff", "town_school_head", "town_office_approver"},
}


@pytest.mark.parametrize("kind", ["municipal_school", "town_school"])
def test_a_report_is_there_for_the_unit_and_those_it_goes_to_and_for_nobody_else(story, june, kind):
    mine, foreign = sheet_of(story, kind), stories.culture()
    people = story.people | {f"foreign {name}": user for name, user in foreign.people.items()}
    entry = entries_of(mine)[0]
    addresses = [
        path(mine),
        reverse("report_preview", args=[mine.pk]),
        reverse("report_evidence", args=[mine.pk, entry.pk]),
    ]
    for address in addresses:
        opened = {name for name, user in people.items() if client_of(user).get(address).status_code == 200}
        assert opened == READERS[kind], address
        assert Client().get(address).status_code == 302


def test_only_the_unit_writes(story, sheet):
    data = posted(sheet, *ANSWERED, act="send")
    for name in ("style_office", "auditor", "linked_leader"):
        answer = client_of(story.people[name]).post(path(sheet), data)
        assert answer.status_code == 409 and "Only the unit itself" in words(answer), name
    assert client_of(story.people["department_head"]).post(path(sheet), data).status_code == 404
    assert Sheet.objects.get(pk=sheet.pk).version == 1 and not Entry.objects.exclude(choice="").exists()


def test_a_hidden_report_answers_like_one_that_does_not_exist(story, sheet):
    client = client_of(story.people["department_staff"])
    there, nowhere = (client.get(reverse("report_sheet", args=[pk])) for pk in (sheet.pk, uuid.uuid4()))
    scrub = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}|csrfmiddlewaretoken\" value=\"[^\"]+|X-CSRFToken[^}]+")
    assert there.status_code == 404 and scrub.sub(b"", there.content) == scrub.sub(b"", nowhere.content)


def test_entries_of_another_unit_are_left_alone(story, staff, sheet):
    foreign = sheet_of(story, "town_school")
    staff.post(path(sheet), posted(sheet) | posted(foreign, UPDATE))
    assert not Entry.objects.exclude(choice="").exists()


def test_the_page_carries_no_inline_code(staff, sheet):
    page = staff.get(path(sheet))
    text = page.content.decode()
    assert "'unsafe-inline'" not in page["Content-Security-Policy"] and " style=" not in text
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=", text)


# --- the list and the desk -----------------------------------------------------------------------


def test_the_menu_leads_to_the_oldest_month_that_waits(story, head, june):
    second = months.open_months(story, june.period.next.first + timedelta(days=25))[1]
    first, later = sheet_of(story, month=june), sheet_of(story, month=second)
    assert head.get(reverse("report"))["Location"] == path(first)
    head.post(path(first), posted(first, *ANSWERED, act="send"))
    assert head.get(reverse("report"))["Location"] == path(later)
    text = words(head.get(reverse("report"), {"all": 1}))
    assert Sheet.objects.get(pk=first.pk).receipt in text and "Open" in text


def test_the_list_costs_the_same_for_one_month_and_three(story, head, june, django_assert_num_queries):
    address = f"{reverse('report')}?all=1"
    head.get(address)
    with django_assert_num_queries(5):
        head.get(address)
    months.open_months(story, story.first + timedelta(days=88))
    assert Month.objects.count() >= 3
    with django_assert_num_queries(5):
        head.get(address)


def test_people_without_a_unit_have_no_report(story, june):
    for name in ("style_office", "auditor", "town_office_approver", "linked_leader"):
        assert client_of(story.people[name]).get(reverse("report")).status_code == 404, name


def items(story, name, on):
    return list(report_desk.items(standing(story.people[name], on=on), on=on))


def test_the_desk_tells_the_staff_to_fill_and_the_head_to_send(story, staff, sheet):
    on = sheet.month.opens_on
    item = items(story, "municipal_school_staff", on)[0]
    assert (item.count, item.due_on, item.to) == (3, sheet.month.due_on, path(sheet))
    assert "promises to report for" in item.what and items(story, "municipal_school_head", on) == []
    staff.post(path(sheet), posted(sheet, *ANSWERED, act="hand"))
    assert items(story, "municipal_school_staff", on) == []
    assert "Read and send" in items(story, "municipal_school_head", on)[0].what


def test_a_report_that_would_change_nothing_any_more_is_not_asked_for(story, sheet):
    after = sheet.month.campaign.ends_on + timedelta(days=1)
    who = standing(story.people["municipal_school_head"], on=sheet.month.due_on)
    assert list(report_desk.items(who, on=after)), "an open month still takes it"
    Month.objects.filter(pk=sheet.month_id).update(frozen_at=timezone.now())
    assert list(report_desk.items(who, on=sheet.month.campaign.ends_on)), "a frozen one takes it in beside what froze"
    assert not list(report_desk.items(who, on=after))


def test_the_head_is_told_of_a_month_that_is_late_or_that_nobody_else_fills(story, sheet):
    late = sheet.month.head_from + timedelta(days=1)
    assert "not sent yet" in items(story, "municipal_school_head", late)[0].what
    story.people["municipal_school_staff"].tenures.update(until_on=sheet.month.opens_on - timedelta(days=1))
    assert items(story, "municipal_school_head", sheet.month.opens_on)


def test_a_returned_report_stands_on_the_desk_with_its_reason(story, head, sheet):
    head.post(path(sheet), posted(sheet, *ANSWERED, act="send"))
    assert items(story, "municipal_school_staff", sheet.month.opens_on) == []
    dispatch.return_sheet(sheet, reason="请核对。", by=story.people["style_office"], at=timezone.now())
    assert items(story, "municipal_school_staff", sheet.month.opens_on)[0].why == "请核对。"


def test_the_desk_asks_two_questions_however_many_months(story, sheet, django_assert_num_queries):
    months.open_months(story, story.first + timedelta(days=88))
    who = standing(story.people["municipal_school_staff"], on=timezone.localdate())
    with django_assert_num_queries(1):
        assert len(list(report_desk.items(who, on=timezone.localdate()))) >= 3
