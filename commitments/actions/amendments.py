"""Changing a published promise: ask, approve along the unit's route, refuse. What was signed does not move.

A change takes effect at the moment of the last approval, never earlier. The asker and every approver are
different people; each act happens under the lock of the request, so that of two at once exactly one acts.
"""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from commitments import amending, relighting, states, timetables
from commitments.lights import Thresholds
from commitments.models import Amendment, AmendmentStep, Commitment, Line, Publication
from commitments.notices import amendments as notices
from commitments.policies import amendments as policies
from objectives.actions import refuse_twice
from objectives.missing import personal_number
from objectives.models import KindRule
from objectives.states import MEASURED
from portal.core import pagecache
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from portal.core.wording import day
from units.models import Post, Role, Unit
from units.policies import standing

LONGEST = {"text_zh": 200, "text_en": 300, "reason_zh": 300, "reason_en": 400, "refusal": 300}


@transaction.atomic
def ask(
    commitment: Commitment, kind: str, changes: dict, *, reason_zh: str, reason_en: str = "", seen: int | None = None,
    by, at: datetime,
) -> Amendment:  # fmt: skip
    """Ask for a change of a promise. `changes` holds new values of "text_zh", "text_en", "value", "due_on",
    "benchmark_value"; fields that say what already stands are left out. `seen` is how many changes were in force
    when the asker read the promise. Raises `Refused`.
    """
    on, who = local_day(at), standing(by, on=local_day(at))
    commitment = (
        Commitment.objects.select_for_update(of=("self",))
        .select_related("publication__campaign__bureau", "publication__unit")
        .get(pk=commitment.pk)
    )
    require(policies.can_ask(who, commitment))
    require(policies.can_ask_kind(kind, commitment, on=on))
    if seen is not None and seen != commitment.amendments.in_force().count():
        raise Refused(_("The promise was changed while you were writing. Please read it again; nothing was asked."))
    before, after = _difference(commitment, kind, changes, on)
    reason_zh, reason_en = _reason(reason_zh, reason_en)
    post, publication = policies.asking_post(who, commitment), commitment.publication
    amendment = Amendment.objects.create(
        publication=publication, commitment=commitment, kind=kind, before=before, after=after,
        lowers=amending.lowers(kind, commitment.target["comparison"], before, after),
        reason_zh=reason_zh, reason_en=reason_en, asked_at=at, asked_by=by, asked_post=post,
    )  # fmt: skip
    first = _copy_route(amendment, post)
    record(
        "amendment.asked", about=amendment, by=by, at=at, bureau=publication.campaign.bureau.code, post=post.title_zh,
        words=reason_zh, code=commitment.code, kind=kind, lowers=amendment.lowers, fields=sorted(after),
    )  # fmt: skip
    notices.next_in_chain(first, at=at)
    return amendment


@transaction.atomic
def approve(step: AmendmentStep, *, by, at: datetime) -> Amendment:
    """Approve the open step: the next one opens, or the change takes effect now."""
    amendment, step, post = _take(step, by, at)
    step.done_at, step.done_by, step.done_post = at, by, post
    step.save(update_fields=["done_at", "done_by", "done_post"])
    bureau = amendment.publication.campaign.bureau.code
    record(
        "amendment.approved", about=amendment, by=by, at=at, bureau=bureau, post=post.title_zh, position=step.position
    )
    following = AmendmentStep.objects.open().filter(amendment=amendment).first()
    if following:
        following.amendment = amendment
        notices.next_in_chain(following, at=at)
        return amendment
    _take_effect(amendment, at)
    record(
        "amendment.in_force", about=amendment, by=by, at=at, bureau=bureau, post=post.title_zh,
        code=amendment.commitment.code, kind=amendment.kind, number=amendment.number, lowers=amendment.lowers,
    )  # fmt: skip
    notices.in_force(amendment, at=at)
    transaction.on_commit(pagecache.forget)
    return amendment


