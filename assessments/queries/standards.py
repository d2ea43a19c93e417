"""Standards and what they score, as pages read them: versions, previews, the marks of a case and what lies behind."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import F

from assessments import machine, rules, scoring
from assessments.models import Assessment, Case, Criterion, Standard
from assessments.policies import standards as policies
from assessments.queries.behind import lines_behind
from assessments.states import Source
from commitments.models import Publication
from objectives.models import Campaign
from portal.core.wording import said
from units.models import Role
from units.policies import Standing

__all__ = [
    "assessment_of", "campaigns_of", "lines_behind", "marks_of", "newest_frozen", "own_cases", "previewed", "published",
    "source_of_preview", "versions",
]  # fmt: skip
TRIED = 300
"""Units of a preview: enough to show how grades spread, few enough for a page."""


def campaigns_of(who: Standing) -> list[Campaign]:
    """Campaigns of the bureaus in which this person holds a post, the newest first."""
    bureaus = {post.unit.bureau_id for post in who.posts}
    rows = Campaign.objects.filter(bureau__in=bureaus).select_related("bureau", "assessment__standard")
    return list(rows.order_by("-starts_on", "-pk"))


def assessment_of(campaign: Campaign) -> Assessment | None:
    return getattr(campaign, "assessment", None)


def versions(who: Standing, campaign: Campaign) -> list[Standard]:
    """The versions of a campaign's standard that this person may see, the newest first."""
    rows = policies.visible(who).filter(campaign=campaign).select_related("document", "frozen_post")
    return list(rows.defer("content").order_by("-version"))


def newest_frozen(campaign: Campaign) -> Standard | None:
    """What an assessment would be scored by now."""
    return campaign.standards.filter(frozen_at__isnull=False).order_by("-version").first()


def published(bureau: str, year: int) -> Standard | None:
    """The frozen standard that the public reads: that of the assessment, or the newest frozen one."""
    rows = Standard.objects.filter(campaign__bureau__code=bureau, campaign__year=year, frozen_at__isnull=False)
    rows = rows.filter(document__is_public=True).select_related("campaign__bureau", "document", "frozen_post")
    return rows.order_by(F("assessments__pk").desc(nulls_last=True), "-version").first()


def own_cases(who: Standing) -> list[Case]:
    """The cases of the units in which this person is head or staff, the newest campaign first."""
    units = {post.unit_id for post in who.posts_as(Role.HEAD, Role.STAFF)}
    rows = Case.objects.filter(unit__in=units).select_related("assessment__campaign__bureau", "unit", "publication")
    rows = rows.defer("publication__snapshot")
    return list(rows.order_by("-assessment__campaign__starts_on", "order")[:20])


def marks_of(case: Case) -> list[dict]:
    """Every criterion that concerns the case with its marks side by side, the one that counts, and its explanation.

    Each: criterion, name, group, worth, machine, inspected, rechecked (points or None), has (sources that say
    something), counts (the source that counts, or ""), points (what counts), told (the machine's sentence).
    """
    found: dict[int, dict] = {}
    for mark in case.marks.all():
        found.setdefault(mark.criterion_id, {})[mark.source] = mark
    criteria = case.assessment.standard.criteria.order_by("position")
    return [
        _marked(row, found.get(row.pk, {}))
        for row in criteria
        if not row.is_veto and (row.pk in found or not row.kinds or case.kind_key in row.kinds)
    ]


def _marked(criterion: Criterion, marks: dict) -> dict:
    by_source = {Source(source): mark.points for source, mark in marks.items()}
    counts, points = scoring.counting(by_source) or ("", None)
    by_machine = marks.get(Source.MACHINE)
    told = ""
    if by_machine:
        told = rules.explained(criterion.rule, by_machine.facts, points=by_machine.points, worth=criterion.points,
                               params=criterion.params)  # fmt: skip
    return {
        "criterion": criterion, "name": said(criterion, "name"), "group": criterion.group, "worth": criterion.points,
        **{source.value: by_source.get(source) for source in Source}, "has": [source.value for source in by_source],
        "counts": counts, "points": points, "told": told,
    }  # fmt: skip


def source_of_preview(campaign: Campaign) -> Campaign | None:
    """Whose data a draft is tried on: the last cycle of the bureau that was kept, else this one's ledger."""
    rows = Campaign.objects.filter(bureau=campaign.bureau_id, publications__isnull=False).distinct()
    before = rows.filter(starts_on__lt=campaign.starts_on).order_by("-starts_on").first()
    return before or rows.filter(pk=campaign.pk).first()


def previewed(standard: Standard, source: Campaign, *, on: date) -> dict:
    """What the standard would give the source's units on a day: grades, and the middle of each criterion.

    Reads only. At most `TRIED` units, chosen by their random ids. What people judge on the spot is not in it.
    """
    rows = Publication.objects.filter(campaign=source).order_by("pk").only("pk", "kind_key")
    publications = list(rows[:TRIED])
    criteria = list(standard.criteria.order_by("position"))
    found: dict = {}
    for each in machine.tried(source, criteria, [row.pk for row in publications], on=on):
        found.setdefault(each.publication, {})[each.criterion] = each.points
    totalled = [_totalled(row, found.get(row.pk, {}), standard.grades) for row in publications]
    graded = scoring.capped(totalled, standard.grades, top_share=standard.top_share, least=standard.top_least)
    counts = {row["key"]: 0 for row in standard.grades}
    for grade, _why in graded.values():
        if grade:
            counts[grade] += 1
    return {
        "units": len(publications), "source": source, "grades": counts,
        "capped": sum(why == scoring.CAP for _grade, why in graded.values()),
        "criteria": [_middle(row, found.values()) for row in machine.by_machine(criteria)],
        "totals": sorted((row.total for row in totalled if row.total is not None), reverse=True),
    }  # fmt: skip


def _totalled(row: Publication, points: dict, grades: list[dict]) -> scoring.Totalled:
    total = scoring.total(scoring.Scored(value, criterion.points) for criterion, value in points.items())
    return scoring.Totalled(row.pk, row.kind_key, total, scoring.grade(total, grades))


def _middle(criterion: Criterion, found: Iterable[dict]) -> dict:
    values = sorted(points for each in found if (points := each.get(criterion)) is not None)
    middle = values[len(values) // 2] if values else None
    return {
        "criterion": criterion, "name": said(criterion, "name"), "middle": middle, "applies": len(values),
        "full": sum(value >= Decimal(criterion.points) for value in values),
    }  # fmt: skip
