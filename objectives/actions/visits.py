"""Study visits: planned, asked for, approved, joined, made and written up. Warnings need a reason, key days refuse."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from objectives import benchmark_notices as notices
from objectives import benchmark_policies as policies
from objectives import matching
from objectives import visit_checks as checks
from objectives import visit_queries as queries
from objectives.actions.writing import Overtaken
from objectives.missing import require_no_number
from objectives.models import Benchmark, Campaign, Companion, Visit
from objectives.states import VisitState
from portal.core.clock import local_day, require_honest
from portal.core.deeds import attempt, record
from portal.core.errors import Refused
from portal.core.verdicts import require
from units.models import Unit
from units.policies import Standing, standing

NEAR = timedelta(days=14)
"""A visit may slip by so much and still be the one that was approved."""


def plan(unit: Unit, benchmark: Benchmark, data: dict, *, campaign: Campaign, by, at: datetime) -> Visit:
    """Plan a visit; `data` holds the names of `visit_checks.FIELDS`. A try for days without visits stands on record."""
    who = standing(by, on=local_day(at))
    require(policies.can_plan(who, unit))
    _require_free(unit, who, data, about=unit, host=benchmark.name_zh, by=by, at=at)
    return _plan(unit, benchmark, data, campaign, who, by, at)


@transaction.atomic
def _plan(unit, benchmark, data, campaign, who: Standing, by, at) -> Visit:
    require_honest(at)
    visit = Visit(campaign=campaign, unit=unit, planned_at=at, planned_by=by)
    checks.fill(visit, benchmark, data)
    _save(visit, by, at)
    _record("visit.planned", visit, who, by, at)
    return visit


def change(visit: Visit, data: dict, *, version: int, benchmark: Benchmark | None = None, by, at: datetime) -> Visit:
    """Change a plan, or a visit that was sent back. Raises `Overtaken` when `version` is not the visit's."""
    who = standing(by, on=local_day(at))
    require(policies.can_change_visit(who, visit))
    _require_free(visit.unit, who, data, about=visit, host=visit.host, by=by, at=at)
    return _change(visit, benchmark, data, version, who, by, at)


@transaction.atomic
def _change(visit, benchmark, data, version, who: Standing, by, at) -> Visit:
    require_honest(at)
    visit = Visit.objects.locked(visit.pk)
    require(policies.can_change_visit(who, visit))
    stored = _values(visit)
    checks.fill(visit, benchmark or visit.benchmark, data)
    if _values(visit) == stored:
        return visit
    if visit.version != version:
        raise Overtaken(Visit.objects.get(pk=visit.pk), *_last_saved(visit))
    visit.version += 1
    _save(visit, by, at)
    _record("visit.changed", visit, who, by, at, version=visit.version)
    return visit


def ask(visit: Visit, *, despite: str = "", seen=None, by, at: datetime) -> Visit:
    """Put a visit up for approval. Where the calendar warns, `despite` says why all the same; else `Warned`.

    `seen` are the keys of the warnings that stood on the page; one that is new since then is told first.
    """
    who = standing(by, on=local_day(at))
    require(policies.can_change_visit(who, visit))
    _require_free(visit.unit, who, _values(visit), about=visit, host=visit.host, by=by, at=at)
    return _ask(visit, despite.strip(), seen, who, by, at)


@transaction.atomic
def _ask(visit, despite: str, seen, who: Standing, by, at) -> Visit:
    require_honest(at)
    visit = Visit.objects.locked(visit.pk)
    require(policies.can_change_visit(who, visit))
    checks.hold_calendar(visit.unit.bureau_id)
    checks.require_days_free(visit.unit.bureau_id, visit.from_on, visit.to_on)
    if visit.from_on < who.on:
        raise Refused(_("These days are past: plan the visit for days to come."))
    found, near = queries.warnings(visit)
    checks.require_reason(found, near, despite, seen)
    visit.state, visit.asked_at = VisitState.ASKED, at
    visit.decided_at = visit.decided_by = visit.decided_post = None
    visit.reason, visit.despite = "", despite[:200] if found else ""
    visit.warnings = sorted({each.key for each in found})
    visit.version += 1
    _save(visit, by, at)
    _record("visit.asked", visit, who, by, at, words=visit.despite, warnings=visit.warnings)
    notices.asked(visit, at=at)
    return visit


