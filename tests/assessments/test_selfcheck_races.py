"""Two colleagues at one self-assessment, or at one raised paper: exactly one acts. Each race has a control."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assessments.actions import raising, selfchecks
from assessments.models import Assessment, Case, SelfAssessment
from assessments.policies import selfchecks as rules
from commitments.models import Line
from objectives.actions import Overtaken
from objectives.models import Campaign, Paper, Target
from portal.core.errors import Refused
from portal.core.models import Deed
from tests.assessments.test_raising import following
from tests.judged import judged, marked
from tests.whole.test_races import together
from units.policies import standing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]
KIND, WINDOW = "municipal_school", 0.4


@pytest.fixture
def story():
    return judged(KIND)


@pytest.fixture
def unguarded(monkeypatch):
    """The guard taken away: the rows are read without a lock, and everyone hesitates before writing."""

    def read(check, policy, by, at):
        check = SelfAssessment.objects.select_related("document", "saved_by").get(pk=check.pk)
        check.case = Case.objects.select_related("assessment__campaign__bureau", "assessment__standard").get(
            pk=check.case_id
        )
        who = standing(by, on=timezone.localdate(at))
        assert policy(who, check)
        time.sleep(WINDOW)
        return check, who

    monkeypatch.setattr(selfchecks, "_take", read)


def two_write(story):
    """Staff and head save different words, both from version 1."""
    marked(story.cases[KIND], completion=50)
    check = selfchecks.begin(story.cases[KIND], by=story.people[f"{KIND}_staff"], at=timezone.now())
    acts = [
        lambda by=story.people[f"{KIND}_{name}"], text=name: selfchecks.save(
            SelfAssessment.objects.select_related("case__assessment__campaign__bureau").get(pk=check.pk),
            {"did": text}, {}, version=1, by=by, at=timezone.now(),
        )
        for name in ("staff", "head")
    ]  # fmt: skip
    return together(*acts)


def test_without_the_lock_one_overwrites_the_other_and_nobody_is_told(story, unguarded):
    assert not any(isinstance(outcome, Exception) for outcome in two_write(story))


def test_one_of_two_who_save_at_once_is_told(story, monkeypatch):
    ask = rules.can_write

    def hesitate(*args):
        verdict = ask(*args)
        time.sleep(WINDOW)
        return verdict

    monkeypatch.setattr(rules, "can_write", hesitate)
    outcomes = two_write(story)
    (late,) = [outcome for outcome in outcomes if isinstance(outcome, Overtaken)]
    (stored,) = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert late.current.did == stored.did == SelfAssessment.objects.get().did
    assert SelfAssessment.objects.get().version == 2


def two_raise(story):
    Assessment.objects.update(phase="published", notified_at=timezone.now(), published_at=timezone.now(),
                              published_by=story.people["style_office"])  # fmt: skip
    Line.objects.update(actual=Decimal(36))
    campaign = following(story)
    Campaign.objects.filter(pk=campaign.pk).update(starts_on=timezone.localdate() - timedelta(days=1))
    acts = [
        lambda by=story.people[f"{KIND}_{name}"]: raising.begin_raised(
            campaign, story.units[KIND], by=by, at=timezone.now()
        )
        for name in ("staff", "head")
    ]
    return together(*acts)


def test_without_looking_again_the_second_writes_the_paper_over(story, monkeypatch):
    monkeypatch.setattr(raising.queries, "is_untouched", lambda paper: True)
    outcomes = two_raise(story)
    assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
    assert Deed.objects.filter(verb="paper.raised").count() == 2


def test_a_paper_is_raised_once(story):
    outcomes = two_raise(story)
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1, outcomes
    assert Paper.objects.filter(campaign__year=story.campaign.year + 1).count() == 1
    assert Target.objects.exclude(continues="").count() == 2
    assert Deed.objects.filter(verb="paper.raised").count() == 1
