"""Shape of a request for a change, and of the decision on it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.amending import AMENDMENT, FIELDS, FIGURES, standing_now
from commitments.models import Commitment
from commitments.states import AMENDMENT_KINDS
from objectives.forms.fields import TOO_LONG, DayField, FigureField
from objectives.states import MEASURED


class ChangeForm(forms.Form):
    """What shall stand instead, prefilled with what stands; only what differs counts.

    `seen` is how many changes were in force when the form was made.
    """

    seen = forms.IntegerField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What you ask for"), choices=AMENDMENT_KINDS, widget=forms.RadioSelect)
    text_zh = forms.CharField(label=_("The promise, in Chinese"), required=False, max_length=200,
                              widget=forms.Textarea(attrs={"rows": 2}), error_messages=TOO_LONG)  # fmt: skip
    text_en = forms.CharField(label=_("The promise, in English"), required=False, max_length=300,
                              widget=forms.Textarea(attrs={"rows": 2}), error_messages=TOO_LONG)  # fmt: skip
    value = FigureField(label=_("The target"), required=False)
    benchmark_value = FigureField(label=_("The benchmark’s figure"), required=False)
    due_on = DayField(label=_("By when"), required=False)
    reason_zh = forms.CharField(
        label=_("Why, as the public reads it"),
        help_text=_("Everyone reads exactly these words, as long as the promise is public. No names, no telephone."),
        max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: the public reads exactly these words."), **TOO_LONG},
    )  # fmt: skip
    reason_en = forms.CharField(label=_("The same in English"), required=False, max_length=400,
                                widget=forms.Textarea(attrs={"rows": 2}), error_messages=TOO_LONG)  # fmt: skip

    def __init__(self, *args, commitment: Commitment, seen: int, **kwargs):
        now = standing_now(commitment.text_zh, commitment.text_en, commitment.due_on, commitment.target)
        super().__init__(*args, initial={**now, "kind": AMENDMENT, "seen": seen}, **kwargs)
        if commitment.target["comparison"] not in MEASURED or commitment.target["value"] is None:
            for name in FIGURES:
                del self.fields[name]

    @property
    def changes(self) -> dict:
        """The fields as written; the act finds what differs. An emptied day is no change."""
        written = {name: self.cleaned_data[name] for name in FIELDS[AMENDMENT] if name in self.fields}
        return {name: value for name, value in written.items() if name != "due_on" or value is not None}


class DecisionForm(forms.Form):
    """Approve, or refuse with a reason."""

    step = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Why it is refused"), help_text=_("The unit reads exactly these words."), required=False,
        max_length=300, widget=forms.Textarea(attrs={"rows": 3}), error_messages=TOO_LONG,
    )  # fmt: skip
