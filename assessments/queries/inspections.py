"""Reading inspections: one's own sheets, the style office's list, what stands behind a sheet. Constant questions."""

from uuid import UUID

from django.db.models import F, Prefetch, Q

from assessments.models import (
    Assessment,
    Case,
    Criterion,
    Finding,
    Inspection,
    Mark,
    Opinion,
    OpinionMark,
    Photo,
    SelfMark,
)
from assessments.policies import inspections as policies
from assessments.states import InspectionState, Source
from portal.core.lenses import Shown
from portal.core.wording import said
from units.policies import Standing

A_PAGE = 40
FEW = 20
UNIT = ("case__unit__bureau", "case__unit__kind", "case__unit__parent", "case__assessment__campaign__bureau",
        "case__assessment__standard", "draw")  # fmt: skip


# --- the standard, as one unit is judged by it on the spot --------------------------------------


def looked_at(case: Case) -> list[Criterion]:
    """What inspectors look at in this unit, vetoes at the end."""
    rows = Criterion.objects.filter(standard=case.assessment.standard_id, looked_at=True).order_by(
        "is_veto", "position"
    )
    return [row for row in rows if not row.kinds or case.kind_key in row.kinds]


def judged(case: Case) -> list[Criterion]:
    """Of these, the criteria that take points: no vetoes, and nothing that does not apply to this unit."""
    out = Mark.objects.filter(case=case, source=Source.MACHINE, points=None).values_list("criterion", flat=True)
    without = set(out)
    return [row for row in looked_at(case) if not row.is_veto and row.pk not in without]


def machine(case: Case) -> dict[int, Mark]:
    """What the portal itself computed, by criterion."""
    return {row.criterion_id: row for row in Mark.objects.filter(case=case, source=Source.MACHINE)}


def claims(case: Case) -> dict[int, SelfMark]:
    """What the unit says of itself, by criterion, once its head signed it."""
    rows = SelfMark.objects.filter(self_assessment__case=case, self_assessment__sent_at__isnull=False)
    return {row.criterion_id: row for row in rows}


def found_before(case: Case) -> list[Finding]:
    """What inspectors found in this unit in earlier assessments, the newest first, with what became of it."""
    rows = Finding.objects.filter(opinion__inspection__case__unit=case.unit_id, opinion__sent_at__isnull=False)
    rows = rows.exclude(opinion__inspection__case=case).select_related(
        "rectification__document", "opinion__inspection__case__assessment__campaign"
    )
    return list(rows.order_by("-noted_at", "pk")[:FEW])


# --- one's own sheets ------------------------------------------------------------------------------


def sheets_of(who: Standing) -> list[Opinion]:
    """The sheets of an inspector, the nearest day first."""
    rows = policies.visible_sheets(who).select_related("inspector", *(f"inspection__{name}" for name in UNIT))
    colleagues = Opinion.objects.select_related("inspector")
    rows = rows.prefetch_related(Prefetch("inspection__opinions", colleagues, to_attr="all_sheets"))
    return list(rows.order_by(F("inspection__planned_on").asc(nulls_last=True), "inspection__case__order", "pk"))


def sheet(who: Standing, pk) -> Opinion | None:
    """One's own sheet with all it holds; None for what this person may not know of."""
    rows = policies.visible_sheets(who).select_related(
        "inspector__user",
        "inspector__post",
        "inspection__case__self_assessment",
        "inspection__case__publication",
        *(f"inspection__{name}" for name in UNIT),
    )
    return _with_content(rows).filter(pk=pk).first()


def _with_content(rows):
    photos = Photo.objects.filter(removed_at=None).select_related("criterion")
    return rows.prefetch_related(
        Prefetch(
            "marks", OpinionMark.objects.select_related("criterion").order_by("criterion__position"), to_attr="given"
        ),
        Prefetch("findings", Finding.objects.order_by("noted_at", "pk"), to_attr="found"),
        Prefetch("photos", photos, to_attr="files"),
    )


