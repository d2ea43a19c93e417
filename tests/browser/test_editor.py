"""The editor as a person meets it: it saves itself, loses nothing, and works with the keyboard or without a script."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from objectives.models import Objective, Paper
from objectives.states import State
from tests import stories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
ANSWERED = re.compile(r"^Failed to load resource|^htmx:(sendError|afterRequest)")


@pytest.fixture
def story(transactional_db):
    return stories.education()


@pytest.fixture
def paper(story):
    return story.paper("municipal_school", objectives=3)


@pytest.fixture
def desk(new_context, live_server, story):
    """Opens an address as one of the story's people, in English."""

    def opened(person, path, **options):
        client = Client()
        client.force_login(story.people[person])
        context = new_context(**options)
        context.add_cookies(
            [
                {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url},
                {"name": "lang", "value": "en", "url": live_server.url},
            ]
        )
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    return opened


@pytest.fixture
def refusals(csp):
    """This test expects answers that a browser reports as failed loads; nothing else may go wrong."""
    yield
    csp[:] = [fault for fault in csp if not ANSWERED.search(fault)]


def edit(paper, item=1):
    return f"{reverse('paper_edit', args=[paper.pk])}?item={item}"


def saved(page):
    expect(page.locator("#save-state")).to_have_attribute("data-state", "saved")


def text_of(paper, position=1):
    return Objective.objects.get(paper=paper, position=position).text_zh


def test_what_is_typed_saves_itself_and_the_list_follows(desk, paper):
    page = desk("municipal_school_staff", edit(paper))
    expect(page.get_by_role("button", name="Submit to the head")).not_to_have_attribute("aria-disabled", "true")
    page.get_by_label("Objective", exact=True).fill("三十六个教室建成图书角")
    expect(page.get_by_text("Length: 11 of about 40 characters")).to_be_visible()
    saved(page)
    page.get_by_label("By", exact=True).fill("")
    expect(page.get_by_role("link", name="Objective 1: a deadline")).to_be_visible()
    expect(page.get_by_role("button", name="Submit to the head")).to_have_attribute("aria-disabled", "true")
    page.reload()
    expect(page.get_by_label("Objective", exact=True)).to_have_value("三十六个教室建成图书角")


def test_an_unclear_entry_is_told_at_its_field_and_the_words_go_when_it_is_mended(desk, paper, refusals):
    page = desk("municipal_school_staff", edit(paper))
    page.get_by_label("By", exact=True).fill("2017-02-31")
    expect(page.locator("#id_due_on_error", has_text="There is no 31 February. Write 2017-02-28.")).to_be_visible()
    expect(page.get_by_label("By", exact=True)).to_have_attribute("aria-invalid", "true")
    page.get_by_label("By", exact=True).fill(f"{paper.campaign.ends_on:%Y年%m月%d日}")
    saved(page)
    expect(page.locator(".error")).to_have_count(0)
    expect(page.locator("[aria-invalid]")).to_have_count(0)


def test_two_colleagues_both_keep_their_words(desk, paper, refusals):
    mine = desk("municipal_school_staff", edit(paper))
    theirs = desk("municipal_school_head", edit(paper))
    theirs.get_by_label("Objective", exact=True).fill("主任的文本")
    saved(theirs)
    mine.get_by_label("Objective", exact=True).fill("干事的文本")
    heading = mine.get_by_role("heading", name="Somebody saved this part in between")
    expect(heading).to_be_visible()
    expect(mine.locator("div[data-conflict]")).to_be_focused()
    mine.get_by_label("Objective", exact=True).fill("干事的文本，又加一句")
    mine.get_by_role("button", name="Keep mine").click()
    saved(mine)
    expect(heading).to_have_count(0)
    assert text_of(paper) == "干事的文本，又加一句"


def test_taking_theirs_leaves_nothing_of_mine_behind(desk, paper, refusals):
    mine = desk("municipal_school_staff", edit(paper))
    theirs = desk("municipal_school_head", edit(paper))
    theirs.get_by_label("Objective", exact=True).fill("主任的文本")
    saved(theirs)
    mine.get_by_label("Objective", exact=True).fill("干事的文本")
    mine.get_by_role("link", name="Take theirs").click()
    expect(mine.get_by_label("Objective", exact=True)).to_have_value("主任的文本")
    mine.reload()
    expect(mine.get_by_label("Objective", exact=True)).to_have_value("主任的文本")
    assert text_of(paper) == "主任的文本"


