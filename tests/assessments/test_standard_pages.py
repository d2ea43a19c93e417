"""The pages of the standard and the hub: written, tried, frozen and read; each reader sees what is theirs."""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from assessments import machine, standards_onward
from assessments.actions import standards as acts
from assessments.models import Assessment, Case, Mark, Standard
from assessments.states import Source
from commitments import prints
from objectives.models import Campaign
from portal.core import desk
from portal.core.models import Deed
from tests import stories
from tests.judged import judged
from tests.months import plain_paper
from tests.promised import promised
from units.policies import standing

pytestmark = pytest.mark.django_db
HUB, LIST = "/work/assessment/", "/work/assessment/standard/"


@pytest.fixture(autouse=True)
def plainly(settings, monkeypatch):
    """In English, without a second factor and without printing."""
    settings.MFA_REQUIRED_FOR = []
    for name in ("base", "stamped"):
        monkeypatch.setattr(prints, name, lambda *_args, **_facts: uuid4().bytes)
    with translation.override("en"):
        yield


def client(user) -> Client:
    found = Client(headers={"accept-language": "en"})
    found.force_login(user)
    return found


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def office(story) -> Client:
    return client(story.people["style_office"])


def settings_of(standard: Standard, **changed) -> dict:
    told = {"act": "settings", "edits": standard.edits, "title_zh": "细则", "title_en": "Standard"}
    limits = {"from_excellent": "90", "from_good": "80", "from_pass": "60", "top_share": "25", "top_least": "1"}
    return told | limits | {"bonus_most": "5", "differs_from": "10", "appeal_days": "5"} | changed


def test_the_office_writes_tries_freezes_and_everyone_reads_it():
    story = stories.education()
    there = office(story)
    assert "No standard has been written" in text(there.get(LIST))
    made = there.post(LIST, {"campaign": story.campaign.code})
    standard = Standard.objects.get()
    here = f"{LIST}{standard.pk}/"
    assert made.headers["Location"] == here
    page = text(there.get(here))
    assert "Completion of promises" in page and "All criteria 100" in page and "Freeze the standard" in page

    assert there.post(here, settings_of(standard)).status_code == 302
    standard.refresh_from_db()
    assert standard.top_share == 25
    stale = there.post(here, settings_of(standard, edits=1, top_share="40"))
    assert stale.status_code == 409 and 'value="40"' in stale.content.decode(), "what was typed is kept"
    assert "A colleague changed" in text(stale)
    assert there.post(here, settings_of(standard, top_share="many")).status_code == 422

    row = standard.criteria.get(key="reporting")
    edit = f"{here}criterion/{row.pk}/"
    form = there.get(edit)
    fields = dict(re.findall(r'name="([a-z_]+)"[^>]*?value="([^"]*)"', form.content.decode()))
    assert fields["reporting_late"] == "1" and fields["points"] == "10"
    sent = {"edits": standard.edits, "group": "B", "name_zh": "月报", "points": "8", "method": "machine"}
    sent |= {"rule": "reporting", "reporting_late": "0.5", "reporting_missed": "2"}
    sent |= {"scoring_zh": "按期", "source_zh": "系统"}
    assert there.post(edit, sent | {"points": "800"}).status_code == 409
    assert there.post(edit, sent | {"points": ""}).status_code == 422
    assert there.post(edit, sent).status_code == 302
    row.refresh_from_db()
    assert (row.points, row.params) == (8, {"late": "0.5", "missed": "2"})
    refused = there.post(here, {"act": "freeze"})
    assert refused.status_code == 409 and "add up to 98: 2 are missing" in text(refused)
    standard.refresh_from_db()
    new = {"edits": standard.edits, "group": "G", "name_zh": "现场", "points": "2", "method": "inspection"}
    new |= {"looked_at": "on", "scoring_zh": "现场评定", "source_zh": "现场"}
    assert there.post(f"{here}criterion/", new).status_code == 302
    standard.refresh_from_db()
    extra = standard.criteria.get(key="own-1")
    assert there.post(f"{here}criterion/{extra.pk}/", {"act": "up", "edits": standard.edits}).status_code == 302
    assert there.post(here, {"act": "freeze"}).status_code == 302
    _read_by_everyone(story, there, here)


