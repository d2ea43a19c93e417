"""The editor's forms: what may be typed into a paper, and in which shape an action receives it."""

from dataclasses import dataclass

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from objectives import raising
from objectives.forms.fields import (
    TOO_LONG,
    UNKNOWN,
    BenchmarkFigureField,
    CountField,
    DayField,
    FigureField,
    LinesField,
    NeededChoice,
    NeededText,
    is_percent,
    plain,
)
from objectives.models import Benchmark, KindRule, Objective, Paper, Target
from objectives.states import Comparison, ObjectiveKind
from portal.core.wording import in_chinese, said
from units.models import Post, Role

CHINESE, ENGLISH = {"lang": "zh-Hans"}, {"lang": "en"}
KEEPERS = (Role.STYLE_OFFICE, Role.ADMINISTRATOR, Role.AUDITOR)
LEADING = (Role.HEAD, Role.LINE_LEADER, Role.LINKED_LEADER)
ROWS, MOST_ROWS = 4, 12


class PartForm(forms.Form):
    """A part of the paper, with the version of it that the writer began from."""

    use_required_attribute = False
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    @property
    def began_from(self) -> int:
        return self.cleaned_data["version"]

    def part(self) -> dict:
        """What the writer wrote, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class PostChoice(NeededChoice):
    """A post by its title; with the unit's name where posts of several units are offered."""

    names_units = False

    def label_from_instance(self, post):
        title = said(post, "title")
        return f"{said(post.unit, 'name')} · {title}" if self.names_units else title


class BenchmarkChoice(NeededChoice):
    def label_from_instance(self, benchmark):
        return gettext("%(name)s (%(tier)s)") % {"name": said(benchmark, "name"), "tier": benchmark.get_tier_display()}


