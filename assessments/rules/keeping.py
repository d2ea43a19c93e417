"""Rules about keeping promises: completion, reports, openness, rectifications, half-year reviews."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assessments.rules.form import Param, Rule, less, plain, shown
from portal.core.wording import day

COUNTED = "l.withdrawn_at IS NULL AND NOT l.done_before"
IN_WORDS = "l.target IS NULL OR l.comparison NOT IN ('ge', 'le', 'eq')"
MET = f"""CASE WHEN {IN_WORDS} THEN l.said = 'done' WHEN l.comparison = 'le' THEN l.actual <= l.target
    WHEN l.comparison = 'eq' THEN l.actual = l.target ELSE l.actual >= l.target END"""
SHARE = f"""CASE WHEN {MET} THEN 1 WHEN {IN_WORDS} OR l.actual IS NULL OR l.actual <= 0 OR l.target <= 0 THEN 0
    WHEN l.actual < l.target THEN 1.0 * l.actual / l.target ELSE 1.0 * l.target / l.actual END"""
"""How much of one promise was kept, 0 to 1: actual over target, and the other way round where fewer is better."""


def _completion(facts: dict, points, worth, params: dict) -> str:
    if points is None:
        return _("No promise is left to be judged: withdrawn, or done before the plan began.")
    lines, kept, part = facts["lines"], facts["kept"], facts["part"]
    told = {"kept": kept, "lines": lines, "worth": plain(worth), "part": plain(part), "points": shown(points)}
    if plain(part) == plain(kept):
        words = _("%(kept)s of %(lines)s promises kept and checked: %(worth)s × %(kept)s/%(lines)s = %(points)s.")
    else:
        words = _(
            "%(kept)s of %(lines)s promises kept and checked, with those kept in part they count as %(part)s: "
            "%(worth)s × %(part)s/%(lines)s = %(points)s."
        )
    return " ".join([words % told, *_beside_completion(facts)])


def _beside_completion(facts: dict) -> list[str]:
    found = []
    if number := facts.get("unchecked"):
        words = ngettext("%(n)s more is reported as done, but nobody checked it.",
                         "%(n)s more are reported as done, but nobody checked them.", number)  # fmt: skip
        found.append(words % {"n": number})
    if number := facts.get("late"):
        found.append(ngettext("%(n)s was finished after its day.", "%(n)s were finished after their day.", number)
                     % {"n": number})  # fmt: skip
    if number := facts.get("left_out"):
        words = ngettext("%(n)s is left out: withdrawn, or done before the plan began.",
                         "%(n)s are left out: withdrawn, or done before the plan began.", number)  # fmt: skip
        found.append(words % {"n": number})
    return found


def _reporting(facts: dict, points, worth, params: dict) -> str:
    if points is None:
        return _("No month has been frozen for this unit yet.")
    told = {"months": facts["months"], "late": facts["late"], "missed": facts["missed"], "points": shown(points)}
    told["sum"] = less(worth, (facts["late"], params["late"]), (facts["missed"], params["missed"]))
    if not facts["late"] and not facts["missed"]:
        return _("Months reported on time: %(months)s of %(months)s. That gives %(points)s.") % told
    return _("Of %(months)s months %(late)s late and %(missed)s missing: %(sum)s, at least 0, makes %(points)s.") % told


def _openness(facts: dict, points, worth, params: dict) -> str:
    if points is None:
        return _("The campaign names no stage by whose end promises are to be published.")
    told = {"on": _day(facts["on"]), "until": _day(facts["until"]), "points": shown(points), "days": facts["days"]}
    if not facts["days"]:
        return _("Published on %(on)s, in time for %(until)s: %(points)s.") % told
    told["sum"] = less(worth, (facts["weeks"], params["week"]))
    told["weeks"] = facts["weeks"]
    words = ngettext(
        "Published on %(on)s, %(days)s day after %(until)s; weeks begun: %(weeks)s. "
        "%(sum)s, at least 0, makes %(points)s.",
        "Published on %(on)s, %(days)s days after %(until)s; weeks begun: %(weeks)s. "
        "%(sum)s, at least 0, makes %(points)s.",
        facts["days"],
    )
    return words % told


def _day(text: str) -> str:
    return day(date.fromisoformat(text))


def _rectification(facts: dict, points, worth, params: dict) -> str:
    told = {"orders": facts["orders"], "late": facts["closed_late"], "overdue": facts["overdue"],
            "points": shown(points)}  # fmt: skip
    if not facts["orders"]:
        return _("No rectification was ordered: %(points)s.") % told
    if not facts["closed_late"] and not facts["overdue"]:
        return _("Of %(orders)s rectifications none was late: %(points)s.") % told
    told["sum"] = less(worth, (facts["closed_late"], params["closed_late"]), (facts["overdue"], params["overdue"]))
    return _(
        "Of %(orders)s rectifications %(late)s closed late and %(overdue)s overdue and open: "
        "%(sum)s, at least 0, makes %(points)s."
    ) % told  # fmt: skip


def _review(facts: dict, points, worth, params: dict) -> str:
    if points is None:
        return _("No half-year review with a score for this unit has been published; baselines do not count.")
    told = {"reviews": facts["reviews"], "mean": plain(facts["mean"]), "worth": plain(worth), "points": shown(points)}
    words = ngettext("Score of %(reviews)s published half-year review %(mean)s: %(worth)s × %(mean)s/100 = %(points)s.",
                     "Mean of %(reviews)s published half-year reviews %(mean)s: "
                     "%(worth)s × %(mean)s/100 = %(points)s.", facts["reviews"])  # fmt: skip
    return words % told


COMPLETION = Rule(
    "completion", gettext_lazy("Completion of promises, actual ÷ target"), _completion,
    points="CASE WHEN a.lines > 0 THEN round(%(worth)s * a.part / a.lines, 4) END",
    facts=("lines", "kept", "part", "unchecked", "late", "left_out"),
    params=(Param("unverified_percent", gettext_lazy("what nobody checked counts by per cent"), "0"),),
    source="commitments_line l", match="l.publication_id = c.publication_id",
    counted={
        "lines": f"count(l.id) FILTER (WHERE {COUNTED})",
        "kept": f"count(l.id) FILTER (WHERE {COUNTED} AND l.verified_at IS NOT NULL AND {MET})",
        "part": f"""round(coalesce(sum(CASE WHEN l.verified_at IS NOT NULL THEN {SHARE}
            WHEN %(unverified_percent)s > 0 THEN ({SHARE}) * %(unverified_percent)s / 100 ELSE 0 END)
            FILTER (WHERE {COUNTED}), 0), 9)""",
        "unchecked": f"count(l.id) FILTER (WHERE {COUNTED} AND l.verified_at IS NULL AND {MET})",
        "late": f"count(l.id) FILTER (WHERE {COUNTED} AND l.verified_at IS NOT NULL AND l.done_on > l.due_on)",
        "left_out": f"count(l.id) FILTER (WHERE NOT ({COUNTED}))",
    },
)  # fmt: skip
REPORTING = Rule(
    "reporting", gettext_lazy("Monthly reports, late and missing"), _reporting,
    points="CASE WHEN a.months > 0 THEN {greatest}(0, %(worth)s - a.late * %(late)s - a.missed * %(missed)s) END",
    facts=("months", "late", "missed"),
    params=(Param("late", gettext_lazy("points off for each late report"), "1"),
            Param("missed", gettext_lazy("points off for each missing report"), "2")),
    source="commitments_sheet s", match="s.publication_id = c.publication_id AND s.cell <> ''",
    counted={
        "months": "count(s.id)",
        "late": "count(s.id) FILTER (WHERE s.cell = 'late')",
        "missed": "count(s.id) FILTER (WHERE s.cell = 'not_reported')",
    },
)  # fmt: skip
OPENNESS = Rule(
    "openness", gettext_lazy("Publication by the end of the stage of commitment"), _openness,
    points="CASE WHEN {commit_until} IS NOT NULL THEN {greatest}(0, %(worth)s - b.weeks * %(week)s) END",
    facts=("on", "until", "days", "weeks"),
    params=(Param("week", gettext_lazy("points off for each week begun"), "1"),),
    beside={
        "on": "{published_on}",
        "until": "{commit_until}",
        "days": "{days_late}",
        "weeks": "({days_late} + 6) / 7",
    },
    published=True,
)  # fmt: skip
RECTIFICATION = Rule(
    "rectification", gettext_lazy("Rectifications closed on time"), _rectification,
    points="{greatest}(0, %(worth)s - a.closed_late * %(closed_late)s - a.overdue * %(overdue)s)",
    facts=("orders", "closed_late", "overdue"),
    params=(Param("closed_late", gettext_lazy("points off for each that was closed late"), "1"),
            Param("overdue", gettext_lazy("points off for each that is overdue and open"), "2")),
    source="commitments_rectification r",
    match="r.unit_id = c.unit_id AND r.campaign_id = %(campaign)s AND r.issued_at IS NOT NULL",
    counted={
        "orders": "count(r.id)",
        "closed_late": "count(r.id) FILTER (WHERE r.closed_at IS NOT NULL AND r.overdue_at IS NOT NULL)",
        "overdue": """count(r.id) FILTER (WHERE r.closed_at IS NULL AND (r.overdue_at IS NOT NULL
            OR r.state IN ('issued', 'received', 'planned') AND r.due_on < %(on)s))""",
    },
)  # fmt: skip
REVIEW = Rule(
    "review", gettext_lazy("Published half-year reviews"), _review,
    points="CASE WHEN a.reviews > 0 THEN round(%(worth)s * a.mean / 100, 4) END",
    facts=("reviews", "mean"),
    source="{review_scores} w", match="w.code = c.unit_code",
    counted={"reviews": "count(w.code)", "mean": "round(avg(w.score), 4)"},
    together=True, published=True,
)  # fmt: skip
KEEPING = (COMPLETION, REPORTING, OPENNESS, RECTIFICATION, REVIEW)
