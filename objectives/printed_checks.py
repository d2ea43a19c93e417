"""What contradicts itself in a paper that the plan itself prints."""

from django.utils.translation import gettext as _

from objectives.states import MEASURED, Comparison, ObjectiveKind, TargetState
from portal.core.campaign_file import names_or_hint
from portal.core.shapes import Problems, entries
from units.campaign_sections import twice

PERCENT = ("%", "％")


def check_printed_paper(sections: dict, problems: Problems) -> None:
    """The printed paper obeys the campaign's own rules, and every name in it exists."""
    paper = sections["printed_paper"]
    objectives = entries((paper or {}).get("objective"), "printed_paper.objective")
    keys = {objective["key"] for _at, objective in objectives}
    for at, row in entries(sections["catch_up"], "catch_up"):
        _known(f"{at}.objective", row["objective"], keys, _("There is no objective “%(name)s” in this file."), problems)
    if not paper:
        return
    rule = _rule_of(paper["unit"], sections, problems)
    twice(objectives, "key", problems)
    _check_first(objectives, sections["paper"] or {}, problems)
    for at, objective in objectives:
        _check_objective(at, objective, sections, rule, problems)


def _known(at, word, words, sentence, problems):
    if word is not None and word not in words:
        problems.add(at, sentence % {"name": word}, names_or_hint(word, filter(None, words)))


def _rule_of(code, sections, problems) -> dict | None:
    """The rule that the printed paper's unit follows; tells when there is no such unit or rule."""
    units = {unit["code"]: unit for _at, unit in entries(sections["unit"], "")}
    _known("printed_paper.unit", code, units, _("There is no unit “%(name)s” in this file."), problems)
    if code not in units:
        return None
    rules = {rule["kind"]: rule for _at, rule in entries(sections["kind_rule"], "")}
    if units[code]["kind"] not in rules:
        wrong = _("Units of the kind “%(kind)s” write no paper.") % {"kind": units[code]["kind"]}
        problems.add("printed_paper.unit", wrong, _("Expected a unit whose kind has a rule."))
    return rules.get(units[code]["kind"])


def _check_first(objectives, rules, problems):
    if not objectives or not rules.get("first_is_benchmarking"):
        return
    at, first = objectives[0]
    if first["kind"] not in (ObjectiveKind.BENCHMARK, None):
        wrong = _("The first objective is of the kind %(kind)s.") % {"kind": first["kind"]}
        problems.add(f"{at}.kind", wrong, _("Expected benchmark: paper.first_is_benchmarking says so."))


def _check_objective(at, objective, sections, rule, problems):
    units = {unit["code"] for _at, unit in entries(sections["unit"], "")}
    benchmarks = {row["key"] for _at, row in entries(sections["benchmark"], "")}
    heads = {item["key"] for _at, section in entries((rule or {}).get("section"), "")
             for _place, item in entries(section["item"], "")}  # fmt: skip
    for place, code in enumerate(objective["responsible"] or (), start=1):
        _known(f"{at}.responsible[{place}]", code, units, _("There is no unit “%(name)s” in this file."), problems)
    for place, key in enumerate(objective["sections"] or (), start=1):
        _known(f"{at}.sections[{place}]", key, heads, _("The unit's rule has no head “%(name)s”."), problems)
    _known(f"{at}.benchmark", objective["benchmark"], benchmarks,
           _("There is no benchmark “%(name)s” in this file."), problems)  # fmt: skip
    campaign = sections["campaign"] or {}
    _check_due(f"{at}.due_on", objective["due_on"], campaign, problems)
    most, measures = (sections["paper"] or {}).get("measures_most"), entries(objective["measure"], f"{at}.measure")
    if most and len(measures) > most:
        wrong = _("The objective has %(n)d measures.") % {"n": len(measures)}
        problems.add(f"{at}.measure", wrong, _("Expected at most %(most)d (paper.measures_most).") % {"most": most})
    twice(measures, "key", problems)
    for where, measure in measures:
        targets = entries(measure["target"], f"{where}.target")
        twice(targets, "key", problems)
        for place, target in targets:
            _check_target(place, target, problems)
            _check_target_due(place, target, objective["due_on"], campaign, problems)


def _check_due(at, day, campaign, problems):
    first, last = campaign.get("starts_on"), campaign.get("ends_on")
    if day and first and last and first <= last and not first <= day <= last:
        expected = _("Expected a day from %(first)s to %(last)s, the campaign's own.") % {"first": first, "last": last}
        problems.add(at, _("%(day)s is outside the campaign.") % {"day": day}, expected)


def _check_target_due(at, target, objective_due, campaign, problems):
    due = target["due_on"]
    _check_due(f"{at}.due_on", due, campaign, problems)
    if due and objective_due and due > objective_due:
        expected = _("Expected %(day)s or earlier.") % {"day": objective_due}
        problems.add(f"{at}.due_on", _("The target is due after its objective."), expected)
    if due and target["state"] == TargetState.COMPLETED_BEFORE_START:
        wrong = _("The target was completed before the plan began, and yet has a day to come.")
        problems.add(f"{at}.due_on", wrong, _("Expected no day."))


def _check_target(at, target, problems):
    comparison, value = target["comparison"], target["value"]
    if comparison in MEASURED and value is None and target["value_known"]:
        problems.add(f"{at}.value", _("A target to be measured has no figure."),
                     _("Expected a figure, or value_known = false when the plan prints none."))  # fmt: skip
    if comparison == Comparison.ORDINAL and (value is None or value < 1 or value != int(value)):
        problems.add(f"{at}.value", _("A number in a series is missing or no whole number."),
                     _("Expected 1, 2, 3 …"))  # fmt: skip
    if value is not None and target["value_known"] is False:
        problems.add(f"{at}.value_known", _("The figure is said to be unknown, and yet stands here."),
                     _("Expected one of the two."))  # fmt: skip
    if value is not None and comparison in (Comparison.SOME, Comparison.HELD):
        wrong = _("A target of the kind %(kind)s has no figure.") % {"kind": comparison}
        problems.add(f"{at}.value", wrong, _("Expected another comparison, such as ge, or no value."))
    if target["benchmark_value"] is not None and target["benchmark_unknown"]:
        problems.add(f"{at}.benchmark_unknown", _("The benchmark's figure is said to be unknown, and yet stands here."),
                     _("Expected one of the two."))  # fmt: skip
    _check_percent(at, target, problems)


def _check_percent(at, target, problems):
    """A share of a whole is never above 100; percentages are written 90, not 0.9."""
    if target["unit_zh"] not in PERCENT and target["unit_en"] not in PERCENT:
        return
    for name in ("baseline", "value", "benchmark_value"):
        if target[name] is not None and not 0 <= target[name] <= 100 and target["comparison"] in MEASURED:
            wrong = _("%(value)s%% is no share of a whole.") % {"value": target[name]}
            problems.add(f"{at}.{name}", wrong, _("Expected 0 to 100."))
