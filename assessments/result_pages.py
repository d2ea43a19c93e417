"""Results in words: the columns side by side, what differs and why, every score with its explanation."""

from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments import rules, scoring
from assessments.appealing import Window
from assessments.models import Assessment, Case, Mark
from assessments.queries import totals
from assessments.queries.grounds import Found, Grounds
from assessments.states import Grade, Source
from portal.core.wording import amount, day, in_chinese, said, weekday_day

COLUMNS = (
    ("self_total", lambda: _("Self")),
    ("machine", lambda: _("Computed")),
    ("inspected", lambda: _("Inspected")),
    ("review", lambda: _("Reviewed")),
    ("bonus", lambda: _("Added or taken off")),
    ("total", lambda: _("Total")),
)
TONES = {Grade.EXCELLENT: "green", Grade.GOOD: "green", Grade.PASS: "yellow", Grade.FAIL: "red"}


def figure(value) -> str:
    """Two decimals, as it was rounded; in words where there is none."""
    return "" if value is None else f"{Decimal(value):.2f}"


def heads() -> list[str]:
    return [label() for _name, label in COLUMNS]


def figures(case: Case) -> list[dict]:
    """Every column with its heading, for tables and for narrow pages."""
    return [{"label": label(), "value": figure(getattr(case, name)), "key": name} for name, label in COLUMNS]


def grade(key: str) -> dict:
    """A grade as shape and word."""
    return (
        {"tone": TONES[Grade(key)], "word": str(Grade(key).label)} if key else {"tone": "grey", "word": _("No grade")}
    )


def row(case: Case, marks: dict, assessment: Assessment) -> dict:
    """A line of the table: figures, grade, and everything about them that somebody should look at."""
    return {
        "case": case, "name": said(case.publication, "unit_name"), "is_sample": case.publication.is_sample,
        "figures": figures(case), "grade": grade(case.grade), "notes": notes(case, marks, assessment),
        "signals": signals(case),
    }  # fmt: skip


def notes(case: Case, marks: dict, assessment: Assessment) -> list[dict]:
    """What differs: by tone and words. `marks` are those that count, by criterion."""
    standard = assessment.standard
    found = [*_self_note(case, standard), *_grade_note(case)]
    if case.total is not None and totals.rounding_decides(totals.exact(marks), case.bonus, standard.grades):
        words = _("Rounding decides the grade: unrounded, the total lies below the threshold.")
        found.append({"tone": "yellow", "words": words})
    return found + _appeal_note(case)


def public_notes(case: Case) -> list[dict]:
    """What a reader of the published list must know: veto, cap, a change on appeal."""
    return _grade_note(case) + _appeal_note(case)


def _appeal_note(case: Case) -> list[dict]:
    if not case.before:
        return []
    words = _("An appeal changed the list (%(numbers)s): before it the total was %(total)s, the grade %(grade)s.")
    told = {
        "numbers": pgettext("between names", ", ").join(case.before.get("decisions", ())),
        "total": case.before["total"] or _("none"), "grade": grade(case.before["grade"])["word"],
    }  # fmt: skip
    return [{"tone": "grey", "words": words % told}]


def _self_note(case: Case, standard) -> list[dict]:
    """A unit that rates itself far above what was found, by more than two inspectors may differ."""
    if case.self_total is None or case.total is None:
        return []
    above = case.self_total - (case.total - case.bonus)
    if abs(above) <= standard.differs_from:
        return []
    words = _("Rates itself %(points)s above what was found") if above > 0 else _(
        "Rates itself %(points)s below what was found"
    )  # fmt: skip
    return [{"tone": "yellow", "words": words % {"points": figure(abs(above))}}]


def _grade_note(case: Case) -> list[dict]:
    if not case.why_grade:
        return []
    told = {"grade": grade(case.grade_by_total)["word"]}
    if case.why_grade == "veto":
        words = _("A veto makes the grade the lowest; by the total it would be “%(grade)s”.")
    else:
        words = _("By the total it would be “%(grade)s”: the share of the best among units of this kind is full.")
    return [{"tone": "red" if case.why_grade == "veto" else "yellow", "words": words % told}]


def scores(case: Case, grounds: Grounds | None = None) -> list[dict]:
    """Every criterion of a case: its worth, each source’s points, the one that counts, and why; with `grounds` also
    what inspectors saw. Two questions.
    """
    marks = Mark.objects.filter(case=case).select_related("criterion").order_by("criterion__position", "pk")
    rows: dict[int, dict] = {}
    for mark in marks:
        criterion = mark.criterion
        line = rows.setdefault(criterion.pk, _line(criterion))
        line["sources"][mark.source] = shown(mark.points)
        line["why"] += [words for words in [why(mark)] if words]
        if mark.source == line["counts"] or _stands_over(mark.source, line["counts"]):
            line["counts"], line["points"] = mark.source, mark.points
    for line in rows.values():
        line["shown"] = shown(line["points"])
        line["source"] = str(Source(line["counts"]).label)
        line["behind"] = "machine" in line["sources"]
        line["cells"] = [(source.label, line["sources"].get(source.value, "")) for source in Source]
        line["seen"], line["found"] = _on_the_spot(line["criterion"], grounds)
    return [line for line in rows.values() if not line["criterion"].is_veto]


