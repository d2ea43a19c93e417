"""The pages of a month's report in facts: one row a promise, what is left to do, and the one act."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commitments import lights, phrases, progress, report_words, reporting
from commitments.forms.reporting import EntryForm, SheetForms
from commitments.models import Entry, Line, Sheet
from commitments.queries import evidence as proofs
from portal.core.lights import STATUSES
from portal.core.verdicts import YES, Verdict
from portal.core.wording import said
from portal.core.workdays import loaded
from units.models import Role
from units.policies import Standing

TENTH = Decimal("0.1")
ALL, TOUCHED, PRESSING = "all", "touched", "pressing"
"""How much a page finds fault with: everything, rows that have an answer, or only what cannot be as it stands."""
AT_ONCE = ("value", "done_on")


@dataclass
class Row:
    """One promise of the sheet."""

    form: EntryForm
    entry: Entry
    text: str
    due: str
    before: str
    hint: str
    status: str
    proofs: list

    @property
    def anchor(self) -> str:
        return f"promise-{self.entry.pk}"


@dataclass(frozen=True)
class Fault:
    """A line of the errors' summary, leading to its field."""

    to: str
    label: str
    words: str


def entries_of(sheet: Sheet) -> list[Entry]:
    return list(sheet.entries.select_related("line__commitment", "line__campaign"))


def fill_facts(who: Standing, sheet: Sheet, *, on: date, forms: SheetForms | None = None, tells: str = TOUCHED) -> dict:
    """All of the page on which a sheet is filled. `forms` are posted ones; `tells`: how much is found fault with."""
    is_answer = forms is not None or tells == ALL
    forms = forms or SheetForms(entries_of(sheet))
    entries = [form.entry for form in forms]
    evidence = proofs.of_entries(entries)
    rows = [_row(form, sheet, evidence, on=on, tells=tells) for form in forms]
    return {
        "rows": rows,
        "faults": faults(rows),
        "is_answer": is_answer,
        "closed": closed_lines(sheet, entries),
        "opening": report_words.opening(len(entries)),
        "untouched": any(not entry.choice for entry in entries),
        **end_facts(who, sheet, entries, on=on),
        **head_facts(sheet, on=on),
    }


def head_facts(sheet: Sheet, *, on: date) -> dict:
    """What stands above every page of a sheet."""
    return {
        "sheet": sheet,
        "month": report_words.title(sheet),
        "due": report_words.due(sheet.month, on=on, workdays=loaded()),
        "frozen": report_words.frozen(sheet),
        "unit_name": said(sheet.unit, "name"),
        "receiver": report_words.receiver(sheet),
    }


def end_facts(who: Standing, sheet: Sheet, entries: Iterable[Entry], *, on: date) -> dict:
    """The end bar: how far it is, and the one act with what happens then."""
    entries = list(entries)
    lacking = [entry for entry in entries if entry.choice and reporting.missing_in(entry, on=on)]
    open_ = [entry for entry in entries if not entry.choice]
    is_head = bool(who.post(Role.HEAD, sheet.unit))
    wrong = (lacking or open_)[:1]
    office = report_words.receiver(sheet)
    label = _("Sign off and send to %(office)s") % {"office": office} if is_head else _("Send to the head")
    return {
        "sheet": sheet,
        "act": "send" if is_head else "hand",
        "act_label": label,
        "act_verdict": _may_hand_in(lacking, open_),
        "wrong": f"#promise-{wrong[0].pk}" if wrong else "",
        "is_head": is_head,
        "answered": report_words.answered(len(entries) - len(open_), len(entries), len(lacking)),
        "consequence": report_words.consequence(sheet, is_head=is_head),
    }


def _may_hand_in(lacking: list[Entry], open_: list[Entry]) -> Verdict:
    if not lacking and not open_:
        return YES
    numbers = pgettext("between names", ", ").join(entry.line.number for entry in (lacking or open_)[:3])
    if lacking:
        return Verdict(_("Promise %(numbers)s needs a look.") % {"numbers": numbers})
    return Verdict(_("Promise %(numbers)s has no answer yet.") % {"numbers": numbers})


