"""The ledger: its list with filters and saved views, and the page on which a unit names its people."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commitments import timetables
from commitments.actions import ledger as acts
from commitments.actions import views as kept_views
from commitments.actions.dispatch import Overtaken
from commitments.forms.ledger import FilterForm, NamesForm
from commitments.models import SavedView
from commitments.queries import ledger as queries
from commitments.queries.campaigns import KEEPERS
from commitments.views import watching
from portal.core.errors import Refused
from units.frame import reader
from units.models import Role

REFUSED, UNCLEAR = 409, 422
OWN = (Role.HEAD, Role.STAFF)


@require_safe
@login_required
def ledger(request):
    """Filtered, sorted, a page at a time."""
    campaign, campaigns = watching.campaign(request, KEEPERS)
    who = reader(request)
    facts = {"campaign": campaign, "campaigns": campaigns, "views": SavedView.objects.filter(user=request.user)}
    if campaign:
        form = FilterForm(request.GET, kinds=queries.kinds(campaign))
        rows = queries.found(who, campaign, form.wanted)
        lines, following = queries.page(rows, form.wanted, request.GET.get("after", "")[:80])
        facts |= {"form": form, "lines": lines, "following": following, "wanted": form.wanted, "query": form.query}
        facts["is_own"] = bool(who.posts_as(*OWN))
        facts["names_due"] = timezone.localdate() >= timetables.keeping_of(campaign).starts_on
    return render(request, "work/ledger/list.html", facts)


@require_POST
@login_required
def keep_view(request):
    """Keep the filter under a name; `delete` forgets one."""
    if not reader(request).posts_as(*KEEPERS):
        raise Http404
    try:
        if "delete" in request.POST:
            kept_views.forget(request.POST["delete"], by=request.user)
            messages.success(request, _("Forgotten."))
            return redirect("ledger")
        form = FilterForm(request.POST, kinds=_kinds(request))
        kept = kept_views.keep(request.POST.get("name", ""), form.query, by=request.user)
        messages.success(request, _("Kept as “%(name)s”.") % {"name": kept.name})
        return redirect(f"{reverse('ledger')}?{kept.query}")
    except Refused as told:
        messages.error(request, str(told))
    return redirect("ledger")


def _kinds(request) -> list:
    campaign, _campaigns = watching.campaign(request, KEEPERS)
    return queries.kinds(campaign) if campaign else []


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def names(request):
    """All live lines of the reader's unit on one page, a post to choose for each."""
    who, at = reader(request), timezone.now()
    units = {post.unit_id: post.unit for post in who.posts_as(*OWN)}
    if not units:
        raise Http404
    lines = [line for unit in units.values() for line in queries.to_name(unit)]
    form, status = NamesForm(request.POST if request.method == "POST" else None, lines=lines), 200
    if request.method == "POST" and form.is_valid():
        rows = [acts.Named(line, version, {"undertaker": post}) for line, version, post in form.chosen()]
        try:
            count = acts.assign_many(rows, by=request.user, at=at)
        except (Overtaken, Refused) as told:
            form.add_error(None, str(told))
            status = REFUSED
        else:
            words = ngettext("%(n)s promise has changed.", "%(n)s promises have changed.", count)
            messages.success(request, words % {"n": count})
            return redirect("ledger_names")
    elif request.method == "POST":
        status = UNCLEAR
    nameless = sum(line.undertaker_id is None for line in lines)
    facts = {"form": form, "units": list(units.values()), "lines": lines, "nameless": nameless}
    return render(request, "work/ledger/names.html", facts, status=status)
