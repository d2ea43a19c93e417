"""Results for tests: an assessment played to its notice, its appeal, its publication. Days are the demonstration's."""

import uuid
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from unittest import mock

from django.utils import timezone

from assessments.actions import adjustments, appeals, results
from assessments.models import Adjustment, Case
from assessments.states import Outcome
from commitments import prints
from commitments.policies.bulletins import signers
from portal.core import uploads
from tests.judged import judged, marked
from tests.stories import PASSPHRASE
from units.models import Post, Role

POINTS = {
    "municipal_school": {"completion": 55, "reporting": 15, "openness": 10, "on_the_spot": 14},
    "department": {"completion": 50, "reporting": 12, "openness": 8, "on_the_spot": None},
}


def _some_bytes(*args, **facts) -> bytes:
    return b"%PDF" + uuid.uuid4().bytes


@contextmanager
def plain_documents():
    """Documents without print and signature: how they are printed and signed is asked for elsewhere."""
    with ExitStack() as stack:
        for name in ("base", "signed", "stamped"):
            stack.enter_context(mock.patch.object(prints, name, _some_bytes))
        yield


def later(days: int = 4):
    """A moment on which the self-assessments are past."""
    return timezone.now() + timedelta(days=days)


@contextmanager
def plain_uploads():
    """Files are kept as they come: how they are judged and made anew is asked for elsewhere."""

    def kept(data: bytes) -> uploads.Clean:
        return uploads.Clean("pdf", data, sha256(data).hexdigest())

    with mock.patch.object(uploads, "cleaned", kept):
        yield


def a_file() -> BytesIO:
    """A file to hand in, never the same twice."""
    return BytesIO(_some_bytes())


def scored(*kinds: str, points=None):
    """A judged world whose ledger the machine has scored; `points` by unit and criterion key."""
    story = judged(*(kinds or POINTS))
    story.assessment.scored_at = timezone.now()
    story.assessment.save()
    for key, case in story.cases.items():
        marked(case, **(points or POINTS).get(key, {}))
    return story


def office(story):
    return story.people["style_office"]


def case_of(story, key: str = "municipal_school") -> Case:
    rows = Case.objects.select_related("assessment__campaign__bureau", "assessment__standard", "unit__parent")
    return rows.get(pk=story.cases[key].pk)


def settled(story):
    return _kept(story, results.settle(story.assessment, by=office(story), at=later()))


def notified(story):
    return _kept(story, results.notify(settled(story), by=office(story), at=later()))


def _kept(story, assessment):
    story.assessment = assessment
    return assessment


def head(story, key: str = "municipal_school"):
    return story.people[f"{key}_head"]


def signer(story) -> Post:
    """The head of the bureau, who decides and signs; with a signing key."""
    story.enrol(story.people["bureau_head"])
    return signers(story.bureau.pk).get(role=Role.HEAD)


def adjusted(story, key: str = "municipal_school", **facts) -> Adjustment:
    """A bonus of two points, or what `facts` say, with the document it rests on."""
    words = {
        "kind": "bonus", "points": Decimal(2), "happened_on": timezone.localdate(), "reason": "全市现场会",
        "upload": a_file(), "proof_title": "现场会通知", "by": office(story), "at": later(), **facts,
    }  # fmt: skip
    with plain_uploads():
        return adjustments.make(case_of(story, key), **words)


def vetoed(story, key: str = "municipal_school", *, confirmed=True) -> Adjustment:
    """A veto, as a rule confirmed by the head of the bureau."""
    words = {"kind": "veto", "points": Decimal(0), "criterion": story.criteria["accident"], "reason": "安全责任事故"}
    made = adjusted(story, key, **words)
    return adjustments.confirm(made, by=story.people["bureau_head"], at=later()) if confirmed else made


def filed(story, key: str = "municipal_school", *, adjustments=(), **says):
    """An appeal of that unit against the criteria in `says`, and against these deductions and vetoes."""
    said = {story.criteria[name.replace("_", "-")].pk: words for name, words in says.items()}
    if not adjustments:
        said = said or {story.criteria["completion"].pk: "漏计一项已完成的承诺。"}
    taken = {each.pk: "与本单位无关。" for each in adjustments}
    return appeals.file(
        case_of(story, key), grounds="有两项承诺已按期完成。", points=said, adjustments=taken, by=head(story, key),
        at=later(5),
    )  # fmt: skip


def checked_again(story, appeal, first=58, second=57, falls=(True, True)):
    """Named and checked again by the auditor and the administrator; `falls` is what each says of what was taken off."""
    people = [story.people["auditor"], story.people["administrator"]]
    appeals.name(appeal, first=people[0], second=people[1], by=office(story), at=later(5))
    for person, points, says in zip(people, (first, second), falls, strict=True):
        rows = list(appeal.points.all())
        marks = {row.criterion_id: {"points": points, "words": "现场核实。"} for row in rows if row.criterion_id}
        verdicts = {row.adjustment_id: {"falls": says, "words": "查阅原件。"} for row in rows if row.adjustment_id}
        appeals.recheck(appeal, marks, falls=verdicts, by=person, at=later(5))
    appeal.refresh_from_db()
    return appeal


def drafted(story, appeal, outcome=Outcome.CHANGED, **facts):
    words = {"outcome": outcome, "decision": "经复核，材料属实。", "signer": signer(story), **facts}
    appeals.draft_decision(appeal, **words, by=office(story), at=later(5))
    appeal.refresh_from_db()
    return appeal


def decided(story, appeal):
    facts = {"fingerprint": appeal.document.fingerprint, "passphrase": PASSPHRASE}
    return appeals.decide(appeal, **facts, by=story.people["bureau_head"], at=later(6))


def published(story):
    """Told, and published after the last day of appeals."""
    assessment = story.assessment if story.assessment.notified_at else notified(story)
    assessment.refresh_from_db()
    days = (assessment.appeal_until_on - timezone.localdate()).days + 1
    document = results.draft(assessment, signer=signer(story), by=office(story), at=later(days))
    assessment.refresh_from_db()
    facts = {"fingerprint": document.fingerprint, "passphrase": PASSPHRASE}
    return _kept(story, results.publish(assessment, **facts, by=story.people["bureau_head"], at=later(days)))
