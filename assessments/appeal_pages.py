"""Appeals in words: where one stands, and what each reader may see of it."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments import adjustment_pages, result_pages
from assessments.models import Appeal, AppealPoint
from assessments.policies import appeals as policies
from assessments.policies import inspections, looking
from assessments.policies import results as result_policies
from assessments.states import AppealState, InspectionState, Outcome
from portal.core.wording import moment, said
from units.policies import Standing

TONES = {AppealState.FILED: "yellow", AppealState.RECHECKING: "yellow", AppealState.RECHECKED: "yellow"}


def row(appeal: Appeal, who: Standing) -> dict:
    """A line of the list."""
    return {"appeal": appeal, "name": said(appeal.case.unit, "name"), "stands": stands(appeal), "tone": tone(appeal)}


def tone(appeal: Appeal) -> str:
    return TONES.get(AppealState(appeal.state), "green")


def stands(appeal: Appeal) -> str:
    """Where it is, in a word; decided ones with what came of them."""
    if appeal.state == AppealState.DECIDED:
        return str(Outcome(appeal.outcome).label)
    if appeal.document_id:
        return _("With the leader who decides")
    return str(AppealState(appeal.state).label)


def facts(appeal: Appeal, who: Standing) -> dict:
    """What the page of an appeal shows this reader. Whoever checks again never sees what the other one found."""
    case = appeal.case
    is_office = bool(result_policies.office_post(who, case.assessment))
    place = policies.place_of(who.user, appeal)
    checks = bool(place) and not appeal.decided_at
    is_unit = bool(result_policies.own_post(who, case))
    found = {line["criterion"].pk: line for line in result_pages.scores(case)}
    open_to_all = bool(appeal.decided_at) or (not checks and not is_unit)
    rows = [point.adjustment for point in appeal.points.all() if point.adjustment_id]
    taken = {each["each"].pk: each | {"opens": False} for each in adjustment_pages.rows(rows, who)}
    points = [
        {
            **_what(point, found, taken),
            "point": point,
            "checked": _checked(point, place if checks else "", shows=open_to_all),
        }
        for point in sorted(appeal.points.all(), key=lambda row: bool(row.adjustment_id))
    ]
    return {
        "appeal": appeal, "case": case, "name": said(case.unit, "name"), "stands": stands(appeal), "tone": tone(appeal),
        "points": points, "is_office": is_office, "is_unit": is_unit, "checks": checks, "today": who.on,
        "course": _course(appeal), "shows_people": is_office, "grade": result_pages.grade(case.grade),
        "figures": result_pages.figures(case), "can_name": policies.can_name(who, appeal),
        "can_attach": policies.can_attach(who, appeal), "files": appeal.files.all(),
        "stays": _stays(appeal) if is_office else [], **_beside(appeal, who),
    }  # fmt: skip


def _what(point: AppealPoint, lines: dict, taken: dict) -> dict:
    """A score with its line of the result, or a deduction or veto with its notes."""
    if point.adjustment_id:
        adjusted = taken[point.adjustment_id]
        return {"name": adjusted["label"], "line": None, "adjusted": adjusted}
    return {"name": said(point.criterion, "name"), "line": lines.get(point.criterion_id), "adjusted": None}


def _stays(appeal: Appeal) -> list:
    """Who of the two has handed in, while the other can still be replaced."""
    if appeal.state != AppealState.RECHECKING:
        return []
    return [getattr(appeal, place) for place in ("first", "second") if policies.handed_in(appeal, place)]


def _beside(appeal: Appeal, who: Standing) -> dict:
    """What those who check again may open as long as they do: ledger lines, and the inspection with its photographs."""
    if not looking.can_look(who, appeal.case):
        return {"looks": False, "inspections": []}
    rows = inspections.visible(who).filter(case=appeal.case_id, state=InspectionState.SETTLED)
    return {"looks": True, "inspections": list(rows.values_list("pk", flat=True))}


def _checked(point: AppealPoint, place: str, *, shows: bool) -> list[dict]:
    """What was found again: one's own, or both once that is open to this reader."""
    rows = []
    for number, name in ((1, "first"), (2, "second")):
        given = getattr(point, f"{name}_falls" if point.adjustment_id else f"{name}_points")
        if given is not None and (shows or name == place):
            rows.append({"number": number, "found": _found(given), "words": getattr(point, f"{name}_words")})
    return rows


def _found(given) -> str:
    if isinstance(given, bool):
        return pgettext("deduction", "It falls") if given else pgettext("deduction", "It stands")
    return result_pages.shown(given)


def _course(appeal: Appeal) -> list[dict]:
    """The steps of an appeal, for the component `steps`."""
    rows = [
        (_("Filed"), appeal.filed_at), (_("Two named"), appeal.named_at),
        (_("Checked again by both"), appeal.rechecked_at), (_("Decided in writing"), appeal.decided_at),
    ]  # fmt: skip
    current = next((place for place, (_label, at) in enumerate(rows) if at is None), len(rows))
    return [
        {"label": label, "note": moment(at) if at else "",
         "state": "done" if at else "current" if place == current else "to_come"}
        for place, (label, at) in enumerate(rows)
    ]  # fmt: skip
