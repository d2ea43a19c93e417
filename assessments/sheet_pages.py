"""What the page of a score sheet tells: unit, day and colleagues, and for each criterion the standard, what the unit
says, what the portal computed, and the fields. A constant number of questions.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from assessments import rules, scoring, signals
from assessments.forms.inspections import FindingRow, PhotoForm, SheetForm
from assessments.looking_pages import public_page
from assessments.models import Opinion
from assessments.queries import inspections as queries
from assessments.states import RecusalReason
from portal.core.clock import local_day
from portal.core.wording import amount, day, moment, said


def heading(opinion: Opinion) -> dict:
    """Which unit, when, by which draw and with whom: what may be known before the declaration."""
    inspection = opinion.inspection
    unit, assessment = inspection.case.unit, inspection.case.assessment
    return {
        "opinion": opinion, "inspection": inspection, "unit": unit, "standard": assessment.standard,
        "pairs_of_visit": [
            (_("Day"), inspection.planned_on or _("Not set yet"), ""),
            (_("Round"), f"{day(assessment.inspect_from_on)} – {day(assessment.inspect_to_on)}", ""),
            (_("You are"), opinion.inspector.number, role(opinion)),
            (_("Drawn in"), inspection.draw.number, ""),
        ],
    }  # fmt: skip


def role(opinion: Opinion) -> str:
    if opinion.place > opinion.inspection.draw.each:
        return _("third opinion")
    return _("inspector %(place)s of %(each)s") % {"place": opinion.place, "each": opinion.inspection.draw.each}


def facts(opinion: Opinion, form: SheetForm | None = None) -> dict:
    """The whole page, with the form or, once it is sent, with what was given."""
    case = opinion.inspection.case
    machine, claims = queries.machine(case), queries.claims(case)
    given = {row.criterion_id: row for row in opinion.given}
    rows = form.parts() if form else [{"criterion": row} for row in queries.looked_at(case)]
    for row in rows:
        key = row["criterion"].pk
        row |= {"given": given.get(key), "known": known(row["criterion"], machine.get(key), claims.get(key))}
    others = opinion.inspection.opinions.exclude(pk=opinion.pk).select_related("inspector")
    return heading(opinion) | {
        "rows": rows, "form": form, "others": [row.inspector.number for row in others], "saved": saved(opinion),
        "before": queries.found_before(case), "said_by_public": told_by_public(case), "files": opinion.files,
        "found": opinion.found, "reasons": RecusalReason.choices, "blank": FindingRow("", None, ""),
        "photo_form": PhotoForm(looked_at=form.looked_at) if form else None, "originals": originals(case),
    }  # fmt: skip


def known(criterion, machine, claim) -> list[str]:
    """What the unit says of itself and what the portal itself knows, a sentence each."""
    most, lines = amount(criterion.points), []
    if claim is not None and claim.points is not None:
        lines.append(
            _("The unit gives itself %(points)s of %(most)s.") % {"points": amount(claim.points), "most": most}
        )
        if claim.words:
            lines.append(_("It says: %(words)s") % {"words": claim.words})
    if machine is not None and machine.points is None:
        lines.append(_("The portal finds that this does not apply to the unit."))
    elif machine is not None:
        points = amount(scoring.rounded(machine.points))
        lines.append(_("The portal computes %(points)s of %(most)s.") % {"points": points, "most": most})
        told = rules.explained(
            criterion.rule, machine.facts, points=machine.points, worth=criterion.points, params=criterion.params
        )
        lines += [told] if told else []
    return lines


def told_by_public(case) -> list[str]:
    """What the public told about the unit, as far as anything passes it on."""
    rows = (case.signals or signals.of(case)).get("rows", [])
    return [f"{said(row, 'label')} · {row['value']}" for row in rows]


def originals(case) -> list[tuple[str, str]]:
    """Where an inspector reads what the standard tells to check, as (words, address)."""
    found = [
        (_("The ledger lines with their evidence"), reverse("case_lines", args=[case.pk])),
        (_("What the public reads of it"), public_page(case)),
    ]
    check = getattr(case, "self_assessment", None)
    if check is not None and check.sent_at:
        found.append((_("Its special report"), reverse("selfcheck", args=[case.pk])))
    return found


def saved(opinion: Opinion) -> str:
    """Where the sheet stands, in words."""
    if opinion.saved_at is None:
        return _("Nothing is saved in the portal yet.")
    return _("Saved in the portal at %(moment)s.") % {"moment": moment(opinion.saved_at)}


def plain(form: SheetForm) -> dict:
    """What is stored, as the page's fields show it: the phone compares it with what it sent itself."""
    fields = {bound.name: _stored(form, bound) for bound in form if bound.name != "version"}
    return {"fields": fields, "findings": [[row.sent_as, row.text, str(row.criterion or "")] for row in form.stored]}


def _stored(form: SheetForm, bound) -> str:
    value = form.fields[bound.name].prepare_value(bound.initial)
    return "" if value is None else str(value)


def differences(mine: SheetForm, theirs: SheetForm) -> list[dict]:
    """Field by field where two texts of the same sheet part ways."""
    rows = []
    for bound in theirs:
        if bound.name == "version":
            continue
        here, there = str(mine[bound.name].value() or "").strip(), _stored(theirs, bound)
        if here != there:
            rows.append({"label": bound.label, "mine": here, "theirs": there})
    names = {row.pk: said(row, "name") for row in theirs.looked_at}
    here, there = ({row.sent_as: _told(row, names) for row in rows} for rows in (mine.findings, theirs.stored))
    both = [(here.get(key, ""), there.get(key, "")) for key in dict.fromkeys([*here, *there])]
    return rows + [{"label": _("Finding"), "mine": one, "theirs": other} for one, other in both if one != other]


def _told(row: FindingRow, names: dict[int, str]) -> str:
    """A finding as one line, with the criterion that it concerns."""
    text = row.text.strip()
    return f"{text} · {names[row.criterion]}" if text and row.criterion in names else text


def listed(opinion: Opinion) -> dict:
    """One row of an inspector's own list."""
    inspection = opinion.inspection
    others = [row.inspector.number for row in inspection.all_sheets if row.pk != opinion.pk]
    if opinion.sent_at:
        state, colour = _("Sent on %(day)s") % {"day": day(local_day(opinion.sent_at))}, "green"
    elif opinion.clear_at is None:
        state, colour = _("First: do you have an interest in it?"), "yellow"
    else:
        state, colour = saved(opinion), "grey"
    return {
        "opinion": opinion, "unit": inspection.case.unit, "planned_on": inspection.planned_on, "state": state,
        "colour": colour, "why": _with(others, opinion), "title": said(inspection.case.unit, "name"),
    }  # fmt: skip


def _with(others: list[str], opinion: Opinion) -> str:
    parts = [said(opinion.inspection.case.unit.kind, "name")]
    if opinion.place > opinion.inspection.draw.each:
        parts.append(_("third opinion"))
    elif others:
        parts.append(_("with %(others)s") % {"others": ", ".join(others)})
    return " · ".join(parts)
