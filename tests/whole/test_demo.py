"""The demonstration year: every state is there, the record holds, and nothing is played twice."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection

from commitments.models import (
    Amendment,
    Bulletin,
    Commitment,
    Line,
    Meeting,
    Month,
    Publication,
    Rectification,
    Review,
    Sheet,
)
from objectives.missing import MUST, missing_to_submit
from objectives.models import Campaign, Document, KindRule, Paper, Step
from objectives.routes import LEAVES_MARK
from portal.core import deeds, seals, vault
from portal.core.clock import is_demo
from portal.core.errors import Refused
from portal.core.models import Deed, Installation, Letter
from portal.core.signing import verify
from portal.core.special_days import shipped
from portal.core.workdays import Workdays
from portal.demo import before, cast, founding, january, script, texts
from portal.demo.handwriting import strokes_of
from tests.whole.judged_demo import (
    YEAR,
    assert_last_year_is_over,
    assert_papers_were_raised,
    assert_this_year_was_judged,
    assert_units_learn,
)

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
WINTER = datetime(2027, 2, 11, 12, 0, tzinfo=UTC)
"""The evening of the day on which this year's campaign is archived."""
WORKDAYS = Workdays({day: works for day, (works, _zh, _en) in shipped().items()})


def standings() -> dict[str, str]:
    """Unit → state, with the role that is waited for."""
    waited = {step.paper_id: step.role for step in Step.objects.open()}
    papers = Paper.objects.filter(campaign__year=YEAR).select_related("unit", "campaign__bureau")
    return {
        f"{paper.campaign.bureau.code}/{paper.unit.code}": " ".join(filter(None, (paper.state, waited.get(paper.pk))))
        for paper in papers
    }


def rows() -> dict[str, int]:
    """How many rows every table has."""
    counts = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            counts[name] = cursor.fetchone()[0]
    return counts