def approve(visit: Visit, *, by, at: datetime) -> Visit:
    """Approve a visit; by now its days must be free of key work."""
    who = standing(by, on=local_day(at))
    require(policies.can_decide(who, visit))
    _require_free(visit.unit, who, _values(visit), about=visit, host=visit.host, by=by, at=at)
    return _decide(visit, VisitState.APPROVED, "", by, at)


def send_back(visit: Visit, *, reason: str, by, at: datetime) -> Visit:
    """Send a visit back with a reason; the unit changes it and asks again, or cancels it."""
    if not reason.strip():
        raise Refused(_("Say why it is sent back: the unit reads exactly these words."))
    return _decide(visit, VisitState.RETURNED, reason.strip()[:300], by, at)


@transaction.atomic
def _decide(visit: Visit, state: VisitState, reason: str, by, at) -> Visit:
    require_honest(at)
    visit, who = Visit.objects.locked(visit.pk), standing(by, on=local_day(at))
    require(policies.can_decide(who, visit))
    if state == VisitState.APPROVED:
        checks.hold_calendar(visit.unit.bureau_id)
        checks.require_days_free(visit.unit.bureau_id, visit.from_on, visit.to_on)
    post = policies.approving_post(who, visit)
    visit.state, visit.reason = state, reason
    visit.decided_at, visit.decided_by, visit.decided_post = at, by, post
    visit.version += 1
    _save(visit, by, at)
    verb = "visit.approved" if state == VisitState.APPROVED else "visit.returned"
    record(verb, about=visit, by=by, at=at, bureau=visit.campaign.bureau.code, post=post.title_zh, words=reason)
    notices.decided(visit, at=at)
    return visit


@transaction.atomic
def cancel(visit: Visit, *, reason: str, by, at: datetime) -> Visit:
    """Cancel a visit that was not made; who joined is told. It stays on record, and takes nobody's place."""
    require_honest(at)
    visit, who = Visit.objects.locked(visit.pk), standing(by, on=local_day(at))
    require(policies.can_cancel(who, visit))
    if not reason.strip():
        raise Refused(_("Say why it is cancelled."))
    visit.state, visit.reason = VisitState.CANCELLED, reason.strip()[:300]
    visit.version += 1
    _save(visit, by, at)
    post = policies.unit_post(who, visit.unit) or policies.approving_post(who, visit)
    record("visit.cancelled", about=visit, by=by, at=at, bureau=visit.campaign.bureau.code, post=post.title_zh,
           words=visit.reason)  # fmt: skip
    notices.cancelled(visit, at=at)
    return visit


@transaction.atomic
def join(visit: Visit, unit: Unit, *, people: int = 1, by, at: datetime) -> Visit:
    """Come along on another unit's visit instead of making one's own. Twice changes nothing."""
    require_honest(at)
    visit, who = Visit.objects.locked(visit.pk), standing(by, on=local_day(at))
    require(policies.can_join(who, visit, unit))
    if not 1 <= people <= checks.MOST_PEOPLE:
        raise Refused(_("Write how many people come along: 1 to %(most)s.") % {"most": checks.MOST_PEOPLE})
    companion, is_new = Companion.objects.get_or_create(
        visit=visit, unit=unit, defaults={"people": people, "joined_at": at, "joined_by": by}
    )
    if is_new:
        record("visit.joined", about=visit, by=by, at=at, bureau=visit.campaign.bureau.code,
               post=policies.unit_post(who, unit).title_zh, unit=unit.code, people=people)  # fmt: skip
        notices.joined(companion, at=at)
    return visit


