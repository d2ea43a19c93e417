"""Public pages: read by anyone, kept by caches, made from published rows alone.

No view here reads the user, the session, messages or a token; whatever is not public is not there.
"""

import logging
import re
from functools import partial, wraps
from urllib.parse import quote, urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from commitments import halves, onward, phrases, progress, queries
from commitments.models import Publication
from commitments.queries import documents as official_documents
from commitments.queries import keeping as frozen
from commitments.queries import rectifications as orders
from commitments.queries import review as half_years
from commitments.views import changed, frames, keeping, showing, showing_bulletins
from portal.core import language, seals, vault
from portal.core.wording import day, said

UNITS_A_PAGE = 60
LONGEST_SEARCH = 80
CODE = re.compile(r"[A-Za-z0-9._-]{1,60}")
KIND = re.compile(r"[A-Za-z0-9_-]{0,50}")
NOT_PRINTED = re.compile(r"[\x00-\x1f\x7f]")
# A document runs nothing, loads nothing and belongs to no page; its own viewer may still style it.
DOCUMENT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

log = logging.getLogger(__name__)


class NotPublic(Exception):
    """What was asked for does not exist, or is not public: the reader cannot tell which."""


def public(view):
    """A safe page; what is not public is answered by one page, the same for every address."""

    @require_safe
    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except NotPublic:
            return frames.missing(request)

    return answer


@public
def portal(request, lang):
    """Every bureau that has published something, each with its sentence and bar."""
    rows = queries.bureaus()
    entries = [
        {
            "bureau": row["bureau"],
            "url": reverse("bureau", args=[lang, row["bureau_code"]]),
            "published_on": day(row["published_at"]),
            **showing.summary(row["counts"], row["year"]),
        }
        for row in rows
    ]
    updated = max((row["published_at"] for row in rows), default=None)
    return frames.page(request, "portal", here="promises", entries=entries, updated_at=updated)


@public
def bureau(request, lang, bureau):
    """A bureau's front page: its sentence, then every promise, or every kind of unit when there are many."""
    newest, today = _newest(bureau), timezone.localdate()
    year = newest["year"]
    kinds = queries.kinds(bureau, year)
    stages = queries.stages(newest["campaign_id"])
    counts = queries.tally(bureau, year)
    show = _whole if _is_whole(newest, kinds) else _by_kind
    first = showing.first_figures(stages, newest["published_at"])
    month = frozen.newest_month(newest["campaign_id"])
    return frames.page(
        request, "bureau", bureau=newest["bureau"], here="promises",
        updated_at=keeping.updated(newest["published_at"], month),
        campaign=newest["of_campaign"], summary=showing.summary(counts, year),
        as_of=keeping.as_of(month, counts, first, on=today), stories=keeping.stories(frozen.behind(bureau, year)),
        stages=showing.stage_rows(stages, on=today), units_url=reverse("units", args=[lang, bureau]),
        published_on=day(newest["published_at"]), verify_url=reverse("verify", args=[lang]),
        reviews=halves.links(half_years.published_of(bureau), bureau),
        bulletin=showing_bulletins.latest(bureau), onward=onward.links(onward.BUREAU, bureau),
        **show(newest, kinds),
    )  # fmt: skip


def _is_whole(newest: dict, kinds: list[dict]) -> bool:
    """Whether the bureau's year is one paper of the bureau itself."""
    return not newest["above"] and sum(kind["units"] for kind in kinds) == 1


def _whole(newest: dict, kinds: list[dict]) -> dict:
    publication = Publication.objects.get(pk=newest["publication"])
    promises = changed.marked(queries.promises_of(publication.pk))
    return {
        "tasks": showing.tasks(promises, publication),
        "doers": showing.doers(publication),
        "whole_url": showing.unit_url(publication),
        "kinds": [],
    }


