"""The frame around public pages. Rendered without the request, so that no page can read user, session or messages."""

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from commitments import queries
from portal.core import language
from portal.core.frame import frame

HREFLANG = {"zh": "zh-Hans", "en": "en"}


def page(request, template: str, *, bureau=None, here="", status=200, updated_at=None, path="", **facts):
    """Render templates/public/<template>.html. `bureau` is a mapping with code and names, `here` the current
    entry of the navigation, `path` what stands for the page's own address where it must not be told.
    """
    lang = language.current()
    path = path or request.get_full_path()
    other = "en" if lang == "zh" else "zh"
    context = {
        **frame(request),
        "bureau": bureau,
        "nav": _nav(lang, bureau, here),
        "about_links": _about(lang),
        "switch_next": path,
        "alternate_url": _in(other, path),
        "alternates": [(HREFLANG[code], settings.SITE_URL + _in(code, path)) for code in HREFLANG],
        "record_head": queries.record_head(timezone.localdate()),
        "updated_at": updated_at,
        "contact": "",
        "message_url": "",
        **facts,
    }
    response = HttpResponse(render_to_string(f"public/{template}.html", context), status=status)
    patch_vary_headers(response, ["Cookie"])
    return response


def missing(request) -> HttpResponse:
    """The same page for everything that is not there or not public, whatever the address."""
    return page(request, "missing", status=404, path=reverse("home", args=[language.current()]))


def _in(lang: str, path: str) -> str:
    return f"/{lang}/{path[4:]}"


def _nav(lang: str, bureau, here: str) -> list[dict]:
    if bureau:
        entries = [
            ("promises", _("Promises"), reverse("bureau", args=[lang, bureau["code"]])),
            ("units", _("Units"), reverse("units", args=[lang, bureau["code"]])),
        ]
    else:
        entries = [("promises", _("Promises"), reverse("home", args=[lang]))]
    entries += [
        ("verify", _("Verify a document"), reverse("verify", args=[lang])),
        ("about", _("What this is"), reverse("about", args=[lang])),
    ]
    return [{"label": label, "url": url, "current": key == here} for key, label, url in entries]


def _about(lang: str) -> list[dict]:
    return [
        {"label": _("What this activity is"), "url": reverse("about", args=[lang])},
        {"label": _("Accessibility statement"), "url": reverse("accessibility", args=[lang])},
    ]
