"""The lines behind a machine's score: what exactly was counted for one case, line by line."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import machine, rules
from assessments.models import Case, Criterion
from commitments import halves, progress
from commitments.models import Line, Rectification, Review, Sheet
from objectives import quarters
from objectives.models import Pairing, Visit
from portal.core.clock import local_day
from portal.core.wording import amount, day, said


@dataclass(frozen=True, slots=True)
class Behind:
    """One thing that was counted: what it is, how it stands, what it gives, and whether it speaks for the unit.

    `counts` None: it is left out. `to` is its page, where there is one.
    """

    what: str
    how: str
    gives: str = ""
    counts: bool | None = True
    to: str = ""


def lines_behind(case: Case, criterion: Criterion, *, on: date) -> list[Behind]:
    """Everything that the criterion's rule looked at for this case, as the ledger stands; empty without a rule."""
    read = READERS.get(criterion.rule)
    return read(case, criterion, on) if read else []


def _completion(case: Case, criterion: Criterion, on: date) -> list[Behind]:
    rows = Line.objects.filter(publication=case.publication_id).order_by("position")
    params = rules.with_defaults(rules.RULES["completion"], criterion.params)
    return [_promise(line, Decimal(params["unverified_percent"])) for line in rows]


def _promise(line: Line, unverified: Decimal) -> Behind:
    what, to = f"{line.number} {said(line, 'text')}", reverse("ledger_line", args=[line.code])
    if line.withdrawn_at:
        return Behind(what, _("withdrawn"), counts=None, to=to)
    if line.done_before:
        return Behind(what, _("done before the plan began"), counts=None, to=to)
    part = share_of(line)
    how = [_measured(line), _("checked") if line.verified_at else _("not checked")]
    if line.done_on and line.done_on > line.due_on:
        how.append(_("finished %(day)s, after its day") % {"day": day(line.done_on)})
    if not line.verified_at:
        part *= Fraction(unverified) / 100
    return Behind(what, " · ".join(how), rules.form.plain(Decimal(part.numerator) / part.denominator), part == 1, to)


def _measured(line: Line) -> str:
    if line.in_words:
        return line.get_said_display() or _("nothing reported")
    if line.actual is None:
        return _("nothing reported")
    return _("%(actual)s of %(target)s") % {"actual": amount(line.actual), "target": amount(line.target)}


def share_of(line: Line) -> Fraction:
    """How much of a promise was kept, 0 to 1: what the rule's SQL counts, said once more for one line."""
    if line.in_words:
        return Fraction(line.said == "done")
    if line.actual is None:
        return Fraction(0)
    actual, target = Fraction(line.actual), Fraction(line.target)
    met = {"ge": actual >= target, "le": actual <= target, "eq": actual == target}[line.comparison]
    if met:
        return Fraction(1)
    if actual <= 0 or target <= 0:
        return Fraction(0)
    return min(actual / target, target / actual)


def _reporting(case: Case, criterion: Criterion, on: date) -> list[Behind]:
    rows = Sheet.objects.filter(publication=case.publication_id).exclude(cell="").select_related("month")
    words = {"on_time": _("on time"), "late": _("late"), "not_reported": _("missing"),
             "nothing_to_report": _("nothing was to be reported")}  # fmt: skip
    params = rules.with_defaults(rules.RULES["reporting"], criterion.params)
    off = {"late": params["late"], "not_reported": params["missed"]}
    return [
        Behind(progress.month_name(row.month.code), _late_by(words[row.cell], row), _off(off.get(row.cell)),
               row.cell not in off)
        for row in rows.order_by("month__code")
    ]  # fmt: skip


def _late_by(words: str, sheet: Sheet) -> str:
    if sheet.cell != "late" or not sheet.days_late:
        return words
    late = ngettext("by %(n)s day", "by %(n)s days", sheet.days_late) % {"n": sheet.days_late}
    return f"{words}, {late}"


def _off(points) -> str:
    return f"−{rules.form.plain(points)}" if points else ""


