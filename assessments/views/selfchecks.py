"""Self-assessment in the browser. Every form works without a script; with one the page saves itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments import selfcheck_pages as pages
from assessments.actions import selfchecks
from assessments.forms.selfchecks import SelfForm
from assessments.models import Case, SelfAssessment
from assessments.policies import selfchecks as policies
from assessments.queries import selfchecks as queries
from commitments.actions import documents
from commitments.views import signing
from commitments.views.printed import hand_out
from objectives.actions import Overtaken
from objectives.editing import clash, written
from portal.core.errors import Refused
from portal.core.formparts import errors_of
from units.frame import reader
from units.models import Role

CONFLICT, UNCLEAR = 409, 422


@require_safe
@login_required
def overview(request):
    """Own units' self-assessments, and for offices who has handed in."""
    who = reader(request)
    if not who.posts_as(*policies.READERS):
        raise Http404
    own, overseen = queries.mine(who), bool(who.posts_as(*policies.OFFICES, Role.TOWN_OFFICE))
    if len(own) == 1 and not overseen and "all" not in request.GET:
        return redirect("selfcheck", own[0].pk)
    facts = {"own": [_own(who, case) for case in own], "overseen": overseen} | _listed(request, who, overseen)
    return render(request, "work/selfchecks/overview.html", facts)


def _own(who, case: Case) -> dict:
    due_on = case.assessment.self_due_on
    return pages.head_facts(case, on=who.on) | {"cell": pages.cell(case, due_on=due_on, on=who.on)}


def _listed(request, who, overseen: bool) -> dict:
    assessments = queries.overseen(who) if overseen else []
    wanted = request.GET.get("assessment", "")
    chosen = next((row for row in assessments if str(row.pk) == wanted), assessments[0] if assessments else None)
    if chosen is None:
        return {"assessments": [], "chosen": None, "rows": [], "following": "", "open_only": False, "chases": False,
                "words": ""}  # fmt: skip
    open_only = request.GET.get("show") == "missing"
    words = request.GET.get("q", "")[:40].strip()
    cases, following = queries.listed(
        who, chosen, after=request.GET.get("after", "")[:48], open_only=open_only, words=words
    )
    reads = bool(who.posts_as(*policies.OFFICES))
    rows = [{"unit": case.unit, "cell": pages.cell(case, due_on=chosen.self_due_on, on=who.on)} for case in cases]
    return {
        "assessments": assessments, "chosen": chosen, "rows": rows, "following": following, "open_only": open_only,
        "reads": reads, "words": words, "due": pages.due_words(chosen.self_due_on, on=who.on),
        "chases": chosen.phase in policies.TAKEN and bool(who.posts_as(Role.STYLE_OFFICE, Role.TOWN_OFFICE)),
    }  # fmt: skip


