"""Shape of what is written about people and posts."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class AppointForm(forms.Form):
    """Who gets a post, from when."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        help_text=gettext_lazy("If an account has this address, that person gets the post."),
    )
    from_on = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty means today."),
    )
    is_acting = forms.BooleanField(label=gettext_lazy("Acting, until the post is filled"), required=False)

    def clean_from_on(self):
        day = self.cleaned_data["from_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("A post is not given for the past. Write today or a later day."))
        return day
