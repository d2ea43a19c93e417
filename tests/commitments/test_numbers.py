"""Numbers of official documents: one series a bureau, kind and calendar year."""

import pytest

from commitments.models import NumberSeries
from commitments.numbers import next_number, next_numbers
from objectives.models import Campaign
from tests import stories


@pytest.mark.django_db
def test_two_campaigns_of_a_bureau_share_the_numbers_of_a_year_and_each_year_begins_anew():
    story, other = stories.education(), stories.culture()
    last_year = Campaign.objects.get(pk=story.campaign.pk)
    last_year.pk, last_year.code, last_year.year = None, "north-before", story.campaign.year - 1
    last_year.save()
    assert next_number(last_year, "order", year=2026).endswith("改〔2026〕1号")
    assert next_number(story.campaign, "order", year=2026).endswith("改〔2026〕2号")
    assert next_numbers(last_year, "order", year=2026, count=2)[-1].endswith("改〔2026〕4号")
    assert next_number(story.campaign, "order", year=2027).endswith("改〔2027〕1号")
    assert next_number(story.campaign, "notice", year=2026).endswith("知〔2026〕1号")
    assert next_number(other.campaign, "order", year=2026).endswith("改〔2026〕1号")


@pytest.mark.django_db
def test_numbers_once_counted_by_campaign_are_not_given_twice():
    story = stories.education()
    NumberSeries.objects.create(campaign=story.campaign, kind="order", last=7)
    assert next_number(story.campaign, "order", year=2026).endswith("〕8号")
    assert next_number(story.campaign, "order", year=2026).endswith("〕9号")
