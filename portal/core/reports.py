"""What an error report may tell: never a passphrase, wherever the request broke."""

from django.views.debug import SafeExceptionReporterFilter

SECRETS = ("passphrase", "new_passphrase", "again", "password", "password1", "password2", "oldpassword")


class SecretsHidden(SafeExceptionReporterFilter):
    """Hides what people keep to themselves even when a request fails before its view could say so."""

    def get_post_parameters(self, request):
        posted = super().get_post_parameters(request)
        if not any(name in posted for name in SECRETS):
            return posted
        hidden = posted.copy()
        for name in SECRETS:
            if name in hidden:
                hidden[name] = self.cleansed_substitute
        return hidden
