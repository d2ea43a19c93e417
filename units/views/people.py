"""Pages about people: posts and their holders, the record, letters, a forgotten signing passphrase."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.core import asked, seals
from portal.core.errors import Refused
from portal.core.models import SignerKey
from portal.core.wording import day
from units import invitations, managing, passphrases, queries
from units.forms import AppointForm
from units.frame import reader
from units.models import Post, Tenure


@require_safe
@login_required
def people(request):
    bureaus = managing.managed_bureaus(reader(request))
    if not bureaus:
        raise Http404
    words, after = request.GET.get("q", "")[:80], request.GET.get("after", "")[:60]
    units, following = queries.tree(bureaus, on=timezone.localdate(), words=words, after=after)
    return render(request, "work/people.html", {"units": units, "following": following, "words": words})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def appoint(request, pk):
    post = get_object_or_404(Post.objects.select_related("unit__bureau"), pk=pk)
    verdict = managing.can_appoint(reader(request), post)
    if verdict.hidden:
        raise Http404
    form = AppointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            invitation = invitations.invite(post, **form.cleaned_data, by=request.user, at=timezone.now())
            return _told(request, invitation)
        except Refused as told:
            form.add_error(None, str(told))
    return render(request, "work/appoint.html", {"post": post, "form": form, "verdict": verdict})


def _told(request, invitation):
    """A new account's slip is shown this once and never again; an old account needs none, or has it by letter."""
    if not invitation.path:
        messages.success(request, _given(invitation.tenure))
        return redirect("people")
    link = settings.SITE_URL + invitation.path
    facts = {"tenure": invitation.tenure, "link": link, "days": settings.PASSWORD_RESET_TIMEOUT // 86400}
    facts["qr"] = mark_safe(seals.qr(link, _("Invitation link")))  # noqa: S308 -- drawn here, its title escaped
    return render(request, "work/invitation.html", facts)


def _given(tenure: Tenure) -> str:
    facts = {"name": tenure.user, "post": tenure.post, "day": day(tenure.from_on)}
    if tenure.from_on > timezone.localdate():
        return _("%(name)s holds this post from %(day)s on: %(post)s") % facts
    if tenure.user.has_usable_password():
        return _("%(name)s now holds the post: %(post)s") % facts
    return _("%(name)s now holds the post: %(post)s. Their link to choose a password was sent by e-mail alone.") % facts


@require_POST
@login_required
def end_tenure(request, pk):
    tenure = get_object_or_404(Tenure.objects.select_related("post__unit__bureau", "user"), pk=pk)
    if managing.can_end(reader(request), tenure).hidden:
        raise Http404
    try:
        invitations.end(tenure, by=request.user, at=timezone.now(), why=request.POST.get("why", ""))
        messages.success(request, _("Ended: %(name)s, %(post)s") % {"name": tenure.user, "post": tenure.post})
    except Refused as told:
        messages.error(request, str(told))
    return redirect("people")


@require_safe
@login_required
def record(request):
    who = reader(request)
    codes = {post.unit.bureau.code for post in who.posts_as(*managing.READERS_OF_RECORD)}
    if not codes:
        raise Http404
    rows, following = queries.record(codes, who, before=asked.number(request.GET.get("before")))
    return render(request, "work/record.html", {"rows": rows, "following": following})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def letters(request):
    if request.method == "POST":
        return _read(request)
    rows, following = queries.letters_of(request.user, before=asked.number(request.GET.get("before")))
    return render(request, "work/letters.html", {"letters": rows, "following": following})


def _read(request):
    """Opening a letter marks it as read; without a letter all are."""
    unread = request.user.letters.unread()
    number = asked.number(request.POST.get("letter"))
    if number is None:
        unread.update(read_at=timezone.now())
        return redirect("letters")
    letter = get_object_or_404(request.user.letters, pk=number)
    unread.filter(pk=number).update(read_at=timezone.now())
    return redirect(letter.path or "letters")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def passphrase_forgotten(request):
    to = request.POST.get("next") or request.GET.get("next", "")
    to = to if url_has_allowed_host_and_scheme(to, allowed_hosts=None) else ""
    if request.method == "POST":
        try:
            passphrases.ask(request.user, at=timezone.now())
            messages.success(
                request, _("Asked. As soon as it is confirmed you choose a new passphrase on the sign page.")
            )
        except Refused as told:
            messages.error(request, str(told))
        return redirect(to or "desk")
    facts = {"next": to, "asked_on": passphrases.asked_on(request.user)}
    people_ = passphrases.confirmers(request.user, on=timezone.localdate())
    return render(request, "work/passphrase_forgotten.html", {**facts, "people": people_.values()})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def passphrase_reset(request, pk):
    key = get_object_or_404(SignerKey.objects.select_related("user"), pk=pk)
    letter = passphrases.request_before(request.user, key, on=timezone.localdate())
    if letter is None:
        raise Http404
    if request.method == "POST":
        try:
            passphrases.confirm(key, by=request.user, at=timezone.now())
            messages.success(
                request, _("Confirmed. %(name)s chooses a new passphrase when signing next.") % {"name": key.user}
            )
        except Refused as told:
            messages.info(request, str(told))
        return redirect("desk")
    posts = Tenure.objects.of(key.user, on=timezone.localdate())
    return render(request, "work/passphrase_reset.html", {"key": key, "letter": letter, "posts": posts})
