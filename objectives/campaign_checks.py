"""What contradicts itself in a campaign file. Every check tolerates None: that value was told of already."""

import re

from django.utils.translation import gettext as _

from objectives import routes
from objectives.printed_checks import check_printed_paper
from portal.core.campaign_file import find, names_or_hint
from portal.core.shapes import Problems, entries
from units.campaign_sections import kinds_by_key, posts_of, twice
from units.policies import LEADERS


def check(sections: dict, problems: Problems) -> None:
    """All checks of the objectives' sections, in the order of the file."""
    _check_year(sections["campaign"] or {}, problems)
    _check_paper(sections, problems)
    _check_rules(sections, problems)
    _check_route_posts(sections, problems)
    _check_leaders(sections, problems)
    _check_stages(sections, problems)
    _check_deadlines(sections, problems)
    _check_names(sections, problems)
    check_printed_paper(sections, problems)
    _check_numbers(sections, problems)


def after(one, other) -> bool:
    """Whether both days were read and the first is later."""
    return one is not None and other is not None and one > other


def check_inside(at, day, campaign, problems):
    """Told only where the campaign's own days were read and stand in order."""
    first, last = campaign.get("starts_on"), campaign.get("ends_on")
    if day and first and last and first <= last and not first <= day <= last:
        expected = _("Expected a day from %(first)s to %(last)s, the campaign's own.") % {"first": first, "last": last}
        problems.add(at, _("%(day)s is outside the campaign.") % {"day": day}, expected)


def unknown(at: str, word, words, what: str, problems: Problems) -> bool:
    """Tell of a name that nothing in the file bears; `what` is the sentence about it."""
    if word is None or word in words:
        return False
    problems.add(at, what % {"name": word}, names_or_hint(word, filter(None, words)))
    return True


def _check_year(campaign, problems):
    year, starts, ends = campaign.get("year"), campaign.get("starts_on"), campaign.get("ends_on")
    if after(starts, ends) or (starts and starts == ends):
        problems.add("campaign.ends_on", _("The campaign ends before it begins."), _("Expected a later day."))
    if year and starts and starts.year != year:
        wrong = _("The campaign is of %(year)d but begins in %(other)d.") % {"year": year, "other": starts.year}
        problems.add("campaign.starts_on", wrong, _("Expected a day of the campaign's year."))
    if year and ends and ends.year not in (year, year + 1):
        wrong = _("The campaign is of %(year)d but ends in %(other)d.") % {"year": year, "other": ends.year}
        problems.add("campaign.ends_on", wrong, _("Expected a day of the campaign's year or of the next."))
    named = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", campaign.get("code") or "")
    if year and named and str(year) not in named:
        wrong = _("The code says %(other)s, the campaign is of %(year)d.") % {"other": named[0], "year": year}
        problems.add("campaign.code", wrong, _("Expected the campaign's year in it, or none."))


def _check_paper(sections, problems):
    paper = sections["paper"] or {}
    about, below, above = (paper.get(f"items_{name}") for name in ("about", "warn_below", "warn_above"))
    if after(below, about) or after(below, above):
        wrong = _("This is more than the number it warns below.")
        problems.add("paper.items_warn_below", wrong, _("Expected a smaller number."))
    if after(about, above):
        wrong = _("This is less than the number it warns above.")
        problems.add("paper.items_warn_above", wrong, _("Expected a greater number."))
    stages = {row["key"] for _at, row in entries(sections["stage"], "")}
    unknown("paper.named_person_before", paper.get("named_person_before"), stages,
            _("There is no stage “%(name)s” in this file."), problems)  # fmt: skip
    twice(entries(paper.get("check"), "paper.check"), "key", problems)


