"""Shape of what the style office enters about results: filters, a reason, who signs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.states import Grade
from commitments.forms.rectifying import PostChoice, area
from units.models import Post


class FilterForm(forms.Form):
    """Which kind of unit, which grade, which name. What is not among the choices is left out, not refused."""

    q = forms.CharField(label=_("Words of the unit’s name"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("Kind of unit"), required=False)
    grade = forms.ChoiceField(label=_("Grade"), required=False, choices=[("", _("All grades")), *Grade.choices])

    def __init__(self, data, *, kinds: list[dict]):
        super().__init__(data)
        self.fields["kind"].choices = [(kind["key"], kind["name"]) for kind in kinds]
        self.is_valid()

    @property
    def kind_key(self) -> str:
        choices = self.fields["kind"].choices
        return self.cleaned_data.get("kind") or (choices[0][0] if choices else "")

    @property
    def grade_key(self) -> str:
        return self.cleaned_data.get("grade") or ""

    @property
    def words(self) -> str:
        return self.cleaned_data.get("q") or ""


class WhyForm(forms.Form):
    """A reason in a sentence."""

    reason = area(_("Reason"), most=300, rows=2)

    def __init__(self, *args, label="", hint="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = label or self.fields["reason"].label, hint


class SignerForm(forms.Form):
    """Which leader signs."""

    signer = PostChoice(label=_("Who signs"), queryset=Post.objects.none(), empty_label=_("Choose a post"))

    def __init__(self, *args, signers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signer"].queryset = signers