def _by_kind(newest: dict, kinds: list[dict]) -> dict:
    rows = queries.first_of_each_kind(newest["bureau_code"], newest["year"])
    units = reverse("units", args=[language.current(), newest["bureau_code"]])
    groups = []
    for kind in kinds:
        mine = [_entry(row) for row in rows if row.kind_key == kind["kind_key"]]
        more = f"{units}?{urlencode({'kind': kind['kind_key']})}" if kind["units"] > len(mine) else ""
        groups.append({**kind, "entries": mine, "more": more, "words": phrases.promises(kind["promises"])})
    return {"tasks": [], "doers": [], "whole_url": "", "kinds": groups}


@public
def units(request, lang, bureau):
    """The directory of published units, searched by plain words and grouped by kind."""
    newest = _newest(bureau)
    words = NOT_PRINTED.sub(" ", request.GET.get("q", ""))[:LONGEST_SEARCH].strip()
    kind = request.GET.get("kind", "")
    kind = kind if KIND.fullmatch(kind) else ""
    rows = queries.directory(bureau, newest["year"], words=words, kind=kind)
    sheet = Paginator(rows, UNITS_A_PAGE).get_page(request.GET.get("page"))
    groups: dict[str, dict] = {}
    for row in sheet.object_list:
        group = groups.setdefault(row.kind_key, {"name": said(row, "kind_name"), "entries": []})
        group["entries"].append(_entry(row))
    turn = partial(_turned, reverse("units", args=[lang, bureau]), words, kind)
    return frames.page(
        request, "units", bureau=newest["bureau"], here="units", updated_at=newest["published_at"], words=words,
        kind=kind, groups=list(groups.values()), sheet=sheet, total=sheet.paginator.count,
        earlier=turn(sheet.number - 1) if sheet.has_previous() else "",
        later=turn(sheet.number + 1) if sheet.has_next() else "",
        all_url=reverse("units", args=[lang, bureau]),
    )  # fmt: skip


def _turned(address: str, words: str, kind: str, number: int) -> str:
    asked = {name: value for name, value in (("q", words), ("kind", kind), ("page", number)) if value}
    return f"{address}?{urlencode(asked)}"


def _entry(row: Publication) -> dict:
    name = {"name_zh": row.unit_name_zh, "name_en": row.unit_name_en, "is_sample": row.is_sample}
    return {
        "name": phrases.unit_name(name),
        "is_sample": row.is_sample,
        "url": showing.unit_url(row),
        "words": phrases.promises(row.count),
    }


@public
def unit(request, lang, bureau, unit):
    """A unit: its sentence, who answers, its promises, and the paper it signed."""
    publication = queries.of_unit(bureau, unit)
    if publication is None:
        raise NotPublic
    snapshot, today = publication.snapshot, timezone.localdate()
    promises = changed.marked(queries.promises_of(publication.pk))
    stages = queries.stages(publication.campaign_id)
    first = showing.first_figures(stages, publication.published_at)
    posts, counts = showing.posts(snapshot), showing.counted(promises)
    month = frozen.newest_month(publication.campaign_id)
    return frames.page(
        request, "unit", bureau=snapshot["bureau"], here="units",
        updated_at=keeping.updated(publication.published_at, month),
        name=phrases.unit_name(snapshot["unit"]), is_sample=publication.is_sample, year=publication.year,
        kind={"name": said(publication, "kind_name"), "key": publication.kind_key},
        words=phrases.together(
            showing.summary(counts, publication.year)["words"], keeping.as_of(month, counts, first, on=today)
        ),
        stories=keeping.stories(frozen.behind(bureau, publication.year, unit=unit)),
        rectified=changed.rectified(orders.public_of_unit(publication), on=today),
        promises=[showing.row(each, publication) for each in promises],
        head=posts.get("head", ""), leader=posts.get("linked_leader") or posts.get("line_leader", ""),
        benchmarks=showing.benchmarks(snapshot), consultation=phrases.consultation(snapshot["consultation"]),
        points=snapshot["consultation"]["points"], deed=showing.deed(publication),
        first_is_benchmark=snapshot["objectives"][0]["kind"] == "benchmark",
        units_url=reverse("units", args=[lang, bureau]), onward=onward.links(onward.UNIT, bureau, unit),
    )  # fmt: skip


