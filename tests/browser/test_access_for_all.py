"""Every main page judged by axe-core: in both languages in a hand, in Chinese on a desk and at night as well."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from commitments.models import Commitment, Publication

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).with_name("vendored").joinpath("axe.min.js").read_text(encoding="utf-8")
JUDGE = """async only => {
    const judged = await axe.run({resultTypes: ["violations"], ...(only && {runOnly: only})});
    return judged.violations.flatMap(
        rule => rule.nodes.map(node => `${rule.id}: ${node.target.join(" ")} ${node.failureSummary}`));
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""What the dark changes; everything else was judged by day."""
SIDEWAYS = """() => {
    const page = document.documentElement, wide = page.clientWidth;
    const out = [...document.querySelectorAll("body *")].filter(each => each.getBoundingClientRect().right > wide + 1);
    return page.scrollWidth <= wide ? [] : out.slice(0, 5).map(each => each.outerHTML.slice(0, 120));
}"""
IN_A_HAND, ON_A_DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def world(story):
    """A bureau with a published paper, one to file, one to audit, and one returned to its unit."""
    published = story.paper("department", "published")
    return story, {
        "published": published,
        "to_file": story.paper("town_office", "to_file"),
        "half": story.paper("municipal_school", "half"),
        "returned": story.paper("town_school", "returned"),
    }


def test_public_pages_can_be_used_by_all(visit, world):
    publication, promise = Publication.objects.get(), Commitment.objects.first()
    code = publication.bureau_code
    reader = visit()
    pages = [reverse("home", args=["zh"]), reverse("bureau", args=["zh", code]), reverse("units", args=["zh", code])]
    pages += [reverse("unit", args=["zh", code, publication.unit_code])]
    pages += [reverse("commitment", args=["zh", code, promise.code]), reverse("about", args=["zh"])]
    pages += [reverse("accessibility", args=["zh"]), reverse("verify", args=["zh"])]
    pages += [f"{reverse('verify', args=['zh'])}?code={publication.code}", reverse("account_login")]
    assert faults_of(reader, pages) == []


def test_workspace_pages_can_be_used_by_all(visit, world):
    story, papers = world
    leader, office = visit(story.people["linked_leader"]), visit(story.people["style_office"])
    staff = visit(story.people["town_school_staff"])
    editor = reverse("paper_edit", args=[papers["returned"].pk])
    faults = faults_of(leader, [reverse("desk"), reverse("paper_act", args=[papers["half"].pk]), reverse("papers")])
    faults += faults_of(staff, [f"{editor}?item=1", f"{editor}?item=consultation"])
    faults += faults_of(staff, [reverse("paper", args=[papers["returned"].pk])])
    faults += faults_of(office, [reverse("publish_queue"), reverse("paper_act", args=[papers["to_file"].pk])])
    faults += faults_of(
        office, [reverse("people"), reverse("record"), reverse("letters"), reverse("calendar"), reverse("clock")]
    )
    assert faults == []


def faults_of(person, pages: list[str]) -> list[str]:
    """What axe finds on each page, and what does not fit into a hand: in Chinese on a desk, in a hand and in the dark,
    in English in a hand, because there the other language changes nothing but the words.
    """
    found, page = [], person.page
    for address in pages:
        shown(person, address)
        found += in_a_hand(page, address)
        page.set_viewport_size(ON_A_DESK)
        found += [f"{address} on a desk: {fault}" for fault in page.evaluate(JUDGE)]
        page.emulate_media(color_scheme="dark")
        found += [f"{address} in the dark: {fault}" for fault in page.evaluate(JUDGE, COLOURS)]
        page.context.add_cookies([{"name": "lang", "value": "en", "url": page.url}])
        shown(person, re.sub("^/zh/", "/en/", address))
        assert page.locator("html").get_attribute("lang") == "en", address
        found += in_a_hand(page, f"{address} in English")
        page.context.clear_cookies(name="lang")
    return found


def shown(person, address: str) -> None:
    person.page.set_viewport_size(IN_A_HAND)
    person.page.emulate_media(color_scheme="light")
    person.open(address)
    person.page.evaluate(AXE + ";0")


def in_a_hand(page, address: str) -> list[str]:
    found = [f"{address} in a hand: {fault}" for fault in page.evaluate(JUDGE)]
    return found + [f"{address} is wider than a hand: {thing}" for thing in page.evaluate(SIDEWAYS)]


def test_the_judge_finds_what_is_wrong(visit):
    """The control: a page that hides its language, pale words, and a thing too wide."""
    reader = visit()
    reader.page.set_viewport_size(IN_A_HAND)
    reader.open(reverse("account_login"))
    reader.page.evaluate(AXE + ";0")
    assert reader.page.evaluate(JUDGE) == reader.page.evaluate(SIDEWAYS) == []
    reader.page.evaluate("""() => {
        document.documentElement.removeAttribute("lang");
        document.querySelector("h1").style.color = "#ddd";
        document.querySelector("h1").style.width = "600px";
    }""")
    rules = {fault.partition(":")[0] for fault in reader.page.evaluate(JUDGE)}
    assert rules == {"html-has-lang", "color-contrast"}
    assert reader.page.evaluate(SIDEWAYS)