def _line(criterion) -> dict:
    return {
        "criterion": criterion, "name": said(criterion, "name"), "worth": amount(criterion.points), "sources": {},
        "scoring": said(criterion, "scoring"), "why": [], "counts": "", "points": None,
    }  # fmt: skip


def _on_the_spot(criterion, grounds: Grounds | None) -> tuple[list[dict], list[Found]]:
    """What was seen and found under this criterion, by inspectors' numbers."""
    if not grounds:
        return [], []
    seen = [
        {"by": each.by, "points": shown(each.points), "words": each.words}
        for each in grounds.seen if each.criterion.pk == criterion.pk and each.words
    ]  # fmt: skip
    return seen, [each for each in grounds.found if each.criterion and each.criterion.pk == criterion.pk]


def found_besides(lines: list[dict], grounds: Grounds | None) -> list[Found]:
    """What was found wrong that stands under none of these criteria."""
    listed = {line["criterion"].pk for line in lines}
    rows = grounds.found if grounds else ()
    return [each for each in rows if not each.criterion or each.criterion.pk not in listed]


def _stands_over(source: str, counts: str) -> bool:
    order = ["", *Source.values]
    return order.index(source) > order.index(counts)


def shown(points) -> str:
    if points is None:
        return _("does not apply")
    return amount(scoring.rounded(Decimal(points)))


def why(mark: Mark) -> str:
    """One sentence that explains a mark from the facts stored with it."""
    criterion, facts = mark.criterion, mark.facts
    if mark.source == Source.MACHINE:
        return rules.explained(
            criterion.rule, facts, points=mark.points, worth=criterion.points, params=criterion.params
        )  # fmt: skip
    between = pgettext("between names", ", ")
    if mark.source == Source.INSPECTED:
        given = between.join(amount(Decimal(points)) for points in facts.get("opinions", ()))
        if not given:
            return ""
        words = _("Three inspectors gave %(given)s: the middle one counts.")
        if len(facts["opinions"]) < 3:
            words = _("The inspectors gave %(given)s: the mean counts.")
        return words % {"given": given}
    if not facts:
        return ""
    words = _("Checked again after the appeal: %(first)s and %(second)s, before it %(before)s (%(number)s).")
    return words % {
        "first": shown(facts["first"]), "second": shown(facts["second"]), "before": shown(facts["before"]),
        "number": facts.get("decision", ""),
    }  # fmt: skip


def signals(case: Case) -> list[tuple[str, str]]:
    """What the public told of the unit, as (term, value); empty while no floor registers any."""
    return [(said(line, "label"), str(line.get("value", ""))) for line in case.signals.get("rows", ())]


def has_signals(assessment: Assessment) -> bool:
    """Whether tables carry a column for what the public told; without any unit that has some they do not."""
    return bool(assessment.summary.get("signals"))


def counting(window: Window) -> str:
    """How the last day of an appeal came about."""
    between = pgettext("between names", ", ")
    told = {
        "n": len(window.counted), "told": day(window.told_on), "until": day(window.until_on),
        "days": between.join(weekday_day(each) for each in window.counted),
    }  # fmt: skip
    words = _("%(n)s working days from the day after the notice of %(told)s: %(days)s.") % told
    free = between.join(
        weekday_day(first) if first == last else f"{weekday_day(first)} – {weekday_day(last)}"
        for first, last in window.free
    )
    if free:
        more = _("These are no working days and do not count: %(days)s.") % {"days": free}
        words = f"{words}{'' if in_chinese() else ' '}{more}"
    return words


def summary(assessment: Assessment) -> list[dict]:
    """Kinds of units with their counts by grade, as they were last put together."""
    return [
        {
            "key": kind["key"], "name": said(kind, "name"), "units": kind["units"], "mean": kind["mean"] or "",
            "capped": kind["capped"], "vetoed": kind["vetoed"],
            "grades": [{**grade(key), "key": key, "count": kind["grades"].get(key, 0)} for key in Grade.values],
        }
        for kind in assessment.summary.get("kinds", ())
    ]  # fmt: skip


def kinds_of(assessment: Assessment, among: QuerySet[Case] | None = None) -> list[dict]:
    """The kinds of units to choose from, before results are put together too; those of `among`, if given."""
    if among is None and assessment.summary.get("kinds"):
        return [{"key": kind["key"], "name": said(kind, "name")} for kind in assessment.summary["kinds"]]
    rows = assessment.cases.all() if among is None else among.filter(assessment=assessment)
    rows = rows.order_by("kind_key").values("kind_key", "publication__kind_name_zh", "publication__kind_name_en")
    return [
        {"key": each["kind_key"],
         "name": said({"name_zh": each["publication__kind_name_zh"], "name_en": each["publication__kind_name_en"]},
                      "name")}
        for each in rows.distinct()
    ]  # fmt: skip
