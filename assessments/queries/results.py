"""Results in lists and on pages, a constant number of questions each; and what the public reads of them."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from assessments import scoring
from assessments.models import Adjustment, Appeal, Assessment, Case, Draw, Inspection
from assessments.policies import results as policies
from assessments.states import AdjustmentKind, DrawState, Grade, InspectionState, Phase
from portal.core.lenses import Shown
from portal.core.wording import said
from units.models import UnitKind
from units.policies import Standing

A_PAGE = 50
PUBLIC_PAGE = 100
MOST = 20
RELATED = ("campaign__bureau", "standard", "result_document", "report_document")


def read_by(who: Standing) -> list[Assessment]:
    """The assessments of which this person reads a list, the newest first."""
    rows = policies.read_by(who).select_related("campaign__bureau", "standard")
    return list(rows.order_by("-campaign__starts_on", "-pk")[:MOST])


def run_by(who: Standing) -> list[Assessment]:
    """The assessments this person runs, the newest first."""
    rows = policies.run_by(who).select_related("campaign__bureau", "standard")
    return list(rows.order_by("-campaign__starts_on", "-pk")[:MOST])


def in_full(pk) -> Assessment | None:
    return Assessment.objects.select_related(*RELATED).filter(pk=pk).first()


def summary_of(assessment: Assessment) -> dict:
    """Units by kind and grade, the mean, how often cap and veto decided, whether the public told anything; with draws,
    inspections and appeals.
    """
    grades = {f"grade_{grade}": Count("pk", filter=Q(grade=grade)) for grade in Grade.values}
    rows = Case.objects.filter(assessment=assessment).order_by("kind_key").values("kind_key")
    rows = rows.annotate(
        units=Count("pk"), whole=Sum("total"), scored=Count("total"), capped=Count("pk", filter=Q(why_grade="cap")),
        vetoed=Count("pk", filter=Q(why_grade="veto")), **grades,
    )  # fmt: skip
    names = {kind.key: kind for kind in UnitKind.objects.filter(bureau=assessment.campaign.bureau_id)}
    kinds = [_kind(row, names.get(row["kind_key"])) for row in rows]
    told = Case.objects.filter(assessment=assessment).exclude(signals={}).exists()
    return {"kinds": kinds, "units": sum(kind["units"] for kind in kinds), "signals": told, **acts_of(assessment)}


def _kind(row: dict, kind: UnitKind | None) -> dict:
    return {
        "key": row["kind_key"],
        "name_zh": kind.name_zh if kind else row["kind_key"],
        "name_en": kind.name_en if kind else row["kind_key"],
        "units": row["units"],
        "mean": _mean(row["whole"], row["scored"]),
        "capped": row["capped"],
        "vetoed": row["vetoed"],
        "grades": {grade: row[f"grade_{grade}"] for grade in Grade.values},
    }


def _mean(whole: Decimal | None, scored: int) -> str | None:
    """Half a cent goes up. The sum is one of cents, whatever the database makes of it."""
    return f"{scoring.rounded(Fraction(whole.quantize(scoring.CENT)) / scored)}" if scored else None


def acts_of(assessment: Assessment) -> dict:
    """How many draws, inspected units and appeals stand behind a result."""
    draws = Draw.objects.filter(assessment=assessment).aggregate(
        drawn=Count("pk", filter=Q(state=DrawState.DRAWN)), void=Count("pk", filter=Q(state=DrawState.VOID))
    )
    inspected = Inspection.objects.filter(draw__assessment=assessment, state=InspectionState.SETTLED).count()
    appeals = Appeal.objects.filter(case__assessment=assessment).aggregate(
        all=Count("pk"), changed=Count("pk", filter=Q(outcome="changed", decided_at__isnull=False))
    )
    return {
        "draws": draws["drawn"], "draws_void": draws["void"], "inspected": inspected, "appeals": appeals["all"],
        "appeals_changed": appeals["changed"],
    }  # fmt: skip


def page(
    assessment: Assessment, *, kind: str, grade: str = "", after: str = "", first: str = "", most: int = A_PAGE,
    words: str = "", among: QuerySet[Case] | None = None,
):  # fmt: skip
    """(cases, where the next page begins) of one kind, the highest total first. `first` begins at a unit's code,
    `words` stand in the unit's name, `among` are the cases to choose from.
    """
    rows = Case.objects.all() if among is None else among
    rows = rows.filter(assessment=assessment, kind_key=kind).select_related("unit", "publication")
    rows = rows.defer("publication__snapshot")
    if grade:
        rows = rows.filter(grade=grade)
    if words:
        rows = rows.filter(
            Q(publication__unit_name_zh__icontains=words) | Q(publication__unit_name_en__icontains=words)
        )
    start, cases = _place(after), []
    if start is None and first and (cases := list(rows.filter(unit__code=first)[:1])):
        start = (cases[0].total, cases[0].order)
    totalled, others = rows.filter(total__isnull=False), rows.filter(total=None)
    if start and start[0] is not None:
        total, order = start
        totalled = totalled.filter(Q(total__lte=total) & (Q(total__lt=total) | Q(order__gt=order)))
    elif start:
        totalled, others = totalled.none(), others.filter(order__gt=start[1])
    cases += totalled.order_by("-total", "order")[: most + 1]
    if len(cases) <= most:
        cases += others.order_by("order")[: most + 1]
    following = place_of(cases[most - 1]) if len(cases) > most else ""
    return cases[:most], following


def place_of(case: Case) -> str:
    return f"{'' if case.total is None else case.total}_{case.order}"


def _place(text: str) -> tuple[Decimal | None, str] | None:
    """A place read back; None for what is no place."""
    total, mark, order = text.partition("_")
    if not mark or len(order) > 48:
        return None
    try:
        number = Decimal(total) if total else None
    except InvalidOperation:
        return None
    is_total = number is None or number.is_finite() and abs(number) < 1000 and number.as_tuple().exponent >= -4
    return (number, order) if is_total else None


def one(who: Standing, pk, *, overseen: bool = False) -> Case | None:
    """A case this person may see, with what its page needs; with `overseen` not that of the own unit."""
    rows = (policies.overseen if overseen else policies.visible)(who).select_related(
        "assessment__campaign__bureau", "assessment__standard", "unit__parent", "unit__kind", "notice", "publication",
        "appeal__document",
    )  # fmt: skip
    return rows.defer("publication__snapshot").prefetch_related(_adjustments()).filter(pk=pk).first()


def _adjustments() -> Prefetch:
    rows = Adjustment.objects.select_related("criterion", "made_post", "confirmed_post")
    return Prefetch("adjustments", rows, to_attr="adjusted")


def own(who: Standing) -> list[Case]:
    """The cases of the units in which this person is head or staff, as far as they were told, the newest first."""
    units = {post.unit_id for post in who.posts_as(*policies.OWN)}
    if not units:
        return []
    rows = Case.objects.filter(unit__in=units, notified_at__isnull=False).select_related(
        "assessment__campaign__bureau", "assessment__standard", "unit__parent", "unit__kind", "notice",
        "appeal__document",
    )  # fmt: skip
    return list(rows.prefetch_related(_adjustments()).order_by("-notified_at", "order")[:MOST])


def published_of(unit) -> list[Case]:
    """A unit's published cases, the newest first, for others who build on results."""
    rows = Case.objects.published().filter(unit=unit).select_related("assessment__campaign", "assessment__standard")
    return list(rows.order_by("-assessment__published_at"))


