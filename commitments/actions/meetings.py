"""Dispatch meetings: written down, decisions with who and by when, followed up until settled, closed as minutes."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from commitments.actions import documents
from commitments.actions.dispatch import Overtaken
from commitments.models import Decision, DocumentKind, Line, Meeting, Month
from commitments.notices import meetings as notices
from commitments.numbers import next_number
from commitments.policies import meetings as policies
from commitments.queries import meetings as queries
from objectives.missing import personal_number
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Unit
from units.policies import standing

TEXTS = {"place": 80, "chaired_by": 80, "present": 300, "said": 2000}
MOST_DECISIONS = 30


@transaction.atomic
def hold(month: Month, *, held_on: date, version: int = 0, by, at: datetime, **texts: str) -> Meeting:
    """Write the month's meeting down, or change what was written. `texts`: place, chaired_by, present, said.

    `version` is that of the meeting one has before oneself, 0 for a new one; `Overtaken` when it moved on.
    """
    month, meeting, post = _taken(month, by, at)
    if (meeting.version if meeting else 0) != version:
        raise Overtaken(_("A colleague changed these minutes meanwhile. Yours were not stored; look at both."))
    if held_on > local_day(at):
        raise Refused(_("That day has not come yet; write the day on which the meeting was held."))
    if held_on < month.opens_on:
        raise Refused(_("The meeting lies before the month was opened. Look at the day."))
    _require_no_number(*texts.values())
    meeting = meeting or Meeting(campaign=month.campaign, month=month, version=0)
    is_new = meeting.version == 0
    meeting.held_on = held_on
    for name, most in TEXTS.items():
        setattr(meeting, name, texts.get(name, "").strip()[:most])
    meeting.version += 1
    meeting.save()
    record("meeting.held" if is_new else "meeting.changed", about=meeting, by=by, at=at,
           bureau=month.campaign.bureau.code, post=post.title_zh, words=meeting.said, month=month.code)  # fmt: skip
    return meeting


@transaction.atomic
def decide(
    meeting: Meeting, *, what: str, unit: Unit, due_on: date, line: Line | None = None, by, at: datetime
) -> Decision:
    """Add a decision: what, who, by when. The unit learns of it once the minutes are closed."""
    month, meeting, post = _taken(meeting.month, by, at)
    if not what.strip():
        raise Refused(_("Say what was decided."))
    if not queries.units_to_decide_for(month).filter(pk=unit.pk).exists():
        raise Refused(_("A decision names a unit that reports to the style office."))
    if due_on < meeting.held_on:
        raise Refused(_("A decision is due on or after the day of the meeting."))
    if meeting.decisions.count() >= MOST_DECISIONS:
        raise Refused(_("At most %(n)s decisions a meeting.") % {"n": MOST_DECISIONS})
    _require_no_number(what)
    last = meeting.decisions.aggregate(last=Max("position"))["last"] or 0
    made = Decision.objects.create(meeting=meeting, position=last + 1, what=what.strip()[:200], unit=unit, line=line,
                                   due_on=due_on)  # fmt: skip
    record("meeting.changed", about=meeting, by=by, at=at, bureau=month.campaign.bureau.code, post=post.title_zh,
           words=made.what, month=month.code, unit=unit.code, due_on=due_on.isoformat())  # fmt: skip
    return made


@transaction.atomic
def drop(decision: Decision, *, by, at: datetime) -> None:
    """Take a decision out again, before the minutes are closed."""
    month, meeting, post = _taken(decision.meeting.month, by, at)
    decision = meeting.decisions.filter(pk=decision.pk).first()
    if decision is None:
        raise Refused(_("This decision is not in these minutes any more."))
    what = decision.what
    decision.delete()
    record("meeting.changed", about=meeting, by=by, at=at, bureau=month.campaign.bureau.code, post=post.title_zh,
           words=what, month=month.code, dropped=True)  # fmt: skip


@transaction.atomic
def close(meeting: Meeting, *, by, at: datetime) -> Meeting:
    """Close the minutes: numbered, frozen, stamped by the portal. The units that decisions name are told."""
    month, meeting, post = _taken(meeting.month, by, at)
    if meeting is None:
        raise Refused(_("Write the meeting down first."))
    decisions = queries.decisions(meeting)
    number = next_number(month.campaign, "minutes", year=meeting.held_on.year)
    period = month.period
    document = documents.freeze(
        DocumentKind.MINUTES, campaign=month.campaign, number=number, needs_signature=False, by=by, at=at,
        title=f"{period.year}年{period.first_month}月公开承诺工作调度会议纪要",
        content=_content(meeting, decisions, queries.carried(month)),
    )  # fmt: skip
    documents.stamp(document, at=at, by=by, post=post.title_zh)
    meeting.closed_at, meeting.document = at, document
    meeting.version += 1
    meeting.save(update_fields=["closed_at", "document", "version"])
    record("meeting.closed", about=meeting, by=by, at=at, bureau=month.campaign.bureau.code, post=post.title_zh,
           month=month.code, number=number, decisions=len(decisions))  # fmt: skip
    notices.decided(decisions, at=at)
    return meeting


@transaction.atomic
def report_outcome(decision: Decision, outcome: str, *, by, at: datetime) -> Decision:
    """The unit tells what became of a decision; the newest words stand until it is settled."""
    decision, who = _locked(decision), standing(by, on=local_day(at))
    require(policies.can_report(who, decision))
    if not outcome.strip():
        raise Refused(_("Say what became of it."))
    _require_no_number(outcome)
    decision.outcome, decision.reported_at = outcome.strip()[:200], at
    decision.save(update_fields=["outcome", "reported_at"])
    record("decision.reported", about=decision, by=by, at=at, bureau=decision.meeting.campaign.bureau.code,
           post=policies.unit_post(who, decision).title_zh, words=decision.outcome)  # fmt: skip
    return decision


@transaction.atomic
def settle(decision: Decision, *, by, at: datetime) -> Decision:
    """The style office takes a decision off the list, once its unit has told what became of it."""
    decision, who = _locked(decision), standing(by, on=local_day(at))
    require(policies.can_settle(who, decision))
    decision.done_at = at
    decision.save(update_fields=["done_at"])
    post = policies.office_post(who, decision.meeting.month)
    record("decision.done", about=decision, by=by, at=at, bureau=decision.meeting.campaign.bureau.code,
           post=post.title_zh, unit=decision.unit.code)  # fmt: skip
    return decision


def _taken(month: Month, by, at: datetime):
    """The month under its lock, its meeting if there is one, and the post; raises `Refused` for who may not write."""
    rows = Month.objects.select_for_update(of=("self",)).select_related("campaign__bureau")
    month = rows.get(pk=month.pk)
    meeting = Meeting.objects.filter(month=month).first()
    who = standing(by, on=local_day(at))
    require(policies.can_write(who, month, meeting))
    return month, meeting, policies.office_post(who, month)


def _locked(decision: Decision) -> Decision:
    rows = Decision.objects.select_for_update(of=("self",))
    return rows.select_related("unit", "meeting__month__campaign", "meeting__campaign__bureau").get(pk=decision.pk)


def _content(meeting: Meeting, decisions: list[Decision], followed: list[Decision]) -> dict:
    """What the minutes print: posts and units, no person."""
    return {
        "month": meeting.month.code,
        "held_on": meeting.held_on.isoformat(),
        "place": meeting.place,
        "chaired_by": meeting.chaired_by,
        "present": meeting.present,
        "said": meeting.said,
        "decisions": [_row(each) for each in decisions],
        "followed": [_row(each) | {"outcome": each.outcome} for each in followed],
    }


def _row(decision: Decision) -> dict:
    return {"what": decision.what, "who": decision.unit.name_zh, "due_on": decision.due_on.isoformat()}


def _require_no_number(*texts: str) -> None:
    for text in texts:
        if found := personal_number(text):
            raise Refused(
                _("This looks like a telephone or identity number (%(found)s). Take it out.") % {"found": found}
            )
