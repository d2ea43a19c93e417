"""What a promise's progress is called, in the reader's language. Pure: facts in, words out."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from commitments import phrases, states
from commitments.models import Commitment
from commitments.periods import Period
from objectives import phrases as target_phrases
from objectives.states import MEASURED, Comparison, TargetState
from portal.core import language
from portal.core.wording import amount, day


def month_name(code: str) -> str:
    """June 2026, 2026年6月."""
    return phrases.month(Period.parse(code).first)


def figure(value: Decimal | None, target: dict) -> str:
    """A figure with its unit of measure: 29 shows, 97%."""
    return "" if value is None else target_phrases.with_unit(plain(value), target, language.current())


def plain(value: Decimal | None) -> str | None:
    """A figure without trailing zeros, as snapshots hold it."""
    return None if value is None else f"{value.normalize():f}"


def value_in_list(promise: Commitment) -> str:
    """What a list says beside a promise: how far it is, or where it is to go while nothing is reported."""
    target = promise.target
    if promise.withdrawn_on or promise.value_now is None or target["state"] == TargetState.COMPLETED_BEFORE_START:
        return phrases.value(target)
    if target["comparison"] not in MEASURED or target["value"] is None:
        return phrases.value(target)
    facts = {"now": amount(promise.value_now), "goal": figure(Decimal(target["value"]), target)}
    if target["comparison"] == Comparison.AT_MOST:
        return _("%(now)s now, at most %(goal)s promised") % facts
    return _("%(now)s of %(goal)s") % facts


def light_sentence(promise: Commitment, first: date, *, on: date) -> str:
    """Why the light is what it is, with its numbers."""
    status, target = promise.status, promise.target
    if not promise.month and status in (states.KEPT, states.NOT_MEASURABLE):
        return phrases.light_sentence(status, first, on=on)
    facts = {
        "now": figure(promise.value_now, target),
        "day": day(promise.as_of) if promise.as_of else "",
        "due": day(promise.due_on),
        "plan": _points(promise.share_planned),
        "done": _points(promise.share_now),
        "gap": _points((promise.share_planned or Decimal(0)) - (promise.share_now or Decimal(0))),
        "over": _points((promise.share_now or Decimal(0)) - (promise.share_planned or Decimal(0))),
        "days": (on - promise.due_on).days,
        "month": month_name(promise.month) if promise.month else "",
    }
    return SENTENCES[status](promise) % facts


def _kept(promise: Commitment) -> str:
    if promise.closed_on or promise.verified_on:
        return _("Green: kept, reported on %(day)s and checked by somebody else.")
    return _("Green: kept, as the unit reported on %(day)s. It has not been checked by anybody else yet.")


def _overdue(promise: Commitment) -> str:
    if promise.share_now is None:
        return _("Red: the day, %(due)s, has passed by %(days)s days, and it is not reported as done.")
    return _("Red: the day, %(due)s, has passed by %(days)s days; %(done)s%% of the way was done by %(day)s.")


SENTENCES = {
    states.KEPT: _kept,
    states.AHEAD: lambda promise: _(
        "Green: %(done)s%% of the way was done by %(day)s, %(over)s points more than the plan asked for."
    ),
    states.ON_SCHEDULE: lambda promise: _(
        "Green: %(done)s%% of the way was done by %(day)s; the plan asked for %(plan)s%%."
    ),
    states.BEHIND: lambda promise: _(
        "Yellow: %(done)s%% of the way was done by %(day)s; the plan asked for %(plan)s%%, a gap of %(gap)s points."
    ),
    states.WELL_BEHIND: lambda promise: _(
        "Red: %(done)s%% of the way was done by %(day)s; the plan asked for %(plan)s%%, a gap of %(gap)s points."
    ),
    states.OVERDUE: _overdue,
    states.NOT_REPORTED: lambda promise: _("Grey: the unit has not reported the last month. Silence is never green."),
    states.NOTHING_TO_REPORT: lambda promise: _(
        "Grey: the unit says that nothing was due in %(month)s, or could be measured."
    ),
    states.NOT_MEASURABLE: lambda promise: _("Grey: reported in words on %(day)s; there is no figure to measure yet."),
    states.WITHDRAWN: lambda promise: _("Grey: withdrawn. It stays in every count as withdrawn."),
}


def _points(value: Decimal | None) -> str:
    return "0" if value is None else amount(value.quantize(Decimal(1)) if value >= 1 else value)
