"""A second factor for those whose posts ask for it, before they enter the workspace."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.core.frame import shows_demo
from units.frame import reader


class SecondFactor:
    """Middleware: leads holders of the roles in `MFA_REQUIRED_FOR` to the setup until they have one.

    Stands after the message middleware. A demonstration asks nobody.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if lacks_second_factor(request):
            messages.warning(request, _("Your post signs or files for the bureau: set up a second factor first."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)


def lacks_second_factor(request) -> bool:
    """Whether this request enters the workspace in a post that needs a second factor, without having one."""
    roles = settings.MFA_REQUIRED_FOR
    if not roles or not request.path_info.startswith(("/work/", "/admin/")) or not request.user.is_authenticated:
        return False
    if shows_demo() or not reader(request).posts_as(*roles):
        return False
    return not is_mfa_enabled(request.user)