def public(bureau: str, year: int) -> Assessment | None:
    """The published assessment of a bureau's year, with its signed document."""
    rows = Assessment.objects.filter(
        campaign__bureau__code=bureau, campaign__year=year, phase=Phase.PUBLISHED, result_document__is_public=True
    )
    rows = rows.select_related("campaign__bureau", "standard__document", "result_document__signed_post")
    return rows.order_by("-published_at").first()


def public_case(assessment: Assessment, unit: str) -> Case | None:
    """One unit's case of a published assessment, with what counts beside its marks and what became of its appeal."""
    counts = Q(taken_back_at=None) & (~Q(kind=AdjustmentKind.VETO) | Q(confirmed_at__isnull=False))
    standing = Adjustment.objects.filter(counts).select_related("criterion")
    rows = Case.objects.published().filter(assessment=assessment, publication__unit_code=unit)
    rows = rows.select_related("publication", "appeal__document").defer("publication__snapshot", "appeal__grounds")
    return rows.prefetch_related(Prefetch("adjustments", standing, to_attr="standing")).first()


def public_of_unit(bureau: str, unit: str) -> list[tuple[int, str]]:
    """(year, grade) of a unit's published results, the newest first."""
    rows = Case.objects.published().filter(unit__code=unit, unit__bureau__code=bureau)
    rows = rows.order_by("-assessment__campaign__year")
    return list(rows.values_list("assessment__campaign__year", "grade"))


def public_years(bureau: str) -> list[tuple]:
    """(year, published at) of a bureau's published results, the newest first."""
    rows = Assessment.objects.filter(campaign__bureau__code=bureau, phase=Phase.PUBLISHED)
    return list(rows.order_by("-campaign__year").values_list("campaign__year", "published_at"))


def bureau_of(assessment: Assessment) -> dict:
    """The bureau as public pages name it."""
    bureau = assessment.campaign.bureau
    return {"code": bureau.code, "name_zh": bureau.name_zh, "name_en": bureau.name_en}


def cases_in_order(assessment: Assessment) -> QuerySet[Case]:
    """Every case by kind, the highest total first, with its published name: for documents and workbooks."""
    rows = Case.objects.filter(assessment=assessment).select_related("publication").defer("publication__snapshot")
    return rows.order_by("kind_key", F("total").desc(nulls_last=True), "order")


def as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Cases in the record: only those this person may know of."""
    rows = policies.visible(who).filter(pk__in=ids).select_related("unit")
    return {str(case.pk): Shown(said(case.unit, "name"), f"/work/results/{case.pk}/") for case in rows}
