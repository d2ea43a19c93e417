"""Shape of what is written about people, posts and the workday calendar."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy


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


class DayForm(forms.Form):
    """A day that does not follow the week. The years that the calendar holds are its verb's matter."""

    on = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    is_workday = forms.TypedChoiceField(
        label=gettext_lazy("On this day"),
        choices=[
            ("no", pgettext_lazy("a day", "Nobody works: a holiday")),
            ("yes", pgettext_lazy("a day", "Work, though it is a weekend")),
        ],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    name_zh = forms.CharField(
        label=gettext_lazy("Name in Chinese"),
        max_length=40,
        help_text=gettext_lazy("As the notice calls it: the holiday, or “worked for” it."),
    )
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=60, required=False)
