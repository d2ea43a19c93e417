"""The machine's scoring: one unit computed by hand from the standard's own table, and many at once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from assessments import default_standard, machine, rules
from assessments.models import Case, Criterion, Mark, Standard
from assessments.queries.standards import lines_behind
from assessments.sweeps import scoring as sweeps
from commitments.models import Line, Month, Publication, Rectification, Review, Sheet
from objectives import quarters
from objectives.models import Benchmark, Campaign, Companion, Contact, Pairing, Stage, Visit
from portal.core.models import Deed
from tests.judged import judged, post_of
from tests.months import at

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
SCHOOL, OTHER = "municipal_school", "department"
TODAY = date(2026, 11, 20)
STARTS_ON, ENDS_ON = date(2026, 2, 1), date(2026, 12, 31)


@pytest.fixture
def story():
    """Two units whose year is known line by line; the campaign runs from February to December 2026."""
    story = judged(SCHOOL, OTHER)
    campaign = story.campaign
    campaign.starts_on, campaign.ends_on = STARTS_ON, ENDS_ON
    campaign.save()
    Stage.objects.create(campaign=campaign, position=2, key="commit", name_zh="承诺", name_en="Commit",
                         from_on=date(2026, 3, 1), to_on=date(2026, 3, 31))  # fmt: skip
    standard = Standard.objects.create(campaign=campaign, version=2, made_at=timezone.now(),
                                       **default_standard.settings())  # fmt: skip
    Criterion.objects.bulk_create(Criterion(standard=standard, **row) for row in default_standard.criteria())
    story.assessment.standard = standard
    story.assessment.save()
    _promises(story)
    _reports(story)
    _benchmark(story)
    _orders(story)
    _reviews(story)
    Publication.objects.filter(unit=story.units[SCHOOL]).update(published_at=at(date(2026, 4, 9)))
    Publication.objects.filter(unit=story.units[OTHER]).update(published_at=at(date(2026, 3, 31), hour=23))
    return story


def _promises(story) -> None:
    """Twelve that count: nine kept and checked, one half-way, one at-most over its target, one kept but unchecked."""
    head = story.people[f"{SCHOOL}_head"]
    checked = {"verified_at": at(TODAY), "verified_by": head, "verified_post": post_of(head)}
    model = Line.objects.filter(unit=story.units[SCHOOL]).first()
    Line.objects.filter(unit=story.units[SCHOOL]).exclude(pk=model.pk).delete()
    facts = {"comparison": "ge", "target": 40, "due_on": date(2026, 10, 1), "done_on": date(2026, 9, 1)}
    rows = [facts | {"actual": 44} | checked for _line in range(6)]
    rows += [facts | {"actual": 40, "done_on": date(2026, 10, 2)} | checked]  # finished late
    rows += [
        {"comparison": "", "target": None, "said": "done"} | checked,
        {"comparison": "eq", "target": 5, "actual": 5} | checked,
    ]
    rows += [facts | {"actual": 20} | checked, {"comparison": "le", "target": 3, "actual": 4} | checked]
    rows += [facts | {"actual": 50}]  # nobody checked
    rows += [facts | {"actual": 1, "withdrawn_at": at(TODAY)}, facts | {"actual": 1, "done_before": True}]
    for place, row in enumerate(rows, start=1):
        copy = Line.objects.get(pk=model.pk)
        copy.pk, copy.code, copy.position, copy.commitment = None, f"L{place}", 100 + place, None
        for name, value in {"baseline": None, **row}.items():
            setattr(copy, name, value)
        copy.save()
    model.delete()


def _reports(story) -> None:
    """Six frozen months, one late and one missing; a seventh that is not frozen."""
    cells = ["on_time", "late", "not_reported", "on_time", "nothing_to_report", "on_time", ""]
    publication = story.cases[SCHOOL].publication
    for place, cell in enumerate(cells, start=4):
        day = date(2026, place, 20)
        month = Month.objects.create(campaign=story.campaign, code=f"2026-{place:02d}", opens_on=day, due_on=day,
                                     freezes_on=day, head_from=day, opened_at=at(day))  # fmt: skip
        Sheet.objects.create(month=month, publication=publication, unit=publication.unit, order=publication.order,
                             cell=cell)  # fmt: skip


def _benchmark(story) -> None:
    """A pair since March with contacts in two of the three quarters over; a visit joined; the gap analysis filed."""
    school, head = story.units[SCHOOL], story.people[f"{SCHOOL}_head"]
    benchmark = Benchmark.objects.get(bureau=story.bureau)
    Pairing.objects.all().delete()
    pair = Pairing.objects.create(campaign=story.campaign, unit=school, benchmark=benchmark, since_on=date(2026, 2, 10),
                                  gaps_filed_at=at(TODAY), gaps_filed_by=head)  # fmt: skip
    for on in (date(2026, 2, 20), date(2026, 3, 2), date(2026, 9, 1)):
        Contact.objects.create(pairing=pair, quarter=quarters.code_of(on), on=on, way="call", about="课后服务",
                               noted_at=at(on), noted_by=head)  # fmt: skip
    on = date(2026, 5, 6)
    for state, held in (("done", on), ("approved", None)):
        visit = Visit.objects.create(
            campaign=story.campaign, unit=story.units[OTHER], benchmark=benchmark, host="示例", state=state, from_on=on,
            to_on=on, purpose="学习", planned_at=at(on), planned_by=head, held_on=held, findings="见附件",
            written_at=at(on) if held else None,
        )  # fmt: skip
        Companion.objects.create(visit=visit, unit=school, joined_at=at(on), joined_by=head)


def _orders(story) -> None:
    """One closed late, one overdue and open, one in time, one that was never issued."""
    office = story.people["style_office"]
    post, other = post_of(office), story.people[f"{OTHER}_head"]
    for closed, overdue, issued, due in ((1, 1, 1, 10), (0, 0, 1, 10), (0, 0, 1, 30), (0, 1, 0, 10)):
        row = Rectification(
            campaign=story.campaign, unit=story.units[SCHOOL], state="closed" if closed else "issued", finding="示例",
            demand="示例", due_on=date(2026, 11, due), first_due_on=date(2026, 11, due), drafted_at=at(TODAY),
            drafted_by=office, signer=post,
        )  # fmt: skip
        row.overdue_at = at(TODAY) if overdue else None
        row.closed_at = row.checked_at = at(TODAY) if closed else None
        row.checked_by = other if closed else None
        if issued:
            row.issued_at, row.document = at(TODAY), _document(story, closed * 10 + due)
        row.save()


def _document(story, number: int):
    from commitments.actions import documents  # noqa: PLC0415 -- only these rows need one

    return documents.freeze("order", campaign=story.campaign, number=f"T{number}", title="示例", content={},
                            by="clock", at=at(TODAY))  # fmt: skip


def _reviews(story) -> None:
    """Two published results, a baseline, and one that is not published."""
    office = story.people["style_office"]
    code = story.cases[SCHOOL].publication.unit_code
    for half, score, baseline, published in (
        ("2025-H1", "90.00", False, True),
        ("2025-H2", "81.50", False, True),
        ("2026-H1", "10.00", True, True),
        ("2026-H2", "10.00", False, False),
    ):
        moment = at(TODAY)
        Review.objects.create(
            campaign=story.campaign, half=half, opens_on=TODAY, closes_on=TODAY, weights={}, minimums={},
            is_baseline=baseline, opened_at=moment, closed_at=moment, published_at=moment if published else None,
            published_by=office if published else None,
            result={"units": [{"code": code, "score": score}, {"code": "nobody", "score": None}]},
        )  # fmt: skip


BY_HAND = {
    # 60 × (9 + 20/40 + 3/4) / 12; the unchecked one gives nothing
    "completion": (Decimal("51.25"), "9 of 12", "60 × 10.25/12 = 51.25"),
    "reporting": (Decimal(7), "Of 6 months 1 late and 1 missing", "10 − 1 × 1 − 1 × 2, at least 0, makes 7.00"),
    "visit": (Decimal(4), "1 visit written up (1 of them joined)", "4.00"),
    "contacts": (Decimal("2.6667"), "2 of 3 quarters", "4 × 2/3 = 2.67"),
    "gaps": (Decimal(2), "1 of 1 benchmarks", "2.00"),
    # published on 9 April, due by 31 March: nine days, two weeks begun
    "openness": (Decimal(3), "9 days after 31 March 2026; weeks begun: 2", "5 − 2 × 1, at least 0, makes 3.00"),
    "rectification": (Decimal(2), "Of 3 rectifications 1 closed late and 1 overdue", "5 − 1 × 1 − 1 × 2"),
    "review": (Decimal("8.575"), "Mean of 2 published", "10 × 85.75/100 = 8.58"),
}


def test_one_unit_scored_by_hand_from_the_table_of_the_standard(story):
    tried = _tried(story)
    assert not Mark.objects.exists(), "a preview writes nothing"
    assert machine.score(story.assessment, at=at(TODAY)) == 16
    marks = {mark.criterion.key: mark for mark in story.cases[SCHOOL].marks.select_related("criterion")}
    for key, (points, *said) in BY_HAND.items():
        mark, criterion = marks[key], marks[key].criterion
        assert mark.points == points, key
        with translation.override("en"):
            told = rules.explained(criterion.rule, mark.facts, points=mark.points, worth=criterion.points,
                                   params=criterion.params)  # fmt: skip
        for words in said:
            assert words in told, told
    facts = marks["completion"].facts
    assert (facts["unchecked"], facts["late"], facts["left_out"]) == (1, 1, 2)
    _agree_with_the_lines_behind(story)
    # the other unit: published on the last evening; no month, no pair, no order, no review
    other = dict(story.cases[OTHER].marks.values_list("criterion__key", "points"))
    assert (other["openness"], other["rectification"], other["contacts"], other["visit"]) == (5, 5, 0, 0)
    assert other["reporting"] is None and other["review"] is None
    for mark in Mark.objects.select_related("case"):
        found = tried[mark.case.publication_id, mark.criterion_id]
        assert (found is None) == (mark.points is None)
        assert found is None or abs(found - mark.points) < Decimal("0.0001")


def _agree_with_the_lines_behind(story) -> None:
    """What a page shows behind a score adds up to the facts of the score."""
    case = Case.objects.select_related("assessment__campaign", "publication").get(pk=story.cases[SCHOOL].pk)
    behind = {row.key: lines_behind(case, row, on=TODAY) for row in story.assessment.standard.criteria.all()}
    counted = [row for row in behind["completion"] if row.counts is not None]
    assert sum(Decimal(row.gives) for row in counted) == Decimal("10.25")
    assert (len(counted), len(behind["completion"])) == (12, 14)
    assert [row.gives for row in behind["reporting"]] == ["", "−1", "−2", "", "", ""]
    assert [row.counts for row in behind["contacts"]] == [True, False, True]
    assert [row.gives for row in behind["rectification"]].count("") == 1
    assert [row.counts for row in behind["review"]] == [True, True, None]
    assert len(behind["visit"]) == 2 and behind["gaps"][0].counts and not behind["openness"][0].counts
    assert behind["accident"] == []


def test_a_pair_matched_again_keeps_the_quarters_it_held_and_owes_none_for_the_time_between(story):
    """Contacts in the first and the third quarter; matched again in October: two owed, two held, none missed."""
    Pairing.objects.update(since_on=date(2026, 10, 12))
    machine.score(story.assessment, at=at(TODAY))
    criterion = story.assessment.standard.criteria.get(key="contacts")
    facts = story.cases[SCHOOL].marks.get(criterion=criterion).facts
    assert (facts["owed"], facts["made"]) == (2, 2)
    case = Case.objects.select_related("assessment__campaign", "publication").get(pk=story.cases[SCHOOL].pk)
    assert [row.counts for row in lines_behind(case, criterion, on=TODAY)] == [True, True]


def test_after_the_campaign_s_end_the_lines_behind_a_score_are_still_those_that_were_counted(story):
    """The last quarter is over and owes its contact; what fell due or happened after the end belongs to no one."""
    after = ENDS_ON + timedelta(days=20)
    Rectification.objects.filter(due_on=date(2026, 11, 30)).update(due_on=ENDS_ON + timedelta(days=5))
    visit = Visit.objects.get(state="done")
    Visit.objects.create(
        campaign=story.campaign, unit=story.units[SCHOOL], benchmark=visit.benchmark, host="示例", state="done",
        from_on=after, to_on=after, purpose="学习", planned_at=at(after), planned_by=visit.planned_by, held_on=after,
        findings="见附件", written_at=at(after),
    )  # fmt: skip
    machine.score(story.assessment, at=at(after))
    case = Case.objects.select_related("assessment__campaign", "publication").get(pk=story.cases[SCHOOL].pk)
    facts = {row.criterion.key: row.facts for row in case.marks.select_related("criterion")}
    behind = {row.key: lines_behind(case, row, on=after) for row in story.assessment.standard.criteria.all()}
    assert facts["contacts"]["owed"] == len(behind["contacts"]) == 4
    assert facts["contacts"]["made"] == sum(row.counts for row in behind["contacts"])
    assert facts["visit"]["visits"] == len(behind["visit"]) - len(behind["gaps"]) == 1
    assert [row.gives for row in behind["rectification"]].count("−2") == facts["rectification"]["overdue"]


def _tried(story) -> dict:
    criteria = list(story.assessment.standard.criteria.all())
    publications = [case.publication_id for case in story.cases.values()]
    found = machine.tried(story.campaign, criteria, publications, on=TODAY)
    return {(row.publication, row.criterion.pk): row.points for row in found}


def test_a_second_run_changes_nothing_and_a_changed_ledger_what_it_touches(story, monkeypatch):
    monkeypatch.setattr(machine, "RANGE", 1)
    assert machine.score(story.assessment, at=at(TODAY)) == 16
    before = Deed.objects.filter(verb="assessment.scored").count()
    assert machine.score(story.assessment, at=at(TODAY)) == 0
    assert Deed.objects.filter(verb="assessment.scored").count() == before
    line = Line.objects.get(unit=story.units[SCHOOL], code="L10")
    Line.objects.filter(pk=line.pk).update(actual=30)
    assert machine.score(story.assessment, at=at(TODAY)) == 1
    mark = Mark.objects.get(case=story.cases[SCHOOL], criterion__key="completion")
    assert mark.points == Decimal("52.5")
    story.assessment.refresh_from_db()
    assert story.assessment.progress == {"done": 2, "of": 2, "changed": 1}
    # a criterion for some kinds scores no other, and the settings of a rule count
    rows = story.assessment.standard.criteria
    rows.filter(key="rectification").update(kinds=["department"])
    rows.filter(key="completion").update(params={"unverified_percent": "50"})
    Mark.objects.all().delete()
    machine.score(story.assessment, at=at(TODAY))
    marks = dict(story.cases[SCHOOL].marks.values_list("criterion__key", "points"))
    assert "rectification" not in marks
    assert marks["completion"] == Decimal(55)  # and half of the unchecked one


def test_the_clock_scores_what_was_asked_for_and_once_a_day_while_the_ledger_moves(story):
    assert sweeps.score_waiting(on=TODAY, at=at(TODAY)) == 1
    assert sweeps.score_waiting(on=TODAY, at=at(TODAY, hour=11)) == 0
    tomorrow = TODAY + timedelta(days=1)
    sweeps.score_waiting(on=tomorrow, at=at(tomorrow))
    story.assessment.refresh_from_db()
    assert story.assessment.scored_at == at(tomorrow)
    story.assessment.phase = "scored"
    story.assessment.save()
    later = TODAY + timedelta(days=9)
    sweeps.score_waiting(on=later, at=at(later))
    story.assessment.refresh_from_db()
    assert story.assessment.scored_at == at(tomorrow), "once results are put together, the marks stand still"


def test_quarters_that_owe_a_contact_are_those_of_the_pairs_own_rule():
    campaign = Campaign(starts_on=STARTS_ON, ends_on=ENDS_ON)
    over = machine.quarters_over(campaign, on=date(2027, 1, 5))
    assert [code for code, _latest, _stays in over] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    for code, latest, stays in over:
        for since in (latest - timedelta(days=1), latest, latest + timedelta(days=1)):
            owed = quarters.is_owed(code, since_on=since, until_on=None, ends_on=ENDS_ON)
            assert owed == (since <= latest), code
        for until in (stays, stays + timedelta(days=1)):
            owed = quarters.is_owed(code, since_on=STARTS_ON, until_on=until, ends_on=ENDS_ON)
            assert owed == (until > stays), code