class ObjectiveForm(PartForm):
    """One objective without its targets. Give it the paper and the rule of the unit's kind."""

    text_zh = NeededText(
        label=_("Objective"), max_length=200, error_messages=TOO_LONG, widget=forms.Textarea({"rows": 2, **CHINESE})
    )
    kind = forms.ChoiceField(label=_("Aims at"), choices=ObjectiveKind)
    benchmark = BenchmarkChoice(label=_("Benchmark unit"), queryset=Benchmark.objects.none(), empty_label=_("None yet"))
    due_on = DayField(label=pgettext_lazy("deadline", "By"))
    measures = LinesField(label=_("Main measures"), longest=200, widget=forms.Textarea({"rows": 3, **CHINESE}))
    leader = PostChoice(label=_("Accountable leader"), queryset=Post.objects.none(), empty_label=_("Not named yet"))
    sections = forms.MultipleChoiceField(
        label=_("Required heads it answers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text_en = forms.CharField(
        label=_("Objective in English"), max_length=300, required=False, error_messages=TOO_LONG,
        widget=forms.Textarea({"rows": 2, **ENGLISH}),
    )  # fmt: skip
    measures_en = LinesField(
        label=_("Measures in English, in the same order"), longest=300, required=False, keeps_places=True,
        widget=forms.Textarea({"rows": 3, **ENGLISH}),
    )  # fmt: skip

    def __init__(self, *args, paper: Paper, rule: KindRule, **kwargs):
        super().__init__(*args, **kwargs)
        offered = Q(retired_at=None) | Q(pk=self.initial.get("benchmark"))
        self.fields["benchmark"].queryset = Benchmark.objects.filter(bureau=paper.unit.bureau_id).filter(
            Q(unit=None) | Q(unit=paper.unit_id), offered
        )
        leader = self.fields["leader"]
        leader.queryset, leader.names_units = _posts(paper), paper.unit.parent_id is None
        self.fields["sections"].choices = [
            (item["key"], said(item, "name")) for section in rule.sections for item in section["items"]
        ]
        most = self.fields["measures"].most = paper.campaign.rules.get("measures_most", 0)
        if most:
            self.fields["measures"].label = gettext("Main measures, one a line, at most %(n)s") % {"n": most}

    def clean_text_zh(self):
        return "".join(line.strip() for line in self.cleaned_data["text_zh"].splitlines())

    def clean_text_en(self):
        return " ".join(self.cleaned_data["text_en"].split())

    def clean(self):
        data = super().clean()
        lines, renderings = data.get("measures"), data.get("measures_en")
        if lines is not None and renderings and len(renderings) > len(lines):
            words = gettext("There are %(zh)s measures and %(en)s lines in English.")
            self.add_error("measures_en", words % {"zh": len(lines), "en": len(renderings)})
        return data


def _posts(paper: Paper):
    """Who can answer for an objective: the unit's posts; in the bureau's own paper, heads and leaders of all units."""
    posts = Post.objects.select_related("unit")
    if paper.unit.parent_id is None:
        return posts.filter(unit__bureau=paper.unit.bureau_id, role__in=LEADING)
    return posts.filter(unit=paper.unit_id).exclude(role__in=KEEPERS)


class TargetForm(forms.Form):
    """One line that can be measured or checked. Left empty, the line is no target."""

    use_required_attribute = False
    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text_zh = NeededText(
        label=_("What is counted or checked"), max_length=120, error_messages=TOO_LONG, widget=forms.TextInput(CHINESE)
    )
    baseline = FigureField(label=pgettext_lazy("figure", "Now"))
    comparison = forms.ChoiceField(
        label=pgettext_lazy("figure", "Compare"), choices=Comparison, initial=Comparison.AT_LEAST
    )
    value = FigureField(label=pgettext_lazy("figure", "Target"))
    unit_zh = NeededText(
        label=pgettext_lazy("figure", "Unit"), max_length=20, error_messages=TOO_LONG, widget=forms.TextInput(CHINESE)
    )
    benchmark_value = BenchmarkFigureField(label=_("Its value"))
    text_en = forms.CharField(
        label=_("What is counted, in English"), max_length=160, required=False, error_messages=TOO_LONG,
        widget=forms.TextInput(ENGLISH),
    )  # fmt: skip
    unit_en = forms.CharField(
        label=_("Unit in English"), max_length=30, required=False, error_messages=TOO_LONG,
        widget=forms.TextInput(ENGLISH),
    )  # fmt: skip

    why_not_raised = forms.CharField(
        label=_("Why the target does not lie above last year’s result"), max_length=200, required=False,
        error_messages=TOO_LONG, widget=forms.Textarea({"rows": 2, **CHINESE, "data-why-not-raised": ""}),
        help_text=_("Needed only when it does not. The reason becomes public with the paper."),
    )  # fmt: skip
    last_year = ""

    def continue_from(self, target: Target | None) -> None:
        """Say beside the row what its target reached last year; only a row with a result asks for a reason."""
        if target is None or target.result_before is None:
            del self.fields["why_not_raised"]
        else:
            self.fields["why_not_raised"].widget.attrs["data-result"] = f"{target.result_before.normalize():f}"
        if target is not None:
            names = {"unit_zh": target.unit_zh, "unit_en": target.unit_en}
            self.last_year = raising.last_year(raising.facts_of(target) | names, "zh" if in_chinese() else "en")

    def clean(self):
        data = super().clean()
        unit = data.get("unit_zh", "")
        in_percent = any(is_percent(self[name].data) for name in ("baseline", "value", "benchmark_value"))
        if plain(unit) == "%" or (in_percent and not unit):
            data["unit_zh"] = "%"
        elif in_percent:
            words = gettext("The figures are in percent, the unit of measure is “%(unit)s”. Choose one of the two.")
            self.add_error("unit_zh", words % {"unit": unit})
        return data

    @property
    def is_blank(self) -> bool:
        kept = ("pk", "comparison")
        return not any(value not in (None, "") for name, value in self.cleaned_data.items() if name not in kept)

    def line(self) -> dict:
        data = dict(self.cleaned_data)
        figure = data["benchmark_value"]
        data["benchmark_unknown"] = figure == UNKNOWN
        data["benchmark_value"] = None if figure == UNKNOWN else figure
        return data


class Targets(forms.BaseFormSet):
    default_error_messages = {
        "missing_management_form": _("The form came incomplete. Load the page again and write once more."),
    }

    def lines(self) -> list[dict]:
        return [form.line() for form in self.forms if form.cleaned_data and not form.is_blank]


TargetFormSet = forms.formset_factory(TargetForm, formset=Targets, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


@dataclass
class ObjectiveForms:
    """The form of an objective and the rows of its targets, which stand or fall together."""

    form: ObjectiveForm
    targets: Targets

    @classmethod
    def of(cls, paper: Paper, rule: KindRule, objective: Objective, data=None, **kwargs) -> "ObjectiveForms":
        """As stored, or as posted when `data` is given."""
        stored = list(objective.targets.all())
        rows = [_target_facts(target) for target in stored]
        form = ObjectiveForm(data, initial=_objective_facts(objective), paper=paper, rule=rule, **kwargs)
        targets = TargetFormSet(data, initial=rows, prefix="targets", **kwargs)
        targets.extra = max(0, ROWS - len(rows))
        aims_at_benchmark = form["kind"].value() == ObjectiveKind.BENCHMARK
        form.fields["benchmark"].required = aims_at_benchmark
        for place, row in enumerate(targets.forms):
            row.continue_from(stored[place] if place < len(stored) else None)
            row.fields["baseline"].required = row.fields["benchmark_value"].required = aims_at_benchmark
        return cls(form, targets)

    @property
    def all(self) -> list[forms.Form]:
        return [self.form, *self.targets.forms]

    def is_valid(self) -> bool:
        return all((self.form.is_valid(), self.targets.is_valid()))

    @property
    def began_from(self) -> int:
        return self.form.began_from

    def part(self) -> dict:
        """What `actions.save_objective` takes; call it on valid forms."""
        return self.form.part() | {"targets": self.targets.lines()}


def _objective_facts(objective: Objective) -> dict:
    measures = list(objective.measures.all())
    facts = {name: getattr(objective, name) for name in ("version", "kind", "text_zh", "text_en", "sections", "due_on")}
    return facts | {
        "benchmark": objective.benchmark_id,
        "leader": objective.leader_id,
        "measures": "\n".join(measure.text_zh for measure in measures),
        "measures_en": "\n".join(measure.text_en for measure in measures).rstrip(),
    }


def _target_facts(target) -> dict:
    plain_names = ("pk", "text_zh", "text_en", "comparison", "baseline", "value", "unit_zh", "unit_en",
                   "why_not_raised")  # fmt: skip
    facts = {name: getattr(target, name) for name in plain_names}
    return facts | {"benchmark_value": UNKNOWN if target.benchmark_unknown else target.benchmark_value}


class ConsultationForm(PartForm):
    """How people were asked before the paper was written. Names and objections do not belong here."""

    consulted_from = DayField(label=_("Asked from"))
    consulted_to = DayField(label=_("Asked until"))
    consulted_how = NeededText(
        label=_("How people were asked"), max_length=200, error_messages=TOO_LONG, widget=forms.TextInput(CHINESE)
    )
    consulted_people = CountField(label=_("People asked"))
    opinions_heard = CountField(label=_("Opinions heard"))
    opinions_adopted = CountField(label=_("Opinions adopted"))
    adopted_points = forms.CharField(
        label=_("What was adopted"), max_length=500, required=False, error_messages=TOO_LONG,
        widget=forms.Textarea({"rows": 3, **CHINESE}),
    )  # fmt: skip

    @classmethod
    def of(cls, paper: Paper, data=None) -> "ConsultationForm":
        return cls(data, initial={name: getattr(paper, name) for name in cls.base_fields})

    @property
    def all(self) -> list[forms.Form]:
        return [self]

    def clean(self):
        data = super().clean()
        first, last = data.get("consulted_from"), data.get("consulted_to")
        if first and last and last < first:
            words = gettext("The consultation cannot end before it begins (%(day)s).")
            self.add_error("consulted_to", words % {"day": first})
        heard, adopted = data.get("opinions_heard"), data.get("opinions_adopted")
        if None not in (heard, adopted) and adopted > heard:
            self.add_error("opinions_adopted", gettext("More opinions adopted than heard (%(n)s).") % {"n": heard})
        return data
