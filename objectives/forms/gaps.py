"""The gap analysis as one form: a row for each dimension of the plan, then rows for indicators."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives.forms.benchmark import BenchmarkForm
from objectives.forms.fields import TOO_LONG, FigureField
from objectives.models import Benchmark, Gap, Objective, Pairing, Target
from objectives.states import GapKind
from portal.core.wording import said

SPARE = 2
"""Empty rows for indicators that stand ready below the written ones."""
MOST_INDICATORS = 30
TWO_LINES = {"rows": 2}


class ObjectiveChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Objective) -> str:
        return f"{obj.position}. {said(obj, 'text')[:40]}"


class Row(forms.Form):
    """What dimensions and indicators share."""

    use_required_attribute = False
    cause = forms.CharField(label=gettext_lazy("Its cause"), max_length=300, required=False, error_messages=TOO_LONG,
                            widget=forms.Textarea(TWO_LINES))  # fmt: skip
    adopt = forms.CharField(label=gettext_lazy("What you adopt"), max_length=300, required=False,
                            error_messages=TOO_LONG, widget=forms.Textarea(TWO_LINES))  # fmt: skip
    objective = ObjectiveChoice(label=gettext_lazy("In which objective it appears"), required=False,
                                queryset=Objective.objects.none(),
                                empty_label=gettext_lazy("In none yet"))  # fmt: skip

    def __init__(self, *args, objectives, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["objective"].queryset = objectives

    @property
    def says_more(self) -> bool:
        """Whether the part that is folded at first holds anything, or an error."""
        return any(self[name].value() or self[name].errors for name in self.folded)


class DimensionRow(Row):
    """One dimension: how it is here and there, the gap, its cause, what to adopt."""

    ours = forms.CharField(label=gettext_lazy("Ours"), max_length=300, required=False, error_messages=TOO_LONG,
                           widget=forms.Textarea(TWO_LINES))  # fmt: skip
    theirs = forms.CharField(label=gettext_lazy("Theirs"), max_length=300, required=False, error_messages=TOO_LONG,
                             widget=forms.Textarea(TWO_LINES))  # fmt: skip
    gap = forms.CharField(label=gettext_lazy("The gap"), max_length=300, required=False, error_messages=TOO_LONG,
                          widget=forms.Textarea(TWO_LINES),
                          help_text=gettext_lazy("Where there is none, write so."))  # fmt: skip
    field_order = ["gap", "adopt", "ours", "theirs", "cause", "objective"]
    folded = ("ours", "theirs", "cause", "objective")

    def part(self) -> dict:
        return {"kind": GapKind.DIMENSION, "dimension": self.key} | self.cleaned_data


class IndicatorRow(Row):
    """One indicator with its figures; the gap follows from them."""

    indicator = forms.CharField(label=gettext_lazy("Indicator"), max_length=120, required=False,
                                error_messages=TOO_LONG)  # fmt: skip
    our_value = FigureField(label=gettext_lazy("Our figure"), required=False)
    their_value = FigureField(label=gettext_lazy("Their figure"), required=False)
    measure = forms.CharField(label=gettext_lazy("Unit of measure"), max_length=20, required=False,
                              error_messages=TOO_LONG)  # fmt: skip
    gap = forms.CharField(label=gettext_lazy("The gap in words"), max_length=300, required=False,
                          error_messages=TOO_LONG,
                          help_text=gettext_lazy("Only where a figure is missing; else it is counted."))  # fmt: skip
    field_order = ["indicator", "our_value", "their_value", "measure", "adopt", "objective", "gap", "cause"]
    folded = ("gap", "cause")

    def clean(self):
        data = super().clean()
        written = [name for name in self.fields if name not in ("indicator", "measure") and data.get(name)]
        if written and not data.get("indicator"):
            self.add_error("indicator", _("Name the indicator."))
        return data

    def part(self) -> dict:
        return {"kind": GapKind.INDICATOR, "ours": "", "theirs": ""} | self.cleaned_data


class GapsForm:
    """The whole page: `dimensions` and `indicators` are bound or filled rows. `is_valid`, then `part()`."""

    def __init__(self, data=None, *, pairing: Pairing, dimensions: list[dict], objectives, offered: list[Target]):
        self.data = data
        rows = list(pairing.gaps.all())
        by_key = {row.dimension: row for row in rows if row.kind == GapKind.DIMENSION}
        facts = {"objectives": objectives}
        self.dimensions = []
        for each in dimensions:
            stored = _initial(by_key.get(each["key"]))
            form = DimensionRow(data, prefix=f"d-{each['key']}", initial=stored, **facts)
            form.key, form.name = each["key"], said(each, "name")
            self.dimensions.append(form)
        stored = [_initial(row) for row in rows if row.kind == GapKind.INDICATOR]
        if not stored and not rows:
            stored = [_from_target(target) for target in offered]
        count = self._count(data, len(stored))
        filled = [*stored, *({} for _spare in range(count - len(stored)))]
        self.indicators = [
            IndicatorRow(data, prefix=f"i-{place}", initial=initial, **facts)
            for place, initial in enumerate(filled[:count])
        ]
        self.began_from = self._version(pairing)

    @property
    def all(self) -> list[forms.Form]:
        return [*self.dimensions, *self.indicators]

    @property
    def count(self) -> int:
        return len(self.indicators)

    def is_valid(self) -> bool:
        return forms.all_valid(self.all)

    def part(self) -> list[dict]:
        return [form.part() for form in self.all]

    def _count(self, data, stored: int) -> int:
        text = (data or {}).get("indicators", "")
        wanted = int(text) if text.isdecimal() and len(text) < 3 else stored + SPARE
        return min(max(wanted, stored if data is None else 0), MOST_INDICATORS)

    def _version(self, pairing: Pairing) -> int:
        text = (self.data or {}).get("version", "")
        return int(text) if text.isdecimal() and len(text) < 9 else pairing.version


def _initial(row: Gap | None) -> dict:
    names = ("ours", "theirs", "gap", "cause", "adopt", "indicator", "our_value", "their_value", "measure")
    return {name: getattr(row, name) for name in names} | {"objective": row.objective_id} if row else {}


def _from_target(target: Target) -> dict:
    """What the paper already says of an indicator: our figure, and the benchmark's."""
    return {
        "indicator": said(target, "text"), "our_value": target.baseline, "their_value": target.benchmark_value,
        "measure": said(target, "unit"), "objective": target.objective_id,
    }  # fmt: skip


class RegistryForm(BenchmarkForm):
    """The small form of a benchmark as the registry asks for it: of one unit, or of the whole bureau."""

    def __init__(self, data=None, *, bureau, unit=None, benchmark: Benchmark | None = None):
        super().__init__(data, unit=unit, benchmark=benchmark)
        self.bureau = bureau

    def clean_name_zh(self):
        if self.unit is not None:
            return super().clean_name_zh()
        name = self.cleaned_data["name_zh"]
        known = Benchmark.objects.filter(bureau=self.bureau, unit=None, name_zh=name, retired_at=None)
        if known.exclude(pk=self.benchmark and self.benchmark.pk).exists():
            raise forms.ValidationError(_("“%(name)s” is in the list already; choose it there.") % {"name": name})
        return name
