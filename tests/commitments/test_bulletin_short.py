"""The first quarter of a campaign may hold one month of keeping only."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commitments.models import Bulletin
from commitments.sweeps.bulletins import draft_due
from tests import quarters

pytestmark = pytest.mark.django_db


def test_a_quarter_with_one_month_says_so():
    story = quarters.played("municipal_school", only_last_month=True)
    on = max(timezone.localdate(), story.months[-1].freezes_on + timedelta(days=1))
    draft_due(on=on, at=timezone.now())
    bulletin = Bulletin.objects.get(campaign=story.campaign)
    assert bulletin.figures["first_month"] and len(bulletin.months) == 1
    assert "践诺阶段首月" in bulletin.text["opening"][0]
