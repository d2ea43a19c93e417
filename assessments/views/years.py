"""A unit's years side by side, for everyone: kept and late, grade and total, and where the bar was raised."""

from decimal import Decimal

from django.urls import reverse

from assessments.queries import years as queries
from assessments.queries.years import Year
from assessments.result_words import figure
from assessments.states import Grade
from commitments import phrases, progress
from commitments.models import Commitment
from commitments.states import ruler_comparison
from commitments.views import frames, showing
from commitments.views.public import NotPublic, public
from objectives.phrases import goal, with_unit
from objectives.states import MEASURED
from portal.core import language
from portal.core.wording import day, said


@public
def years(request, lang, bureau, unit):
    """Every published year of a unit, the newest first, read from published facts alone."""
    found = queries.of_unit(bureau, unit)
    if not found:
        raise NotPublic
    newest = found[0].publication
    names = {"name_zh": newest.unit_name_zh, "name_en": newest.unit_name_en, "is_sample": newest.is_sample}
    earlier = [*found[1:], None]
    return frames.page(
        request, "years", bureau=queries.bureau_of(newest), here="units", updated_at=_updated(found),
        name=phrases.unit_name(names), is_sample=newest.is_sample, unit_url=showing.unit_url(newest),
        units_url=reverse("units", args=[lang, bureau]),
        years=[_shown(year, before, bureau) for year, before in zip(found, earlier, strict=True)],
    )  # fmt: skip


def _updated(found: list[Year]):
    moments = [year.publication.published_at for year in found]
    return max(moments + [year.case.assessment.published_at for year in found if year.case])


def _shown(year: Year, before: Year | None, bureau: str) -> dict:
    counts, publication = showing.counted(year.promises), year.publication
    raised = [_raised(promise, publication) for promise in year.promises if promise.target.get("result_before")]
    left = queries.not_continued(year, before) if before else []
    return {
        "year": publication.year,
        "before": before.publication.year if before else None,
        "summary": showing.summary(counts, publication.year),
        "result": _result(year, bureau),
        "raised": raised,
        "left": [
            {"text": said(promise, "text"), "url": showing.promise_url(promise, before.publication)}
            for promise in left
        ],
    }  # fmt: skip


def _result(year: Year, bureau: str) -> dict | None:
    """Total and grade with where they stand, once they are published."""
    case, publication = year.case, year.publication
    if case is None or case.total is None:
        return None
    return {
        "total": figure(case.total),
        "grade": Grade(case.grade).label if case.grade else "",
        "published_on": day(case.assessment.published_at),
        "url": reverse("public_result", args=[language.current(), bureau, publication.year, publication.unit_code]),
    }


def _raised(promise: Commitment, publication) -> dict:
    """One target beside last year's result: in words, and on the ruler where it has a figure."""
    target, lang = promise.target, language.current()
    result = Decimal(target["result_before"])
    measured = target["comparison"] in MEASURED and target["value"] is not None
    return {
        "text": said(promise, "text"),
        "url": showing.promise_url(promise, publication),
        "result": with_unit(target["result_before"], target, lang),
        "promised": with_unit(target.get("promised_before"), target, lang),
        "goal": goal(target, lang),
        "why": target.get("why_not_raised", ""),
        "now": progress.figure(promise.value_now, target),
        "ruler": {
            "target": target["value"], "baseline": result, "value": promise.value_now,
            "comparison": ruler_comparison(target["comparison"]), "unit": said(target, "unit"),
            "status": promise.status if promise.value_now is not None else "",
            "as_of": promise.as_of, "due": promise.due_on, "year": publication.year - 1,
        } if measured else None,
    }  # fmt: skip