def lacks_of(entry: Entry, *, on: date, tells: str) -> dict[str, str]:
    """What an entry still needs, by field, as far as it is to be told."""
    if tells != ALL and not entry.choice:
        return {}
    found = {lack.field: lack.sentence for lack in reporting.missing_in(entry, on=on)}
    if tells == PRESSING:
        return {name: words for name, words in found.items() if name in AT_ONCE and getattr(entry, name) is not None}
    return found


def faults(rows: list[Row]) -> list[Fault]:
    """Every error of the sheet, each with the promise it stands at and the control it leads to."""
    found = []
    for row in rows:
        label = _("Promise %(number)s") % {"number": row.entry.line.number}
        for name, errors in row.form.errors.items():
            bound = row.form[name]
            to = f"{bound.auto_id}_0" if bound.use_fieldset else bound.id_for_label
            found += [Fault(to, label, words) for words in errors]
    return found


def _row(form: EntryForm, sheet: Sheet, evidence: dict, *, on: date, tells: str) -> Row:
    entry, line = form.entry, form.entry.line
    if not form.is_bound or form.is_valid():
        form.tell(lacks_of(entry, on=on, tells=tells))
    return Row(
        form=form,
        entry=entry,
        text=said(line, "text"),
        due=phrases.by_day(line.due_on, on.year),
        before=before_words(entry),
        hint=_plan_hint(entry, sheet),
        status=line.status if line.status in STATUSES else "",
        proofs=evidence.get(entry.pk, []),
    )


def before_words(entry: Entry) -> str:
    """Where it stood before this month: 25 of 36 rooms, under way, or that nothing was reported."""
    line = entry.line
    if line.in_words:
        words = entry.get_said_before_display() if entry.said_before else ""
    else:
        target = line.commitment.target if line.commitment else {}
        words = figures(entry.before, line.target, target)
    return _("So far: %(words)s") % {"words": words} if words else _("Not reported so far")


def figures(value: Decimal | None, goal: Decimal | None, target: dict) -> str:
    """25 of 36 rooms."""
    if value is None:
        return ""
    if goal is None:
        return progress.figure(value, target) if target else progress.plain(value)
    goal_words = progress.figure(goal, target) if target else progress.plain(goal)
    return _("%(now)s of %(goal)s") % {"now": progress.plain(value), "goal": goal_words}


def _plan_hint(entry: Entry, sheet: Sheet) -> str:
    """Before 25, plan for 20 October 31: what the figure is held against."""
    line = entry.line
    if line.in_words:
        return ""
    start, parts = line.baseline or Decimal(0), []
    if entry.before is not None:
        parts.append(_("so far %(value)s") % {"value": progress.plain(entry.before)})
    elif line.baseline is not None:
        parts.append(_("at the beginning %(value)s") % {"value": progress.plain(line.baseline)})
    share = lights.planned(line.starts_on, line.due_on, line.milestones, sheet.month.due_on)
    plan = (start + (line.target - start) * share / lights.FULL).quantize(TENTH)
    day = phrases.by_day(sheet.month.due_on, sheet.month.due_on.year)
    parts.append(_("plan %(day)s: %(value)s") % {"day": day, "value": progress.plain(plan)})
    return capfirst(pgettext("between names", ", ").join(parts))


def closed_lines(sheet: Sheet, entries: list[Entry]) -> list[dict]:
    """The promises of the unit's paper that need nothing this month, and why."""
    held = {entry.line_id for entry in entries}
    rows = Line.objects.filter(publication=sheet.publication_id).exclude(pk__in=held)
    return [{"line": line, "text": said(line, "text"), "why": _why_nothing(line)} for line in rows if not line.is_live]


def _why_nothing(line: Line) -> str:
    if line.withdrawn_at:
        return _("Withdrawn. Nothing to report.")
    if line.done_before:
        return _("Done before the plan began. Nothing to report.")
    return _("Kept and closed. Nothing to report.")
