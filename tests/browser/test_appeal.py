"""An appeal in browsers: a head reads the result and appeals, two check again alone, a leader decides on a phone."""

import pytest
from playwright.sync_api import expect

from assessments.models import Appeal
from tests.assessments.results import case_of, head, notified, office, scored
from tests.browser.pages import PHONE
from tests.stories import PASSPHRASE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_appeal_is_filed_checked_again_by_two_and_decided(visit, transactional_db):
    story = scored()
    notified(story)
    school = visit(head(story), **PHONE)
    the_head_appeals(school, story)
    the_office_names_two(visit(office(story)), story)
    for name, points in (("auditor", "58"), ("administrator", "57")):
        one_checks_again(visit(story.people[name]), points)
    the_office_drafts(visit(office(story)), story)
    story.enrol(story.people["bureau_head"])
    the_leader_decides(visit(story.people["bureau_head"], **PHONE))
    assert Appeal.objects.get().decided_at
    school.open("/work/result/")
    expect(school.page.locator(".result-total b")).to_have_text("96.50")
    school.tap(school.link("See where it stands"))
    changed = school.words("The result was changed", "appeal")
    expect(school.page.locator(".work-head .light")).to_contain_text(changed)


def the_head_appeals(school, story):
    school.from_desk("Read the result")
    expect(school.page.locator(".result-total b")).to_have_text(str(case_of(story).total))
    school.tap(school.link("File an appeal"))
    school.page.fill("#id_grounds", "第三项承诺六月已经完成，验收单附后。")
    school.page.fill(f"#id_c{story.criteria['completion'].pk}", "漏计第三项承诺。")
    school.tap(school.button("File the appeal"))
    school.is_told("The appeal is filed. Two people who had no part before check it again.")


def the_office_names_two(clerk, story):
    clerk.from_desk("Name them")
    clerk.page.select_option("#id_first", value=str(story.people["auditor"].pk))
    clerk.page.select_option("#id_second", value=str(story.people["administrator"].pk))
    clerk.tap(clerk.button("Name these two"))
    clerk.is_told("Named. Both were told; each checks alone.")


def one_checks_again(person, points):
    person.from_desk("Check again")
    point = Appeal.objects.get().points.get()
    expect(person.page.locator("main")).not_to_contain_text("58")
    person.page.fill(f"#id_p{point.pk}", points)
    person.page.fill(f"#id_w{point.pk}", "验收单属实。")
    person.tap(person.button("Hand in what I found"))
    person.is_told("Handed in.")


def the_office_drafts(clerk, story):
    clerk.from_desk("Draft it")
    clerk.page.fill("#id_decision", "经复核，第三项承诺按期完成，应予计分。")
    clerk.page.select_option("#id_signer", index=1)
    clerk.tap(clerk.button("Number it and send it to be signed"))
    clerk.is_told("The decision has its number and waits for the leader’s signature.")


def the_leader_decides(leader):
    leader.from_desk("Read and sign")
    expect(leader.page.locator("article.official-text")).to_contain_text("按复核结果改变原得分")
    leader.write("#id_passphrase", PASSPHRASE)
    leader.tap("#id_read")
    leader.tap(leader.button("Sign the decision"))
    leader.is_told("Signed and decided. The unit was told.")
