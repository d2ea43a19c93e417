"""Appeals in lists and on pages: a constant number of questions each."""

from assessments.models import Appeal, AppealFile
from assessments.policies import appeals as policies
from assessments.states import AppealState
from portal.core.lenses import Shown
from portal.core.wording import said
from units.models import Role, Tenure
from units.policies import Standing

MOST = 200
RELATED = (
    "case__assessment__campaign__bureau", "case__assessment__standard", "case__unit__parent", "case__publication",
    "case__notice", "document", "signer__unit", "first", "second",
)  # fmt: skip

ADJUSTED = tuple(f"points__adjustment__{name}" for name in ("criterion", "made_post", "confirmed_post"))


def listed(who: Standing) -> list[Appeal]:
    """The appeals this person may know of, those under way first, the newest of each first."""
    if who.is_nobody:
        return []
    rows = policies.visible(who).select_related("case__assessment__campaign", "case__unit", "document", "signer")
    rows = rows.defer("document__content").order_by("-filed_at", "-pk")[:MOST]
    return sorted(rows, key=lambda row: row.state == AppealState.DECIDED)


def one(who: Standing, pk) -> Appeal | None:
    """An appeal this person may see, with what its page needs."""
    rows = policies.visible(who).select_related(*RELATED).defer("case__publication__snapshot")
    return rows.prefetch_related("points__criterion", *ADJUSTED, "files").filter(pk=pk).first()


def waiting(who: Standing) -> list[tuple[Appeal, str]]:
    """(appeal, what for): to name, to replace and to draft for the style office, to check again, to sign. As many
    questions for many appeals as for one.
    """
    if who.is_nobody:
        return []
    rows = policies.visible(who).exclude(state=AppealState.DECIDED).select_related("case__unit", "document")
    rows = rows.defer("document__content").prefetch_related("points").order_by("filed_at")[:MOST]
    rows = list(rows)
    here = _still_here(who, rows)
    return [(appeal, purpose) for appeal in rows if (purpose := _purpose(who, appeal, here))]


def _still_here(who: Standing, rows: list[Appeal]) -> set:
    """Of the people who check again, those who still hold a post. Asked only for the style office."""
    people = {pk for row in rows for pk in (row.first_id, row.second_id) if pk}
    if not people or not who.posts_as(Role.STYLE_OFFICE):
        return set()
    return set(Tenure.objects.on(who.on).filter(user__in=people, user__is_active=True).values_list("user", flat=True))


def _purpose(who: Standing, appeal: Appeal, here: set) -> str:
    place = policies.place_of(who.user, appeal)
    if place and appeal.state == AppealState.RECHECKING:
        return "" if policies.handed_in(appeal, place) else "recheck"
    if appeal.document_id and policies.signing_post(who, appeal):
        return "sign"
    if who.bureau_post(Role.STYLE_OFFICE, appeal.case.unit.bureau_id):
        if appeal.state == AppealState.FILED:
            return "name"
        if appeal.state == AppealState.RECHECKING and _is_stuck(appeal, here):
            return "replace"
        if appeal.state == AppealState.RECHECKED and not appeal.document_id:
            return "draft"
    return ""


def _is_stuck(appeal: Appeal, here: set) -> bool:
    """Whether one of the two left before handing in: without another the appeal would stay open."""
    pairs = (("first", appeal.first_id), ("second", appeal.second_id))
    return any(pk not in here and not policies.handed_in(appeal, place) for place, pk in pairs)


def file(who: Standing, pk) -> AppealFile | None:
    """A file of an appeal that this person may see."""
    return AppealFile.objects.filter(pk=pk, appeal__in=policies.visible(who)).first()


def as_things(who: Standing, ids: set[str]) -> dict[str, Shown]:
    """Appeals in the record: only those this person may know of."""
    numbers = [int(each) for each in ids if each.isdigit()]
    rows = policies.visible(who).filter(pk__in=numbers).select_related("case__unit")
    return {str(row.pk): Shown(said(row.case.unit, "name"), f"/work/appeals/{row.pk}/") for row in rows}
