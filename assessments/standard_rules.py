"""What a standard must be: its settings sound, each criterion whole, its points 100 for every kind of unit."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from assessments import rules, scoring
from assessments.models import Criterion, Standard
from assessments.states import Grade, Method
from portal.core.errors import Refused
from portal.core.wording import in_chinese

FORMAT = "chengnuo-standard/1"
MOST_BONUS = 20
MOST_DAYS = 30
MOST_LEAST = 10
NAMED = ("name", "scoring", "deduct", "bonus", "source", "see", "office")


def require_settings(data: Mapping) -> None:
    """Refuse grades that are not in order, shares beyond 100 per cent, windows that are none."""
    if "grades" in data:
        _require_grades(data["grades"])
    if "title_zh" in data and not data["title_zh"].strip():
        raise Refused(_("Give the standard a title."))
    for name, most in (("top_share", 100), ("differs_from", 100), ("bonus_most", MOST_BONUS)):
        if name in data and not 0 <= data[name] <= most:
            raise Refused(_("%(value)s lies outside of 0 to %(most)s.") % {"value": data[name], "most": most})
    if "top_least" in data and not 0 <= data["top_least"] <= MOST_LEAST:
        raise Refused(_("%(value)s lies outside of 0 to %(most)s.") % {"value": data["top_least"], "most": MOST_LEAST})
    if "appeal_days" in data and not 1 <= data["appeal_days"] <= MOST_DAYS:
        raise Refused(_("Appeals need a window of 1 to %(most)s working days.") % {"most": MOST_DAYS})


def _require_grades(grades: list[dict]) -> None:
    if [row["key"] for row in grades] != [grade.value for grade in Grade]:
        raise Refused(_("The grades are given from the best to the lowest, all four of them."))
    limits = [Decimal(str(row["at_least"])) for row in grades]
    if any(not 0 <= limit <= scoring.FULL for limit in limits):
        raise Refused(_("A grade begins somewhere between 0 and 100."))
    if any(high <= low for high, low in zip(limits, limits[1:], strict=False)) or limits[-1] != 0:
        raise Refused(_("Each grade begins lower than the one before it, and the last at 0."))


def require_criterion(row: Criterion) -> None:
    """Refuse a criterion that cannot be scored: points out of scale, no rule, no words."""
    if not row.name_zh.strip() or not row.scoring_zh.strip() or not row.source_zh.strip():
        raise Refused(_("A criterion needs its name, how points are given, and where the facts come from."))
    if not 0 <= row.points <= scoring.FULL:
        raise Refused(_("A criterion is worth between 0 and 100 points."))
    if row.is_veto:
        if row.points:
            raise Refused(_("A veto is worth no points: it makes the grade the lowest."))
        return
    if row.points == 0:
        raise Refused(_("A criterion that is worth nothing is not scored; give it points, or make it a veto."))
    if row.method == Method.MACHINE and row.rule not in rules.RULES:
        raise Refused(_("Choose the rule by which the machine scores it."))
    if row.method == Method.INSPECTION and not row.looked_at:
        raise Refused(_("Nobody would score this: inspectors must judge it on the spot, or the machine by a rule."))
    if row.rule:
        _require_params(row)


def _require_params(row: Criterion) -> None:
    known = {param.key: param for param in rules.RULES[row.rule].params}
    for key, value in row.params.items():
        if key not in known:
            raise Refused(_("This rule has no setting “%(key)s”.") % {"key": key})
        try:
            sound = 0 <= Decimal(str(value)) <= known[key].most
        except InvalidOperation:
            sound = False
        if not sound:
            words = _("“%(label)s” is a figure between 0 and %(most)s.")
            raise Refused(words % {"label": known[key].label, "most": known[key].most})


def sum_for(criteria: Iterable[Criterion], kind: str) -> Decimal:
    """The points that units of this kind can reach."""
    rows = [row for row in criteria if not row.is_veto and (not row.kinds or kind in row.kinds)]
    return sum((row.points for row in rows), Decimal(0))


def short_of(criteria: list[Criterion], kinds: Iterable[str]) -> dict[str, Decimal]:
    """{kind: points missing, negative when over} of the kinds whose points do not add up to 100."""
    sums = {kind: scoring.FULL - sum_for(criteria, kind) for kind in kinds}
    return {kind: missing for kind, missing in sums.items() if missing}


def require_whole(criteria: list[Criterion], kinds: Mapping[str, object]) -> None:
    """Refuse a standard without criteria, or whose points do not add up; the sentence says what is missing or over."""
    found = short_of(criteria, kinds or [""])
    if found:
        raise Refused(" ".join(sentences(found, kinds)))


def sentences(found: Mapping[str, Decimal], kinds: Mapping[str, object]) -> list[str]:
    """What is missing or over, once for all kinds where it is the same."""
    if len(set(found.values())) == 1 and len(found) == max(1, len(kinds)):
        return [_sentence(next(iter(found.values())), _("all units"))]
    return [_sentence(missing, _name(kinds[key])) for key, missing in found.items()]


def _sentence(missing: Decimal, who: str) -> str:
    told = {"who": who, "sum": rules.form.plain(scoring.FULL - missing), "by": rules.form.plain(abs(missing))}
    if missing > 0:
        return _("The points for %(who)s add up to %(sum)s: %(by)s are missing.") % told
    return _("The points for %(who)s add up to %(sum)s: %(by)s too many.") % told


def _name(kind) -> str:
    return kind.name_zh if in_chinese() or not kind.name_en else kind.name_en


def content_of(standard: Standard, criteria: list[Criterion], kinds: Mapping[str, object]) -> dict:
    """The standard as it is frozen and printed: JSON values, everything that decides a score, in both languages."""
    return {
        "format": FORMAT,
        "campaign": standard.campaign.code,
        "version": standard.version,
        "title_zh": standard.title_zh,
        "title_en": standard.title_en,
        "grades": [
            {"key": row["key"], "at_least": rules.form.plain(row["at_least"])} for row in standard.grades
        ],
        "top_share": rules.form.plain(standard.top_share),
        "top_least": standard.top_least,
        "bonus_most": rules.form.plain(standard.bonus_most),
        "differs_from": rules.form.plain(standard.differs_from),
        "appeal_days": standard.appeal_days,
        "criteria": [_criterion(row, kinds) for row in criteria],
    }  # fmt: skip


def _criterion(row: Criterion, kinds: Mapping[str, object]) -> dict:
    params = rules.with_defaults(rules.RULES[row.rule], row.params) if row.rule else {}
    names = [kinds[key].name_zh for key in row.kinds if key in kinds]
    texts = {f"{name}_{tongue}": getattr(row, f"{name}_{tongue}") for name in NAMED for tongue in ("zh", "en")}
    return {
        "key": row.key, "group": row.group, "points": rules.form.plain(row.points), "method": row.method,
        "rule": row.rule, "params": {key: rules.form.plain(value) for key, value in params.items()},
        "looked_at": row.looked_at, "is_veto": row.is_veto, "kinds": row.kinds, "kinds_zh": names, **texts,
    }  # fmt: skip
