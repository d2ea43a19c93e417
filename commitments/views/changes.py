"""Pages of changes after publication: ask for one, decide one, the list of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments import change_words
from commitments.actions import amendments as acts
from commitments.forms.changing import ChangeForm, DecisionForm
from commitments.models import Amendment, AmendmentStep, Commitment
from commitments.policies import amendments as policies
from commitments.queries import amendments as queries
from objectives.actions import AlreadyDone
from objectives.models import KindRule
from portal.core import asked
from portal.core.errors import Refused
from portal.core.wording import said
from units.frame import reader
from units.models import Role


@require_safe
@login_required
def changes(request):
    who = reader(request)
    decided = request.GET.get("show") == "decided"
    page, last = queries.listed(who, decided=decided, after=_after(request))
    rows = [_row(amendment) for amendment in page]
    following = f"{(last.decided_at if decided else last.asked_at).isoformat()}_{last.pk}" if last else ""
    facts = {"rows": rows, "decided": decided, "following": following, "own": queries.may_ask_about(who)}
    return render(request, "work/changes/list.html", facts)


def _row(amendment: Amendment) -> dict:
    waiting = amendment.open_steps[0] if amendment.open_steps else None
    return {
        "change": amendment,
        "unit": said(amendment.publication.unit, "name"),
        "title": change_words.title(amendment),
        "promise": change_words.promise(amendment.commitment),
        "stands": change_words.stands(amendment, waiting),
    }


def _after(request):
    """Where the page begins; what is no such place is the beginning."""
    first, _mark, pk = request.GET.get("after", "").partition("_")
    at, key = asked.moment(first), asked.key(pk)
    return (at, key) if at and key else None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask(request, pk):
    """Staff or head of the unit ask for a change of one promise."""
    who = reader(request)
    commitment = get_object_or_404(
        Commitment.objects.select_related("publication__unit", "publication__campaign"), pk=pk
    )
    verdict = policies.can_ask(who, commitment)
    if verdict.hidden:
        raise Http404
    seen = commitment.amendments.in_force().count()
    form = ChangeForm(request.POST or None, commitment=commitment, seen=seen)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            change = _asked(form, commitment, request)
            messages.success(request, _("Asked. The next in the chain was told."))
            return redirect("change", change.pk)
        except Refused as told:
            form.add_error(None, str(told))
            status = 409
    facts = _ask_facts(who, commitment, form) | {"verdict": verdict}
    return render(request, "work/changes/ask.html", facts, status=status)


def _asked(form: ChangeForm, commitment: Commitment, request) -> Amendment:
    data = form.cleaned_data
    return acts.ask(
        commitment, data["kind"], form.changes, reason_zh=data["reason_zh"], reason_en=data["reason_en"],
        seen=data["seen"], by=request.user, at=timezone.now(),
    )  # fmt: skip


def _ask_facts(who, commitment: Commitment, form: ChangeForm) -> dict:
    rule = KindRule.objects.get(campaign=commitment.publication.campaign_id, kind=commitment.publication.unit.kind_id)
    post, on = policies.asking_post(who, commitment), timezone.localdate()
    roles = [Role(step.role).label for step in rule.steps if not (step.role == post.role == Role.HEAD)]
    return {
        "promise": commitment, "form": form, "title": change_words.promise(commitment), "roles": roles,
        "late": policies.can_ask_kind("amendment", commitment, on=on).reason,
        "unit": said(commitment.target, "unit"),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request, pk):
    """One request: what changes, why, where it is; whoever has the open step decides here."""
    who = reader(request)
    found = queries.one(who, pk)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _decide(request, found)
    return _page(request, found)


def _page(request, found: Amendment, *, form: DecisionForm | None = None, status: int = 200):
    who, waiting = reader(request), queries.waiting_step(found)
    initial = {"step": waiting.pk if waiting else 0}
    facts = {
        "change": found, "title": change_words.title(found), "promise": change_words.promise(found.commitment),
        "unit": said(found.publication.unit, "name"), "rows": change_words.rows(found),
        "stands": change_words.stands(found, waiting), "route": change_words.route(found, found.route),
        "verdict": policies.can_decide(who, waiting, found), "form": form or DecisionForm(initial=initial),
        "is_last": waiting is not None and waiting.position == len(found.route),
    }  # fmt: skip
    return render(request, "work/changes/change.html", facts, status=status)


def _decide(request, found: Amendment):
    form = DecisionForm(request.POST)
    number = request.POST.get("step", "")
    step = next((step for step in found.route if str(step.pk) == number), None)
    if step is None or not form.is_valid():
        return _page(request, found, form=form, status=409)
    try:
        _done(request, step, form.cleaned_data["reason"])
    except AlreadyDone as told:
        messages.info(request, str(told))
    except Refused as told:
        fresh = queries.one(reader(request), found.pk)
        form.add_error("reason" if request.POST.get("decision") == "refuse" else None, str(told))
        return _page(request, fresh, form=form, status=409)
    return redirect("change", found.pk)


def _done(request, step: AmendmentStep, reason: str) -> None:
    if request.POST.get("decision") == "refuse":
        acts.refuse(step, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, _("Refused. The unit was told, with your words."))
        return
    change = acts.approve(step, by=request.user, at=timezone.now())
    if change.state == "in_force":
        words = _("Approved. %(change)s is in force and public.")
        messages.success(request, words % {"change": change_words.title(change)})
    else:
        messages.success(request, _("Approved. The next in the chain was told."))
