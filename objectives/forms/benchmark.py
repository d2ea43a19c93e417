"""The small form of a benchmark unit: who it is, and whether one can be compared with it."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from objectives.forms.fields import TOO_LONG, NeededAnswer
from objectives.models import Benchmark

CHINESE, ENGLISH = {"lang": "zh-Hans"}, {"lang": "en"}
ANSWERS = [("true", pgettext_lazy("answer", "Yes")), ("false", pgettext_lazy("answer", "No")), ("", _("Not known"))]
ANSWERED = {"true": True, "false": False}
ANSWER = {"choices": ANSWERS, "widget": forms.RadioSelect}


class BenchmarkForm(forms.Form):
    """A benchmark unit in its small form. Give it the unit that enters it."""

    use_required_attribute = False
    name_zh = forms.CharField(
        label=_("Name of the benchmark unit"), max_length=80, widget=forms.TextInput(CHINESE),
        error_messages={"required": _("Write the unit’s full name.")} | TOO_LONG,
    )  # fmt: skip
    name_en = forms.CharField(
        label=_("Name in English"), max_length=120, required=False, error_messages=TOO_LONG,
        widget=forms.TextInput(ENGLISH),
    )  # fmt: skip
    tier = forms.ChoiceField(
        label=_("Tier"), choices=Benchmark._meta.get_field("tier").choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose city, province or nation.")},
    )  # fmt: skip
    similar_line = NeededAnswer(label=_("Is its line of work similar?"), **ANSWER)
    similar_base = NeededAnswer(label=_("Are its basic conditions similar?"), **ANSWER)
    learnable = NeededAnswer(label=_("Can you learn from it?"), **ANSWER)
    catchable = NeededAnswer(label=_("Can you catch up with it?"), **ANSWER)
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, error_messages=TOO_LONG, widget=forms.TextInput(CHINESE)
    )
    QUESTIONS = ("similar_line", "similar_base", "learnable", "catchable")

    def __init__(self, data=None, *, unit, benchmark: Benchmark | None = None):
        facts = {name: getattr(benchmark, name) for name in self.base_fields} if benchmark else {}
        words = {True: "true", False: "false", None: ""}
        super().__init__(data, initial=facts | {name: words[facts.get(name)] for name in self.QUESTIONS})
        self.unit, self.benchmark = unit, benchmark

    def clean_name_zh(self):
        name = self.cleaned_data["name_zh"]
        own_or_bureaus = Q(unit=None) | Q(unit=self.unit)
        known = Benchmark.objects.filter(own_or_bureaus, bureau=self.unit.bureau_id, name_zh=name)
        if known.exclude(pk=self.benchmark and self.benchmark.pk).exists():
            raise forms.ValidationError(gettext("“%(name)s” is in the list already; choose it there.") % {"name": name})
        return name

    def part(self) -> dict:
        answers = {name: ANSWERED.get(self.cleaned_data[name]) for name in self.QUESTIONS}
        return self.cleaned_data | answers
