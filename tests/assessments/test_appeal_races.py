"""Two at once: an appeal is decided once, and nothing is published over one. A connection each; controls unguarded."""

from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import translation

from assessments.actions import appeals, results
from assessments.models import Adjustment, Appeal, Assessment
from commitments import files
from commitments.actions import documents
from commitments.models import OfficialDocument, OfficialFile
from portal.core.errors import Refused
from portal.core.models import Deed
from tests.assessments.results import (
    adjusted,
    case_of,
    checked_again,
    drafted,
    filed,
    head,
    later,
    notified,
    office,
    scored,
    signer,
)
from tests.stories import PASSPHRASE
from tests.whole.test_races import second_holder, together
from units.models import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]


def two_holders_decide():
    story = scored()
    notified(story)
    appeal = drafted(story, checked_again(story, filed(story)))
    files.printed(appeal.document, at=later(6))
    people = [story.people["bureau_head"], second_holder(story, Role.HEAD, story.units["bureau"])]

    def sign(by):
        with translation.override("en"):
            facts = {"fingerprint": appeal.document.fingerprint, "passphrase": PASSPHRASE}
            return appeals.decide(Appeal.objects.get(), **facts, by=by, at=later(6))

    return together(*(lambda by=by: sign(by) for by in people))


def test_of_two_leaders_deciding_at_once_one_decides_and_the_other_is_told():
    outcomes = two_holders_decide()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadySigned", "Appeal"]
    assert Deed.objects.filter(verb="appeal.decided").count() == 1
    assert Appeal.objects.get().case.before["decisions"] == [Appeal.objects.get().document.number]


def test_control_without_the_lock_only_the_database_stops_the_second_decision(monkeypatch):
    monkeypatch.setattr(
        documents, "_locked", lambda pk: OfficialDocument.objects.select_related("campaign__bureau").get(pk=pk)
    )
    outcomes = two_holders_decide()
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)


def test_a_double_click_files_one_appeal():
    story = scored()
    notified(story)
    case, said = case_of(story), {story.criteria["completion"].pk: "漏计。"}

    def click():
        return appeals.file(case, grounds="有两项已完成。", points=said, by=head(story), at=later(5))

    outcomes = together(click, click)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Appeal", "Refused"]
    assert Appeal.objects.count() == 1
    assert Deed.objects.filter(verb="appeal.not_allowed").count() == 1


def test_units_are_told_once_when_two_clerks_tell_them():
    story = scored()
    results.settle(story.assessment, by=office(story), at=later())
    clerk = second_holder(story, Role.STYLE_OFFICE, story.units["bureau"])
    signer(story)

    def tell(by):
        return results.notify(Assessment.objects.get(), by=by, at=later())

    outcomes = together(lambda: tell(office(story)), lambda: tell(clerk))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Assessment", "Refused"]
    assert isinstance(next(each for each in outcomes if not isinstance(each, Assessment)), Refused)
    assert OfficialDocument.objects.filter(kind="notice").count() == 2
    assert not OfficialFile.objects.filter(document__kind="notice").exists()


def test_what_is_entered_while_the_units_are_told_is_in_their_notice_or_refused():
    story = scored()
    results.settle(story.assessment, by=office(story), at=later())

    def tell():
        return results.notify(Assessment.objects.get(), by=office(story), at=later())

    told, entered = together(tell, lambda: adjusted(story))
    assert isinstance(told, Assessment)
    notice = case_of(story).notice.content
    if isinstance(entered, Refused):
        assert not Adjustment.objects.exists() and "全市现场会" not in notice
    else:
        assert "全市现场会" in notice and case_of(story).total == Decimal("96.00")
