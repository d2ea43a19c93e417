"""What the page of one inspection holds for this reader: where it stands, its sheets once settled, the acts at hand."""

from django.utils.translation import gettext as _

from assessments import inspecting, sheet_pages
from assessments.forms.inspections import DayForm, HandOverForm, OrderForm, WhyForm
from assessments.models import Handover, Inspection, Opinion
from assessments.policies import inspections as policies
from assessments.queries import inspections as queries
from assessments.queries import succession
from assessments.states import InspectionState
from commitments.policies.rectifications import signers_for
from portal.core.verdicts import Verdict
from portal.core.wording import amount, day, moment, said
from units.policies import Standing

COLOURS = {
    InspectionState.ASSIGNED: "grey", InspectionState.SCORING: "grey", InspectionState.DIFFERS: "yellow",
    InspectionState.SETTLED: "green", InspectionState.UNABLE: "grey",
}  # fmt: skip


def row(inspection: Inspection) -> dict:
    """One line of the list: unit, who goes there, how far it is."""
    numbers = ", ".join(sheet.inspector.number for sheet in inspection.all_sheets)
    kind = said(inspection.case.unit.kind, "name")
    return {
        "inspection": inspection, "title": said(inspection.case.unit, "name"), "colour": COLOURS[inspection.state],
        "why": f"{kind} · {numbers}", "stands": stands(inspection),
    }  # fmt: skip


def stands(inspection: Inspection) -> str:
    """Where it is, in a sentence."""
    sheets = inspection.all_sheets
    if inspection.state == InspectionState.UNABLE:
        return _("Could not receive: %(why)s") % {"why": inspection.why_unable}
    if inspection.state == InspectionState.SETTLED:
        return _("Settled on %(day)s") % {"day": day(inspection.settled_at)}
    if inspection.state == InspectionState.DIFFERS:
        points = amount(inspection.differed_by)
        if any(sheet.sent_at is None for sheet in sheets):
            return _("They differ by %(points)s points; a third opinion is asked for") % {"points": points}
        return _("They differ by %(points)s points; nobody is left for a third opinion") % {"points": points}
    if inspection.closed_at and inspection.reopened_why:
        return _("Closed before it was settled anew: the earlier marks stand")
    if inspection.closed_at:
        return _("Closed without being settled")
    sent = sum(sheet.sent_at is not None for sheet in sheets)
    return _("%(sent)s of %(all)s sheets have come in") % {"sent": sent, "all": len(sheets)}


def forms_of(inspection: Inspection, data=None, act: str = "") -> dict:
    """A form for every act that takes words; the one that was posted is bound to what was typed."""
    kinds = {
        "plan": lambda bound: DayForm(bound, auto_id="plan_%s", initial={"planned_on": inspection.planned_on}),
        "unable": lambda bound: WhyForm(bound, auto_id="unable_%s", label=_("Why the unit cannot receive")),
        "hand": lambda bound: HandOverForm(bound, auto_id="hand_%s", sheets=_unsent(inspection)),
        "reopen": lambda bound: WhyForm(bound, auto_id="reopen_%s", label=_("Why it is opened again")),
    }
    return {name: make(data if name == act else None) for name, make in kinds.items()}


def _unsent(inspection: Inspection) -> list[tuple]:
    """The sheets that can still pass on, as choices."""
    rows = [row for row in inspection.all_sheets if row.sent_at is None]
    return [(str(row.pk), f"{row.inspector.number} · {sheet_pages.role(_tied(inspection, row))}") for row in rows]


def _tied(inspection: Inspection, opinion: Opinion) -> Opinion:
    opinion.inspection = inspection
    return opinion


def order_form(who: Standing, inspection: Inspection, data=None) -> OrderForm | None:
    """Only for the style office, and only once it is settled."""
    if not policies.office_post(who, inspection) or inspection.state != InspectionState.SETTLED:
        return None
    return OrderForm(data, signers=signers_for(inspection.case.unit, on=who.on), auto_id=False)