def told(*words: str) -> str:
    out = StringIO()
    call_command("demo", *words, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_the_year_is_played_once_and_stands_in_every_state(caplog):
    founding.play(on=date(2026, 5, 14), now=NOW)
    assert standings()["anqiu-edu/ms01"] == "returned"
    assert standings()["fangzi-culture/bureau"] == "draft"
    assert not Publication.objects.filter(year=YEAR).exists()
    assert_last_year_is_over()
    founding.play(on=None, now=NOW)

    assert_every_state()
    assert_the_round_that_was_returned()
    assert_what_drafts_lack()
    assert_documents_are_genuine()
    assert_the_year_was_kept()
    assert_units_learn(on=NOW.date())
    assert_papers_were_raised()
    assert_letters_stay_in_the_house()
    assert deeds.first_break() is None

    before, head = rows(), deeds.head()
    assert founding.play(on=None, now=NOW).played == 0
    assert founding.play(on=date(2026, 3, 1), now=NOW).played == 0, "an earlier day plays no earlier year"
    assert (rows(), deeds.head()) == (before, head)

    assert_logins()

    assert founding.play(on=None, now=WINTER).played > 0
    assert_this_year_was_judged()
    assert founding.play(on=None, now=WINTER).played == 0, "a day that was over is not played again"
    assert "Left out of the demonstration" not in caplog.text
    assert deeds.first_break() is None


def assert_every_state():
    assert is_demo()
    now = standings()
    assert now["fangzi-culture/bureau"] == "published"
    assert Commitment.objects.filter(publication__bureau_code="fangzi-culture").count() == 15
    published = {f"anqiu-edu/{unit}" for unit in ("ms01", "to01", "ts0101", "dp01", "af01")}
    assert {unit for unit, state in now.items() if state == "published"} - {"fangzi-culture/bureau"} == published
    expected = {
        "ms02": "in_route linked_leader", "ms03": "returned", "ms04": "draft", "to02": "in_route style_office",
        "to03": "draft", "ts0102": "complete", "ts0103": "in_route town_office", "ts0202": "in_route head",
        "dp02": "in_route style_office", "dp03": "in_route line_leader", "dp04": "draft", "af02": "in_route head",
    }  # fmt: skip
    assert {unit: now[f"anqiu-edu/{unit}"] for unit in expected} == expected
    late = Publication.objects.filter(year=YEAR, published_at__date__gt=date(2026, 5, 25))
    assert not late.exists()


def assert_the_round_that_was_returned():
    paper = Paper.objects.get(unit__code="ms01", campaign__year=YEAR)
    first, second = paper.revisions.order_by("round")
    assert "30个教室" in first.content and "36个教室" in second.content
    assert "2026-09-30" in second.content and first.fingerprint != second.fingerprint
    assert {remark.objective for remark in paper.returns.get().remarks.all()} == {6, 8}


def assert_what_drafts_lack():
    for paper in Paper.objects.in_full().filter(campaign__bureau__code="anqiu-edu"):
        rule = KindRule.objects.get(campaign=paper.campaign, kind=paper.unit.kind)
        lacks = missing_to_submit(paper, rule)
        assert (paper.state == "draft") == any(lack.level == MUST for lack in lacks), paper.unit.code


def assert_documents_are_genuine():
    marks = Counter(Step.objects.filter(act__in=LEAVES_MARK).values_list("paper", "round"))
    known = {
        row.sha256: verify.KnownDocument(row.signed == expected, row.signed, expected)
        for row in Document.objects.select_related("revision")
        for expected in [marks[row.revision.paper_id, row.revision.round]]
    }
    published = Publication.objects.filter(year=YEAR).values_list("document", flat=True)
    for sha256 in published:
        finding = verify.examine(vault.get(sha256), known=known.get)
        assert finding.verdict == verify.Verdict.GENUINE_COMPLETE, finding.reasons
        assert all(fact.demo for fact in finding.signatures)
        assert all(fact.at.astimezone(script.SHANGHAI).hour in range(8, 18) for fact in finding.signatures)
    halfway = Document.objects.filter(revision__paper__unit__code="ms02", revision__paper__campaign__year=YEAR).last()
    assert verify.examine(vault.get(halfway.sha256), known=known.get).verdict == verify.Verdict.GENUINE_PARTIAL


def assert_the_year_was_kept():
    months = Month.objects.filter(campaign__bureau__code="anqiu-edu", campaign__year=YEAR).order_by("code")
    assert [month.code[-2:] for month in months] == ["06", "07", "08", "09", "10", "11"]
    assert [bool(month.frozen_at) for month in months] == [True] * 5 + [False]
    sheets = Sheet.objects.filter(month__campaign__year=YEAR)
    cells = Counter(sheets.exclude(cell="").values_list("cell", flat=True))
    assert cells["late"] == 4 and cells["not_reported"] == 2 and cells["on_time"] > 20
    statuses = set(Commitment.objects.filter(publication__year=YEAR).values_list("status", flat=True))
    assert statuses >= {"kept", "ahead", "on_schedule", "behind", "overdue"}
    states = list(Bulletin.objects.filter(campaign__year=YEAR).values_list("state", flat=True))
    assert len(states) == 4 and "to_sign" in states, states
    review = Review.objects.get(campaign__bureau__code="anqiu-edu", campaign__year=YEAR)
    assert review.published_at and review.is_baseline and review.invitations.filter(used=True).count() > 20
    assert Rectification.objects.get(unit__code="to01", campaign__year=YEAR).state == "closed"
    assert Rectification.objects.get(unit__code="bureau").state == "planned"
    assert Amendment.objects.get().state == "in_force"
    assert Meeting.objects.get().document is not None
    assert Line.objects.without_person().filter(unit__code="af01").count() == 2


def assert_letters_stay_in_the_house():
    assert Letter.objects.exists()
    assert not Letter.objects.waiting().exists()


def assert_logins():
    table = told("--logins")
    for login in cast.FEATURED:
        assert re.search(rf"^{login} ", table, re.MULTILINE)
        assert get_user_model().objects.get(username=login).tenures.count() == 1
    assert cast.PASSWORD in table and cast.PASSPHRASE in table
    assert get_user_model().objects.get(username="school1-head").check_password(cast.PASSWORD)


@pytest.mark.django_db
def test_a_portal_in_real_use_is_never_played_over():
    Installation.objects.create(is_demo=False, created_at=NOW)
    with pytest.raises(CommandError, match="real use"):
        told()
    with pytest.raises(CommandError):
        told("--logins")
    assert not Campaign.objects.exists()
    assert not Deed.objects.exists()


@pytest.mark.django_db
def test_the_future_is_not_played():
    with pytest.raises(Refused, match="not come yet"):
        founding.play(on=date(2026, 11, 23), now=NOW)
    assert not Installation.objects.exists()


def test_before_11_may_it_is_still_last_years_campaign():
    assert script.plan_year(date(2026, 5, 10)) == 2025
    assert script.plan_year(date(2026, 5, 11)) == 2026


@pytest.mark.parametrize("year", range(2017, 2041))
def test_in_every_year_last_years_cycle_ends_before_the_next_campaign(year):
    acts = script.acts(year, WORKDAYS, before.SCRIPT)
    for unit, scenes in before.SCRIPT[before.BUREAU].items():
        assert [act.verb for act in acts if act.unit == unit] == [verb for verb, _day, _clock in scenes]
    assert all(WORKDAYS.is_workday(act.at.date()) for act in acts)
    assert january.day_of(year, 23, WORKDAYS) < date(year + 1, 3, 1)


def test_last_years_texts_are_whole_and_lead_to_this_year():
    for unit, row in before.UNITS.items():
        text = before.text_of(unit, YEAR - 1)
        assert text.keys == row.objectives and set(row.reached) == set(row.objectives)
        this_year = {key: line["targets"][0] for key, line in zip(*_this_year(unit), strict=True)}
        for key in row.objectives:
            begins = this_year[key]["baseline"]
            assert begins == Decimal(row.reached[key]) or (unit, key) in before.NOT_RAISED, (unit, key)


def _this_year(unit: str):
    text = texts.text_of(unit, YEAR)
    return text.keys, text.final


@pytest.mark.parametrize("year", range(2017, 2041))
def test_in_every_year_acts_follow_one_another_and_are_signed_in_time(year):
    acts = script.acts(year, WORKDAYS)
    for unit in {(act.bureau, act.unit) for act in acts}:
        verbs = [act.verb for act in acts if (act.bureau, act.unit) == unit]
        assert verbs == [verb for verb, _day, _clock in script.SCRIPT[unit[0]][unit[1]]]
    deadline = WORKDAYS.on_or_after(date(year, 5, 22))
    assert all(act.at.date() <= deadline and WORKDAYS.is_workday(act.at.date()) for act in acts)


def test_every_paper_of_the_script_has_its_text_in_both_languages():
    for unit in script.ANQIU:
        text = texts.text_of(unit, 2026)
        assert text.first[0]["kind"] == "benchmark"
        for row in (*text.first, *text.final):
            assert row["text_en"] and row["text_zh"] and len(row["text_zh"]) <= 60
            assert len(row["measures"]) == len(row["measures_en"]) <= 3
            assert row["due_on"].year in (2026, 2027)
            words = " ".join((row["text_zh"], *row["measures"], *(target["text_zh"] for target in row["targets"])))
            assert not re.search(r"[{}]|\d{11}|[,;:()]", words), words


def test_everyone_who_signs_has_a_hand_of_their_own():
    people = {login: name for bureau in cast.CAST for login, _unit, _key, name in cast.parts(bureau)}
    assert len(set(people.values())) == len(people), "names are told apart"
    hands = [strokes_of(people[login]) for login in ("school1-head", "linked-leader", "line-leader", "town1-office")]
    assert all(hands)
    for strokes in hands:
        assert seals.parse_strokes(str(strokes)) == [[tuple(point) for point in stroke] for stroke in strokes]
    assert strokes_of("王建国") == strokes_of("王建国") != strokes_of("王明立")
