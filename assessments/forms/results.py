"""Shape of what the style office enters about results: filters, a bonus, a deduction or a veto, who signs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import Criterion, Standard
from assessments.states import AdjustmentKind, Grade
from commitments.forms.rectifying import PostChoice, area
from objectives.forms.fields import DayField
from portal.core.wording import said
from units.models import Post


class CriterionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Criterion) -> str:
        return said(obj, "name")


class FilterForm(forms.Form):
    """Which kind of unit, which grade. What is not among the choices is left out, not refused."""

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


class AdjustForm(forms.Form):
    """A bonus, a deduction or a veto of one unit."""

    kind = forms.ChoiceField(label=_("What it is"), choices=AdjustmentKind.choices)
    points = forms.DecimalField(
        label=_("Points"), required=False, min_value=0, max_digits=5, decimal_places=2,
        help_text=_("A veto has none: it makes the grade the lowest."),
    )  # fmt: skip
    criterion = CriterionChoice(
        label=_("Under which criterion"), queryset=Criterion.objects.none(), required=False,
        empty_label=_("None in particular"), help_text=_("A veto names the veto criterion it falls under."),
    )  # fmt: skip
    happened_on = DayField(label=_("When it happened"), help_text=_("It counts in the cycle in which it happened."))
    reason = area(_("What happened, and how it is known"), most=300, help_text=_("The unit reads it. Name no person."))

    def __init__(self, *args, standard: Standard, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion"].queryset = standard.criteria.all()


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