@transaction.atomic
def refuse(step: AmendmentStep, *, reason: str, by, at: datetime) -> Amendment:
    """Refuse the request at the open step. It ends there; the promise stays as it is."""
    reason = _text(reason, "refusal")
    if not reason:
        raise Refused(_("Say why: the unit reads exactly these words."))
    amendment, _step, post = _take(step, by, at)
    amendment.state, amendment.decided_at, amendment.refusal = "refused", at, reason
    amendment.save(update_fields=["state", "decided_at", "refusal"])
    record(
        "amendment.refused", about=amendment, by=by, at=at, bureau=amendment.publication.campaign.bureau.code,
        post=post.title_zh, words=reason, code=amendment.commitment.code,
    )  # fmt: skip
    notices.refused(amendment, post=post.title_zh, at=at)
    return amendment


def _difference(commitment: Commitment, kind: str, changes: dict, on: date) -> tuple[dict, dict]:
    if kind not in amending.FIELDS:
        raise Refused(_("Choose what is asked for: an amendment, a correction or a withdrawal."))
    target = commitment.target
    now = amending.standing_now(commitment.text_zh, commitment.text_en, commitment.due_on, target)
    before, after = amending.difference(now, changes)
    if kind == amending.WITHDRAWAL:
        if after:
            raise Refused(_("A withdrawal changes nothing else: the promise stays readable as it was."))
        return before, after
    mends = not amending.foreign_fields(kind, after) and not amending.changes_figures(before, after)
    if kind == amending.CORRECTION and not mends:
        raise Refused(_("A correction mends clerical errors in the words. A figure or a day is changed by amendment."))
    if not after:
        raise Refused(_("Nothing would change: write what shall stand instead."))
    _require_sound(after, target, commitment.publication.campaign, on)
    return before, after


def _require_sound(after: dict, target: dict, campaign, on: date) -> None:
    for name in (name for name in amending.TEXTS if name in after):
        after[name] = _text(after[name], name)
    if after.get("text_zh") == "":
        raise Refused(_("A promise needs its words: the text in Chinese cannot be empty."))
    if "value" in after and (after["value"] is None or target["comparison"] not in MEASURED):
        raise Refused(_("This promise has no figure that could be changed; a figure cannot be taken out either."))
    if "benchmark_value" in after and after["benchmark_value"] is None:
        raise Refused(_("The benchmark’s figure can be put right, not taken out."))
    if "due_on" in after:
        _require_day(date.fromisoformat(after["due_on"]), campaign, on)


def _require_day(due_on: date, campaign, on: date) -> None:
    if not campaign.starts_on <= due_on <= campaign.ends_on:
        facts = {"first": day(campaign.starts_on), "last": day(campaign.ends_on)}
        raise Refused(_("The new day must lie inside the campaign: from %(first)s to %(last)s.") % facts)
    if due_on < on:
        raise Refused(_("The new day has already passed. No date is set back."))


def _reason(reason_zh: str, reason_en: str) -> tuple[str, str]:
    reason_zh, reason_en = _text(reason_zh, "reason_zh"), _text(reason_en, "reason_en")
    if not reason_zh:
        raise Refused(_("Say why: the public reads exactly these words."))
    return reason_zh, reason_en


def _text(text: str, name: str) -> str:
    """A typed text, trimmed; refused when too long or when it holds a personal number."""
    text = " ".join(text.split())
    if len(text) > LONGEST[name]:
        raise Refused(_("The text has %(has)s characters: write at most %(most)s.")
                      % {"has": len(text), "most": LONGEST[name]})  # fmt: skip
    if personal_number(text):
        raise Refused(_("A mobile or identity number stands in the text. Take it out: these words become public."))
    return text