def facts(who: Standing, inspection: Inspection, forms: dict) -> dict:
    """The page's context. What stands on the sheets is shown once it is settled, to nobody before."""
    is_office, unit = policies.office_post(who, inspection) is not None, inspection.case.unit
    shown = inspection.state == InspectionState.SETTLED
    marks = _marks(inspection) if shown else []
    return {
        "inspection": inspection, "unit": unit, "title": said(unit, "name"), "stands": stands(inspection),
        "colour": COLOURS[inspection.state], "is_office": is_office, "forms": forms, "today": who.on, "shown": shown,
        "facts": _pairs(inspection), "sheets": [_sheet(inspection, row) for row in inspection.all_sheets],
        "marks": marks, "noted": _noted(inspection, marks) if shown else [], "order_form": order_form(who, inspection),
        "found": [row for sheet in inspection.all_sheets for row in sheet.found] if shown else [],
        "files": _files_besides(inspection, marks) if shown else [],
        "can": {
            "plan": policies.can_plan(who, inspection) if is_office else None,
            "third": policies.can_ask_third(who, inspection) if is_office else None,
            "unable": policies.can_pass_over(who, inspection) if is_office else None,
            "hand": _can_hand_over(who, inspection) if is_office else None,
            "reopen": policies.can_reopen(who, inspection) if policies.leading_post(who, unit) else None,
        },
    }  # fmt: skip


def _can_hand_over(who: Standing, inspection: Inspection) -> Verdict | None:
    """For the first sheet that waits; the others stand alike."""
    rows = (row for row in inspection.all_sheets if row.sent_at is None)
    return next((policies.can_hand_over(who, _tied(inspection, row)) for row in rows), None)


def _sheet(inspection: Inspection, opinion: Opinion) -> dict:
    _tied(inspection, opinion)
    if opinion.sent_at:
        state, colour = _("Sent on %(moment)s") % {"moment": moment(opinion.sent_at)}, "green"
    elif opinion.clear_at:
        state, colour = _("Declared to have no interest; not sent yet"), "grey"
    else:
        state, colour = _("Has not declared yet"), "grey"
    return {"opinion": opinion, "state": state, "colour": colour, "role": sheet_pages.role(opinion)}


def _marks(inspection: Inspection) -> list[dict]:
    """What each gave, criterion by criterion, beside the machine and what stands."""
    case = inspection.case
    machine, criteria = queries.machine(case), queries.judged(case)
    sheets = inspection.all_sheets
    given = [{row.criterion_id: row for row in sheet.given} for sheet in sheets]
    found = inspecting.settled([{key: row.points for key, row in sheet.items()} for sheet in given])
    rows = []
    for criterion in criteria:
        mark, computed = found.get(criterion.pk), machine.get(criterion.pk)
        rows.append({
            "criterion": criterion, "machine": computed and computed.points,
            "given": [(row.inspector, sheet.get(criterion.pk)) for row, sheet in zip(sheets, given, strict=True)],
            "stands": mark and mark.points,
            "seen": [sheet[criterion.pk].seen for sheet in given if criterion.pk in sheet and sheet[criterion.pk].seen],
            "files": [row for sheet in sheets for row in sheet.files if row.criterion_id == criterion.pk],
        })  # fmt: skip
    return rows


def _noted(inspection: Inspection, marks: list[dict]) -> list[tuple]:
    """What was seen where no points are given, as with a veto: (inspector, mark)."""
    judged = {row["criterion"].pk for row in marks}
    return [
        (sheet.inspector, row) for sheet in inspection.all_sheets for row in sheet.given
        if row.seen and row.criterion_id not in judged
    ]  # fmt: skip


def _files_besides(inspection: Inspection, marks: list[dict]) -> list:
    """The photographs that stand at no line of the marks."""
    at_a_line = {row["criterion"].pk for row in marks}
    return [row for sheet in inspection.all_sheets for row in sheet.files if row.criterion_id not in at_a_line]


def _pairs(inspection: Inspection) -> list[tuple]:
    rows = [
        (_("Day"), inspection.planned_on or _("Not set yet"), ""),
        (_("Drawn in"), inspection.draw.number, _("place %(turn)s of its kind") % {"turn": inspection.turn}),
    ]
    if inspection.differed_by is not None and inspection.state in (InspectionState.SETTLED, InspectionState.DIFFERS):
        most = amount(inspection.case.assessment.standard.differs_from)
        note = _("more than %(most)s asks for a third opinion") % {"most": most}
        rows.append((_("The two differ by"), amount(inspection.differed_by), note))
    if inspection.instead_of_id:
        before = inspection.instead_of
        rows.append((_("Takes the place of"), said(before.case.unit, "name"), before.why_unable))
    if replaced := getattr(inspection, "replaced_by", None):
        rows.append((_("Its place was taken by"), said(replaced.case.unit, "name"), ""))
    rows += [_passed_on(handover) for handover in succession.handovers_of(inspection)]
    if inspection.reopened_why:
        rows.append((_("Was opened again"), inspection.reopened_why, ""))
    return rows


def _passed_on(handover: Handover) -> tuple:
    told = [day(handover.at), handover.get_reason_display(), handover.words]
    numbers = f"{handover.before.number} → {handover.after.number}"
    return _("A sheet passed on"), numbers, " · ".join(filter(None, told))
