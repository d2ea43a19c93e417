"""Shape of what people write about a rectification: the order, the unit's words, a later day."""

from django import forms
from django.utils.translation import gettext_lazy as _

from commitments.actions.rectifications import TEXTS
from objectives.forms.fields import TOO_LONG, DayField
from portal.core.wording import said


def area(label, *, most: int, rows: int = 3, help_text="", required=True):
    return forms.CharField(
        label=label, help_text=help_text, max_length=most, required=required,
        widget=forms.Textarea(attrs={"rows": rows}), error_messages=TOO_LONG,
    )  # fmt: skip


class PostChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return f"{said(obj, 'title')}, {said(obj.unit, 'name')}"


class EarlierChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj):
        return f"{obj.document.number} · {obj.finding[:40]}"


class OrderForm(forms.Form):
    """A draft of an order. The choices are the posts that may sign it and earlier orders to the same unit."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)
    finding = area(_("What was found"), most=1000, rows=4, help_text=_("Facts and figures; no names, no telephone."))
    basis = forms.CharField(label=_("On what ground"), max_length=200, required=False)
    demand = area(_("What must be done"), most=1000, rows=4)
    due_on = DayField(label=_("To be done by"), help_text=_("A working day. It is printed in the order."))
    signer = PostChoice(label=_("Who signs"), queryset=None)
    repeats = EarlierChoice(label=_("The same fault as in"), queryset=None, required=False)
    public_zh = forms.CharField(
        label=_("The one line the public reads"), max_length=120, required=False,
        help_text=_("Without it the public reads only that something is being put right, and until when."),
    )  # fmt: skip
    public_en = forms.CharField(label=_("The same in English"), max_length=160, required=False)

    def __init__(self, *args, signers, earlier=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signer"].queryset = signers
        if earlier is None:
            del self.fields["repeats"]
        else:
            self.fields["repeats"].queryset = earlier

    def clean_due_on(self):
        if self.cleaned_data["due_on"] is None:
            raise forms.ValidationError(_("Name the day by which it is to be put right."))
        return self.cleaned_data["due_on"]

    @property
    def texts(self) -> dict:
        return {name: self.cleaned_data[name] for name in TEXTS}


class WordsForm(forms.Form):
    """One text of one act."""

    text = area("", most=2000, rows=4)

    def __init__(self, *args, label, most: int = 2000, required: bool = True, help_text="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"] = area(label, most=most, rows=4, required=required, help_text=help_text)


class LaterForm(forms.Form):
    """The unit asks for a later day."""

    reason = area(_("Why the day cannot be kept"), most=500)
    progress = area(_("What has been done so far"), most=500)
    wanted_on = DayField(label=_("The new day you ask for"), help_text=_("A working day after the present one."))

    def clean_wanted_on(self):
        if self.cleaned_data["wanted_on"] is None:
            raise forms.ValidationError(_("Name the new day that you ask for."))
        return self.cleaned_data["wanted_on"]


class GrantForm(forms.Form):
    """The leader names a definite new day, or refuses with words."""

    granted_on = DayField(label=_("The new day"), required=False, help_text=_("A working day after the present one."))
    decision = area(_("In words; needed to refuse"), most=300, rows=2, required=False)
