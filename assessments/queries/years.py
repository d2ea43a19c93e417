"""A unit's years as the public reads them: published promises, what became of them, published results. Four
questions, however many years.
"""

from dataclasses import dataclass, field

from assessments.models import Case
from commitments.models import Commitment, Publication

MOST = 12


@dataclass
class Year:
    """One published year: its promises in order, and its case once the result is published."""

    publication: Publication
    promises: list[Commitment] = field(default_factory=list)
    case: Case | None = None


def of_unit(bureau: str, unit: str) -> list[Year]:
    """The unit's published years, the newest first; only the newest carries its snapshot."""
    rows = list(Publication.objects.of_bureau(bureau).filter(unit_code=unit).defer("snapshot").order_by("-year")[:MOST])
    years = {row.pk: Year(row) for row in rows}
    if not years:
        return []
    for promise in Commitment.objects.filter(publication__in=years).order_by("publication", "position"):
        years[promise.publication_id].promises.append(promise)
    cases = Case.objects.published().filter(publication__in=years).select_related("assessment")
    for case in cases.defer("signals", "before"):
        years[case.publication_id].case = case
    return list(years.values())


def worth_showing(bureau: str, unit: str) -> int | None:
    """The unit's newest published year where there is more than one, or a published result; None otherwise."""
    rows = Publication.objects.of_bureau(bureau).filter(unit_code=unit).order_by("-year")
    years = list(rows.values_list("year", flat=True)[:2])
    if len(years) > 1 or years and Case.objects.published().filter(publication__in=rows.values("pk")).exists():
        return years[0]
    return None


def bureau_of(publication: Publication) -> dict:
    """The bureau's names as that publication froze them."""
    return Publication.objects.values_list("snapshot__bureau", flat=True).get(pk=publication.pk)


def not_continued(year: Year, before: Year) -> list[Commitment]:
    """Promises of the year before that no target of this year continues. Withdrawn ones are not missed."""
    codes = {promise.target.get("continues") for promise in year.promises}
    return [promise for promise in before.promises if promise.code not in codes and promise.withdrawn_on is None]