def _copy_route(amendment: Amendment, post: Post) -> AmendmentStep:
    """The route of the unit's kind as it is today; the head's step falls away when the head asks."""
    publication = amendment.publication
    unit = publication.unit
    rule = KindRule.objects.get(campaign=publication.campaign_id, kind=unit.kind_id)
    roles = [step.role for step in rule.steps if not (step.role == Role.HEAD and post.role == Role.HEAD)]
    if not roles:
        raise Refused(_("The route of this unit ends with its head: let your staff ask, and the head decides."))
    root = Unit.objects.get(bureau=unit.bureau_id, parent=None)
    places = {Role.HEAD: unit, Role.TOWN_OFFICE: unit.parent or root}
    steps = AmendmentStep.objects.bulk_create(
        AmendmentStep(amendment=amendment, position=place, role=role, unit=places.get(Role(role), root))
        for place, role in enumerate(roles, start=1)
    )
    return steps[0]


def _take(step: AmendmentStep, by, at: datetime) -> tuple[Amendment, AmendmentStep, Post]:
    """Lock the request and make sure that this very step still waits, for this person."""
    amendment = Amendment.objects.locked(step.amendment_id)
    step = AmendmentStep.objects.select_related("done_by", "unit").get(pk=step.pk)
    refuse_twice(step, by)
    who = standing(by, on=local_day(at))
    waiting = AmendmentStep.objects.open().filter(amendment=amendment).select_related("unit").first()
    if waiting:
        waiting.amendment = amendment
    require(policies.can_decide(who, waiting, amendment))
    if waiting.pk != step.pk:
        raise Refused(_("This step does not wait now."))
    return amendment, waiting, policies.acting_post(who, waiting)


def _take_effect(amendment: Amendment, at: datetime) -> None:
    """Number the change and let promise and ledger say the new thing, from today."""
    on = local_day(at)
    publication = Publication.objects.select_for_update().get(pk=amendment.publication_id)
    line = Line.objects.select_for_update().filter(commitment=amendment.commitment_id).first()
    commitment = Commitment.objects.select_for_update().get(pk=amendment.commitment_id)
    if commitment.closed_on:
        raise Refused(_("The promise was checked and closed in the meantime. Refuse the request."))
    after = amendment.after
    if "due_on" in after and date.fromisoformat(after["due_on"]) < on:
        raise Refused(_("The new day has passed while the request was on its route. Refuse it; no date is set back."))
    numbers = publication.amendments.aggregate(last=Max("number"))
    amendment.number = (numbers["last"] or 0) + 1
    amendment.state, amendment.decided_at = "in_force", at
    amendment.save(update_fields=["number", "state", "decided_at"])
    _write(commitment, line, amendment, publication, at)
    amendment.commitment = commitment


def _write(commitment: Commitment, line: Line | None, amendment: Amendment, publication: Publication, at) -> None:
    after = amendment.after
    objective = publication.snapshot["objectives"][commitment.objective_number - 1]
    commitment.target = amending.target_after(commitment.target, after, titled=len(objective["targets"]) > 1)
    for row in filter(None, (commitment, line)):
        for name in (name for name in amending.TEXTS if name in after):
            setattr(row, name, after[name])
        row.due_on = date.fromisoformat(after["due_on"]) if "due_on" in after else row.due_on
    if line and "value" in after:
        line.target = Decimal(after["value"])
    if amendment.kind == amending.WITHDRAWAL:
        _withdraw(commitment, line, at)
    elif line and {"value", "due_on"} & after.keys():
        _relight(commitment, line, publication, local_day(at))
    commitment.save()
    if line:
        line.version += 1
        line.save()


def _withdraw(commitment: Commitment, line: Line | None, at: datetime) -> None:
    """It stays where it is and in every count, as withdrawn."""
    commitment.withdrawn_on, commitment.status = local_day(at), states.WITHDRAWN
    if line:
        line.withdrawn_at, line.status, line.rank = at, states.WITHDRAWN, states.RANK[states.WITHDRAWN]


def _relight(commitment: Commitment, line: Line, publication: Publication, on: date) -> None:
    timetable = timetables.of(publication.campaign)
    thresholds = Thresholds(timetable.behind_at, timetable.well_behind_at)
    relighting.line(line, thresholds, on=on)
    relighting.commitment(commitment, line, thresholds, on=on)
