"""The list of inspectors: who is on it, and what each stays away from. Auditors read; inspectors see themselves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.actions import inspectors as actions
from assessments.forms.draws import EnlistForm, RecusalForm
from assessments.models import Inspector, Recusal
from assessments.policies import draws as policies
from assessments.queries import draws as queries
from assessments.states import RecusalReason
from portal.core.errors import Refused
from portal.core.wording import said
from units.frame import reader
from units.models import Bureau, Unit

CONFLICT, UNCLEAR = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inspectors(request):
    """The list of the reader's bureau, and a form to put a person on it."""
    who = reader(request)
    post = next(iter(who.posts_as(*policies.READERS)), None)
    if post is None:
        raise Http404
    bureau = post.unit.bureau
    may = policies.can_keep_list(who, bureau.pk)
    form, status = EnlistForm(request.POST or None, bureau=bureau), 200
    if request.method == "POST":
        status = UNCLEAR
        if not may:
            status = CONFLICT
            form.add_error(None, may.reason)
        elif form.is_valid() and (made := _enlisted(request, form, bureau)):
            messages.success(request, _("On the list as %(number)s.") % {"number": made.number})
            return redirect("inspector", made.pk)
        elif form.non_field_errors():
            status = CONFLICT
    rows = list(queries.on_list(bureau.pk).select_related("user", "post__unit"))
    away = policies.away(rows, on=who.on)
    serving = set(queries.serving(bureau.pk, on=who.on).values_list("pk", flat=True))
    facts = {"rows": [_row(row, away[row.pk], row.pk in serving) for row in rows], "form": form if may else None}
    return render(request, "work/draws/inspectors.html", facts, status=status)


def _enlisted(request, form: EnlistForm, bureau: Bureau) -> Inspector | None:
    data = form.cleaned_data
    try:
        return actions.enlist(data["person"], bureau=bureau, field_zh=data["field_zh"], by=request.user,
                              at=timezone.now())  # fmt: skip
    except Refused as told:
        form.add_error(None, str(told))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def inspector(request, pk):
    """One inspector: the units stayed away from and why; declaring and lifting; taking off the list."""
    who = reader(request)
    rows = Inspector.objects.select_related("user", "post__unit__bureau")
    found = get_object_or_404(rows, pk=pk)
    bureaus = {post.unit.bureau_id for post in who.posts_as(*policies.READERS)}
    if found.bureau_id not in bureaus and found.user_id != who.user.pk:
        raise Http404
    form, status = RecusalForm(None, inspector=found), 200
    if request.method == "POST":
        act = request.POST.get("act")
        form = RecusalForm(request.POST if act == "recuse" else None, inspector=found)
        try:
            if done := _done(request, act, found, form):
                messages.success(request, done)
                return redirect("inspectors" if act == "strike" else "inspector", *([] if act == "strike" else [pk]))
            status = UNCLEAR
        except Refused as told:
            messages.error(request, str(told))
            status = CONFLICT
    facts = {
        "inspector": found, "form": form, "may_recuse": policies.can_recuse(who, found),
        "may_keep": policies.can_keep_list(who, found.bureau_id), "frozen": policies.frozen_in(found),
        "places": _places(found, who.on), "declared": found.recusals.select_related("unit").order_by("unit__path"),
    }  # fmt: skip
    return render(request, "work/draws/inspector.html", facts, status=status)


def _done(request, act: str, found: Inspector, form: RecusalForm) -> str:
    facts = {"by": request.user, "at": timezone.now()}
    if act == "strike":
        actions.strike(found, **facts)
        return _("%(number)s is off the list.") % {"number": found.number}
    if act == "lift":
        recusal = found.recusals.filter(pk=_number(request.POST.get("recusal", ""))).first()
        if recusal is None:
            raise Refused(_("It was lifted already."))
        actions.lift(recusal, **facts)
        return _("Lifted.")
    if act == "recuse" and form.is_valid():
        data = form.cleaned_data
        actions.recuse(found, data["unit"], reason=data["reason"], words=data["words"], **facts)
        return _("%(number)s stays away from %(unit)s.") % {"number": found.number, "unit": said(data["unit"], "name")}
    return ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _row(inspector: Inspector, places: list, serves: bool) -> dict:
    return {"inspector": inspector, "post": said(inspector.post, "title"), "unit": said(inspector.post.unit, "name"),
            "away": len({place.path for place in places}), "serves": serves}  # fmt: skip


def _places(found: Inspector, on) -> list[dict]:
    """What follows from posts and charges alone; nobody declares or lifts it."""
    declared = set(Recusal.objects.filter(inspector=found).values_list("unit__path", flat=True))
    places = {place.path: place for place in policies.away([found], on=on)[found.pk] if place.path not in declared}
    units = Unit.objects.filter(path__in=places).order_by("path")
    return [
        {"name": said(unit, "name"), "why": RecusalReason(places[unit.path].reason).label,
         "is_branch": places[unit.path].is_branch}
        for unit in units
    ]  # fmt: skip
