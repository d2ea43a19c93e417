"""The small public doors that belong to no app: the front address, and the reader's choice of language or size."""

from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal.core import language

A_YEAR = 60 * 60 * 24 * 365
SIZES = ("large", "normal")


@require_safe
@never_cache
def front(request):
    """Lead to the home page in the reader's language."""
    return HttpResponseRedirect(f"/{language.short_of(request)}/")


@csrf_exempt  # it only sets a plain cookie of the reader's own, and cached pages carry no token
@require_POST
def set_choice(request):
    """Remember language or type size in a plain cookie and go back to the page."""
    to = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(to, allowed_hosts=None):
        to = "/"
    lang, size = request.POST.get("lang"), request.POST.get("size")
    if lang in language.SHORT and to[1:4] in ("zh/", "en/"):
        to = f"/{lang}/{to[4:]}"
    response = HttpResponseRedirect(to)
    if lang in language.SHORT:
        response.set_cookie("lang", lang, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    if size in SIZES:
        response.set_cookie("size", size, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return response
