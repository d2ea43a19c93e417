"""A standard in words: its lines with their rules, its sums, its grades, and what a preview found."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessments import rules, standard_rules
from assessments.models import Criterion, Standard
from assessments.states import Grade, Method
from portal.core.wording import said


def told(standard: Standard) -> dict:
    """What every page of a standard shows."""
    criteria = list(standard.criteria.order_by("position"))
    kinds = {rule.kind.key: rule.kind for rule in standard.campaign.kind_rules.select_related("kind")}
    missing = standard_rules.short_of(criteria, kinds or [""])
    return {
        "criteria": [line(row, kinds) for row in criteria if not row.is_veto],
        "vetoes": [line(row, kinds) for row in criteria if row.is_veto],
        "sum": rules.form.plain(sum((row.points for row in criteria), Decimal(0))),
        "missing": standard_rules.sentences(missing, kinds) if missing else [],
        "grades": grades(standard),
        "settings": settings(standard),
    }


def line(row: Criterion, kinds: dict) -> dict:
    """One criterion as a table shows it."""
    rule = rules.RULES.get(row.rule)
    values = rules.with_defaults(rule, row.params) if rule else {}
    params = (
        [{"label": param.label, "value": rules.form.plain(values[param.key])} for param in rule.params] if rule else []
    )
    method = [str(Method.MACHINE.label)] if row.method == Method.MACHINE else []
    if row.looked_at or row.method == Method.INSPECTION:
        method.append(str(Method.INSPECTION.label))
    return {
        "row": row, "name": said(row, "name"), "points": rules.form.plain(row.points), "scoring": said(row, "scoring"),
        "deduct": said(row, "deduct"), "bonus": said(row, "bonus"), "source": said(row, "source"),
        "see": said(row, "see"), "office": said(row, "office"), "method": pgettext("between names", ", ").join(method),
        "rule": rule.label if rule else "", "params": params,
        "kinds": pgettext("between names", ", ").join(said(kinds[key], "name") for key in row.kinds if key in kinds),
    }  # fmt: skip


def grades(standard: Standard) -> list[dict]:
    """Each grade with the totals that earn it."""
    found, above = [], None
    for row in standard.grades:
        limit = rules.form.plain(row["at_least"])
        label = Grade(row["key"]).label
        if above is None:
            span = _("%(limit)s and more") % {"limit": limit}
        elif Decimal(limit):
            span = _("%(limit)s and more, below %(above)s") % {"limit": limit, "above": above}
        else:
            span = _("below %(above)s") % {"above": above}
        found.append({"label": label, "span": span, "key": row["key"]})
        above = limit
    return found


def best_of_each(standard: Standard) -> str:
    """How many units of a kind may be graded best."""
    share = rules.form.plain(standard.top_share)
    if not standard.top_least:
        return _("at most %(share)s%%") % {"share": share}
    words = ngettext(
        "at most %(share)s%%, or %(n)s unit where that is more",
        "at most %(share)s%%, or %(n)s units where that is more",
        standard.top_least,
    )
    return words % {"share": share, "n": standard.top_least}


def settings(standard: Standard) -> list[tuple[str, str]]:
    """What else decides a result, as pairs."""
    plain = rules.form.plain
    return [
        (_("Graded best, of each kind of unit"), best_of_each(standard)),
        (_("All bonuses together"), _("at most %(points)s points") % {"points": plain(standard.bonus_most)}),
        (_("A third inspector"), _("when two differ by more than %(points)s points")
         % {"points": plain(standard.differs_from)}),
        (_("Appeal"), _("within %(days)s working days of the notice") % {"days": standard.appeal_days}),
        (_("Rounding"), _("half-up to 0.01, once, after summing")),
    ]  # fmt: skip


def tried(found: dict) -> dict:
    """A preview: grades as a bar of counts, criteria with their middle."""
    units = found["units"] or 1
    totals = found["totals"]
    return {
        "units": found["units"], "capped": found["capped"],
        "grade_counts": [
            {"label": Grade(key).label, "count": count, "share": round(100 * count / units)}
            for key, count in found["grades"].items()
        ],
        "middle": totals[len(totals) // 2] if totals else None, "best": totals[0] if totals else None,
        "lowest": totals[-1] if totals else None,
        "by_criterion": [
            {"name": row["name"], "worth": rules.form.plain(row["criterion"].points), "applies": row["applies"],
             "full": row["full"], "middle": "" if row["middle"] is None else rules.form.shown(row["middle"])}
            for row in found["criteria"]
        ],
    }  # fmt: skip
