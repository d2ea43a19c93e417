"""The login library's addresses: those this portal uses are open, every other one is not there."""

from collections.abc import Iterable

from django.http import Http404
from django.urls import URLPattern, URLResolver
from django.views.decorators.csrf import csrf_exempt

OPEN = frozenset({
    "account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
    "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done",
    "mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp",
    "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
})  # fmt: skip
"""An address that a new release of the library adds stays closed until it stands here."""


@csrf_exempt
def closed(request, **_kept):
    """Answers like an address that does not exist."""
    raise Http404


def only_open(patterns: Iterable) -> list:
    """The library's address patterns under their own names, for it looks them up; closed ones lead to nothing."""
    return [_guarded(pattern) for pattern in patterns]


def _guarded(pattern):
    if isinstance(pattern, URLResolver):
        inside = only_open(pattern.url_patterns)
        return URLResolver(pattern.pattern, inside, pattern.default_kwargs, pattern.app_name, pattern.namespace)
    if pattern.name in OPEN:
        return pattern
    return URLPattern(pattern.pattern, closed, pattern.default_args, pattern.name)
