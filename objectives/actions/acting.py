"""Acts on the open step of a route: submit, sign, audit, approve, return.

The passphrase opens the key before the row is locked (it costs a third of a second); everything else happens
under the lock of the paper, so that of two people acting at once exactly one acts.
"""

import contextlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from objectives import notices, policies, prints
from objectives.models import Document, Paper, Remark, Return, Revision, Step
from objectives.routes import PERSONAL, Act
from objectives.states import State
from portal.core import signers, vault
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import moment
from units.models import Post
from units.policies import Standing, standing

CHECKLIST = ("achievable", "operable", "assessable", "concise", "own_duties")
VERBS = {Act.SIGN: "paper.signed", Act.AUDIT: "paper.audited", Act.APPROVE: "paper.approved"}


class AlreadyDone(Refused):
    """The step was done before; the sentence says by whom and when. Nothing happened now."""


@sensitive_variables()
def sign(
    step: Step, *, fingerprint: str, passphrase: str, by, at: datetime, strokes: list | None = None, checklist=()
) -> Step:
    """Sign, audit and sign, or approve: one PAdES signature on the paper's document.

    `fingerprint` is that of the text which the signer had before them; `strokes` is handwriting drawn now,
    else the stored one is used. Raises `Refused` (wrong passphrase included); nothing is stored then.
    """
    _ask(step, by, at)
    key, signer = signers.unlock(by, passphrase, at=at)
    with transaction.atomic():
        paper, step, post, revision = take(step, by, at, PERSONAL)
        _require_read(revision, fingerprint)
        base = newest_document(revision, at)
        signed = prints.signed(
            vault.get(base.sha256), step, revision, post=post, person=by, key=key,
            certificate=signer.certificate, strokes=strokes or signer.strokes, at=at,
        )  # fmt: skip
        step.document = store(revision, signed, at, position=base.position + 1, signed=base.signed + 1)
        step.checklist = [key for key in CHECKLIST if key in checklist]
        finish(paper, step, revision, post, by, at)
        record(
            VERBS[Act(step.act)], about=paper, by=by, at=at, bureau=paper.campaign.bureau.code, post=post.title_zh,
            round=paper.round, fingerprint=revision.fingerprint, document=step.document,
        )  # fmt: skip
    return step


@sensitive_variables()
def enrol_and_sign(
    step: Step, *, fingerprint: str, passphrase: str, again: str, strokes: str, by, at: datetime, checklist=()
) -> Step:
    """The first signature of a person: make their key, then sign, from one form.

    The key stays when the signature is refused. A second click at the same moment finds the key made and signs.
    """
    who = _ask(step, by, at)
    _require_read(Revision.objects.get(paper=step.paper_id, round=step.round), fingerprint)
    bureau = step.paper.unit.bureau
    with contextlib.suppress(signers.AlreadyEnrolled):
        signers.enrol(
            by, passphrase=passphrase, again=again, strokes=strokes, post=policies.acting_post(who, step).title_zh,
            bureau=bureau.name_zh, bureau_code=bureau.code, by=by, at=at,
        )  # fmt: skip
    return sign(step, fingerprint=fingerprint, passphrase=passphrase, by=by, at=at, checklist=checklist)


@transaction.atomic
def act_without_signature(step: Step, *, fingerprint: str, by, at: datetime) -> Step:
    """The head of a department submits: a recorded act, no signature."""
    paper, step, post, revision = take(step, by, at, {Act.SUBMIT})
    _require_read(revision, fingerprint)
    finish(paper, step, revision, post, by, at)
    record(
        "paper.put_forward", about=paper, by=by, at=at, bureau=paper.campaign.bureau.code, post=post.title_zh,
        round=paper.round, fingerprint=revision.fingerprint,
    )  # fmt: skip
    return step


