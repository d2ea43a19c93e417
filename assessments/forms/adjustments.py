"""Shape of a bonus, a deduction or a veto, with the document it rests on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.forms.attaching import proof_field
from assessments.models import Criterion, Standard
from assessments.states import AdjustmentKind
from commitments.forms.rectifying import area
from objectives.forms.fields import TOO_LONG, DayField
from portal.core.wording import said


class CriterionChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Criterion) -> str:
        return said(obj, "name")


class AdjustForm(forms.Form):
    """A bonus, a deduction or a veto of one unit."""

    use_required_attribute = False
    kind = forms.ChoiceField(label=_("Kind"), choices=AdjustmentKind.choices)
    points = forms.DecimalField(
        label=_("Points"), required=False, min_value=0, max_digits=5, decimal_places=2,
        help_text=_("A veto has none: it makes the grade the lowest."),
    )  # fmt: skip
    criterion = CriterionChoice(
        label=_("Under which criterion"), queryset=Criterion.objects.none(), required=False,
        empty_label=_("None in particular"), help_text=_("A veto names the veto criterion it falls under."),
    )  # fmt: skip
    happened_on = DayField(label=_("When it happened"), help_text=_("It counts in the cycle in which it happened."))
    reason = area(
        _("What happened, and how it is known"), most=300,
        help_text=_("The unit reads it, and with the published result everyone. Name no person."),
    )  # fmt: skip

    proof_title = forms.CharField(
        label=_("The document it rests on"), max_length=120,
        help_text=_("What it is, without names or telephone numbers."),
        error_messages={**TOO_LONG, "required": _("Say what the document is.")},
    )  # fmt: skip
    upload = proof_field(required=True)

    def __init__(self, *args, standard: Standard, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion"].queryset = standard.criteria.all()
