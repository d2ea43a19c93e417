"""Writing a paper: the editor, its saves, submission. Every form works without a script; with one it saves itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from objectives import actions, editing, policies, queries
from objectives.forms.benchmark import BenchmarkForm
from objectives.models import Campaign, KindRule, Objective, Paper
from portal.core import asked
from portal.core.errors import Refused
from portal.core.formparts import errors_of
from units.frame import reader
from units.models import Unit

CONFLICT, UNCLEAR = 409, 422


@require_POST
@login_required
def begin(request, campaign, unit):
    mine = [post.unit_id for post in reader(request).posts_as(*policies.UNIT_ROLES)]
    unit = get_object_or_404(Unit.objects.filter(pk__in=mine), pk=unit)
    campaign = get_object_or_404(Campaign, bureau=unit.bureau_id, code=campaign)
    try:
        paper = actions.begin(campaign, unit, by=request.user, at=timezone.now())
    except Refused as told:
        messages.error(request, str(told))
        return redirect("papers")
    return redirect("paper_edit", paper.pk)


@require_safe
@login_required
def edit(request, pk):
    paper = _paper(request, pk)
    verdict = policies.can_edit(reader(request), paper)
    if not verdict:
        return _refused(request, paper, verdict.reason)
    return _page(request, paper, editing.opened(paper, request.GET.get("item", "")))


@require_POST
@login_required
def save_objective(request, pk, objective):
    paper = _paper(request, pk)
    return _save(request, paper, _objective(paper, objective), actions.save_objective)


@require_POST
@login_required
def save_consultation(request, pk):
    return _save(request, _paper(request, pk), None, actions.save_consultation)


def _save(request, paper: Paper, opened: Objective | None, save):
    """Store what was posted; what could not be stored stays on the page that is shown instead."""
    rule = _rule(paper)
    forms = editing.forms_of(paper, rule, opened, request.POST)
    verdict = policies.can_edit(reader(request), paper)
    if not verdict:
        return _refused(request, paper, verdict.reason, forms)
    if not forms.is_valid():
        return _unclear(request, paper, opened, forms)
    try:
        save(opened or paper, forms.part(), version=forms.began_from, by=request.user, at=timezone.now())
    except actions.Overtaken as late:
        return _overtaken(request, paper, opened, forms, late)
    except Refused as told:
        return _refused(request, paper, str(told), forms)
    if request.htmx:
        return _saved(request, pk=paper.pk, opened=opened)
    return redirect(editing.address(paper, editing.number_of(paper, opened), "saved"))


@require_POST
@login_required
def add_objective(request, pk):
    paper = _paper(request, pk)
    try:
        added = actions.add_objective(paper, by=request.user, at=timezone.now())
    except Refused as told:
        return _refused(request, paper, str(told))
    return redirect(editing.address(paper, added.position, "id_text_zh"))


@require_POST
@login_required
def move_objective(request, pk, objective):
    paper = _paper(request, pk)
    row, up = _objective(paper, objective), {"up": True, "down": False}.get(request.POST.get("direction"))
    before = row.position
    try:
        if up is not None:
            row = actions.move_objective(row, up=up, by=request.user, at=timezone.now())
    except Refused as told:
        return _refused(request, paper, str(told))
    paper = _paper(request, pk)
    opened = _still_open(request, paper)
    if not request.htmx:
        return redirect(editing.address(paper, editing.number_of(paper, opened), f"item-{row.pk}", arrange=1))
    facts = editing.beside(paper, _rule(paper), opened, on=timezone.localdate())
    return render(request, "work/editor/moved.html", facts | {"before": before, "moved": row, "arrange": True})


@require_POST
@login_required
def remove_objective(request, pk, objective):
    paper = _paper(request, pk)
    try:
        actions.remove_objective(
            _objective(paper, objective), by=request.user, at=timezone.now(),
            version=asked.number(request.POST.get("version")),
        )  # fmt: skip
        messages.success(request, _("Objective taken out; the others moved up."))
    except Refused as told:
        if policies.can_edit(reader(request), paper):
            messages.error(request, str(told))
        else:
            return _refused(request, paper, str(told))
    paper = _paper(request, pk)
    opened = _still_open(request, paper)
    return redirect(editing.address(paper, editing.number_of(paper, opened), "others", arrange=1))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def benchmark(request, pk, benchmark=None):
    paper = _paper(request, pk)
    verdict = policies.can_edit(reader(request), paper)
    if not verdict:
        return _refused(request, paper, verdict.reason)
    row = get_object_or_404(paper.unit.benchmarks, pk=benchmark) if benchmark else None
    opened = editing.opened(paper, request.GET.get("item", ""))
    back = editing.address(paper, editing.number_of(paper, opened), "id_benchmark")
    form = BenchmarkForm(request.POST or None, unit=paper.unit, benchmark=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_benchmark(paper.unit, form.part(), by=request.user, at=timezone.now(), benchmark=row)
        except Refused as told:
            return _refused(request, paper, str(told))
        messages.success(request, _("Stored. You can choose it as the benchmark unit now."))
        return redirect(back)
    facts = {"paper": paper, "form": form, "benchmark": row, "back": back}
    return render(request, "work/editor/benchmark.html", facts, status=UNCLEAR if form.is_bound else None)


@require_POST
@login_required
def submit(request, pk):
    paper = _paper(request, pk)
    try:
        actions.submit(paper, by=request.user, at=timezone.now())
    except Refused as told:
        messages.error(request, str(told))
        return redirect("paper_edit" if policies.can_edit(reader(request), paper) else "paper", pk)
    step = queries.open_step(paper)
    facts = {"role": step.get_role_display(), "unit": editing.said(step.unit, "name")}
    messages.success(request, _("Submitted; the text is frozen. The paper now waits for: %(role)s, %(unit)s.") % facts)
    return redirect("paper", pk)


def _paper(request, pk) -> Paper:
    return get_object_or_404(policies.visible(reader(request)).in_full(), pk=pk)


def _objective(paper: Paper, pk) -> Objective:
    return get_object_or_404(paper.objectives.select_related("paper__unit"), pk=pk)


def _rule(paper: Paper) -> KindRule:
    return get_object_or_404(KindRule, campaign=paper.campaign_id, kind=paper.unit.kind_id)


def _still_open(request, paper: Paper) -> Objective | None:
    """The part that was open beside a list in which something moved; the first objective if it is gone."""
    was = request.POST.get("open", "")
    if was == editing.CONSULTATION:
        return None
    objectives = list(paper.objectives.all())
    return next((row for row in objectives if str(row.pk) == was), objectives[0] if objectives else None)


def _page(request, paper: Paper, opened: Objective | None, forms=None, status=200) -> HttpResponse:
    facts = editing.facts(paper, _rule(paper), opened, on=timezone.localdate(), forms=forms)
    facts["arrange"] = "arrange" in request.GET
    return render(request, "work/editor/edit.html", facts, status=status)


def _saved(request, *, pk, opened: Objective | None) -> HttpResponse:
    paper = _paper(request, pk)
    opened = opened and next(row for row in paper.objectives.all() if row.pk == opened.pk)
    facts = editing.beside(paper, _rule(paper), opened, on=timezone.localdate())
    return render(request, "work/editor/saved.html", facts | {"version": (opened or paper).version})


def _unclear(request, paper: Paper, opened: Objective | None, forms) -> HttpResponse:
    """What was typed cannot be read as meant: nothing is stored, every field says what it expects."""
    if request.htmx:
        return render(request, "work/editor/unclear.html", {"errors": errors_of(forms.all)}, status=UNCLEAR)
    return _page(request, paper, opened, forms, status=UNCLEAR)


def _overtaken(request, paper: Paper, opened: Objective | None, forms, late: actions.Overtaken) -> HttpResponse:
    """A colleague saved in between: both texts, and the choice between them."""
    stored = late.current
    theirs = editing.forms_of(paper if opened else stored, _rule(paper), opened and stored)
    facts = {
        "paper": paper,
        "told": str(late),
        "saved_by": late.saved_by,
        "differences": editing.clash(forms.all, theirs.all),
        "forms": forms.all,
        "management": forms.targets.management_form if opened else None,
        "version": stored.version,
        "opened": opened,
        "there": editing.address(paper, editing.number_of(paper, opened), "saved"),
    }
    for form in [*forms.all, *([facts["management"]] if opened else [])]:
        form.auto_id = False
    template = "work/editor/_conflict.html" if request.htmx else "work/editor/conflict.html"
    return render(request, template, facts, status=CONFLICT)


def _refused(request, paper: Paper, reason: str, forms=None) -> HttpResponse:
    """The paper cannot be written in now: to its page, or, with something typed, a page that keeps the words."""
    if forms is None and not request.htmx:
        messages.error(request, reason)
        return redirect("paper", paper.pk)
    facts = {"paper": paper, "reason": reason, "written": editing.written(forms.all) if forms else []}
    template = "work/editor/_refused.html" if request.htmx else "work/editor/refused.html"
    return render(request, template, facts, status=CONFLICT)
