"""Which language a page speaks: the address decides on public pages, else the cookie, else the browser."""

from django.conf import settings
from django.utils import translation
from django.utils.cache import patch_vary_headers

SHORT = {"zh": "zh-hans", "en": "en"}


def short_of(request) -> str:
    """ "zh" or "en" for a request whose address does not say: by cookie, then by Accept-Language."""
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if cookie in SHORT:
        return cookie
    accepted = request.META.get("HTTP_ACCEPT_LANGUAGE", "")
    for code, _quality in translation.trans_real.parse_accept_lang_header(accepted):
        if code[:2] in SHORT:
            return code[:2]
    return "zh"


def current() -> str:
    """The short name of the active language, as it stands in public addresses."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


class ChosenLanguage:
    """Activate the language of the address, or of the reader; say so in the headers."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        prefix = request.path_info[1:3] if request.path_info[3:4] == "/" else ""
        in_address = prefix in SHORT
        code = SHORT[prefix if in_address else short_of(request)]
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
            if not in_address:
                patch_vary_headers(response, ("Accept-Language", "Cookie"))
            response.headers.setdefault("Content-Language", code)
            if hasattr(response, "render") and not response.is_rendered:
                response.render()
        return response