def _read_by_everyone(story, there: Client, here: str) -> None:
    standard = Standard.objects.get()
    response = there.get(here)
    page = text(response)
    assert "Frozen" in page and standard.document.number in page
    assert 'value="settings"' not in response.content.decode(), "a frozen standard has no form"
    assert there.post(here, settings_of(standard)).status_code == 409
    assert Deed.objects.filter(verb="standard.not_allowed").latest("number").facts["what"] == "settings"
    unit = client(story.people["department_staff"])
    assert "现场" in text(unit.get(here)), "every unit reads what counts"
    assert unit.post(here, {"act": "freeze"}).status_code == 404
    public = Client().get(f"/en/north/standard/{story.campaign.year}/")
    assert public.status_code == 200 and "Completion of promises" in text(public)
    assert standard.document.number in text(public) and "style_office" not in text(public)
    assert "按期" in text(Client().get(f"/zh/north/standard/{story.campaign.year}/"))
    missing = Client().get("/en/north/standard/1999/")
    assert missing.status_code == 404
    address = f"/en/north/standard/{story.campaign.year}/"
    assert [link["url"] for link in standards_onward.of_bureau("north")] == [address]


def test_a_draft_is_tried_on_the_ledger_and_nothing_is_kept():
    story = stories.education()
    with plain_paper():
        for kind in ("department", "municipal_school"):
            promised(story, kind)
    standard = acts.begin(story.campaign, by=story.people["style_office"], at=timezone.now())
    there, here = office(story), f"{LIST}{standard.pk}/preview/"
    deeds = Deed.objects.count()
    page = text(there.get(here))
    assert "This cycle’s ledger as it stands today" in page and "2 units." in page
    assert "Below standard" in page and "In the middle" in page
    assert not Mark.objects.exists() and Deed.objects.count() == deeds
    assert client(story.people["department_head"]).get(here).status_code == 404
    with CaptureQueriesContext(connection) as few:
        there.get(here)
    with plain_paper():
        promised(story, "town_office")
    with CaptureQueriesContext(connection) as many:
        there.get(here)
    assert len(many) == len(few)


def test_the_hub_leads_the_office_through_the_phases():
    story = stories.education()
    there, campaign = office(story), story.campaign
    page = text(there.get(HUB))
    assert "Write the standard" in page and "Freeze the standard first" in page
    by = {"by": story.people["style_office"], "at": timezone.now()}
    standard = acts.freeze(acts.begin(campaign, **by), **by)
    with plain_paper():
        promised(story, "department")
    today = timezone.localdate()
    sent = {"campaign": campaign.code, "standard": standard.pk, "self_due_on": today + timedelta(days=3),
            "inspect_from_on": today + timedelta(days=4), "inspect_to_on": today + timedelta(days=2)}  # fmt: skip
    assert there.post(f"{HUB}days/", sent).status_code == 409
    assert there.post(f"{HUB}days/", sent | {"inspect_to_on": "soon"}).status_code == 422
    done = there.post(f"{HUB}days/", sent | {"inspect_to_on": today + timedelta(days=9)}, follow=True)
    assert "Open the assessment" in text(done)
    opened = there.post(HUB, {"campaign": campaign.code, "act": "open"}, follow=True)
    assert "every unit has its case" in text(opened) and "1 unit, since" in text(opened)
    assert there.post(HUB, {"campaign": campaign.code, "act": "open"}).status_code == 409
    asked = there.post(HUB, {"campaign": campaign.code, "act": "score"}, follow=True)
    assert "Under way: 0 of 1 units." in text(asked)
    assert there.post(HUB, {"campaign": campaign.code, "act": "what"}).status_code == 404
    unit = client(story.people["department_head"])
    mine = text(unit.get(HUB))
    assert "Assess the year" in mine and "Look through the scores" in mine and "Write the standard" not in mine
    assert unit.post(HUB, {"campaign": campaign.code, "act": "score"}).status_code == 404
    assert unit.get(f"{HUB}days/").status_code == 404
    other = client(story.people["town_school_head"])
    assert "Read the standard" in text(other.get(HUB))
    south = stories.culture()
    assert client(south.people["style_office"]).get(f"{HUB}?campaign={campaign.code}").status_code == 404
    assert "There is no campaign" not in text(client(south.people["style_office"]).get(HUB))


