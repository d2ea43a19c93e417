"""The gap analysis of a pair: the plan's dimensions, the indicators, what is adopted and where it appears."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from objectives import benchmark_policies as policies
from objectives import benchmark_queries as queries
from objectives import gaps as words
from objectives import registry_words
from objectives.actions import pairings
from objectives.actions.writing import Overtaken
from objectives.forms.gaps import GapsForm
from objectives.models import Objective, Pairing
from objectives.states import GapKind
from portal.core import asked
from portal.core.errors import Refused
from portal.core.wording import said
from units.frame import reader

CONFLICT, UNCLEAR = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def gaps(request, pk):
    pair = queries.pairing(reader(request), pk)
    if pair is None:
        raise Http404
    if request.method == "POST":
        return _save(request, pair)
    return _page(request, pair)


def _save(request, pair: Pairing):
    """Store what was typed; with `act` file the analysis too. What could not be stored stays on the page."""
    form = _form(pair, request.POST)
    if not form.is_valid():
        return _page(request, pair, form=form, status=UNCLEAR)
    if request.POST.get("act") == "more":
        return _page(request, pair, form=_with_more(request, pair))
    try:
        at = timezone.now()
        stored = pairings.save_gaps(pair, form.part(), version=form.began_from, by=request.user, at=at)
        if request.POST.get("act") == "file":
            pairings.file_gaps(stored, version=stored.version, by=request.user, at=at)
            messages.success(request, _("Filed. Visits that were written up count from now on."))
        else:
            messages.success(request, _("Saved."))
    except Overtaken as late:
        fresh = queries.pairing(reader(request), pair.pk)
        return _page(request, fresh, form=form, told=str(late), status=CONFLICT, theirs=fresh)
    except Refused as told:
        fresh = queries.pairing(reader(request), pair.pk)
        return _page(request, fresh, form=_form(fresh, _anew(request, fresh)), told=str(told), status=CONFLICT)
    return redirect("gaps", pair.pk)


def _anew(request, pair: Pairing):
    """What was typed, on the version that stands now: it was stored, or nobody else stored anything."""
    data = request.POST.copy()
    data["version"] = str(pair.version)
    return data


def _with_more(request, pair: Pairing) -> GapsForm:
    """The same page with one more empty row for an indicator."""
    data = request.POST.copy()
    data["indicators"] = str((asked.number(data.get("indicators")) or 0) + 1)
    return _form(pair, data)


def _form(pair: Pairing, data=None) -> GapsForm:
    objectives = Objective.objects.filter(paper__campaign=pair.campaign_id, paper__unit=pair.unit_id)
    return GapsForm(
        data, pairing=pair, dimensions=queries.dimensions(pair.campaign), objectives=objectives.order_by("position"),
        offered=[] if data is not None else queries.offered(pair),
    )  # fmt: skip


def _page(request, pair: Pairing, *, form=None, told: str = "", theirs: Pairing | None = None, status: int = 200):
    who = reader(request)
    verdict = policies.can_write_gaps(who, pair)
    rows = list(pair.gaps.all())
    dimensions = queries.dimensions(pair.campaign)
    facts = {
        "pair": pair, "verdict": verdict, "form": form or (_form(pair) if verdict else None), "told": told,
        "rows": _rows(rows, dimensions), "filed": registry_words.filed(pair),
        "saved": registry_words.saved(queries.last_saved(pair)),
        "lacks": words.lacks(rows, dimensions, has_paper=bool(queries.objectives_of(pair))),
        "uncounted": queries.uncounted(pair), "may_end": policies.can_end(who, pair), "theirs": theirs,
        "catch_up": pair.campaign.content.get("catch_up") or [],
    }  # fmt: skip
    return render(request, "work/benchmarks/gaps.html", facts, status=status)


def _rows(rows: list, dimensions: list[dict]) -> list[dict]:
    """The analysis as it is read and printed."""
    names = {each["key"]: said(each, "name") for each in dimensions}
    return [
        {
            "row": row, "name": names.get(row.dimension, row.dimension) if row.dimension else row.indicator,
            "is_indicator": row.kind == GapKind.INDICATOR,
            "gap": words.difference(row.our_value, row.their_value, row.measure) or row.gap,
        }
        for row in rows
    ]  # fmt: skip
