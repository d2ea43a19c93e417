"""Shape of what is written down of a dispatch meeting."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.models import Meeting
from portal.core.wording import said

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MeetingForm(forms.ModelForm):
    """Where and when it was held, who was there, what was discussed."""

    use_required_attribute = False
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, initial=0)

    class Meta:
        model = Meeting
        fields = ["held_on", "place", "chaired_by", "present", "said"]
        widgets = {"held_on": DAY, "said": forms.Textarea(attrs={"rows": 6})}

    def __init__(self, *args, meeting: Meeting | None, **kwargs):
        super().__init__(*args, instance=meeting, initial={"version": meeting.version if meeting else 0}, **kwargs)

    @property
    def facts(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self):
        """Only the shape is checked here; the row is written by the act."""


class DecisionForm(forms.Form):
    """What, who, by when."""

    use_required_attribute = False
    what = forms.CharField(label=_("What"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    unit = forms.ModelChoiceField(label=_("Who"), queryset=None)
    due_on = forms.DateField(label=_("By when"), widget=DAY)

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["unit"].label_from_instance = lambda unit: said(unit, "name")
