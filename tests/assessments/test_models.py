"""What the database itself refuses of an assessment."""

import pytest
from django.db import IntegrityError, transaction

from tests.judged import judged, marked

pytestmark = pytest.mark.django_db


def test_a_mark_is_one_a_source_and_never_below_nothing():
    story = judged("department")
    case = story.cases["department"]
    marked(case, completion=50)
    for wrong in ({"completion": 40}, {"reporting": -1}, {"openness": 101}):
        with pytest.raises(IntegrityError), transaction.atomic():
            marked(case, **wrong)


def test_a_grade_without_a_total_is_refused():
    case = judged("department").cases["department"]
    case.grade = "good"
    with pytest.raises(IntegrityError), transaction.atomic():
        case.save()
