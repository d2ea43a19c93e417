"""Results as the public reads them: from what the leader signed and published, nothing else."""

import re
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from assessments import result_pages, standard_pages
from assessments.models import Assessment
from assessments.queries import results as queries
from assessments.states import Outcome
from commitments.views import frames, showing_documents
from commitments.views.public import NotPublic, public
from portal.core import language
from portal.core.wording import amount, day, said

YEAR = re.compile(r"\d{4}")
CODE = re.compile(r"[-\w]{0,60}")


@public
def results(request, lang, bureau, year):
    """One year's results of a bureau, a kind of unit at a time: columns side by side, grades, how they are computed."""
    assessment = queries.public(bureau, int(year)) if YEAR.fullmatch(year) else None
    if assessment is None:
        raise NotPublic
    kinds = result_pages.summary(assessment)
    asked = {name: request.GET.get(name, "") for name in ("kind", "after", "from")}
    asked = {name: text if CODE.fullmatch(text.replace(".", "")) else "" for name, text in asked.items()}
    kind = next((each for each in kinds if each["key"] == asked["kind"]), kinds[0] if kinds else None)
    rows, following = [], ""
    if kind:
        rows, following = queries.page(
            assessment, kind=kind["key"], after=asked["after"], first=asked["from"], most=queries.PUBLIC_PAGE
        )
    address = reverse("public_results", args=[lang, bureau, year])
    return frames.page(
        request, "results", bureau=queries.bureau_of(assessment), here="promises", updated_at=assessment.published_at,
        path=f"{address}?{urlencode({k: v for k, v in asked.items() if v})}" if any(asked.values()) else address,
        year=year, campaign=assessment.campaign, assessment=assessment, kinds=kinds, kind=kind,
        rows=[_row(case, bureau, assessment) for case in rows], heads=result_pages.heads(),
        more=f"{address}?{urlencode({'kind': kind['key'], 'after': following})}" if following else "",
        first=f"{address}?{urlencode({'kind': kind['key']})}" if kind and (asked["after"] or asked["from"]) else "",
        kind_links=[{**each, "url": f"{address}?{urlencode({'kind': each['key']})}"} for each in kinds],
        standard_url=_standard(bureau, year), standard=said(assessment.standard, "title"),
        draws_url=reverse("public_draws", args=[lang, bureau]) if assessment.summary.get("draws") else "",
        best_of_each=standard_pages.best_of_each(assessment.standard), grades=_thresholds(assessment),
        deed=showing_documents.deed(assessment.result_document), document=assessment.result_document,
        has_signals=result_pages.has_signals(assessment),
        published_on=day(assessment.published_at), until_on=day(assessment.appeal_until_on),
    )  # fmt: skip


@public
def of_unit(request, lang, bureau, year, unit):
    """Why one unit's result is what it is: every score with its sentence, what was added or taken off, the appeal."""
    assessment = queries.public(bureau, int(year)) if YEAR.fullmatch(year) else None
    case = queries.public_case(assessment, unit) if assessment else None
    if case is None:
        raise NotPublic
    row, everyone = _row(case, bureau, assessment), reverse("public_results", args=[lang, bureau, year])
    kind = next((each["name"] for each in result_pages.kinds_of(assessment) if each["key"] == case.kind_key), "")
    place = urlencode({"kind": case.kind_key, "from": unit})
    return frames.page(
        request, "result", bureau=queries.bureau_of(assessment), here="promises", updated_at=assessment.published_at,
        year=year, case=case, row=row, kind=kind, scores=result_pages.scores(case), adjusted=case.standing,
        figures=[each for each in row["figures"] if each["key"] != "total"], **_appeal(case),
        results_url=everyone, place_url=f"{everyone}?{place}#unit-{unit}",
        unit_url=reverse("unit", args=[lang, bureau, unit]), standard_url=_standard(bureau, year),
        standard=said(assessment.standard, "title"), document=assessment.result_document,
        published_on=day(assessment.published_at), deed=showing_documents.deed(assessment.result_document),
    )  # fmt: skip


def _appeal(case) -> dict:
    """Number, day and outcome of the appeal; never its grounds or the reasons of the decision."""
    found = getattr(case, "appeal", None)
    return {"appeal": found, "outcome": Outcome(found.outcome).label if found and found.outcome else ""}


def _row(case, bureau: str, assessment: Assessment) -> dict:
    publication, year = case.publication, assessment.campaign.year
    return {
        "name": said(publication, "unit_name"), "is_sample": publication.is_sample, "code": publication.unit_code,
        "url": reverse("public_result", args=[language.current(), bureau, year, publication.unit_code]),
        "figures": result_pages.figures(case), "grade": result_pages.grade(case.grade), "rank": case.rank,
        "notes": result_pages.public_notes(case), "signals": result_pages.signals(case),
    }  # fmt: skip


def _thresholds(assessment: Assessment) -> list[dict]:
    return [
        {**result_pages.grade(row["key"]), "at_least": amount(row["at_least"])} for row in assessment.standard.grades
    ]


def _standard(bureau: str, year: str) -> str:
    """The public page of the standard, where this installation has one."""
    try:
        return reverse("public_standard", args=[language.current(), bureau, year])
    except NoReverseMatch:
        return ""
