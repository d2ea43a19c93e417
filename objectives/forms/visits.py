"""Shapes of what people write about a visit: the plan, the decision, the write-up."""

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.forms.fields import TOO_LONG, DayField
from objectives.models import Benchmark, Visit
from objectives.states import VisitKind
from portal.core.wording import said

DATE = {"type": "date", "autocomplete": "off"}
NO_PERSON = _("Posts, no names and no telephone numbers.")


class SureDayField(DayField):
    """A day that must be there."""

    def validate(self, value):
        if value is None:
            raise forms.ValidationError(self.error_messages["required"], code="required")


def required_day(label, **facts) -> SureDayField:
    return SureDayField(
        label=label, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        error_messages={"required": _("Write the day, e.g. 2017-05-22.")}, **facts,
    )  # fmt: skip


class BenchmarkChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Benchmark) -> str:
        return f"{said(obj, 'name')}（{obj.get_tier_display()}）"


class VisitForm(forms.Form):
    """The plan of a visit. Give it the benchmarks that the unit may choose."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)
    benchmark = BenchmarkChoice(label=_("Whom to learn from"), queryset=Benchmark.objects.none(),
                                error_messages={"required": _("Choose a benchmark unit.")})  # fmt: skip
    kind = forms.ChoiceField(label=_("How"), choices=VisitKind.choices, widget=forms.RadioSelect,
                             initial=VisitKind.GO_OUT)  # fmt: skip
    from_on = required_day(_("First day"))
    to_on = required_day(_("Last day"))
    purpose = forms.CharField(
        label=_("What it is for"), max_length=200, help_text=_("The whole bureau reads this line in the calendar."),
        error_messages={"required": _("Say what the visit is for.")} | TOO_LONG,
    )  # fmt: skip
    people = forms.IntegerField(label=_("How many people"), min_value=1, max_value=60, initial=1,
                                widget=forms.NumberInput({"inputmode": "numeric"}))  # fmt: skip
    participants = forms.CharField(label=_("Who takes part"), max_length=300, required=False, help_text=NO_PERSON,
                                   error_messages=TOO_LONG)  # fmt: skip
    plan = forms.CharField(label=_("Plan: what to see, whom to ask"), max_length=1000, required=False,
                           error_messages=TOO_LONG, widget=forms.Textarea({"rows": 4}))  # fmt: skip
    despite = forms.CharField(
        label=_("Why all the same"), max_length=200, required=False, error_messages=TOO_LONG,
        help_text=_("Who approves reads exactly these words."),
    )  # fmt: skip

    def __init__(self, data=None, *, choices, visit: Visit | None = None, initial: dict | None = None):
        stored = {}
        if visit is not None:
            names = [name for name in self.base_fields if name != "benchmark"]
            stored = {name: getattr(visit, name) for name in names} | {"benchmark": visit.benchmark_id}
        super().__init__(data, initial=stored | (initial or {}))
        self.fields["benchmark"].queryset = choices

    def clean(self):
        data = super().clean()
        first, last = data.get("from_on"), data.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("The visit ends before it begins."))
        return data

    def part(self) -> dict:
        """What the acts take."""
        names = ("kind", "from_on", "to_on", "purpose", "plan", "participants", "people")
        return {name: self.cleaned_data[name] for name in names}


class SendBackForm(forms.Form):
    """Why a visit is sent back or cancelled."""

    use_required_attribute = False
    reason = forms.CharField(
        label=_("Why"), help_text=_("The unit reads exactly these words."), max_length=300,
        widget=forms.Textarea({"rows": 3}), error_messages={"required": _("Say why.")} | TOO_LONG,
    )  # fmt: skip


class JoinForm(forms.Form):
    """How many come along."""

    use_required_attribute = False
    people = forms.IntegerField(label=_("How many of you come along"), min_value=1, max_value=60, initial=1,
                                widget=forms.NumberInput({"inputmode": "numeric"}))  # fmt: skip


class WriteUpForm(forms.Form):
    """What the visit brought."""

    use_required_attribute = False
    held_on = required_day(_("On which day it was made"))
    came = forms.IntegerField(label=_("People who took part"), min_value=1, max_value=300,
                              widget=forms.NumberInput({"inputmode": "numeric"}))  # fmt: skip
    findings = forms.CharField(
        label=_("What the visit found"), max_length=2000, widget=forms.Textarea({"rows": 6}),
        help_text=_("What they do better, how, and what you take home. No names, no telephone numbers."),
        error_messages={"required": _("Write what was found: without it the visit is not written up.")} | TOO_LONG,
    )  # fmt: skip