@public
def commitment(request, lang, bureau, code):
    """One promise, in the order in which a citizen asks."""
    promise = queries.promise(code) if CODE.fullmatch(code) else None
    if promise is None or promise.publication.bureau_code != bureau:
        raise NotPublic
    publication, target, today = promise.publication, promise.target, timezone.localdate()
    objective = publication.snapshot["objectives"][promise.objective_number - 1]
    stages = queries.stages(publication.campaign_id)
    signed = showing.deed(publication)
    first = showing.first_figures(stages, publication.published_at)
    address = showing.short_address(promise.code)
    return frames.page(
        request, "commitment", bureau=publication.snapshot["bureau"], here="promises",
        updated_at=keeping.updated(publication.published_at, frozen.newest_month(publication.campaign_id)),
        promise=promise, publication=publication, objective=objective,
        target=target, light_status=promise.status, published_on=day(publication.published_at),
        around=showing.around(promise, objective), task_url=_task_url(publication, objective["number"]),
        unit_name=phrases.unit_name(publication.snapshot["unit"]), unit_url=showing.unit_url(publication),
        facts=showing.facts(promise, objective, signed, on=today), ruler=keeping.ruler(promise, objective),
        no_figure=phrases.no_figure(target), light_sentence=progress.light_sentence(promise, first, on=today),
        why_late=keeping.why_late(promise), months=keeping.months(promise), changes=changed.of_promise(promise),
        rectified=changed.rectified(orders.public_of_promise(promise), on=today),
        measures=showing.measures(target, objective), deed=signed,
        five_clears=showing.five_clears(target, objective, undertaker=promise.has_undertaker),
        address=address, qr=seals.qr(address, _("QR code of this page")),
    )  # fmt: skip


def _task_url(publication: Publication, number: int) -> str:
    """Where a whole bureau's task stands on its front page; units have no such place."""
    if publication.snapshot["unit"]["above"]:
        return ""
    return f"{reverse('bureau', args=[language.current(), publication.bureau_code])}#task-{number}"


@public
def document(request, lang, code):
    """The signed PDF of a published paper or public official document, byte for byte."""
    if not CODE.fullmatch(code):
        raise NotPublic
    if publication := queries.published(code):
        number, sha256 = publication.snapshot["number"], publication.document
        return _pdf(sha256, f"{number}.pdf", f"{phrases.unit_name(publication.snapshot['unit'])} {number}.pdf")
    if official := official_documents.public(code):
        return _pdf(official.sha256, f"{official.code}.pdf", f"{official.number} {official.title}.pdf")
    raise NotPublic


def _pdf(sha256: str, plain: str, name: str) -> HttpResponse:
    try:
        data = vault.get(sha256)
    except vault.Damaged:
        log.error("The published document %s is missing or damaged.", sha256)
        raise NotPublic from None
    response = HttpResponse(data, content_type="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{sha256}"'
    return response


@public
@never_cache
def short(request, code):
    """/p/CODE, as printed and in QR codes: to the promise or the unit, in the reader's language."""
    if not CODE.fullmatch(code):
        raise NotPublic
    with_language = language.short_of(request)
    if promise := queries.promise(code):
        to = reverse("commitment", args=[with_language, promise.publication.bureau_code, promise.code])
    elif publication := queries.published(code):
        to = reverse("unit", args=[with_language, publication.bureau_code, publication.unit_code])
    else:
        raise NotPublic
    response = HttpResponseRedirect(to)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@public
def about(request, lang):
    return frames.page(request, "about", here="about")


@public
def accessibility(request, lang):
    return frames.page(request, "accessibility")


def _newest(code: str) -> dict:
    newest = queries.newest_year(code)
    if newest is None:
        raise NotPublic
    return newest
