"""What people do with a line of the ledger: name who answers, check what is called done, close it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from commitments import lights, states, timetables
from commitments.actions.dispatch import Overtaken
from commitments.models import Entry, Line
from commitments.notices import ledger as notices
from commitments.policies import ledger as policies
from objectives.missing import personal_number
from portal.core import pagecache
from portal.core.clock import local_day
from portal.core.deeds import record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Post, Role
from units.policies import standing

UNCHANGED = object()
"""Said of what an assignment leaves as it is."""
MOST_MILESTONES = 12
LEADING = (Role.LINE_LEADER, Role.LINKED_LEADER)


@dataclass(frozen=True, slots=True)
class Named:
    """What one line of a bulk assignment asks for."""

    line: Line
    version: int
    facts: dict


@transaction.atomic
def assign(
    line: Line, *, version: int, by, at: datetime, leader=UNCHANGED, undertaker=UNCHANGED, department=UNCHANGED,
    milestones=UNCHANGED, note=UNCHANGED,
) -> Line:  # fmt: skip
    """Say who leads and who does a promise, where, by which milestones. What is not named stays.

    Responsibility lies with posts: successors answer from their first day on. Raises `Overtaken` when the line
    was changed since `version`; a change that changes nothing leaves no trace.
    """
    line, on = _locked(line), local_day(at)
    who = standing(by, on=on)
    require(policies.can_assign(who, line))
    if line.version != version:
        raise Overtaken(_("A colleague changed promise %(number)s meanwhile. Yours was not stored; look at both.")
                        % {"number": line.number})  # fmt: skip
    asked = {"leader": leader, "undertaker": undertaker, "department": department, "milestones": milestones,
             "note": note}  # fmt: skip
    asked = {name: value for name, value in asked.items() if value is not UNCHANGED}
    _require_sound(line, asked)
    changed = [name for name, value in asked.items() if getattr(line, name) != value]
    if not changed:
        return line
    for name in changed:
        setattr(line, name, asked[name])
    line.version += 1
    line._history_user, line._history_date = by, at
    line.save(update_fields=[*changed, "version"])
    post = policies.own_post(who, line)
    record("line.assigned", about=line, by=by, at=at, bureau=line.unit.bureau.code, post=post.title_zh,
           words=_typed(line, changed), line=line.code, **_named(line, changed))  # fmt: skip
    return line


@transaction.atomic
def assign_many(rows: list[Named], *, by, at: datetime) -> int:
    """Several lines in one act, all or none; returns how many changed."""
    before = {row.line.pk: row.version for row in rows}
    done = [assign(row.line, version=row.version, by=by, at=at, **row.facts) for row in rows]
    return sum(line.version != before[line.pk] for line in done)


@transaction.atomic
def verify(line: Line, words: str = "", *, by, at: datetime) -> Line:
    """Somebody else than the unit saw that the promise is kept. The public reads the day."""
    line, on = _locked(line), local_day(at)
    who = standing(by, on=on)
    require(policies.can_check(who, line))
    _require_no_number(words)
    post = policies.checking_post(who, line)
    line.verified_at, line.verified_by, line.verified_post = at, by, post
    _keep(line, by, at, ["verified_at", "verified_by", "verified_post"])
    _show(line, verified_on=on)
    record("line.verified", about=line, by=by, at=at, bureau=line.unit.bureau.code, post=post.title_zh,
           words=words.strip(), line=line.code)  # fmt: skip
    return line


@transaction.atomic
def reject(line: Line, words: str, *, by, at: datetime) -> Line:
    """The check found that it is not done: the line goes back to what was reported before, and the unit is told.

    Figure, words and shares are those of the newest report that did not call it done (nothing, if there is none);
    past its day it is overdue. What frozen months said stays as it was frozen.
    """
    if not words.strip():
        raise Refused(_("Say what is not done: the unit reads exactly these words."))
    line, on = _locked(line), local_day(at)
    who = standing(by, on=on)
    require(policies.can_check(who, line))
    _require_no_number(words)
    post = policies.checking_post(who, line)
    _go_back(line, on)
    _keep(line, by, at, ["actual", "said", "actual_share", "plan_share", "status", "rank", "done_on"])
    record("line.rejected", about=line, by=by, at=at, bureau=line.unit.bureau.code, post=post.title_zh,
           words=words.strip(), line=line.code, status=line.status)  # fmt: skip
    notices.not_done(line, words=words.strip(), at=at)
    return line


@transaction.atomic
def close(line: Line, *, by, at: datetime) -> Line:
    """Strike the promise off the ledger (销号), once somebody checked it. Nothing about it changes any more."""
    line, on = _locked(line), local_day(at)
    who = standing(by, on=on)
    require(policies.can_close(who, line))
    post = policies.closing_post(who, line)
    line.closed_at = at
    _keep(line, by, at, ["closed_at"])
    _show(line, closed_on=on)
    record("line.closed", about=line, by=by, at=at, bureau=line.unit.bureau.code, post=post.title_zh, line=line.code)
    return line


def _locked(line: Line) -> Line:
    rows = Line.objects.select_for_update(of=("self",))
    return rows.select_related("unit__bureau", "commitment", "leader", "undertaker", "campaign").get(pk=line.pk)


def _keep(line: Line, by, at: datetime, fields: list[str]) -> None:
    line.version += 1
    line._history_user, line._history_date = by, at
    line.save(update_fields=[*fields, "version"])


def _show(line: Line, **days: date) -> None:
    """What the public page says of it."""
    if line.commitment:
        type(line.commitment).objects.filter(pk=line.commitment_id).update(**days)
        transaction.on_commit(pagecache.forget)


def _go_back(line: Line, on: date) -> None:
    rows = Entry.objects.filter(line=line, sheet__sent_at__isnull=False).exclude(status__in=[states.KEPT, ""])
    before = rows.order_by("-sheet__month__code").first()
    line.actual, line.said = (before.value, before.said) if before else (None, "")
    line.actual_share = before.actual_share if before else None
    line.plan_share = lights.planned(line.starts_on, line.due_on, line.milestones, on)
    timetable = timetables.of(line.campaign)
    line.status = lights.status(
        plan=line.plan_share, actual=None if line.in_words else line.actual_share, due_on=line.due_on, on=on,
        thresholds=lights.Thresholds(timetable.behind_at, timetable.well_behind_at),
    )  # fmt: skip
    line.rank, line.done_on = states.RANK[line.status], None
    # An open month shows the figure before: “no change” must not bring back what the check refused.
    Entry.objects.filter(line=line, sheet__sent_at=None).update(before=line.actual, said_before=line.said)


def _require_sound(line: Line, asked: dict) -> None:
    """Posts must be ones that can answer for the line; nothing typed holds a personal number."""
    undertaker, leader = asked.get("undertaker"), asked.get("leader")
    if undertaker and undertaker.unit_id != line.unit_id:
        raise Refused(_("Who does the work holds a post of the unit itself."))
    if leader and leader.unit_id != line.unit_id and not _leads_bureau(leader, line):
        raise Refused(_("Who leads holds a post of the unit itself or is a leader of the bureau."))
    for name in ("department", "note"):
        _require_no_number(asked.get(name) or "")
    _require_milestones(line, asked.get("milestones") or [])


def _leads_bureau(post: Post, line: Line) -> bool:
    if post.unit.bureau_id != line.unit.bureau_id:
        return False
    return post.role in LEADING or (post.role == Role.HEAD and post.unit.parent_id is None)


def _require_milestones(line: Line, milestones: list[dict]) -> None:
    """Days and shares both rise, within the time of the promise."""
    if len(milestones) > MOST_MILESTONES:
        raise Refused(_("At most %(n)s milestones.") % {"n": MOST_MILESTONES})
    day, share = line.starts_on, Decimal(0)
    for each in milestones:
        _require_no_number(each.get("text", ""))
        on, value = date.fromisoformat(each["on"]), Decimal(str(each["share"]))
        if not line.starts_on <= on <= line.due_on:
            raise Refused(_("%(number)s: a milestone lies between the beginning and the day of the promise.")
                          % {"number": line.number})  # fmt: skip
        if on < day or value < share or value > lights.FULL:
            raise Refused(_("%(number)s: from one milestone to the next, day and share rise, up to 100.")
                          % {"number": line.number})  # fmt: skip
        day, share = on, value


def _require_no_number(text: str) -> None:
    if found := personal_number(text):
        raise Refused(_("This looks like a telephone or identity number (%(found)s). Take it out.") % {"found": found})


def _named(line: Line, changed: list[str]) -> dict:
    """Facts of the deed: posts by unit and key, milestones without their words."""
    facts = {name: _post(getattr(line, name)) for name in ("leader", "undertaker") if name in changed}
    if "milestones" in changed:
        facts["milestones"] = [[each["on"], str(each["share"])] for each in line.milestones]
    return facts | {"changed": changed}


def _post(post: Post | None) -> str:
    return f"{post.unit_id}/{post.key}" if post else ""


def _typed(line: Line, changed: list[str]) -> str:
    words = [getattr(line, name) for name in ("department", "note") if name in changed]
    words += [each.get("text", "") for each in line.milestones] if "milestones" in changed else []
    return "\n".join(filter(None, words))