def _visit(case: Case, criterion: Criterion, on: date) -> list[Behind]:
    campaign = case.assessment.campaign
    rows = Visit.objects.filter(Q(unit=case.unit_id) | Q(companions__unit=case.unit_id), state="done",
                                campaign=campaign, held_on__gte=campaign.starts_on,
                                held_on__lte=min(on, campaign.ends_on)).distinct().order_by("held_on")  # fmt: skip
    found = [
        Behind(row.host, _("made on %(day)s and written up") % {"day": day(row.held_on)}
               + ("" if row.unit_id == case.unit_id else f" · {_('joined')}"))
        for row in rows
    ]  # fmt: skip
    return found + _gaps(case, criterion, on)


def _pairs(case: Case):
    rows = Pairing.objects.filter(campaign=case.assessment.campaign_id, unit=case.unit_id)
    return rows.select_related("benchmark").order_by("since_on", "pk")


def _contacts(case: Case, criterion: Criterion, on: date) -> list[Behind]:
    campaign, found = case.assessment.campaign, []
    for pair in _pairs(case).prefetch_related("contacts"):
        made = {row.quarter for row in pair.contacts.all()}
        for code, latest, _stays in machine.quarters_over(campaign, on=on):
            since_on = min(pair.since_on, latest) if code in made else pair.since_on
            if quarters.is_owed(code, since_on=since_on, until_on=pair.until_on, ends_on=campaign.ends_on):
                how = _("contact made") if code in made else _("no contact")
                found.append(Behind(f"{said(pair.benchmark, 'name')} · {code}", how, counts=code in made))
    return found


def _gaps(case: Case, criterion: Criterion, on: date) -> list[Behind]:
    return [
        Behind(said(pair.benchmark, "name"), _("gap analysis filed on %(day)s") % {"day": day(pair.gaps_filed_at)}
               if pair.gaps_filed_at else _("gap analysis not filed"), counts=bool(pair.gaps_filed_at))
        for pair in _pairs(case)
    ]  # fmt: skip


def _openness(case: Case, criterion: Criterion, on: date) -> list[Behind]:
    published_on = local_day(case.publication.published_at)
    stage = case.assessment.campaign.stages.filter(key=machine.COMMIT).first()
    in_time = stage is None or published_on <= stage.to_on
    found = [Behind(_("Promises published"), day(published_on), counts=in_time)]
    return found + ([Behind(_("End of the stage of commitment"), day(stage.to_on), counts=None)] if stage else [])


def _rectification(case: Case, criterion: Criterion, on: date) -> list[Behind]:
    rows = Rectification.objects.filter(campaign=case.assessment.campaign_id, unit=case.unit_id).issued()
    on = min(on, case.assessment.campaign.ends_on)
    params = rules.with_defaults(rules.RULES["rectification"], criterion.params)
    return [_order(row, params, on) for row in rows.select_related("document").order_by("issued_at")]


def _order(row: Rectification, params: dict, on: date) -> Behind:
    to, due = reverse("rectification", args=[row.pk]), _("due on %(day)s") % {"day": day(row.due_on)}
    if row.closed_at:
        late = row.overdue_at is not None
        how = _("closed, late") if late else _("closed in time")
        return Behind(str(row), f"{due} · {how}", _off(params["closed_late"] if late else None), not late, to)
    late = row.overdue_at is not None or (row.state in ("issued", "received", "planned") and row.due_on < on)
    how = _("open and overdue") if late else _("open, its day has not come")
    return Behind(str(row), f"{due} · {how}", _off(params["overdue"] if late else None), not late, to)


def _review(case: Case, criterion: Criterion, on: date) -> list[Behind]:
    rows = Review.objects.filter(campaign=case.assessment.campaign_id, published_at__isnull=False).order_by("half")
    found = []
    for row in rows:
        units = {unit["code"]: unit["score"] for unit in row.result.get("units", ())}
        score = units.get(case.publication.unit_code)
        how = _("a baseline, not counted") if row.is_baseline else _("published on %(day)s") % {
            "day": day(row.published_at)}  # fmt: skip
        found.append(Behind(halves.name(row.half), how, score or "", None if row.is_baseline or not score else True))
    return found


READERS = {
    "completion": _completion, "reporting": _reporting, "visit": _visit, "contacts": _contacts, "gaps": _gaps,
    "openness": _openness, "rectification": _rectification, "review": _review,
}  # fmt: skip
