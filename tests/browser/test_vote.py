"""A parent votes with a slip of paper: on a phone, with and without scripts, in either language, once."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commitments.actions import review as actions
from tests.browser.pages import PHONE
from tests.commitments import ballots

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def slip(story, review) -> str:
    (made,) = actions.make_slips(review, 1, by=story.people["style_office"], at=timezone.now())
    return made.token


@pytest.mark.parametrize(("lang", "scripts"), [("zh", True), ("en", False)])
def test_a_slip_is_opened_filled_in_and_counted_on_a_phone_and_refused_the_second_time(visit, lang, scripts):
    story = ballots.world()
    review = ballots.opened(story)
    address = f"/b/{slip(story, review)}"
    parent = visit(lang=lang, java_script_enabled=scripts, **PHONE)
    before = parent.page.context.cookies()
    parent.open(address)
    parent.sees("Only totals are kept: no name, no time, no order. Nobody can trace how you vote.")
    wide = parent.page.evaluate("document.documentElement.scrollWidth") if scripts else PHONE["size"]["width"]
    assert wide <= PHONE["size"]["width"]
    row = parent.page.locator("fieldset").filter(has_text=story.units["department"].name_zh if lang == "zh" else
                                                 story.units["department"].name_en)  # fmt: skip
    parent.tap(row.locator("label").filter(has_text=parent.words("Basically satisfied")))
    expect(row.locator("input[value=basically]")).to_be_checked()
    parent.tap(parent.button("Send the ballot"))
    parent.sees("Your ballot is counted")
    assert parent.taps == 2
    assert parent.page.context.cookies() == before
    assert ballots.counted(review)["department", "public", "basically"] == 1
    parent.open(address)
    parent.sees("This ballot has been cast")
    expect(parent.button("Send the ballot")).to_have_count(0)


def test_a_head_votes_from_the_desk(visit):
    story = ballots.world()
    review = ballots.opened(story)
    head = visit(story.people["department_head"])
    head.from_desk("Vote")
    expect(head.page.locator("fieldset")).to_have_count(2)
    head.page.locator("fieldset").first.locator("label").first.click()
    head.tap(head.button("Send the ballot"))
    head.sees("Your ballot is counted")
    assert sum(ballots.counted(review).values()) == 2
