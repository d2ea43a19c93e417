"""Two at once: one signature stands, one draft exists. Real PostgreSQL, a connection each; a control without guard."""

import time
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone, translation

from commitments import files
from commitments.actions import bulletins, documents
from commitments.models import Bulletin, OfficialDocument, OfficialFile
from commitments.sweeps import bulletins as sweep
from portal.core.models import Deed, Letter
from tests import quarters
from tests.commitments.test_bulletins import sent
from tests.stories import PASSPHRASE
from tests.whole.test_races import second_holder, together
from units.models import Role

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.pg]


def two_holders_sign():
    story = quarters.played("municipal_school")
    bulletin = sent(story)
    files.printed(bulletin.document, at=timezone.now())
    first = story.people[Role.LINKED_LEADER]
    story.enrol(first)
    people = [first, second_holder(story, Role.LINKED_LEADER, story.units["bureau"])]
    facts = {"fingerprint": bulletin.document.fingerprint, "passphrase": PASSPHRASE, "post": bulletin.signer}

    def sign(by):
        document = OfficialDocument.objects.get(pk=bulletin.document_id)
        now = timezone.now()
        with translation.override("en"):
            return documents.sign(document, **facts, by=by, at=now, then=bulletins.signed(by=by, at=now))

    return together(*(lambda by=by: sign(by) for by in people))


def test_of_two_leaders_signing_at_once_one_signs_and_the_other_is_told():
    outcomes = two_holders_sign()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadySigned", "OfficialDocument"]
    assert OfficialFile.objects.filter(signed=1).count() == Deed.objects.filter(verb="document.signed").count() == 1
    assert Bulletin.objects.get().state == "signed"


def test_control_without_the_lock_only_the_database_stops_the_second_signature(monkeypatch):
    monkeypatch.setattr(
        documents, "_locked", lambda pk: OfficialDocument.objects.select_related("campaign__bureau").get(pk=pk)
    )
    outcomes = two_holders_sign()
    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)


def test_two_workers_draft_a_quarter_once(monkeypatch):
    story = quarters.played("municipal_school")
    count = sweep.figures_of

    def slowly(*args, **facts):
        found = count(*args, **facts)
        time.sleep(0.4)
        return found

    monkeypatch.setattr(sweep, "figures_of", slowly)
    on = max(timezone.localdate(), story.months[-1].freezes_on + timedelta(days=1))
    outcomes = together(*[lambda: sweep.draft_due(on=on, at=timezone.now())] * 2)
    assert sorted(outcomes) == [0, 1]
    assert Bulletin.objects.count() == Deed.objects.filter(verb="bulletin.drafted").count() == 1
    assert Letter.objects.filter(key__contains="drafted").count() == 1
