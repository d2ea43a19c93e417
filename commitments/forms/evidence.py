"""What a unit hands in as evidence."""

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.forms.fields import TOO_LONG, DayField
from portal.core.uploads import ACCEPTED


class EvidenceForm(forms.Form):
    """One file, what it shows, and the day it shows. The file is judged by the act, from its content."""

    use_required_attribute = False
    upload = forms.FileField(
        label=_("The file"),
        help_text=ACCEPTED,
        error_messages={
            "required": _("Choose the photograph or PDF file."),
            "empty": _("The file is empty. Choose it again."),
        },
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )
    title = forms.CharField(
        label=_("What it shows"),
        max_length=120,
        help_text=_("In a few words, without names or telephone numbers."),
        error_messages={**TOO_LONG, "required": _("Say in a few words what the file shows.")},
    )
    happened_on = DayField(
        label=_("The day it shows"),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "off"}),
    )

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        if day is None:
            raise forms.ValidationError(_("Write the day that the file shows, e.g. 2017-05-22."))
        return day