@transaction.atomic
def leave(visit: Visit, unit: Unit, *, by, at: datetime) -> Visit:
    """Stay at home after all, as long as the visit was not written up."""
    require_honest(at)
    visit, who = Visit.objects.locked(visit.pk), standing(by, on=local_day(at))
    require(policies.can_plan(who, unit))
    if visit.state == VisitState.DONE:
        raise Refused(_("This visit was made and written up."))
    gone, _rows = Companion.objects.filter(visit=visit, unit=unit).delete()
    if gone:
        record("visit.left", about=visit, by=by, at=at, bureau=visit.campaign.bureau.code,
               post=policies.unit_post(who, unit).title_zh, unit=unit.code)  # fmt: skip
    return visit


def write_up(visit: Visit, *, held_on: date, came: int, findings: str, by, at: datetime) -> Visit:
    """Write down what the visit brought. It counts as a contact once the gap analysis of the pair is filed.

    The approved days were free when they were approved, and stay good: days without visits that were set later do
    not unmake a visit. Any other day must be free.
    """
    who = standing(by, on=local_day(at))
    require(policies.can_write_up(who, visit))
    if not visit.from_on <= held_on <= visit.to_on:
        days = {"from_on": held_on, "to_on": held_on}
        _require_free(visit.unit, who, days, about=visit, host=visit.host, by=by, at=at)
    return _write_up(visit, held_on, came, findings.strip(), by, at)


@transaction.atomic
def _write_up(visit, held_on, came, findings, by, at) -> Visit:
    require_honest(at)
    visit, who = Visit.objects.locked(visit.pk), standing(by, on=local_day(at))
    require(policies.can_write_up(who, visit))
    if held_on > who.on:
        raise Refused(_("That day has not come yet; write the visit up afterwards."))
    if not visit.from_on - NEAR <= held_on <= visit.to_on + NEAR:
        raise Refused(_("This day is more than two weeks off the approved ones: cancel this visit, and plan that one."))
    if not findings:
        raise Refused(_("Write what was found: without it the visit is not written up."))
    if not 1 <= came <= checks.MOST_PEOPLE * 5:
        raise Refused(_("Write how many people took part."))
    require_no_number(findings)
    visit.state, visit.held_on, visit.came, visit.findings = VisitState.DONE, held_on, came, findings[:2000]
    visit.written_at = at
    visit.version += 1
    _save(visit, by, at)
    counted = matching.count_visits(visit=visit, by=by, at=at)
    _record("visit.written_up", visit, who, by, at, held_on=held_on.isoformat(), came=came, counts=len(counted))
    return visit


# --- what every act needs ------------------------------------------------------------------------


def _values(visit: Visit) -> dict:
    return {name: getattr(visit, name) for name in checks.FIELDS} | {"benchmark": visit.benchmark_id}


def _require_free(unit: Unit, who: Standing, days: dict, *, about, host: str, by, at) -> None:
    """Refuse days without visits; that it was tried stays on record, and which work it was refused for."""
    post = policies.unit_post(who, unit) or (who.posts[0] if who.posts else None)
    with attempt(
        "visit.not_allowed", about=about, by=by, at=at, bureau=unit.bureau.code, post=post.title_zh if post else "",
        host=host, from_on=days["from_on"].isoformat(), to_on=days["to_on"].isoformat(),
    ):  # fmt: skip
        checks.require_days_free(unit.bureau_id, days["from_on"], days["to_on"])


def _save(visit: Visit, by, at: datetime) -> None:
    visit._history_user, visit._history_date = by, at
    visit.save()


def _record(verb: str, visit: Visit, who: Standing, by, at: datetime, *, words: str = "", **facts) -> None:
    post = policies.unit_post(who, visit.unit)
    record(verb, about=visit, by=by, at=at, bureau=visit.campaign.bureau.code, post=post.title_zh, words=words, **facts)


def _last_saved(visit: Visit) -> tuple:
    entry = visit.history.filter(version=visit.version).select_related("history_user").order_by("history_date").first()
    return (entry.history_user, entry.history_date) if entry else (None, None)