def content(opinion: Opinion) -> dict:
    """What the sheet holds, in the form in which `actions.inspections.save` takes it."""
    marks = OpinionMark.objects.filter(opinion=opinion)
    findings = Finding.objects.filter(opinion=opinion).order_by("noted_at", "pk")
    return {
        "visited_on": opinion.visited_on,
        "talked_to": opinion.talked_to,
        "words": opinion.words,
        "marks": {row.criterion_id: {"points": row.points, "seen": row.seen} for row in marks},
        "findings": [
            {"sent_as": str(row.sent_as), "criterion": row.criterion_id, "text": row.text} for row in findings
        ],
    }


# --- those who run and oversee ---------------------------------------------------------------------


def listed(who: Standing, *, state: str, after: tuple | None) -> tuple[list[Inspection], Inspection | None]:
    """A page of inspections in the order of units and, if more follow, the last of it."""
    rows = policies.visible(who).select_related(*UNIT)
    if state:
        rows = rows.filter(state=state)
    if after:
        place, pk = after
        rows = rows.filter(Q(case__order__gt=place) | Q(case__order=place, pk__gt=pk))
    sheets = Prefetch("opinions", Opinion.objects.select_related("inspector"), to_attr="all_sheets")
    page = list(rows.prefetch_related(sheets).order_by("case__order", "pk")[: A_PAGE + 1])
    return page[:A_PAGE], page[A_PAGE - 1] if len(page) > A_PAGE else None


def place_of(inspection: Inspection) -> str:
    return f"{inspection.case.order}_{inspection.pk}"


def place_from(text: str) -> tuple[str, UUID] | None:
    """Where a page begins, read back; None for what is no place."""
    order, _mark, pk = text.partition("_")
    try:
        return order, UUID(pk)
    except ValueError:
        return None


def one(who: Standing, pk) -> Inspection | None:
    """An inspection with its sheets, for those who run or oversee it."""
    sheets = _with_content(Opinion.objects.select_related("inspector__post"))
    rows = policies.visible(who).select_related(*UNIT, "instead_of__case__unit", "replaced_by__case__unit")
    return rows.prefetch_related(Prefetch("opinions", sheets, to_attr="all_sheets")).filter(pk=pk).first()


def round_of(who: Standing) -> Assessment | None:
    """The assessment whose round of inspections this person's style office runs now."""
    bureaus = [post.unit.bureau_id for post in who.posts_as(*policies.OFFICES)]
    rows = Assessment.objects.filter(campaign__bureau__in=bureaus, inspections_closed_at=None, draws__state="drawn")
    return rows.select_related("campaign__bureau").order_by("-inspect_from_on", "pk").first()


def to_see_to(who: Standing) -> list[Inspection]:
    """What waits for the style office: no day yet, or a third opinion that nobody was left to give."""
    bureaus = [post.unit.bureau_id for post in who.posts_as(policies.Role.STYLE_OFFICE)]
    if not bureaus:
        return []
    rows = Inspection.objects.filter(case__unit__bureau__in=bureaus, closed_at=None)
    waits = Q(state=InspectionState.ASSIGNED, planned_on=None)
    stuck = Q(state=InspectionState.DIFFERS) & ~Q(opinions__sent_at=None)
    return list(rows.filter(waits | stuck).select_related(*UNIT).order_by("case__order")[:FEW])


# --- the record ------------------------------------------------------------------------------------


def inspections_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    rows = policies.visible(who).filter(pk__in=ids).select_related("case__unit")
    return {str(row.pk): Shown(said(row.case.unit, "name"), f"/work/inspections/{row.pk}/") for row in rows}


def sheets_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Sheets in the record: for those who see the inspection. One's own sheet is reached from its list."""
    rows = Opinion.objects.filter(pk__in=ids, inspection__in=policies.visible(who))
    return {
        str(row.pk): Shown(
            f"{said(row.inspection.case.unit, 'name')} · {row.inspector.number}",
            f"/work/inspections/{row.inspection_id}/",
        )
        for row in rows.select_related("inspection__case__unit", "inspector")
    }


def photos_as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    rows = policies.visible_photos(who).filter(pk__in=ids)
    return {str(row.pk): Shown(row.title, f"/work/inspections/photos/{row.pk}/") for row in rows}
