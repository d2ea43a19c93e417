"""What a leader hands in to sign an official document."""

from django import forms
from django.utils.translation import gettext_lazy

from objectives.forms.route import secret
from portal.core import seals
from portal.core.errors import Refused


class SignDocumentForm(forms.Form):
    """The signature under one document. `enrols`: the person has no signing key yet and makes one with this form.

    `fingerprint` is that of the text on the page around the form; `draws`: handwriting shows on this kind.
    """

    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    strokes = forms.CharField(required=False, widget=forms.HiddenInput)
    strokes_stored = forms.CharField(required=False, widget=forms.HiddenInput)
    passphrase = secret(
        gettext_lazy("Your signing passphrase"),
        "off",
        gettext_lazy("Not your login password. The portal never stores it and cannot recover it."),
    )
    new_passphrase = secret(
        gettext_lazy("Choose your signing passphrase"),
        "new-password",
        gettext_lazy(
            "At least 8 characters; three words are good. Not your login password. "
            "The portal never stores it and cannot recover it."
        ),
    )
    again = secret(gettext_lazy("The passphrase once more"), "new-password")
    read = forms.BooleanField(
        label=gettext_lazy("I have read the document and issue it"),
        error_messages={
            "required": gettext_lazy("Tick that you have read the document; without it nothing is signed.")
        },
    )

    def __init__(self, *args, enrols: bool, draws: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.enrols, self.draws = enrols, draws or enrols
        needless = {"passphrase"} if enrols else {"new_passphrase", "again"}
        for name in needless if self.draws else needless | {"strokes", "strokes_stored"}:
            del self.fields[name]

    @property
    def secret_field(self) -> str:
        """Where a refusal of the passphrase is told."""
        return "new_passphrase" if self.enrols else "passphrase"

    def clean_strokes(self):
        """The text as it was drawn; unreadable handwriting is refused here, before anything is opened."""
        text = self.cleaned_data["strokes"]
        try:
            return seals.parse_strokes(text) and text if text else ""
        except Refused as told:
            raise forms.ValidationError(str(told)) from told

    @property
    def drawn(self) -> list | None:
        """The strokes drawn now, or None: then the stored handwriting stands."""
        text = self.cleaned_data.get("strokes")
        return seals.parse_strokes(text) if text else None
