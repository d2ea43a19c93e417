"""The standard at work: its versions, the draft with its criteria, a preview, the freeze. Frozen ones are read."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from assessments import standard_pages
from assessments.actions import standards as acts
from assessments.forms.standards import CriterionForm, SettingsForm
from assessments.models import Criterion, Standard
from assessments.policies import standards as policies
from assessments.queries import standards as queries
from assessments.views.hub import chosen
from portal.core import asked, language
from portal.core.errors import Refused
from units.frame import reader
from units.models import UnitKind

CONFLICT, UNCLEAR = 409, 422


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def versions(request):
    """Every version of a campaign's standard; the style office begins the next one here."""
    who = reader(request)
    campaign = None if who.is_nobody else chosen(request, who)
    if campaign is None:
        raise Http404
    status = 200
    if request.method == "POST":
        if not policies.office_post(who, campaign):
            raise Http404
        try:
            made = acts.begin(campaign, by=request.user, at=request.now)
        except Refused as told:
            messages.error(request, str(told))
            status = CONFLICT
        else:
            messages.success(request, _("A draft of version %(number)s was begun.") % {"number": made.version})
            return redirect("standard", made.pk)
    facts = {"campaign": campaign, "rows": queries.versions(who, campaign), "can": policies.can_begin(who, campaign)}
    return render(request, "work/standards/list.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def standard(request, pk):
    """A draft with its settings and criteria, or the frozen text."""
    found = _standard(request, pk)
    if request.method != "POST":
        return _page(request, found)
    if not policies.office_post(reader(request), found.campaign):
        raise Http404
    return _freeze(request, found) if request.POST.get("act") == "freeze" else _settings(request, found)


def _standard(request, pk) -> Standard:
    rows = policies.visible(reader(request)).select_related("campaign__bureau", "document", "frozen_post")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _freeze(request, found: Standard):
    try:
        acts.freeze(found, by=request.user, at=request.now)
    except Refused as told:
        messages.error(request, str(told))
        return _page(request, found, status=CONFLICT)
    messages.success(request, _("The standard is frozen and public. Nothing of it changes any more."))
    return redirect("standard", found.pk)


def _settings(request, found: Standard):
    form = SettingsForm(request.POST, instance=found)
    if not form.is_valid():
        return _page(request, found, form=form, status=UNCLEAR)
    try:
        acts.save_settings(found, form.changes(), edits=form.cleaned_data["edits"], by=request.user, at=request.now)
    except Refused as told:
        messages.error(request, str(told))
        return _page(request, found, form=form, status=CONFLICT)
    messages.success(request, _("Saved."))
    return redirect("standard", found.pk)


def _page(request, found: Standard, *, form=None, status=200):
    who = reader(request)
    facts = {
        "standard": found, "campaign": found.campaign, "can": policies.can_edit(who, found), "lang": language.current(),
        **standard_pages.told(found),
    }  # fmt: skip
    if facts["can"]:
        facts["form"] = form or SettingsForm(instance=found)
        return render(request, "work/standards/draft.html", facts, status=status)
    return render(request, "work/standards/show.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def criterion(request, pk, row=None):
    """One criterion of a draft, or a new one: save, move, remove."""
    found = _standard(request, pk)
    if not policies.office_post(reader(request), found.campaign):
        raise Http404
    one = found.criteria.filter(pk=row).first() if row else None
    if row and one is None:
        raise Http404
    kinds = UnitKind.objects.filter(rules__campaign=found.campaign_id).order_by("pk")
    instance = one or Criterion(standard=found)
    form = CriterionForm(request.POST or None, instance=instance, standard=found, kinds=kinds)
    if request.method != "POST":
        return _criterion(request, found, one, form)
    if request.POST.get("act", "save") != "save" and one:
        return _move(request, found, one)
    if not form.is_valid():
        return _criterion(request, found, one, form, status=UNCLEAR)
    try:
        acts.save_criterion(
            found, one, form.changes(), edits=form.cleaned_data["edits"], by=request.user, at=request.now
        )
    except Refused as told:
        messages.error(request, str(told))
        return _criterion(request, found, one, form, status=CONFLICT)
    messages.success(request, _("Saved."))
    return redirect(reverse("standard", args=[found.pk]) + "#criteria")


def _criterion(request, found: Standard, one: Criterion | None, form, *, status=200):
    facts = {
        "standard": found, "campaign": found.campaign, "row": one, "form": form,
        "can": policies.can_edit(reader(request), found),
    }  # fmt: skip
    return render(request, "work/standards/criterion.html", facts, status=status)


def _move(request, found: Standard, one: Criterion):
    act, edits = request.POST["act"], asked.number(request.POST.get("edits")) or 0
    try:
        if act == "remove":
            acts.remove_criterion(one, edits=edits, by=request.user, at=request.now)
            messages.success(request, _("Removed."))
        elif act in ("up", "down"):
            acts.move_criterion(one, up=act == "up", edits=edits, by=request.user, at=request.now)
        else:
            raise Http404
    except Refused as told:
        messages.error(request, str(told))
        return _page(request, found, status=CONFLICT)
    return redirect(reverse("standard", args=[found.pk]) + "#criteria")


@require_safe
@login_required
def preview(request, pk):
    """What the standard would give the units of the last cycle, or of this one as it stands today. Nothing is kept."""
    found, who = _standard(request, pk), reader(request)
    if not policies.office_post(who, found.campaign):
        raise Http404
    source = queries.source_of_preview(found.campaign)
    tried = queries.previewed(found, source, on=min(who.on, source.ends_on)) if source else None
    facts = {"standard": found, "campaign": found.campaign, "source": source, "is_own": source == found.campaign,
             **(standard_pages.tried(tried) if tried else {})}  # fmt: skip
    return render(request, "work/standards/preview.html", facts)
