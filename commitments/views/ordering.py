"""Drafting a rectification order: a new one, and changing it until it is put before the leader."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commitments import rectifying, timetables
from commitments.actions import rectifications
from commitments.forms.rectifying import OrderForm
from commitments.models import Line, Rectification
from commitments.policies import rectifications as policies
from commitments.queries import rectifications as queries
from objectives.models import Campaign
from portal.core.errors import Refused
from portal.core.wording import said
from portal.core.workdays import loaded
from units.frame import reader
from units.models import Role, Unit

CONFLICT, UNCLEAR, FOUND = 409, 422, 12


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def order_new(request):
    """A new order about a line of the ledger (?line=), or to a unit (?unit=); else a unit is looked for."""
    who = reader(request)
    bureaus = {post.unit.bureau_id for post in who.posts_as(Role.STYLE_OFFICE)}
    if not bureaus:
        raise Http404
    line, unit = _line(request, bureaus), _unit(request, bureaus)
    unit = line.unit if line else unit
    if unit is None:
        return _choose(request, bureaus)
    campaign = line.campaign if line else Campaign.objects.filter(bureau=unit.bureau_id).order_by("-year").first()
    if campaign is None:
        raise Http404
    initial = {"due_on": rectifying.due_day(who.on, timetables.of(campaign).rectify_days, loaded())}
    if line:
        initial["finding"] = f"公开承诺{line.code}“{line.text_zh}”："
    form = _form(request, unit, initial)
    status = 200
    if request.method == "POST":
        status = UNCLEAR
        if form.is_valid():
            try:
                return redirect("rectification", _drafted(request, form, unit, campaign, line).pk)
            except Refused as told:
                form.add_error(None, str(told))
                status = CONFLICT
    return _page(request, form, unit, line, status)


def _drafted(request, form: OrderForm, unit: Unit, campaign: Campaign, line: Line | None) -> Rectification:
    data = form.cleaned_data
    order = rectifications.draft(
        unit, campaign=campaign, texts=form.texts, signer=data["signer"], due_on=data["due_on"], line=line,
        source="ledger" if line else "dispatch", repeats=data["repeats"], by=request.user, at=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Drafted. Read it once more, then put it before the leader."))
    return order


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def order_edit(request, pk):
    """Change a draft that the leader has not got yet."""
    found = queries.one(reader(request), pk)
    if found is None:
        raise Http404
    if not policies.can_change(reader(request), found):
        return redirect("rectification", pk)
    names = ("finding", "basis", "demand", "public_zh", "public_en", "due_on", "signer", "version")
    form = _form(request, found.unit, {name: getattr(found, name) for name in names}, edits=True)
    status = 200
    if request.method == "POST":
        status = UNCLEAR
        if form.is_valid():
            data = {name: form.cleaned_data[name] for name in ("signer", "due_on", "version")}
            try:
                rectifications.change(found, texts=form.texts, **data, by=request.user, at=timezone.now())
                messages.success(request, _("Saved."))
                return redirect("rectification", pk)
            except Refused as told:
                form.add_error(None, str(told))
                status = CONFLICT
    return _page(request, form, found.unit, found.line, status)


def _form(request, unit: Unit, initial: dict, *, edits: bool = False) -> OrderForm:
    signers = policies.signers_for(unit, on=timezone.localdate())
    earlier = None if edits else queries.earlier(unit)
    return OrderForm(request.POST or None, initial=initial, signers=signers, earlier=earlier)


def _page(request, form: OrderForm, unit: Unit, line: Line | None, status: int):
    facts = {"form": form, "unit": said(unit, "name"), "line": line}
    return render(request, "work/rectifications/draft.html", facts, status=status)


def _choose(request, bureaus: set[int]):
    """Find the unit by its name; never more than a few, and never of another bureau."""
    words = request.GET.get("q", "")[:40].strip()
    units = Unit.objects.filter(bureau__in=bureaus, name_zh__icontains=words).open_on(timezone.localdate())
    rows = list(units.order_by("path")[: FOUND + 1]) if words else []
    facts = {"words": words, "units": rows[:FOUND], "more": len(rows) > FOUND}
    return render(request, "work/rectifications/choose.html", facts)


def _line(request, bureaus: set[int]) -> Line | None:
    number = request.GET.get("line", "")
    if not number:
        return None
    rows = Line.objects.select_related("unit__bureau", "campaign").filter(unit__bureau__in=bureaus)
    line = rows.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 18 else None
    if line is None:
        raise Http404
    return line


def _unit(request, bureaus: set[int]) -> Unit | None:
    key = request.GET.get("unit", "")
    if not key:
        return None
    try:
        unit = Unit.objects.select_related("bureau").filter(bureau__in=bureaus, pk=key).first()
    except ValidationError:
        unit = None
    if unit is None:
        raise Http404
    return unit
