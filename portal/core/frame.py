"""What every page's frame needs, and who the reader of a workspace page is."""

from django.conf import settings
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from portal.core import language
from portal.core.models import Installation

_demo: dict[str, bool] = {}


def shows_demo() -> bool:
    """Whether pages must say that they show sample data; asked once a process, since it never changes."""
    if "is" not in _demo:
        row = Installation.objects.filter(pk=1).values_list("is_demo", flat=True).first()
        if row is None:
            return False
        _demo["is"] = row
    return _demo["is"]


def forget_demo() -> None:
    """For tests, which change databases within one process."""
    _demo.clear()


class Workspace:
    """Workspace pages belong to one person: never stored by a cache, never indexed."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.now = timezone.now()
        response = self.get_response(request)
        if request.path_info.startswith(("/work/", "/accounts/", "/admin/")):
            response.headers["Cache-Control"] = "no-store, private"
            response.headers["X-Robots-Tag"] = "noindex"
        return response


def frame(request) -> dict:
    """Context of every page. Touches neither session nor user."""
    lang = language.current()
    return {
        "lang": lang,
        "other_lang": "en" if lang == "zh" else "zh",
        "size": "large" if request.COOKIES.get("size") == "large" else "",
        "is_demo": SimpleLazyObject(shows_demo),
        "site_url": settings.SITE_URL,
        "switch_next": request.get_full_path(),
    }
