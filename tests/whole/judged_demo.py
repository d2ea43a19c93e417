"""What the demonstration holds of judging: last year's whole cycle, this year's learning and raised papers."""

import json
from datetime import date
from decimal import Decimal

from assessments import archiving, verify_archive
from assessments.models import Appeal, Archive, Assessment, Draw, Finding, Inspection, Standard
from commitments.models import OfficialDocument, Publication
from objectives.models import Blackout, Contact, Pairing, Target, Visit
from portal.core.models import Deed
from portal.demo import before

YEAR = 2026


def assert_last_year_is_over():
    """From the papers to the archive: every stage of judging left its mark, and the archive verifies by itself."""
    found = Assessment.objects.select_related("result_document", "report_document").get(campaign__year=YEAR - 1)
    assert found.phase == "published" and found.result_document.is_public and found.report_document.signed_at
    cases = {case.unit.code: case for case in found.cases.select_related("unit", "self_assessment")}
    assert set(cases) == set(before.UNITS) and all(
        case.grade and case.self_assessment.sent_at for case in cases.values()
    )
    assert cases["dp01"].grade == "excellent", "the only one of its kind: the share alone would leave no room"
    assert cases["ms01"].bonus == 2
    assert Draw.objects.get().state == "drawn"
    inspections = {row.case.unit.code: row for row in Inspection.objects.select_related("case__unit")}
    assert len(inspections) == 4 and {row.state for row in inspections.values()} == {"settled"}
    assert inspections["to01"].opinions.count() == 3, "two differed, so a third was asked"
    assert Finding.objects.get().rectification.state == "closed"
    appeal = Appeal.objects.select_related("case").get()
    assert appeal.outcome == "changed" and Decimal(appeal.case.before["total"]) < appeal.case.total
    notices = OfficialDocument.objects.filter(kind="notice")
    assert notices.count() == 5 and not notices.exclude(files__signed=1).exists()
    archive = Archive.objects.get()
    facts = verify_archive.check(str(archiving.place_of(archive.sha256)), archive.sha256)
    assert facts["tables"]["results"] == 5 and facts["tables"]["documents"] > 20
    assert not Deed.objects.filter(verb__endswith="not_allowed").exists()


def assert_this_year_was_judged():
    """By February of the next year: judged like the last one, with one unit that never handed its report in."""
    found = Assessment.objects.get(campaign__year=YEAR)
    assert found.phase == "published" and found.result_document.is_public and found.report_document.signed_at
    cases = {case.unit.code: case for case in found.cases.select_related("unit")}
    assert set(cases) == {*before.UNITS, "af01"} - {"ms02"} and all(case.grade for case in cases.values())
    assert [code for code, case in cases.items() if not hasattr(case, "self_assessment")] == ["af01"]
    assert Appeal.objects.get(case__assessment=found).outcome == "changed"
    assert Archive.objects.filter(campaign__year=YEAR).count() == 1


def assert_units_learn(*, on: date):
    assert Blackout.objects.count() == 4
    this_year = Visit.objects.filter(campaign__year=YEAR)
    states = dict(this_year.values_list("unit__code", "state"))
    assert states == {"ms01": "done", "dp01": "done", "af01": "done", "ts0101": "approved"}
    assert this_year.get(unit__code="ts0101").from_on > on
    assert this_year.get(unit__code="ms01").companions.get().unit.code == "ms02"
    warned = this_year.get(unit__code="af01")
    assert warned.warnings and warned.despite
    pairs = Pairing.objects.filter(campaign__year=YEAR, campaign__bureau__code="anqiu-edu")
    assert {pair.unit.code for pair in pairs.filter(gaps_filed_at=None).select_related("unit")} == {"af01"}
    quarters = set(Contact.objects.filter(pairing__in=pairs, pairing__unit__code="to01").values_list("quarter"))
    assert quarters == {("2026-Q2",)}, "the third quarter was missed"
    standard = Standard.objects.get(campaign__year=YEAR)
    assert not standard.is_frozen and standard.top_share == 25


def assert_papers_were_raised():
    rows = Target.objects.filter(objective__paper__campaign__year=YEAR).exclude(continues="")
    assert rows.filter(objective__paper__unit__code="ms01").count() == 5
    faults = rows.get(result_before=0)
    assert faults.value == 0 and "底线" in faults.why_not_raised
    assert "底线" in json.dumps(Publication.objects.get(year=YEAR, unit_code="ms01").snapshot, ensure_ascii=False)
