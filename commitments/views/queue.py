"""The style office's queue, and the click that makes a paper public."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commitments import actions, waiting
from commitments.models import Publication
from objectives import queries
from objectives.actions import AlreadyDone, refuse_twice
from objectives.models import Step
from objectives.policies import visible
from objectives.routes import Act
from portal.core import asked, language
from portal.core.errors import Refused
from units.frame import reader
from units.models import Role


@require_safe
@login_required
def queue(request):
    who = reader(request)
    if not who.posts_as(Role.STYLE_OFFICE):
        raise Http404
    facts = {"to_file": waiting.to_file(who), "ready": waiting.to_publish(who), "today": timezone.localdate()}
    return render(request, "work/queue.html", facts)


@require_POST
@login_required
def publish(request, pk):
    who = reader(request)
    paper = get_object_or_404(visible(who).select_related("campaign__bureau", "unit__kind"), pk=pk)
    try:
        publication = _publish(request, paper)
    except AlreadyDone as told:
        messages.info(request, str(told))
    except Refused as told:
        is_public = Publication.objects.filter(revision__paper=paper).exists()
        (messages.info if is_public else messages.error)(request, str(told))
    else:
        messages.success(request, _("Published: %(address)s") % {"address": address_of(publication)})
    return redirect("publish_queue" if who.posts_as(Role.STYLE_OFFICE) else "paper", *_key(who, pk))


def _publish(request, paper) -> Publication:
    """File and publish while the filing step is open; publish what is complete."""
    number = asked.number(request.POST.get("step"))
    posted = Step.objects.select_related("done_by").filter(paper=paper, pk=number).first() if number else None
    if posted is not None:
        refuse_twice(posted, request.user)
    step = queries.open_step(paper)
    if step is None or step.act != Act.FILE:
        return actions.publish(paper, by=request.user, at=timezone.now())
    fingerprint = request.POST.get("fingerprint", "")
    return actions.file_and_publish(step, fingerprint=fingerprint, by=request.user, at=timezone.now())


def address_of(publication: Publication) -> str:
    """The public page of the unit, as people write it down."""
    names = {"lang": language.current(), "bureau": publication.bureau_code, "unit": publication.unit_code}
    return settings.SITE_URL + reverse("unit", kwargs=names)


def _key(who, pk) -> list:
    return [] if who.posts_as(Role.STYLE_OFFICE) else [pk]
