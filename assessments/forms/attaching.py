"""The field for a file that is handed in: judged by the act, from its content."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.uploads import ACCEPTED


def proof_field(*, required: bool) -> forms.FileField:
    return forms.FileField(
        label=_("The file"), help_text=ACCEPTED, required=required,
        error_messages={
            "required": _("Choose the photograph or PDF file."),
            "empty": _("The file is empty. Choose it again."),
        },
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )  # fmt: skip
