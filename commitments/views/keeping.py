"""How far promises are, as public pages show it: the late ones first, and each promise month by month."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commitments import phrases, progress
from commitments.models import Commitment, Month
from commitments.periods import Period
from commitments.queries import keeping
from commitments.states import LATE
from commitments.views import showing
from objectives.states import MEASURED
from portal.core.wording import amount, day, said


def updated(published_at: datetime, month: Month | None) -> datetime:
    """When a page's facts last changed: published, or frozen since."""
    return max(published_at, month.frozen_at) if month else published_at


def as_of(month: Month | None, counts: dict[str, int], first: date, *, on: date) -> str:
    """As of when a page's figures are; before the first frozen month, when they will come."""
    if month is None:
        return phrases.outlook(counts, first, on=on)
    facts = {"month": progress.month_name(month.code), "day": day(month.frozen_at)}
    return _("As reported for %(month)s and frozen on %(day)s.") % facts


def stories(promises: list[Commitment]) -> list[dict]:
    """The late promises with their ruler, why they are late and what happens now; one query for all words."""
    words = keeping.last_words(promises) if promises else {}
    return [_story(promise, words.get(promise.pk)) for promise in promises]


def _story(promise: Commitment, entry) -> dict:
    publication = promise.publication
    objective = publication.snapshot["objectives"][promise.objective_number - 1]
    why = (entry.problem or entry.why) if entry else ""
    now = entry.word if entry else ""
    return {
        "status": promise.status,
        "number": promise.number,
        "unit": phrases.unit_name(publication.snapshot["unit"]),
        "due": phrases.by_day(promise.due_on, publication.year),
        "text": said(promise, "text"),
        "url": showing.promise_url(promise, publication),
        "ruler": ruler(promise, objective),
        "told": told(promise),
        "pairs": [
            (_("Why"), why or _("The unit has not said why.")),
            (_("What happens now"), now or _("Not said yet.")),
        ],
    }


def told(promise: Commitment) -> str:
    """29 of 45 given; the plan asked for so much."""
    if promise.value_now is None or promise.target["comparison"] not in MEASURED:
        return ""
    return progress.value_in_list(promise)


def ruler(promise: Commitment, objective: dict) -> dict | None:
    """What the ruler needs, with what is reached and what the plan asks for."""
    facts = showing.ruler(promise.target, objective)
    if facts is None or promise.value_now is None:
        return facts
    return facts | {
        "value": progress.plain(promise.value_now),
        "plan": _planned_value(promise),
        "status": promise.status,
        "as_of": promise.as_of,
        "caption": _caption(promise, objective),
    }


def _planned_value(promise: Commitment) -> str | None:
    """The plan of that day on the scale of the ruler; None where no way from a beginning is known."""
    target = promise.target
    baseline = Decimal(target["baseline"] or 0)
    if promise.share_planned is None or (target["comparison"] == "le" and target["baseline"] is None):
        return None
    value = baseline + (Decimal(target["value"]) - baseline) * promise.share_planned / 100
    return progress.plain(value.quantize(Decimal("0.1")))


def _caption(promise: Commitment, objective: dict) -> str:
    facts = {"told": told(promise), "day": day(promise.as_of), "plan": amount(promise.share_planned or 0)}
    words = [
        format_html("<b>{}</b>", _("%(told)s by %(day)s.") % facts),
        _("The plan asked for %(plan)s%% of the way (dashed line). The red mark is the promise.") % facts,
    ]
    if promise.target["benchmark_value"] is not None:
        name = said(objective["benchmark"], "name") or _("the benchmark unit")
        words.append(_("The triangle is the benchmark, %(name)s.") % {"name": name})
    return format_html("{} " * (len(words) - 1) + "{}", *words)


def months(promise: Commitment) -> dict | None:
    """The spark and its table, the newest month first; None while no month is frozen."""
    rows = keeping.history(promise)
    if not rows:
        return None
    measured = promise.target["comparison"] in MEASURED and promise.target["value"] is not None
    return {
        "rows": [_row(row, promise) for row in rows],
        "spark": [_bar(row, promise) for row in reversed(rows)] if measured else [],
        "unit": said(promise.target, "unit"),
        "measured": measured,
    }


def _row(row: keeping.Told, promise: Commitment) -> dict:
    word = row.word or row.problem
    if row.late_on:
        late = _("Reported late, on %(day)s.") % {"day": day(row.late_on)}
        word = phrases.together(late, word)
    return {
        "month": progress.month_name(row.month),
        "status": row.status,
        "value": progress.figure(row.value, promise.target) or pgettext("figure", "none"),
        "word": word,
    }


def _bar(row: keeping.Told, promise: Commitment) -> dict:
    plan = None
    if row.plan_share is not None:
        baseline = Decimal(promise.target["baseline"] or 0)
        plan = baseline + (Decimal(promise.target["value"]) - baseline) * row.plan_share / 100
    return {
        "label": phrases.short_month(Period.parse(row.month).first),
        "value": row.value,
        "plan": plan,
        "status": row.status,
    }


def why_late(promise: Commitment) -> dict | None:
    """The unit's own explanation of a late promise, with its day; None for any other."""
    if promise.status not in LATE:
        return None
    entry = keeping.last_words([promise]).get(promise.pk)
    if entry is None:
        return {"why": _("The unit has not said why."), "now": "", "month": ""}
    month = progress.month_name(entry.sheet.month.code)
    return {"why": entry.problem or entry.why or entry.word, "now": entry.word if entry.problem else "", "month": month}