def _check_rules(sections, problems):
    kinds = kinds_by_key(sections)
    rules = entries(sections["kind_rule"], "kind_rule")
    twice(rules, "kind", problems)
    own = {rule["kind"] for _at, rule in rules if rule["section"]}
    for at, rule in rules:
        sentence = _("There is no unit kind “%(name)s” in this file.")
        is_unknown = unknown(f"{at}.kind", rule["kind"], kinds, sentence, problems)
        if not is_unknown and rule["kind"] and kinds[rule["kind"]]["writes_paper"] is False:
            wrong = _("Units of the kind “%(kind)s” write no paper.") % {"kind": rule["kind"]}
            problems.add(f"{at}.kind", wrong, _("Expected no rule for it, or writes_paper = true."))
        _check_route(at, rule, problems)
        _check_sections(at, rule, own, problems)
    ruled = {rule["kind"] for _at, rule in rules}
    for at, kind in entries(sections["unit_kind"], "unit_kind"):
        if kind["key"] and kind["writes_paper"] and kind["key"] not in ruled:
            wrong = _("There is no rule for the kind “%(kind)s”.") % {"kind": kind["key"]}
            problems.add(f"{at}.key", wrong, _("Expected a [[kind_rule]] for it, or writes_paper = false."))


def _check_route(at, rule, problems):
    steps = []
    for place, text in enumerate(rule["route"] or (), start=1):
        try:
            steps.append(routes.parse(text) if text is not None else None)
        except ValueError as problem:
            problems.add(f"{at}.route[{place}]", f"{problem}.")
            steps.append(None)
    if steps and None not in steps:
        for wrong in routes.problems(steps):
            problems.add(f"{at}.route", f"{wrong}.")


def _check_sections(at, rule, own, problems):
    same = rule["same_sections_as"]
    if same and rule["section"]:
        wrong = _("The rule has sections of its own and another kind's.")
        problems.add(f"{at}.same_sections_as", wrong, _("Expected one of the two."))
    sentence = _("No rule with sections is for the kind “%(name)s”.")
    unknown(f"{at}.same_sections_as", same, own, sentence, problems)
    twice(entries(rule["section"], f"{at}.section"), "key", problems)
    items = [
        item
        for where, section in entries(rule["section"], f"{at}.section")
        for item in entries(section["item"], f"{where}.item")
    ]
    twice(items, "key", problems)


def _check_route_posts(sections, problems):
    """Every role of a route needs a post that can act: of the unit, of the unit above, or of the bureau."""
    kinds = kinds_by_key(sections)
    roles = {unit["code"]: {post["role"] for post in posts_of(unit, kinds)}
             for _at, unit in entries(sections["unit"], "")}  # fmt: skip
    everywhere = set().union(*roles.values()) if roles else set()
    needs = {rule["kind"]: _roles(rule) for _at, rule in entries(sections["kind_rule"], "")}
    for at, rule in entries(sections["kind_rule"], "kind_rule"):
        for role in sorted(_roles(rule) - {"head", "town_office"} - everywhere if None not in everywhere else ()):
            problems.add(f"{at}.route", _("No unit has a post with the role %(role)s.") % {"role": role},
                         _("Expected such a post in the bureau's own unit."))  # fmt: skip
    for at, unit in entries(sections["unit"], "unit"):
        need = needs.get(unit["kind"], set())
        if "head" in need and not roles[unit["code"]] & {"head", None}:
            problems.add(f"{at}.post", _("The unit has no head, but its route begins with the head."),
                         _("Expected a post with the role head."))  # fmt: skip
        if "town_office" in need and not roles.get(unit["parent"], {None}) & {"town_office", None}:
            wrong = _("The unit above has no post that could approve this unit's paper.")
            problems.add(f"{at}.parent", wrong, _("Expected a parent with a post of the role town_office."))


def _check_leaders(sections, problems):
    """Every unit whose route passes a leader has one of that role in charge: else its paper would wait for nobody.

    Judged once the charges themselves are in order.
    """
    if any(problem.key.startswith("charge") for problem in problems.found):
        return
    kinds = kinds_by_key(sections)
    needs = {rule["kind"]: _roles(rule) & set(LEADERS) for _at, rule in entries(sections["kind_rule"], "")
             if kinds.get(rule["kind"], {}).get("writes_paper")}  # fmt: skip
    posts = {f"{unit['code']}/{post['key']}": post["role"]
             for _at, unit in entries(sections["unit"], "") for post in posts_of(unit, kinds)}  # fmt: skip
    led = {(posts.get(charge["post"]), code)
           for _at, charge in entries(sections["charge"], "") for code in charge["units"] or ()}  # fmt: skip
    for at, unit in entries(sections["unit"], "unit"):
        for role in sorted(needs.get(unit["kind"], ())):
            if unit["code"] and (role, unit["code"]) not in led and role in posts.values():
                wrong = _("The route of “%(code)s” needs a %(role)s, but no such leader is in charge of it.")
                problems.add(f"{at}.code", wrong % {"role": role, "code": unit["code"]},
                             _("Expected the unit in a [[charge]] of such a post."))  # fmt: skip