def test_nothing_is_lost_when_the_line_drops(desk, paper, refusals):
    page = desk("municipal_school_staff", edit(paper))
    page.context.set_offline(True)
    page.get_by_label("Objective", exact=True).fill("断网时写的话")
    expect(page.get_by_text("Your text is kept in this browser")).to_be_visible()
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_label("Objective", exact=True)).to_have_value("断网时写的话")
    saved(page)
    assert text_of(paper) == "断网时写的话"


def test_a_text_kept_from_an_old_version_does_not_overwrite_a_colleague(desk, paper, refusals):
    page = desk("municipal_school_staff", edit(paper))
    page.context.set_offline(True)
    page.get_by_label("Objective", exact=True).fill("断网时写的话")
    expect(page.get_by_text("Your text is kept in this browser")).to_be_visible()
    theirs = desk("municipal_school_head", edit(paper))
    theirs.get_by_label("Objective", exact=True).fill("主任的文本")
    saved(theirs)
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_role("heading", name="Somebody saved this part in between")).to_be_visible()
    assert text_of(paper) == "主任的文本"


def test_what_was_typed_last_is_stored_before_another_objective_opens_or_the_paper_is_submitted(desk, paper):
    page = desk("municipal_school_staff", edit(paper))
    page.get_by_label("Objective", exact=True).fill("刚写完就点别处")
    page.locator("#others").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Objective 2", exact=True)).to_be_visible()
    assert text_of(paper) == "刚写完就点别处"
    page.get_by_label("Objective", exact=True).fill("刚写完就提交")
    page.get_by_role("button", name="Submit to the head").click()
    page.wait_for_url(f"**{reverse('paper', args=[paper.pk])}")
    assert text_of(paper, 2) == "刚写完就提交"
    assert Paper.objects.get(pk=paper.pk).state == State.IN_ROUTE


def test_objectives_are_reordered_by_keyboard_with_the_focus_kept_and_the_move_announced(desk, paper):
    page = desk("municipal_school_staff", edit(paper))
    third = Objective.objects.get(paper=paper, position=3)
    page.locator(".arrange summary").press("Enter")
    button = page.locator(f"#up-{third.pk}")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#moved-status")).to_have_text("Objective 3 is now number 2 of 3.")
    expect(page.locator(f"#up-{third.pk}")).to_be_focused()
    link = page.locator(f"#open-{third.pk}")
    link.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#moved-status")).to_have_text("Objective 2 is now number 3 of 3.")
    expect(page.locator(f"#open-{third.pk}")).to_be_focused()
    third.refresh_from_db()
    assert third.position == 3


def test_without_a_script_everything_can_be_written_ordered_and_submitted(desk, paper):
    page = desk("municipal_school_staff", edit(paper), java_script_enabled=False)
    page.get_by_label("Objective", exact=True).fill("不用脚本写的目标")
    page.get_by_text("Add another target").first.click()
    page.locator("#id_targets-1-text_zh").fill("第二个目标")
    page.locator("#id_targets-1-value").fill("９０％")
    page.get_by_role("button", name="Save this objective").click()
    expect(page.locator("#id_targets-1-value")).to_have_value("90")
    expect(page.locator("#id_targets-1-unit_zh")).to_have_value("%")
    page.get_by_text("Reorder or take out").click()
    page.get_by_role("button", name="Move down 1", exact=True).click()
    expect(page.locator(".item-line.is-open b")).to_have_text("2")
    page.locator(".item-line").nth(2).get_by_text("Take out", exact=False).first.click()
    page.get_by_role("button", name="Take out objective 3").click()
    expect(page.get_by_text("Objective taken out")).to_be_visible()
    page.locator("#others").get_by_role("link", name="Consultation note").click()
    page.get_by_label("How people were asked").last.fill("两次座谈会")
    page.get_by_role("button", name="Save this note").click()
    expect(page.locator("#id_consulted_how")).to_have_value("两次座谈会")
    assert list(paper.objectives.values_list("position", flat=True)) == [1, 2]


def test_the_page_fits_a_phone(desk, paper):
    page = desk("municipal_school_staff", edit(paper))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".arrange summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
