"""The page of a self-assessment in facts: one row a criterion, four chapters, what is missing, the one act."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments import scoring, selfchecking
from assessments.forms.selfchecks import SelfForm
from assessments.models import Case, SelfAssessment
from assessments.queries import selfchecks as queries
from portal.core.clock import local_day
from portal.core.verdicts import YES, Verdict
from portal.core.wording import day, distance, moment, said
from units.models import Role
from units.policies import Standing


@dataclass(frozen=True)
class Shown:
    """One criterion as the page shows it; `points` and `words` are bound fields, or None where it is only read.

    `see` is what inspectors look at on the spot.
    """

    row: selfchecking.Row
    name: str
    worth: str
    ledger: str
    why: str
    how: str
    see: str = ""
    own: str = ""
    points: object = None
    words: object = None


def due_words(due_on: date, *, on: date) -> str:
    """When it is due and how far that is; once the day is past, only when it was: who is late is said beside each."""
    if due_on < on:
        return _("was due on %(day)s") % {"day": day(due_on)}
    return _("due on %(day)s, %(words)s") % {"day": day(due_on), "words": distance(due_on, on)}


def head_facts(case: Case, *, on: date) -> dict:
    """What stands above every page of it."""
    due_on = case.assessment.self_due_on
    return {
        "case": case,
        "unit_name": said(case.unit, "name"),
        "year": case.assessment.campaign.year,
        "due": due_words(due_on, on=on),
        "is_late": on > due_on,
        "standard": _("%(title)s, version %(version)s") % {
            "title": said(case.assessment.standard, "title"), "version": case.assessment.standard.version,
        },
    }  # fmt: skip


def write_facts(who: Standing, check: SelfAssessment, *, on: date, form: SelfForm | None = None) -> dict:
    """All of the page on which it is written. `form` is a posted one that could not be stored."""
    rows = queries.rows_of(check)
    form = form or SelfForm(check=check, rows=rows)
    return {
        "check": check,
        "form": form,
        "rows": [_shown(row, form) for row in rows],
        "written_here": any(row.is_scored for row in rows),
        **end_facts(who, check, rows, on=on),
        **head_facts(check.case, on=on),
    }


def end_facts(who: Standing, check: SelfAssessment, rows: list[selfchecking.Row], *, on: date) -> dict:
    """The end bar: how far it is, the own total, and the one act with what happens then."""
    lacks = selfchecking.missing(check, rows)
    counted = [row for row in rows if row.applies]
    given = sum(row.mark.points is not None for row in counted)
    is_head = bool(who.post(Role.HEAD, check.case.unit))
    return {
        "check": check,
        "lacks": lacks,
        "progress": _("%(n)s of %(m)s criteria have own points.") % {"n": given, "m": len(counted)},
        "total": _total_words(rows),
        "rest": sum(row.mark.points is None and row.suggestion is not None for row in counted),
        "is_head": is_head,
        "verdict": _may_put_forward(lacks, is_head=is_head),
        "first_lack": f"#{lacks[0].to}" if lacks else "",
        "saved": saved(check.saved_at, on),
    }


def _may_put_forward(lacks: list, *, is_head: bool) -> Verdict:
    if lacks:
        words = ngettext("%(n)s thing is still missing.", "%(n)s things are still missing.", len(lacks))
        return Verdict(words % {"n": len(lacks)})
    if not is_head:
        return Verdict(_("Complete. The head puts the special report forward and signs it."))
    return YES


def read_facts(check: SelfAssessment, *, on: date) -> dict:
    """The page on which it is only read: while it lies with the head, and after it was handed in."""
    rows = queries.rows_of(check)
    return {
        "check": check,
        "rows": [_shown(row, None) for row in rows],
        "chapters": [(_label(check, name), getattr(check, name)) for name in selfchecking.CHAPTERS],
        "total": _total_words(rows),
        "handed": handed_words(check),
        "cell": cell(check.case, due_on=check.case.assessment.self_due_on, on=on),
        **head_facts(check.case, on=on),
    }  # fmt: skip


def handed_words(check: SelfAssessment) -> str:
    """Signed and handed in on 3 December 2026, 2 days late."""
    if not check.sent_at:
        return ""
    facts = {"moment": moment(check.sent_at), "n": check.days_late}
    if not check.days_late:
        return _("Signed and handed in on %(moment)s, in time.") % facts
    return ngettext(
        "Signed and handed in on %(moment)s, %(n)s day late.",
        "Signed and handed in on %(moment)s, %(n)s days late.",
        check.days_late,
    ) % facts  # fmt: skip


def cell(case: Case, *, due_on: date, on: date) -> dict:
    """How lists show one unit: handed in, late, missing or not yet, as a colour's shape and its word."""
    check = getattr(case, "self_assessment", None)
    if check is None or check.sent_at is None:
        if on > due_on:
            return {"colour": "red", "word": _("Missing, %(words)s") % {"words": distance(due_on, on)}}
        return {"colour": "grey", "word": _("Begun, not handed in") if check is not None else _("Not begun")}
    if check.days_late:
        words = ngettext("Late, %(n)s day", "Late, %(n)s days", check.days_late) % {"n": check.days_late}
        return {"colour": "yellow", "word": words, "to": case.pk, "when": moment(check.sent_at)}
    return {"colour": "green", "word": _("Handed in"), "to": case.pk, "when": moment(check.sent_at)}


def saved(at: datetime, on: date) -> str:
    if local_day(at) == on:
        return _("Saved at %(time)s.") % {"time": timezone.localtime(at).strftime("%H:%M")}
    return _("Saved on %(moment)s.") % {"moment": moment(at)}


def figure(value: Decimal | None) -> str:
    """Points as they are told: at most two decimals."""
    return "" if value is None else f"{scoring.rounded(value).normalize():f}"


def _label(check: SelfAssessment, name: str) -> str:
    label = str(check._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _shown(row: selfchecking.Row, form: SelfForm | None) -> Shown:
    stem = f"m{row.criterion.pk}"
    if not row.applies:
        ledger = _("does not apply to this unit")
    else:
        unscored = _("not computed yet") if row.criterion.rule else _("judged on the spot")
        ledger = figure(row.ledger) if row.is_scored else unscored
    return Shown(
        row=row,
        name=said(row.criterion, "name"),
        worth=figure(row.criterion.points),
        ledger=ledger,
        why=row.why,
        how=said(row.criterion, "scoring"),
        see=said(row.criterion, "see"),
        own=figure(row.mark.points),
        points=form[f"{stem}-points"] if form and row.applies else None,
        words=form[f"{stem}-words"] if form and row.applies else None,
    )


def _total_words(rows: list[selfchecking.Row]) -> str:
    total = selfchecking.total(rows)
    return "" if total is None else _("Own total: %(total)s of 100.") % {"total": figure(total)}