@transaction.atomic
def send_back(step: Step, *, reason: str, remarks: dict[int, str], by, at: datetime) -> Return:
    """Return the paper to its unit with a reason and comments by objective number. The round ends."""
    if not reason.strip():
        raise Refused(_("Say what must change: the unit reads exactly these words."))
    paper, step, post, revision = take(step, by, at, set(Act))
    paper.move_to(State.RETURNED)
    paper.save(update_fields=["state"])
    sent_back = Return.objects.create(
        paper=paper, step=step, round=paper.round, returned_at=at, returned_by=by, returned_post=post, reason=reason
    )
    Remark.objects.bulk_create(
        Remark(sent_back=sent_back, objective=number, text=text[:300]) for number, text in remarks.items() if text
    )
    record(
        "paper.returned", about=paper, by=by, at=at, bureau=paper.campaign.bureau.code, post=post.title_zh,
        round=paper.round, words="\n".join([reason, *(f"{n}: {t}" for n, t in remarks.items() if t)]),
    )  # fmt: skip
    notices.returned(sent_back, at=at)
    return sent_back


def newest_document(revision: Revision, at: datetime) -> Document:
    """The document as it stands; printed now, under the paper's lock, if no worker has printed it yet."""
    newest = revision.documents.order_by("-position").first()
    if newest is None:
        store(revision, prints.base(revision, at=revision.submitted_at), at, position=0, signed=0)
        newest = revision.documents.get(position=0)
    return newest


def store(revision: Revision, pdf: bytes, at: datetime, *, position: int, signed: int) -> str:
    """Keep one revision of the PDF by its content; returns its SHA-256."""
    sha256 = vault.put(pdf)
    Document.objects.create(
        revision=revision, position=position, sha256=sha256, size=len(pdf), signed=signed, stored_at=at
    )
    return sha256


def take(step: Step, by, at: datetime, acts) -> tuple[Paper, Step, Post, Revision]:
    """Lock the paper and make sure that this very step still waits, for this person."""
    paper = Paper.objects.locked(step.paper_id)
    step = Step.objects.select_related("done_by", "paper__unit").get(pk=step.pk)
    refuse_twice(step, by)
    if step.round != paper.round:
        raise Refused(_("This was round %(old)s; the paper is now in round %(new)s.")
                      % {"old": step.round, "new": paper.round})  # fmt: skip
    who = standing(by, on=local_day(at))
    waiting = Step.objects.open().filter(paper=paper).first()
    require(policies.can_act(who, waiting, paper))
    if waiting.pk != step.pk or step.act not in acts:
        raise Refused(_("This step does not wait now."))
    step.paper = paper
    return paper, step, policies.acting_post(who, step), Revision.objects.get(paper=paper, round=paper.round)


def _ask(step: Step, by, at: datetime) -> Standing:
    """Ask before the costly part; an answer that another act has just overtaken says so."""
    refuse_twice(step, by)
    who = standing(by, on=local_day(at))
    verdict = policies.can_act(who, step, step.paper)
    if not verdict:
        refuse_twice(Step.objects.select_related("done_by").get(pk=step.pk), by)
    require(verdict)
    return who


def _require_read(revision: Revision, fingerprint: str) -> None:
    if fingerprint != revision.fingerprint:
        raise Refused(_("The text changed while you were reading. Please read it again; nothing was signed."))


def refuse_twice(step: Step, by) -> None:
    """Raise `AlreadyDone` for a step that is done, saying who did it and when."""
    if not step.done_at:
        return
    if step.done_by_id == by.pk:
        words = _("You already did this on %(moment)s; nothing happened twice.")
    else:
        words = _("%(who)s already did this on %(moment)s; nothing happened twice.")
    raise AlreadyDone(words % {"who": step.done_by, "moment": moment(step.done_at)})


def finish(paper: Paper, step: Step, revision: Revision, post: Post, by, at: datetime) -> None:
    """Close the step and open the next, or complete the paper."""
    step.done_at, step.done_by, step.done_post, step.fingerprint = at, by, post, revision.fingerprint
    step.save()
    following = Step.objects.of_round(paper).filter(done_at=None).first()
    if following:
        following.waiting_since = at
        following.save(update_fields=["waiting_since"])
        following.paper = paper
        notices.next_in_chain(following, at=at)
    else:
        paper.move_to(State.COMPLETE)
        paper.save(update_fields=["state"])
        notices.complete(paper, at=at)