def test_the_hub_opens_with_the_year_that_is_judged_else_with_the_one_to_prepare():
    story = judged("department")
    before = Campaign.objects.create(
        bureau=story.campaign.bureau, code="north-before", year=story.campaign.year - 1, title_zh="上一年",
        number_prefix="NB",
        rules={}, content={}, file_hash="1" * 64, loaded_at=timezone.now(), loaded_by="test",
        starts_on=story.campaign.starts_on - timedelta(days=365), ends_on=story.campaign.starts_on - timedelta(days=1),
    )  # fmt: skip
    there, head = office(story), client(story.people["department_head"])
    Assessment.objects.update(campaign=before)
    chosen = [there.get(HUB).context["campaign"], head.get(HUB).context["campaign"]]
    assert chosen == [before, before], "it is under way"
    told = {"notified_at": timezone.now(), "published_by": story.people["style_office"]}
    Assessment.objects.update(phase="published", published_at=timezone.now(), **told)
    chosen = [there.get(HUB).context["campaign"], head.get(HUB).context["campaign"]]
    assert chosen == [story.campaign, before], "the office prepares the next one, a unit reads the last"


def test_every_score_has_its_reason_and_its_lines_and_marks_of_others_stay_hidden():
    story = judged("department", "municipal_school")
    machine.score(story.assessment, at=timezone.now())
    case, other = story.cases["department"], story.cases["municipal_school"]
    Mark.objects.create(
        case=case, criterion=story.criteria["completion"], source=Source.INSPECTED, points=Decimal("41.50")
    )
    unit, here = client(story.people["department_head"]), f"{HUB}{case.pk}/"
    page = text(unit.get(here))
    assert "0 of 2 promises kept and checked: 60 × 0/2 = 0.00" in page
    assert "41.50" not in page, "what inspectors found is shown with the notice"
    assert "41.50" in text(office(story).get(here))
    behind = text(unit.get(f"{here}completion/"))
    assert "nothing reported · not checked" in behind and "How it stands" in behind
    for key in ("reporting", "openness"):
        assert unit.get(f"{here}{key}/").status_code == 200
    assert unit.get(f"{here}accident/").status_code == 404
    assert unit.get(f"{HUB}{other.pk}/").status_code == 404
    assert unit.get(f"{HUB}{other.pk}/completion/").status_code == 404
    assert client(stories.culture().people["style_office"]).get(here).status_code == 404
    Case.objects.filter(pk=case.pk).update(notified_at=timezone.now())
    assert "41.50" in text(unit.get(here))


def test_the_desk_says_what_the_stage_of_assessment_needs():
    story = judged("department")
    who = standing(story.people["style_office"], on=timezone.localdate())

    def waits() -> list[str]:
        return [item.what for item in desk.items_for(who, on=who.on)]

    wanted = ["Open the assessment", "Set the days of the assessment", "Write and freeze the standard"]
    assert not set(wanted) & set(waits())
    Assessment.objects.update(phase="prepared")
    assert wanted[0] in waits()
    Case.objects.all().delete()
    Assessment.objects.all().delete()
    assert wanted[1] in waits()
    with CaptureQueriesContext(connection) as one:
        desk.items_for(who, on=who.on)
    assert len(one) < 80
    staff = standing(story.people["department_staff"], on=who.on)
    assert not set(wanted) & {item.what for item in desk.items_for(staff, on=who.on)}
