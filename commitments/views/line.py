"""One line of the ledger: the five clears, who answers, what was reported, who checked it, and the acts on it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from commitments import clears, states
from commitments.actions import ledger as acts
from commitments.actions.dispatch import Overtaken
from commitments.forms.ledger import AssignForm
from commitments.models import Line
from commitments.policies import ledger as policies
from commitments.policies.rectifications import can_draft
from commitments.queries import ledger as queries
from commitments.views import keeping
from portal.core.errors import Refused
from portal.core.wording import said
from units.frame import reader

REFUSED, UNCLEAR = 409, 422
DONE = {
    "verify": lambda: _("Checked: it is kept. The public reads the day."),
    "reject": lambda: _("Sent back: it stands as before, and the unit was told in your words."),
    "close": lambda: _("Closed."),
    "assign": lambda: _("Kept."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def line(request, code):
    """Read a line; POST `act` assign, verify, reject or close."""
    found = queries.line(reader(request), code)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _page(request, found)
    act, form = request.POST.get("act", ""), None
    try:
        if act == "assign":
            form = AssignForm(request.POST, line=found)
            if not policies.can_assign(reader(request), found):
                raise Refused(_("Only the unit itself names its people."))
            if not form.is_valid():
                return _page(request, found, form=form, status=UNCLEAR)
        _act(request, found, act, form)
    except (Overtaken, Refused) as told:
        return _page(request, found, form=form, told=str(told), status=REFUSED)
    messages.success(request, DONE[act]())
    return redirect("ledger_line", code)


def _act(request, found: Line, act: str, form: AssignForm | None) -> None:
    by_at, words = {"by": request.user, "at": timezone.now()}, request.POST.get("words", "")[:300]
    if act == "assign":
        acts.assign(found, version=form.cleaned_data["version"], **form.facts, **by_at)
    elif act == "verify":
        acts.verify(found, words, **by_at)
    elif act == "reject":
        acts.reject(found, words, **by_at)
    elif act == "close":
        acts.close(found, **by_at)
    else:
        raise Refused(_("This is nothing that can be done to a promise."))


def _page(request, found: Line, *, form=None, told="", status=200):
    who, today = reader(request), timezone.localdate()
    is_own = bool(policies.own_post(who, found))
    facts = {
        "line": found,
        "told": told,
        "words": request.POST.get("words", ""),
        "clears": clears.of(found),
        "answers": _answers(found, today),
        "entries": queries.months_of(found, drafts=False),
        "is_own": is_own,
        "may_order": bool(can_draft(who, found.unit)) and found.is_live,
        "form": form or (AssignForm(line=found) if is_own and policies.can_assign(who, found) else None),
        "can_check": policies.can_check(who, found) if policies.checking_post(who, found) else None,
        "can_close": policies.can_close(who, found) if policies.closing_post(who, found) else None,
        "is_done": found.status == states.KEPT,
        "today": today,
        "ruler": _ruler(found),
    }
    return render(request, "work/ledger/line.html", facts, status=status)


def _answers(found: Line, today) -> list[dict]:
    """Leader and undertaker by post, with who holds it today."""
    posts = {found.leader_id, found.undertaker_id} - {None}
    held = queries.holders_of(posts, on=today)
    told = []
    for label, post, printed in (
        (_("Leader"), found.leader, found.leader_printed or _("No leader named")),
        (_("Handled by"), found.undertaker, _("No one named")),
    ):
        names = pgettext("between names", ", ").join(held.get(post.pk, ())) if post else ""
        if post and not names:
            names = _("nobody holds this post now")
        told.append({"label": label, "words": said(post, "title") if post else printed, "names": names})
    return told


def _ruler(found: Line) -> dict | None:
    """The public page's ruler with the ledger's own figures, which are newer than the last freeze."""
    promise = found.commitment
    if promise is None:
        return None
    promise.value_now, promise.share_now, promise.share_planned = found.actual, found.actual_share, found.plan_share
    promise.status, promise.as_of = found.status, found.as_of
    objectives = found.publication.snapshot["objectives"]
    return keeping.ruler(promise, next(row for row in objectives if row["number"] == promise.objective_number))