@require_POST
@login_required
def chase(request, pk):
    who = reader(request)
    found = next((row for row in queries.overseen(who) if row.pk == pk), None)
    if found is None or not who.posts_as(Role.STYLE_OFFICE, Role.TOWN_OFFICE):
        raise Http404
    try:
        told = selfchecks.chase(found, by=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext("%(n)s person was written to.", "%(n)s people were written to.", told)
        messages.success(request, words % {"n": told})
    return redirect(f"{reverse('selfchecks')}?all=1&assessment={found.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def selfcheck(request, pk):
    """One unit's self-assessment: written, put forward, signed and read on the same address."""
    case = _case(request, pk)
    check = queries.check_of(case)
    if request.method == "POST":
        return _post(request, case, check)
    return _page(request, case, check)


@sensitive_variables()
@sensitive_post_parameters(*signing.SECRETS)
@require_POST
@login_required
def sign(request, pk):
    """The head's signature: it hands the special report in at the same moment."""
    case = _case(request, pk)
    check = queries.check_of(case)
    try:
        if check is None or not check.document_id:
            raise Refused(_("The special report has not been put forward yet."))
        at = timezone.now()
        post = selfchecks.signing_post(check, by=request.user, at=at)
        form = signing.sign(
            request, check.document, post=post,
            then=lambda document: selfchecks.hand_in(document, by=request.user, at=timezone.now()),
        )  # fmt: skip
    except documents.AlreadySigned as told:
        messages.info(request, str(told))
    except Refused as told:
        messages.error(request, str(told))
    else:
        if form is not None:
            return _page(request, case, check, sign_form=form, status=CONFLICT)
        messages.success(request, _("Signed and handed in. The style office was told."))
    return redirect("selfcheck", pk)


@require_safe
@login_required
def report(request, pk):
    """The special report as a document, for those who may read it."""
    check = queries.check_of(_case(request, pk))
    if check is None or not check.document_id:
        raise Http404
    return hand_out(request, check.document, name=f"self-report-{check.document.code}.pdf", back="selfcheck", pk=pk)


def _case(request, pk) -> Case:
    found = queries.one(reader(request), pk)
    if found is None:
        raise Http404
    return found


def _post(request, case: Case, check: SelfAssessment | None):
    act, common = request.POST.get("act", "save"), {"by": request.user, "at": timezone.now()}
    try:
        if act == "begin" or check is None:
            selfchecks.begin(case, **common)
            return redirect("selfcheck", case.pk)
        if act == "back":
            selfchecks.take_back(check, **common)
            messages.success(request, _("Taken back. It can be written on; its number is spent."))
            return redirect("selfcheck", case.pk)
    except Refused as told:
        messages.error(request, str(told))
        return redirect("selfcheck", case.pk)
    return _store(request, check, act, common)


def _store(request, check: SelfAssessment, act: str, common: dict):
    """Keep what was typed, then do the one click after it."""
    form = SelfForm(request.POST, check=check, rows=queries.rows_of(check))
    verdict = policies.can_write(reader(request), check)
    if not verdict:
        return _refused(request, check, form, verdict.reason)
    if not form.is_valid():
        return _unclear(request, check, form)
    try:
        check = selfchecks.save(check, form.texts, form.marks, version=form.began_from, **common)
        if act == "rest":
            check = selfchecks.take_from_ledger(check, version=check.version, **common)
        elif act == "forward":
            selfchecks.put_forward(check, **common)
            messages.success(request, _("The text is frozen. Read it once more and sign it."))
    except selfchecks.OutsideScale as told:
        form.add_error(f"m{told.criterion}-points", str(told))
        return _unclear(request, check, form)
    except Overtaken as late:
        return _overtaken(request, form, late)
    except Refused as told:
        return _refused(request, check, form, str(told))
    return _saved(request, check, act)


def _saved(request, check: SelfAssessment, act: str):
    if request.htmx and act == "save":
        facts = pages.end_facts(reader(request), check, queries.rows_of(check), on=reader(request).on)
        return render(request, "work/selfchecks/saved.html", facts)
    return redirect(f"{reverse('selfcheck', args=[check.case_id])}#{'sign' if act == 'forward' else 'saved'}")


def _unclear(request, check: SelfAssessment, form: SelfForm):
    """What was typed cannot stand: nothing is stored, every field says what it expects."""
    if request.htmx:
        return render(request, "work/selfchecks/unclear.html", {"errors": errors_of([form])}, status=UNCLEAR)
    return _page(request, check.case, check, form=form, status=UNCLEAR)


def _overtaken(request, form: SelfForm, late: Overtaken):
    """A colleague saved in between: both texts, and the choice between them."""
    stored: SelfAssessment = late.current
    theirs = SelfForm(check=stored, rows=queries.rows_of(stored))
    form.auto_id = False
    facts = pages.head_facts(stored.case, on=reader(request).on) | {
        "told": str(late), "differences": clash([form], [theirs]), "form": form, "version": stored.version,
        "there": reverse("selfcheck", args=[stored.case_id]) + "#saved",
    }  # fmt: skip
    template = "work/selfchecks/_conflict.html" if request.htmx else "work/selfchecks/conflict.html"
    return render(request, template, facts, status=CONFLICT)


def _refused(request, check: SelfAssessment, form: SelfForm, reason: str):
    """It cannot be written on now; what was typed is shown, not lost."""
    facts = pages.head_facts(check.case, on=reader(request).on) | {"reason": reason, "written": written([form])}
    template = "work/selfchecks/_refused.html" if request.htmx else "work/selfchecks/refused.html"
    return render(request, template, facts, status=CONFLICT)


def _page(request, case: Case, check: SelfAssessment | None, *, form=None, sign_form=None, status=200):
    who = reader(request)
    if check is None:
        facts = pages.head_facts(case, on=who.on) | {"verdict": policies.can_begin(who, case)}
        return render(request, "work/selfchecks/begin.html", facts, status=status)
    if form is not None or policies.can_write(who, check):
        facts = pages.write_facts(who, check, on=who.on, form=form)
        return render(request, "work/selfchecks/write.html", facts, status=status)
    facts = pages.read_facts(check, on=who.on) | {"sign": None, "may_sign": policies.can_sign(who, check)}
    facts["text"] = signing.text_of(check.document) if check.document_id else ""
    if facts["may_sign"]:
        to = reverse("selfcheck_sign", args=[case.pk])
        facts["sign"] = signing.panel(request, check.document, to=to, form=sign_form, button=_("Sign and hand in"))
    return render(request, "work/selfchecks/read.html", facts, status=status)
