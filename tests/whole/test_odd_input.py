"""Whatever an address or a form is asked for, the answer is a page, “not found” or “not clear”: never an error."""

import uuid

import pytest
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from assessments.models import Assessment
from assessments.queries import results
from commitments.models import Month
from objectives.models import Benchmark, Pairing
from portal.access import ACCESS
from tests import judged
from tests.objectives.learning import client_of, learning, matched
from tests.worlds import shared
from units.models import Post, Role, Tenure

pytestmark = pytest.mark.django_db
KEY = str(uuid.UUID(int=7))
ODD = {
    "a letter": "x",
    "NUL": "a\0_\0",
    "36 dashes": "-" * 36,
    "digits without end": "9" * 5000,
    "other digits": "٣²",
    "an array": "[1]",
    "the first moment": f"0001-01-01T00:00:00+14:00_{KEY}",
    "a small figure": f"1E-999999_{KEY}",
    "a far place": f"{'9' * 30}|0001:|{'9' * 30}",
}
"""Signs that nobody types and that programs do."""

ASKED = {
    "archives": ("campaign",), "assessment": ("campaign",), "assessment_days": ("campaign",),
    "benchmarks": ("q", "after", "campaign"), "bulletins": ("campaign",), "calendar": ("year", "day"),
    "changes": ("after", "show"), "clock": ("before",), "contacts": ("after", "campaign", "missing"),
    "dispatch": ("after",),
    "inspections": ("after", "state"), "ledger": ("after", "q", "sort", "kind", "light"), "ledger_names": ("q",),
    "letters": ("before",), "my_result": ("case",), "people": ("q", "after"), "record": ("before",),
    "rectifications": ("after", "show"), "rectification_new": ("q", "line", "unit"), "registry_new": ("for",),
    "results": ("after", "kind", "grade", "campaign", "q", "words"), "selfchecks": ("after", "assessment"),
    "standards": ("campaign",), "timetable": ("campaign",), "visits": ("month", "campaign"),
    "visit_new": ("unit", "benchmark"),
    "registry_entry": ("unit", "q", "campaign"), "passphrase_forgotten": ("next",), "reviews": ("campaign",),
}  # fmt: skip
"""What the pages of the workspace read from their addresses; every other page is asked for `after` once."""


def built():
    """One person who holds the posts of the style office, of the administration and of a school's staff."""
    story = learning()
    story.pair, user = matched(story), story.people["style_office"]
    story.assessment = Assessment.objects.create(campaign=story.campaign, standard=judged.frozen_standard(story),
                                                 phase="scoring", self_due_on=story.today,
                                                 inspect_from_on=story.today, inspect_to_on=story.today)  # fmt: skip
    for role, unit in ((Role.ADMINISTRATOR, "bureau"), (Role.STAFF, "municipal_school")):
        post = Post.objects.get(unit=story.units[unit], role=role)
        Tenure.objects.create(post=post, user=user, from_on="2017-01-01")
    Month.objects.create(campaign=story.campaign, code="2026-06", opens_on="2026-06-20", due_on="2026-06-25",
                         freezes_on="2026-06-30", head_from="2026-06-24", opened_at=timezone.now())  # fmt: skip
    return story


world = shared(built)


@pytest.fixture
def client(world, db):
    client = client_of(world.people["style_office"])
    client.raise_request_exception = False
    return client


def pages():
    """Every page of the workspace that needs nothing in its address, and lists below it that do."""
    for name, row in ACCESS.items():
        if row.about == "page" and "GET" in row.methods:
            try:
                yield name, reverse(name)
            except NoReverseMatch:
                continue
    for which in ("late", "stuck", "requests", "odd"):
        yield f"dispatch {which}", reverse("dispatch_list", args=["2026-06", which])


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_no_address_of_the_workspace_breaks_on_what_nobody_would_type(world, client, odd):
    entry = ("registry_entry", reverse("registry_entry", args=[world.benchmark.pk]))
    broken = [
        f"{page}?{name}"
        for page, address in [entry, *pages()]
        for name in ASKED.get(page, ("after",) if odd == "x" else ())
        if client.get(address, {name: odd}).status_code >= 500
    ]
    assert broken == []


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_no_form_breaks_on_it_either(world, client, odd):
    benchmark = Benchmark.objects.get(bureau=world.bureau)
    asked = {
        reverse("visit_warnings"): ("visit", "unit", "benchmark", "from_on", "people", "version"),
        reverse("visit_new"): ("unit", "benchmark", "from_on", "people", "version", "seen"),
        reverse("gaps", args=[world.pair.pk]): ("indicators", "version", "i-0-objective", "i-0-our_value", "act"),
        reverse("contact_note", args=[world.pair.pk]): ("on", "way", "about"),
        reverse("registry_match", args=[benchmark.pk]): ("unit", "campaign", "why"),
        reverse("registry_new"): ("campaign", "tier", "name_zh"),
        reverse("blackouts"): ("from_on", "why_zh"),
        reverse("letters"): ("letter",),
        reverse("calendar"): ("day", "year", "on"),
        reverse("archives"): ("campaign",),
        reverse("ledger_view"): ("name", "delete"),
        reverse("results"): ("campaign", "act", "signer"),
        reverse("inspectors"): ("act", "post", "inspector"),
        reverse("meeting", args=["2026-06"]): ("act", "decision", "held_on"),
        reverse("aggregate_send", args=["2026-06"]): ("unit", "word"),
        reverse("dispatch_chase", args=["2026-06"]): ("sheet",),
    }
    broken = []
    for address, names in asked.items():
        for name in names:
            with transaction.atomic():
                more = {"act": "more"} if name == "indicators" else {}
                if client.post(address, more | {name: odd}).status_code >= 500:
                    broken.append(f"{address} {name}")
                transaction.set_rollback(True)
    assert broken == []
    assert Pairing.objects.count() == 1


@pytest.mark.parametrize("odd", ["NaN_x", "sNaN_x", "Infinity_x", "1E-999999_x", "1E999999_x", "٣_x", "_x", "x_"])
def test_a_place_in_the_table_of_results_that_is_none_shows_its_first_page(world, odd):
    assert results.page(world.assessment, kind="department", after=odd) == ([], "")