def _roles(rule) -> set[str]:
    return {text.partition(":")[0] for text in rule["route"] or () if text} & set(routes.ROLES)


def _check_stages(sections, problems):
    campaign = sections["campaign"] or {}
    stages = entries(sections["stage"], "stage")
    twice(stages, "key", problems)
    for at, stage in stages:
        expected = _("Expected %(day)s or later.") % {"day": stage["from_on"]}
        _check_span(
            at, stage, ("from_on", "to_on"), (_("The stage ends before it begins."), expected), campaign, problems
        )
    for at, row in entries(sections["formula"], "formula"):
        known = {stage["key"] for _at, stage in stages}
        unknown(f"{at}.stage", row["stage"], known, _("There is no stage “%(name)s” in this file."), problems)
    rounds = sections["benchmarking"] or {}
    backwards = (_("The round ends before it begins."), _("Expected a later day."))
    _check_span("benchmarking", rounds, ("round_from", "round_to"), backwards, campaign, problems)


def _check_span(at, row, names, backwards, campaign, problems):
    """First and last day of a span stand in order, and then both inside the campaign."""
    first, last = (row.get(name) for name in names)
    if after(first, last):
        problems.add(f"{at}.{names[1]}", *backwards)
        return
    for name in names:
        check_inside(f"{at}.{name}", row.get(name), campaign, problems)


def _check_deadlines(sections, problems):
    keep = next((stage for _at, stage in entries(sections["stage"], "") if stage["key"] == "keep"), {})
    rows = entries(sections["deadline"], "deadline")
    twice(rows, "key", problems)
    for at, deadline in rows:
        check_inside(f"{at}.on", deadline["on"], sections["campaign"] or {}, problems)
        if after(deadline["on"], keep.get("to_on")):
            expected = _("Expected %(day)s or earlier, the end of the stage “keep”.") % {"day": keep["to_on"]}
            problems.add(f"{at}.on", _("The deadline is after the promises are kept."), expected)


def _check_names(sections, problems):
    """Kinds and units that other sections speak of exist, and no key stands twice."""
    kinds = kinds_by_key(sections)
    for name in ("deadline", "channel"):
        for at, row in entries(sections[name], name):
            for place, kind in enumerate(row["kinds"] or (), start=1):
                sentence = _("There is no unit kind “%(name)s” in this file.")
                unknown(f"{at}.kinds[{place}]", kind, kinds, sentence, problems)
    for name in ("channel", "benchmark", "catch_up", "principle", "safeguard", "slogan", "formula"):
        twice(entries(sections[name], name), "key", problems)
    units = {unit["code"] for _at, unit in entries(sections["unit"], "")}
    for at, row in entries(sections["benchmark"], "benchmark"):
        unknown(f"{at}.unit", row["unit"], units, _("There is no unit “%(name)s” in this file."), problems)


def _check_numbers(sections, problems):
    """Every figure of the plan points at a place that exists, and that place holds the figure.

    Places in a section of which something was told already are judged once that is put right.
    """
    troubled = {re.split(r"[.\[]", problem.key)[0] for problem in problems.found}
    for at, number in entries(sections["number"], "number"):
        for place, pointer in enumerate(number["used"] or (), start=1):
            if pointer is None or pointer.split(".")[0] in troubled:
                continue
            where = f"{at}.used[{place}]"
            try:
                held = find(sections, pointer)
            except LookupError as step:
                wrong = _("Nothing stands at “%(pointer)s”.") % {"pointer": pointer}
                problems.add(where, wrong, _("The step “%(step)s” is not there.") % {"step": step})
                continue
            held = len(held) if isinstance(held, (list, tuple)) else held
            if number["value"] is not None and held != number["value"]:
                wrong = _("“%(pointer)s” is %(held)s.") % {"pointer": pointer, "held": held}
                problems.add(where, wrong, _("Expected %(value)s.") % {"value": number["value"]})
